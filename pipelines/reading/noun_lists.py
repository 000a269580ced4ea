"""Lists of nouns: beings, kinds that differ from WordNet's, men and women, measures, groups."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words

BEINGS = Words("nouns", "beings")
MADE = Words("nouns", "made")  # somebody only once it acts
# where somebody can be; WordNet's own words for the kinds
PLACES = Words("nouns", "places")
NOT_SEEN = Words("nouns", "not seen")
FIGURES = ("person", "animal")
OWN_KINDS = Table("nouns", "own kinds", turned=True)
FEMALE = Words("nouns", "female")
MALE = Words("nouns", "male")
BOTH = Words("nouns", "both")
MEASURES = Words("nouns", "measures")
COLLECTIVE = Words("nouns", "collective")
GATHERED = Table("nouns", "gathered")  # one word for several people: how many are shown
PAIRS = Table("nouns", "pairs")  # how many they are where no number is said

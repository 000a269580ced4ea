"""What kind of thing a noun names: a person, an animal, a place, a thing that can be seen, or nothing of these. From WordNet."""

from __future__ import annotations

from functools import lru_cache

from pipelines.core.models import load
from pipelines.language.compounds import compound_of
from pipelines.language.lexicon import Table, Words
from pipelines.props import record
from pipelines.reading import given
from pipelines.reading import wordnet as W
from pipelines.reading.cards import NAMES

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
# verbs whose object is a thing, also where the noun mostly names a place


YOUNG_OF = Table("nouns", "young of")
TRUNKS = Words("nouns", "trunks")  # parts of an animal, where it is an animal's


@lru_cache(maxsize=4000)
def kind_of(noun: str, acts: bool = False) -> str:
    """person, animal, place, thing, body, or "" for what cannot be seen. `acts` says that it does something, as only the living do."""
    noun = noun.lower()
    if noun in OWN_KINDS:
        return OWN_KINDS[noun]
    if read_as := record(noun).read_as:
        return read_as
    if noun in BEINGS or noun in FEMALE or noun in MALE:
        return _living(noun)
    if (compound := compound_of(noun)) is not None:
        return compound.seen_as
    senses = [sense for sense in W.senses(noun) if not sense.proper]
    if not senses and any(sense.file == "person" for sense in W.senses(noun)[:1]):
        return "person"  # a viking
    if not senses:
        last = noun.split()[-1]
        return kind_of(last, acts) if last != noun else "thing"
    kinds = [_kind(sense) for sense in senses[:5]]
    first = kinds[0]
    if first == "food" or (acts and first not in FIGURES):
        most = senses[0].count
        living = [k for k, sense in zip(kinds, senses) if k in FIGURES and most <= 10 * (sense.count + 1)]
        if living and ((acts and living[0] in kinds[:2]) or (first == "food" and living[0] == "animal")):
            return living[0]
    if first == "":
        first = next((k for k, sense in zip(kinds, senses) if k and 3 * sense.count >= senses[0].count), "")
    return "thing" if first == "food" else first


def _living(noun: str) -> str:
    kinds = [_kind(sense) for sense in W.senses(noun)[:6]]
    if kinds[:1] == ["animal"]:
        return "animal"
    return "animal" if noun not in BEINGS and "animal" in kinds and "person" not in kinds[:3] else "person"


def _kind(sense: W.Sense) -> str:
    names = {word for up, _ in W.chain(sense.number) for word in W.sense(up).words}
    if sense.file == "person" or names & {"imaginary_being", "spiritual_being", "automaton"}:
        return "person"
    if sense.file == "animal":
        return "animal" if names & {"animal", "animal_group"} else "body"
    if sense.file == "food" and names & {"meat"}:
        return "food"
    if sense.file == "body":
        return "body"
    if names & set(PLACES) and not names & {"furniture", "instrumentality", "garment", "clothing", "food"}:
        return "place"
    return "" if sense.file in NOT_SEEN else "thing"


def gender_of(noun: str) -> str:
    """f or m where the word says so, else ""."""
    last = noun.split()[-1]
    if last in BOTH:
        return ""
    for words, gender, endings in (
        (FEMALE, "f", ("woman", "girl", "mother", "daughter", "sister", "ess", "maid", "wife")),
        (MALE, "m", ("man", "boy", "father", "brother")),
    ):
        if last in words or (last.endswith(endings) and kind_of(last) == "person"):
            return gender
    return ""


def gender_of_name(name: str) -> str | None:
    """f or m where nine of ten who bear a name are of one gender, "" where they are not; None for what is no known name. Raises MissingModel."""
    if own := given.gender_of(name):
        return own
    with load(NAMES) as names:
        key = names.get(name.lower())
    if key is None:
        return None
    female, male = key
    return "f" if female >= 9 * male else "m" if male >= 9 * female else ""

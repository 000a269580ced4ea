"""What the words of a prompt can mean besides things: numbers, sizes, acts, relations, places, hours, weathers, styles; sizes of things."""

from __future__ import annotations

import re

from pipelines.language.lexicon import Table, Words, lexicon
from pipelines.scenes.places import everything

COUNTS = Table("scene", "counts")
COLLECTIVE = Words("scene", "collective")
DEFINITE = Words("scene", "definite")
PLURAL_COUNT = 3  # "foxes", with no number said
MOST = 6
MEASURES = Words("scene", "measures")
BOTH = Table("scene", "both")
HELD_IN = Table("nouns", "drawn held in")
GATHERED = Table("scene", "gathered")  # one word for several people: how many are shown
PAIRS = Table("nouns", "pairs")
SIZES = Table("scene", "sizes", turned=True)
SIZE_FACTOR = Table("scene", "size factor")
ACT_OF = Table("verbs", "verbs", of="acting", by="act")
# phrase -> relation of what was said before it to what comes after it
RELATIONS = Table("scene", "relations", turned=True)
# phrase -> where in the picture, whatever else is there
SPOTS = Table("scene", "spots", turned=True)
# phrase -> place; a phrase of one word is a place wherever it stands, unless it names a thing that can be drawn
PLACE_OF = {word: place for place, record in everything().items() for word in record.anywhere}
PLACE_PHRASES = Table("places", "place phrases", turned=True)
IN_WATER = Words("places", "in water")
HOUR_OF = Table("scene", "hour of", turned=True)
WEATHER_OF = Table("scene", "weather of", turned=True)
WEATHER_ENDS = Table("scene", "weather ends")  # a word and the verbs that say with it that the weather is over
SEASON_OF = Table("scene", "season of")
# Adjectives, verbs and function words that say nothing which can be drawn.
SILENT = Words("scene", "silent")
# Parts of bodies that the networks' vocabulary has as names of things: an eye is no pair of glasses.
OF_BODIES = Words("scene", "of bodies")
# What visitors call things that the vocabulary has under another name; used where that name is in the vocabulary.
SYNONYMS = Table("scene", "synonyms")
STYLES = Words("unpictured", "styles")  # that the studio's drawings do not have
CARRIERS = Words("unpictured", "carriers")  # only say that something is felt or thought: "the feeling of"


def styles_in(prompt: str) -> tuple[str, ...]:
    """The styles of that sort that a prompt names, the longest name of each."""
    texts: list[str] = []
    text = " ".join(re.findall(r"[a-z0-9][a-z0-9\-']*|[,;.:!?()]", prompt.lower()))
    for phrase in sorted(STYLES, key=lambda style: (-len(style), style)):
        text, count = re.subn(rf"\b{re.escape(phrase)}\b", " ", text)
        texts += [phrase] if count else []
    return tuple(texts)


def is_felt(word: str) -> bool:
    """Whether a word is listed as something that can only be felt or thought."""
    return word in CARRIERS or any(word in group["words"] for group in lexicon("unpictured")["shown"])


def shown_by(word: str) -> list[str]:
    """Prompts of what lets somebody feel an abstract word: a mood of weather and light, or somebody who does something."""
    known = lexicon("unpictured")
    return next((list(group["by"]) for group in known["shown"] if word in group["words"]), list(known["otherwise"]))

"""What the words of a prompt can mean besides things: numbers, sizes, acts, relations, places, hours, weathers, styles; sizes of things."""

from __future__ import annotations

from pipelines.language.lexicon import Table, Words
from pipelines.scenes.places import everything

COUNTS = Table("scene", "counts")
COLLECTIVE = Words("scene", "collective")
DEFINITE = Words("scene", "definite")
PLURAL_COUNT = 3  # "foxes", with no number said
MOST = 6

MEASURES = Words("scene", "measures")

BOTH = Table("scene", "both")


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

SEASON_OF = Table("scene", "season of")

# Adjectives, verbs and function words that say nothing which can be drawn.
SILENT = Words("scene", "silent")
# Parts of bodies that the networks' vocabulary has as names of things: an eye is no pair of glasses.
OF_BODIES = Words("scene", "of bodies")

# What visitors call things that the vocabulary has under another name; used where that name is in the vocabulary.
SYNONYMS = Table("scene", "synonyms")

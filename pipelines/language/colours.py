"""Words for colours: those that a prompt may say, and others by which stories describe things."""

from __future__ import annotations

from pipelines.language.lexicon import Table

COLOUR_WORDS = Table("scene", "colour words")
OTHER_COLOURS = Table("scene", "other colours")


def plain_colour(word: str) -> str:
    """The plain colour that a word means ("crimson" is red); the word itself where it is no colour."""
    return str(COLOUR_WORDS.get(word) or OTHER_COLOURS.get(word, word))

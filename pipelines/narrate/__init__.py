"""Voices that read a text, and what is heard in a recording."""

from pipelines.narrate.parts.spelling import language_of as language_of

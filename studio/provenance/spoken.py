"""Reports in a visitor's language: a verdict's texts, looked up in the catalogue of the page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

from babel.dates import format_date

from studio.words.catalogue import catalogue

Say = Callable[[str], str]
NOT_IN_PDF = ("ja",)  # the face of the PDFs, Inter, has no such letters: those PDFs stay English
RAW = (
    "media",
    "verdict",
    "state",
    "relationship",
    "source_type",
    "media_type",
    "kind",
    "format",
    "method",
    "file",
    "artifact",
    "pipeline",
    "title",
    "signer",
)


def english(text: str) -> str:
    """The text as it is."""
    return text


def speaker(language: str, *, pdf: bool = False) -> Say:
    """What says a text in a language; English where there is no catalogue, or no face for a PDF in it."""
    words = None if pdf and language in NOT_IN_PDF else catalogue(language)
    return words.say if words else english


def spoken(value: Any, say: Say, keep: tuple[str, ...] = RAW) -> Any:
    """Every text of a verdict in the language; what is compared, and names that a file gave, stay as they are."""
    if isinstance(value, str):
        return say(value)
    if isinstance(value, Mapping):
        return {name: one if name in keep else spoken(one, say, keep) for name, one in value.items()}
    return [spoken(one, say, keep) for one in value] if isinstance(value, list | tuple) else value


def translate_titles(signals: Any, say: Say) -> Any:
    """Signals whose titles are the studio's own words, unlike the titles of files."""
    return [{**signal, "title": say(str(signal.get("title", "")))} for signal in signals]


def day(seconds: float, language: str) -> str:
    """A day as the language writes it."""
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).date()
    return format_date(when, "long", locale="en_GB" if catalogue(language) is None else language)

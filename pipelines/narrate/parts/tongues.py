"""How a voice's language turns text into sounds: English by dictionaries, the others by the rules of their spelling or their script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from pipelines.core.models import load
from pipelines.narrate.parts import pronounce
from pipelines.narrate.parts.japanese import SUDACHI, Japanese
from pipelines.narrate.parts.mandarin import Mandarin
from pipelines.narrate.parts.pronounce import PronouncedWord
from pipelines.narrate.parts.spelling import Spelling, described
from pipelines.narrate.parts.wording import Token


class Speech(Protocol):
    """One language as it is spoken."""

    british: bool

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text as they are said, with numbers and signs written out."""

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """The words of one sentence in phonemes; `marks[i]` is the punctuation after word i, or ""."""

    def knows(self, word: str) -> bool:
        """Whether the language certainly has the word."""

    def as_trained(self, phonemes: str) -> str:
        """The phonemes in the writing on which the network was trained."""


@contextmanager
def tongue(language: str) -> Iterator[Speech]:
    """The language of a voice (`en-us`, `en-gb`, `es`, …), with what it needs held in memory for the block."""
    if language.startswith("en"):
        with pronounce.tongue(language == "en-gb") as english:
            yield english
    else:
        data = described(language)
        if language == "ja":
            with load(SUDACHI) as analyser:
                yield Japanese(data, analyser)
        else:
            yield Mandarin(data) if language == "zh" else Spelling(language)

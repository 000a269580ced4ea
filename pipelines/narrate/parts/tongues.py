"""How a voice's language turns text into sounds: English by dictionaries, the others by the rules of their spelling or their script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.core.models import load
from pipelines.narrate.parts import pronounce
from pipelines.narrate.parts.japanese import SUDACHI, Japanese
from pipelines.narrate.parts.mandarin import Mandarin
from pipelines.narrate.parts.pronounce import Speech
from pipelines.narrate.parts.spelling import Spelling, describe_language


@contextmanager
def tongue(language: str) -> Iterator[Speech]:
    """The language of a voice (`en-us`, `en-gb`, `es`, …), with what it needs held in memory for the block."""
    if language.startswith("en"):
        with pronounce.tongue(language == "en-gb") as english:
            yield english
    else:
        data = describe_language(language)
        if language == "ja":
            with load(SUDACHI) as analyser:
                yield Japanese(data, analyser)
        else:
            yield Mandarin(data) if language == "zh" else Spelling(language)

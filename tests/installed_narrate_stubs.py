"""Imported by worker processes of browser tests: Narrate hears five words and speaks in tones, without a network's weights."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import numpy as np

from pipelines.narrate import revoice, transcribe
from pipelines.narrate.parts import kokoro, narration, recognition

HEARD = ((" Uno", 0.2, 0.5), (" dos", 0.6, 0.9), (" tres.", 1.0, 1.4), (" Cuatro", 2.0, 2.4), (" cinco.", 2.5, 2.9))


def recognised(model: Any, samples: np.ndarray, language: str, tell: Callable[[float], None]) -> recognition.Heard:
    """Five words, whatever is said (a stub)."""
    return recognition.Heard(tuple(recognition.sentences(HEARD)), "es", 0.9)


def utter(session: Any, phonemes: str, style: Any, ways: Any, waiting: Callable[[], None]) -> kokoro.Spoken:
    """A tone of 50 ms a phoneme, as high as the delivery asks (a stub)."""
    frames = np.full(len(phonemes) + 2, 2, np.int64)
    time = np.arange(int(frames.sum()) * kokoro.FRAME) / kokoro.RATE_HZ
    tone = 0.2 * np.sin(2 * np.pi * 220 * (ways[0].pitch or 0.5) * time)
    return kokoro.Spoken(tone.astype(np.float32), frames)


def install() -> None:
    """Put the stubs in the place of the networks."""
    recognition.recognise_speech = recognised
    kokoro.utter = utter
    tables = {name: np.zeros((510, 256), np.float32) for name in ("ef_dora", "em_alex")}
    held: Any = lambda card: nullcontext(tables)  # noqa: E731
    for module in (transcribe, revoice, narration):
        module.load = held  # type: ignore[attr-defined]


install()

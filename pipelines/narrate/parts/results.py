"""Speech with its files: words in time, subtitles, and a waveform to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.media import Accompanied, Sound
from pipelines.narrate.parts import timing, waveform

if TYPE_CHECKING:
    import numpy as np


def spoken(samples: np.ndarray, rate_hz: int, lines: list[timing.TimedSentence], estimated: bool) -> Accompanied[Sound]:
    """Samples [n] with the times of their words; `estimated` where no network told them."""
    seconds = len(samples) / rate_hz
    speakers = list(dict.fromkeys(line.speaker for line in lines))
    turns = [(line.start / max(seconds, 1e-6), speakers.index(line.speaker)) for line in lines]
    files: dict[str, Any] = {
        "words.json": timing.words_json(lines, seconds, rate_hz, estimated),
        "subtitles.srt": timing.srt(lines),
        "subtitles.vtt": timing.vtt(lines),
    }
    return Accompanied(Sound(samples.reshape(-1, 1), rate_hz), files, waveform.drawn(samples, turns))

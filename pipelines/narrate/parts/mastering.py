"""From sentences on disk to one sound: every speaker equally loud, -16 LUFS in all, true peaks under -1 dBTP."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.audio import loudness
from pipelines.media import Sound, save_sound
from pipelines.media import disk_samples as tape

if TYPE_CHECKING:
    import numpy as np

_CLOSE_LU = 0.05


@dataclass(frozen=True)
class Take:
    """A sentence that is made: where its samples are, how long, whose, how much louder than the speaker's usual, the pause after it."""

    path: Path
    seconds: float
    speaker: str
    gain_db: float
    pause_seconds: float


class Levels:
    """Loudness of every speaker so far: the blocks of all their sentences, without the pauses."""

    def __init__(self, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self.blocks: dict[str, list[float]] = {}

    def add(self, speaker: str, samples: np.ndarray) -> None:
        """Measure further samples of one speaker."""
        meter = loudness.Meter(self.rate_hz)
        meter.add(samples)
        self.blocks.setdefault(speaker, []).extend(meter.blocks)

    def gain_db(self, speaker: str) -> float:
        """What brings a speaker to the target."""
        now = loudness.measure_gated(self.blocks.get(speaker, []))
        return loudness.TARGET_LUFS - now if math.isfinite(now) else 0.0


def louder(samples: np.ndarray, gain_db: float) -> np.ndarray:
    """Return samples with a gain in decibels."""
    import numpy as np

    return (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)


def write_whole(path: Path, samples: np.ndarray, rate_hz: int) -> None:
    """A WAV file that is there whole or not at all."""
    half = path.with_name(f".{path.stem}.half.wav")
    save_sound(Sound(samples.reshape(-1, 1), rate_hz), half)
    half.replace(path)


def seconds_of(path: Path) -> float:
    """The length of a WAV file."""
    with wave.open(str(path)) as opened:
        return opened.getnframes() / opened.getframerate()


def master_takes(
    takes: Sequence[Take],
    gains: Mapping[str, float],
    rate_hz: int,
    load: Callable[[Take], np.ndarray],
    tell: Callable[[], None],
    folder: Path | None = None,
) -> np.ndarray:
    """All takes with their pauses as samples [n] (a tape in `folder` where that is long). The limiter takes a little loudness away, so
    a second pass makes up for it.
    """
    lengths = [len(load(take)) for take in takes]
    pauses = [round(take.pause_seconds * rate_hz) for take in takes]
    whole = tape.blank(sum(lengths) + sum(pauses), 1, rate_hz, folder)[:, 0]
    correction = 0.0
    for _ in range(4):
        meter, place = loudness.Meter(rate_hz), 0
        for take, length, pause in zip(takes, lengths, pauses):
            tell()
            loud = louder(load(take), gains[take.speaker] + take.gain_db + correction)
            whole[place : place + length] = loudness.limit_peaks(loud, rate_hz)
            meter.add(whole[place : place + length + pause])
            place += length + pause
        off = loudness.TARGET_LUFS - meter.lufs
        if not math.isfinite(off) or abs(off) < _CLOSE_LU:
            break
        correction += off
    return whole

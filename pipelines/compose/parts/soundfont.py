"""A player of sampled instruments (SoundFont 2.04, compressed as SF3): regions, loops, envelopes, the low-pass, velocity; exact to the sample.

Written because the packaged players could not be used: symusic 0.6.0 cannot hand its sound back, and 0.5.9 ignores overridingRootKey
(a violin's C sounds a semitone flat); tinysoundfont needs PyAudio, fluidsynth is not on PyPI.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

RATE_HZ = 48_000
DRUMS = 128  # added to the number of a drum kit (bank 128), so that it is a program among the others
ADDED = {  # generator -> what it is without one
    8: 13500,
    9: 0,
    17: 0,
    33: -12000,
    34: -12000,
    35: -12000,
    36: -12000,
    37: 0,
    38: -12000,
    39: 0,
    40: 0,
    48: 0,
    51: 0,
    52: 0,
    56: 100,
}
KEYS, VELOCITIES, INSTRUMENT, SAMPLE = 43, 44, 41, 53
SIZES = {"phdr": 38, "pbag": 4, "pgen": 4, "inst": 22, "ibag": 4, "igen": 4, "shdr": 46}
SILENT_DB = 90.0


@dataclass(frozen=True)
class Region:
    """A sample and how it sounds for a stretch of keys and velocities."""

    sample: int
    keys: tuple[int, int]
    velocities: tuple[int, int]
    values: dict[int, int] = field(hash=False)


@dataclass(frozen=True)
class Sample:
    """A recorded note is a range of the file's samples, with its loop."""

    start: int
    end: int
    loop: tuple[int, int]
    rate_hz: int
    root: int
    correction: int


def _chunks(data: bytes, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    while start + 8 <= end:
        size = struct.unpack_from("<I", data, start + 4)[0]
        yield data[start : start + 4].decode("latin1"), start + 8, size
        start += 8 + size + size % 2


class SoundFont:
    """The presets of bank 0 by MIDI program, and the drum kits from DRUMS on."""

    def __init__(self, path: Path) -> None:
        data = path.read_bytes()
        tables: dict[str, list[bytes]] = {}
        for _, start, size in _chunks(data, 12, len(data)):
            for name, begin, length in _chunks(data, start + 4, start + size):
                if name in SIZES:
                    n = SIZES[name]
                    tables[name] = [data[begin + i * n : begin + (i + 1) * n] for i in range(length // n)]
                elif name == "smpl":
                    self._packed = data[begin : begin + length]
        self.samples = [self._sample(record) for record in tables["shdr"][:-1]]
        self.presets = {
            program + (DRUMS if bank else 0): list(self._regions(tables, i))
            for i, record in enumerate(tables["phdr"][:-1])
            for program, bank in (struct.unpack_from("<HH", record, 20),)
            if bank in (0, 128)
        }
        self._wave = lru_cache(maxsize=512)(self._decode)
        self.note = lru_cache(maxsize=128)(self._note)  # repeated notes are the same sound

    @staticmethod
    def _sample(record: bytes) -> Sample:
        start, end, loop, loop_end, rate = struct.unpack_from("<5I", record, 20)
        root, correction = struct.unpack_from("<Bb", record, 40)
        return Sample(start, end, (loop, loop_end), rate, root, correction)

    @staticmethod
    def _zones(tables: dict[str, list[bytes]], kind: str, index: int) -> list[dict[int, int]]:
        header, bag, gen, place = ("phdr", "pbag", "pgen", 24) if kind == "preset" else ("inst", "ibag", "igen", 20)
        first, last = (struct.unpack_from("<H", tables[header][index + i], place)[0] for i in (0, 1))
        zones = []
        for b in range(first, last):
            low, high = (struct.unpack_from("<H", tables[bag][b + i])[0] for i in (0, 1))
            zones.append(
                {struct.unpack_from("<H", g)[0]: struct.unpack_from("<h", g, 2)[0] for g in tables[gen][low:high]}
            )
        return zones

    def _regions(self, tables: dict[str, list[bytes]], index: int) -> Iterator[Region]:
        outer = self._zones(tables, "preset", index)
        common = outer.pop(0) if outer and INSTRUMENT not in outer[0] else {}
        for zone in outer:
            above = common | zone
            inner = self._zones(tables, "instrument", above[INSTRUMENT])
            shared = inner.pop(0) if inner and SAMPLE not in inner[0] else {}
            for part in inner:
                below = shared | part
                keys, velocities = (_both(above.get(g), below.get(g)) for g in (KEYS, VELOCITIES))
                if keys[0] <= keys[1] and velocities[0] <= velocities[1]:
                    added = {g: below.get(g, base) + (above.get(g, 0) if g != 56 else 0) for g, base in ADDED.items()}
                    kept = {g: v for g, v in below.items() if g not in ADDED}
                    yield Region(below[SAMPLE], keys, velocities, kept | added)

    def _decode(self, index: int) -> np.ndarray:
        import av

        sample = self.samples[index]
        with av.open(io.BytesIO(self._packed[sample.start : sample.end]), "r") as container:
            blocks = [frame.to_ndarray() for frame in container.decode(audio=0)]
        return np.concatenate(blocks, axis=1)[0].astype(np.float32)

    def _note(self, program: int, key: int, velocity: int, seconds: float) -> np.ndarray:
        """One note as [n, 2] at RATE_HZ: `seconds` held, then its release."""
        sounds = [
            self._play(region, key, velocity, seconds)
            for region in self.presets[program]
            if region.keys[0] <= key <= region.keys[1] and region.velocities[0] <= velocity <= region.velocities[1]
        ]
        out = np.zeros((max((len(s) for s in sounds), default=1), 2), np.float32)
        for sound in sounds:
            out[: len(sound)] += sound
        return out

    def _play(self, region: Region, key: int, velocity: int, seconds: float) -> np.ndarray:
        v, sample, wave = region.values, self.samples[region.sample], self._wave(region.sample)
        root = v[58] if v.get(58, -1) >= 0 else sample.root
        cents = (key - root) * v[56] + 100 * v[51] + v[52] + sample.correction
        step = 2 ** (cents / 1200) * sample.rate_hz / RATE_HZ
        gain = _envelope(v, key, seconds)
        loop = (
            sample.loop[0] + v.get(2, 0) + 32768 * v.get(45, 0),
            sample.loop[1] + v.get(3, 0) + 32768 * v.get(50, 0),
        )
        looped = v.get(54, 0) & 1 and 0 <= loop[0] < loop[1] <= len(wave)
        if not looped:
            gain = gain[: max(2, int((len(wave) - 4) / step))]
        sound = _resample(wave, step, len(gain), loop if looped else None)
        sound = _low_pass(sound, v[8] - 1800 * (1 - velocity / 127) ** 1.5)
        loudness = 10 ** (-(0.4 * v[48] / 10 + 30 * np.log10(127 / max(1, velocity))) / 20)
        sound *= gain * np.float32(loudness)
        fade = min(len(sound), 192)  # a sample that ends early does not click
        sound[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        angle = (np.clip(v[17], -500, 500) / 1000 + 0.5) * np.pi / 2
        return sound[:, None] * np.array([np.cos(angle), np.sin(angle)], np.float32)[None] * np.float32(1.414)


def _both(above: int | None, below: int | None) -> tuple[int, int]:
    low, high = 0, 127
    for value in (above, below):
        if value is not None:
            low, high = max(low, value & 255), min(high, value >> 8 & 255)
    return low, high


def _time(timecents: float) -> float:
    return float(2 ** (timecents / 1200)) if timecents > -12000 else 0.0


def _envelope(v: dict[int, int], key: int, seconds: float) -> np.ndarray:
    """Delay, attack (straight), hold, decay and release (straight in decibels)."""
    delay, attack = _time(v[33]), max(0.002, _time(v[34]))
    hold = _time(v[35] + v[39] * (60 - key))
    decay, release = max(0.002, _time(v[36] + v[40] * (60 - key))), max(0.06, min(4.0, _time(v[38])))
    sustain = min(SILENT_DB, max(0.0, v[37] / 10))
    held = max(int(seconds * RATE_HZ), 1)
    t = np.arange(held, dtype=np.float32) / RATE_HZ - np.float32(delay)
    falling = np.clip((t - attack - hold) * (100 / decay), 0, sustain)
    level = np.clip(t / attack, 0, 1) * 10 ** (-falling / 20)
    left = np.arange(int(release * RATE_HZ * SILENT_DB / 100), dtype=np.float32) / RATE_HZ
    tail = level[-1] * 10 ** (-left * (100 / release) / 20)
    return np.concatenate([level, tail]).astype(np.float32)


def _resample(wave: np.ndarray, step: float, count: int, loop: tuple[int, int] | None) -> np.ndarray:
    """The sample read at `step`, by cubic Hermite interpolation, going round its loop."""
    where = np.arange(count, dtype=np.float64) * step
    whole = where.astype(np.int64)
    x = (where - whole).astype(np.float32)

    if loop is not None:
        rounds = max(0, (int(whole[-1]) + 2 - loop[0]) // (loop[1] - loop[0]))
        wave = np.concatenate([wave[: loop[1]], np.tile(wave[slice(*loop)], rounds)])
    about = np.pad(wave, (1, 2), mode="edge")
    a, b, c, d = (about.take(whole + place, mode="clip") for place in range(4))
    return b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)))


def _low_pass(sound: np.ndarray, cents: float) -> np.ndarray:
    from scipy.signal import sosfilt

    cutoff = 8.176 * 2 ** (cents / 1200)
    if cutoff >= 0.42 * RATE_HZ:
        return sound
    warped = np.tan(np.pi * max(cutoff, 200.0) / RATE_HZ)  # Butterworth, second order, by the bilinear transform
    gain, tilt = warped**2, np.sqrt(2) * warped
    row = np.array([gain, 2 * gain, gain, 1 + gain + tilt, 2 * (gain - 1), 1 + gain - tilt]) / (1 + gain + tilt)
    return np.asarray(sosfilt(row[None], sound), np.float32)

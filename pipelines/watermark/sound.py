"""An invisible mark of 32 bits in a sound, read back blind after compression, resampling, gain, trimming and moderate mixing.

Spread spectrum in the logarithm of the spectrum after Kirovski and Malvar, "Spread-spectrum watermarking of audio signals" (2003), with
their idea of informed embedding (from Malvar and Florêncio, "Improved spread spectrum", 2003): the embedder plays the reader and gives more
to words that the sound itself drowns. It departs from both: a chip is a difference in time, so that neither gain nor timbre moves
it, and each byte is one of 256 biorthogonal words, as in the mark of pictures.

A slot of 80 ms makes each of 103 bands (62.5 Hz wide, 0.3 to 6.7 kHz) louder and then softer by about a decibel, or the other way
round. 38 slots are a block of 3.04 s that repeats; the reader folds all blocks onto one, so any stretch of it will do.

docs/notes/mark-in-sounds.md has the numbers of what survives and what is heard of it.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipelines.media import at_rate

Reals = NDArray[np.floating]

READ_HZ = 16_000
HOP_SECONDS, WINDOW_SECONDS, OVERLAP = 0.008, 0.032, 4
HOPS = 5  # in half a slot: 40 ms louder, 40 ms softer
SLOTS = 38  # in a block
BAND_HZ, LOWEST_HZ, BANDS = 62.5, 312.5, 103
WORDS = 6  # bytes: four of payload, two of checksum
LENGTH = 128  # coefficients of a word, each spread over several chips
PILOT_SHARE = 0.25  # of the chips: they tell where a block begins

LEAST_DB, MOST_DB = 0.35, 1.8  # how much louder and softer: by how restless the sound is there
RESTLESS = 0.22  # decibels of mark to a decibel of the sound's own changes
ROUNDS = 3  # of informed embedding
ENOUGH = 9.0  # standard deviations of a word that needs no more
CLEAR_DB = 12.0  # above what a band always has, a chip counts in full
QUIET_DB = -55.0  # below the loudest band: there the mark is neither written nor read

PILOT_FLOOR = 4.0  # standard deviations; the best of 380 alignments has 3 without a mark
CANDIDATES = 4  # alignments whose words are tried
WORD_FLOOR = 4.0  # mean of the six words; without a mark the best of 256 words has 2.8
SHORTEST_SECONDS = 1.0  # below this nothing is read
LONGEST_SECONDS = 180.0  # of a sound that is read: it says the same all along
STRETCH_BLOCKS = 60  # three minutes: what is marked at once


@dataclass(frozen=True)
class DecodedMark:
    """A mark that was found: its payload, and how well its words correlate, 0 (just accepted) to 1 (well above)."""

    payload: int
    confidence: float


@dataclass(frozen=True)
class _Code:
    """Who carries what: for each chip of a block [SLOTS,BANDS] its sign and its coefficient (-1: pilot)."""

    signs: Reals
    places: NDArray[np.int64]
    walsh: Reals  # [LENGTH,LENGTH], rows are the words


@lru_cache(maxsize=1)
def _code() -> _Code:
    from scipy.linalg import hadamard

    rng = np.random.default_rng(0x5EED)
    count = SLOTS * BANDS
    order = rng.permutation(count)
    places = np.full(count, -1)
    data = order[round(PILOT_SHARE * count) :]
    places[data] = np.arange(len(data)) % (WORDS * LENGTH)
    signs = rng.choice(np.array([-1.0, 1.0], np.float32), count)
    return _Code(signs.reshape(SLOTS, BANDS), places.reshape(SLOTS, BANDS), hadamard(LENGTH).astype(np.float32))


def _bytes_of(payload: int) -> bytes:
    whole = payload.to_bytes(4, "big")
    return whole + hashlib.sha256(b"sound mark" + whole).digest()[:2]


def _chips(payload: int) -> Reals:
    """The block of a payload: +1 where a band is first louder, -1 where it is first softer [SLOTS,BANDS]."""
    code = _code()
    words = np.stack([code.walsh[byte >> 1] * (1 - 2 * (byte & 1)) for byte in _bytes_of(payload)]).reshape(-1)
    return code.signs * np.where(code.places < 0, 1.0, words[np.maximum(code.places, 0)])


# writing


def embed(samples: Reals, rate_hz: int, payload: int) -> Reals:
    """The sound [n] or [n,channels] float32 with the mark for `payload`, 0 to 2³²−1. The same input gives the same samples.

    A sound under a second is marked too, but cannot be read back alone. What is longer than three minutes is marked stretch by
    stretch (`pipelines.media.disk_samples`). ValueError for a payload that does not fit.
    """
    if not 0 <= payload < 1 << 32:
        raise ValueError("the payload must fit in 32 bits")
    sound = samples.reshape(len(samples), -1)
    block = round(SLOTS * 2 * HOPS * HOP_SECONDS * rate_hz)
    most = STRETCH_BLOCKS * block
    if len(sound) <= most + block:
        return _embed_stretch(sound, rate_hz, payload).reshape(samples.shape)
    from pipelines.media import disk_samples as tape

    marked = tape.blank(*sound.shape, rate_hz)
    rise = np.linspace(0, 1, block, dtype=np.float32)[:, None]
    for start in range(0, len(sound) - block, most):
        first = max(0, start - block)  # a block of what was marked before, to fade over
        end = start + most if start + most < len(sound) - block else len(sound)
        piece = _embed_stretch(sound[first:end], rate_hz, payload)
        if start:
            piece[:block] = marked[first:start] + (piece[:block] - marked[first:start]) * rise
        marked[first:end] = piece
    return marked.reshape(samples.shape)


def _embed_stretch(sound: Reals, rate_hz: int, payload: int) -> Reals:
    """A stretch [n,channels] that begins where a block begins."""
    sound = np.array(sound, np.float32)
    if len(sound) < rate_hz * 4 * WINDOW_SECONDS or not sound.any():
        return sound
    chips = _chips(payload)
    strength = _strength(_mono(sound), rate_hz)
    marked = _modulate_bands(sound, rate_hz, chips, strength)
    for _ in range(ROUNDS):
        short = _shortfall(_mono(marked), rate_hz, payload)
        if short.max() <= 1.0:
            break
        strength = np.minimum(strength * np.resize(short, (len(strength), BANDS)), MOST_DB)
        marked = _modulate_bands(sound, rate_hz, chips, strength)
    return marked


def _mono(sound: Reals) -> Reals:
    middle = sound.mean(axis=1)
    return middle if np.square(middle).sum() > 0.02 * np.square(sound).mean(axis=1).sum() else sound[:, 0]


def _strength(mono: Reals, rate_hz: int) -> Reals:
    """Decibels up and down for each slot and band [slots,BANDS], by the sound's own changes there; 0 where it is silent."""
    energies, loud = _energies(at_rate(mono, rate_hz, READ_HZ))
    halves = _halves(energies)
    slots = max(1, math.ceil(len(mono) / rate_hz / (2 * HOPS * HOP_SECONDS)))
    changes = np.abs(np.diff(halves, axis=0, append=halves[-1:]))
    restless = np.sqrt(np.maximum(0, _smooth_values(np.square(changes), 2, axis=1)))
    per_slot = np.add.reduceat(restless, np.arange(0, len(restless), 2))[:slots] / 2
    heard = _halves(np.ceil(loud))[0::2][:slots] > 0.5
    strength = np.clip(RESTLESS * per_slot, LEAST_DB, MOST_DB) * heard
    return np.pad(strength, ((0, slots - len(strength)), (0, 0)), mode="edge")


def _shortfall(mono: Reals, rate_hz: int, payload: int) -> Reals:
    """By how much the chips of each word must be stronger, for a block [SLOTS,BANDS]: the reader's view with the place known."""
    code = _code()
    folded, weights = _fold(*_differences(*_energies(at_rate(mono, rate_hz, READ_HZ)), 0))
    words = _correlations(folded)
    wanted = np.array([words[at, byte >> 1] * (1 - 2 * (byte & 1)) for at, byte in enumerate(_bytes_of(payload))])
    factors = np.clip(ENOUGH / np.maximum(wanted, 1.0), 1.0, 1.8)
    pilot = np.clip(ENOUGH / max(_pilot(folded, weights), 1.0), 1.0, 1.8)
    return np.where(code.places < 0, pilot, factors[np.maximum(code.places, 0) // LENGTH])


def _modulate_bands(sound: Reals, rate_hz: int, chips: Reals, strength: Reals) -> Reals:
    """The sound with its bands made louder and softer: short-time spectra times a gain, put together again (overlap-add)."""
    from scipy import fft

    hop = round(HOP_SECONDS * rate_hz)
    size = OVERLAP * hop
    window = np.sqrt(np.hanning(size + 1)[:-1] * 2 / OVERLAP).astype(np.float32)  # squares of what overlaps add up to 1
    n, channels = sound.shape
    frames = math.ceil(n / hop) + OVERLAP
    padded = np.pad(sound, ((size, frames * hop - n), (0, 0)))
    out = np.zeros((len(padded) // hop + 1, hop, channels), np.float32)
    band = np.floor((np.fft.rfftfreq(size, 1 / rate_hz) - LOWEST_HZ) / BAND_HZ).astype(int)
    inside = (band >= 0) & (band < BANDS)
    for first in range(0, frames, 1024):
        starts = np.arange(first, min(first + 1024, frames)) * hop
        gains = np.ones((len(starts), len(band)), np.float32)
        gains[:, inside] = _gains((starts - size / 2) / rate_hz, chips, strength)[:, band[inside]]
        for channel in range(channels):
            cut = np.lib.stride_tricks.sliding_window_view(padded[:, channel], size)[starts] * window
            spectra = fft.rfft(cut, axis=1) * gains
            made = (fft.irfft(spectra, size, axis=1) * window).reshape(len(starts), OVERLAP, hop)
            for part in range(OVERLAP):
                out[first + part : first + part + len(starts), :, channel] += made[:, part]
    return out.reshape(-1, channels)[size : size + n]


def _gains(seconds: Reals, chips: Reals, strength: Reals) -> Reals:
    """Linear gains for frames around the given times [frames,BANDS]."""
    half = np.clip(np.floor(seconds / (HOPS * HOP_SECONDS)).astype(int), 0, 2 * len(strength) - 1)
    slot, sign = half // 2, 1 - 2 * (half % 2)
    decibels = sign[:, None] * chips[slot % SLOTS] * strength[slot]
    return (10 ** (decibels / 20)).astype(np.float32)


# reading


def read_mark(samples: Reals, rate_hz: int) -> DecodedMark | None:
    """The mark in a sound [n] or [n,channels], or None where there is none, or too little of it."""
    sound = np.array(samples.reshape(len(samples), -1)[: round(LONGEST_SECONDS * rate_hz)], np.float32)
    if len(sound) < SHORTEST_SECONDS * rate_hz or not sound.any():
        return None
    mono = at_rate(_mono(sound), rate_hz, READ_HZ)
    tried = sorted(((_pilot(*block), block) for block in _alignments(mono)), key=lambda one: -one[0])
    for pilot, block in tried[:CANDIDATES]:
        if pilot > PILOT_FLOOR and (found := _decode_mark(block[0])):
            return found
    return None


def _decode_mark(folded: Reals) -> DecodedMark | None:
    words = _correlations(folded)
    rows = np.abs(words).argmax(axis=1)
    tops = words[np.arange(WORDS), rows]
    found = bytes(int(row) << 1 | int(top < 0) for row, top in zip(rows, tops))
    strength = float(np.abs(tops).mean())
    payload = int.from_bytes(found[:4], "big")
    if strength < WORD_FLOOR or found != _bytes_of(payload):
        return None
    return DecodedMark(payload, min(1.0, (strength - WORD_FLOOR) / (ENOUGH - WORD_FLOOR)))


def _energies(mono: Reals) -> tuple[Reals, Reals]:
    """Decibels of each hop and band [hops,BANDS] of a sound at READ_HZ, and how far it stands out of what is there all the time (0 to 1)."""
    from scipy import fft

    size, hop = round(WINDOW_SECONDS * READ_HZ), round(HOP_SECONDS * READ_HZ)
    padded = np.pad(mono, (size // 2, size))
    window = np.hanning(size + 1)[:-1].astype(np.float32)
    count = len(mono) // hop
    first, per_band = round(LOWEST_HZ * WINDOW_SECONDS), round(BAND_HZ * WINDOW_SECONDS)
    array = np.empty((count, BANDS), np.float32)
    view = np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]
    for at in range(0, count, 2048):
        spectrum = np.square(np.abs(fft.rfft(view[at : min(at + 2048, count)] * window, axis=1)))
        array[at : at + 2048] = spectrum[:, first : first + per_band * BANDS].reshape(-1, BANDS, per_band).mean(axis=2)
    decibels = 10 * np.log10(array + 1e-9)
    floor = np.maximum(np.percentile(decibels, 10, axis=0), np.percentile(decibels, 99.5) + QUIET_DB)
    return decibels, np.clip((decibels - floor) / CLEAR_DB, 0, 1)


def _halves(per_hop: Reals, offset: int = 0) -> Reals:
    """Means over the inner hops of every half slot [halves,BANDS], from the hop `offset` on."""
    count = (len(per_hop) - offset) // HOPS
    if count < 1:
        return per_hop.mean(axis=0, keepdims=True)
    return per_hop[offset : offset + count * HOPS].reshape(count, HOPS, -1)[:, 1:-1].mean(axis=1)


def _smooth_values(values: Reals, reach: int, axis: int) -> Reals:
    from scipy.ndimage import uniform_filter1d

    return uniform_filter1d(values, 2 * reach + 1, axis=axis, mode="nearest")


def _differences(energies: Reals, loud: Any, offset: int) -> tuple[Reals, Reals]:
    """How much louder each band's first half slot is than its second, in the spread of its neighbours [slots,BANDS], and weights."""
    halves = _halves(energies, offset)
    heard = _halves(loud, offset)
    slots = len(halves) // 2
    difference = halves[0 : 2 * slots : 2] - halves[1 : 2 * slots : 2]
    weights = np.maximum(heard[0 : 2 * slots : 2], heard[1 : 2 * slots : 2])
    difference = difference - _smooth_values(difference * weights, 4, 1) / np.maximum(
        _smooth_values(weights, 4, 1), 1e-3
    )
    power = _smooth_values(np.square(difference) * weights, 12, 1) / np.maximum(_smooth_values(weights, 12, 1), 1e-3)
    spread = np.sqrt(np.maximum(power, 0))
    return np.clip(difference / np.maximum(spread, 0.3), -2.0, 2.0) * weights, weights


def _fold(differences: Reals, weights: Reals) -> tuple[Reals, Reals]:
    """All blocks added onto one [SLOTS,BANDS], and how much was added where."""
    short = -len(differences) % SLOTS
    folded = np.pad(differences, ((0, short), (0, 0))).reshape(-1, SLOTS, BANDS).sum(axis=0)
    return folded, np.pad(weights, ((0, short), (0, 0))).reshape(-1, SLOTS, BANDS).sum(axis=0)


def _alignments(mono: Reals) -> Iterator[tuple[Reals, Reals]]:
    """The folded block for every place at which the first could begin: hops within a slot, then slots within a block."""
    energies, loud = _energies(mono)
    for offset in range(2 * HOPS):
        folded, weights = _fold(*_differences(energies, loud, offset))
        for shift in range(SLOTS):
            yield np.roll(folded, shift, axis=0), np.roll(weights, shift, axis=0)


def _pilot(folded: Reals, weights: Reals) -> float:
    """Correlation with the pilot in standard deviations."""
    code = _code()
    pilot = code.places < 0
    noise = math.sqrt(float(np.square(folded[pilot]).sum()) + 1e-9)
    return float((folded * code.signs)[pilot].sum()) / noise if weights[pilot].sum() > 30 else 0.0


def _correlations(folded: Reals) -> Reals:
    """Correlation of every word with every row [WORDS,LENGTH] in standard deviations."""
    code = _code()
    data = code.places >= 0
    values = (folded * code.signs)[data]
    sums = np.bincount(code.places[data], values, WORDS * LENGTH).reshape(WORDS, LENGTH)
    energy = np.bincount(code.places[data] // LENGTH, np.square(values), WORDS)
    return sums @ code.walsh.T / np.sqrt(energy + 1e-9)[:, None]

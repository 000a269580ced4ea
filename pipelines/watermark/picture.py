"""An invisible mark of 32 bits in a picture, read back blind after resizing, recompression and moderate cropping.

Spread spectrum after Cox, Kilian, Leighton and Shamoon, "Secure spread spectrum watermarking for multimedia" (1997), as a
tile that repeats over the picture after Kutter, "Watermarking resisting to translation, rotation and scaling" (1998). It
departs from both: the tile lives in coordinates that span the whole picture, so that resizing, even uneven, needs no
search and only a crop does; and each byte is one of 256 biorthogonal words rather than eight separate bits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]  # height × width × 3, RGB
Reals = NDArray[np.floating]  # all float32 unless said otherwise
Complexes = NDArray[np.complexfloating]

CANONICAL_PX = 256  # the whole picture, whatever its size and shape, in the coordinates of the mark
TILE_PX = 64  # the mark's period in them
BAND_CYCLES = (5, 20)  # per tile: below, the picture itself is loud; above, a third of the size would lose it
WORDS = 6  # bytes: four of payload, two of checksum
CHIPS = 128  # real coefficients that carry one byte; what remains of the band is the pilot
PILOT_GAIN = 0.8  # amplitude of a pilot coefficient over a word's

FLAT_LEVELS = 0.65  # rms of the mark where the picture is flat, in grey levels of 255
MOST_LEVELS = 3.1  # rms at most: 38 dB where a picture is all texture
TEXTURE_SHARE = 0.5  # rms of the mark over that of the texture that hides it
EDGE_LEVELS = 15.0  # detail beyond this is an edge and hides no more than this

KEPT_SHARES = np.arange(0.70, 1.05, 0.0125)  # of a side after a crop; above 1, a border was added
CANDIDATES = 8  # alignments whose words are tried in a search
GRID_PX = 128  # the tile's alignment is found to TILE_PX / GRID_PX = half a canonical pixel
NEAR_STEPS = 4  # of that grid: how far an uncropped picture may be off, from the resampling alone
PILOT_FLOOR = 3.0  # standard deviations of the pilot's correlation where nothing was searched
PILOT_FLOOR_SEARCHED = 5.0
WORD_FLOOR = 3.6  # mean of the six best word correlations in standard deviations: 2.8 without a mark, 11.3 at most


@dataclass(frozen=True)
class DecodedMark:
    """A mark that was found: its payload, and how well its words correlate, 0 (just accepted) to 1 (perfectly)."""

    payload: int
    confidence: float


def embed(image: Picture, payload: int) -> Picture:
    """The picture with the mark for `payload`, 0 to 2³²−1. The same input gives the same bytes. ValueError otherwise."""
    return apply(image, residual(image, payload))


def residual(image: Picture, payload: int) -> Reals:
    """What to add to the picture, in grey levels, at 256×256: one residual can serve all frames of a scene.

    Its strength follows the texture (noise visibility, Voloshynovskiy et al. 1999), but not a lone edge, which hides
    nothing on its calm side: hence the minimum over a neighbourhood.
    """
    if not 0 <= payload < 1 << 32:
        raise ValueError("the payload must fit in 32 bits")
    detail = np.clip(_detail(_canonical_grey(image), sigma_px=2.0), -EDGE_LEVELS, EDGE_LEVELS)
    calmest = cv2.erode(_deviation(detail, sigma_px=1.5), np.ones((11, 11), np.uint8))
    texture = cv2.GaussianBlur(calmest, (0, 0), 2.0)
    levels = np.clip(TEXTURE_SHARE * texture, FLAT_LEVELS, MOST_LEVELS)
    repeats = CANONICAL_PX // TILE_PX
    return (levels * np.tile(_tile(payload), (repeats, repeats))).astype(np.float32)


def apply(image: Picture, residual: Reals) -> Picture:
    """Add a residual to a picture of any size; beside the result this takes 5 bytes a pixel."""
    whole = steps(residual, image.shape[1], image.shape[0])
    marked = np.empty_like(image)
    for top in range(0, len(image), 64):  # what fits in the processor's cache
        band = slice(top, top + 64)
        marked[band] = stamp_steps(image[band], split_steps(whole[band]))
    return marked


def steps(residual: Reals, width: int, height: int) -> NDArray[np.int8]:
    """A residual at the size of a picture in whole grey levels, int8 [h,w]; all frames of that size can share them."""
    levels = _resize_plane(residual, width, height, enlarging=cv2.INTER_CUBIC)
    return np.rint(levels, out=levels).astype(np.int8)


def split_steps(steps: NDArray[np.int8]) -> list[Picture]:
    """What is added to each colour and what is taken away, uint8 [h,w,3]: two sums of bytes take a quarter of the time of a mixed one."""
    return [np.asarray(cv2.merge([np.maximum(part, 0)] * 3), np.uint8) for part in (steps, -steps)]


def stamp_steps(image: Picture, split: list[Picture]) -> Picture:
    """The picture with whole grey levels added to each of its colours, kept within 0..255."""
    return np.asarray(cv2.subtract(cv2.add(image, split[0]), split[1]), np.uint8)


def read_mark(image: Picture, *, crops: bool = True) -> DecodedMark | None:
    """Find the mark in a picture of any size: uncropped first, then (unless told not to) under all crops that keep 70 % of a side or more."""
    return read_frames([image], crops=crops)


def read_frames(frames: Iterable[Picture], *, crops: bool = True) -> DecodedMark | None:
    """Find the mark that all `frames` of a video share: their average is easier to read than any one of them."""
    whitened = sum(_whiten(_canonical_grey(frame)) for frame in frames)
    if not isinstance(whitened, np.ndarray) or not whitened.any():
        return None
    for spectrum in _alignments(whitened, crops):
        payload, strength = _decode_payload(spectrum)
        if payload is not None and strength >= WORD_FLOOR:
            return DecodedMark(payload, min(1.0, (strength - WORD_FLOOR) / (CHIPS**0.5 - WORD_FLOOR)))
    return None


# The picture in the mark's coordinates


def _resize_plane(plane: Reals, width: int, height: int, enlarging: int) -> Reals:
    """Resize one axis after the other: averaged where it shrinks (INTER_AREA), interpolated where it grows."""
    for size in ((width, plane.shape[0]), (width, height)):
        shrinks = size[0] <= plane.shape[1] and size[1] <= plane.shape[0]
        how = cv2.INTER_AREA if shrinks else enlarging
        plane = np.asarray(cv2.resize(plane, size, interpolation=how), np.float32)
    return plane


def _canonical_grey(image: Picture) -> Reals:
    """Luma at 256×256, taken a band of rows at a time so that no full-size float copy is made."""
    height, width = image.shape[:2]
    rows = max(1, (1 << 20) // width)
    bands = []
    for top in range(0, height, rows):
        grey = cv2.cvtColor(np.ascontiguousarray(image[top : top + rows]), cv2.COLOR_RGB2GRAY).astype(np.float32)
        bands.append(_resize_plane(grey, CANONICAL_PX, grey.shape[0], enlarging=cv2.INTER_CUBIC))
    return _resize_plane(np.concatenate(bands), CANONICAL_PX, CANONICAL_PX, enlarging=cv2.INTER_CUBIC)


def _detail(grey: Reals, sigma_px: float) -> Reals:
    return grey - cv2.GaussianBlur(grey, (0, 0), sigma_px)


def _deviation(detail: Reals, sigma_px: float) -> Reals:
    """Local root mean square."""
    return np.sqrt(np.maximum(cv2.GaussianBlur(detail * detail, (0, 0), sigma_px), 0))


def _whiten(grey: Reals) -> Reals:
    """Detail at even strength: the matched filter's whitening in frequency (1/f) and in place (local deviation)."""
    detail = _detail(grey, sigma_px=1.2)
    return np.clip(detail / (_deviation(detail, sigma_px=2.0) + 0.3), -2, 2)


# The code


@dataclass(frozen=True)
class _Code:
    """The band's M coefficients (vertical and horizontal cycles per tile) and how 2M real chips are laid over them."""

    vertical: NDArray[np.int64]
    horizontal: NDArray[np.int64]
    order: NDArray[np.int64]  # chip -> real coefficient: WORDS × CHIPS for the words, the rest for the pilot
    signs: NDArray[np.float64]
    hadamard: NDArray[np.float64]  # CHIPS × CHIPS
    pilot: Complexes  # M, conjugated


@lru_cache(maxsize=1)
def _code() -> _Code:
    """Lay out the code from hashes, not from a random generator, so that no library's version can change it."""
    highest = BAND_CYCLES[1]
    vertical, horizontal = np.mgrid[-highest : highest + 1, 0 : highest + 1].reshape(2, -1)
    cycles = np.hypot(vertical, horizontal)
    half_plane = (horizontal > 0) | (vertical > 0)
    inside = (cycles >= BAND_CYCLES[0]) & (cycles <= highest) & half_plane
    vertical, horizontal = vertical[inside], horizontal[inside]
    reals = 2 * len(vertical)
    order = np.argsort(_hash_label(b"order", reals), kind="stable")
    signs = np.where(_hash_label(b"sign", reals) & 1, 1.0, -1.0)
    hadamard = np.ones((1, 1))
    while len(hadamard) < CHIPS:
        hadamard = np.block([[hadamard, hadamard], [hadamard, -hadamard]])
    pilot = np.zeros(reals)
    pilot[order[WORDS * CHIPS :]] = 1
    pilot *= signs
    conjugate = (pilot[: reals // 2] - 1j * pilot[reals // 2 :]).astype(np.complex64)
    return _Code(vertical, horizontal, order, signs, hadamard, conjugate)


def _hash_label(label: bytes, count: int) -> NDArray[np.uint64]:
    return np.frombuffer(hashlib.shake_256(label).digest(8 * count), dtype="<u8")


def _add_checksum(payload: int) -> bytes:
    """Four bytes of payload and two of checksum."""
    content = payload.to_bytes(4, "big")
    return content + hashlib.blake2b(content, digest_size=2, person=b"mark").digest()


def _tile(payload: int) -> Reals:
    """The pattern for one payload, 64×64, mean 0, rms 1."""
    code = _code()
    chips = np.zeros(len(code.order))
    for place, byte in enumerate(_add_checksum(payload)):
        chips[code.order[place * CHIPS : (place + 1) * CHIPS]] = code.hadamard[byte & 127] * (1 if byte >> 7 else -1)
    chips[code.order[WORDS * CHIPS :]] = PILOT_GAIN
    chips *= code.signs
    half = len(code.vertical)
    spectrum = np.zeros((TILE_PX, TILE_PX), np.complex128)
    spectrum[code.vertical % TILE_PX, code.horizontal] = chips[:half] + 1j * chips[half:]
    tile = np.fft.ifft2(spectrum).real  # the other half-plane would only double it
    return (tile / tile.std()).astype(np.float32)


def _decode_payload(spectrum: Complexes) -> tuple[int | None, float]:
    """The payload (None when the checksum fails) from an aligned spectrum, and the words' mean correlation."""
    code = _code()
    chips = np.concatenate([spectrum.real, spectrum.imag]) * code.signs
    words, strengths = [], []
    for place in range(WORDS):
        heard = chips[code.order[place * CHIPS : (place + 1) * CHIPS]]
        correlations = code.hadamard @ heard / (np.linalg.norm(heard) + 1e-9)
        best = int(np.argmax(np.abs(correlations)))
        words.append(best | (128 if correlations[best] > 0 else 0))
        strengths.append(abs(correlations[best]))
    payload = int.from_bytes(bytes(words[:4]), "big")
    return (payload if _add_checksum(payload) == bytes(words) else None), float(np.mean(strengths))


# Finding the tile's period and place


def _alignments(whitened: Reals, crops: bool = True) -> Iterator[Complexes]:
    """Spectra of the tile, the likeliest alignment first: the picture as it is, then what its pilot finds under crops."""
    whole = _spectra(whitened, np.ones(1), np.ones(1))[0, 0]
    correlation = np.roll(_pilot_correlation(whole), (NEAR_STEPS, NEAR_STEPS), (0, 1))
    near = correlation[: 2 * NEAR_STEPS + 1, : 2 * NEAR_STEPS + 1]
    down, right = np.unravel_index(near.argmax(), near.shape)
    if near.max() >= PILOT_FLOOR:
        yield _shift_origin(whole, int(down) - NEAR_STEPS, int(right) - NEAR_STEPS)
    candidates = []
    if not crops:
        return
    for spectra in _spectra(whitened, KEPT_SHARES, KEPT_SHARES):
        peaks = _pilot_correlation(spectra).reshape(len(spectra), -1)
        candidates += [(row.max(), int(row.argmax()), spectrum) for row, spectrum in zip(peaks, spectra)]
    candidates.sort(key=lambda candidate: -candidate[0])
    for peak, place, spectrum in candidates[:CANDIDATES]:
        if peak >= PILOT_FLOOR_SEARCHED:
            yield _shift_origin(spectrum, place // GRID_PX, place % GRID_PX)


def _spectra(whitened: Reals, shares_x: NDArray[np.float64], shares_y: NDArray[np.float64]) -> Complexes:
    """The tile's M Fourier coefficients when its period is TILE_PX / share: [shares_x, shares_y, M].

    A crop that kept a share of a side has stretched the period by its inverse; a discrete Fourier transform at exactly
    that period needs no resampling.
    """
    code = _code()
    place = np.arange(CANONICAL_PX) + 0.5
    highest = BAND_CYCLES[1]

    def waves(shares: NDArray[np.float64], lowest: int) -> Complexes:
        cycles = np.arange(lowest, highest + 1)
        turns = place[:, None, None] * shares[:, None] * cycles / TILE_PX
        return np.exp(-2j * np.pi * turns).astype(np.complex64)

    across = np.tensordot(whitened.astype(np.complex64), waves(shares_x, 0), (1, 0))  # y, share x, cycles x
    both = np.tensordot(waves(shares_y, -highest), across, (0, 0))  # share y, cycles y, share x, cycles x
    both = both.transpose(2, 0, 1, 3)[:, :, code.vertical + highest, code.horizontal]
    return both / np.sqrt(np.abs(both) + 1e-9)  # a few loud coefficients must not outvote the rest


def _pilot_correlation(spectra: Complexes) -> Reals:
    """Correlation with the pilot at every place of the tile, in standard deviations of chance: [..., GRID_PX, GRID_PX]."""
    code = _code()
    product = spectra * code.pilot
    grid = np.zeros((*spectra.shape[:-1], GRID_PX, GRID_PX), np.complex64)
    grid[..., code.vertical % GRID_PX, code.horizontal] = product
    deviation = np.sqrt((np.abs(product) ** 2).sum(-1) / 2) + 1e-9
    return np.fft.ifft2(grid).real * GRID_PX**2 / deviation[..., None, None]


def _shift_origin(spectrum: Complexes, down: int, right: int) -> Complexes:
    """The spectrum of the tile moved to its own origin, from `down` and `right` in steps of the grid."""
    code = _code()
    return spectrum * np.exp(2j * np.pi * (code.vertical * down + code.horizontal * right) / GRID_PX)

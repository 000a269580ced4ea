"""Drawings of 32x32 pixels for PixelCNN: the named drawings of `training.objects`, laid on white; some are kept back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.objects.data import core, hold_out, prepare
from training.objects.words import CORE_STYLES

SIZE_PX = 32


@dataclass(frozen=True)
class Drawings:
    """RGB levels [n,32,32,3], unit MiniLM vectors of the nouns [n,384], styles 0..2 [n]."""

    levels: np.ndarray
    text: np.ndarray
    styles: np.ndarray


def on_white(rgba: np.ndarray, size_px: int = SIZE_PX) -> np.ndarray:
    """Straight RGBA [s,s,4] on white paper, shrunk by areas: uint8 [size,size,3]."""
    import cv2

    alpha = rgba[..., 3:].astype(np.float32) / 255
    flat = rgba[..., :3] * alpha + 255 * (1 - alpha)
    return cv2.resize(flat, (size_px, size_px), interpolation=cv2.INTER_AREA).round().clip(0, 255).astype(np.uint8)


def load(cache: Path) -> Drawings:
    """The drawings to learn from: without the pairs of noun and style that the object model never saw."""
    from pipelines.core.fetching import fetch
    from pipelines.core.models import load as loaded
    from pipelines.language.minilm import MINILM

    drawings, renders = prepare(cache)
    held_out = hold_out(core(drawings))
    chosen = [d for d in drawings if d.style in CORE_STYLES]
    fetch([MINILM])
    nouns = sorted({d.noun for d in chosen})
    with loaded(MINILM) as encoder:
        vectors = dict(zip(nouns, encoder.sentences(nouns), strict=True))

    wanted = [d for d in chosen if (d.noun, d.style) not in held_out]
    return Drawings(
        np.stack([on_white(renders[d.row]) for d in wanted]),
        np.stack([vectors[d.noun] for d in wanted]).astype(np.float32),
        np.array([CORE_STYLES.index(d.style) for d in wanted]),
    )


def batch(drawings: Drawings, seen: int, size: int, seed: int = 0, drop: float = 0.1):
    """x [n,3,32,32] in -1..1, text [n,384], styles [n] after `seen` pictures; the same place gives the same batch."""
    total = len(drawings.levels)
    generator = np.random.default_rng([seed, seen])
    places = np.arange(seen, seen + size)
    orders = {turn: np.random.default_rng([seed, 7, turn]).permutation(total) for turn in set(places // total)}
    chosen = np.array([orders[p // total][p % total] for p in places])
    pictures = drawings.levels[chosen]
    for i in range(size):
        if generator.random() < 0.5:
            pictures[i] = pictures[i, :, ::-1]
        if generator.random() < 0.5:  # moved by up to two pixels, white coming in
            dy, dx = generator.integers(-2, 3, 2)
            moved = np.full_like(pictures[i], 255)
            s = pictures.shape[1]
            moved[max(dy, 0) : s + min(dy, 0), max(dx, 0) : s + min(dx, 0)] = pictures[
                i, max(-dy, 0) : s + min(-dy, 0), max(-dx, 0) : s + min(-dx, 0)
            ]
            pictures[i] = moved
    text, styles = drawings.text[chosen].copy(), drawings.styles[chosen].copy()
    text[generator.random(size) < drop] = 0
    styles[generator.random(size) < drop] = len(CORE_STYLES)
    return pictures.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1, text, styles

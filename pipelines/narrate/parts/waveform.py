"""The picture of a sound on the shelf: its waveform in the studio's colours."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image as PillowImage
from PIL import ImageDraw
from PIL.Image import Image

if TYPE_CHECKING:
    import numpy as np

PAPER, INK, ACCENT = (251, 248, 243), (30, 27, 24), (217, 98, 43)
WIDTH, HEIGHT = 960, 540
_BARS, _FINE = 96, 3  # the picture is drawn three times as large and reduced, so that round ends are smooth


def envelope(samples: np.ndarray, count: int) -> np.ndarray:
    """Loudness of `count` equal stretches of samples [n], 0 to 1, as the ear weighs it (root mean square to the power 0.6)."""
    import numpy as np

    edges = np.linspace(0, len(samples), count + 1).astype(int)
    levels = np.array([np.sqrt(np.mean(np.square(samples[a:b]))) if b > a else 0.0 for a, b in pairwise(edges)])
    return (levels / max(float(levels.max(initial=0.0)), 1e-6)) ** 0.6


def draw_waveform(samples: np.ndarray, turns: list[tuple[float, int]] | None = None) -> Image:
    """Round bars around a middle line; `turns` are (fraction, speaker number): every second speaker is in the accent colour."""
    picture = PillowImage.new("RGB", (WIDTH * _FINE, HEIGHT * _FINE), PAPER)
    draw = ImageDraw.Draw(picture)
    margin, middle = 64 * _FINE, HEIGHT * _FINE // 2
    pitch = (WIDTH * _FINE - 2 * margin) / _BARS
    half = pitch * 0.29
    draw.line([(margin, middle), (WIDTH * _FINE - margin, middle)], fill=(226, 219, 208), width=_FINE)
    for number, level in enumerate(envelope(samples, _BARS)):
        x = margin + (number + 0.5) * pitch
        height = max(half, float(level) * (HEIGHT * 0.36 * _FINE))
        speaker = next((who for start, who in reversed(turns or []) if start <= (number + 0.5) / _BARS), 0)
        box = (x - half, middle - height, x + half, middle + height)
        draw.rounded_rectangle(box, half, fill=ACCENT if speaker % 2 else INK)
    return picture.reduce(_FINE)

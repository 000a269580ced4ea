"""What a style network is trained on: the studio's own sample photographs, cut, turned and recoloured, and made-up pictures.

Everything is a function of (seed, step), so a run that was interrupted goes on exactly where it stopped.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.core.models import ASSETS

if TYPE_CHECKING:
    import numpy as np

HELD_OUT = ("astronaut", "nagasaki-boats")  # never trained on: what a network is measured with


@lru_cache(maxsize=1)
def training_set() -> tuple[np.ndarray, ...]:
    """The sample photographs but the held-out ones, uint8 [H,W,3]."""
    return tuple(
        _read_photograph(path.stem) for path in sorted((ASSETS / "samples").glob("*.jpg")) if path.stem not in HELD_OUT
    )


def held_out() -> dict[str, np.ndarray]:
    """The photographs kept for measuring, by name."""
    return {slug: _read_photograph(slug) for slug in HELD_OUT}


def _read_photograph(slug: str) -> np.ndarray:
    import numpy as np

    from pipelines.media import load_image

    return np.asarray(load_image(ASSETS / "samples" / f"{slug}.jpg"))


def batch(seed: int, step: int, count: int, side_px: int) -> np.ndarray:
    """`count` training pictures for this step, uint8 [count, side, side, 3]; one in eight is made up."""
    import numpy as np

    rng = np.random.default_rng([seed, step])
    pictures = training_set()
    cuts = [
        _made_up(rng, side_px)
        if rng.random() < 0.125
        else _cut_square(rng, pictures[rng.integers(len(pictures))], side_px)
        for _ in range(count)
    ]
    return np.stack(cuts)


def _cut_square(rng: np.random.Generator, photo: np.ndarray, side_px: int) -> np.ndarray:
    """A square of the photo at 256-800 px on its short side, perhaps mirrored, its contrast, brightness and colours changed."""
    import numpy as np
    from PIL import Image

    height, width = photo.shape[:2]
    side = min(min(height, width), round(side_px * min(height, width) / rng.uniform(256, 800)))
    top, left = rng.integers(height - side + 1), rng.integers(width - side + 1)
    picture = Image.fromarray(photo[top : top + side, left : left + side])
    x = np.asarray(picture.resize((side_px, side_px), Image.Resampling.LANCZOS), np.float32) / 255
    if rng.random() < 0.5:
        x = x[:, ::-1]
    grey = x.mean(axis=2, keepdims=True)
    hue = rng.permutation(3) if rng.random() < 0.3 else np.arange(3)
    x = grey + (x - grey)[..., hue] * rng.uniform(0.0, 1.3)
    x = x.clip(0, 1) ** rng.uniform(0.7, 1.5)  # brightness
    x = (x - 0.5) * rng.uniform(0.7, 1.15) + 0.5  # contrast
    return (x.clip(0, 1) * 255).astype(np.uint8)


def _made_up(rng: np.random.Generator, side_px: int) -> np.ndarray:
    """Soft clouds of colour with flat shapes over them: skies, walls and edges that the photographs have too few of."""
    import numpy as np
    from PIL import Image, ImageDraw

    coarse = rng.integers(30, 226, (int(rng.integers(2, 9)),) * 2 + (3,), dtype=np.uint8)
    picture = Image.fromarray(coarse).resize((side_px, side_px), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(picture)
    for _ in range(int(rng.integers(0, 6))):
        corners = [tuple(point) for point in rng.uniform(-0.2, 1.2, (int(rng.integers(3, 6)), 2)) * side_px]
        colour = tuple(int(c) for c in rng.integers(30, 226, 3))
        if rng.random() < 0.5:
            draw.polygon(corners, fill=colour)
        else:
            (x, y), r = corners[0], float(rng.uniform(0.05, 0.3)) * side_px
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    return np.asarray(picture)

"""Copy and move inside one picture (Amerini et al. 2011): SIFT points that match others of the same picture by one common shift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

SEEN_PX = 640
LEAST_POINTS = 60
LEAST_SHIFT = 24.0  # pixels of the seen picture
LEAST_MATCHES = 20  # that make a part a copied one


@dataclass(frozen=True)
class Copies:
    """Pairs of places [n,2,2] (x, y in the seen picture) that are the same by one shift; `points` found in all."""

    points: int
    pairs: np.ndarray
    seen: np.ndarray


def measure(pixels: np.ndarray) -> Copies | None:
    """The largest group of repeated places in uint8 [h,w,3]; None where the picture has too little texture to tell."""
    import cv2
    import numpy as np

    scale = min(1.0, SEEN_PX / max(pixels.shape[:2]))
    size = max(8, round(pixels.shape[1] * scale)), max(8, round(pixels.shape[0] * scale))
    seen = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    create: Any = getattr(cv2, "SIFT_create")  # noqa: B009 - the wheel's stubs do not know it
    points, vectors = create(1500, contrastThreshold=0.03).detectAndCompute(
        cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), None
    )
    if vectors is None or len(points) < LEAST_POINTS:
        return None
    unit = vectors / (np.linalg.norm(vectors, axis=1, keepdims=True) + 1e-6)
    place = np.array([point.pt for point in points])
    likeness = unit @ unit.T
    apart = np.linalg.norm(place[:, None] - place[None], axis=2)
    likeness[apart < LEAST_SHIFT] = -1
    best = likeness.argmax(1)
    sorted_two = np.sort(likeness, axis=1)[:, -3:]
    distance = np.sqrt(np.maximum(0, 2 - 2 * sorted_two))
    sure = (sorted_two[:, -1] > 0.96) & (distance[:, 2] < 0.6 * distance[:, 0])  # g2NN: one twin, not a pattern
    pairs = np.stack([place, place[best]], 1)[sure]
    return Copies(len(points), _one_shift(pairs), seen)


def _one_shift(pairs: np.ndarray) -> np.ndarray:
    """The pairs of the most common shift, whichever way round."""
    import numpy as np

    if not len(pairs):
        return pairs.reshape(0, 2, 2)
    shift = pairs[:, 1] - pairs[:, 0]
    shift = np.where((shift[:, :1] < 0) | ((shift[:, :1] == 0) & (shift[:, 1:] < 0)), -shift, shift)
    near = np.linalg.norm(shift[:, None] - shift[None], axis=2) < 4
    group = near[near.sum(1).argmax()]
    return pairs[group]


def drawing(found: Copies) -> Image:
    """The repeated places, joined."""
    from PIL import Image as PillowImage
    from PIL import ImageDraw

    picture = PillowImage.fromarray(found.seen)
    draw = ImageDraw.Draw(picture)
    for (x, y), (u, v) in found.pairs:
        draw.line([(x, y), (u, v)], fill=(214, 60, 40), width=2)
        for a, b in ((x, y), (u, v)):
            draw.ellipse([a - 4, b - 4, a + 4, b + 4], outline=(255, 255, 255))
    return picture

"""A picture at its own size: as a whole, and in cuts that CLIP sees without any downscaling.

Generators of today leave their traces between neighbouring pixels, which the canonical form (a short side of 256 pixels) throws away. So the
measurement is made of two parts: the whole picture in one canonical view, and CUTS squares of 224 pixels as they are. (A third, the fall of detail, was
taken out: it found less and accused more; docs/notes/detect.md.)
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.detect.parts import canonical, clip

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

CUT_PX = clip.SEEN_PX
CUTS = (0.85, 0.45)  # of the places, ordered by how much detail they have, the one at each of these shares
LEAST_SIDE_PX = 256
MOST_SIDE_PX = 3072


@dataclass(frozen=True)
class Measurement:
    """What the head of `training.detect.wild` reads: float32 [9728] and [9728]."""

    whole: np.ndarray
    cuts: np.ndarray


def places(pixels: np.ndarray) -> list[tuple[int, int]]:
    """Left and top of the cuts of uint8 [h,w,3]: squares of a half-overlapping grid, chosen by the detail that is in them."""
    import numpy as np

    height, width = pixels.shape[:2]
    tops = np.unique(np.linspace(0, height - CUT_PX, max(1, round(2 * height / CUT_PX) - 1)).astype(int))
    lefts = np.unique(np.linspace(0, width - CUT_PX, max(1, round(2 * width / CUT_PX) - 1)).astype(int))
    corners = [(int(left), int(top)) for top in tops for left in lefts]
    summed = _sum_detail(pixels, sorted({0, *tops.tolist(), *(tops + CUT_PX).tolist()}))
    held = [
        summed[y + CUT_PX][x + CUT_PX] - summed[y][x + CUT_PX] - summed[y + CUT_PX][x] + summed[y][x]
        for x, y in corners
    ]
    order = np.argsort(held, kind="stable")
    return [corners[order[round(share * (len(order) - 1))]] for share in CUTS]


def _sum_detail(pixels: np.ndarray, rows: list[int]) -> dict[int, np.ndarray]:
    """The detail above each of these rows and left of each column, float64 [w+1]; one strip of the picture is in memory at a time."""
    import numpy as np

    total = np.zeros(pixels.shape[1])
    sums = {rows[0]: np.zeros(pixels.shape[1] + 1)}
    for start, end in itertools.pairwise(rows):
        luma = canonical.grey(pixels[max(0, start - 1) : end])
        strip = np.zeros((1 + end - start, pixels.shape[1]))
        strip[0], own = total, luma[-(end - start) :]
        strip[1:, 1:] += np.abs(np.diff(own, axis=1))
        strip[-(len(luma) - 1) :] += np.abs(np.diff(luma, axis=0))
        total = np.add.reduce(strip, axis=0)
        sums[end] = np.concatenate([[0.0], total.cumsum()])
    return sums


def middle(picture: Image) -> Image:
    """The middle of a large picture, MOST_SIDE_PX each way at most, so that memory and time are bounded."""
    left, top = (max(0, (side - MOST_SIDE_PX) // 2) for side in picture.size)
    if not left and not top:
        return picture
    return picture.crop((left, top, left + min(picture.width, MOST_SIDE_PX), top + min(picture.height, MOST_SIDE_PX)))


def cut_views(pixels: np.ndarray) -> list[np.ndarray]:
    """The cuts as CLIP takes them, float32 [1,3,224,224] each; nothing is scaled or saved again."""
    import numpy as np

    mean, deviation = np.array(clip.MEAN, np.float32), np.array(clip.DEVIATION, np.float32)
    found = []
    for left, top in places(pixels):
        square = pixels[top : top + CUT_PX, left : left + CUT_PX].astype(np.float32) / 255
        found.append(np.ascontiguousarray(((square - mean) / deviation).transpose(2, 0, 1)[None], np.float32))
    return found


def measure(picture: Image) -> Measurement:
    """All parts of a picture whose short side has at least LEAST_SIDE_PX pixels (else ValueError). Raises MissingModel."""
    import numpy as np

    if min(picture.size) < LEAST_SIDE_PX:
        raise ValueError(f"a short side of {min(picture.size)} pixels is too small")
    pixels, small = np.asarray(picture.convert("RGB")), canonical.re_encoded(picture)
    whole = clip.pool_features(*clip.features(clip.prepare_picture(small)))
    cuts = np.mean([clip.pool_features(*clip.features(view)) for view in cut_views(pixels)], axis=0)
    return Measurement(whole, cuts.astype(np.float32))

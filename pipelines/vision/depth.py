"""A picture taken apart by depth: the ground behind, completed, and what stands on it, each thing as a plate of its own.

`nearness` is the inverse of the distance, in parts of that of the nearest ground: 1 at the lower border, FAR at the horizon and above.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipelines.vision.inpainting import fill_hole, push_pull
from pipelines.vision.plate import Plate, opaque

FAR = 0.25
HORIZON = 0.5  # of the height; above it everything is equally far
AT_LEAST = 0.5  # nearness of a thing, however high it stands in the picture
LEAST_PART = 0.004  # of the picture: smaller islands of the matte belong to the ground
MOST_THINGS = 4
RIM_PX = 3
WORK_PX = 1600  # longer side at which mattes and fillings are made


@dataclass(frozen=True)
class ForegroundLayer:
    """Something that stands out: colour multiplied by alpha, cut to its own box, whose first pixel lies at `corner` (x, y); and its nearness."""

    plate: Plate
    nearness: float
    corner: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class LayeredPicture:
    """The ground, whole, and the things in front of it, far to near."""

    ground: Plate
    things: tuple[ForegroundLayer, ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.ground.size

    def anchored(self, scale: float) -> None:
        """Say at which scale (frame pixels a picture pixel) the plates are shown most."""
        for plate in (self.ground, *(thing.plate for thing in self.things)):
            plate.anchor = scale

    @property
    def pivot(self) -> float:
        """Nearness of what a move circles around: the largest thing, else the middle ground."""
        if not self.things:
            return (FAR + 1) / 2
        return max(self.things, key=lambda thing: float(thing.plate.pixels[..., 3].sum())).nearness

    def nearness(self, x: float, y: float, depth: float) -> float:
        """How near what is seen at a place is, x and y in parts of the sides: the nearest thing there, else the ground."""
        width, height = self.size
        column, row = min(int(x * width), width - 1), min(int(y * height), height - 1)
        for thing in reversed(self.things):
            left, top = column - thing.corner[0], row - thing.corner[1]
            wide, tall = thing.plate.size
            if 0 <= left < wide and 0 <= top < tall and thing.plate.pixels[top, left, 3] > 127:
                return thing.nearness
        return float(nearness_at(np.array(float(row)), height, depth))

    @property
    def middle(self) -> tuple[float, float]:
        """Where to look, in parts of the sides: at the things, rather at their heads than at their feet."""
        if not self.things:
            return 0.5, 0.5
        alpha: np.ndarray = np.zeros(self.ground.pixels.shape[:2], np.uint8)
        for thing in self.things:
            (x, y), (wide, tall) = thing.corner, thing.plate.size
            place = alpha[y : y + tall, x : x + wide]
            np.maximum(place, thing.plate.pixels[..., 3], out=place)
        columns, rows = alpha.sum(0).cumsum(), alpha.sum(1).cumsum()
        x = np.searchsorted(columns, columns[-1] / 2) / alpha.shape[1]
        return float(x), float(np.searchsorted(rows, rows[-1] * 0.3) / alpha.shape[0])


def nearness_at(rows: np.ndarray, height: int, depth: float) -> np.ndarray:
    """Nearness of the ground at rows of a picture; `depth` 0 is flat, 1 as assumed, 2 twice as deep."""
    below = ((rows / height - HORIZON) / (1 - HORIZON)).clip(0, 1)
    ramp = below * below * (3 - 2 * below) * 0.6 + below * 0.4
    return 1 - (1 - ramp) * (1 - FAR) * depth


def flat(picture: np.ndarray) -> LayeredPicture:
    """Return a picture as one layer without depth."""
    return LayeredPicture(opaque(picture), ())


def stage_picture(
    picture: np.ndarray, matte: np.ndarray, depth: float, tick: Callable[[float], None] = lambda part: None
) -> LayeredPicture:
    """Take a picture [h,w,3] apart along a matte [h,w]. Islands of the matte become things, ordered by where they stand."""
    import cv2

    islands = _islands(matte)
    if not islands:
        return flat(picture)
    height = matte.shape[0]
    rim = max(2, round(max(matte.shape) / 250))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * rim + 1, 2 * rim + 1))
    hole = cv2.dilate((np.sum(islands, axis=0) > 0.02).astype(np.uint8), kernel) > 0
    filling = fill_hole(picture, hole, tick)
    things = []
    for alpha in islands:
        feet = np.flatnonzero((alpha > 0.5).any(1))[-1]
        nearness = max(float(nearness_at(np.array(feet + 1.0), height, depth)), 1 - (1 - AT_LEAST) * depth)
        colours = push_pull(picture, (alpha > 0.95).astype(np.float32))  # no rim of the old ground along soft edges
        colours = picture * (alpha > 0.95)[..., None] + colours * (alpha <= 0.95)[..., None]
        top, bottom, left, right = _box(alpha)
        pixels = np.concatenate([colours * alpha[..., None], alpha[..., None]], -1)[top:bottom, left:right]
        things.append(ForegroundLayer(Plate(pixels), nearness, (left, top)))
    return LayeredPicture(opaque(filling), tuple(sorted(things, key=lambda thing: thing.nearness)))


def _box(alpha: np.ndarray) -> tuple[int, int, int, int]:
    """Rows and columns (top, bottom, left, right) that hold everything, with transparent pixels around wherever the picture goes on."""
    rows, columns = (np.flatnonzero((alpha > 0.5 / 255).any(axis)) for axis in (1, 0))
    top, left = max(0, rows[0] - RIM_PX), max(0, columns[0] - RIM_PX)
    return int(top), int(rows[-1]) + 1 + RIM_PX, int(left), int(columns[-1]) + 1 + RIM_PX


def _islands(matte: np.ndarray) -> list[np.ndarray]:
    """Connected parts of a matte, the largest first; each keeps its own soft edge."""
    import cv2

    solid = (matte > 0.4).astype(np.uint8)
    _, labels, facts, _ = cv2.connectedComponentsWithStats(solid, connectivity=8)
    areas = facts[1:, cv2.CC_STAT_AREA]
    kept = [int(i) + 1 for i in np.argsort(-areas, kind="stable")[:MOST_THINGS] if areas[i] >= LEAST_PART * matte.size]
    if len(kept) < 2:
        found = np.isin(labels, kept)
        near = cv2.dilate(found.astype(np.uint8), np.ones((15, 15), np.uint8)) > 0
        return [matte * near] if kept else []
    distances = [cv2.distanceTransform((labels != label).astype(np.uint8), cv2.DIST_L2, 3) for label in kept]
    closest = np.argmin(distances, axis=0)
    return [matte * ((closest == i) & (distances[i] < 8)) for i in range(len(kept))]

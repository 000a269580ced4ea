"""A photographed face that speaks: its own pixels moved by smooth fields, a mouth painted behind the lips, lids drawn over the eyes.

The picture is cut along the line of the lips into a lower and an upper layer, each moved by a field that has no jump (image warping after
Beier and Neely 1992); both fields are the same wherever the lips do not part, so nothing tears. The head moves as one piece inside an
ellipse around it. Coordinates of the mouth: origin between the corners of the lips, x along them, y down, in halves of its width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from pipelines.animate.parts.eyelids import Lid
from pipelines.animate.parts.mouths import Mouth
from pipelines.animate.parts.oral import Oral

UPPER = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308)  # inner edge of the lips, in the mesh's numbering
LOWER = (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308)
CHIN, JAW = 152, (172, 397)
GRID_PX = 2  # fields are made on every second pixel
WIDEST = 0.62  # gap of the lips at Mouth.open 1, in halves of the mouth's width
LOWER_SHARE = 0.8  # of the opening; the upper lip takes the rest
NARROWER = 0.35  # of a full purse: a mouth that opens draws its corners in
FEATHER = 0.03  # of half the mouth's width, and at least a pixel
ROOM = (
    3.0,
    1.7,
    2.6,
)  # of the part that the mouth moves: to the sides, upwards, below the chin; in halves of the mouth's width


@dataclass(frozen=True)
class FacePose:
    """A face at one moment: mouth, lids (0 open, 1 shut), and the head moved by (x, y) in parts of its width and turned (radians)."""

    mouth: Mouth
    lids: float = 0.0
    x: float = 0.0
    y: float = 0.0
    angle: float = 0.0


@dataclass(frozen=True)
class Box:
    """A part of the picture whose sides are multiples of the grid."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, low: np.ndarray, high: np.ndarray, size: tuple[int, int]) -> Box:
        """Return the smallest box on the grid that holds two corners and stays inside the picture."""
        left, top = (max(0, math.floor(v / GRID_PX) * GRID_PX) for v in low)
        right, bottom = (min(s // GRID_PX * GRID_PX, math.ceil(v / GRID_PX) * GRID_PX) for v, s in zip(high, size))
        return cls(left, top, right, bottom)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.right - self.left, self.bottom - self.top

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns of an array that the box covers."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def grid(self) -> tuple[np.ndarray, np.ndarray]:
        """Places x, y of the grid's points, float32 [h/2,w/2]: the middles of its cells."""
        x = np.arange(self.left, self.right, GRID_PX, dtype=np.float32) + (GRID_PX - 1) / 2
        y = np.arange(self.top, self.bottom, GRID_PX, dtype=np.float32) + (GRID_PX - 1) / 2
        columns, rows = np.meshgrid(x, y)
        return columns, rows

    def full(self, moved: np.ndarray) -> np.ndarray:
        """A displacement of the grid's points [h/2,w/2,2] -> for every pixel of the box [h,w,2]."""
        import cv2

        return cv2.resize(moved, self.size, interpolation=cv2.INTER_LINEAR)


class Lips:
    """The line where the lips meet, and the fields that part them."""

    def __init__(self, points: np.ndarray) -> None:
        flat = points[:, :2].astype(np.float64)
        one, two = flat[UPPER[0]], flat[UPPER[-1]]
        self.half = float(np.hypot(*(two - one))) / 2
        self.centre = (one + two) / 2
        self.across = (two - one) / (2 * self.half)
        self.down = np.array([-self.across[1], self.across[0]])
        if self.down @ (flat[CHIN] - self.centre) < 0:
            self.down = -self.down
        upper, lower = (self.of(flat[list(ring)]) for ring in (UPPER, LOWER))
        chin = self.of(flat[[CHIN]])[0]
        jaw = self.of(flat[list(JAW)])
        self.chin = float(max(chin[1], 0.8))
        self.jaw = float(np.clip(np.abs(jaw[:, 0]).mean() * 0.9, 1.4, 2.6))
        self.places = np.linspace(-1, 1, 41)
        rise = [np.interp(self.places, *_rising(ring)) for ring in (upper, lower)]
        middle = (rise[0] + rise[1]) / 2
        gap = np.maximum(rise[1] - rise[0], 0) * (1 - self.places**2).clip(0, 1) ** 0.25
        self.upper, self.lower = middle - gap / 2, middle + gap / 2

    def of(self, places: np.ndarray) -> np.ndarray:
        """Pixels [...,2] -> coordinates of the mouth."""
        away = places - self.centre
        return np.stack([away @ self.across, away @ self.down], axis=-1) / self.half

    def at(self, places: np.ndarray) -> np.ndarray:
        """Coordinates of the mouth [n,2] -> pixels."""
        return self.centre + self.half * (places[:, :1] * self.across + places[:, 1:] * self.down)

    def edges(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The inner edges of the upper and lower lip at x; beyond the corners they are one line."""
        upper, lower = (np.interp(x, self.places, edge) for edge in (self.upper, self.lower))
        return upper.astype(np.float32), lower.astype(np.float32)

    @property
    def gap(self) -> float:
        """How far the lips are apart in the picture itself."""
        return float((self.lower - self.upper).max())


def _rising(ring: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    order = np.argsort(ring[:, 0])
    return ring[order, 0], ring[order, 1]


def lens(x: np.ndarray) -> np.ndarray:
    """1 in the middle of the mouth, 0 from its corners on, without a corner of its own there."""
    return (1 - (x / 0.94) ** 2).clip(0, 1) ** 1.1


def smoothstep(x: np.ndarray) -> np.ndarray:
    """Return a smooth step from 0 to 1 whose slope is 0 at both ends."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def softness(picture: np.ndarray, lips: Lips) -> float:
    """How soft the edges of a face are, in pixels, so that what is painted is as soft: from how little a blur takes of its slopes."""
    import cv2

    low, high = (np.round(lips.centre + sign * 2.5 * lips.half).astype(int) for sign in (-1, 1))
    gray = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[max(0, low[1]) : high[1], max(0, low[0]) : high[0]]
    if min(gray.shape) < 8:
        return 1.2
    slopes = [
        float(np.abs(np.diff(g.astype(np.float32), axis=1)).mean()) for g in (gray, cv2.GaussianBlur(gray, (0, 0), 1.5))
    ]
    kept = slopes[1] / max(slopes[0], 1e-3)
    return 1.2 + 3.5 * min(1.0, max(0.0, (kept - 0.75) / 0.22))


class Fields:
    """Displacements of the two layers on the grid of a box, as sums of a few that are made once. In halves of the mouth's width."""

    def __init__(self, lips: Lips, box: Box) -> None:
        self.lips, self.box = lips, box
        x, y = box.grid()
        place = lips.of(np.stack([x, y], axis=-1)).astype(np.float32)
        self.x, self.y = place[..., 0], place[..., 1]
        upper, lower = lips.edges(self.x)
        above, below = (upper - self.y).clip(0), (self.y - lower).clip(0)
        inside = smoothstep((ROOM[0] - np.abs(self.x)) / 0.8)  # nothing moves at the box's border
        inside *= smoothstep((self.y + ROOM[1]) / 0.5) * smoothstep((lips.chin + ROOM[2] - self.y) / 0.8)
        chin = lips.chin - float(np.interp(0, lips.places, lips.lower))
        wider = 1 + (lips.jaw - 1) * smoothstep(below / chin)
        fall = 1 - 0.2 * smoothstep(below / chin)
        fall *= 1 - smoothstep((below - 1.05 * chin) / (ROOM[2] - 0.2))
        self.jaw = lens(self.x / wider) * fall * inside
        self.raised = lens(self.x) * np.exp(-((above / 0.55) ** 2)) * inside
        gap = (lower - upper) / 2
        self.shut_upper, self.shut_lower = gap * np.exp(-((above / 0.6) ** 2)), -gap * np.exp(-((below / 0.8) ** 2))
        level = self.y - (upper + lower) / 2
        self.spread = self.x * np.exp(-((self.x / 1.35) ** 2) - (level / 1.1) ** 2) * inside
        self.full = level * np.exp(-((self.x / 0.95) ** 2) - (level / 0.8) ** 2) * inside

    def lower(self, mouth: Mouth) -> np.ndarray:
        """Return how far each pixel moves below the lips: the lower lip and the jaw."""
        return self._moved(mouth, self.shut_lower + LOWER_SHARE * WIDEST * mouth.open * self.jaw)

    def upper(self, mouth: Mouth) -> np.ndarray:
        """Return how far each pixel moves above the lips."""
        up = (1 - LOWER_SHARE) * WIDEST * mouth.open + 0.05 * mouth.teeth * min(1.0, 6 * mouth.open)
        return self._moved(mouth, self.shut_upper - np.float32(up) * self.raised)

    def _moved(self, mouth: Mouth, down: np.ndarray) -> np.ndarray:
        """Displacement [h,w,2] in pixels of the picture."""
        wide = mouth.wide - NARROWER * mouth.open
        sideways = (0.07 if wide > 0 else 0.17) * wide * self.spread
        down = down + max(0.0, -mouth.wide) * 0.14 * self.full
        along, across = self.lips.across * self.lips.half, self.lips.down * self.lips.half
        return np.stack([sideways * along[i] + down * across[i] for i in (0, 1)], axis=-1).astype(np.float32)


def _undone(field: np.ndarray, start: np.ndarray) -> np.ndarray:
    """The displacement d with d = start - field(place + d), all [h,w,2] on one grid of GRID_PX: where what is seen here came from."""
    import cv2

    height, width = field.shape[:2]
    rows, columns = np.indices((height, width), np.float32)
    array = start - field
    for _ in range(4):
        at = columns + array[..., 0] / GRID_PX, rows + array[..., 1] / GRID_PX
        array = start - cv2.remap(field, *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return array


class Portrait:
    """A photograph, uint8 [h,w,3], and the 468 points of the face in it; `at(pose)` gives a frame."""

    def __init__(self, picture: np.ndarray, points: np.ndarray, spread: float = 1.0) -> None:
        self.picture, self.spread = picture, spread
        size = picture.shape[1], picture.shape[0]
        self.lips = Lips(points)
        self.head, self.pivot, self.weight, self.wide = _head(points, size)
        corners = self.lips.at(
            np.array([[x, y] for x in (-ROOM[0], ROOM[0]) for y in (-ROOM[1], self.lips.chin + ROOM[2])])
        )
        self.box = Box.around(corners.min(0), corners.max(0), size)
        self.fields = Fields(self.lips, self.box)
        self.layer = PortraitLayers(picture, self.lips, soft := softness(picture, self.lips))
        self.oral = Oral(picture, self.lips)
        self.lids = [
            lid for lid in (Lid.of(picture, points, right, soft) for right in (True, False)) if lid is not None
        ]

    def at(self, pose: FacePose) -> np.ndarray:
        """The face at one moment, uint8 [h,w,3]."""
        moved = self._nod_head(pose)
        frame = self.picture.copy()
        place = self.head.full(moved)
        frame[self.head.slices] = self.layer.plain(self.head, place)
        for lid in self.lids:
            lid.draw(frame, self.layer, lambda box: place[_inside(box, self.head)], pose.lids)
        self._speak(frame, pose.mouth, moved)
        return frame

    def _nod_head(self, pose: FacePose) -> np.ndarray:
        """Displacement back to the picture on the head's grid: the head turns about the neck as one piece, what is around it gives way."""
        x, y = self.head.grid()
        cosine, sine = math.cos(-pose.angle), math.sin(-pose.angle)
        from_x = x - np.float32(self.pivot[0] + pose.x * self.wide)
        from_y = y - np.float32(self.pivot[1] + pose.y * self.wide)
        back_x = cosine * from_x - sine * from_y + np.float32(self.pivot[0]) - x
        back_y = sine * from_x + cosine * from_y + np.float32(self.pivot[1]) - y
        return np.stack([back_x * self.weight, back_y * self.weight], axis=-1).astype(np.float32)

    def _speak(self, frame: np.ndarray, mouth: Mouth, moved: np.ndarray) -> None:
        """The lower layer, what is behind the lips, and the upper layer, over the part of the frame around the mouth."""
        import cv2

        left, top = (self.box.left - self.head.left) // GRID_PX, (self.box.top - self.head.top) // GRID_PX
        wide, tall = (side // GRID_PX for side in self.box.size)
        start = moved[top : top + tall, left : left + wide]
        mouth = Mouth(mouth.open * self.spread, mouth.wide, mouth.teeth, mouth.tongue)
        lower, upper = (
            self.layer.cut(self.box, self.box.full(_undone(field, start)))
            for field in (self.fields.lower(mouth), self.fields.upper(mouth))
        )
        behind = self.oral.at(self.box, self.box.full(start), mouth)
        hole = cv2.bitwise_not(cv2.extractChannel(lower.masks, 1))
        hole = cv2.multiply(hole, cv2.extractChannel(lower.masks, 2), scale=1 / 255)
        made = blend_by_share(lower.colours, behind, hole)
        frame[self.box.slices] = blend_by_share(made, upper.colours, cv2.extractChannel(upper.masks, 0))


def _inside(box: Box, outer: Box) -> tuple[slice, slice]:
    return (slice(box.top - outer.top, box.bottom - outer.top), slice(box.left - outer.left, box.right - outer.left))


def blend_by_share(back: np.ndarray, front: np.ndarray, share: np.ndarray) -> np.ndarray:
    """uint8 [h,w,3] from back to front by share uint8 [h,w]."""
    import cv2

    part = share.astype(np.float32) / 255
    return cv2.blendLinear(front, back, part, 1 - part)


def _head(points: np.ndarray, size: tuple[int, int]) -> tuple[Box, np.ndarray, np.ndarray, float]:
    """The box in which the head moves, the point in the neck about which it turns, how much each grid point goes along, its width."""
    flat = points[:, :2]
    low, high = flat.min(0), flat.max(0)
    wide, tall = (float(v) for v in high - low)
    centre = (low + high) / 2 - (0.0, 0.10 * tall)  # the mesh ends below the hair
    radii = np.array([0.68 * wide, 0.74 * tall])
    box = Box.around(centre - 2.0 * radii, centre + 2.0 * radii, size)
    x, y = box.grid()
    away = np.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1])
    weight = (1 - smoothstep((away - 1) / 0.95)).astype(np.float32)
    pivot = np.array([(low[0] + high[0]) / 2, high[1] + 0.35 * tall])
    return box, pivot, weight, wide


@dataclass(frozen=True)
class Cut:
    """Colours uint8 [h,w,3], and masks [h,w,3]: the upper layer, the lower layer, where between the corners a mouth can be."""

    colours: np.ndarray
    masks: np.ndarray


class PortraitLayers:
    """The picture at twice its size (so that moved by parts of a pixel it stays equally sharp), and the masks of its two layers."""

    def __init__(self, picture: np.ndarray, lips: Lips, soft_px: float) -> None:
        import cv2
        from PIL import Image

        height, width = picture.shape[:2]
        dense = Image.fromarray(picture).resize((2 * width, 2 * height), Image.Resampling.LANCZOS)
        self.colours = cv2.cvtColor(np.asarray(dense), cv2.COLOR_RGB2RGBA)
        reach = 2.2 * lips.half
        self.part = Box.around(lips.centre - reach, lips.centre + reach, (width, height))
        wide, tall = self.part.size
        y, x = np.mgrid[: 2 * tall, : 2 * wide].astype(np.float32)
        seen = np.stack([(x + 0.5) / 2 - 0.5 + self.part.left, (y + 0.5) / 2 - 0.5 + self.part.top], axis=-1)
        place = lips.of(seen)
        upper, lower = lips.edges(place[..., 0])
        feather = max(FEATHER, soft_px / lips.half)
        masks = [
            ((upper - place[..., 1]) / feather + 1.0).clip(
                0, 1
            ),  # a hair over the edge, so that shut lips show nothing behind them
            ((place[..., 1] - lower) / feather + 1.0).clip(0, 1),
            ((1.0 - np.abs(place[..., 0])) / 0.08).clip(0, 1),
        ]
        self.masks = np.ascontiguousarray((np.stack(masks, axis=-1) * 255).astype(np.uint8))

    def plain(self, box: Box, moved: np.ndarray) -> np.ndarray:
        """The picture as seen in a box through displacements [h,w,2] back to it."""
        import cv2

        x, y = _places(box, moved)
        shown = cv2.remap(self.colours, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        return cv2.cvtColor(shown, cv2.COLOR_RGBA2RGB)

    def cut(self, box: Box, moved: np.ndarray) -> Cut:
        """Return colours and masks of a box, taken from where `moved` says."""
        import cv2

        x, y = _places(box, moved)
        shown = cv2.remap(self.colours, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        x, y = x - np.float32(2 * self.part.left), y - np.float32(2 * self.part.top)
        masks = cv2.remap(self.masks, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return Cut(cv2.cvtColor(shown, cv2.COLOR_RGBA2RGB), masks)


def _places(box: Box, moved: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Places in the picture of twice the size."""
    x = np.arange(box.left, box.right, dtype=np.float32)[None, :] + moved[..., 0]
    y = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + moved[..., 1]
    return 2 * x + np.float32(0.5), 2 * y + np.float32(0.5)

"""Camera moves: where the camera stands at a time of a move, and which place of a picture each pixel of the frame then shows.

A pinhole camera looks at a picture whose rows have a nearness (see depth.py). In parts of the frame's width it slides by `x`, `y` and goes
forward by `ahead` (in parts of the distance to the nearest ground); `zoom` is the lens; `centre` is where on the picture it looks.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.media.curves import catmull_rom, ease_time, there_and_back
from pipelines.vision.depth import nearness_at

MOVES = {
    "push in": "Push in (the camera goes forward)",
    "pull out": "Pull out (the camera goes back)",
    "zoom in": "Zoom in (the lens alone)",
    "zoom out": "Zoom out (the lens alone)",
    "pan right": "Pan to the right",
    "pan left": "Pan to the left",
    "rise": "Rise",
    "sink": "Sink",
    "orbit": "Orbit around what stands out",
    "rack": "Rack focus, from far to near",
    "drift": "Drift, as held by hand",
    "keyframes": "Along keyframes",
}
MOST_KEYS = 40


@dataclass(frozen=True)
class Camera:
    """Where the camera stands: see above. `focus` runs from 0 (far is sharp) to 1 (near is sharp); None: all is sharp."""

    x: float = 0.0
    y: float = 0.0
    ahead: float = 0.0
    zoom: float = 1.0
    centre: tuple[float, float] = (0.5, 0.5)
    focus: float | None = None
    around: bool = False  # keeps the pivot's depth in place while sliding


def camera_at(
    move: str, time: float, amount: float, easing: str, loop: bool, keys: tuple[np.ndarray, np.ndarray] | None
) -> Camera:
    """The camera at `time` 0..1 of a move; a looped move comes back to where it began, at rest nowhere but smooth."""
    gone = there_and_back(time) if loop else ease_time(time, easing)
    if keys is not None:
        x, y, zoom = catmull_rom(*keys, gone)
        return Camera(zoom=float(zoom), centre=(float(x), float(y)))
    if move in ("push in", "pull out"):
        return Camera(ahead=0.45 * amount * (gone if move == "push in" else 1 - gone))
    if move in ("zoom in", "zoom out"):  # even speed of a zoom is an even change of its logarithm
        return Camera(zoom=math.exp(math.log1p(amount) * (gone if move == "zoom in" else 1 - gone)))
    if move in ("pan right", "pan left", "rise", "sink"):
        way = (gone - 0.5) * 0.5 * amount * (-1 if move in ("pan left", "rise") else 1)
        return Camera(x=way) if move.startswith("pan") else Camera(y=way)
    if move == "orbit":
        return _orbit(time if loop else gone, amount, loop)
    if move == "rack":
        return Camera(focus=gone, ahead=0.06 * amount * gone)
    if move == "drift":
        return _drift(time, amount)
    return Camera()


def _orbit(time: float, amount: float, loop: bool) -> Camera:
    angle = 2 * math.pi * time if loop else math.pi * time
    back = 0.08 * amount * ((1 + math.sin(angle)) / 2 if loop else math.sin(angle))
    return Camera(x=-0.16 * amount * math.cos(angle), y=0.03 * amount * math.sin(angle) * loop, ahead=back, around=True)


def _drift(time: float, amount: float) -> Camera:
    """Sums of whole periods, so that it closes by itself; it begins where it is slow."""
    turn = 2 * math.pi * time
    x = 0.030 * math.cos(turn) + 0.006 * math.sin(3 * turn)
    y = 0.018 * math.cos(2 * turn) + 0.004 * math.sin(3 * turn)
    return Camera(x=amount * x, y=amount * y, ahead=0.04 * amount * (1 - math.cos(2 * turn)) / 2)


def keyframes_of(text: str) -> tuple[np.ndarray, np.ndarray]:
    """Lines "time: x y zoom" -> times [n] in 0..1 and values [n,3]; x and y in parts of the picture. Raises Refusal."""
    rows = []
    for line in filter(None, (part.strip() for part in text.replace(";", "\n").splitlines())):
        try:
            when, _, rest = line.partition(":")
            x, y, zoom = (float(value) for value in rest.replace(",", " ").split())
            rows.append((float(when), min(1.0, max(0.0, x)), min(1.0, max(0.0, y)), zoom))
        except ValueError:
            raise Refusal(f"The keyframe “{line[:40]}” must be like “0.5: 0.4 0.6 1.5”.") from None
    if not 2 <= len(rows) <= MOST_KEYS or not np.isfinite(rows).all():
        raise Refusal(f"Write from 2 to {MOST_KEYS} keyframes, such as “0: 0.5 0.5 1” and “1: 0.3 0.6 1.6”.")
    values = np.array(sorted(rows))
    span = values[-1, 0] - values[0, 0]
    if span <= 0 or (np.diff(values[:, 0]) <= 0).any() or not ((values[:, 3] >= 1) & (values[:, 3] <= 8)).all():
        raise Refusal("Keyframes need different times, and a zoom from 1 to 8.")
    return (values[:, 0] - values[0, 0]) / span, values[:, 1:]


def kept_inside(keys: tuple[np.ndarray, np.ndarray], view: CameraFrame) -> tuple[np.ndarray, np.ndarray]:
    """Keyframes whose frame would reach over the picture's border, moved in until it does not."""
    times, values = keys
    half = np.array(view.frame) / view.cover / np.array(view.picture) / 2 / values[:, 2:]
    return times, np.concatenate([np.clip(values[:, :2], half, 1 - half), values[:, 2:]], axis=1)


@dataclass(frozen=True)
class CameraFrame:
    """A frame of `frame` (width, height) on a picture of `picture` (width, height); `base` is the zoom that leaves no border."""

    frame: tuple[int, int]
    picture: tuple[int, int]
    depth: float
    pivot: float
    base: float = 1.0

    @property
    def cover(self) -> float:
        """Frame pixels a picture pixel, where the picture just covers the frame."""
        return max(self.frame[0] / self.picture[0], self.frame[1] / self.picture[1])

    def scale(self, camera: Camera) -> float:
        """How many pixels of the frame one pixel of the picture becomes."""
        return self.cover * self.base * camera.zoom

    def thing(self, camera: Camera, nearness: float) -> tuple[np.ndarray, np.ndarray, float]:
        """Places x [w] and y [h] of the picture seen by each column and row, for something flat; and frame pixels a picture pixel."""
        scale = self.scale(camera)
        size = 1 - camera.ahead * nearness
        x = (np.arange(self.frame[0]) - (self.frame[0] - 1) / 2) / scale * size
        x = x + self._slide(camera, nearness, scale)[0] + self._middle(camera)[0]
        return x, self._rows(camera, nearness), scale / size

    def ground(self, camera: Camera) -> tuple[np.ndarray, np.ndarray, float]:
        """The same for the ground, whose nearness goes by its own row: places x [h,w] and y [h,w], and the scale at its middle."""
        rows = np.full(self.frame[1], (self.picture[1] - 1) / 2)
        for _ in range(
            12
        ):  # a row shows ground whose nearness depends on which row that is: a contraction, it settles quickly
            rows = self._rows(camera, nearness_at(rows, self.picture[1], self.depth))
        nearness = nearness_at(rows, self.picture[1], self.depth)
        scale = self.scale(camera)
        size = 1 - camera.ahead * nearness
        slide = self._slide(camera, nearness, scale)[0]
        columns = (np.arange(self.frame[0]) - (self.frame[0] - 1) / 2) / scale
        x = np.multiply.outer(size, columns).astype(np.float32)
        x += (slide + self._middle(camera)[0]).astype(np.float32)[:, None]
        y = np.broadcast_to(rows.astype(np.float32)[:, None], x.shape)
        return x, y, float(scale / size.mean())

    def _rows(self, camera: Camera, nearness: np.ndarray | float) -> np.ndarray:
        scale = self.scale(camera)
        y = (np.arange(self.frame[1]) - (self.frame[1] - 1) / 2) / scale * (1 - camera.ahead * nearness)
        return y + self._slide(camera, nearness, scale)[1] + self._middle(camera)[1]

    def _slide(self, camera: Camera, nearness: np.ndarray | float, scale: float) -> tuple[np.ndarray, np.ndarray]:
        """Shift in picture pixels by sliding: near things shift most, those at the pivot not at all when circling around it."""
        kept = self.pivot if camera.around else 0.0
        shift = (np.asarray(nearness) - kept) * self.frame[0] / scale
        return camera.x * shift, camera.y * shift

    def _middle(self, camera: Camera) -> tuple[float, float]:
        return camera.centre[0] * self.picture[0] - 0.5, camera.centre[1] * self.picture[1] - 0.5

    def inside(self, camera: Camera, slack_px: float = 0.01) -> bool:
        """Whether the whole frame, to the outer edge of its pixels, shows ground that is in the picture."""
        x, y, scale = self.ground(camera)
        width, height = self.picture
        half = 0.5 / scale - 0.5 - slack_px
        return bool(
            x.min() >= half and y.min() >= half and x.max() <= width - 1 - half and y.max() <= height - 1 - half
        )


def zoom_to_fill(view: CameraFrame, cameras: list[Camera]) -> CameraFrame:
    """The view with the least zoom at which no frame of the move shows anything beyond the picture. Raises Refusal when none does."""
    small = replace(view, frame=(48, max(8, round(48 * view.frame[1] / view.frame[0]))))
    checked = cameras[:: max(1, len(cameras) // 60)] + cameras[-1:]

    def fits(base: float) -> bool:
        return all(replace(small, base=base).inside(camera) for camera in checked)

    if fits(1.0):
        return view
    low, high = 1.0, 8.0
    if not fits(high):
        raise Refusal("This move leaves the picture; choose a smaller amount.")
    for _ in range(24):
        middle = (low + high) / 2
        low, high = (low, middle) if fits(middle) else (middle, high)
    return replace(view, base=high * 1.004)


def turned_to(middle: tuple[float, float], view: CameraFrame, cameras: list[Camera]) -> list[Camera]:
    """The same move looking at `middle` (parts of the picture's sides), or as near to it as the picture's borders allow."""
    small = replace(view, frame=(48, max(8, round(48 * view.frame[1] / view.frame[0]))))
    checked = cameras[:: max(1, len(cameras) // 60)] + cameras[-1:]

    def centre_cameras(part_x: float, part_y: float, given: list[Camera]) -> list[Camera]:
        centre = 0.5 + part_x * (middle[0] - 0.5), 0.5 + part_y * (middle[1] - 0.5)
        return [replace(camera, centre=centre) for camera in given]

    def most(along_x: bool, other: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(12):
            part = (low + high) / 2
            moved = centre_cameras(part if along_x else 0.0, other if along_x else part, checked)
            fits = all(small.inside(camera, 0.02) for camera in moved)
            low, high = (part, high) if fits else (low, part)
        return low

    down = most(False, 0.0)
    return centre_cameras(most(True, down), down, cameras)

"""Where a face is in every frame: a square that follows it without trembling, an outline, and the way there and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.vision.faces import OVAL, find_faces, follow_points, mesh

if TYPE_CHECKING:
    from pipelines.vision.faces import Face

SIDE_PX = 64
# where these points of the mesh lie in the square, as shares of its side: corners of the eyes, tip of the nose, corners of the mouth
TEMPLATE = {
    33: (0.31, 0.40),
    133: (0.43, 0.40),
    362: (0.57, 0.40),
    263: (0.69, 0.40),
    1: (0.50, 0.57),
    78: (0.41, 0.71),
    308: (0.59, 0.71),
}
CALM_FRAMES = 1.5  # standard deviation of the Gaussian that smooths a place over time
LARGEST_STEP = 0.35  # of the face's width from one frame to the next: beyond it, the video was cut
FEATHER = 0.05  # of the square's side
Known = Callable[
    ["np.ndarray", "np.ndarray", float], None
]  # frame, points, seconds; raises Refusal for a face that may not be used


@dataclass(frozen=True)
class Place:
    """`turn` [2,3] brings the frame's pixels into the square of SIDE_PX; `outline` [k,2] is the face's edge in the frame's pixels."""

    turn: np.ndarray
    outline: np.ndarray


def similarity(points: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """The turn, scale and shift [2,3] that bring points [n,2] nearest to the wanted ones in the sense of least squares (Umeyama 1991)."""
    p, q = points - points.mean(0), wanted - wanted.mean(0)
    square = float((p**2).sum())
    a, b = float((p * q).sum()) / square, float((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum()) / square
    linear = np.array([[a, -b], [b, a]])
    return np.concatenate([linear, (wanted.mean(0) - linear @ points.mean(0))[:, None]], 1)


def place_of_mesh(points: np.ndarray) -> Place:
    """The place of a face by its mesh [468,3]."""
    wanted = SIDE_PX * np.array(list(TEMPLATE.values()))
    return Place(similarity(points[list(TEMPLATE), :2].astype(np.float64), wanted), points[list(OVAL), :2].copy())


def track_face(
    frames: Iterable[np.ndarray], rate_hz: float, known: Known, tick: Callable[[int], None]
) -> list[Place | None]:
    """The largest face in every frame, None where there is none. Whenever a face is found anew, `known` is asked about it. Raises Refusal."""
    places: list[Place | None] = []
    points: np.ndarray | None = None
    for number, frame in enumerate(frames):
        tick(number)
        before, points = points, follow_points(frame, points) if points is not None else None
        if points is not None and before is not None and _leapt(before, points):
            points = None
        if points is None:
            found = find_faces(frame)
            points = mesh(frame, found[0]) if found else None
            if points is not None:
                known(frame, points, number / rate_hz)
        places.append(None if points is None else place_of_mesh(points))
    return places


def _leapt(before: np.ndarray, points: np.ndarray) -> bool:
    way = np.linalg.norm(points[:, :2].mean(0) - before[:, :2].mean(0))
    return bool(way > LARGEST_STEP * np.ptp(points[:, 0]))


def faces_of(frame: np.ndarray) -> Iterator[tuple[Face, np.ndarray]]:
    """Every face of a frame with its mesh."""
    for face in find_faces(frame):
        points = mesh(frame, face)
        if points is not None:
            yield face, points


def smooth_places(places: list[Place | None]) -> list[Place | None]:
    """The same places, each unbroken run smoothed over time: the logarithm of its scale, its angle, its middle and its outline."""
    result = list(places)
    begin = 0
    for number in range(len(places) + 1):
        if number == len(places) or places[number] is None:
            run = [place for place in places[begin:number] if place is not None]
            if len(run) > 1:
                result[begin:number] = _smooth_run(run)
            begin = number + 1
    return result


def _smooth_run(run: list[Place]) -> list[Place | None]:
    turns = np.stack([place.turn for place in run])
    scale = np.hypot(turns[:, 0, 0], turns[:, 1, 0])
    angle = np.unwrap(np.arctan2(turns[:, 1, 0], turns[:, 0, 0]))
    middle = np.stack([back(place)[:, :2] @ (SIDE_PX / 2, SIDE_PX / 2) + back(place)[:, 2] for place in run])
    rows = np.concatenate([np.log(scale)[:, None], angle[:, None], middle], 1)
    rows, outlines = gaussian(rows), gaussian(np.stack([p.outline.ravel() for p in run])).reshape(len(run), -1, 2)
    return [Place(_turn(np.exp(row[0]), row[1], row[2:]), outline) for row, outline in zip(rows, outlines, strict=True)]


def _turn(scale: float, angle: float, middle: np.ndarray) -> np.ndarray:
    linear = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return np.concatenate([linear, (SIDE_PX / 2 - linear @ middle)[:, None]], 1)


def gaussian(rows: np.ndarray, deviation: float = CALM_FRAMES) -> np.ndarray:
    """Rows [n,k] averaged over time by a Gaussian; at both ends only what is there counts."""
    reach = int(np.ceil(3 * deviation))
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / deviation) ** 2)
    rows = np.asarray(rows, np.float64)
    total, count = np.zeros_like(rows), np.zeros((len(rows), 1))
    for shift, weight in zip(range(-reach, reach + 1), weights, strict=True):
        low, high = max(0, -shift), min(len(rows), len(rows) - shift)
        if low < high:
            total[low:high] += weight * rows[low + shift : high + shift]
            count[low:high] += weight
    return total / count


def back(place: Place) -> np.ndarray:
    """From the square to the frame [2,3]."""
    import cv2

    return np.asarray(cv2.invertAffineTransform(place.turn))


def cut_face(frame: np.ndarray, place: Place, side: int = SIDE_PX) -> np.ndarray:
    """The square of a face, uint8 [side,side,3]; taken four times as large and averaged, so that large faces do not alias."""
    import cv2

    large = cv2.warpAffine(
        frame,
        place.turn * (4 * side / SIDE_PX),
        (4 * side, 4 * side),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(cv2.resize(large, (side, side), interpolation=cv2.INTER_AREA))


def mask_of(place: Place) -> np.ndarray:
    """The face in its square, float32 [64,64] in 0..1: its outline drawn in a little, with a soft edge."""
    import cv2

    flat = place.outline @ place.turn[:, :2].T + place.turn[:, 2]
    middle = flat.mean(0)
    large = np.zeros((4 * SIDE_PX, 4 * SIDE_PX), np.float32)
    drawn_in = 4 * (middle + (1 - FEATHER) * (flat - middle))
    cv2.fillPoly(large, [np.round(drawn_in).astype(np.int32)], 1.0)
    edge = 4 * FEATHER * SIDE_PX / 2
    mask = cv2.resize(cv2.GaussianBlur(large, (0, 0), edge), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    return np.asarray(mask * _border(), np.float32)


def _border() -> np.ndarray:
    """1 inside, down to 0 at the square's own edge, so that an outline that leaves the square ends softly too."""
    ramp = np.clip((np.minimum(np.arange(SIDE_PX), np.arange(SIDE_PX)[::-1]) + 0.5) / (2 * FEATHER * SIDE_PX), 0, 1)
    return np.asarray(np.minimum(ramp[:, None], ramp[None]), np.float32)


def paste_face(frame: np.ndarray, face: np.ndarray, mask: np.ndarray, place: Place) -> np.ndarray:
    """The frame with a face [64,64,3] (float, 0..255) laid over its place through a mask [64,64]."""
    import cv2

    size, way = frame.shape[1::-1], back(place)
    alpha = cv2.warpAffine(mask, way, size, flags=cv2.INTER_LINEAR)[..., None]
    laid = cv2.warpAffine(face.astype(np.float32), way, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray((frame + alpha * (laid - frame)).clip(0, 255).round().astype(np.uint8))


def match_colours(face: np.ndarray, like: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """A face with mean and spread of each colour axis of another picture within the mask (Reinhard et al. 2001, section 3, in CIELAB).

    Both float [64,64,3] in 0..255. Raises Refusal where the mask is empty.
    """
    import cv2

    if float(mask.sum()) < 1:
        raise Refusal("The face is too far outside the picture; use another part of the video.")
    lab = [cv2.cvtColor((one / 255).clip(0, 1).astype(np.float32), cv2.COLOR_RGB2LAB) for one in (face, like)]
    (mean, deviation), (mean_like, deviation_like) = (_spread(one, mask) for one in lab)
    ratio = (deviation_like / np.maximum(deviation, 1e-3)).clip(0.5, 2.0)
    moved = ((lab[0] - mean) * ratio + mean_like).astype(np.float32)
    return np.asarray(255 * cv2.cvtColor(moved, cv2.COLOR_LAB2RGB).clip(0, 1))


def _spread(picture: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    weight = mask[..., None] / mask.sum()
    mean = (picture * weight).sum((0, 1))
    return mean, np.sqrt((((picture - mean) ** 2) * weight).sum((0, 1)))

"""How a shot frames a layered picture: wide as it is painted, or nearer to those who speak and act, with their feet above the subtitles."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pipelines.animate.parts.cast import Cast

SHOTS = {"wide": "Wide, as painted", "medium": "Medium", "close": "Close", "over the shoulder": "Over the shoulder"}
NEARER = {"medium": 1.4, "close": 2.3, "over the shoulder": 1.9}  # at most
FEET = 0.76  # of the frame's height: where feet stand at the lowest, above the subtitles
PAWS = 0.015  # of the frame's height, by which a near paw or shoe reaches below its figure's ground
LOWEST = 0.95  # of the height, where a picture keeps no room for subtitles
MOMENTS = (0.0, 0.5, 1.0)  # of the camera's move
BUST = 0.6  # of the height of those whose faces are the matter: what is seen of them
HEAD, SIDE = 0.08, 0.05  # of the frame's height: room above heads; of the frame's width, beside those who are seen
ASIDE = 0.10  # of the frame's width, by which the listener of a conversation goes towards the edge
WIDER = (1.0, 0.94, 0.88, 0.82)  # of a shot's nearness, one after the other, until nobody is cut in two by its edge
SEEN = (0.06, 0.94)  # of somebody's width: with less they are out of the frame, with more they are in it


def frame_figures(
    cast: Cast,
    about: Sequence[int],
    shot: str,
    frame: tuple[int, int],
    view: Callable[[float, float], np.ndarray],
    speaker: int | None = None,
    faces: bool = False,
) -> np.ndarray:
    """A matrix [3,3] over the frame that brings figures (`about`, by number) as near as a shot has them; the frame stays full.

    `view` gives the canvas-to-frame matrix of a parallax at a time of the camera's move; heads and feet are seen at all of them. Without figures, or wide, it is the identity. Over the shoulder the speaker is in
    the middle and the listener, seen from the side, at the edge. Where `faces` are the matter, those who stand upright are seen from head to waist.
    """
    if shot not in NEARER or not about:
        return np.eye(3)
    boxes = np.array([_box(cast, number, view) for number in about])
    left, right = boxes[:, 0].min(), boxes[:, 2].max()
    middle = (left + right) / 2
    standing = [
        n for n, figure in enumerate(cast.figures) if n in about or (figure.character and figure.habitat == "ground")
    ]
    there = np.array([_box(cast, number, view) for number in standing])  # whoever else stands there has a head and feet
    top, bottom = there[:, 1].min(), there[:, 3].max()
    if faces and all(top + BUST * (bottom - top) > box[1] and box[3] - box[1] > box[2] - box[0] for box in boxes):
        bottom = top + BUST * (bottom - top)
    width, height = frame
    feet = min(FEET, line_of(cast)) - PAWS
    fits = min(width * (1 - 2 * SIDE) / max(1.0, right - left), height * (feet - HEAD) / max(1.0, bottom - top))
    if shot == "over the shoulder" and speaker is not None and speaker in about:
        own = boxes[list(about).index(speaker)]
        aside = ASIDE * width / max(1.0, min(NEARER[shot], fits))
        middle = middle + float(np.clip((own[0] + own[2]) / 2 - middle, -aside, aside))
    beside = [box for n, box in zip(standing, there) if n not in about]
    near, x = _clear(
        max(1.0, min(NEARER[shot], fits)), middle, (left, right), [(one[0], one[2]) for one in beside], width
    )
    down = np.clip(near * bottom - feet * height, 0, near * height - height)
    return np.array([[near, 0, -near * x], [0, near, -down], [0, 0, 1.0]])


def _clear(
    near: float, middle: float, about: tuple[float, float], beside: Sequence[tuple[float, float]], width: int
) -> tuple[float, float]:
    """How near the camera goes, and where the frame begins: nobody `beside` those it is about is cut in two where a little less or a step aside helps."""
    tried: list[tuple[int, int, float, float]] = []
    for nearness in (max(1.0, near * share) for share in WIDER):
        seen = width / nearness
        wished = float(np.clip(middle - seen / 2, 0, width - seen))
        low, high = max(0.0, about[1] + SIDE * seen - seen), min(width - seen, about[0] - SIDE * seen)
        ways: Sequence[float] = np.linspace(low, high, 9).tolist() if low < high else []
        for x in (wished, *sorted(ways, key=lambda way: abs(way - wished))):
            shares = ((min(right, x + seen) - max(left, x)) / max(1.0, right - left) for left, right in beside)
            cut = sum(SEEN[0] < share < SEEN[1] for share in shares)
            if not cut:
                return nearness, float(x)
            tried.append((cut, len(tried), nearness, float(x)))
    return min(tried)[2:]


def line_of(cast: Cast) -> float:
    """The row, in parts of the height, below which nobody stands: above the subtitles where the picture keeps room for them."""
    free = cast.about.get("free_below", 0.0)
    return 1 - float(free) if isinstance(free, (int, float)) and 0 < free < 0.5 else LOWEST


def level_of(cast: Cast) -> float:
    """The row, in parts of the height, that stays in its place when the camera comes nearer: that of the lowest feet, else the middle."""
    feet = [figure.feet[1] / cast.height for figure in cast.figures if figure.habitat == "ground"]
    return float(np.clip(max(feet), 0.5, 1.0)) if feet and cast.stage else 0.5


def _box(cast: Cast, number: int, view: Callable[[float, float], np.ndarray]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of a figure in the frame."""
    one = cast.figures[number]
    sides = one.feet[0] - one.wide / 2, one.feet[0] + one.wide / 2
    own = np.array([sides, (one.feet[1] - one.tall, one.feet[1]), (1, 1)])
    views = [view(one.parallax, time) for time in MOMENTS]
    corners = np.array([canvas @ own for canvas in views])  # [moments, x y 1, first last]
    (left, top), (right, bottom) = corners[:, :2, 0].min(0), corners[:, :2, 1].max(0)
    return float(left), float(top), float(right), float(bottom)

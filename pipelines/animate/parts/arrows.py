"""A steady flow over a picture, drawn by a few arrows or one direction. Fields are float32 [h,w,2] in pixels (x, y) a second."""

from __future__ import annotations

import math
import re

import numpy as np

from pipelines.core.settings import Refusal, Text

DIRECTIONS = {
    "arrows": "Along the arrows",
    "right": "To the right",
    "left": "To the left",
    "up": "Up (flames, smoke)",
    "down": "Down (waterfall, rain)",
    "right and down": "To the right and down",
    "left and down": "To the left and down",
}
MOST_ARROWS = 60
POINTS = 12  # along each arrow


def arrows_setting(use: str, placeholder: str) -> Text:
    """The setting in which arrows are drawn over a picture or written."""
    return Text(
        label="Arrows",
        help=f"One arrow a line, from > to. {use}",
        placeholder=placeholder,
        lines=3,
        editor="arrows",
        over="picture",
    )


def arrows_of(text: str) -> np.ndarray:
    """Lines "x y > x y" in parts of the picture's sides -> [n,4]. Raises Refusal."""
    rows = []
    for line in filter(None, (part.strip() for part in text.replace(";", "\n").splitlines())):
        numbers = re.findall(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d+)?", line.replace("->", " > "))
        if len(numbers) != 4 or not all(math.isfinite(float(n)) and -1 <= float(n) <= 2 for n in numbers):
            raise Refusal(f"The arrow “{line[:40]}” must be like “x y > x y”, with numbers from 0 to 1.")
        rows.append([float(n) for n in numbers])
    if not 1 <= len(rows) <= MOST_ARROWS:
        raise Refusal(f"Draw from 1 to {MOST_ARROWS} arrows, or choose a direction.")
    values = np.array(rows)
    if (np.hypot(*(values[:, 2:] - values[:, :2]).T) < 1e-3).any():
        raise Refusal("An arrow has no length; draw it again.")
    return values


def flow_field(direction: str, arrows: np.ndarray | None, size: tuple[int, int], speed_px: float) -> np.ndarray:
    """The flow everywhere: nearest arrows count most (inverse squared distance, Shepard 1968); their mean speed is `speed_px`."""
    width, height = size
    if arrows is None:
        x = ("right" in direction) - ("left" in direction)
        y = ("down" in direction) - ("up" in direction)
        unit = np.array([x, y * (0.5 if x else 1.0)], np.float32)
        return np.broadcast_to(unit / np.linalg.norm(unit) * speed_px, (height, width, 2)).astype(np.float32)
    scaled = arrows * (width, height, width, height)
    along = scaled[:, 2:] - scaled[:, :2]
    speeds = along / np.hypot(*along.T).mean() * speed_px
    steps = np.linspace(0, 1, POINTS)[:, None]
    points = np.concatenate([start + steps * way for start, way in zip(scaled[:, :2], along)])
    values = np.repeat(speeds, POINTS, axis=0)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    total, weights = np.zeros((height, width, 2)), np.zeros((height, width))
    soften = (0.02 * max(size)) ** 2
    for point, value in zip(points, values):
        weight = 1 / ((x - point[0]) ** 2 + (y - point[1]) ** 2 + soften) ** 1.5
        total += weight[..., None] * value
        weights += weight
    return (total / weights[..., None]).astype(np.float32)


def follow_flow(field: np.ndarray, seconds: float) -> np.ndarray:
    """How far what starts at each place has gone after `seconds` (negative: where it came from): midpoint steps along the field."""
    from pipelines.vision.flow import sample_along_flow

    fastest = float(np.abs(field).max())
    steps = max(1, math.ceil(abs(seconds) * fastest / 3.0))
    step = np.float32(seconds / steps)
    gone = np.zeros_like(field)
    for _ in range(steps):
        middle = gone + step / 2 * sample_along_flow(field, gone)
        gone = gone + step * sample_along_flow(field, middle)
    return gone

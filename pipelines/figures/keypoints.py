"""The eighteen points of a person as OpenPose draws them (Cao et al. 2019, in the order of COCO), for networks that follow a pose."""

from __future__ import annotations

import colorsys
from collections.abc import Mapping

import numpy as np

Points = Mapping[str, tuple[float, float]]
NAMES = (
    "nose",
    "neck",
    "shoulder_r",
    "elbow_r",
    "wrist_r",
    "shoulder_l",
    "elbow_l",
    "wrist_l",
    "hip_r",
    "knee_r",
    "ankle_r",
    "hip_l",
    "knee_l",
    "ankle_l",
    "eye_r",
    "eye_l",
    "ear_r",
    "ear_l",
)
LIMBS = (
    ("neck", "shoulder_r"),
    ("neck", "shoulder_l"),
    ("shoulder_r", "elbow_r"),
    ("elbow_r", "wrist_r"),
    ("shoulder_l", "elbow_l"),
    ("elbow_l", "wrist_l"),
    ("neck", "hip_r"),
    ("hip_r", "knee_r"),
    ("knee_r", "ankle_r"),
    ("neck", "hip_l"),
    ("hip_l", "knee_l"),
    ("knee_l", "ankle_l"),
    ("neck", "nose"),
    ("nose", "eye_r"),
    ("eye_r", "ear_r"),
    ("nose", "eye_l"),
    ("eye_l", "ear_l"),
)
HUE_STEP = 20  # degrees between the colours of neighbours: red, then on to violet
LIMB_SHARE = 0.6  # of a colour's brightness in a limb
RADIUS_PX, DRAWN_FOR_PX = 4, 512  # of a point, in a picture whose shorter side has so many pixels


def mirror_points(points: Points, width: float) -> dict[str, tuple[float, float]]:
    """Return the points of a picture that is turned over: a right hand becomes a left one."""
    swapped = {"r": "l", "l": "r"}
    return {
        f"{name[:-1]}{swapped[name[-1]]}" if name[-2:] in ("_r", "_l") else name: (width - x, y)
        for name, (x, y) in points.items()
    }


def colours() -> list[tuple[int, int, int]]:
    """Return the colour of each point; limb number i has the colour of point i."""
    made = (colorsys.hsv_to_rgb(HUE_STEP * number / 360, 1, 1) for number in range(len(NAMES)))
    return [(round(255 * red), round(255 * green), round(255 * blue)) for red, green, blue in made]


def draw_points(canvas: np.ndarray, points: Points) -> None:
    """Draw one person's limbs and points onto a canvas, uint8 [h,w,3]; what is not among the points is left out."""
    import cv2

    radius = max(1, round(RADIUS_PX * min(canvas.shape[:2]) / DRAWN_FOR_PX))
    tones = colours()
    for number, (first, second) in enumerate(LIMBS):
        if first not in points or second not in points:
            continue
        (x0, y0), (x1, y1) = points[first], points[second]
        angle, length = np.degrees(np.arctan2(y1 - y0, x1 - x0)), np.hypot(x1 - x0, y1 - y0)
        outline = cv2.ellipse2Poly(
            (round((x0 + x1) / 2), round((y0 + y1) / 2)), (round(length / 2), radius), round(angle), 0, 360, 1
        )
        cv2.fillConvexPoly(canvas, np.asarray(outline), [round(LIMB_SHARE * tone) for tone in tones[number]])
    for number, name in enumerate(NAMES):
        if name in points:
            x, y = points[name]
            cv2.circle(canvas, (round(x), round(y)), radius, tones[number], -1)

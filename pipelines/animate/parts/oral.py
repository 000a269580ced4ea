"""What is seen between parted lips: the dark of the mouth, teeth that go with the head, a tongue that goes with the jaw; painted.

Where the picture already shows an open mouth, its own inside is used as far as it goes. Coordinates as in portrait.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.animate.parts.mouths import Mouth

if TYPE_CHECKING:
    from pipelines.animate.parts.portrait import Box, Lips

DARK, TONGUE, TEETH = (0.20, 0.07, 0.07), (0.66, 0.33, 0.32), (0.93, 0.90, 0.84)  # in light in which skin is 0.75
LEAST_OWN_GAP = 0.10  # halves of the mouth's width: lips less apart show nothing worth keeping


class Oral:
    """The inside of one mouth."""

    def __init__(self, picture: np.ndarray, lips: Lips) -> None:
        self.lips = lips
        self.light = _light(picture, lips)
        self.middle = float(np.interp(0, lips.places, (lips.upper + lips.lower) / 2))
        self.picture = picture
        self.own = lips.gap > LEAST_OWN_GAP

    def at(self, box: Box, moved: np.ndarray, mouth: Mouth) -> np.ndarray:
        """uint8 [h,w,3] for a box, through the head's displacements [h,w,2] back to the picture."""
        import cv2

        from pipelines.animate.parts.portrait import LOWER_SHARE, WIDEST, lens

        columns = np.arange(box.left, box.right, dtype=np.float32)[None, :] + moved[..., 0]
        rows = np.arange(box.top, box.bottom, dtype=np.float32)[:, None] + moved[..., 1]
        array = np.zeros((*rows.shape, 3), np.uint8)
        reach = 1.3 * self.lips.half
        near = np.abs(np.stack([columns - self.lips.centre[0], rows - self.lips.centre[1]])).max(0) < reach
        if not near.any():
            return array
        down, across = np.flatnonzero(near.any(1)), np.flatnonzero(near.any(0))
        part = slice(down[0], down[-1] + 1), slice(across[0], across[-1] + 1)
        place = self.lips.of(np.stack([columns[part], rows[part]], axis=-1)).astype(np.float32)
        x, y = place[..., 0], place[..., 1]
        upper, lower = self.lips.edges(x)
        line = (upper + lower) / 2
        opening = WIDEST * mouth.open * lens(x)
        roof, floor = line - (1 - LOWER_SHARE) * opening, line + LOWER_SHARE * opening
        painted = self._paint_inside(x, y, line, roof, floor, mouth)
        if self.own:
            soft = 2.0 / self.lips.half
            own = ((y - upper) / soft).clip(0, 1) * ((lower - y) / soft).clip(0, 1)
            shown = cv2.remap(
                self.picture, columns[part], rows[part], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
            )
            painted += own[..., None] * (shown.astype(np.float32) / 255 - painted)
        array[part] = (painted * 255 + 0.5).clip(0, 255).astype(np.uint8)
        return array

    def _paint_inside(
        self, x: np.ndarray, y: np.ndarray, line: np.ndarray, roof: np.ndarray, floor: np.ndarray, mouth: Mouth
    ) -> np.ndarray:
        light = self.light / 0.75
        shade = 1 - 0.7 * np.minimum(1, np.abs(x)) ** 2  # deeper towards the corners
        made = np.array(DARK, np.float32) * light * (0.45 + 0.55 * shade[..., None])
        # the tongue lies on the floor and lifts for th, d, n
        height = 0.16 + 0.20 * mouth.tongue
        rise = (floor - 0.02 - y) / height + (x / 0.62) ** 2
        tongue = ((1 - rise) / 0.35).clip(0, 1) * (np.abs(x) < 0.8)
        lit = 0.62 + 0.38 * ((floor - y) / np.maximum(height, 0.05)).clip(0, 1)
        made += tongue[..., None] * (np.array(TONGUE, np.float32) * light * lit[..., None] - made)
        # upper teeth hang from the head, lower ones stand on the jaw
        edge = line + 0.11 + 0.05 * mouth.teeth - 0.10 * x * x
        teeth = ((edge - y) / 0.035).clip(0, 1) * ((0.86 - np.abs(x)) / 0.12).clip(0, 1)
        under_lip = 0.40 + 0.50 * ((y - roof) / 0.16).clip(0, 1)
        gaps = 1 - 0.10 * np.exp(-(((np.abs(x / 0.19 - np.round(x / 0.19))) / 0.09) ** 2))
        white = np.array(TEETH, np.float32) * light * (under_lip * gaps * (1 - 0.45 * x * x))[..., None]
        made += teeth[..., None] * (white - made)
        lower = ((y - floor + 0.07 + 0.02 * mouth.teeth) / 0.03).clip(0, 1) * ((0.62 - np.abs(x)) / 0.12).clip(0, 1)
        lower *= 0.75 * mouth.teeth * (1 - 0.8 * mouth.tongue)
        made += lower[..., None] * (0.72 * np.array(TEETH, np.float32) * light - made)
        return made.clip(0, 1)


def _light(picture: np.ndarray, lips: Lips) -> float:
    """How bright the skin around the mouth is: the upper quartile of a square as wide as the face."""
    reach = 2.0 * lips.half
    left, top = (int(max(0, v)) for v in lips.centre - reach)
    right, bottom = (int(v) + 1 for v in lips.centre + reach)
    skin = picture[top:bottom, left:right].astype(np.float32) @ (0.299, 0.587, 0.114) / 255
    return float(np.percentile(skin, 75)) if skin.size else 0.6

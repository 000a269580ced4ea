"""Blinks: the skin between brow and lashes is drawn down over an eye; the eye itself is not moved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pipelines.animate.parts.portrait import Box, PortraitLayers

RIGHT = (33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133), (46, 53, 52, 65, 55)
LEFT = (
    (263, 466, 388, 387, 386, 385, 384, 398, 362),
    (263, 249, 390, 373, 374, 380, 381, 382, 362),
    (276, 283, 282, 295, 285),
)
SKIN_ENDS = 0.05  # above the rim of the lid, in halves of the eye's width
LASHES = 0.45  # how dark their line is on a shut eye
LEAST_OPEN = 0.13  # of the eye's width: less than that is an eye already shut


@dataclass(frozen=True)
class Lid:
    """One eye: origin between its corners, x along them, y down, in halves of its width."""

    centre: np.ndarray
    across: np.ndarray
    down: np.ndarray
    half: float
    places: np.ndarray
    upper: np.ndarray
    lower: np.ndarray
    brow: float
    box: Box
    soft_px: float

    @classmethod
    def of(cls, picture: np.ndarray, points: np.ndarray, right: bool, soft_px: float = 1.2) -> Lid | None:
        """The lid of an eye, or None where the eye is shut or too small to be seen."""
        from pipelines.animate.parts.portrait import Box

        rings = RIGHT if right else LEFT
        flat = points[:, :2].astype(np.float64)
        one, two = flat[rings[0][0]], flat[rings[0][-1]]
        half = float(np.hypot(*(two - one))) / 2
        if half < 3:
            return None
        across = (two - one) / (2 * half)
        down = np.array([-across[1], across[0]])
        centre = (one + two) / 2
        if down @ (flat[list(rings[2])].mean(0) - centre) > 0:
            down = -down
        upper, lower, brow = (
            np.stack([(flat[list(r)] - centre) @ across, (flat[list(r)] - centre) @ down], axis=-1) / half
            for r in rings
        )
        places = np.linspace(-1, 1, 33)
        top, bottom = (np.interp(places, ring[:, 0], ring[:, 1]) for ring in (upper, lower))
        gap = float((bottom - top).max())
        if gap < 2 * LEAST_OPEN:
            return None
        highest = float(top.min())
        anchor = highest - min(0.75 * (highest - float(brow[:, 1].max())), 1.8 * gap)
        reach = 1.5 * half
        box = Box.around(centre - reach, centre + reach, (picture.shape[1], picture.shape[0]))
        return cls(centre, across, down, half, places, top, bottom, min(anchor, highest - 0.15), box, soft_px)

    def draw(self, frame: np.ndarray, layer: PortraitLayers, back: Callable[[Box], np.ndarray], shut: float) -> None:
        """Draw the lid over a frame; `back` gives the head's displacements [h,w,2] for a box, `shut` goes from 0 to 1."""
        from pipelines.animate.parts.portrait import blend_by_share

        if shut < 0.01:
            return
        moved = back(self.box)
        x = np.arange(self.box.left, self.box.right, dtype=np.float32)[None, :] + moved[..., 0]
        y = np.arange(self.box.top, self.box.bottom, dtype=np.float32)[:, None] + moved[..., 1]
        away = np.stack([x - np.float32(self.centre[0]), y - np.float32(self.centre[1])], axis=-1)
        along, level = ((away @ axis.astype(np.float32)) / np.float32(self.half) for axis in (self.across, self.down))
        top, bottom = (np.interp(along, self.places, ring).astype(np.float32) for ring in (self.upper, self.lower))
        last = np.maximum(top - np.float32(SKIN_ENDS), self.brow + np.float32(0.05))  # of the skin that is drawn down
        edge = top + np.float32(shut) * (bottom - top).clip(0) * np.float32(0.97)
        # what is seen from the brow to the edge is the skin from the brow to the lashes, stretched most where it folds under the brow
        span = edge - self.brow
        gone = ((level - self.brow) / span).clip(0, 1)
        source = np.where(
            level > self.brow, self.brow + (last - self.brow) * gone ** (span / (last - self.brow)), level
        )
        change = (source - level)[..., None] * (self.down * self.half).astype(np.float32)
        lid = layer.plain(self.box, moved + change)
        lashes = 1 - np.float32(LASHES) * np.exp(
            -(((edge - level) / np.float32(max(0.08, self.soft_px / self.half))) ** 2)
        )
        lid = (lid * lashes[..., None]).astype(np.uint8)
        share = ((edge - level) * np.float32(self.half / self.soft_px) + 0.5).clip(0, 1) * (
            (1 - np.abs(along)) / 0.06
        ).clip(0, 1)
        frame[self.box.slices] = blend_by_share(frame[self.box.slices], lid, (share * 255).astype(np.uint8))

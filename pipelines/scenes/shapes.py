"""Shapes of one colour each, in the light of where they are: what furniture, houses and fences are painted of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipelines.painting.brush import Mask, Plane, rgb
from pipelines.scenes.easel import Easel

Points = Sequence[tuple[float, float]]
Lit = Callable[[np.ndarray, float, float], np.ndarray]  # a colour at a place (x, y) -> as it is seen there


def rectangle(x0: float, y0: float, x1: float, y1: float) -> list[tuple[float, float]]:
    """Return the four corners of a rectangle."""
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]


def scaled(x: float, y: float, wide: float, tall: float, *points: tuple[float, float]) -> list[tuple[float, float]]:
    """Points around (x, y) from their shares of a width and a height."""
    return [(x + a * wide, y + b * tall) for a, b in points]


def arch(x0: float, top: float, x1: float, foot: float) -> list[tuple[float, float]]:
    """The outline of a round-headed opening."""
    half, middle = (x1 - x0) / 2, (x0 + x1) / 2
    turn = np.linspace(np.pi, 2 * np.pi, 17)
    head = [(middle + np.cos(t) * half, top + half + np.sin(t) * half) for t in turn]
    return [(x0, foot), *head, (x1, foot)]


@dataclass
class Shapes:
    """Lays shapes on one plane; lengths in pixels, soft edges in units."""

    easel: Easel
    plane: Plane
    lit: Lit

    def fill(
        self,
        mask: Mask,
        colour: str | np.ndarray,
        at: tuple[float, float],
        opacity: float = 1.0,
        mottle: float = 0.05,
        soft: float = 0.0,
    ) -> None:
        """A mask in the light of one place."""
        material = rgb(colour) if isinstance(colour, str) else colour
        self.plane.lay(mask, self.lit(material, *at), opacity, mottle=mottle, soft_px=soft * self.easel.unit)

    def polygon(
        self, points: Points, colour: str | np.ndarray, opacity: float = 1.0, mottle: float = 0.05, soft: float = 0.0
    ) -> None:
        """Any simple polygon."""
        mask = self.easel.mask().polygon(points)
        at = np.asarray(points, np.float64)
        low, high = at.min(axis=0), at.max(axis=0)
        self.fill(mask, colour, (float(low[0] + high[0]) / 2, float(low[1] + high[1]) / 2), opacity, mottle, soft)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: str | np.ndarray, *how: float, **more: float
    ) -> None:
        """A rectangle, otherwise as a polygon."""
        self.polygon(rectangle(x0, y0, x1, y1), colour, *how, **more)

    def ellipse(self, x: float, y: float, across: float, down: float, colour: str | np.ndarray) -> None:
        """A filled ellipse with half-axes."""
        self.fill(self.easel.mask().ellipse(x, y, across, down), colour, (x, y))

    def line(self, points: Points, thick: float, colour: str | np.ndarray, opacity: float = 1.0) -> None:
        """An open line."""
        mask = self.easel.mask().line(points, thick)
        at = np.asarray(points, np.float64).mean(axis=0)
        self.fill(mask, colour, (float(at[0]), float(at[1])), opacity, 0.0)

    def shadow(self, x: float, y: float, across: float, down: float, strength: float = 0.35) -> None:
        """The soft shadow of what stands on the ground."""
        mask = self.easel.mask().ellipse(x, y, across, down)
        self.plane.lay(mask, rgb("#2a2018"), strength, soft_px=self.easel.unit * 0.8)

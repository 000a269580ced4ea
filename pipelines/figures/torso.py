"""The torso of a person and what covers it: shirts, coats, dresses, skirts and their patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.painting.brush import mix, rgb

if TYPE_CHECKING:
    from pipelines.figures.biped import Biped


class Torso:
    """Covers the torso of one figure in one pose."""

    def __init__(self, figure: Biped, s: Sculptor, pose: Pose) -> None:
        self.f, self.s, self.pose, self.p = figure, s, pose, figure.params
        self.skin = tone(self.p, "skin")
        self.top, self.bottom = str(self.p["top"]), str(self.p["bottom"])
        self.cloth, self.legs = tone(self.p, "top_colour"), tone(self.p, "bottom_colour")
        self.shoes = tone(self.p, "shoe_colour")
        self.padding = {
            "sweater": 0.008,
            "striped": 0.006,
            "coat": 0.012,
            "robe": 0.012,
            "armour": 0.014,
            "space": 0.022,
            "suit": 0.006,
            "none": 0.0,
        }.get(self.top, 0.004)
        self.surface: list[Ball] = []
        self.level = 0.0

    # surfaces

    def on_torso(self, share: np.ndarray, turn: np.ndarray, out: float = 1.0) -> np.ndarray:
        """Points on the front of the torso: share 0 (hips) .. 1 (neck), turn in degrees to the right; what would be behind is at the edge."""
        centres = np.array([b.centre for b in self.surface])
        axes = np.array([b.axes for b in self.surface])
        place = np.clip(np.asarray(share, float), 0, 1) * (len(centres) - 1)
        low = np.minimum(place.astype(int), len(centres) - 2)
        part = (place - low)[:, None]
        centre = centres[low] * (1 - part) + centres[low + 1] * part
        axis = axes[low] * (1 - part[..., None]) + axes[low + 1] * part[..., None]
        middle = np.degrees(np.arctan2(np.cos(np.radians(self.s.yaw)), np.sin(np.radians(self.s.yaw))))
        angle = np.radians(np.clip(np.broadcast_to(turn, place.shape), middle - 88, middle + 88))
        way = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], -1) * out
        return centre + np.einsum("nij,nj->ni", axis, way)

    def patch(
        self,
        name: str,
        corners: list[tuple[float, float]],
        colour: np.ndarray,
        bias: float = 0.002,
        out: float = 1.0,
        **paint: float,
    ) -> None:
        """A patch on the torso through corners (share, turn)."""
        share, turn = np.array(corners, float).T
        steps = np.linspace(0, 1, 8, endpoint=False)
        nexts, nextt = np.roll(share, -1), np.roll(turn, -1)
        share = (share[:, None] + (nexts - share)[:, None] * steps).ravel()
        turn = (turn[:, None] + (nextt - turn)[:, None] * steps).ravel()
        self.s.decal(name, self.on_torso(share, turn, out), colour, self.level + bias, **paint)

    # parts

    def torso(self) -> None:
        """Draw the neck, the trunk, what covers it, and a skirt."""
        s, f = self.s, self.f
        self.level = float(s.near(s.spot("spine")))
        neck = [
            s.ball("neck", (0, -0.03, 0), (0.034, 0.02, 0.036)),
            s.ball("head", (0.0, 0.04 * f.head_half, 0), (0.034, 0.02, 0.036)),
        ]
        s.chain("neck", neck, mix(self.skin, rgb("#c06a5a"), 0.14), depth=self.level + 0.001, contact=0.1)
        if self.top in ("coat", "robe", "dress") or self.bottom in ("skirt", "long_skirt"):
            self._skirt()
        body = self.cloth if self.top != "none" else self.skin
        rings = f.rings(s, self.padding)
        split = 1 if self.top not in ("coat", "robe", "dress", "overalls", "space", "armour") else 0
        if split and self.bottom not in ("none",):
            s.chain(
                "hips",
                [rings[0].grown((0.99, 1.1, 0.99)), rings[1].grown((0.96, 0.6, 0.96), (0, -0.6, 0))],
                self.legs,
                depth=self.level - 0.001,
                smooth=2,
            )
        upper = rings if not split else [rings[0].grown((1.02, 0.55, 1.02), (0, 0.95, 0)), *rings[1:]]
        if self.top == "overalls":
            upper = rings
        self.surface = s.chain("torso", upper, body, depth=self.level, smooth=4, round=0.06)
        self._pattern()

    def _skirt(self) -> None:
        s, f, p = self.s, self.f, self.p
        hem = {"coat": 0.17, "robe": 0.035, "dress": float(p["hem"])}.get(
            self.top, float(p["hem"]) if self.bottom == "skirt" else 0.06
        )
        colour = self.cloth if self.top in ("coat", "robe", "dress") else self.legs
        knees = np.array([s.spot(f"shin_{n}") for n in "rl"])
        feet = np.array([s.spot(f"foot_{n}") for n in "rl"])
        hip = s.spot("pelvis")
        rings = f.rings(s, self.padding)
        floor = float(min(feet[:, 1]))
        drop = max(0.05, float(hip[1]) - (floor - 0.045) - hem)
        share = np.clip(drop / max(0.05, hip[1] - floor), 0, 1)
        low = hip * (1 - share) + feet.mean(0) * share
        mid = hip * 0.5 + low * 0.5 if share < 0.7 else hip * 0.4 + knees.mean(0) * 0.6
        reach = np.abs(feet - feet.mean(0)).max(0) * share * 0.8
        flare = float(p["flare"]) * (0.6 if self.top == "coat" else 1.0)
        lean = s.frame("pelvis")
        sections = [rings[1].grown((1.0, 0.4, 1.0), (0, -0.4, 0)), rings[0].grown((1.03, 0.8, 1.03))]
        sections.append(
            Ball(mid, lean * (0.065 + 0.035 * flare + reach[0] * 0.5, 0.02, f.hip_z + 0.06 + 0.035 * flare))
        )
        sections.append(
            Ball(
                low,
                np.eye(3) * (0.068 + 0.06 * flare + reach[0], 0.010, f.hip_z + 0.062 + 0.06 * flare + reach[2] * 0.4),
            )
        )
        made = s.chain("skirt", sections, colour, depth=self.level + 0.004 + 0.03, smooth=4, round=0.06)
        trim = tone(p, "trim_colour")
        s.chain(
            "hem",
            [made[-1].grown((0.99, 1.0, 0.99)), made[-2].grown((0.995, 0.2, 0.995), (0, -0.1, 0))],
            trim,
            depth=self.level + 0.0345,
            smooth=1,
            contact=0.0,
            round=0.03,
        )
        if self.top in ("coat", "robe"):
            line = np.array([b.centre + b.axes[:, 0] * 1.0 for b in made])
            if float(s.near(line[0]) - s.near(made[0].centre)) > 0:
                s.stroke("opening", line, 0.006, darker(colour, 0.35), self.level + 0.0346)

    def _pattern(self) -> None:
        """Stripes, lapels, buttons and collars; then what only some tops have."""
        trim, buttons = tone(self.p, "trim_colour"), lighter(tone(self.p, "trim_colour"), 0.2)
        if self.top == "striped":
            for low in np.arange(0.12, 0.84, 0.16):
                self.patch("stripe", [(low, -180), (low, 180), (low + 0.07, 180), (low + 0.07, -180)], trim, clip=True)
        if self.top in ("coat", "suit", "robe", "vest"):
            self.patch("shirt front", [(0.98, -26), (0.98, 26), (0.62, 3), (0.62, -3)], trim)
            for side in (1, -1):
                self.patch(
                    "lapel",
                    [(0.97, side * 28), (0.93, side * 46), (0.66, side * 15), (0.60, side * 2)],
                    darker(self.cloth, 0.18),
                    0.003,
                )
            self.patch("opening", [(0.62, -1.5), (0.62, 1.5), (0.0, 1.5), (0.0, -1.5)], darker(self.cloth, 0.3), 0.003)
        if self.top == "suit":
            self.patch("tie", [(0.92, -4), (0.92, 4), (0.68, 6), (0.62, 0), (0.68, -6)], rgb("#b8433f"), 0.0035)
        if self.top in ("shirt", "coat", "dress"):
            at = (0.76, 0.56, 0.36, 0.16) if self.top != "dress" else (0.78, 0.62, 0.46)
            for share in at:
                self._dot(share, 0 if self.top != "coat" else 7, 0.0085, buttons)
        if self.top in ("shirt", "dress", "sweater"):
            for side in (1, -1):
                self.patch(
                    "collar",
                    [(0.985, 0), (0.985, side * 70), (0.90, side * 62), (0.83, side * 20)],
                    trim if self.top != "sweater" else darker(self.cloth, 0.12),
                    0.003,
                )
        self._special()
        self._ornament()

    def _special(self) -> None:
        """Armour, a space suit or overalls."""
        if self.top == "armour":
            self.patch("ridge", [(0.9, -2), (0.9, 2), (0.2, 2), (0.2, -2)], lighter(self.cloth, 0.35))
            self.patch("fauld", [(0.24, -180), (0.24, 180), (0.18, 180), (0.18, -180)], darker(self.cloth, 0.25))
        if self.top == "space":
            self.patch("panel", [(0.72, -30), (0.72, 30), (0.45, 30), (0.45, -30)], rgb("#c9d1da"), 0.003)
            for turn, code in ((-16, "#d9584a"), (0, "#eec04c"), (16, "#5a9fd0")):
                self._dot(0.6, turn, 0.011, rgb(code), 0.004)
        if self.top == "overalls":
            self.patch(
                "shirt", [(1.0, -180), (1.0, 180), (0.66, 180), (0.66, -180)], tone(self.p, "trim_colour"), clip=True
            )
            self.patch("bib", [(0.82, -34), (0.82, 34), (0.4, 46), (0.4, -46)], self.cloth, 0.003)
            for side in (1, -1):
                self.patch(
                    "strap",
                    [(0.80, side * 22), (0.80, side * 34), (1.0, side * 62), (1.0, side * 44)],
                    self.cloth,
                    0.003,
                )
                self._dot(0.78, side * 28, 0.009, rgb("#e8c65a"), 0.004)
            self.patch("pocket", [(0.70, -16), (0.70, 16), (0.54, 14), (0.54, -14)], darker(self.cloth, 0.18), 0.0035)

    def _ornament(self) -> None:
        """Ermine, a star or a stethoscope."""
        ornament = str(self.p["ornament"])
        if ornament == "ermine":
            self.patch("ermine", [(1.0, -180), (1.0, 180), (0.80, 180), (0.74, 0), (0.80, -180)], rgb("#fbf7ee"), 0.004)
            for share, turn in ((0.88, -50), (0.86, -15), (0.88, 20), (0.87, 55)):
                self._dot(share, turn, 0.007, rgb("#3a3540"), 0.005)
        if ornament == "star":
            self._dot(0.68, 26, 0.016, rgb("#eabf4a"), 0.004)
        if ornament == "stethoscope":
            for side in (1, -1):
                shares = np.linspace(0.98, 0.66, 9)
                self.s.stroke(
                    "tube",
                    self.on_torso(shares, side * np.linspace(42, 12, 9), 1.03),
                    0.010,
                    rgb("#46505e"),
                    self.level + 0.006,
                )
            self._dot(0.62, 12, 0.015, rgb("#c4ccd6"), 0.007)
            self._dot(0.62, 12, 0.008, rgb("#7b8692"), 0.008)

    def _dot(self, share: float, turn: float, size: float, colour: np.ndarray, bias: float = 0.0042) -> None:
        s = self.s
        middle = np.degrees(np.arctan2(np.cos(np.radians(s.yaw)), np.sin(np.radians(s.yaw))))
        if abs((turn - middle + 180) % 360 - 180) > 72:
            return
        place = self.on_torso(np.array([share]), np.array([turn]), 1.03)[0]
        s.blob("button", Ball(place, np.eye(3) * size * 0.9), colour, depth=self.level + bias, contact=0.2)

    def _skirted(self) -> bool:
        return self.top in ("coat", "robe", "dress") or self.bottom in ("skirt", "long_skirt")

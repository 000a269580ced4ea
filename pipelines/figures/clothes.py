"""What people wear: a wardrobe, and what lies over the clothes: aprons, belts, capes, scarves, backpacks."""

from __future__ import annotations

import numpy as np

from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.limbs import Limbs
from pipelines.figures.sculpt import Ball
from pipelines.painting.brush import rgb

TOPS = (
    "shirt",
    "tee",
    "sweater",
    "striped",
    "coat",
    "dress",
    "robe",
    "suit",
    "vest",
    "armour",
    "space",
    "overalls",
    "none",
)
BOTTOMS = ("trousers", "shorts", "skirt", "long_skirt", "none")


class Wardrobe(Limbs):
    """Dresses one figure in one pose."""

    def extras(self) -> None:
        """Apron, belt, cape, scarf, backpack."""
        s, p = self.s, self.p
        front = self.level + (0.038 if self._skirted() else 0.006)
        if p["apron"]:
            self._apron(front)
        if p["belt"]:
            rows = [b.grown((1.03, 0.25, 1.03)) for b in self.surface[3:5]]
            s.chain("belt", rows, tone(p, "belt"), depth=front + 0.001, smooth=1, contact=0.2, round=0.02)
            bone = self.surface[4]
            buckle = Ball(bone.centre + bone.axes[:, 0] * 1.05, np.eye(3) * 0.016)
            if s.near(buckle.centre) > s.near(bone.centre):
                s.blob("buckle", buckle, rgb("#e8c65a"), depth=front + 0.002, contact=0.1)
        if p["cape"]:
            self._cape(tone(p, "cape"))
        if p["scarf"]:
            self._scarf(tone(p, "scarf"))
        if p["backpack"]:
            pack = [
                s.ball("chest", (-0.115, 0.06, 0), (0.045, 0.05, 0.075)),
                s.ball("chest", (-0.12, -0.08, 0), (0.05, 0.06, 0.08)),
            ]
            s.chain("backpack", pack, tone(p, "backpack"), smooth=1)

    def _apron(self, depth: float) -> None:
        s, colour = self.s, tone(self.p, "apron")
        share = np.array([0.74, 0.74, 0.30, 0.02])
        left = self.on_torso(share, np.array([-26, -26, -52, -58]), 1.04)
        right = self.on_torso(share, np.array([26, 26, 52, 58]), 1.04)
        knees = np.array([s.spot(f"shin_{n}", (0.07, 0.03, 0)) for n in "rl"])
        hang = (left[-1] + right[-1]) / 2 * 0.3 + knees.mean(0) * 0.7
        half = (right[-1] - left[-1]) * 0.56
        flare = s.frame("pelvis")[:, 0] * 0.03
        low = np.array(
            [
                hang + half + flare,
                hang + half * 0.6 + flare - (0, 0.02, 0),
                hang - half * 0.6 + flare - (0, 0.02, 0),
                hang - half + flare,
            ]
        )
        outline = np.concatenate([right, low, left[::-1]])
        if float(s.near(outline).mean() - s.near(s.spot("spine"))) > -0.01:
            s.card("apron", outline, colour, depth=depth, smooth=2, round=0.05, contact=0.25)
            pocket = np.array(
                [
                    hang + half * 0.45 + flare,
                    hang - half * 0.45 + flare,
                    hang - half * 0.4 + (0, -0.05, 0) + flare,
                    hang + half * 0.4 + (0, -0.05, 0) + flare,
                ]
            ) + (0, 0.07, 0)
            s.card("pocket", pocket, darker(colour, 0.10), depth=depth + 1e-4, smooth=1, contact=0.2, round=0.02)

    def _cape(self, colour: np.ndarray) -> None:
        s, p = self.s, self.p
        sway = 0.02 * np.sin(2 * np.pi * self.pose.wave)
        w = self.f.shoulder_z
        rows = [
            s.ball("chest", (-0.03, 0.24 * self.f.torso, 0), (0.035, 0.02, w * 0.95)),
            s.ball("chest", (-0.06, 0.0, 0), (0.03, 0.04, w * 1.25)),
            s.ball("pelvis", (-0.085 + sway, 0.0, 0), (0.035, 0.04, w * 1.5)),
            s.ball("pelvis", (-0.12 + 2 * sway, -float(p["leg"]) * 0.86, 0), (0.045, 0.012, w * 1.8)),
        ]
        behind = float(s.near(rows[2].centre)) < float(s.near(s.spot("pelvis")))
        s.chain("cape", rows, colour, depth=self.level + (-0.16 if behind else 0.12), smooth=3, round=0.06)

    def _scarf(self, colour: np.ndarray) -> None:
        s = self.s
        lag = np.sin(2 * np.pi * self.pose.wave) * 0.012
        depth = self.level + 0.055
        ring = [
            s.ball("neck", (0.002, -0.026, 0), (0.056, 0.016, 0.06)),
            s.ball("neck", (0.004, 0.004, 0), (0.052, 0.016, 0.056)),
        ]
        end = [
            s.ball("chest", (0.066, 0.24 * self.f.torso, 0.03), (0.014, 0.014, 0.020)),
            s.ball("chest", (0.098 + lag, 0.10 * self.f.torso, 0.036), (0.012, 0.016, 0.024)),
            s.ball("chest", (0.100 + lag, -0.10 * self.f.torso, 0.040), (0.012, 0.014, 0.027)),
        ]
        if float(s.near(end[1].centre)) > self.level - 0.01:
            s.chain("scarf end", end, darker(colour, 0.06), depth=depth - 0.002, smooth=3, round=0.022)
            for share in (0.3, 0.42):
                up = (0.10 - share * 0.42) * self.f.torso
                band = [s.ball("chest", (0.112 + lag, up, 0.036 + z), 0.006) for z in (-0.02, 0.022)]
                s.chain("scarf band", band, lighter(colour, 0.5), depth=depth - 0.0019, clip=True)
        s.chain("scarf", ring, colour, depth=depth, smooth=1, round=0.03)

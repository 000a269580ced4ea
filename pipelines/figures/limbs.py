"""Legs, shoes, arms, sleeves and hands of people."""

from __future__ import annotations

import numpy as np

from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.torso import Torso


class Limbs(Torso):
    """Draws and covers arms and legs."""

    def leg(self, name: str, side: int) -> None:
        """Draw one leg with trousers or stockings, and its shoe."""
        s, f, p = self.s, self.f, self.p
        b = float(p["build"])
        thick = 0.046 + 0.018 * b
        hip, knee, ankle = f"thigh_{name}", f"shin_{name}", f"foot_{name}"
        bare = self.bottom in ("none", "skirt", "shorts", "long_skirt") or self.top == "dress"
        colour = {"armour": darker(self.cloth, 0.08), "space": self.cloth}.get(self.top, self.legs)
        stocking = tone(p, "stocking_colour") if bare else colour
        depth = float(s.near((s.spot(hip) + s.spot(knee) + s.spot(ankle)) / 3)) + 0.004
        if self._skirted():
            depth = min(depth, self.level + 0.025)
        leg = [
            s.ball(hip, (0, 0.015, 0), thick * 1.12),
            s.ball(hip, (0, -0.55 * f.leg[0], 0), thick * 0.98),
            s.ball(knee, (0.004, 0, 0), thick * 0.84),
            s.ball(knee, (-0.004, -0.45 * f.leg[1], 0), thick * 0.76),
            s.ball(knee, (0, -0.93 * f.leg[1], 0), thick * 0.58 if bare else thick * 0.74),
        ]
        s.chain("leg", leg, stocking if bare else colour, depth=depth, smooth=3)
        if self.bottom == "shorts" and self.top not in ("dress", "robe"):
            short = [leg[0].grown(1.06), leg[1].grown(1.14), s.ball(knee, (0, 0.25 * f.leg[0], 0), thick * 1.02)]
            s.chain("shorts", short, self.legs, depth=depth + 0.002, smooth=2)
        if p["shoes"] == "boots":
            boot = [
                s.ball(knee, (0, -0.36 * f.leg[1], 0), (thick * 0.86, 0.012, thick * 0.86)),
                s.ball(knee, (0, -0.9 * f.leg[1], 0), thick * 0.74),
            ]
            s.chain("boot", boot, self.shoes, depth=depth + 0.003, smooth=2, contact=0.2)
        self._shoe(name, side, depth, thick)

    def _shoe(self, name: str, side: int, depth: float, thick: float) -> None:
        s, foot = self.s, f"foot_{name}"
        size = 0.9 + 0.25 * float(self.p["build"])
        if self.p["shoes"] == "none":
            colour = self.skin
        else:
            colour = self.shoes
        out = 0.012 * side
        shoe = [
            s.ball(foot, (-0.014, -0.014, 0), (0.028 * size, 0.030, 0.027 * size)),
            s.ball(foot, (0.034, -0.024, out), (0.030 * size, 0.021, 0.030 * size)),
            s.ball(foot, (0.064, -0.027, 1.5 * out), (0.022 * size, 0.017, 0.026 * size)),
        ]
        s.chain("shoe", shoe, colour, depth=depth + 0.006, smooth=2, contact=0.25, round=0.022)
        if self.p["shoes"] != "none":
            sole = [
                s.ball(foot, (-0.028, -0.041, 0), (0.014, 0.005, 0.024)),
                s.ball(foot, (0.066, -0.041, 1.5 * out), (0.018, 0.005, 0.024)),
            ]
            s.chain("sole", sole, darker(colour, 0.45), depth=depth + 0.0062, contact=0.0, round=0.0)

    def arm(self, name: str, side: int) -> None:
        """Draw one arm with its sleeve, and its hand."""
        s, f, p = self.s, self.f, self.p
        b = float(p["build"])
        thick = 0.0265 + 0.009 * b
        upper, lower, hand = f"arm_{name}", f"fore_{name}", f"hand_{name}"
        spots = np.array([s.spot(upper), s.spot(lower), s.spot(hand)])
        chest = float(s.near(s.spot("chest")))
        reach = float(s.near(spots[2]))
        mean = float(s.near(spots).mean())
        depth = mean + 0.035 if mean > chest - 0.015 else mean - 0.03
        if reach > chest + 0.05:
            depth = max(depth, chest + 0.05)
        long = self.top not in ("tee", "vest", "none", "dress", "overalls") or str(p["sleeves"]) == "long"
        sleeve = tone(p, "trim_colour") if self.top in ("overalls", "vest") else self.cloth
        wide = 1.0 + 9 * self.padding
        bare = [
            s.ball(upper, (0, -0.01, 0), thick),
            s.ball(lower, (0, 0, 0), thick * 0.86),
            s.ball(lower, (0, -0.5 * f.arm[1], 0), thick * 0.80),
            s.ball(hand, (0, 0.004, 0), thick * 0.66),
        ]
        self._hand(name, side, depth + 0.001, thick)
        s.chain("arm", bare, self.skin, depth=depth, smooth=4, round=0.7 * thick)
        if self.top == "none":
            return
        if long:
            cuff = thick * (1.12 if self.top == "robe" else 0.92) * wide
            cover = [
                s.ball(upper, (0, 0.002, -0.006 * side), thick * 1.12 * wide),
                s.ball(upper, (0, -0.5 * f.arm[0], 0), thick * 1.1 * wide),
                s.ball(lower, (0, 0, 0), thick * 1.02 * wide),
                s.ball(lower, (0, -0.5 * f.arm[1], 0), thick * 1.0 * wide),
                s.ball(lower, (0, -0.86 * f.arm[1], 0), cuff),
            ]
            s.chain("sleeve", cover, sleeve, depth=depth + 0.002, smooth=3)
            if self.top in ("sweater", "coat", "robe", "space", "armour"):
                trim = darker(self.cloth, 0.15) if self.top in ("sweater", "coat") else tone(p, "trim_colour")
                s.chain(
                    "cuff",
                    [
                        s.ball(lower, (0, -0.90 * f.arm[1], 0), (cuff * 1.06, 0.012, cuff * 1.06)),
                        s.ball(lower, (0, -0.80 * f.arm[1], 0), (cuff * 1.05, 0.01, cuff * 1.05)),
                    ],
                    trim,
                    depth=depth + 0.003,
                    contact=0.1,
                )
        else:
            short = 0.75 if self.top != "dress" else 0.5
            cover = [
                s.ball(upper, (0, 0.002, -0.006 * side), thick * 1.25),
                s.ball(upper, (0, -short * f.arm[0], 0), thick * 1.22),
            ]
            s.chain("sleeve", cover, sleeve, depth=depth + 0.002, smooth=2)
        if self.top == "armour":
            s.blob(
                "pauldron",
                s.ball(upper, (0, 0.012, 0.004 * side), thick * 1.75),
                lighter(self.cloth, 0.12),
                depth=depth + 0.004,
            )

    def _hand(self, name: str, side: int, depth: float, thick: float) -> None:
        s, hand = self.s, f"hand_{name}"
        close = float(self.pose.hands.get(f"hand_{name}", 0.35))
        skin = self.skin if self.top not in ("space", "armour") else lighter(self.cloth, 0.2)
        size = 0.034 + 0.006 * float(self.p["build"])
        fist = max(0.0, close)
        fingers = -size * (1.75 - 0.75 * fist)
        palm = [
            s.ball(hand, (0, -0.3 * size, 0), (size * 0.78, size * 0.7, size * 0.62)),
            s.ball(hand, (0.1 * size + 0.25 * fist * size, fingers * 0.62, 0), (size * 0.84, size * 0.74, size * 0.6)),
            s.ball(hand, (0.25 * size + 0.3 * fist * size, fingers, 0), (size * 0.6, size * 0.45, size * 0.5)),
        ]
        thumb = [
            s.ball(hand, (0.45 * size, -0.35 * size, -0.15 * side * size), size * 0.32),
            s.ball(hand, (1.0 * size, -0.85 * size - 0.2 * fist * size, -0.3 * side * size), size * 0.26),
        ]
        s.chain("thumb", thumb, skin, depth=depth + 2e-4, contact=0.1, round=0.4 * size)
        s.chain("hand", palm, skin, depth=depth + 4e-4, smooth=2, contact=0.15, round=0.6 * size)
        if close < 0:
            tip = [
                s.ball(hand, (0.1 * size, -size, 0), size * 0.28),
                s.ball(hand, (0.1 * size, -size * 2.35, 0), size * 0.22),
            ]
            s.chain("finger", tip, skin, depth=depth + 5e-4, contact=0.0, round=0.2 * size)

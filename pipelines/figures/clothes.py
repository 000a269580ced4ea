"""What people wear, and the limbs under it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.scenes.brush import mix, rgb

if TYPE_CHECKING:
    from pipelines.figures.biped import Biped

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


class Wardrobe:
    """Dresses one figure in one pose."""

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
        if self.top == "armour":
            self.patch("ridge", [(0.9, -2), (0.9, 2), (0.2, 2), (0.2, -2)], lighter(self.cloth, 0.35))
            self.patch("fauld", [(0.24, -180), (0.24, 180), (0.18, 180), (0.18, -180)], darker(self.cloth, 0.25))
        if self.top == "space":
            self.patch("panel", [(0.72, -30), (0.72, 30), (0.45, 30), (0.45, -30)], rgb("#c9d1da"), 0.003)
            for turn, code in ((-16, "#d9584a"), (0, "#eec04c"), (16, "#5a9fd0")):
                self._dot(0.6, turn, 0.011, rgb(code), 0.004)
        if self.top == "overalls":
            under = trim
            self.patch("shirt", [(1.0, -180), (1.0, 180), (0.66, 180), (0.66, -180)], under, clip=True)
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
        if str(self.p["ornament"]) == "ermine":
            self.patch("ermine", [(1.0, -180), (1.0, 180), (0.80, 180), (0.74, 0), (0.80, -180)], rgb("#fbf7ee"), 0.004)
            for share, turn in ((0.88, -50), (0.86, -15), (0.88, 20), (0.87, 55)):
                self._dot(share, turn, 0.007, rgb("#3a3540"), 0.005)
        if str(self.p["ornament"]) == "star":
            self._dot(0.68, 26, 0.016, rgb("#eabf4a"), 0.004)
        if str(self.p["ornament"]) == "stethoscope":
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

    def leg(self, name: str, side: int) -> None:
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
        leg = [s.ball(hip, (0, 0.015, 0), thick * 1.12), s.ball(hip, (0, -0.55 * f.leg[0], 0), thick * 0.98), s.ball(knee, (0.004, 0, 0), thick * 0.84), s.ball(knee, (-0.004, -0.45 * f.leg[1], 0), thick * 0.76), s.ball(knee, (0, -0.93 * f.leg[1], 0), thick * 0.58 if bare else thick * 0.74)]  # fmt: skip
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
        shoe = [s.ball(foot, (-0.014, -0.014, 0), (0.028 * size, 0.030, 0.027 * size)), s.ball(foot, (0.034, -0.024, out), (0.030 * size, 0.021, 0.030 * size)), s.ball(foot, (0.064, -0.027, 1.5 * out), (0.022 * size, 0.017, 0.026 * size))]  # fmt: skip
        s.chain("shoe", shoe, colour, depth=depth + 0.006, smooth=2, contact=0.25, round=0.022)
        if self.p["shoes"] != "none":
            sole = [
                s.ball(foot, (-0.028, -0.041, 0), (0.014, 0.005, 0.024)),
                s.ball(foot, (0.066, -0.041, 1.5 * out), (0.018, 0.005, 0.024)),
            ]
            s.chain("sole", sole, darker(colour, 0.45), depth=depth + 0.0062, contact=0.0, round=0.0)

    def arm(self, name: str, side: int) -> None:
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
        bare = [s.ball(upper, (0, -0.01, 0), thick), s.ball(lower, (0, 0, 0), thick * 0.86), s.ball(lower, (0, -0.5 * f.arm[1], 0), thick * 0.80), s.ball(hand, (0, 0.004, 0), thick * 0.66)]  # fmt: skip
        self._hand(name, side, depth + 0.001, thick)
        s.chain("arm", bare, self.skin, depth=depth, smooth=4, round=0.7 * thick)
        if self.top == "none":
            return
        if long:
            cuff = thick * (1.12 if self.top == "robe" else 0.92) * wide
            cover = [s.ball(upper, (0, 0.002, -0.006 * side), thick * 1.12 * wide), s.ball(upper, (0, -0.5 * f.arm[0], 0), thick * 1.1 * wide), s.ball(lower, (0, 0, 0), thick * 1.02 * wide), s.ball(lower, (0, -0.5 * f.arm[1], 0), thick * 1.0 * wide), s.ball(lower, (0, -0.86 * f.arm[1], 0), cuff)]  # fmt: skip
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
        palm = [s.ball(hand, (0, -0.3 * size, 0), (size * 0.78, size * 0.7, size * 0.62)), s.ball(hand, (0.1 * size + 0.25 * fist * size, fingers * 0.62, 0), (size * 0.84, size * 0.74, size * 0.6)), s.ball(hand, (0.25 * size + 0.3 * fist * size, fingers, 0), (size * 0.6, size * 0.45, size * 0.5))]  # fmt: skip
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

    def _skirted(self) -> bool:
        return self.top in ("coat", "robe", "dress") or self.bottom in ("skirt", "long_skirt")

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
        rows = [s.ball("chest", (-0.03, 0.24 * self.f.torso, 0), (0.035, 0.02, w * 0.95)), s.ball("chest", (-0.06, 0.0, 0), (0.03, 0.04, w * 1.25)), s.ball("pelvis", (-0.085 + sway, 0.0, 0), (0.035, 0.04, w * 1.5)), s.ball("pelvis", (-0.12 + 2 * sway, -float(p["leg"]) * 0.86, 0), (0.045, 0.012, w * 1.8))]  # fmt: skip
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
        end = [s.ball("chest", (0.066, 0.24 * self.f.torso, 0.03), (0.014, 0.014, 0.020)), s.ball("chest", (0.098 + lag, 0.10 * self.f.torso, 0.036), (0.012, 0.016, 0.024)), s.ball("chest", (0.100 + lag, -0.10 * self.f.torso, 0.040), (0.012, 0.014, 0.027))]  # fmt: skip
        if float(s.near(end[1].centre)) > self.level - 0.01:
            s.chain("scarf end", end, darker(colour, 0.06), depth=depth - 0.002, smooth=3, round=0.022)
            for share in (0.3, 0.42):
                up = (0.10 - share * 0.42) * self.f.torso
                band = [s.ball("chest", (0.112 + lag, up, 0.036 + z), 0.006) for z in (-0.02, 0.022)]
                s.chain("scarf band", band, lighter(colour, 0.5), depth=depth - 0.0019, clip=True)
        s.chain("scarf", ring, colour, depth=depth, smooth=1, round=0.03)

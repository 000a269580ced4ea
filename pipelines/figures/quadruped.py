"""Bodies on four legs: from the mouse to the elephant, by one table each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.figure import Figure, Limb, darker, lighter, tone
from pipelines.figures.heads import HEAD, animal_head
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor, Shape
from pipelines.figures.skeleton import Joint, Skeleton
from pipelines.scenes.brush import mix, rgb

LEGS = (("fr", 1, True), ("fl", -1, True), ("br", 1, False), ("bl", -1, False))


class Quadruped(Figure):
    """An animal. Units are heights of the shoulder; parameters: see kinds/quadrupeds.py."""

    plan = "quadruped"
    family = "quadruped"

    def bones(self) -> Skeleton:
        p = self.params
        leg, long, neck = float(p["leg"]), float(p["long"]), float(p["neck"])
        self.half = float(p["deep"]) / 2  # of the trunk
        self.wide = float(p["wide"]) / 2
        self.back_y = leg + self.half  # the middle of the trunk
        self.head_r = float(p["head"]) / 2
        rise = np.radians(float(p["neck_rise"]))
        tip = np.array([np.cos(rise), np.sin(rise), 0.0]) * neck
        self.paw = float(p["paw"])
        front, hind = leg + 0.35 * self.half - self.paw, leg + 0.5 * self.half - self.paw - float(p["hock"])
        self.front, self.hind = (front * 0.52, front * 0.52), (hind * 0.56, hind * 0.56)
        joints = [
            Joint("hips", None, (-long * 0.42, self.back_y, 0)),
            Joint("spine", "hips", (long * 0.40, 0, 0), ((-35, 40), (-20, 20), (-30, 30))),
            Joint("chest", "spine", (long * 0.40, 0.02, 0), ((-35, 40), (-20, 20), (-30, 30))),
            Joint("neck", "chest", (long * 0.10, self.half * 0.45, 0), ((-95, 50), (-30, 30), (-50, 50))),
            Joint("head", "neck", (float(tip[0]), float(tip[1]), 0), ((-80, 60), (-35, 35), (-75, 75))),
            Joint(
                "tail",
                "hips",
                (-long * 0.08 - self.half * 0.55, self.half * 0.45, 0),
                ((-80, 80), (-60, 60), (-70, 70)),
            ),
        ]
        for name, side, is_front in LEGS:
            lengths = self.front if is_front else self.hind
            spread = self.wide * float(p["stance"])
            start = (0.02, -self.half * 0.35, side * spread) if is_front else (0.0, -self.half * 0.25, side * spread)
            bend = ((-110, 0), (0, 0), (0, 0)) if is_front else ((-140, 0), (0, 0), (0, 0))
            if is_front:
                bend = ((0, 140), (0, 0), (0, 0))
            joints += [
                Joint(f"upper_{name}", "chest" if is_front else "hips", start, ((-80, 115), (-45, 45), (-50, 50))),
                Joint(f"lower_{name}", f"upper_{name}", (0, -lengths[0], 0), bend),
            ]
            if is_front:
                joints.append(
                    Joint(f"foot_{name}", f"lower_{name}", (0, -lengths[1], 0), ((-100, 70), (-20, 20), (-30, 30)))
                )
            else:
                joints.append(
                    Joint(f"foot_{name}", f"lower_{name}", (0, -lengths[1], 0), ((-20, 110), (-20, 20), (-30, 30)))
                )
        skeleton = Skeleton(tuple(joints))
        top = self.back_y + 0.02 + self.half * 0.45 + tip[1] + self.head_r * 1.75
        self.height = max(float(top), self.back_y + self.half)
        return skeleton

    def find_limbs(self) -> dict[str, Limb]:
        limbs = {}
        for name, side, is_front in LEGS:
            if is_front:
                limbs[f"foot_{name}"] = Limb(
                    f"upper_{name}", f"lower_{name}", f"foot_{name}", self.front, (2, 138), (-1.0, 0.0, 0.0), True, side
                )
            else:
                limbs[f"foot_{name}"] = Limb(
                    f"upper_{name}", f"lower_{name}", f"foot_{name}", self.hind, (-138, -4), (1.0, 0.0, 0.0), True, side
                )
        return limbs

    def stance(self) -> dict[str, tuple[float, float, float]]:
        droop = float(self.params["tail_rise"])
        return {"tail": (-droop, 0, 0), "head": (float(self.params["nod"]), 0, 0)}

    def ground(self, name: str) -> np.ndarray:
        p = self.params
        side = 1 if name.endswith("r") else -1
        spread = self.wide * float(p["stance"])
        long = float(p["long"])
        if name.startswith("foot_f"):
            return np.array([long * 0.42, self.paw, side * spread])
        return np.array([-long * 0.42 - 0.5 * float(p["hock"]), self.paw + float(p["hock"]), side * spread])

    def solved(self, pose: Pose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return super().solved(pose)

    def trunk(self, s: Sculptor) -> list[Ball]:
        p = self.params
        h, w, belly = self.half, self.wide, float(p["belly"])
        breath = 1 + 0.02 * self.breath
        hump = float(p["hump"])
        rows = (
            ("hips", (-0.06 * float(p["long"]), 0.0), 0.92, 0.86), ("hips", (0.14 * float(p["long"]), 0.0), 0.96 + 0.1 * belly, 0.94), ("spine", (0.0, -0.06 * h * belly), 0.94 + 0.2 * belly + hump, 0.98 + 0.15 * belly),
            ("chest", (-0.10 * float(p["long"]), 0.02), 1.02 + 0.5 * hump, 1.0), ("chest", (0.08 * float(p["long"]), 0.02), 0.92, 0.86),
        )  # fmt: skip
        return [
            s.ball(
                bone, (x, y + hump * h * 0.5 * (bone == "spine"), 0), (h * tall, h * tall * breath, w * side * breath)
            )
            for bone, (x, y), tall, side in rows
        ]

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        self.breath = pose.breath
        p = self.params
        fur = tone(p, "fur")
        level = float(s.near(s.spot("spine")))
        rows = self.trunk(s)
        for name, side, is_front in LEGS:
            self._leg(s, name, side, is_front, level)
        tail(s, "tail", p, self.half * 2, pose)
        trunk = s.chain("body", rows, fur, depth=level, smooth=4, round=0.62 * self.half)
        self._coat(s, trunk, level)
        self._neck(s, pose, trunk)
        if p["wings"]:
            from pipelines.figures.wings import bat_wings

            bat_wings(
                s,
                "chest",
                (0, self.half * 0.6, 0),
                float(p["wings"]),
                darker(fur, 0.12),
                tone(p, "second"),
                pose.flap,
                self.wide * 0.6,
            )
        if p["saddle"]:
            self._saddle(s, trunk, level)

    def _neck(self, s: Sculptor, pose: Pose, trunk: list[Ball]) -> None:
        p = self.params
        r, h = self.head_r, self.half
        thick = float(p["neck_thick"])
        skull = s.ball("head", (0.18 * r, 0.55 * r, 0), r)
        start = s.ball(
            "chest", (0.05 * float(p["long"]), 0.18 * h, 0), (h * 0.68 * thick, h * 0.68 * thick, self.wide * 0.82)
        )
        middle = s.ball("neck", (0, 0, 0), (h * 0.52 * thick, h * 0.52 * thick, self.wide * 0.62 * thick))
        end = Ball(
            skull.centre - skull.axes[:, 0] * 0.30 - skull.axes[:, 1] * 0.2,
            skull.axes * 0.74 * min(1.0, 0.55 + 0.5 * thick),
        )
        level = float(s.near(s.spot("chest", (0.1, 0, 0)))) + 0.02
        head_depth = float(s.near(skull.centre)) + r * 0.6
        fur = tone(p, "fur")
        neck = s.chain(
            "neck", [start, middle, end], fur, depth=min(level, head_depth - 0.01), smooth=5, round=0.5 * h, contact=0.0
        )
        if p["bib"]:
            side = [b.grown((0.75, 0.8, 0.8), (0.42, -0.35, 0)) for b in neck]
            s.chain(
                "bib",
                side,
                rgb(p["bib"]),
                depth=min(level, head_depth - 0.01) + 1e-4,
                smooth=1,
                clip=True,
                feather=0.02,
            )
        if p["stripe"]:
            self._bands(s, neck, rgb(p["stripe"]), min(level, head_depth - 0.01) + 2e-4, 5)
        if p["spot"]:
            _spots(s, neck, rgb(p["spot"]), min(level, head_depth - 0.01) + 2e-4, 0.42 if p["spot_big"] else 0.2, 2)
        if p["crest"]:
            self._crest(s, neck, skull, rgb(p["crest"]), pose, min(level, head_depth - 0.01))
        if p["scarf"]:
            ring = [neck[-5].grown((1.1, 0.6, 1.1)), neck[-6].grown((1.12, 0.6, 1.12))]
            s.chain("scarf", ring, rgb(p["scarf"]), depth=head_depth - 0.004, smooth=1, round=0.1 * h)
            drop = [
                Ball(
                    ring[1].centre + ring[1].axes[:, 0] * 0.9 + np.array([0.02, -d, 0.5 * self.wide]),
                    np.eye(3) * 0.10 * h * (1.3 + d),
                )
                for d in (0.0, 0.3 * h, 0.75 * h)
            ]
            s.chain("scarf end", drop, darker(rgb(p["scarf"]), 0.08), depth=head_depth - 0.005, smooth=3)
        animal_head(s, "head", skull, p, pose, depth=head_depth, hats=p)

    def _leg(self, s: Sculptor, name: str, side: int, is_front: bool, level: float) -> None:
        p = self.params
        thick = float(p["leg_thick"])
        upper, lower, foot = f"upper_{name}", f"lower_{name}", f"foot_{name}"
        fur = rgb(p["limb"]) if p["limb"] else tone(p, "fur")
        near = float(s.near(s.spot(upper)) - s.near(s.spot("chest" if is_front else "hips")))
        depth = level + (0.05 + max(0.0, near) if near > 0.004 else -0.05 + near)
        if (
            abs(near) < 0.06 * self.wide or s.toward[0] > 0.8
        ):  # from the front the front legs are before the body, the hind legs behind
            depth = level + (0.06 if is_front else -0.08)
        haunch = 1.0 if is_front else float(p["haunch"])
        shade = fur if near > -0.01 or s.toward[0] > 0.8 else darker(fur, 0.10)
        a = self.front if is_front else self.hind
        rows = [s.ball(upper, (0, 0.10 * self.half, -0.25 * side * thick), (thick * 1.6 * haunch, thick * 1.9 * haunch, thick * 1.2)), s.ball(upper, (0, -0.55 * a[0], 0), (thick * 1.22 * haunch, thick * 1.2, thick)), s.ball(lower, (0, 0, 0), thick * 0.95), s.ball(lower, (0, -0.55 * a[1], 0), thick * 0.78), s.ball(foot, (0, 0, 0), thick * 0.78)]  # fmt: skip
        if not is_front:
            hock = float(p["hock"])
            rows.append(s.ball(foot, (0.25 * hock, -0.55 * hock, 0), thick * 0.72))
            rows.append(s.ball(foot, (0.5 * hock, -hock, 0), thick * 0.80))
        s.chain("leg", rows, shade, depth=depth, smooth=3, round=0.7 * thick, contact=0.26 if near > 0 else 0.1)
        if p["stripe"]:
            made = list(rows)
            self._bands(s, made, rgb(p["stripe"]), depth + 1e-4, 4)
        if p["sock"]:
            low = rows[-2 if is_front else -3 :]
            s.chain("sock", [b.grown(1.1) for b in low], rgb(p["sock"]), depth=depth + 2e-4, smooth=2, clip=True)
        self._paw(s, foot, is_front, depth, thick, shade, side)

    def _paw(
        self, s: Sculptor, foot: str, is_front: bool, depth: float, thick: float, fur: np.ndarray, side: int
    ) -> None:
        p, paw = self.params, self.paw
        hock = 0.0 if is_front else float(p["hock"])
        x0, y0 = 0.5 * hock, -hock
        if p["hoof"]:
            rows = [
                s.ball(foot, (x0, y0 - 0.1 * paw, 0), (thick * 0.82, paw * 0.3, thick * 0.82)),
                s.ball(foot, (x0 + 0.35 * thick, y0 - 0.78 * paw, 0), (thick * 1.06, paw * 0.24, thick * 1.0)),
            ]
            s.chain("hoof", rows, rgb(p["hoof"]), depth=depth + 3e-4, contact=0.1, round=0.4 * thick)
            return
        colour = rgb(p["sock"]) if p["sock"] else fur
        rows = [
            s.ball(foot, (x0 - 0.1 * thick, y0 - 0.35 * paw, 0), (thick * 0.9, paw * 0.6, thick * 0.9)),
            s.ball(foot, (x0 + 0.85 * thick, y0 - 0.48 * paw, 0), (thick * 0.85, paw * 0.52, thick * 1.02)),
        ]
        s.chain("paw", rows, colour, depth=depth + 3e-4, smooth=2, contact=0.12, round=0.5 * thick)
        for z in (-0.36, 0.36):
            line = np.array(
                [
                    s.spot(foot, (x0 + 1.70 * thick, y0 - 0.30 * paw, z * thick)),
                    s.spot(foot, (x0 + 1.60 * thick, y0 - 0.80 * paw, z * thick)),
                ]
            )
            s.stroke("toe", line, 0.12 * thick, darker(colour, 0.3), depth + 4e-4, opacity=0.6)
        _ = side

    def _coat(self, s: Sculptor, trunk: list[Ball], level: float) -> None:
        """Belly, stripes, spots, wool or spines on the trunk."""
        p = self.params
        second = tone(p, "second")
        h = self.half
        if p["belly_second"]:
            low = [b.grown((0.94, 0.55, 0.9), (0, -0.70, 0)) for b in trunk]
            s.chain("belly", low, second, depth=level + 1e-5, smooth=1, clip=True, feather=0.05 * h)
        if p["stripe"]:
            self._bands(s, trunk, rgb(p["stripe"]), level + 2e-5, 7)
        if p["spot"]:
            _spots(s, trunk, rgb(p["spot"]), level + 2e-5, 0.42 if p["spot_big"] else 0.19, 3)
        if p["blotch"]:
            for x, y, r in ((2, 0.35, 0.62), (8, 0.5, 0.75), (13, -0.1, 0.55)):
                ball = trunk[min(x, len(trunk) - 1)]
                face = s.facing(ball)
                s.decal(
                    "blotch",
                    ball.at(face, 0)[None] * 0 + _patch(s, ball, face, y * 60, r * 60),
                    rgb(p["blotch"]),
                    level + 2e-5,
                    clip=True,
                )
        if p["shell"]:
            self._shell(s, trunk, rgb(p["shell"]), level)
        if p["wool"]:
            self._wool(s, trunk, rgb(p["wool"]), level)
        if p["spines"]:
            self._spines(s, trunk, rgb(p["spines"]), level)
        if p["ridge"]:
            for ball in trunk[1:-1:2]:
                top = ball.at(0, 90, 0.95)
                fin = np.array(
                    [
                        top + ball.axes[:, 0] * 0.3,
                        top + ball.axes[:, 1] * 0.42 - ball.axes[:, 0] * 0.12,
                        top + ball.axes[:, 1] * 0.42 - ball.axes[:, 0] * 0.12,
                        top - ball.axes[:, 0] * 0.3,
                    ]
                )
                s.card("ridge", fin, rgb(p["ridge"]), depth=level - 0.004, round=0.05 * h)

    def _bands(self, s: Sculptor, rows: list[Ball], colour: np.ndarray, depth: float, count: int) -> None:
        """Stripes across a row of sections, thin below."""
        for number, place in enumerate(np.linspace(0.8, len(rows) - 1.6, count)):
            ball = rows[int(place)]
            face = s.facing(ball)
            way = np.linspace(88, -30 - 12 * (number % 2), 9)
            line = ball.at(face, way, 0.99)
            along = (rows[min(int(place) + 1, len(rows) - 1)].centre - ball.centre) * (place - int(place))
            radius = float(np.linalg.norm(ball.axes[:, 1]))
            s.stroke("stripe", line + along, radius * 0.19 * np.sin(np.linspace(1.0, 3.1, 9)), colour, depth, clip=True)

    def _wool(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        outline = []
        for ball in trunk[::2]:
            for a in (-70, -25, 25, 70, 110, 150, 200, 250):
                spot = ball.at(a, 0, 0.86) * (1, 0, 1)
                outline.append(Ball(spot, np.eye(3)))
        puffs = []
        h = self.half
        number = 0
        for ball in trunk[::2]:
            for e in np.linspace(-58, 90, 6):
                for side in (s.facing(ball),):
                    number += 1
                    spot = ball.at(side + 25 * ((number % 3) - 1), e, 0.90)
                    puffs.append(Ball(spot, np.eye(3) * h * (0.36 + 0.05 * (number % 3))))
        for end, way in ((trunk[0], 180), (trunk[-1], 0)):
            for e in (-40, 0, 40):
                puffs.append(Ball(end.at(way, e, 0.9), np.eye(3) * h * 0.38))
        rings = [
            s.seen(b.centre)
            + float(b.axes[0, 0])
            * np.stack([np.cos(np.linspace(0, 2 * np.pi, 18)), np.sin(np.linspace(0, 2 * np.pi, 18))], -1)
            for b in puffs
        ]
        body = [Ball(b.centre, b.axes * 0.98) for b in trunk]
        s.chain("wool", body, colour, depth=level + 0.052, smooth=1, round=0.5 * h)
        shape = s.shapes[-1]
        shape.polygons = shape.polygons + [r.astype(np.float32) for r in rings]
        for ball in puffs[::2]:
            curl = (
                ball.centre
                + np.array([[np.cos(t) * 0.5, np.sin(t) * 0.5, 0] for t in np.linspace(3.4, 6.0, 7)]) * ball.axes[0, 0]
            )
            s.stroke("curl", curl, 0.035 * h, darker(colour, 0.16), level + 0.0521, clip=True)
        _ = outline

    def _spines(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        h = self.half
        rng = np.random.default_rng(3)
        back = [b.grown((1.04, 1.08, 1.05), (-0.04, 0.14, 0)) for b in trunk]
        s.chain("spines", back, darker(colour, 0.15), depth=level + 0.054, smooth=1, round=0.4 * h)
        shape = s.shapes[-1]
        for ball in back:
            face = s.facing(ball)
            for e in np.linspace(-18, 95, 9) + rng.uniform(-6, 6, 9):
                for turn in (0.0, 180.0):
                    root, tip = ball.at(face + turn, e, 0.9), ball.at(face + turn, e + 4, 1.34)
                    across = s.seen(ball.axes[:, 0]) * 0.13
                    spike = np.array(
                        [s.seen(root) - across, s.seen(tip) - s.seen(ball.axes[:, 0]) * 0.22, s.seen(root) + across]
                    )
                    shape.polygons.append(spike.astype(np.float32))
        for ball in back[::2]:
            face = s.facing(ball)
            for e in (-8, 16, 40, 64):
                root, tip = ball.at(face, e, 0.98), ball.at(face, e + 16, 1.02) - ball.axes[:, 0] * 0.2
                s.stroke(
                    "spine",
                    np.array([root, tip]),
                    np.array([0.05, 0.015]) * h,
                    lighter(colour, 0.4),
                    level + 0.0541,
                    clip=True,
                )

    def _crest(self, s: Sculptor, neck: list[Ball], skull: Ball, colour: np.ndarray, pose: Pose, level: float) -> None:
        """A mane along the neck, and a forelock."""
        lag = 0.25 * np.sin(2 * np.pi * pose.wave)
        rows = []
        for number, ball in enumerate(neck[1:]):
            away = -ball.axes[:, 0] * (0.55 + 0.12 * lag) + ball.axes[:, 1] * 0.62
            wide = 0.30 + 0.09 * np.sin(number * 2.1)
            rows.append(Ball(ball.centre + away, np.eye(3) * float(np.linalg.norm(ball.axes[:, 1])) * wide * 1.35))
        rows.append(skull.grown(0.42, (-0.45, 0.75, 0)))
        rows.append(skull.grown(0.30, (0.10, 0.98, 0)))
        rows.append(skull.grown(0.12, (0.52, 0.80, 0)))
        s.chain("mane", rows, colour, depth=level + 0.006, smooth=2, round=0.2 * self.half)

    def _shell(self, s: Sculptor, trunk: list[Ball], colour: np.ndarray, level: float) -> None:
        middle = trunk[len(trunk) // 2]
        long = float(self.params["long"]) * 0.60
        h, w = self.half, self.wide
        dome = Ball(middle.centre + middle.axes[:, 1] * 0.28, np.eye(3) * (long, h * 1.12, w * 1.22))
        rim = Ball(middle.centre - middle.axes[:, 1] * 0.1, np.eye(3) * (long * 1.08, h * 0.30, w * 1.32))
        s.chain("shell", [dome, dome.grown((1.0, 0.8, 1.0))], colour, depth=level + 0.056, round=0.6 * h)
        face = s.facing(dome)
        for row, count in ((18, 5), (52, 4)):
            for number in range(count):
                a = face - 80 + 160 * (number + 0.5) / count
                plate = dome.at(
                    a + np.array([-13, 0, 13, 13, 0, -13]) * (1.2 if row > 40 else 1),
                    row + np.array([8, 15, 8, -8, -15, -8]),
                    1.0,
                )
                s.decal("plate", plate, darker(colour, 0.16), level + 0.056, clip=True)
        s.blob("rim", rim, darker(colour, 0.25), depth=level + 0.0565, round=0.2 * h)

    def _saddle(self, s: Sculptor, trunk: list[Ball], level: float) -> None:
        middle = trunk[len(trunk) // 2]
        rows = [middle.grown((0.5, 0.55, 1.08), (dx, 0.52, 0)) for dx in (-0.3, 0.3)]
        s.chain("saddle", rows, tone(self.params, "saddle"), depth=level + 0.055)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        r = self.head_r
        skull = s.ball("head", (0.18 * r, 0.55 * r, 0), r)
        long, _, _, up = self.params["muzzle"]
        mouth = skull.at(0, 0, 1.0) * 0 + skull.centre + skull.axes @ np.array([0.75 + long, up - 0.25, 0])
        found = {
            "mouth": mouth,
            "eyes": skull.at(0, 12, 1.0),
            "head": skull.at(0, 90, 1.0),
            "seat": s.spot("spine", (0, self.half * 1.02, 0)),
            "back": s.spot("spine", (0, self.half, 0)),
        }
        found |= {
            "hand_r": s.spot("foot_fr", (0.03, -self.paw * 0.5, 0)),
            "hand_l": s.spot("foot_fl", (0.03, -self.paw * 0.5, 0)),
            "chest": s.spot("chest", (self.half, 0, 0)),
        }
        for name, _, is_front in LEGS:
            hock = 0.0 if is_front else float(self.params["hock"])
            found[f"foot_{name}"] = s.spot(f"foot_{name}", (0.5 * hock, -hock - self.paw, 0))
        return found


def _patch(s: Sculptor, ball: Ball, azimuth: float, elevation: float, size: float) -> np.ndarray:
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    wobble = 1 + 0.16 * np.sin(3 * turn + size) + 0.1 * np.sin(5 * turn)
    return ball.at(azimuth + np.cos(turn) * size * wobble, np.clip(elevation + np.sin(turn) * size * wobble, -85, 88))


def _spots(s: Sculptor, rows: list[Ball], colour: np.ndarray, depth: float, size: float, rings: int) -> None:
    """Spots on a row of sections, in staggered rows."""
    turn = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    step = 2 if size < 0.3 else 3
    for number, ball in enumerate(rows[1:-1:step]):
        face = s.facing(ball)
        for ring in range(rings + 2):
            elevation = -40 + ring * 120 / (rings + 1) + (number % 2) * 22
            if elevation > 86:
                continue
            wobble = 1 + 0.14 * np.sin(3 * turn + number + ring)
            degrees = 57 * size * wobble
            points = ball.at(face + np.cos(turn) * degrees * 0.9, np.clip(elevation + np.sin(turn) * degrees, -88, 89))
            s.decal("spot", points, colour, depth, clip=True)


def tail(s: Sculptor, bone: str, given: Mapping[str, Any], scale: float, pose: Pose) -> None:
    """Tails by name: brush, thin, tuft, short, long, curl, horse, none."""
    p = {**HEAD, **given}
    kind, size = str(p["tail"]), float(p["tail_size"]) * scale
    if kind == "none":
        return
    fur = rgb(p["fur"])
    wag = 14 * np.sin(2 * np.pi * pose.wave)
    rows, bend, place = [], 0.0, np.zeros(3)
    widths, turn, step = {
        "brush": ((0.10, 0.20, 0.27, 0.25, 0.15, 0.03), 9.0, 0.34), "thin": ((0.07, 0.06, 0.055, 0.05, 0.045, 0.035), 14.0, 0.36), "tuft": ((0.065, 0.055, 0.05, 0.05, 0.13, 0.02), 8.0, 0.30),
        "short": ((0.11, 0.10, 0.06), 12.0, 0.16), "puff": ((0.16, 0.20, 0.16), 5.0, 0.10), "curl": ((0.06, 0.055, 0.05, 0.05, 0.045, 0.04, 0.03), 62.0, 0.13), "long": ((0.10, 0.10, 0.10, 0.10, 0.095, 0.085, 0.05), 16.0, 0.30),
        "horse": ((0.08, 0.17, 0.21, 0.20, 0.15, 0.04), -9.0, 0.30), "squirrel": ((0.12, 0.24, 0.34, 0.38, 0.34, 0.20, 0.06), 30.0, 0.32), "dragon": ((0.26, 0.22, 0.17, 0.13, 0.09, 0.05, 0.02), 12.0, 0.36), "wool": ((0.14, 0.17, 0.14), -10.0, 0.12),
    }[kind]  # fmt: skip
    heading = -1.0
    for number, width in enumerate(widths):
        angle = np.radians(bend)
        rows.append(s.ball(bone, place, width * size))
        lag = wag * np.sin(number * 0.7)
        place = place + np.array([heading * np.cos(angle), np.sin(angle), 0.35 * np.sin(np.radians(lag))]) * step * size
        bend += turn + 0.35 * lag
    near = float(
        s.near(rows[len(rows) // 2].centre) - s.near(s.spot("hips" if "hips" in s.skeleton.index else "pelvis"))
    )
    depth = float(s.near(s.spot("hips" if "hips" in s.skeleton.index else "pelvis"))) + (
        -0.09 if near < 0.15 * size else 0.12
    )
    colour = rgb(p["tail_colour"]) if p.get("tail_colour") else fur
    made = s.chain(
        "tail", rows, colour, depth=depth, smooth=4, round=0.16 * size * (1.0 if kind in ("brush", "squirrel") else 0.5)
    )
    if p["tail_tip"]:
        tip = made[-max(4, len(made) // 3) :]
        s.chain("tail tip", [b.grown(1.06) for b in tip], rgb(p["tail_tip"]), depth=depth, smooth=1, clip=True)
    if p.get("stripe") and kind in ("long", "thin", "tuft"):
        for ball in made[3:-1:4]:
            s.blob("ring", ball.grown((0.3, 1.2, 1.2)), rgb(p["stripe"]), depth=depth, clip=True)


__all__ = ["Quadruped", "Shape", "mix", "tail"]

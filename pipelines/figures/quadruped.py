"""Bodies on four legs: from the mouse to the elephant, by one table each."""

from __future__ import annotations

import numpy as np

from pipelines.figures.coats import Coated, spots
from pipelines.figures.figure import Limb, darker, tone
from pipelines.figures.heads import animal_head
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.skeleton import Joint, Skeleton
from pipelines.figures.tails import tail
from pipelines.painting.brush import rgb

LEGS = (("fr", 1, True), ("fl", -1, True), ("br", 1, False), ("bl", -1, False))


class Quadruped(Coated):
    """An animal. Units are heights of the shoulder; parameters: see quadrupeds.json in assets/figures."""

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
        """Return the sections of the trunk from the hips to the chest."""
        p = self.params
        h, w, belly = self.half, self.wide, float(p["belly"])
        breath = 1 + 0.02 * self.breath
        hump = float(p["hump"])
        rows = (
            ("hips", (-0.06 * float(p["long"]), 0.0), 0.92, 0.86),
            ("hips", (0.14 * float(p["long"]), 0.0), 0.96 + 0.1 * belly, 0.94),
            ("spine", (0.0, -0.06 * h * belly), 0.94 + 0.2 * belly + hump, 0.98 + 0.15 * belly),
            ("chest", (-0.10 * float(p["long"]), 0.02), 1.02 + 0.5 * hump, 1.0),
            ("chest", (0.08 * float(p["long"]), 0.02), 0.92, 0.86),
        )
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
            spots(s, neck, rgb(p["spot"]), min(level, head_depth - 0.01) + 2e-4, 0.42 if p["spot_big"] else 0.2, 2)
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
        rows = [
            s.ball(
                upper,
                (0, 0.10 * self.half, -0.25 * side * thick),
                (thick * 1.6 * haunch, thick * 1.9 * haunch, thick * 1.2),
            ),
            s.ball(upper, (0, -0.55 * a[0], 0), (thick * 1.22 * haunch, thick * 1.2, thick)),
            s.ball(lower, (0, 0, 0), thick * 0.95),
            s.ball(lower, (0, -0.55 * a[1], 0), thick * 0.78),
            s.ball(foot, (0, 0, 0), thick * 0.78),
        ]
        if not is_front:
            hock = float(p["hock"])
            rows.append(s.ball(foot, (0.25 * hock, -0.55 * hock, 0), thick * 0.72))
            rows.append(s.ball(foot, (0.5 * hock, -hock, 0), thick * 0.80))
        s.chain("leg", rows, shade, depth=depth, smooth=3, round=0.7 * thick, contact=0.26 if near > 0 else 0.1)
        if p["stripe"]:
            records = list(rows)
            self._bands(s, records, rgb(p["stripe"]), depth + 1e-4, 4)
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

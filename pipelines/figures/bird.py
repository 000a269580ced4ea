"""Birds: from the wren to the ostrich, by one table each."""

from __future__ import annotations

import numpy as np

from pipelines.figures.figure import Figure, Limb, darker, lighter, tone
from pipelines.figures.heads import animal_head
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.skeleton import Joint, Skeleton
from pipelines.painting.brush import mix, rgb

SIDES = (("r", 1), ("l", -1))


class Bird(Figure):
    """A bird. Units are lengths of the body; parameters: see birds.json in assets/figures."""

    plan = "bird"

    def bones(self) -> Skeleton:
        p = self.params
        self.tilt = np.radians(float(p["tilt"]))
        self.along = np.array([np.cos(self.tilt), np.sin(self.tilt), 0.0])
        self.across = np.array([-np.sin(self.tilt), np.cos(self.tilt), 0.0])
        self.deep, self.wide, self.head_r = float(p["deep"]) / 2, float(p["wide"]) / 2, float(p["head"]) / 2
        self.leg_long = float(p["leg"])
        hip_y = self.leg_long + 0.02
        below = float(abs(np.cos(self.tilt)) * self.deep * 0.86 + 0.36 * np.sin(self.tilt))
        body_y = hip_y + below
        rise = np.radians(float(p["neck_rise"]))
        neck = np.array([np.cos(rise), np.sin(rise), 0.0]) * float(p["neck"])
        shoulder = self.along * 0.26 + self.across * self.deep * 0.25
        root_neck = self.along * 0.36 + self.across * self.deep * 0.2
        wing = float(p["wing"])
        self.arm = (wing * 0.5, wing * 0.5)
        self.leg = (self.leg_long * 0.5, self.leg_long * 0.54)
        joints = [
            Joint("body", None, (0, body_y, 0)),
            Joint("neck", "body", tuple(root_neck), ((-70, 70), (-30, 30), (-60, 60))),
            Joint("head", "neck", tuple(neck), ((-70, 60), (-40, 40), (-90, 90))),
            Joint("tail", "body", tuple(-self.along * 0.46), ((-60, 60), (-30, 30), (-40, 40))),
        ]
        for name, side in SIDES:
            joints += [
                Joint(
                    f"arm_{name}",
                    "body",
                    (float(shoulder[0]), float(shoulder[1]), side * self.wide * 0.86),
                    ((-120, 225), (-130, 130), (-120, 120)),
                ),
                Joint(f"fore_{name}", f"arm_{name}", (0, -self.arm[0], 0), ((0, 140), (0, 0), (0, 0))),
                Joint(f"hand_{name}", f"fore_{name}", (0, -self.arm[1], 0), ((-40, 40), (-30, 30), (-40, 40))),
                Joint(
                    f"thigh_{name}",
                    "body",
                    (-0.02, -below, side * self.wide * 0.42),
                    ((-80, 110), (-40, 40), (-40, 40)),
                ),
                Joint(f"shin_{name}", f"thigh_{name}", (0, -self.leg[0], 0), ((0, 140), (0, 0), (0, 0))),
                Joint(f"foot_{name}", f"shin_{name}", (0, -self.leg[1], 0), ((-120, 70), (-20, 20), (-30, 30))),
            ]
        self.height = float(body_y + root_neck[1] + neck[1] + self.head_r * 1.7)
        return Skeleton(tuple(joints))

    def find_limbs(self) -> dict[str, Limb]:
        limbs = {}
        for name, side in SIDES:
            limbs[f"hand_{name}"] = Limb(
                f"arm_{name}", f"fore_{name}", f"hand_{name}", self.arm, (2, 138), (-0.6, -0.4, 0.6 * side), False, side
            )
            limbs[f"foot_{name}"] = Limb(
                f"thigh_{name}", f"shin_{name}", f"foot_{name}", self.leg, (2, 138), (-1.0, 0.0, 0.0), True, side
            )
        return limbs

    def stance(self) -> dict[str, tuple[float, float, float]]:
        fold = float(np.degrees(self.tilt)) - 78
        stand: dict[str, tuple[float, float, float]] = {"neck": (0, 0, 0), "head": (0, 0, 0)}
        for name, side in SIDES:
            stand[f"arm_{name}"] = (fold, -4 * side, 0)
            stand[f"fore_{name}"] = (4, 0, 0)
        return stand

    def ground(self, name: str) -> np.ndarray:
        side = 1 if name.endswith("r") else -1
        return np.array([0.02, 0.02, side * self.wide * 0.46])

    def section(self, s: Sculptor, at: float, deep: float, wide: float, up: float = 0.0) -> Ball:
        """A section of the body across its axis at a place -0.5 (rear) .. 0.5 (front)."""
        breath = 1 + 0.02 * self.breath
        local = np.stack([self.along, self.across, np.array([0, 0, 1.0])], -1)
        axes = s.frame("body") @ local * np.array([deep * 0.8, deep, wide]) * breath
        return Ball(s.spot("body", self.along * at + self.across * up), axes)

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        self.breath = pose.breath
        p = self.params
        fur, second = tone(p, "fur"), tone(p, "second")
        level = float(s.near(s.spot("body")))
        self._legs(s, level)
        self._tail(s, level, pose)
        d, w = self.deep, self.wide
        rows = [
            self.section(s, -0.44, d * 0.34, w * 0.36),
            self.section(s, -0.26, d * 0.72, w * 0.74),
            self.section(s, 0.02, d, w, -0.04 * d),
            self.section(s, 0.24, d * 0.86, w * 0.9),
            self.section(s, 0.38, d * 0.58, w * 0.62),
        ]
        s.chain("body", rows, fur, depth=level, smooth=4, round=0.6 * d)
        if p["belly_second"]:
            low = [b.grown((0.92, 0.82, 0.84), (0.12, -0.42 - 0.1 * (p["tilt"] < 50), 0)) for b in rows[1:]]
            s.chain("belly", low, second, depth=level, smooth=2, clip=True, feather=0.02 * d)
        skull = s.ball("head", (0.15 * self.head_r, 0.55 * self.head_r, 0), self.head_r)
        head_depth = float(s.near(skull.centre)) + self.head_r * 0.7 + 0.02
        self._neck(s, skull, level, head_depth)
        head = {**p, "fur": p["head_colour"]} if p.get("head_colour") else p
        animal_head(s, "head", skull, head, pose, depth=head_depth, hats=p)
        if p["crest"]:
            self._crest(s, skull, rgb(p["crest"]), head_depth)
        for name, side in SIDES:
            self._wing(s, name, side, level, pose)

    def _neck(self, s: Sculptor, skull: Ball, level: float, head_depth: float) -> None:
        """The neck with its bib and a scarf."""
        p, d, w = self.params, self.deep, self.wide
        neck_r = self.head_r * float(p["neck_thick"])
        neck = [
            self.section(s, 0.30, d * 0.56, w * 0.6),
            s.ball("neck", tuple(s.skeleton.offsets[s.skeleton.index["head"]] * 0.35), neck_r),
            Ball(skull.centre - skull.axes[:, 1] * 0.25, skull.axes * min(0.9, float(p["neck_thick"]))),
        ]
        neck_level = max(level + 0.01, min(head_depth - 0.02, level + 0.06))
        s.chain(
            "neck",
            neck,
            rgb(p["neck_colour"]) if p["neck_colour"] else tone(p, "fur"),
            depth=neck_level,
            smooth=5,
            contact=0.0,
            round=0.5 * neck_r,
        )
        if p["bib"]:
            s.chain(
                "bib",
                [
                    neck[0].grown((0.9, 0.9, 0.86), (0.35, -0.4, 0)),
                    neck[1].grown(0.8, (0.5, -0.3, 0)),
                    neck[2].grown(0.8, (0.4, -0.4, 0)),
                ],
                rgb(p["bib"]),
                depth=neck_level,
                smooth=3,
                clip=True,
                feather=0.01,
            )
        if p["scarf"]:
            ring = [
                Ball(
                    neck[1].centre + np.array([0, dy * neck_r, 0]),
                    np.eye(3) * (neck_r * 1.25, neck_r * 0.4, neck_r * 1.25),
                )
                for dy in (-0.1, 0.35)
            ]
            s.chain("scarf", ring, rgb(p["scarf"]), depth=head_depth - 0.003, round=0.1 * d)

    def _wing(self, s: Sculptor, name: str, side: int, level: float, pose: Pose) -> None:
        p = self.params
        colour = tone(p, "wing_colour") if p["wing_colour"] else darker(tone(p, "fur"), 0.12)
        upper, lower, hand = f"arm_{name}", f"fore_{name}", f"hand_{name}"
        a, b = self.arm
        deep = self.deep * float(p["wing_deep"])
        spots = np.array([s.spot(upper), s.spot(lower), s.spot(hand)])
        near = float(s.near(spots).mean()) - level
        depth = level + (0.14 + 0.2 * max(0, near) if near > -0.02 else -0.12 + 0.2 * near)
        thin = 0.25 * self.wide
        tip = tone(p, "wing_tip") if p["wing_tip"] else darker(colour, 0.22)
        open_ = float(
            np.clip(
                (spots[0, 1] - spots[2, 1]) / sum(self.arm) * -0.7
                + 0.6
                + abs(spots[2, 2] - spots[0, 2]) / sum(self.arm),
                0,
                1,
            )
        )
        if p["flipper"]:
            rows = [
                s.ball(upper, (0, 0.02, 0), (deep * 0.5, 0.05, thin)),
                s.ball(upper, (-0.02, -0.6 * a, 0), (deep * 0.62, 0.1, thin)),
                s.ball(lower, (-0.02, -0.3 * b, 0), (deep * 0.52, 0.1, thin)),
                s.ball(hand, (0, 0, 0), (deep * 0.2, 0.04, thin * 0.7)),
            ]
            s.chain("wing", rows, colour, depth=depth, smooth=4, round=0.3 * deep)
            return
        for number in range(5):  # flight feathers, the longest outside
            share = number / 4
            root = s.spot(lower, (-0.3 * deep * (1 - share), -b * (0.15 + 0.75 * share), 0))
            spread = np.radians((-88 + 70 * share) * (0.35 + 0.65 * open_))
            way = s.frame(lower) @ np.array([np.sin(spread), -np.cos(spread), 0.0])
            reach = deep * (0.85 + 0.75 * share) * (0.75 + 0.35 * open_)
            feather = [
                Ball(root, s.frame(lower) * (deep * 0.26, deep * 0.26, thin * 0.6)),
                Ball(root + way * reach, s.frame(lower) * (deep * 0.13, deep * 0.13, thin * 0.3)),
            ]
            s.chain(
                "feather",
                feather,
                mix(tip, colour, 0.12 * (number % 2)),
                depth=depth + 1e-4 * number,
                contact=0.15,
                round=0.15 * deep,
            )
        rows = [
            s.ball(upper, (-0.1 * deep, 0.0, 0), (deep * 0.52, deep * 0.40, thin)),
            s.ball(upper, (-0.28 * deep, -0.7 * a, 0), (deep * 0.66, deep * 0.4, thin)),
            s.ball(lower, (-0.22 * deep, -0.5 * b, 0), (deep * 0.50, deep * 0.34, thin)),
            s.ball(hand, (0, 0, 0), (deep * 0.16, deep * 0.12, thin * 0.5)),
        ]
        s.chain("wing", rows, colour, depth=depth + 1e-3, smooth=4, round=0.35 * deep, contact=0.3)
        second = [r.grown((0.62, 0.8, 1.0), (0.3, 0.1, 0)) for r in rows[:3]]
        s.chain("wing light", second, lighter(colour, 0.16), depth=depth + 1e-3, smooth=3, clip=True, feather=0.01)
        _ = (pose, side)

    def _tail(self, s: Sculptor, level: float, pose: Pose) -> None:
        p = self.params
        size, fan = float(p["tail_size"]), int(p["tail_fan"])
        colour = tone(p, "tail_colour") if p["tail_colour"] else darker(tone(p, "fur"), 0.18)
        lift = np.radians(float(p["tail_lift"]))
        wag = 0.12 * np.sin(2 * np.pi * pose.wave)
        back = float(np.cos(np.radians(s.yaw))) > -0.3
        for number in range(fan):
            side = (number - (fan - 1) / 2) / max(1, (fan - 1) / 2)
            spread = float(p["tail_spread"]) * side
            way = (
                -self.along * np.cos(lift) * np.cos(spread)
                + self.across * (np.sin(lift) * np.cos(spread) + wag)
                + np.array([0, 0, np.sin(spread)])
            )
            if p["peacock"]:
                way = np.array([-0.25, np.cos(spread * 1.5), np.sin(spread * 1.5)])
            way = s.frame("tail") @ way
            root = s.spot("tail")
            rows = [
                Ball(root, np.eye(3) * 0.07),
                Ball(root + way * size * 0.55, np.eye(3) * 0.085 * (1 + 0.3 * size)),
                Ball(root + way * size, np.eye(3) * 0.05 * (1 + size)),
            ]
            depth = level - 0.2 - 0.01 * abs(side) if back else level + 0.3
            s.chain(
                "tail",
                rows,
                mix(colour, rgb("#fff4e0"), 0.08 * (number % 2)),
                depth=depth,
                smooth=3,
                contact=0.2,
                round=0.05,
            )
            if p["peacock"]:
                for grow, code in ((1.0, "#d9a83c"), (0.68, "#2f8f8a"), (0.38, "#2a3f8a")):
                    s.blob(
                        "eye spot",
                        Ball(rows[2].centre, np.eye(3) * 0.075 * grow),
                        rgb(code),
                        depth=depth + 1e-4,
                        clip=True,
                    )

    def _crest(self, s: Sculptor, skull: Ball, colour: np.ndarray, depth: float) -> None:
        radius = float(np.linalg.norm(skull.axes[:, 1]))
        for back, up in ((0.2, 1.5), (-0.2, 1.62), (-0.6, 1.5)):
            rows = [
                skull.grown(0.16, (0.05 + back * 0.3, 0.9, 0)),
                skull.grown(0.13, (back * 0.9, up * 0.86, 0)),
                skull.grown(0.05, (back * 1.4, up, 0)),
            ]
            s.chain("crest", rows, colour, depth=depth - 0.002, smooth=3, round=0.08 * radius)

    def _legs(self, s: Sculptor, level: float) -> None:
        p = self.params
        colour = tone(p, "leg_colour")
        thick = float(p["leg_thick"])
        for name, _side in SIDES:
            hip, knee, foot = f"thigh_{name}", f"shin_{name}", f"foot_{name}"
            near = float(s.near(s.spot(hip)) - s.near(s.spot("body")))
            depth = level + (0.004 if near > 0.01 else -0.06)
            thigh = [s.ball(hip, (0, 0.08, 0), self.deep * 0.34), s.ball(hip, (0, -0.4 * self.leg[0], 0), thick * 1.7)]
            s.chain(
                "leg",
                [
                    s.ball(hip, (0, 0, 0), thick),
                    s.ball(knee, (0, 0, 0), thick * 0.95),
                    s.ball(foot, (0, 0, 0), thick * 0.9),
                ],
                colour,
                depth=depth - 0.002,
                smooth=3,
                round=0.6 * thick,
            )
            if not p["bare_legs"]:
                s.chain(
                    "thigh",
                    thigh,
                    tone(p, "fur") if not p["thigh_colour"] else tone(p, "thigh_colour"),
                    depth=depth,
                    smooth=1,
                    contact=0.1,
                )
            self._foot(s, foot, thick, depth)

    def _foot(self, s: Sculptor, foot: str, thick: float, depth: float) -> None:
        """A webbed foot, or three toes before and one behind."""
        size, colour = float(self.params["foot"]), tone(self.params, "leg_colour")
        if self.params["webbed"]:
            corners = (
                (-0.02, 0.0, 0.0),
                (0.55 * size, -0.012, 0.42 * size),
                (0.66 * size, -0.012, 0.0),
                (0.55 * size, -0.012, -0.42 * size),
            )
            web = np.array([s.spot(foot, corner) for corner in corners])
            rows = [Ball(w, np.eye(3) * (0.026, 0.018, 0.026) * (1 + size)) for w in (*web, web[0])]
            s.chain("foot", rows, colour, depth=depth - 0.001, smooth=1, round=0.02, contact=0.15)
            return
        for z in (0.36, 0.0, -0.36):
            toe = [
                s.ball(foot, (0, -0.004, 0), thick),
                s.ball(foot, (size * (0.62 if z == 0 else 0.52), -0.012, z * size), thick * 0.55),
            ]
            s.chain("toe", toe, colour, depth=depth - 0.001, contact=0.1, round=0.4 * thick)
        back = [s.ball(foot, (0, -0.004, 0), thick), s.ball(foot, (-0.34 * size, -0.012, 0), thick * 0.5)]
        s.chain("toe", back, colour, depth=depth - 0.0012, contact=0.0)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        skull = s.ball("head", (0.15 * self.head_r, 0.55 * self.head_r, 0), self.head_r)
        found = {
            "mouth": skull.centre + skull.axes[:, 0] * 1.35,
            "eyes": skull.at(0, 8, 1.0),
            "head": skull.at(0, 90, 1.0),
            "seat": s.spot("body", (0, self.deep, 0)),
            "back": s.spot("body", tuple(self.across * self.deep)),
            "chest": s.spot("body", tuple(self.along * 0.3)),
        }
        found |= {f"hand_{n}": s.spot(f"hand_{n}") for n, _ in SIDES}
        return found | {f"foot_{n}": s.spot(f"foot_{n}", (0, -0.02, 0)) for n, _ in SIDES}

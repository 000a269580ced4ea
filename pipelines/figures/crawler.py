"""What creeps and buzzes: snakes, worms, snails, caterpillars; bees, beetles, ants, spiders, butterflies."""

from __future__ import annotations

import numpy as np

from pipelines.figures import face as F
from pipelines.figures.face import Eyes, Lips
from pipelines.figures.figure import Figure, darker, lighter, tone
from pipelines.figures.hats import hat
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.skeleton import Joint, Skeleton
from pipelines.figures.wings import insect_wings
from pipelines.painting.brush import rgb


def small_face(
    s: Sculptor, head: Ball, p: dict[str, object], pose: Pose, depth: float, skin: np.ndarray, eye: Eyes | None = None
) -> None:
    """The face of a small creature, with its hat."""
    eye = eye or Eyes(26, 8, 11, 13.5, True, str(p["eye_colour"]), "#4a3a34", 0.04, 3, 0.0, True)
    F.cheeks(s, head, pose.face, depth, rgb("#ee8a80"), 46, -18, 11)
    F.eyes(s, head, eye, pose.face, skin, depth)
    F.mouth(s, head, Lips(-26, 18), pose.face, depth)
    if p["hat"] != "none":
        hat(s, head, str(p["hat"]), rgb(str(p["hat_colour"])), depth)


def antennae(s: Sculptor, head: Ball, colour: np.ndarray, depth: float, wave: float, long: float = 1.0) -> None:
    """Sculpt two antennae on a head."""
    radius = float(np.linalg.norm(head.axes[:, 1]))
    sway = 0.12 * np.sin(2 * np.pi * wave)
    for side in (1, -1):
        root = head.at(side * 32, 66, 0.95)
        tip = root + head.axes @ np.array([0.30 + sway, 0.85 * long, side * 0.32])
        s.stroke(
            "antenna",
            np.array([root, (root + tip) / 2 + head.axes[:, 1] * 0.12, tip]),
            0.085 * radius,
            colour,
            depth - 0.001,
        )
        s.blob("tip", Ball(tip, np.eye(3) * radius * 0.12), colour, depth=depth - 0.0005, contact=0.0)


class Crawler(Figure):
    """A body that creeps along the ground in waves."""

    plan = "crawler"
    family = "wave"

    def bones(self) -> Skeleton:
        self.thick = float(self.params["thick"])
        self.raise_ = float(self.params["raise"])
        self.height = self.thick * 2 + self.raise_ + float(self.params["head"])
        if self.params["shell"]:
            self.height = max(self.height, float(self.params["shell_size"]) * 2 + self.thick)
        return Skeleton(
            (
                Joint("body", None, (0, 0, 0)),
                Joint(
                    "head",
                    "body",
                    (0.34, self.thick + self.raise_ + float(self.params["head"]) * 0.35, 0),
                    ((-30, 30), (-25, 25), (-45, 45)),
                ),
            )
        )

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        skin, second = tone(p, "fur"), tone(p, "second")
        level, wave, r = float(s.near(s.spot("body"))), 2 * np.pi * pose.wave, self.thick
        head_r = float(p["head"]) / 2
        head = s.ball("head", (0, 0, 0), (head_r * 1.05, head_r, head_r))
        places = self._places(s, head, wave)
        if p["segments"]:
            self._segments(s, places, level)
        else:
            made = s.chain("body", [*places, head.grown(0.72)], skin, depth=level, smooth=3, round=0.7 * r)
            low = [b.grown((0.9, 0.5, 0.9), (0.1, -0.72, 0)) for b in made]
            s.chain("belly", low, second, depth=level, smooth=1, clip=True)
            if p["bands"]:
                for ball in made[4:-4:4]:
                    s.band("band", ball, 0.24, rgb(p["bands"]), level)
        if p["shell"]:
            self._shell(s, rgb(p["shell"]), level)
        depth = level + 0.12
        s.blob("head", head, skin, depth=depth, round=0.7 * head_r)
        if p["stalks"]:
            self._stalks(s, head, pose, skin, depth)
            F.mouth(s, head, Lips(-18, 22), pose.face, depth + 0.01)
            F.cheeks(s, head, pose.face, depth + 0.01, rgb("#ee8a80"), 46, -10, 12)
        else:
            small_face(s, head, p, pose, depth + 0.01, skin)
        if p["antennae"]:
            antennae(s, head, darker(skin, 0.4), depth, pose.wave, 0.7)
        if p["tongue"] and pose.face.open < 0.1 and np.sin(wave * 2) > 0.2:
            tip = head.at(0, -26, 1.0)
            for side in (1, -1):
                end = tip + head.axes @ np.array([0.75, -0.1, 0.14 * side])
                fork = np.array([tip, tip + head.axes[:, 0] * 0.5, end])
                s.stroke("tongue", fork, head_r * 0.09, rgb("#d9404a"), depth + 0.012)

    def _places(self, s: Sculptor, head: Ball, wave: float) -> list[Ball]:
        """The sections of the body from the tail to the head, as its gait bends it."""
        p, r = self.params, self.thick
        places = []
        for share in np.linspace(0, 1, 11):
            x = -0.5 + 0.72 * share * float(p["long"])
            bend = np.sin(wave - share * 2 * np.pi * 1.4)
            up = r + (0.16 * max(0.0, bend) if p["gait"] == "inch" else 0.0)
            side = (0.09 * bend * (1 - share * 0.6)) if p["gait"] == "snake" else 0.0
            thick = r * (0.25 + 0.75 * min(1.0, share * 3)) if p["taper"] else r * (0.86 + 0.14 * np.sin(np.pi * share))
            places.append(Ball(s.spot("body", (x, up, side)), s.frame("body") * thick))
        base = places[-1].centre
        for share in (0.35, 0.7):
            place = base * (1 - share) + (head.centre - head.axes[:, 0] * 0.2) * share
            places.append(Ball(place + np.array([0.03 * np.sin(np.pi * share), 0, 0]), s.frame("body") * r * 0.92))
        return places

    def _segments(self, s: Sculptor, places: list[Ball], level: float) -> None:
        """Rings of two colours, each with a pair of feet."""
        skin, second, r = tone(self.params, "fur"), tone(self.params, "second"), self.thick
        for number, ball in enumerate(places):
            depth = level + number * 1e-3
            colour = skin if number % 2 else second
            s.blob("segment", ball.grown(1.08), colour, depth=depth, round=0.5 * r, contact=0.3)
            for side in (1, -1):
                foot = Ball(ball.at(side * 90, -52, 1.0), np.eye(3) * r * 0.24)
                under = 2e-4 if s.near(foot.centre) > level else -0.02
                s.blob("foot", foot, darker(skin, 0.4), depth=depth + under, contact=0.0)

    def _stalks(self, s: Sculptor, head: Ball, pose: Pose, skin: np.ndarray, depth: float) -> None:
        for side in (1, -1):
            root, top = head.at(side * 50, 55, 0.9), head.centre + head.axes @ np.array([0.35, 1.75, side * 0.55])
            s.chain("stalk", [Ball(root, head.axes * 0.16), Ball(top, head.axes * 0.15)], skin, depth=depth + 0.004)
            ball = Ball(top + head.axes[:, 1] * 0.16, head.axes * 0.42)
            s.blob("eye", ball, F.WHITE, depth=depth + 0.006 + 1e-3 * side, round=0.2 * float(head.axes[1, 1]))
            F.eyes(
                s,
                ball,
                Eyes(0.1, 0, 34, 38, True, str(self.params["eye_colour"])),
                pose.face,
                skin,
                depth + 0.008 + 1e-3 * side,
            )

    def _shell(self, s: Sculptor, colour: np.ndarray, level: float) -> None:
        size = float(self.params["shell_size"])
        middle = s.spot("body", (-0.10, self.thick * 1.2 + size * 0.9, 0))
        ball = Ball(middle, np.eye(3) * (size, size, size * 0.72))
        s.blob("shell", ball, colour, depth=level + 0.06, round=0.5 * size)
        turn = np.linspace(0.4, 4.6 * np.pi, 60)
        spiral = (
            middle
            + np.stack([np.cos(turn), np.sin(turn), 0 * turn], -1) * (size * 0.92 * (1 - turn / (4.9 * np.pi)))[:, None]
            + s.toward * 0.4 * size * 0
        )
        s.stroke("spiral", spiral, 0.09 * size, darker(colour, 0.3), level + 0.0605, clip=True)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        r = float(self.params["head"]) / 2
        return {
            "mouth": s.spot("head", (r, -0.3 * r, 0)),
            "eyes": s.spot("head", (r, 0.2 * r, 0)),
            "head": s.spot("head", (0, r, 0)),
            "seat": s.spot("body", (0, self.thick * 2, 0)),
            "back": s.spot("body", (0, self.thick * 2, 0)),
            "hand_r": s.spot("head", (r, -0.3 * r, 0)),
            "hand_l": s.spot("head", (r, -0.3 * r, 0)),
            "chest": s.spot("body", (0.3, self.thick, 0)),
        }


class Insect(Figure):
    """Three balls, six or eight legs, perhaps wings."""

    plan = "insect"
    family = "wave"

    def bones(self) -> Skeleton:
        p = self.params
        self.ground_y = float(p["stand"])
        head = float(p["head"])
        self.height = self.ground_y + max(float(p["rear"]) * 1.6, head * 1.3)
        rise = float(p["rise"])
        return Skeleton(
            (
                Joint("body", None, (0, self.ground_y + 0.16, 0)),
                Joint("head", "body", (0.20 + head * 0.42, 0.04 + rise, 0), ((-25, 25), (-25, 25), (-45, 45))),
            )
        )

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        skin, second, dark = tone(p, "fur"), tone(p, "second"), tone(p, "dark")
        level = float(s.near(s.spot("body")))
        self._legs(s, dark, level, pose)
        rear, head_r = float(p["rear"]), float(p["head"]) / 2
        abdomen = [
            s.ball("body", (-0.10, 0.02, 0), (rear * 0.42, rear * 0.42, rear * 0.42)),
            s.ball(
                "body", (-0.12 - rear * 0.55, 0.02 + float(p["rear_up"]), 0), (rear * 0.58, rear * 0.5, rear * 0.52)
            ),
            s.ball("body", (-0.16 - rear * float(p["rear_long"]), 0.0 + float(p["rear_up"]) * 1.5, 0), rear * 0.24),
        ]
        made = s.chain("abdomen", abdomen, skin, depth=level, smooth=4, round=0.3 * rear)
        if p["bands"]:
            for ball in made[2::3]:
                s.band("band", ball, 0.24, rgb(p["bands"]), level)
        if p["sting"]:
            s.chain(
                "sting",
                [made[-1].grown(0.4, (-0.9, 0, 0)), made[-1].grown(0.08, (-1.9, 0, 0))],
                dark,
                depth=level - 0.001,
                contact=0.0,
            )
        s.blob(
            "chest",
            s.ball("body", (0.06, 0.02, 0), (0.16, 0.155, 0.15)),
            second if p["chest_second"] else skin,
            depth=level + 0.01,
            round=0.1,
        )
        if p["shell"]:
            self._wing_case(s, rgb(p["shell"]), level, rear)
        if p["wings"]:
            opaque = bool(p["pattern"])
            insect_wings(
                s,
                "body",
                (0.0, 0.14, 0),
                float(p["wings"]),
                rgb(p["wing_colour"]),
                pose.flap * (0.6 if opaque else 1.0),
                pattern=str(p["pattern"]),
                opacity=1.0 if opaque else 0.62,
            )
        head = s.ball("head", (0, 0, 0), head_r)
        depth = level + 0.14
        if p["claws"]:
            self._claws(s, skin, depth, pose)
        s.blob("head", head, tone(p, "head_colour") if p["head_colour"] else skin, depth=depth, round=0.7 * head_r)
        small_face(s, head, p, pose, depth + 0.01, skin)
        if p["antennae"]:
            antennae(s, head, dark, depth, pose.wave)

    def _claws(self, s: Sculptor, colour: np.ndarray, depth: float, pose: Pose) -> None:
        for side in (1, -1):
            lift = 0.05 * np.sin(2 * np.pi * pose.wave + side)
            arm = [
                s.ball("body", place, r)
                for place, r in (
                    ((0.14, 0, 0.14 * side), 0.05),
                    ((0.30, 0.04 + lift, 0.34 * side), 0.045),
                    ((0.44, 0.16 + lift, 0.36 * side), 0.06),
                )
            ]
            near = float(s.near(arm[2].centre)) - depth
            level = depth + (0.05 if near > -0.15 else -0.2)
            s.chain("arm", arm, colour, depth=level, smooth=3)
            for turn in (1, -1):
                claw = [
                    arm[2].grown(1.25),
                    Ball(arm[2].centre + s.frame("body") @ np.array([0.06, 0.12, 0.055 * turn]), np.eye(3) * 0.05),
                    Ball(arm[2].centre + s.frame("body") @ np.array([0.07, 0.20, 0.012 * turn]), np.eye(3) * 0.014),
                ]
                s.chain("claw", claw, lighter(colour, 0.08), depth=level + 1e-3, smooth=3)

    def _wing_case(self, s: Sculptor, colour: np.ndarray, level: float, rear: float) -> None:
        dome = s.ball("body", (-0.10 - rear * 0.36, 0.05, 0), (rear * 0.86, rear * 0.66, rear * 0.72))
        s.blob("case", dome, colour, depth=level + 0.03, round=0.4 * rear)
        face = s.facing(dome)
        line = dome.at(np.full(9, 180.0), np.linspace(5, 88, 9), 1.0)
        if F.shown(s, dome, 180, 50) > 0.05:
            s.stroke("seam", line, 0.016, darker(colour, 0.6), level + 0.0301, clip=True)
        for a, e in ((-58, 20), (-16, 44), (28, 14), (66, 40), (10, 70)):
            s.decal(
                "dot",
                F.placed(dome, face + a, e, np.stack([np.cos(F.TURN) * 13, np.sin(F.TURN) * 13], -1)),
                tone(self.params, "dark"),
                level + 0.03,
                clip=True,
            )

    def _legs(self, s: Sculptor, dark: np.ndarray, level: float, pose: Pose) -> None:
        pairs = int(self.params["legs"]) // 2
        long = float(self.params["leg_long"])
        up = pose.lift > 0.02
        for pair in range(pairs):
            x = 0.14 - 0.30 * pair / max(1, pairs - 1)
            for side in (1, -1):
                step = np.sin(2 * np.pi * (pose.wave + 0.5 * ((pair + (side > 0)) % 2))) if pose.travel else 0.0
                root = s.spot("body", (x, -0.04, 0.11 * side))
                spread = (pair - (pairs - 1) / 2) * -0.16 * (1 + long)
                foot = root + s.frame("body") @ np.array(
                    [spread + 0.05 * step, -self.ground_y - 0.10 + max(0.0, step) * 0.04, side * (0.10 + 0.24 * long)]
                )
                if up:
                    foot = root + s.frame("body") @ np.array([spread * 0.6 - 0.06, -0.16, 0.10 * side])
                knee = (
                    (root + foot) / 2
                    + np.array([0, 0.10 + 0.22 * long, 0])
                    + s.frame("body") @ np.array([0, 0, 0.06 * side])
                )
                near = float(s.near(root) - level)
                s.stroke(
                    "leg",
                    np.array([root, knee, foot]),
                    np.array([0.045, 0.04, 0.028]),
                    dark if near > 0 else darker(dark, 0.2),
                    level + (0.02 if near > 0.0 else -0.05),
                )
                s.blob(
                    "foot",
                    Ball(foot, np.eye(3) * 0.026),
                    dark,
                    depth=level + (0.021 if near > 0.0 else -0.049),
                    contact=0.0,
                )

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        r = float(self.params["head"]) / 2
        top = s.spot("body", (-0.1, 0.18, 0))
        return {
            "mouth": s.spot("head", (r, -0.3 * r, 0)),
            "eyes": s.spot("head", (r, 0.2 * r, 0)),
            "head": s.spot("head", (0, r, 0)),
            "seat": top,
            "back": top,
            "hand_r": s.spot("head", (r, -0.5 * r, 0.1)),
            "hand_l": s.spot("head", (r, -0.5 * r, -0.1)),
            "chest": s.spot("body", (0.15, 0, 0)),
        }


__all__ = ["Crawler", "Insect", "lighter"]

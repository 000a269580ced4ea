"""What lives in water: fish, whales, octopuses, jellyfish. A spine that waves, fins, arms."""

from __future__ import annotations

import numpy as np

from pipelines.figures import face as F
from pipelines.figures.face import Eyes, Lips
from pipelines.figures.figure import Figure, darker, tone
from pipelines.figures.hats import hat
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor
from pipelines.figures.skeleton import Joint, Skeleton
from pipelines.painting.brush import rgb


class Swimmer(Figure):
    """A fish or a whale. Units are lengths of the body; parameters: see swimmers.json in assets/figures."""

    plan = "swimmer"
    family = "wave"

    def bones(self) -> Skeleton:
        p = self.params
        self.deep, self.wide = float(p["deep"]) / 2, float(p["wide"]) / 2
        self.height = self.deep * 2.1
        joints = [
            Joint("body", None, (0, self.deep * 1.05, 0)),
            Joint("head", "body", (0.18, 0, 0), ((-25, 25), (-15, 15), (-30, 30))),
        ]
        parent = "body"
        for number in range(3):
            joints.append(Joint(f"back{number}", parent, (-0.20, 0, 0), ((-30, 30), (0, 0), (-30, 30))))
            parent = f"back{number}"
        return Skeleton(tuple(joints))

    def solved(self, pose: Pose) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        from dataclasses import replace

        wag = {}
        for number in range(3):
            turn = 15 * np.sin(2 * np.pi * pose.wave - 0.9 * number)
            wag[f"back{number}"] = (float(turn) * 0.7, 0.0, 0.0) if self.params["whale"] else (0.0, 0.0, float(turn))
        return super().solved(replace(pose, angles={**pose.angles, **wag}))

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        skin, second, fin = (
            tone(p, "fur"),
            tone(p, "second"),
            tone(p, "fin_colour") if p["fin_colour"] else darker(tone(p, "fur"), 0.16),
        )
        d, w = self.deep, self.wide
        level = float(s.near(s.spot("body")))
        snout = float(p["snout"])
        rows = [
            s.ball("back2", (-0.02, 0, 0), (0.05, d * 0.16, w * 0.2)),
            s.ball("back1", (0, 0, 0), (0.10, d * 0.42, w * 0.46)),
            s.ball("back0", (0, 0, 0), (0.14, d * 0.78, w * 0.8)),
            s.ball("body", (0, 0, 0), (0.16, d, w)),
            s.ball("head", (0.02, 0, 0), (0.17, d * 0.92, w * 0.94)),
            s.ball(
                "head", (0.14 + 0.12 * snout, -d * 0.08, 0), (0.12, d * (0.62 - 0.3 * snout), w * (0.7 - 0.25 * snout))
            ),
        ]
        if snout > 0.3:
            rows.append(s.ball("head", (0.24 + 0.26 * snout, -d * 0.16, 0), (0.05, d * 0.16, w * 0.26)))
        self._tail(s, fin, level)
        self._top_fin(s, fin, level, d)
        made = s.chain("body", rows, skin, depth=level, smooth=4, round=0.55 * d)
        if p["belly"]:
            s.chain(
                "belly",
                [b.grown((0.9, 0.62, 0.86), (0, -0.58, 0)) for b in made],
                second,
                depth=level,
                smooth=1,
                clip=True,
                feather=0.03 * d,
            )
        self._marks(s, made, level)
        self._fins(s, fin, level, pose)
        head = s.ball("head", (0.06, 0, 0), (0.19 + 0.06 * snout, d * 0.90, w * 0.92))
        up = level + 0.05
        self._face(s, pose, head, rows, up)
        if p["spout"]:
            self._spout(s, level)
        if p["hat"] != "none":
            hat(s, Ball(head.centre, np.eye(3) * d * 0.8), str(p["hat"]), tone(p, "hat_colour"), up)

    def _face(self, s: Sculptor, pose: Pose, head: Ball, rows: list[Ball], depth: float) -> None:
        """Cheeks, eyes, the mouth at the end of the body's sections, teeth where it opens."""
        p = self.params
        size = float(p["eye_size"])
        eye = Eyes(
            float(p["eye_apart"]),
            float(p["eye_up"]),
            9.0 * size,
            10.5 * size,
            True,
            str(p["eye_colour"]),
            "#4a4248",
            0.03,
            4,
            0.0,
            True,
        )
        F.cheeks(s, head, pose.face, depth, rgb("#ec8f88"), min(70, eye.azimuth + 14), eye.elevation - 26, 9)
        F.eyes(s, head, eye, pose.face, tone(p, "fur"), depth)
        F.mouth(s, rows[-1] if float(p["snout"]) <= 0.3 else rows[-2], Lips(-18, 34), pose.face, depth)
        if p["teeth"] and pose.face.open > 0.1:
            for a in (-20, 0, 20):
                tooth = F.placed(rows[-1], a, -16, np.array([[-6, 4], [6, 4], [0, -10]]))
                s.decal("tooth", tooth, F.TEETH, depth + 1e-3)

    def _spout(self, s: Sculptor, level: float) -> None:
        """The water that a whale blows out."""
        for side in (-1, 1):
            arc = np.array([[0, 0, 0], [side * 0.03, 0.14, 0], [side * 0.11, 0.17, 0], [side * 0.14, 0.11, 0]])
            spray, width = s.spot("body", (0.08, self.deep, 0)) + arc, np.array([0.03, 0.03, 0.026, 0.015])
            s.stroke("spout", spray, width, rgb("#a9d6ea"), level - 0.01, opacity=0.85, glow=0.4)

    def _tail(self, s: Sculptor, fin: np.ndarray, level: float) -> None:
        root = s.spot("back2", (-0.03, 0, 0))
        frame = s.frame("back2")
        size = float(self.params["tail"])
        for side in (1, -1):
            shape = np.array([[0.04, 0, 0], [-0.10, 0.55, 0], [-0.30, 0.95, 0], [-0.34, 0.62, 0], [-0.22, 0.08, 0]]) * (
                0.55 * size,
                0.24 * size * side,
                1,
            )
            if self.params["whale"]:
                lifted = np.array([0, 1.15, 0]) * np.abs(
                    shape[:, 1:2]
                )  # both flukes are seen, as picture books draw them
                shape = shape[:, [0, 2, 1]] * (1, 1, 0.8) + lifted
            s.card("tail", root + shape @ frame.T, fin, depth=level - 0.02 + 0.001 * side, round=0.04, contact=0.2)

    def _top_fin(self, s: Sculptor, fin: np.ndarray, level: float, d: float) -> None:
        kind = self.params["top_fin"]
        if kind == "shark":
            shape = [(0.06, 0.80), (-0.06, 1.75), (-0.06, 1.75), (-0.13, 0.82)]
        elif kind == "long":
            shape = [(0.12, 0.85), (0.02, 1.42), (-0.14, 1.36), (-0.26, 0.98), (-0.24, 0.6)]
        else:
            return
        s.card(
            "top fin", np.array([s.spot("body", (x, y * d, 0)) for x, y in shape]), fin, depth=level - 0.01, round=0.03
        )

    def _fins(self, s: Sculptor, fin: np.ndarray, level: float, pose: Pose) -> None:
        beat = 0.5 + 0.4 * np.sin(2 * np.pi * pose.wave + 1)
        size = float(self.params["side_fin"])
        for side in (1, -1):
            root = s.spot("body", (0.08, -0.28 * self.deep, side * self.wide * 0.85))
            frame = s.frame("body")
            tip = root + frame @ np.array([-0.20, -0.12 - 0.08 * beat, side * (0.06 + 0.10 * beat)]) * size
            wide = frame @ np.array([-0.11, 0.06, 0.02 * side]) * size
            near = float(s.near(root) - level)
            s.card(
                "fin",
                np.array([root, (root + tip) / 2 + wide * -0.55, tip, tip + wide * 0.6, root + wide]),
                fin,
                depth=level + (0.06 if near > -0.01 else -0.06),
                round=0.03,
                contact=0.25,
            )

    def _marks(self, s: Sculptor, rows: list[Ball], level: float) -> None:
        for place in self.params["bands"]:
            ball = rows[int(place * (len(rows) - 1))]
            s.band("band", ball, 0.34, rgb(self.params["band_colour"]), level)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        head = s.spot("head", (0.28, -0.1 * self.deep, 0))
        top = s.spot("body", (0, self.deep, 0))
        return {
            "mouth": head,
            "eyes": s.spot("head", (0.16, 0.2 * self.deep, 0)),
            "head": s.spot("head", (0.05, self.deep, 0)),
            "seat": top,
            "back": top,
            "hand_r": head,
            "hand_l": head,
            "chest": s.spot("head", (0.2, -0.4 * self.deep, 0)),
        }


class Octopus(Figure):
    """A head with arms that hang: octopus, squid, jellyfish."""

    plan = "octopus"
    family = "wave"

    def bones(self) -> Skeleton:
        self.height = 1.0
        return Skeleton(
            (Joint("body", None, (0, 0.45, 0)), Joint("head", "body", (0, 0.02, 0), ((-25, 25), (-25, 25), (-40, 40))))
        )

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        skin, second = tone(p, "fur"), tone(p, "second")
        level = float(s.near(s.spot("body")))
        clear = 0.82 if p["jelly"] else 1.0
        self._arms(s, pose, level, clear)
        tall = float(p["dome"])
        head = s.ball("head", (0, 0.16, 0), (0.26, 0.26 * tall, 0.26))
        s.chain(
            "head",
            [s.ball("head", (0, 0.0, 0), (0.19, 0.10, 0.19)), head],
            skin,
            depth=level + 0.10,
            smooth=1,
            round=0.16,
            opacity=clear,
        )
        for a, e in ((30, 52), (-36, 48), (70, 36), (150, 40), (-100, 45), (-160, 30)):
            if F.shown(s, head, a, e) > 0.1:
                s.decal(
                    "spot",
                    F.placed(head, a, e, np.stack([np.cos(F.TURN) * 8, np.sin(F.TURN) * 6], -1)),
                    second,
                    level + 0.10,
                    clip=True,
                )
        eye = Eyes(25, -8, 9, 11, True, str(p["eye_colour"]), "#4a3040", 0.03, 4, 0.0, True)
        F.cheeks(s, head, pose.face, level + 0.12, rgb("#f08a8a"), 44, -26, 9)
        F.eyes(s, head, eye, pose.face, skin, level + 0.12)
        F.mouth(s, head, Lips(-34, 13), pose.face, level + 0.12)
        if p["hat"] != "none":
            hat(s, head, str(p["hat"]), tone(p, "hat_colour"), level + 0.12)

    def _arms(self, s: Sculptor, pose: Pose, level: float, opacity: float) -> None:
        """Arms that hang in a circle and sway; threads where it is a jellyfish."""
        p, skin = self.params, tone(self.params, "fur")
        count, wave = int(p["arms"]), 2 * np.pi * pose.wave
        for number in range(count):
            a = 2 * np.pi * (number + 0.5) / count
            way = np.array([np.cos(a), 0, np.sin(a)])
            balls = []
            for share in np.linspace(0, 1, 6):
                sway = 0.06 * np.sin(wave + number * 1.7 - 4 * share) * share
                out = 0.13 + (0.10 if p["jelly"] else 0.24) * share**1.4
                curl = 0.0 if p["jelly"] else 0.07 * max(0, share - 0.7) / 0.3
                up = -0.04 - (0.42 if p["jelly"] else 0.36) * share + curl
                place = way * out + np.array([0, up, 0]) + np.array([-way[2], 0, way[0]]) * sway
                thick = 0.065 * (1 - 0.75 * share) if not p["jelly"] else 0.022
                balls.append(Ball(s.spot("body", tuple(place)), np.eye(3) * thick))
            near = float(s.near(balls[2].centre) - level)
            colour = skin if near > 0 else darker(skin, 0.15)
            s.chain("arm", balls, colour, depth=level + near * 0.5, smooth=3, round=0.04, opacity=opacity)

    def places(self, s: Sculptor) -> dict[str, np.ndarray]:
        return {
            "mouth": s.spot("head", (0.24, 0.03, 0)),
            "eyes": s.spot("head", (0.25, 0.12, 0)),
            "head": s.spot("head", (0, 0.42, 0)),
            "seat": s.spot("head", (0, 0.40, 0)),
            "back": s.spot("head", (-0.2, 0.2, 0)),
            "hand_r": s.spot("body", (0.3, -0.2, 0.12)),
            "hand_l": s.spot("body", (0.3, -0.2, -0.12)),
            "chest": s.spot("body", (0.2, 0, 0)),
        }

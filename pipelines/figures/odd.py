"""Bodies that are no animal's: the robot, the ghost, the snowman."""

from __future__ import annotations

import numpy as np

from pipelines.figures import face as F
from pipelines.figures.biped import SIDES, Biped
from pipelines.figures.face import Eyes, Lips
from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.hats import hat
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor, Shape
from pipelines.figures.sculpt_extra import box, panel
from pipelines.painting.brush import mix, rgb


class Robot(Biped):
    """A robot of boxes and hoses, with a face on a screen."""

    plan = "robot"

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        metal, trim, lamp = tone(p, "metal"), tone(p, "trim_colour"), tone(p, "lamp")
        level = float(s.near(s.spot("spine")))
        for name, side in SIDES:
            self._leg(s, name, side, metal, trim, level)
            self._arm(s, name, side, metal, trim, pose)
        t = self.torso
        s.chain(
            "waist",
            [s.ball("pelvis", (0, 0.0, 0), (0.055, 0.03, 0.075)), s.ball("spine", (0, 0.02, 0), (0.05, 0.03, 0.065))],
            darker(metal, 0.35),
            depth=level - 0.002,
        )
        box(s, "body", "chest", (0, -0.05 * t, 0), (0.085, 0.36 * t, 0.125), 0.035, metal, depth=level, round=0.07)
        panel(s, "chest panel", "chest", (0.086, -0.02 * t, 0), (0.21 * t, 0.085), lighter(metal, 0.35), level + 2e-3)
        panel(s, "gauge", "chest", (0.087, 0.06 * t, 0.035), (0.045, 0.035), F.WHITE, level + 3e-3, 0.9)
        for number, code in enumerate(("#d9584a", "#eec04c", "#6fae6a")):
            panel(
                s,
                "button",
                "chest",
                (0.087, -0.13 * t, 0.05 - 0.05 * number),
                (0.015, 0.015),
                rgb(code),
                level + 3e-3,
                1.0,
                glow=0.4,
            )
        needle = 0.6 * np.sin(2 * np.pi * pose.wave)
        if s.frame("chest")[:, 0] @ s.toward > 0.05:
            middle = s.spot("chest", (0.088, 0.045 * t, 0.035))
            s.stroke(
                "needle",
                np.array(
                    [middle, middle + s.frame("chest") @ np.array([0, 0.034 * np.cos(needle), -0.03 * np.sin(needle)])]
                ),
                0.007,
                rgb("#c8403a"),
                level + 4e-3,
            )
        panel(s, "heart", "chest", (0.087, 0.06 * t, -0.045), (0.024, 0.024), lamp, level + 3e-3, 1.0, glow=0.8)
        s.chain(
            "neck",
            [s.ball("neck", (0, -0.03, 0), (0.03, 0.02, 0.03)), s.ball("head", (0, 0.02, 0), (0.03, 0.02, 0.03))],
            darker(metal, 0.4),
            depth=level + 1e-3,
        )
        self._head(s, pose, metal, lamp)
        if p["scarf"]:
            ring = [s.ball("neck", (0, y, 0), (0.06, 0.015, 0.065)) for y in (-0.02, 0.012)]
            s.chain("scarf", ring, rgb(p["scarf"]), depth=level + 0.05, round=0.02)

    def _head(self, s: Sculptor, pose: Pose, metal: np.ndarray, lamp: np.ndarray) -> None:
        h = self.head_half
        depth = float(s.near(s.spot("head", (0, h, 0)))) + 0.08
        box(
            s,
            "head",
            "head",
            (0.0, h * 0.92, 0),
            (h * 0.80, h * 0.74, h * 1.0),
            h * 0.30,
            metal,
            depth=depth,
            round=0.06,
        )
        for side in (1, -1):
            ear = [s.ball("head", (0, h * 0.9, side * h * r), (h * 0.2, h * 0.2, h * 0.05)) for r in (0.98, 1.14)]
            near = float(s.near(ear[1].centre) - s.near(s.spot("head")))
            s.chain("ear", ear, tone(self.params, "trim_colour"), depth=depth + (2e-3 if near > 0.3 * h else -3e-3))
        wobble = 0.05 * np.sin(2 * np.pi * pose.wave) * h
        rod = np.array([s.spot("head", (0, h * 1.6, 0)), s.spot("head", (wobble, h * 1.95, wobble))])
        s.stroke("antenna", rod, 0.012, darker(metal, 0.3), depth - 2e-3)
        s.blob("bulb", Ball(rod[1], np.eye(3) * h * 0.15), lamp, depth=depth - 1e-3, glow=0.6)
        front = (h * 0.815, h * 0.92, 0.0)
        panel(s, "screen", "head", front, (h * 0.52, h * 0.76), rgb("#27303f"), depth + 4e-3, 0.55)
        if s.frame("head")[:, 0] @ s.toward < 0.04:
            return
        self._face(s, pose, front, h, lamp, depth + 6e-3)

    def _face(
        self, s: Sculptor, pose: Pose, front: tuple[float, float, float], h: float, lamp: np.ndarray, depth: float
    ) -> None:
        face = pose.face
        frame = s.frame("head")

        def at(y: np.ndarray, z: np.ndarray) -> np.ndarray:
            return s.spot("head", (front[0] + 0.004, front[1], 0)) + np.stack([0 * y, y, z], -1) @ frame.T

        x = np.linspace(-1, 1, 21)
        arc = np.sqrt(1 - x * x)
        for side in (1, -1):
            inner = -side * x
            lid = 1 - 2 * face.lid - 0.6 * max(0, face.tilt) * (inner + 0.3) + 0.6 * min(0, face.tilt) * (-inner + 0.1)
            top, bottom = np.minimum(arc, lid), np.maximum(-arc, -1 + 1.3 * face.under)
            high = float((top - bottom).max())
            z0, y0 = side * h * 0.34 - face.gaze[0] * h * 0.10, h * 0.10 + face.gaze[1] * h * 0.08
            if high < 0.3:
                s.stroke(
                    "eye",
                    at(y0 + 0.05 * h * (1 - x * x) * (1 if face.under > 0.3 else -1), z0 + x * h * 0.19),
                    0.05 * h,
                    lamp,
                    depth,
                    glow=0.9,
                )
                continue
            outline = np.concatenate([np.stack([np.maximum(top, bottom), x], -1), np.stack([bottom, x], -1)[::-1]])
            eye = at(y0 + outline[:, 0] * h * 0.23 * face.eyes, z0 + outline[:, 1] * h * 0.18)
            s.decal("eye", eye, lamp if face.hearts < 0.5 else rgb("#ff7f8f"), depth, glow=0.9)
            spark = at(y0 + h * 0.08 + 0.05 * h * np.sin(F.TURN), z0 - h * 0.04 + 0.05 * h * np.cos(F.TURN))
            s.decal("spark", spark, F.WHITE, depth, clip=True, glow=0.9)
            if face.tears > 0.05:
                s.decal(
                    "tear",
                    at(y0 - h * 0.33 + 0.09 * h * np.sin(F.TURN), z0 + 0.05 * h * np.cos(F.TURN)),
                    rgb("#7fc4f0"),
                    depth + 1e-4,
                    glow=0.9,
                )
        wide = 0.26 * h * (1 + (0.2 * face.wide if face.wide > 0 else 0.5 * face.wide))
        bend = 0.16 * h * face.smile * (x * x - 0.5)
        if face.open > 0.06:
            lens = np.sqrt(np.maximum(0, 1 - x * x))
            ring = np.concatenate(
                [
                    at(-0.24 * h + bend + 0.03 * h * lens, x * wide),
                    at((-0.24 * h + bend - 0.24 * h * face.open * lens)[::-1], x[::-1] * wide),
                ]
            )
            s.decal("mouth", ring, lamp, depth, glow=0.9)
        else:
            s.stroke("mouth", at(-0.27 * h + bend, x * wide), 0.05 * h, lamp, depth, glow=0.9)

    def _leg(self, s: Sculptor, name: str, side: int, metal: np.ndarray, trim: np.ndarray, level: float) -> None:
        hip, knee, foot = f"thigh_{name}", f"shin_{name}", f"foot_{name}"
        depth = float(s.near(s.spot(knee))) - 0.01
        hose = darker(metal, 0.32)
        s.chain(
            "leg",
            [s.ball(hip, (0, 0, 0), 0.026), s.ball(knee, (0, 0, 0), 0.024), s.ball(foot, (0, 0, 0), 0.024)],
            hose,
            depth=depth,
            smooth=4,
            round=0.02,
        )
        for bone, reach in ((hip, self.leg[0]), (knee, self.leg[1])):
            for share in (0.25, 0.5, 0.75):
                ring = s.ball(bone, (0, -share * reach, 0), (0.029, 0.006, 0.029))
                s.blob("ring", ring, lighter(hose, 0.2), depth=depth + 1e-4, contact=0.0, round=0.01)
        s.blob("knee", s.ball(knee, (0, 0, 0), 0.036), trim, depth=depth + 1e-3)
        box(s, "foot", foot, (0.022, -0.012, 0), (0.068, 0.032, 0.048), 0.022, trim, depth=depth + 2e-3, round=0.03)

    def _arm(self, s: Sculptor, name: str, side: int, metal: np.ndarray, trim: np.ndarray, pose: Pose) -> None:
        upper, lower, hand = f"arm_{name}", f"fore_{name}", f"hand_{name}"
        spots = np.array([s.spot(b) for b in (upper, lower, hand)])
        chest = float(s.near(s.spot("chest")))
        mean = float(s.near(spots).mean())
        depth = mean + 0.05 if mean > chest - 0.02 else mean - 0.05
        hose = darker(metal, 0.32)
        shoulder = s.ball(upper, (0, 0, 0.022 * side), 0.042)
        s.chain(
            "arm",
            [
                s.ball(upper, (0, 0, 0.03 * side), 0.026),
                s.ball(lower, (0, 0, 0), 0.024),
                s.ball(hand, (0, 0.01, 0), 0.024),
            ],
            hose,
            depth=depth,
            smooth=4,
            round=0.02,
        )
        for bone, reach in ((upper, self.arm[0]), (lower, self.arm[1])):
            for share in (0.35, 0.6, 0.85):
                s.blob(
                    "ring",
                    s.ball(bone, (0, -share * reach, 0), (0.029, 0.006, 0.029)),
                    lighter(hose, 0.2),
                    depth=depth + 1e-4,
                    contact=0.0,
                    round=0.01,
                )
        s.blob("shoulder", shoulder, trim, depth=depth + 1e-3)
        s.chain(
            "wrist",
            [s.ball(hand, (0, 0.016, 0), (0.036, 0.012, 0.036)), s.ball(hand, (0, -0.008, 0), (0.038, 0.012, 0.038))],
            metal,
            depth=depth + 2e-3,
        )
        close = float(pose.hands.get(f"hand_{name}", 0.3))
        for finger in (1, -1):
            out = 0.030 * (1.15 - 0.7 * max(0.0, close))
            claw = [
                s.ball(hand, (finger * 0.020, -0.018, 0), 0.014),
                s.ball(hand, (finger * out * 1.3, -0.045, 0), 0.014),
                s.ball(hand, (finger * out * 0.7, -0.074 if not (close < 0 and finger > 0) else -0.10, 0), 0.010),
            ]
            s.chain("claw", claw, trim, depth=depth + 1.5e-3, smooth=3)


class Ghost(Biped):
    """A ghost: a cloth that floats, with two stumps of arms."""

    plan = "ghost"

    def stance(self) -> dict[str, tuple[float, float, float]]:
        return {f"arm_{n}": (35.0, -38.0 * side, 0.0) for n, side in SIDES} | {
            f"fore_{n}": (25.0, 0.0, 0.0) for n, _ in SIDES
        }

    def joints(self, s: Sculptor) -> dict[str, np.ndarray]:
        return {}  # it has no legs

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        cloth = tone(self.params, "top_colour")
        level = float(s.near(s.spot("chest")))
        h = self.head_half
        wave = 2 * np.pi * pose.wave
        head = s.ball("head", (0, h * 0.75, 0), (h * 1.05, h * 1.05, h * 1.05))
        rows = [
            head,
            s.ball("chest", (0, 0, 0), (0.13, 0.08, 0.155)),
            s.ball("pelvis", (-0.02 + 0.01 * np.sin(wave), 0.02, 0), (0.13, 0.07, 0.17)),
            s.ball("pelvis", (-0.06 + 0.03 * np.sin(wave - 1), -0.20, 0), (0.12, 0.03, 0.18)),
        ]
        s.chain("body", rows, cloth, depth=level, smooth=4, round=0.11, opacity=0.93)
        body = s.shapes[-1]
        low = rows[-1]
        face = s.facing(low)
        for number in range(6):
            a = face - 82 + 164 * number / 5
            drop = 0.035 + 0.02 * np.sin(wave + number * 1.9)
            tip = s.seen(low.at(a, 0, 0.86)) - (0, drop)
            body.polygons.append((tip + 0.036 * np.stack([np.cos(F.TURN), np.sin(F.TURN)], -1)).astype(np.float32))
        for name, _ in SIDES:
            arm = [
                s.ball(f"arm_{name}", (0, 0, 0), 0.05),
                s.ball(f"fore_{name}", (0, 0, 0), 0.045),
                s.ball(f"hand_{name}", (0, 0.02, 0), 0.032),
            ]
            mean = float(s.near(np.array([b.centre for b in arm])).mean())
            s.chain("arm", arm, cloth, depth=level + (0.06 if mean > level - 0.04 else -0.06), smooth=4)
        ball = head.grown((1.0, 1.0, 1.0), (0.02, -0.05, 0))
        level += 0.08
        F.cheeks(s, ball, pose.face, level, rgb("#f0a8b4"), 38, -16, 12)
        F.eyes(s, ball, Eyes(24, 6, 9.5, 13, False, "#3a3448", "#3a3448", 0.04, 3, 0.0, True), pose.face, cloth, level)
        F.mouth(s, ball, Lips(-24, 14), pose.face, level)
        if self.params["hat"] != "none":
            hat(s, head, str(self.params["hat"]), tone(self.params, "hat_colour"), level)


class Snowman(Biped):
    """Three balls of snow, twigs for arms, a carrot for a nose. It hops, for it has no legs."""

    plan = "snowman"

    def joints(self, s: Sculptor) -> dict[str, np.ndarray]:
        return {}  # it has no legs

    def sculpt(self, s: Sculptor, pose: Pose) -> None:
        p = self.params
        snow = tone(p, "top_colour")
        level = float(s.near(s.spot("spine")))
        h = self.head_half
        squash = 1 + pose.squash
        low = s.ball("pelvis", (0, -0.09, 0), (0.205 / squash, 0.185 * squash, 0.205 / squash))
        mid = s.ball("chest", (0, -0.05, 0), (0.155, 0.15, 0.155))
        for name, _ in SIDES:
            spots = np.array([s.spot(f"arm_{name}"), s.spot(f"fore_{name}"), s.spot(f"hand_{name}")])
            mean = float(s.near(spots).mean())
            depth = level + (0.07 if mean > level - 0.02 else -0.07)
            bark = rgb("#7a563c")
            s.chain(
                "arm",
                [Ball(v, np.eye(3) * r) for v, r in zip(spots, (0.016, 0.013, 0.011))],
                bark,
                depth=depth,
                smooth=3,
                round=0.01,
            )
            for turn in (-0.7, 0.0, 0.7):
                way = s.frame(f"hand_{name}") @ np.array([np.sin(turn), -np.cos(turn), 0])
                s.stroke("twig", np.array([spots[2], spots[2] + way * 0.055]), np.array([0.016, 0.007]), bark, depth)
        s.blob("snow", low, snow, depth=level - 0.01, round=0.12)
        s.blob("snow", mid, snow, depth=level, round=0.10)
        for up in (32, 4, -26):
            button = Ball(mid.at(0, up, 1.0), np.eye(3) * 0.017)
            if s.near(button.centre) > s.near(mid.centre):
                s.blob("button", button, rgb("#3a3840"), depth=level + 0.01, contact=0.1)
        head = s.ball("head", (0, h * 0.72, 0), h * 0.90)
        depth = float(s.near(head.centre)) + 0.09
        s.blob("head", head, snow, depth=depth, round=0.08)
        F.cheeks(s, head, pose.face, depth + 1e-3, rgb("#f0a29a"), 42, -14, 11)
        F.eyes(s, head, Eyes(23, 14, 7.5, 9.0, False, "#33303a", "#5a4a42", 0.05, 4), pose.face, snow, depth + 2e-3)
        F.mouth(s, head, Lips(-27, 22), pose.face, depth + 2e-3)
        nose = [Ball(head.at(0, -3, 0.95), np.eye(3) * h * 0.17), Ball(head.at(0, -5, 1.65), np.eye(3) * h * 0.04)]
        if s.near(nose[1].centre) > s.near(head.centre) - 0.6 * h:
            s.chain("nose", nose, rgb("#ec8a3c"), depth=depth + 0.012, round=0.02)
        if p["scarf"]:
            ring = [
                Ball(head.centre + np.array([0, y, 0]), np.eye(3) * (h * 0.74, 0.022, h * 0.74))
                for y in (-h * 0.86, -h * 0.70)
            ]
            drop = [
                Ball(ring[0].centre + s.frame("chest") @ np.array([h * 0.7 + 0.3 * d, -d, 0.05]), np.eye(3) * 0.026)
                for d in (0.0, 0.08, 0.15)
            ]
            s.chain("scarf end", drop, darker(rgb(p["scarf"]), 0.08), depth=depth + 0.01, smooth=3)
            s.chain("scarf", ring, rgb(p["scarf"]), depth=depth + 0.011, round=0.02)
        hat(s, head, str(p["hat"]), tone(p, "hat_colour"), depth)


__all__ = ["Ghost", "Robot", "Shape", "Snowman", "mix"]

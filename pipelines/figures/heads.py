"""Heads: people's, and those of animals from one table each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.figures import face as F
from pipelines.figures import hair as H
from pipelines.figures import horns
from pipelines.figures.face import Eyes, Lips
from pipelines.figures.figure import darker, lighter, tone
from pipelines.figures.hats import hat
from pipelines.figures.kinds import HEADS, family
from pipelines.figures.parts import Builder, painter
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Ball, Sculptor, Shape
from pipelines.painting.brush import mix, rgb

BLUSH = rgb("#e8776f")


@painter
def person_head(b: Builder, part: Mapping[str, Any]) -> None:
    """A person's head with hair, face, glasses and hat."""
    s, p, pose, h = b.s, b.p, b.pose, b.figure.measures["head_half"]
    skull = b.ball("skull")
    skin, hair_colour = tone(p, "skin"), tone(p, "hair_colour")
    depth = float(s.near(skull.centre)) + 0.075
    hair, hidden = H.hair_of(str(p["hair"])), p["hat"] in ("helmet", "headscarf", "hood")
    if not hidden or hair.hang or hair.braids:
        H.back(s, skull, hair, hair_colour, depth, 0.25 * float(np.sin(2 * np.pi * pose.wave)))
    jaw = float(p["jaw"])
    chin = s.ball("head", (0.20 * h, h * (0.46 + 0.06 * (1 - jaw)), 0), (h * 0.66, h * 0.50, h * (0.66 + 0.12 * jaw)))
    for side in (1, -1):
        ear = s.ball("head", (0.02 * h, h * 0.80, side * h * 0.94), (h * 0.17, h * 0.21, h * 0.10))
        near = float(s.near(ear.centre) - s.near(skull.centre))
        if near > -0.75 * h:
            s.blob("ear", ear, mix(skin, BLUSH, 0.10), depth=depth + (0.006 if near > 0 else -0.004))
    sections = [skull, skull.grown((0.97, 0.9, 0.98), (0.04, -0.22, 0)), chin]
    s.chain("head", sections, skin, depth=depth, smooth=2, round=0.42 * h, contact=0.28)
    face, level, size = b.ball("face"), depth + 0.008, float(p["eye_size"])
    brow = str(p["brow_colour"] or p["hair_colour"])
    eye = Eyes(float(p["eye_apart"]), 3.0, size * 8.4, size * 11.0, True, str(p["eye_colour"]), brow)
    eye = replace(eye, brow_wide=float(p["brow"]), brow_up=6.5, lash=float(p["lash"]))
    F.cheeks(s, face, pose.face, level, mix(BLUSH, skin, 0.25))
    lips = Lips(-34.0, 19.0)
    if p["beard"] != "none":
        H.beard(s, face, str(p["beard"]), b.colour("beards"), depth, lips.elevation)
    if p["wrinkles"]:
        _wrinkles(s, face, eye, skin, level)
    F.eyes(s, face, eye, pose.face, skin, level)
    F.mouth(s, face, lips, pose.face, level, mix(rgb("#7a2f30"), skin, 0.05))
    _nose(s, face, skin, float(p["nose"]), h, level + 0.002, str(p.get("nose_colour", "")))
    if not hidden:
        H.front(s, skull, hair, hair_colour, depth + 0.003)
    if p["glasses"] != "none":
        F.glasses(s, face, eye, tone(p, "glasses_colour"), level + 0.012, p["glasses"] == "square")
    hat(s, skull, str(p["hat"]), tone(p, "hat_colour"), depth + 0.01)


def _nose(s: Sculptor, face: Ball, skin: np.ndarray, size: float, h: float, depth: float, painted: str) -> None:
    if F.shown(s, face, 0, -12) < 0.03 and np.cos(np.radians(s.facing(face))) < -0.2:
        return
    nose = Ball(face.at(0, -11.5, 1.03), np.eye(3) * h * 0.115 * size)
    colour = rgb(painted) if painted else mix(skin, rgb("#d9705c"), 0.24)
    s.blob("nose", nose, colour, depth=depth, contact=0.12, round=0.07 * h)


def _wrinkles(s: Sculptor, face: Ball, eye: Eyes, skin: np.ndarray, depth: float) -> None:
    colour = mix(skin, rgb("#9a5a4a"), 0.35)
    radius = face.radius
    for side in (1, -1):
        if F.shown(s, face, side * eye.azimuth, -10) < 0.25:
            continue
        under = np.array([[-6.0, -14.0], [0.0, -16.5], [7.0, -14.5]])
        s.stroke(
            "wrinkle",
            F.placed(face, side * eye.azimuth, eye.elevation, under),
            radius * 0.022,
            colour,
            depth + 1e-5,
            opacity=0.7,
        )
        smile = np.array([[0.0, 0.0], [5.0, -7.0], [6.5, -15.0]]) * (side, 1)
        s.stroke("wrinkle", F.placed(face, side * 17, -17, smile), radius * 0.022, colour, depth + 1e-5, opacity=0.6)


# small faces


@painter
def cheeks(b: Builder, part: Mapping[str, Any]) -> None:
    """A blush on a ball: azimuth, elevation and size in degrees."""
    F.cheeks(
        b.s, b.ball(part["on"]), b.pose.face, b.number(part["depth"]), b.colour(part["colour"]), *b.numbers(part["at"])
    )


@painter
def eyes(b: Builder, part: Mapping[str, Any]) -> None:
    """Both eyes on a ball; colours are codes or names of parameters."""
    values: dict[str, Any] = {
        key: (value if value.startswith("#") else str(b.p[value])) if key in ("iris", "brow") else b.number(value)
        for key, value in part["eye"].items()
    }
    F.eyes(b.s, b.ball(part["on"]), Eyes(**values), b.pose.face, b.colour(part["skin"]), b.number(part["depth"]))


@painter
def mouth(b: Builder, part: Mapping[str, Any]) -> None:
    """A mouth on a ball."""
    F.mouth(b.s, b.ball(part["on"]), Lips(*part["lips"]), b.pose.face, b.number(part["depth"]))


@painter
def put_hat(b: Builder, part: Mapping[str, Any]) -> None:
    """The hat on a ball."""
    hat(b.s, b.ball(part["on"]), str(b.p["hat"]), tone(b.p, "hat_colour"), b.number(part["depth"]))


@painter
def mark(b: Builder, part: Mapping[str, Any]) -> None:
    """An oval, or a figure of points in degrees, on a ball; where it is seen, if the record says how squarely."""
    ball, (azimuth, elevation) = b.ball(part["on"]), b.numbers(part["at"])
    if F.shown(b.s, ball, azimuth, elevation) > part.get("shown", -1):
        points = np.array(part["points"]) if "points" in part else _ellipse(*part["oval"])
        place = F.placed(ball, azimuth, elevation, points)
        b.s.decal(part["name"], place, b.colour(part["colour"]), b.number(part["depth"]), **b.paint(part))


@painter
def bands(b: Builder, part: Mapping[str, Any]) -> None:
    """Stripes across the sections of a body, at shares of its length."""
    rows = b.rows["made"]
    for place in b.p["bands"]:
        ball = rows[int(place * (len(rows) - 1))]
        b.s.band("band", ball, part["half"], b.colour(part["colour"]), b.names["level"])


@painter
def seam(b: Builder, part: Mapping[str, Any]) -> None:
    """The line between two wing cases."""
    ball = b.ball(part["on"])
    if F.shown(b.s, ball, 180, 50) > 0.05:
        line = ball.at(np.full(9, 180.0), np.linspace(5, 88, 9))
        b.s.stroke("seam", line, 0.016, b.colour(part["colour"]), b.number(part["depth"]), clip=True)


# animals


@painter
def put_animal_head(b: Builder, part: Mapping[str, Any]) -> None:
    """An animal's head on a ball, by the figure's parameters or those under the name `given`."""
    skull = b.ball(part["on"])
    given = b.p[part["given"]] if "given" in part else b.p
    if given.get("head_colour"):
        given = {**given, "fur": given["head_colour"]}
    animal_head(
        b.s, "head", skull, given, b.pose, depth=float(b.s.near(skull.centre)) + b.number(part["near"]), hats=b.p
    )


def animal_head(
    s: Sculptor,
    bone: str,
    skull: Ball,
    given: Mapping[str, Any],
    pose: Pose,
    *,
    depth: float,
    hats: Mapping[str, Any] | None = None,
) -> Ball:
    """An animal's head; gives back the ball at the end of its muzzle, where the mouth is."""
    p = {**family(HEADS).usual, **given}
    fur, second = rgb(p["fur"]), rgb(p["second"])
    skull = skull.grown(p["skull"])
    radius = skull.radius
    if p["mane"]:
        _mane(s, skull, rgb(p["mane"]), depth - 0.02)
    horns.ears(s, skull, p, pose, depth)
    if p["tufts"]:
        _tufts(s, skull, second if "cheeks" in p["marks"] else fur, depth, p["tufts"])
    s.chain(
        "head",
        [skull, skull.grown((0.94, 0.84, 0.96), (0.08, -0.16, 0))],
        fur,
        depth=depth,
        round=0.42 * radius,
        contact=0.28,
    )
    _marks(s, skull, p, depth)
    if p["eye_bumps"]:
        _bumps(s, skull, p, pose, depth, fur)
    tip = _muzzle(s, skull, p, pose, depth, radius)
    eye = Eyes(
        p["eye_apart"],
        p["eye_up"],
        8.2 * p["eye_size"],
        10.2 * p["eye_size"],
        p["eye_white"],
        p["eye_colour"],
        str(p["dark"]),
        0.032,
        6.5,
        0.0,
        True,
    )
    if p["cheek"]:
        F.cheeks(
            s, skull, pose.face, depth + 0.001, mix(BLUSH, fur, 0.3), min(62, p["eye_apart"] + 20), p["eye_up"] - 30, 11
        )
    if not p["eye_bumps"]:
        F.eyes(s, skull, eye, pose.face, fur, depth + 0.012)
    horns.horns(s, skull, p, depth)
    if hats:
        if hats["glasses"] != "none":
            F.glasses(s, skull, eye, tone(hats, "glasses_colour"), depth + 0.03, hats["glasses"] == "square")
        hat(s, skull, str(hats["hat"]), tone(hats, "hat_colour"), depth + 0.01)
    return tip


def _muzzle(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float, radius: float) -> Ball:
    long, wide, tall, up = p["muzzle"]
    fur, second = rgb(p["fur"]), rgb(p["second"])
    turned_away = np.cos(np.radians(s.facing(skull))) < -0.25
    level = depth + (0.006 if not turned_away else -0.03)
    if p["beak"]:
        return horns.beak(s, skull, p, pose, level, radius)
    drop = pose.face.open * 0.16
    base = skull.grown((0.42, tall * 1.08, wide * 1.12), (0.55, up + 0.03, 0))
    tip = skull.grown((wide * 0.72, tall * 0.88, wide * 0.80), (0.62 + long, up - 0.02, 0))
    if drop > 0.02:
        chin = [
            skull.grown((0.3, tall * 0.6, wide * 0.8), (0.5, up - 0.25 * tall - drop * 0.5, 0)),
            tip.grown((0.8, 0.55, 0.8), (-0.25, -0.55 - drop * 2.2, 0)),
        ]
        s.chain("jaw", chin, darker(second if p["muzzle_second"] else fur, 0.12), depth=level - 0.001)
    colour = second if p["muzzle_second"] else fur
    if p["muzzle_second"] == "below":
        s.chain("muzzle", [base, tip], fur, depth=level, round=0.26 * radius, contact=0.12)
        low = [b.grown((1.0, 0.62, 1.02), (0.04, -0.46, 0)) for b in (base, tip)]
        s.chain("muzzle below", low, second, depth=level, clip=True)
    else:
        s.chain("muzzle", [base, tip], colour, depth=level, round=0.26 * radius, contact=0.12)
    face = level + 0.004
    if p["nose"]:
        kind = p["nose"]
        place = tip.at(0, 42 if tall < 0.5 else 34, 0.98)
        nose = Ball(place, skull.axes * (kind * 0.72, kind * 0.68, kind))
        if not turned_away:
            s.blob("nose", nose, rgb(p["nose_colour"]), depth=face + 0.002, contact=0.12, round=0.5 * kind * radius)
            spark = Ball(nose.at(s.facing(nose) - 20, 40, 0.75), nose.axes * 0.24)
            s.blob(
                "nose light", spark, lighter(rgb(p["nose_colour"]), 0.6), depth=face + 0.0021, contact=0.0, opacity=0.8
            )
    if p["horn"] == "trunk":
        horns.trunk(s, skull, p, pose, level)
    elif not turned_away:
        if p["whiskers"]:
            _whiskers(s, tip, level + 0.005, p)
        if p["teeth"]:
            for side in (3, -3):
                s.decal(
                    "tooth",
                    F.placed(tip, side, -42, np.array([[-7, 6], [7, 6], [6, -20], [-6, -20]]) * 0.9),
                    F.TEETH,
                    face + 0.001,
                )
        F.mouth(s, tip, Lips(-22.0, 44.0, True), pose.face, face, mix(rgb("#3a2026"), colour, 0.1))
    return tip


def _bumps(s: Sculptor, skull: Ball, p: Mapping[str, Any], pose: Pose, depth: float, fur: np.ndarray) -> None:
    """Eyes that stand out of the head, as frogs and crocodiles have them."""
    radius = skull.radius
    for side in (1, -1):
        bump = Ball(skull.at(side * p["eye_apart"], p["eye_up"], 0.9), skull.axes * p["eye_bumps"])
        level = depth + 0.008 + 2e-3 * float(np.sign(s.near(bump.centre) - s.near(skull.centre)))
        s.blob("eye bump", bump, fur, depth=level, round=0.2 * radius)
        eye = Eyes(side * 12.0, 4.0, 40.0, 44.0, True, p["eye_colour"], str(p["dark"]))
        F.one_eye(s, bump, eye, pose.face, fur, level + 5e-4, 1)


def _whiskers(s: Sculptor, tip: Ball, depth: float, p: Mapping[str, Any]) -> None:
    radius = tip.radius
    for side in (1, -1):
        if F.shown(s, tip, side * 55, 0) < 0.1:
            continue
        for up in (-6, 8, 22):
            start = tip.at(side * 58, up - 8, 1.0)
            end = tip.at(side * 78, up * 1.6 - 10, 2.2)
            middle = (start + end) / 2 + (0, 0.06 * radius, 0)
            s.stroke(
                "whisker",
                np.array([start, middle, end]),
                radius * np.array([0.05, 0.04, 0.012]),
                rgb("#f7f1e6") if p["fur"] < "#888888" else rgb("#6b5a55"),
                depth,
                opacity=0.8,
            )


def _tufts(s: Sculptor, skull: Ball, colour: np.ndarray, depth: float, size: float) -> None:
    """Pointed fur on the cheeks."""
    radius = skull.radius
    for side in (1, -1):
        near = float(s.near(skull.at(side * 90, -20)) - s.near(skull.centre))
        root = [skull.at(side * a, e, 0.86) for a, e in ((72, 8), (66, -52))]
        points = [root[0]]
        for e, out in ((-6, 1.22), (-20, 1.04), (-28, 1.34), (-38, 1.02), (-50, 1.16)):
            points += [skull.at(side * 84, e, 1 + (out - 1) * size)] * 2
        points.append(root[1])
        s.card(
            "tuft",
            np.array(points),
            colour,
            depth=depth + (0.004 if near > 0.25 * radius else -0.004),
            smooth=4,
            round=0.16 * radius,
            contact=0.1,
        )


def _mane(s: Sculptor, skull: Ball, colour: np.ndarray, depth: float) -> None:
    radius = skull.radius
    turn = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    for grow, number, shade in ((1.62, 13, 0.22), (1.42, 11, 0.0)):
        ball = skull.grown(grow, (-0.28, -0.06, 0))
        flat = s.plane @ ball.axes
        size = np.sqrt(np.diag(flat @ flat.T))
        edge = 1 + 0.075 * np.abs(np.sin(turn * number / 2 + grow)) - 0.04
        outline = s.seen(ball.centre) + np.stack([np.cos(turn), np.sin(turn)], -1) * size * edge[:, None]
        s.add(
            Shape(
                "mane",
                [outline.astype(np.float32)],
                darker(colour, shade),
                depth - shade * 0.01,
                convex=False,
                round=0.3 * radius,
                contact=0.3,
            )
        )


def _ellipse(wide: float, tall: float, turned: float = 0.0) -> np.ndarray:
    """The outline of an ellipse in degrees on a head."""
    return np.stack([np.cos(F.TURN) * wide, np.sin(F.TURN + turned) * tall], -1)


def _marks(s: Sculptor, skull: Ball, p: Mapping[str, Any], depth: float) -> None:
    """What is painted on the fur of the head: each of `marks` is a name, or a name with a colour after a colon."""
    for mark in p["marks"]:
        name, _, code = mark.partition(":")
        light, dark = rgb(code or p["second"]), rgb(code or p["dark"])
        if name == "cheeks":
            outline = s.cap(
                skull.grown(1.01),
                lambda a: np.interp(np.abs(a), [0, 14, 30, 52, 75, 180], [16, 2, -10, -6, 4, -30]),
                low=True,
            )
            s.add(Shape("cheeks", [outline], light, depth, convex=False, clip=True))
        elif name == "face":
            _light_face(s, skull, light, depth)
        elif name == "blaze":
            azimuth, elevation = [-9, -6, -3, 3, 6, 9, 13, -13], [-20, 20, 62, 62, 20, -20, -45, -45]
            s.decal("blaze", skull.at(np.array(azimuth), np.array(elevation)), light, depth, clip=True)
        elif name in ("patches", "patch"):
            _eye_patches(s, skull, p, dark, depth, both=name == "patches")
        elif name == "stripes":
            _stripes(s, skull, dark, depth)
        elif name == "dots":
            for a, e in ((20, 55), (-24, 50), (48, 40), (-52, 38), (70, 12), (-70, 10), (60, -14), (-62, -16)):
                if F.shown(s, skull, a, e) > 0.05:
                    s.decal("dot", F.placed(skull, a, e, _ellipse(7, 6)), dark, depth, clip=True)


def _light_face(s: Sculptor, skull: Ball, colour: np.ndarray, depth: float) -> None:
    """A light face, as owls, penguins, hedgehogs and monkeys have it."""
    for side in (1, -1):
        if F.shown(s, skull, side * 24, 8) > 0.05:
            s.decal("face", F.placed(skull, side * 24, 4, _ellipse(31, 34)), colour, depth, clip=True)
    s.decal("face", F.placed(skull, 0, -16, _ellipse(48, 38)), colour, depth, clip=True)


def _eye_patches(s: Sculptor, skull: Ball, p: Mapping[str, Any], colour: np.ndarray, depth: float, both: bool) -> None:
    """Dark fur round both eyes, or a larger patch round one."""
    for side in (1, -1) if both else (1,):
        if F.shown(s, skull, side * p["eye_apart"], p["eye_up"]) <= 0.02:
            continue
        outline = _ellipse(17, 20, 0.35 * side) if both else _ellipse(24, 28)
        azimuth, elevation = (p["eye_apart"] + 3, p["eye_up"] - 3) if both else (p["eye_apart"] + 4, p["eye_up"] + 6)
        s.decal("patch", F.placed(skull, side * azimuth, elevation, outline), colour, depth, clip=True)


def _stripes(s: Sculptor, skull: Ball, colour: np.ndarray, depth: float) -> None:
    for a, e, long, tilt in (
        (0, 50, 15, 90),
        (11, 50, 12, 80),
        (-11, 50, 12, 100),
        (74, 6, 17, -8),
        (74, -8, 15, 6),
        (76, -22, 12, 18),
        (-74, 6, 17, 188),
        (-74, -8, 15, 174),
        (-76, -22, 12, 162),
    ):
        if F.shown(s, skull, a * 0.85, e) < 0.08:
            continue
        c, si = np.cos(np.radians(tilt)), np.sin(np.radians(tilt))
        leaf = np.array([[-long, 0], [-long * 0.2, 2.6], [long, 0.6], [long, -0.6], [-long * 0.2, -2.6]])
        turned = leaf @ np.array([[c, si], [-si, c]])
        s.decal("stripe", F.placed(skull, a * 0.85, e, turned), colour, depth, clip=True)

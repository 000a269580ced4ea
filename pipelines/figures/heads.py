"""Heads: a person's, an animal's, and what small faces have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from pipelines.figures import face as F
from pipelines.figures import hair as H
from pipelines.figures.face import Eyes, Lips
from pipelines.figures.figure import darker, tone
from pipelines.figures.hats import hat
from pipelines.figures.kinds import HEADS, family
from pipelines.figures.parts import Builder, painter, plan_of, shapes
from pipelines.figures.sculpt import Ball, Sculptor, Shape
from pipelines.painting.brush import mix, rgb

BLUSH = rgb("#e8776f")


@painter
def person_head(b: Builder, part: Mapping[str, Any]) -> None:
    """A person's head with hair, face, glasses and hat."""
    s, p, pose, h = b.s, b.p, b.pose, b.figure.measures["head_half"]
    skull = b.ball("skull")
    skin = tone(p, "skin")
    depth = float(s.near(skull.centre)) + 0.075
    hair, hidden = H.hair_of(str(p["hair"])), shapes("hats")[p["hat"]].get("hides")
    if not hidden or (hidden != "all" and (hair["hang"] or hair["braids"])):
        H.play(b, "back", depth)
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
    H.play(b, "beard", depth)
    if p["wrinkles"]:
        _wrinkles(s, face, eye, skin, level)
    F.eyes(s, face, eye, pose.face, skin, level)
    F.mouth(s, face, lips, pose.face, level, mix(rgb("#7a2f30"), skin, 0.05))
    _nose(s, face, skin, float(p["nose"]), h, level + 0.002, str(p.get("nose_colour", "")))
    if not hidden:
        H.play(b, "front", depth + 0.003)
    if p["glasses"] != "none":
        F.glasses(s, face, eye, tone(p, "glasses_colour"), level + 0.012, p["glasses"] == "square")
    hat(b, skull, depth + 0.01)


def _nose(s: Sculptor, face: Ball, skin: np.ndarray, size: float, h: float, depth: float, painted: str) -> None:
    if F.share_facing_viewer(s, face, 0, -12) < 0.03 and np.cos(np.radians(s.facing(face))) < -0.2:
        return
    nose = Ball(face.at(0, -11.5, 1.03), np.eye(3) * h * 0.115 * size)
    colour = rgb(painted) if painted else mix(skin, rgb("#d9705c"), 0.24)
    s.blob("nose", nose, colour, depth=depth, contact=0.12, round=0.07 * h)


def _wrinkles(s: Sculptor, face: Ball, eye: Eyes, skin: np.ndarray, depth: float) -> None:
    colour = mix(skin, rgb("#9a5a4a"), 0.35)
    radius = face.radius
    for side in (1, -1):
        if F.share_facing_viewer(s, face, side * eye.azimuth, -10) < 0.25:
            continue
        under = np.array([[-6.0, -14.0], [0.0, -16.5], [7.0, -14.5]])
        s.stroke(
            "wrinkle",
            F.place_on_ball(face, side * eye.azimuth, eye.elevation, under),
            radius * 0.022,
            colour,
            depth + 1e-5,
            opacity=0.7,
        )
        smile = np.array([[0.0, 0.0], [5.0, -7.0], [6.5, -15.0]]) * (side, 1)
        s.stroke(
            "wrinkle", F.place_on_ball(face, side * 17, -17, smile), radius * 0.022, colour, depth + 1e-5, opacity=0.6
        )


# small faces


@painter
def cheeks(b: Builder, part: Mapping[str, Any]) -> None:
    """A blush on a ball: azimuth, elevation and size in degrees."""
    F.cheeks(
        b.s, b.ball(part["on"]), b.pose.face, b.number(part["depth"]), b.colour(part["colour"]), *b.numbers(part["at"])
    )


@painter
def eyes(b: Builder, part: Mapping[str, Any]) -> None:
    """Both eyes on a ball, or a `single` one; colours are codes or names of parameters."""
    values: dict[str, Any] = {
        key: (value if value.startswith("#") else str(b.p[value])) if key in ("iris", "brow") else b.number(value)
        for key, value in part["eye"].items()
    }
    ball, skin, depth = b.ball(part["on"]), b.colour(part["skin"]), b.number(part["depth"])
    if "single" in part:
        F.one_eye(b.s, ball, Eyes(**values), b.pose.face, skin, depth, 1)
    else:
        F.eyes(b.s, ball, Eyes(**values), b.pose.face, skin, depth)


@painter
def mouth(b: Builder, part: Mapping[str, Any]) -> None:
    """A mouth on a ball."""
    ink = b.colour(part.get("ink", "#2b2026"))
    F.mouth(b.s, b.ball(part["on"]), Lips(*part["lips"]), b.pose.face, b.number(part["depth"]), ink)


@painter
def mark(b: Builder, part: Mapping[str, Any]) -> None:
    """An oval, or a figure of points in degrees, on a ball."""
    if "points" in part:
        points = np.array([b.numbers(point) for point in part["points"]], float)
    else:
        wide, tall, *turned = b.numbers(part["oval"])
        points = np.stack([np.cos(F.TURN) * wide, np.sin(F.TURN + sum(turned)) * tall], -1)
    if "turned" in part:
        angle = np.radians(b.number(part["turned"]))
        points = points @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    azimuth, elevation = b.numbers(part["at"])
    place = F.place_on_ball(b.ball(part["on"]), azimuth, elevation, points)
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
    if F.share_facing_viewer(b.s, ball, 180, 50) > 0.05:
        line = ball.at(np.full(9, 180.0), np.linspace(5, 88, 9))
        b.s.stroke("seam", line, 0.016, b.colour(part["colour"]), b.number(part["depth"]), clip=True)


# animals


@painter
def put_animal_head(b: Builder, part: Mapping[str, Any]) -> None:
    """An animal's head on a ball, by the figure's parameters or those under the name `given`; its parts are in `assets/bodies/animal_head.json`."""
    ball, p = b.ball(part["on"]), b.p
    given = {**family(HEADS).usual, **(p[part["given"]] if "given" in part else p)}
    if given.get("head_colour"):
        given["fur"] = given["head_colour"]
    skull, depth = ball.grown(given["skull"]), float(b.s.near(ball.centre)) + b.number(part["near"])
    head = Builder(b.figure, b.s, b.pose, plan_of("animal_head"), given)
    unit = skull.axes / np.linalg.norm(skull.axes, axis=0)
    head.balls.update(skull=skull, even=Ball(skull.centre, unit * skull.radius))
    head.names.update(depth=depth, r=skull.radius, tip_r=skull.radius * given["muzzle"][2] * 0.88)
    head.names.update(dark_fur=given["fur"] < "#888888", cheeky="cheeks" in given["marks"])
    head.play(head.plan["parts"])
    if p["glasses"] != "none":
        size = given["eye_size"]
        eye = Eyes(given["eye_apart"], given["eye_up"], 8.2 * size, 10.2 * size)
        F.glasses(b.s, skull, eye, b.colour("glasses_colour"), depth + 0.03, p["glasses"] == "square")
    hat(b, skull, depth + 0.01)


@painter
def marks(b: Builder, part: Mapping[str, Any]) -> None:
    """What is painted on the fur of a head: each of `marks` is a name, or a name with a colour after a colon."""
    for spec in b.p["marks"]:
        name, _, code = spec.partition(":")
        b.names.update(light=code or b.p["second"], shade=code or b.p["dark"])
        b.play(b.plan["marks"][name])


@painter
def mane(b: Builder, part: Mapping[str, Any]) -> None:
    """A mane all round the head, in two rows of locks."""
    s, skull, colour = b.s, b.balls["skull"], b.colour("mane")
    turn = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    for grow, number, shade in ((1.62, 13, 0.22), (1.42, 11, 0.0)):
        ball = skull.grown(grow, (-0.28, -0.06, 0))
        flat = s.plane @ ball.axes
        size = np.sqrt(np.diag(flat @ flat.T))
        edge = 1 + 0.075 * np.abs(np.sin(turn * number / 2 + grow)) - 0.04
        outline = s.seen(ball.centre) + np.stack([np.cos(turn), np.sin(turn)], -1) * size * edge[:, None]
        depth, round_ = b.names["depth"] - 0.02 - shade * 0.01, 0.3 * skull.radius
        s.add(
            Shape(
                "mane",
                [outline.astype(np.float32)],
                darker(colour, shade),
                depth,
                convex=False,
                round=round_,
                contact=0.3,
            )
        )

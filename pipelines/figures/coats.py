"""Coats of four-legged animals that no list of balls can be: stripes, spots, wool, spines and manes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.figure import darker, lighter
from pipelines.figures.parts import Builder, painter
from pipelines.figures.sculpt import Ball


@painter
def blotch(b: Builder, part: Mapping[str, Any]) -> None:
    """A large patch of another colour on the trunk."""
    s, trunk, elevation, size = b.s, b.rows["trunk"], b.names["high"] * 60, b.names["size"] * 60
    ball = trunk[min(b.names["row"], len(trunk) - 1)]
    turn = np.linspace(0, 2 * np.pi, 14, endpoint=False)
    wobble = 1 + 0.16 * np.sin(3 * turn + size) + 0.1 * np.sin(5 * turn)
    high = np.clip(elevation + np.sin(turn) * size * wobble, -85, 88)
    place = ball.at(s.facing(ball) + np.cos(turn) * size * wobble, high)
    s.decal("blotch", place, b.colour("blotch"), b.names["level"] + 2e-5, clip=True)


@painter
def stripes(b: Builder, part: Mapping[str, Any]) -> None:
    """Stripes across a row of sections, thin below."""
    s, rows, depth = b.s, b.rows[part["rows"]], b.number(part["depth"])
    for number, place in enumerate(np.linspace(0.8, len(rows) - 1.6, part["count"])):
        ball = rows[int(place)]
        line = ball.at(s.facing(ball), np.linspace(88, -30 - 12 * (number % 2), 9), 0.99)
        along = (rows[min(int(place) + 1, len(rows) - 1)].centre - ball.centre) * (place - int(place))
        width = ball.radius * 0.19 * np.sin(np.linspace(1.0, 3.1, 9))
        s.stroke("stripe", line + along, width, b.colour("stripe"), depth, clip=True)


@painter
def spots(b: Builder, part: Mapping[str, Any]) -> None:
    """Spots on a row of sections, in staggered rows."""
    s, rings, size, depth = b.s, part["rings"], b.number(part["size"]), b.number(part["depth"])
    turn = np.linspace(0, 2 * np.pi, 9, endpoint=False)
    for number, ball in enumerate(b.rows[part["rows"]][1 : -1 : 2 if size < 0.3 else 3]):
        for ring in range(rings + 2):
            elevation = -40 + ring * 120 / (rings + 1) + (number % 2) * 22
            if elevation <= 86:
                degrees = 57 * size * (1 + 0.14 * np.sin(3 * turn + number + ring))
                high = np.clip(elevation + np.sin(turn) * degrees, -88, 89)
                points = ball.at(s.facing(ball) + np.cos(turn) * degrees * 0.9, high)
                s.decal("spot", points, b.colour("spot"), depth, clip=True)


@painter
def wool(b: Builder, part: Mapping[str, Any]) -> None:
    """A fleece of puffs over the trunk."""
    s, trunk, h, level, colour = b.s, b.rows["trunk"], b.figure.measures["half"], b.names["level"], b.colour("wool")
    places = [(ball, e) for ball in trunk[::2] for e in np.linspace(-58, 90, 6)]
    puffs = [
        Ball(ball.at(s.facing(ball) + 25 * (number % 3 - 1), e, 0.90), np.eye(3) * h * (0.36 + 0.05 * (number % 3)))
        for number, (ball, e) in enumerate(places, 1)
    ]
    for end, way in ((trunk[0], 180), (trunk[-1], 0)):
        puffs += [Ball(end.at(way, e, 0.9), np.eye(3) * h * 0.38) for e in (-40, 0, 40)]
    turn = np.linspace(0, 2 * np.pi, 18)
    circle = np.stack([np.cos(turn), np.sin(turn)], -1)
    body = [Ball(ball.centre, ball.axes * 0.98) for ball in trunk]
    s.chain("wool", body, colour, depth=level + 0.052, smooth=1, round=0.5 * h)
    s.shapes[-1].polygons += [(s.seen(p.centre) + float(p.axes[0, 0]) * circle).astype(np.float32) for p in puffs]
    turn = np.linspace(3.4, 6.0, 7)
    curl = np.stack([np.cos(turn) * 0.5, np.sin(turn) * 0.5, 0 * turn], -1)
    for puff in puffs[::2]:
        line = puff.centre + curl * puff.axes[0, 0]
        s.stroke("curl", line, 0.035 * h, darker(colour, 0.16), level + 0.0521, clip=True)


@painter
def spines(b: Builder, part: Mapping[str, Any]) -> None:
    """A back of spines."""
    s, h, level, colour = b.s, b.figure.measures["half"], b.names["level"], b.colour("spines")
    rng = np.random.default_rng(3)
    back = [ball.grown((1.04, 1.08, 1.05), (-0.04, 0.14, 0)) for ball in b.rows["trunk"]]
    s.chain("spines", back, darker(colour, 0.15), depth=level + 0.054, smooth=1, round=0.4 * h)
    shape = s.shapes[-1]
    for ball in back:
        forward = s.seen(ball.axes[:, 0])
        for e in np.linspace(-18, 95, 9) + rng.uniform(-6, 6, 9):
            for turn in (s.facing(ball), s.facing(ball) + 180.0):
                root, tip = s.seen(ball.at(turn, e, 0.9)), s.seen(ball.at(turn, e + 4, 1.34))
                spike = np.array([root - forward * 0.13, tip - forward * 0.22, root + forward * 0.13])
                shape.polygons.append(spike.astype(np.float32))
    for ball in back[::2]:
        for e in (-8, 16, 40, 64):
            root, tip = (ball.at(s.facing(ball), e + up, out) for up, out in ((0, 0.98), (16, 1.02)))
            line, width = np.array([root, tip - ball.axes[:, 0] * 0.2]), np.array([0.05, 0.015]) * h
            s.stroke("spine", line, width, lighter(colour, 0.4), level + 0.0541, clip=True)


@painter
def crest(b: Builder, part: Mapping[str, Any]) -> None:
    """A mane along the neck, and a forelock."""
    lag, skull, rows = 0.25 * np.sin(b.names["wave"]), b.ball("skull"), []
    for number, ball in enumerate(b.rows["neck"][1:]):
        away = -ball.axes[:, 0] * (0.55 + 0.12 * lag) + ball.axes[:, 1] * 0.62
        wide = 0.30 + 0.09 * np.sin(number * 2.1)
        rows.append(Ball(ball.centre + away, np.eye(3) * ball.radius * wide * 1.35))
    rows += [
        skull.grown(0.42, (-0.45, 0.75, 0)),
        skull.grown(0.30, (0.10, 0.98, 0)),
        skull.grown(0.12, (0.52, 0.80, 0)),
    ]
    half = b.figure.measures["half"]
    b.s.chain("mane", rows, b.colour("crest"), depth=b.names["depth"] + 0.006, smooth=2, round=0.2 * half)

"""Wings: those of birds, of bats and dragons, of insects and fairies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.parts import Builder, painter
from pipelines.painting.brush import mix, rgb


@painter
def put_bat_wings(b: Builder, part: Mapping[str, Any]) -> None:
    """Two leathery wings on the chest."""
    s, size, skin, arm = b.s, float(b.p["wings"]), b.colour("second"), b.colour(["darker", "fur", 0.12])
    half, apart = b.figure.measures["half"], b.figure.measures["w"] * 0.6
    frame = s.frame("chest")
    lift = np.radians(38 + 42 * b.pose.flap)
    for side in (1, -1):
        root = s.spot("chest", (-0.02, half * 0.6, side * apart))
        out = frame @ np.array([-0.25, np.sin(lift), side * np.cos(lift)])
        up = frame @ np.array([-0.2, np.cos(lift) * 0.6, -side * np.sin(lift) * 0.4])
        back = frame @ np.array([-1.0, -0.10, 0.0])
        elbow = root + (out * 0.42 + up * 0.28) * size
        wrist = root + (out * 0.86 + up * 0.34) * size
        tips = [
            wrist + (out * a + back * b - up * c) * size
            for a, b, c in ((0.42, 0.12, 0.30), (0.22, 0.50, 0.42), (-0.12, 0.72, 0.44), (-0.55, 0.70, 0.30))
        ]
        points = [root, elbow, elbow, wrist, wrist]
        for number, tip in enumerate(tips):
            points += [tip, tip]
            if number < 3:
                points.append((tip + tips[number + 1]) / 2 * 0.86 + root * 0.14)
        outline = np.array(points)
        near = float(s.near(outline).mean() - s.near(s.spot("chest")))
        depth = float(s.near(s.spot("chest"))) + (0.14 if near > 0.02 else -0.16)
        s.card("wing", outline, skin, depth=depth, round=0.06 * size, contact=0.3)
        for tip in tips[:3]:
            s.stroke(
                "wing bone",
                np.array([wrist, (wrist + tip) / 2 + up * 0.02 * size, tip]),
                np.array([0.05, 0.035, 0.01]) * size,
                arm,
                depth + 1e-3,
            )
        s.stroke("wing arm", np.array([root, elbow, wrist]), np.array([0.11, 0.09, 0.06]) * size, arm, depth + 2e-3)


@painter
def put_insect_wings(b: Builder, part: Mapping[str, Any]) -> None:
    """Two pairs of wings behind the back; those with a pattern are opaque and beat more slowly."""
    s, size, pattern, colour = b.s, float(b.p["wings"]), str(b.p["pattern"]), b.colour("wing_colour")
    opacity, flap = (1.0, b.pose.flap * 0.6) if pattern else (0.62, b.pose.flap)
    frame = s.frame("body")
    lift = np.radians(8 + 34 * flap)
    for side in (1, -1):
        root = s.spot("body", (0.0, 0.14, 0))
        out = frame @ np.array([-0.45, 0.12 * np.sin(lift), side * np.cos(lift) * 0.95])
        up = frame @ np.array([-0.12, 1.0, 0.12 * side])
        near = float((root + out - s.spot("body")) @ s.toward)
        depth = float(s.near(s.spot("body"))) + (0.10 * size if near > 0.05 * size else -0.14 * size)
        for shape, shade in (
            (((0.0, 0.0), (0.30, 0.62), (0.78, 0.92), (1.05, 0.70), (0.92, 0.28), (0.40, 0.0)), 0.0),
            (((0.0, 0.0), (0.45, 0.02), (0.78, -0.22), (0.72, -0.56), (0.40, -0.62), (0.12, -0.28)), 0.12),
        ):
            points = np.array([root + (out * a + up * b) * size for a, b in shape])
            tone = mix(colour, rgb("#30243a"), shade)
            s.card(
                "wing",
                points,
                tone,
                depth=depth - shade * 0.02,
                opacity=opacity,
                round=0.05 * size if opacity > 0.9 else 0.0,
                contact=0.2 if opacity > 0.9 else 0.0,
                smooth=5,
            )
            if pattern:
                middle = points.mean(0)
                for grow, code in ((0.62, pattern), (0.30, "#fdf3d8")):
                    s.card(
                        "wing mark", middle + (points - middle) * grow, rgb(code), depth=depth, clip=True, opacity=0.9
                    )

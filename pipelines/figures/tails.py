"""Tails of animals, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.kinds import HEADS, family
from pipelines.figures.parts import Builder, painter, shapes
from pipelines.painting.brush import rgb


@painter
def put_tail(b: Builder, part: Mapping[str, Any]) -> None:
    """A tail, by the figure's parameters or those under the name `given`."""
    s, scale = b.s, b.number(part["scale"])
    p = {**family(HEADS).usual, **(b.p[part["given"]] if "given" in part else b.p)}
    kind, size = str(p["tail"]), float(p["tail_size"]) * scale
    if kind == "none":
        return
    fur = rgb(p["fur"])
    wag = 14 * np.sin(2 * np.pi * b.pose.wave)
    rows, bend, place = [], 0.0, np.zeros(3)
    widths, turn, step = shapes("tails")[kind]
    for number, width in enumerate(widths):
        angle = np.radians(bend)
        rows.append(s.ball("tail", place, width * size))
        lag = wag * np.sin(number * 0.7)
        place = place + np.array([-np.cos(angle), np.sin(angle), 0.35 * np.sin(np.radians(lag))]) * step * size
        bend += turn + 0.35 * lag
    hips = b.names["near"][next(bone for bone in ("hips", "pelvis", "body") if bone in s.skeleton.index)]
    depth = hips + (-0.09 if float(s.near(rows[len(rows) // 2].centre)) - hips < 0.15 * size else 0.12)
    colour = rgb(p["tail_colour"]) if p.get("tail_colour") else fur
    sections = s.chain(
        "tail", rows, colour, depth=depth, smooth=4, round=0.16 * size * (1.0 if kind in ("brush", "squirrel") else 0.5)
    )
    if p["tail_tip"]:
        tip = sections[-max(4, len(sections) // 3) :]
        s.chain("tail tip", [ball.grown(1.06) for ball in tip], rgb(p["tail_tip"]), depth=depth, smooth=1, clip=True)
    if rings := p["tail_rings"] or (kind in ("long", "thin", "tuft") and p.get("stripe")):
        for ball in sections[3:-1:4]:
            s.band("ring", ball, 0.05 * size / ball.radius, rgb(rings), depth)

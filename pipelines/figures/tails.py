"""Tails of animals, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.kinds import HEADS, family
from pipelines.figures.parts import Builder, painter
from pipelines.figures.pose import Pose
from pipelines.figures.sculpt import Sculptor
from pipelines.figures.shapes import shapes
from pipelines.painting.brush import rgb


@painter
def put_tail(b: Builder, part: Mapping[str, Any]) -> None:
    """A tail, by the figure's parameters or those under the name `given`."""
    tail(b.s, "tail", b.p[part["given"]] if "given" in part else b.p, b.number(part["scale"]), b.pose)


def tail(s: Sculptor, bone: str, given: Mapping[str, Any], scale: float, pose: Pose) -> None:
    """Tails by name: brush, thin, tuft, short, long, curl, horse, none."""
    p = {**family(HEADS).usual, **given}
    kind, size = str(p["tail"]), float(p["tail_size"]) * scale
    if kind == "none":
        return
    fur = rgb(p["fur"])
    wag = 14 * np.sin(2 * np.pi * pose.wave)
    rows, bend, place = [], 0.0, np.zeros(3)
    widths, turn, step = shapes("tails")[kind]
    heading = -1.0
    for number, width in enumerate(widths):
        angle = np.radians(bend)
        rows.append(s.ball(bone, place, width * size))
        lag = wag * np.sin(number * 0.7)
        place = place + np.array([heading * np.cos(angle), np.sin(angle), 0.35 * np.sin(np.radians(lag))]) * step * size
        bend += turn + 0.35 * lag
    near = float(
        s.near(rows[len(rows) // 2].centre) - s.near(s.spot("hips" if "hips" in s.skeleton.index else "pelvis"))
    )
    depth = float(s.near(s.spot("hips" if "hips" in s.skeleton.index else "pelvis"))) + (
        -0.09 if near < 0.15 * size else 0.12
    )
    colour = rgb(p["tail_colour"]) if p.get("tail_colour") else fur
    sections = s.chain(
        "tail", rows, colour, depth=depth, smooth=4, round=0.16 * size * (1.0 if kind in ("brush", "squirrel") else 0.5)
    )
    if p["tail_tip"]:
        tip = sections[-max(4, len(sections) // 3) :]
        s.chain("tail tip", [b.grown(1.06) for b in tip], rgb(p["tail_tip"]), depth=depth, smooth=1, clip=True)
    if p.get("stripe") and kind in ("long", "thin", "tuft"):
        for ball in sections[3:-1:4]:
            s.blob("ring", ball.grown((0.3, 1.2, 1.2)), rgb(p["stripe"]), depth=depth, clip=True)

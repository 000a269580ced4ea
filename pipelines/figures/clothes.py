"""What covers the torso of a person and no list of balls can be: skirts, aprons, and what lies on the cloth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.figure import darker
from pipelines.figures.hats import garments_of
from pipelines.figures.parts import Builder, painter
from pipelines.figures.sculpt import Ball

TOPS = (
    *("shirt", "tee", "sweater", "striped", "coat", "dress", "robe", "suit", "vest", "armour", "space", "overalls"),
    *("none", "tunic", "body", *garments_of("top")),
)
BOTTOMS = ("trousers", "shorts", "skirt", "long_skirt", "none", *garments_of("bottom"))
SHOES = ("shoes", "boots", "none", *garments_of("shoes"))


def _middle(b: Builder) -> float:
    """The turn that looks at the viewer, in degrees to the right."""
    return float(np.degrees(np.arctan2(np.cos(np.radians(b.s.yaw)), np.sin(np.radians(b.s.yaw)))))


def on_torso(b: Builder, share: Any, turn: Any, out: float = 1.0) -> np.ndarray:
    """Points on the front of the torso: share 0 (hips) .. 1 (neck), turn in degrees to the right; what would be behind is at the edge."""
    surface = b.rows["surface"]
    centres, axes = np.array([ball.centre for ball in surface]), np.array([ball.axes for ball in surface])
    place = np.clip(np.asarray(share, float), 0, 1) * (len(centres) - 1)
    low = np.minimum(place.astype(int), len(centres) - 2)
    part = (place - low)[:, None]
    centre = centres[low] * (1 - part) + centres[low + 1] * part
    axis = axes[low] * (1 - part[..., None]) + axes[low + 1] * part[..., None]
    angle = np.radians(np.clip(np.broadcast_to(turn, place.shape), _middle(b) - 88, _middle(b) + 88))
    way = np.stack([np.cos(angle), 0 * angle, np.sin(angle)], -1) * out
    return centre + np.einsum("nij,nj->ni", axis, way)


@painter
def patch(b: Builder, part: Mapping[str, Any]) -> None:
    """A patch on the torso through `corners` (share, turn)."""
    corners = np.array([b.numbers(corner) for corner in part["corners"]], float)
    steps = np.linspace(0, 1, 8, endpoint=False)
    share, turn = (
        (corners[..., None] + (np.roll(corners, -1, 0) - corners)[..., None] * steps).swapaxes(0, 1).reshape(2, -1)
    )
    depth = b.names["level"] + part.get("bias", 0.002)
    b.s.decal(part["name"], on_torso(b, share, turn), b.colour(part["colour"]), depth, **b.paint(part))


@painter
def dot(b: Builder, part: Mapping[str, Any]) -> None:
    """A button on the torso, where it is seen."""
    share, turn = b.numbers(part["at"])
    if abs((turn - _middle(b) + 180) % 360 - 180) <= 72:
        ball = Ball(on_torso(b, [share], [turn], 1.03)[0], np.eye(3) * part["size"] * 0.9)
        depth = b.names["level"] + part.get("bias", 0.0042)
        b.s.blob("button", ball, b.colour(part["colour"]), depth=depth, contact=0.2)


@painter
def tube(b: Builder, part: Mapping[str, Any]) -> None:
    """A line on the torso between two places."""
    shares, turns = np.linspace(b.numbers(part["from"]), b.numbers(part["to"]), 9).T
    line = on_torso(b, shares, turns, 1.03)
    b.s.stroke(part["name"], line, part["width"], b.colour(part["colour"]), b.names["level"] + part["bias"])


@painter
def skirt(b: Builder, part: Mapping[str, Any]) -> None:
    """What hangs from the hips: it falls with the feet, and opens as they go apart."""
    s, p, hip_z = b.s, b.p, b.figure.measures["hip_z"]
    whole = bool(b.figure.measures["whole"])
    hem = {"coat": 0.17, "robe": 0.035}.get(p["top"], float(p["hem"]) if whole or p["bottom"] == "skirt" else 0.06)
    knees, feet = (np.array([s.spot(f"{bone}_{n}") for n in "rl"]) for bone in ("shin", "foot"))
    hip, floor = s.spot("pelvis"), float(min(feet[:, 1]))
    drop = max(0.05, float(hip[1]) - (floor - 0.045) - hem)
    share = np.clip(drop / max(0.05, hip[1] - floor), 0, 1)
    low = hip * (1 - share) + feet.mean(0) * share
    mid = hip * 0.5 + low * 0.5 if share < 0.7 else hip * 0.4 + knees.mean(0) * 0.6
    reach = np.abs(feet - feet.mean(0)).max(0) * share * 0.8
    flare = float(p["flare"]) * (0.6 if p["top"] == "coat" else 1.0)
    deep, wide = 0.068 + 0.06 * flare + reach[0], hip_z + 0.062 + 0.06 * flare + reach[2] * 0.4
    waist = s.frame("pelvis") * (0.065 + 0.035 * flare + reach[0] * 0.5, 0.02, hip_z + 0.06 + 0.035 * flare)
    low_ring, ring = b.rows["rings"][:2]
    sections = [ring.grown((1.0, 0.4, 1.0), (0, -0.4, 0)), low_ring.grown((1.03, 0.8, 1.03))]
    sections += [Ball(mid, waist), Ball(low, np.eye(3) * (deep, 0.010, wide))]
    colour = b.colour("cloth" if whole else "bottom_colour")
    b.rows["skirt"] = s.chain("skirt", sections, colour, depth=b.names["level"] + 0.034, smooth=4, round=0.06)


@painter
def apron(b: Builder, part: Mapping[str, Any]) -> None:
    """An apron from the chest to the knees, with a pocket."""
    s, colour, depth = b.s, b.colour("apron"), b.names["over"] + (0.0 if b.figure.measures["skirted"] else 0.042)
    share, turn = np.array([0.74, 0.74, 0.30, 0.02]), np.array([26, 26, 52, 58])
    left, right = on_torso(b, share, -turn, 1.04), on_torso(b, share, turn, 1.04)
    knees = np.array([s.spot(f"shin_{n}", (0.07, 0.03, 0)) for n in "rl"])
    hang = (left[-1] + right[-1]) / 2 * 0.3 + knees.mean(0) * 0.7 + s.frame("pelvis")[:, 0] * 0.03
    half = (right[-1] - left[-1]) * 0.56
    low = [hang + half * share - (0, drop, 0) for share, drop in ((1, 0), (0.6, 0.02), (-0.6, 0.02), (-1, 0))]
    outline = np.concatenate([right, low, left[::-1]])
    if float(s.near(outline).mean() - s.near(s.spot("spine"))) > -0.01:
        s.card("apron", outline, colour, depth=depth, smooth=2, round=0.05, contact=0.25)
        pocket = [
            hang + half * share + (0, up, 0) for share, up in ((0.45, 0.07), (-0.45, 0.07), (-0.4, 0.02), (0.4, 0.02))
        ]
        s.card("pocket", np.array(pocket), darker(colour, 0.10), depth=depth + 1e-4, smooth=1, contact=0.2, round=0.02)

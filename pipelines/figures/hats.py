"""Hats and other garments: a hat lies on the ball of any head, in front of the hair; a garment has a cut that it sets, and parts at the places of a body where it shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipelines.figures.parts import Builder, painter, shapes
from pipelines.figures.sculpt import Ball, Shape

SLOTS = {"hat": "hat_colour", "top": "top_colour", "bottom": "bottom_colour", "shoes": "shoe_colour"}
HATS: Mapping[str, str] = {name: hat["label"] for name, hat in shapes("hats").items()}


def garments_of(slot: str) -> tuple[str, ...]:
    """The garments that are worn as one thing: a top, a bottom, shoes."""
    return tuple(name for name, garment in shapes("garments").items() if garment["on"] == slot)


def dress_parameters(params: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[Mapping[str, Any], str]]]:
    """The parameters with the cuts that the named garments come to, and these garments with their colours."""
    dressed, worn = dict(params), []
    named = [f"{params[slot]} {params[colour]}" for slot, colour in SLOTS.items() if slot in params]
    for text in (*named, *params.get("wears", ())):
        name, _, colour = text.partition(" ")
        if garment := shapes("garments").get(name):
            worn.append((garment, own := colour or garment["colour"]))
            known = {**dressed, "own": own}
            dressed |= {key: known.get(value, value) for key, value in garment.get("set", {}).items()}
    return dressed, worn


@painter
def put_garments(b: Builder, part: Mapping[str, Any]) -> None:
    """What shows of the garments at one place of the body; their parts name their colour `{own}`."""
    for garment, colour in b.figure.garments:
        b.names["own"] = colour
        b.play(garment.get(part["at"], ()))


def hat(b: Builder, head: Ball, depth: float) -> None:
    """The hat of a figure on a head; its parts name the head `hat`, its radius `hr` and the depth `d`."""
    b.balls["hat"] = head
    b.names.update(hr=head.radius, d=depth + 0.03)
    b.play(shapes("hats")[str(b.p["hat"])]["parts"])


@painter
def put_hat(b: Builder, part: Mapping[str, Any]) -> None:
    """The hat on a ball."""
    hat(b, b.ball(part["on"]), b.number(part["depth"]))


@painter
def cap(b: Builder, part: Mapping[str, Any]) -> None:
    """What lies above a `line` of elevations over azimuths on a ball; with `low` below it."""
    azimuths, elevations = part["line"]
    outline = b.s.cap(b.ball(part["on"]), lambda a: np.interp(np.abs(a), azimuths, elevations), low="low" in part)
    depth, colour = b.number(part["depth"]), b.colour(part["colour"])
    b.s.add(Shape(part["name"], [outline], colour, depth, convex=False, **b.paint(part)))


@painter
def glass_rim(b: Builder, part: Mapping[str, Any]) -> None:
    """The rim of a round helmet of glass, a ring whatever side it is seen from."""
    turn = np.linspace(0, 2 * np.pi, 49)
    circle = b.names["hr"] * np.stack([np.cos(turn), np.sin(turn)], -1)
    middle = b.s.seen(b.balls["glass"].centre)
    rings = [(middle + reach * circle).astype(np.float32) for reach in (1.53, 1.47)]
    b.s.add(Shape("helmet rim", rings, b.colour(part["colour"]), b.number(part["depth"]), convex=False))

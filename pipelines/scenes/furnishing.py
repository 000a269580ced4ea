"""Rooms are furnished with things: where each stands is data, a JSON a room in `assets/rooms`; how it looks is the thing's own drawing.

    {"thing": "lamp", "x": ["lamp", -1.4], "foot": -10.2, "tall": 12, "colours": ["orange", "pink"]}

Lengths are units (a hundredth of the picture's shorter side). `x` is where its middle is: so far to the right of the left or the right edge, of
the middle, of the window's right side, or of a lamp of the room. `foot` is how far its foot is below the line where the wall meets the floor, or
`top` its upper end. It may be `turn`ed by degrees, `mirrored`, hang on the `wall`, be the room's `bed`, and have one of a few `colours`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.props import draw, record
from pipelines.props.drawings import drawing
from pipelines.props.picture import grown, outline
from pipelines.scenes.easel import sun_pool
from pipelines.scenes.interiors import WARM, Room

FOLDER = ASSETS / "rooms"
GLOW = 16  # units: how far what shines is seen to light the wall
SHINE = 1.15  # the light of what shines by itself


@lru_cache(maxsize=32)
def furniture(name: str) -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    """What stands in a room, far to near, in a wide and in a narrow picture."""
    found = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return {shape: tuple(entries) for shape, entries in found.items()}


def furnish(room: Room, name: str, wide: bool, flipped: bool = False) -> None:
    """Put all things of a room into it; `flipped` is a room whose left and right are exchanged."""
    fields = {wall: room.field(on_wall=wall) for wall in (True, False)}
    for entry in furniture(name)["wide" if wide else "narrow"]:
        if not entry.get("bed") or room.easel.with_bed:
            _place_thing(room, entry, fields[bool(entry.get("wall"))], flipped)


def _place_thing(room: Room, entry: Mapping[str, Any], field: np.ndarray, flipped: bool) -> None:
    easel, unit, noun = room.easel, room.easel.unit, entry["thing"]
    picture = _picture(room, entry, flipped)
    share, offset = entry["x"]
    x = _place(room, share, offset, flipped)
    level = easel.horizon_y + unit * entry["foot"] if "foot" in entry else 0.0
    bottom = level if "foot" in entry else easel.horizon_y + unit * entry["top"] + picture.height
    if entry.get("wall"):
        room.far.box(
            x - 0.42 * picture.width,
            bottom - 0.8 * picture.height,
            x + 0.46 * picture.width,
            bottom + 0.6 * unit,
            "#2a2018",
            0.16,
            soft=0.8,
        )
    elif entry["foot"] > 0:
        room.front.shadow(x, bottom - 0.3 * unit, 0.54 * picture.width, 1.3 * unit, 0.42)
    plane = easel.plane("far" if entry.get("wall") else "ground")
    lamp = record(noun).shines == "night"
    if lamp and room.dark > 0.2:
        plane.glow(sun_pool(easel, x, bottom - picture.height / 2, GLOW * unit) * np.float32(0.34 * room.dark), WARM)
    light = field + (SHINE - field) * np.float32(room.dark) if lamp else field
    plane.paste(picture, round(x - picture.width / 2), round(bottom - picture.height), light)


def _picture(room: Room, entry: Mapping[str, Any], flipped: bool) -> Image.Image:
    """The thing as large as it stands there, from the side from which the light of the room comes."""
    noun, turn = entry["thing"], entry.get("turn", 0)
    wide, tall = np.ptp(outline(grown(drawing(noun), f"{noun} 0")), axis=0)
    size = room.easel.unit * entry["tall"] / (wide if turn in (90, 270) else tall) * max(wide, tall)
    colour = str(room.easel.rng.choice(entry["colours"])) if "colours" in entry else ""
    pixels = Image.fromarray(draw(noun, max(8, round(float(size))), colour))
    if turn:
        pixels = pixels.rotate(turn, expand=True)
    return pixels.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if bool(entry.get("mirrored")) != flipped else pixels


def _place(room: Room, anchor: str, units: float, flipped: bool) -> float:
    """The x of a place in pixels."""
    easel = room.easel
    lamps = {"lamp" if number == 0 else f"lamp{number + 1}": x for number, (x, _) in enumerate(room.lamps)}
    if anchor in lamps:
        return lamps[anchor] + easel.unit * units
    edges = {"left": 0.0, "right": float(easel.width), "middle": easel.width / 2, "window": room.window[2]}
    x = edges[anchor] + easel.unit * units
    return easel.width - x if flipped else x

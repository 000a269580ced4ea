"""Doors, windows and boxes, shut and open: doors and windows in a piece of their house's wall, so that they stand nowhere by themselves."""

from __future__ import annotations

from pipelines.props.parts import bricks, doorway, planks, tiles, window
from pipelines.props.prop import Prop, prop
from pipelines.props.sketch import Sketch

WIDE, HIGH = 112, 126  # of the piece of wall
FRONT = WIDE / 2


def _wall(s: Sketch) -> None:
    """A piece of a house's wall under the edge of its roof."""
    s.box(0, 0, WIDE, HIGH, "#eadfc6", 1.0)
    s.box(0, 0, WIDE, 15, "stone", 1.0, contact=0.1)
    bricks(s, 0, 0, WIDE, 15, 2)
    for x in (0, WIDE - 8):
        s.box(x, 15, x + 8, HIGH, "wood-", 0.6, contact=0.1)
    s.box(0, HIGH - 8, WIDE, HIGH, "wood-", 0.6, contact=0.1)
    s.poly([(-12, HIGH - 6), (WIDE + 12, HIGH - 6), (WIDE + 2, HIGH + 26), (-2, HIGH + 26)], "#b0543f")
    tiles(s, -12, HIGH - 6, WIDE + 12, HIGH + 26, 4)


def door(s: Sketch, opened: bool = False) -> None:
    """A front door with a step."""
    _wall(s)
    doorway(s, FRONT, 4, 46, 90, "#3d2f33" if opened else "main")
    if opened:
        s.box(FRONT - 23, 4, FRONT + 23, 94, "#3d2f33", 0.6, flat=True)
        s.poly([(FRONT - 23, 4), (FRONT - 23, 30), (FRONT + 8, 4)], "#8a6a4a", flat=True, opacity=0.6)
        s.poly([(FRONT + 23, 4), (FRONT + 23, 94), (FRONT + 43, 88), (FRONT + 43, -4)], "main", smooth=False)
        s.disc(FRONT + 39, 42, 2.2, "yellow", flat=True)
    s.box(FRONT - 32, -4, FRONT + 32, 4, "stone+", 1)


def window_in_wall(s: Sketch, opened: bool = False) -> None:
    """A window with shutters and a sill."""
    _wall(s)
    wide, high, middle = 40, 46, 76
    for side in (-1, 1):
        x = FRONT + side * (wide / 2 + 10)
        s.box(x - 8, middle - high / 2, x + 8, middle + high / 2, "main", 0.8, contact=0.15)
        planks(s, x - 8, middle - high / 2, x + 8, middle + high / 2, 6, upright=False)
    window(s, FRONT, middle, wide, high)
    if opened:
        s.box(FRONT - wide / 2, middle - high / 2, FRONT + wide / 2, middle + high / 2, "#3d2f33", 0.6, flat=True)
        for side in (-1, 1):
            hinge, edge = FRONT + side * wide / 2, FRONT + side * (wide / 2 - 9)
            s.poly(
                [(hinge, middle - high / 2), (edge, middle - high / 2 - 4), (edge, middle + high / 2 - 4), (hinge, middle + high / 2)],
                "#a9c8d2", flat=True,
            )  # fmt: skip
    s.box(FRONT - wide / 2 - 6, middle - high / 2 - 6, FRONT + wide / 2 + 6, middle - high / 2 - 1, "stone+", 0.8)


def open_box(s: Sketch) -> None:
    """A cardboard box whose flaps stand open."""
    s.poly([(0, 60), (70, 60), (100, 74), (32, 74)], "#6a4a34", flat=True)
    s.poly([(32, 74), (100, 74), (112, 92), (40, 92)], "main")
    s.poly([(70, 0), (100, 14), (100, 74), (70, 60)], "main-", contact=0)
    s.poly([(70, 60), (100, 74), (118, 62), (88, 46)], "main+")
    s.box(0, 0, 70, 60, "main", 0.8, contact=0)
    s.poly([(0, 60), (70, 60), (62, 44), (-10, 44)], "main+")


PROPS: dict[str, Prop] = {
    "door": prop(door, 2.4, "#8a5a3c", "front door, wooden door, doorway"),
    "open door": prop(door, 2.4, "#8a5a3c", "opened door", opened=True),
    "window": prop(window_in_wall, 2.4, "green", "windowpane"),
    "open window": prop(window_in_wall, 2.4, "green", "opened window", opened=True),
    "open box": prop(open_box, 0.8, "#cfa168", "opened box"),
}

"""What rooms share: the view, the light of window and lamps, walls, floors, lamps that hang, shelves, a picture on the wall."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.indoors import boards, daylight, light_inside, view_outside, window_box, window_frame
from pipelines.scenes.shapes import Shapes, rectangle

WARM = rgb("#ffb45c")
GOODS = ("#c9584a", "#e0a84e", "#5f8f96", "#8fae5e", "#a484ad", "#e6d3b0", "#d98a60", "#6f86b0")


def wide_picture(easel: Easel) -> bool:
    """Whether there is room for more than a window and one thing beside it."""
    return easel.width > 1.3 * easel.height


@dataclass
class Room:
    """A room in the making: the light in it, where its window and its lamps are. `far` is its wall, `front` its floor."""

    easel: Easel
    window: tuple[float, float, float, float]
    lamps: tuple[tuple[float, float], ...]
    inside: np.ndarray
    dark: float

    @classmethod
    def begun(
        cls,
        easel: Easel,
        side: int,
        lamps: tuple[tuple[float, float], ...] = (),
        narrow: tuple[float, float, float] | None = None,
    ) -> Room:
        """Paint the view; `side` is the half in which the window is, lamps are (share of the width, height in units above the floor).

        `narrow` is a smaller window: where its middle is (share of the width), its width and its height in units.
        """
        view_outside(easel)
        inside, dark = light_inside(easel)
        unit, y = easel.unit, easel.horizon_y
        placed = tuple((share * easel.width, y - high * unit) for share, high in lamps)
        box = window_box(easel, side)
        if narrow is not None:
            share, wide, tall = narrow
            middle, low = share * easel.width, y - 20 * unit
            box = middle - wide / 2 * unit, low - tall * unit, middle + wide / 2 * unit, low
        return cls(easel, box, placed, inside, dark)

    @property
    def far(self) -> Shapes:
        """Shapes on the wall."""
        return Shapes(self.easel, self.easel.plane("far"), self.lit)

    @property
    def front(self) -> Shapes:
        """Shapes that stand on the floor."""
        return Shapes(self.easel, self.easel.plane("ground"), self.lit)

    @property
    def across(self) -> float:
        """The width of the wall in units."""
        return self.easel.width / self.easel.unit

    def lit(self, material: np.ndarray, x: float, y: float) -> np.ndarray:
        """A colour as it is seen at a place in the room."""
        unit = self.easel.unit
        pool = max((np.exp(-((x - a) ** 2 + (y - b) ** 2) / (48 * unit) ** 2) for a, b in self.lamps), default=0.0)
        return np.clip(
            material * (self.inside * (1 - 0.42 * self.dark) + WARM * float(pool) * 0.5 * self.dark), 0, 1.1
        ).astype(np.float32)

    def field(self, on_wall: bool = True) -> np.ndarray:
        """The light at every place of the wall or the floor: [height,width,3]."""
        easel, unit = self.easel, self.easel.unit
        rows, columns = easel.rows()[:, None], easel.columns()[None]
        pool = np.zeros((easel.height, easel.width), np.float32)
        for x, y in self.lamps:
            pool = np.maximum(pool, np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (48 * unit) ** 2))
        day = np.full((1, 1, 1), 0.96, np.float32)
        if on_wall:
            left, top, right, bottom = self.window
            near = ((columns - (left + right) / 2) ** 2 + (rows - (top + bottom) / 2) ** 2) / (75 * unit) ** 2
            day = (0.80 + 0.26 * np.exp(-near) * (1 - self.dark))[..., None].astype(np.float32)
        light = self.inside * (1 - 0.42 * self.dark) * day
        return (light + WARM * (0.5 * self.dark) * pool[..., None]).astype(np.float32)


def wall(room: Room, paint: str, panel: str = "", high: float = 0.0) -> None:
    """A painted wall with a window in it, and a panel of another colour up to `high` units."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane, field = easel.plane("far"), room.field()
    left, top, right, bottom = room.window
    whole = easel.mask().convex(rectangle(-2, -2, easel.width + 2, y + 2))
    whole.polygon(rectangle(left, top, right, bottom), 0)
    plane.lay(whole, rgb(paint) * field, mottle=0.03)
    if panel:
        lower, rail = easel.mask(), easel.mask()
        lower.convex(rectangle(-2, y - high * unit, easel.width + 2, y + 2))
        np.minimum(lower.cover, whole.cover, out=lower.cover)
        rail.convex(rectangle(-2, y - (high + 0.9) * unit, easel.width + 2, y - high * unit))
        np.minimum(rail.cover, whole.cover, out=rail.cover)
        plane.lay(lower, rgb(panel) * field, mottle=0.03)
        plane.lay(rail, mix(rgb(panel), rgb("#fffaf0"), 0.5) * field, mottle=0.03)
    ceiling = np.exp(-easel.rows()[:, None] / (9 * unit)) * (whole.cover / np.float32(255))
    plane.lay(ceiling.astype(np.float32), rgb("#5a4a44") * field, 0.22)
    room.far.box(-2, y - 2.2 * unit, easel.width + 2, y + 1, "#f1e7d4")
    room.far.box(-2, y - 2.5 * unit, easel.width + 2, y - 2.2 * unit, "#8a7660", 0.6)


def wall_tiles(room: Room, low: float, high: float, colour: str, size: float = 4.0) -> None:
    """A band of glazed tiles from `low` to `high` units above the floor, not over the window."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane, field = easel.plane("far"), room.field()
    left, top, right, bottom = room.window
    band, joints, shine = easel.mask(), easel.mask(), easel.mask()
    band.convex(rectangle(-2, y - high * unit, easel.width + 2, y - low * unit))
    for row, level in enumerate(np.arange(y - high * unit, y - low * unit, size * unit)):
        joints.line([(-2, level), (easel.width + 2, level)], 1)
        for x in np.arange((row % 2) * size * unit / 2, easel.width, size * unit):
            joints.line([(x, level), (x, level + size * unit)], 1)
            shine.convex(rectangle(x + 0.5 * unit, level + 0.5 * unit, x + 1.6 * unit, level + 1.0 * unit))
    for mask in (band, joints, shine):
        mask.polygon(rectangle(left - unit, top - unit, right + unit, bottom + 2 * unit), 0)
        np.minimum(mask.cover, band.cover, out=mask.cover)
    plane.lay(band, rgb(colour) * field, mottle=0.05)
    plane.lay(joints, rgb(colour) * 0.72 * field, 0.8)
    plane.lay(shine, rgb("#ffffff") * field, 0.5)


def floor_tiles(room: Room, light: str, dark: str, size: float = 11.0) -> None:
    """A floor of square tiles in two colours, in perspective."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane, field, height = easel.plane("ground"), room.field(on_wall=False), easel.height
    whole, second, joints = easel.mask(), easel.mask(), easel.mask()
    whole.convex(rectangle(-2, y, easel.width + 2, height + 2))
    plane.lay(whole, rgb(light) * field, mottle=0.05)
    middle, far = easel.width / 2, 0.42  # the farthest row is so much narrower than the nearest
    rows = 7
    depth = np.linspace(0, 1, rows + 1)
    levels = y + (height + 2 - y) * (depth * far / (1 - depth * (1 - far)))

    def at(column: float, level: float) -> float:
        share = far + (1 - far) * (level - y) / (height + 2 - y)
        return middle + column * size * 1.5 * unit * share

    count = int(easel.width / (size * 1.5 * unit * far)) + 2
    for row in range(rows):
        top, low = float(levels[row]), float(levels[row + 1])
        for column in range(-count, count):
            corners = [
                (at(column, top), top),
                (at(column + 1, top), top),
                (at(column + 1, low), low),
                (at(column, low), low),
            ]
            if (row + column) % 2:
                second.convex(corners)
            joints.line([*corners, corners[0]], 1)
    plane.lay(second, rgb(dark) * field, mottle=0.05)
    plane.lay(joints, rgb(dark) * 0.7 * field, 0.35)
    foot_of_wall(room)
    daylight(easel, plane, room.window, room.dark)


def floor_boards(room: Room) -> None:
    """A floor of boards, with the light of the window and the lamps on it."""
    easel = room.easel
    plane = easel.plane("ground")
    boards(easel, plane, room.inside, room.dark)
    daylight(easel, plane, room.window, room.dark)
    lamplight_on_floor(room)


def floor_plain(room: Room, colour: str) -> None:
    """A smooth floor of one colour that mirrors a little of the wall."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane = easel.plane("ground")
    whole = easel.mask().convex(rectangle(-2, y, easel.width + 2, easel.height + 2))
    field = room.field(on_wall=False)
    plane.lay(whole, rgb(colour) * field * easel.fade(np.full(3, 0.9), np.full(3, 1.05), y, easel.height), mottle=0.04)
    streaks = np.clip(easel.noise(9, 2, stretch=0.35), 0, 1) * np.exp(-(easel.rows()[:, None] - y) / (16 * unit))
    plane.lay((streaks * (easel.rows()[:, None] >= y)).astype(np.float32), rgb("#ffffff") * field, 0.16)
    foot_of_wall(room)
    daylight(easel, plane, room.window, room.dark)


def foot_of_wall(room: Room) -> None:
    """The shade where the floor meets the wall, and the light of the lamps on the floor."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    rows = easel.rows()[:, None]
    shade = np.exp(-(((rows - y) / (1.8 * unit)) ** 2)) * (rows >= y) * np.ones((1, easel.width), np.float32)
    easel.plane("ground").lay(shade.astype(np.float32), rgb("#3c2a20"), 0.35)
    lamplight_on_floor(room)


def lamplight_on_floor(room: Room) -> None:
    """Pools of lamp light on the floor, when it is dark outside."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    if not room.dark:
        return
    rows, columns = easel.rows()[:, None], easel.columns()[None]
    for x, _ in room.lamps:
        pool = np.exp(-(((columns - x) / (46 * unit)) ** 2 + ((rows - y - 9 * unit) / (20 * unit)) ** 2)) * (rows >= y)
        easel.plane("ground").glow((pool * 0.30 * room.dark).astype(np.float32), WARM)


def window(room: Room) -> None:
    """The frame of the room's window."""
    window_frame(room.easel, room.easel.plane("far"), room.window, room.inside, room.dark)


def hanging_lamp(room: Room, x: float, y: float, colour: str = "#d98a60") -> None:
    """A lamp that hangs from the ceiling with its shade at (x, y), shining when it is dark."""
    shapes, unit, dark = room.far, room.easel.unit, room.dark
    shapes.line([(x, -2), (x, y - 4 * unit)], 0.4 * unit, "#4a4038")
    shapes.polygon(
        [(x - 2 * unit, y - 4 * unit), (x + 2 * unit, y - 4 * unit), (x + 7.5 * unit, y), (x - 7.5 * unit, y)], colour
    )
    shapes.ellipse(x, y, 7.5 * unit, 0.8 * unit, mix(rgb("#fff3d0"), rgb("#ffd58a"), dark) * (1 + 0.5 * dark))
    if dark > 0.1:
        mask = room.easel.mask()
        mask.ellipse(x, y + 0.6 * unit, 6.5 * unit, 1.6 * unit)
        shapes.plane.lay(mask, rgb("#ffd591"), 0.9 * dark, soft_px=2.2 * unit)


def shelf_of(room: Room, shapes: Shapes, x0: float, x1: float, level: float, tall: float, kind: str) -> None:
    """Books, jars or boxes side by side on a board at a level, up to `tall` pixels high."""
    rng, unit = room.easel.rng, room.easel.unit
    x = x0 + 0.6 * unit
    while x < x1 - 1.6 * unit:
        colour = GOODS[int(rng.integers(len(GOODS)))]
        if kind == "books":
            wide, high = rng.uniform(1.0, 2.0) * unit, tall * rng.uniform(0.66, 0.95)
            shapes.box(x, level - high, x + wide, level, colour)
            shapes.box(x, level - high * 0.82, x + wide, level - high * 0.74, "#f3e3b8", 0.7)
        elif kind == "jars":
            wide, high = rng.uniform(3.0, 4.2) * unit, tall * rng.uniform(0.55, 0.8)
            shapes.box(x, level - high, x + wide, level, colour)
            shapes.box(x + 0.3 * unit, level - high - 0.9 * unit, x + wide - 0.3 * unit, level - high, "#b98a5d")
            shapes.box(x + 0.5 * wide, level - 0.7 * high, x + 0.9 * wide, level - 0.25 * high, "#fbf4e4", 0.85)
            shapes.box(x + 0.15 * wide, level - 0.9 * high, x + 0.28 * wide, level - 0.2 * high, "#ffffff", 0.4)
        else:
            wide, high = rng.uniform(3.0, 5.5) * unit, tall * rng.uniform(0.5, 0.95)
            shapes.block(x, level - high, x + wide, level, colour)
            shapes.ellipse(x + wide / 2, level - high * 0.5, 0.28 * wide, 0.2 * high, "#fbf4e4", 0.85)
        x += wide + rng.uniform(0.2, 0.7) * unit
    shapes.box(x0, level, x1, level + 1.1 * unit, "#a8794f", mottle=0.08)
    shapes.box(x0, level + 1.1 * unit, x1, level + 1.6 * unit, "#4a3626", 0.35, soft=0.3)

"""What rooms are built of: the light in them, walls with windows, floors, lamps, and what is as long as a wall: shelves, counters, rows of seats."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.painting.brush import Mask, mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.indoors import boards, daylight, light_inside, window_frame
from pipelines.scenes.patterns import PATTERNS, pave_ground
from pipelines.scenes.places import surfaces
from pipelines.scenes.shapes import Shapes, arch, rectangle, scaled

WARM = rgb("#ffb45c")
GOODS = ("#c9584a", "#e0a84e", "#5f8f96", "#8fae5e", "#a484ad", "#e6d3b0", "#d98a60", "#6f86b0")
Box = tuple[float, float, float, float]


def wide_picture(easel: Easel) -> bool:
    """Whether there is room for more than a window and one thing beside it."""
    return easel.width > 1.3 * easel.height


@dataclass
class Room:
    """A room in the making: the light in it, where its first window and its lamps are. `far` is its wall, `front` its floor."""

    easel: Easel
    lamps: tuple[tuple[float, float], ...]
    inside: np.ndarray
    dark: float
    glow: np.ndarray = field(default_factory=lambda: WARM)
    windows: tuple[Box, ...] = ()
    shape: str = ""  # of the windows: round, arched, or with corners
    bars: bool = False
    fields: dict[bool, np.ndarray] = field(default_factory=dict)

    @property
    def window(self) -> Box:
        """The first window."""
        return self.windows[0] if self.windows else (0, 0, 0, 0)

    @property
    def far(self) -> Shapes:
        """Shapes on the wall."""
        return Shapes(self.easel, self.easel.plane("far"), self.lit)

    @property
    def front(self) -> Shapes:
        """Shapes that stand on the floor."""
        return Shapes(self.easel, self.easel.plane("ground"), self.lit)

    def lit(self, material: np.ndarray, x: float, y: float) -> np.ndarray:
        """A colour as it is seen at a place in the room."""
        unit = self.easel.unit
        pool = max((np.exp(-((x - a) ** 2 + (y - b) ** 2) / (48 * unit) ** 2) for a, b in self.lamps), default=0.0)
        light = self.inside * (1 - 0.42 * self.dark) + self.glow * float(pool) * 0.5 * self.dark
        return np.clip(material * light, 0, 1.1).astype(np.float32)

    def field(self, on_wall: bool = True) -> np.ndarray:
        """The light at every place of the wall or the floor: [height,width,3]."""
        if on_wall not in self.fields:
            self.fields[on_wall] = self._light_everywhere(on_wall)
        return self.fields[on_wall]

    def _light_everywhere(self, on_wall: bool) -> np.ndarray:
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
        return (light + self.glow * (0.5 * self.dark) * pool[..., None]).astype(np.float32)

    def cut_windows(self, mask: Mask, rim: float = 0.0) -> Mask:
        """The mask without the windows, and without a rim of so many pixels around them."""
        for left, top, right, bottom in self.windows:
            mask.polygon(OUTLINES[self.shape](left - rim, top - rim, right + rim, bottom + rim), 0)
        return mask


def light_room(easel: Easel, how: Mapping[str, Any], window: Mapping[str, Any], count: int, side: int = -1) -> Room:
    """A room with the lamps of its kind of light and the windows of its kind; `side` is the half in which the window is."""
    inside, dark = light_inside(easel)
    return Room(
        easel,
        tuple((share * easel.width, easel.horizon_y - high * easel.unit) for share, high in how["lamps"]),
        inside * np.float32(how.get("inside", 1)),
        max(dark, how.get("dark", 0)),
        rgb(how.get("glow", "#ffb45c")),
        _window_boxes(easel, window, count, side) if window else (),
        window.get("shape", ""),
        window.get("bars", False),
    )


def _window_boxes(easel: Easel, window: Mapping[str, Any], count: int, side: int) -> tuple[Box, ...]:
    """Windows side by side: one `aside` of the middle, which turns with the light or not, several over all of it."""
    of_shape = "row" if count > 1 else "wide" if easel.width >= easel.height else "narrow"
    how, unit, step = {**window, **window.get(of_shape, {})}, easel.unit, easel.width / count
    (across, tall), low = how["size"], easel.horizon_y - how["low"] * unit
    half, top = min(across * unit / 2, 0.46 * step), max(low - tall * unit, 4 * unit)
    share = 0.5 + (side if how.get("turns") else -1) * how.get("aside", 0) if count == 1 else 0.5
    middles = [(number + share) * step for number in range(count)]
    return tuple((middle - half, top, middle + half, low) for middle in middles)


def paint_wall(room: Room, surface: Mapping[str, Any], colours: Sequence[str]) -> None:
    """A wall with its pattern, its windows, the shade under the ceiling, a panel where it has one, and a skirting board."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane, light = easel.plane("far"), room.field()
    paint = rgb(str(easel.rng.choice(tuple(colours))))
    whole = room.cut_windows(easel.mask().convex(rectangle(-2, -2, easel.width + 2, y + 2)))
    plane.lay(whole, paint * light, mottle=surface.get("mottle", 0.03))
    for name, how in surface.get("patterns", ()):
        for mask, share, opacity in PATTERNS[name](easel, **how):
            np.minimum(mask.cover, whole.cover, out=mask.cover)
            plane.lay(mask, paint * np.asarray(share, np.float32) * light, opacity, mottle=0.03)
    if panel := surface.get("panel"):
        high = surface["high"]
        lower = easel.mask().convex(rectangle(-2, y - high * unit, easel.width + 2, y + 2))
        rail = easel.mask().convex(rectangle(-2, y - (high + 0.9) * unit, easel.width + 2, y - high * unit))
        for mask, colour in ((lower, rgb(panel)), (rail, mix(rgb(panel), rgb("#fffaf0"), 0.5))):
            np.minimum(mask.cover, whole.cover, out=mask.cover)
            plane.lay(mask, colour * light, mottle=0.03)
    ceiling = np.exp(-easel.rows()[:, None] / (9 * unit)) * (whole.cover / np.float32(255))
    plane.lay(ceiling.astype(np.float32), rgb("#5a4a44") * light, surface.get("ceiling", 0.22))
    if skirting := surface.get("skirting", "#f1e7d4"):
        room.far.box(-2, y - 2.2 * unit, easel.width + 2, y + 1, skirting)
        room.far.box(-2, y - 2.5 * unit, easel.width + 2, y - 2.2 * unit, rgb(skirting) * 0.6, 0.6)


def _round(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    turn, half = np.linspace(0, 2 * np.pi, 41), (right - left) / 2
    return [*zip((left + right) / 2 + np.cos(turn) * half, (top + bottom) / 2 + np.sin(turn) * half)]


OUTLINES: dict[str, Callable[..., list[tuple[float, float]]]] = {
    "": rectangle,
    "round": _round,
    "arched": arch,
    "slanted": lambda x0, y0, x1, y1: scaled(x0, y1, x1 - x0, y0 - y1, (0, 0), (0.1, 1), (0.9, 1), (1, 0)),
}


def paint_windows(room: Room, frame: str) -> None:
    """The frames of the windows."""
    shapes, unit, plane = room.far, room.easel.unit, room.easel.plane("far")
    for left, top, right, bottom in room.windows:
        if not room.shape:
            window_frame(room.easel, plane, (left, top, right, bottom), room.inside, room.dark, rgb(frame))
            continue
        edge = OUTLINES[room.shape](left, top, right, bottom)
        shapes.line([*edge, edge[0]], 2.4 * unit, frame)
        shapes.line([*edge, edge[0]], 0.6 * unit, rgb(frame) * 0.6, 0.8)
        if room.bars:
            shapes.line([((left + right) / 2, top + unit), ((left + right) / 2, bottom)], 0.8 * unit, "#5f5a56")
            for level in np.linspace(top + (right - left) / 2, bottom, 4)[:-1]:
                shapes.line([(left, level), (right, level)], 0.6 * unit, "#5f5a56")
            shapes.box(left - 2.6 * unit, bottom, right + 2.6 * unit, bottom + 2 * unit, frame)


def paint_floor(room: Room, surface: Mapping[str, Any], colours: Sequence[str]) -> None:
    """A floor with its pattern, the shade at the foot of the wall, and the light of the window and the lamps."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    plane, light = easel.plane("ground"), room.field(on_wall=False)
    if surface.get("boards"):
        boards(easel, plane, room.inside, room.dark, rgb(colours[0]))
    else:
        whole = easel.mask().convex(rectangle(-2, y, easel.width + 2, easel.height + 2))
        fade = easel.fade(np.full(3, 0.9), np.full(3, 1.05), y, easel.height)
        plane.lay(whole, rgb(colours[0]) * light * fade, mottle=surface.get("mottle", 0.05))
        if size := surface.get("paved"):
            second, joints = pave_ground(easel, y, size)
            plane.lay(second, rgb(colours[1]) * light, mottle=0.05)
            plane.lay(joints, rgb(colours[1]) * 0.7 * light, 0.35)
        if shine := surface.get("shine", 0.0):
            streaks = np.clip(easel.noise(9, 2, stretch=0.35), 0, 1) * np.exp(
                -(easel.rows()[:, None] - y) / (16 * unit)
            )
            plane.lay((streaks * (easel.rows()[:, None] >= y)).astype(np.float32), light, shine)
        rows = easel.rows()[:, None]
        shade = np.exp(-(((rows - y) / (1.8 * unit)) ** 2)) * (rows >= y) * np.ones((1, easel.width), np.float32)
        plane.lay(shade.astype(np.float32), rgb("#3c2a20"), 0.35)
    if room.windows:
        daylight(easel, plane, room.window, room.dark)
    lamplight_on_floor(room)


def lamplight_on_floor(room: Room) -> None:
    """Pools of lamp light on the floor, when it is dark outside."""
    easel, unit, y = room.easel, room.easel.unit, room.easel.horizon_y
    rows, columns = easel.rows()[:, None], easel.columns()[None]
    for x, _ in room.lamps if room.dark else ():
        pool = np.exp(-(((columns - x) / (46 * unit)) ** 2 + ((rows - y - 9 * unit) / (20 * unit)) ** 2)) * (rows >= y)
        easel.plane("ground").glow((pool * 0.30 * room.dark).astype(np.float32), room.glow)


def hang_lamps(room: Room, shade: str, half: float = 7.5, beams: Sequence[str] = ()) -> None:
    """Lamps that hang from the ceiling, shining when it is dark; a `half` of more units is a tube. Spotlights have coloured `beams`."""
    shapes, unit, dark = room.far, room.easel.unit, room.dark
    narrow = 2 if half < 9 else half - 1
    for x, y in room.lamps if shade else ():
        shapes.line([(x, -2), (x, y - 4 * unit)], 0.4 * unit, "#4a4038")
        top = [(x - narrow * unit, y - 4 * unit), (x + narrow * unit, y - 4 * unit)]
        shapes.polygon([*top, (x + half * unit, y), (x - half * unit, y)], shade)
        bulb = mix(rgb("#fff3d0"), rgb("#ffd58a"), dark) * (1 + 0.5 * dark)
        shapes.ellipse(x, y, half * unit, 0.8 * unit, bulb)
        for colour in beams:
            foot, low = x + room.easel.rng.uniform(-26, 26) * unit, room.easel.height * 0.92
            cone = [(x - 2 * unit, y), (x + 2 * unit, y), (foot + 17 * unit, low), (foot - 17 * unit, low)]
            room.easel.plane("near").lay(room.easel.mask().convex(cone), rgb(colour), 0.16, soft_px=2 * unit)
        if dark > 0.1:
            mask = room.easel.mask().ellipse(x, y + 0.6 * unit, (half - 1) * unit, 1.6 * unit)
            shapes.plane.lay(mask, mix(room.glow, rgb("#fff3d0"), 0.5), 0.9 * dark, soft_px=2.2 * unit)


# what is built into a room, by the names of `surfaces.json`


def shelf_of(room: Room, shapes: Shapes, x0: float, x1: float, level: float, tall: float, kind: str) -> None:
    """Books, jars or boxes side by side on a board at a level, up to `tall` pixels high."""
    rng, unit, goods = room.easel.rng, room.easel.unit, surfaces()["goods"][kind]
    x = x0 + 0.6 * unit
    while x < x1 - 1.6 * unit:
        wide, high = rng.uniform(*goods["wide"]) * unit, tall * rng.uniform(*goods["tall"])
        shapes.block(x, level - high, x + wide, level, GOODS[int(rng.integers(len(GOODS)))])
        for a, b, c, d, colour, opacity in goods[
            "marks"
        ]:  # shares of its width from the left and of its height from the foot
            shapes.box(x + a * wide, level - b * high, x + c * wide, level - d * high, colour, opacity)
        x += wide + rng.uniform(0.2, 0.7) * unit
    shapes.box(x0, level, x1, level + 1.1 * unit, "#a8794f", mottle=0.08)
    shapes.box(x0, level + 1.1 * unit, x1, level + 1.6 * unit, "#4a3626", 0.35, soft=0.3)


def shelves(room: Room, x0: float, x1: float, kinds: Sequence[str] = ("jars", "boxes"), awning: bool = False) -> None:
    """A case of four shelves against the wall, perhaps under a striped awning."""
    shapes, unit, y = room.far, room.easel.unit, room.easel.horizon_y
    shapes.box(x0 - unit, y - 50 * unit, x1 + unit, y, "#8a5f3c", mottle=0.08)
    shapes.box(x0 + 0.6 * unit, y - 48 * unit, x1 - 0.6 * unit, y, "#5f4128", mottle=0.06)
    for row in range(4):
        level = y - (38.5 - 11 * row) * unit
        shelf_of(room, shapes, x0 + 0.6 * unit, x1 - 0.6 * unit, level, 8.4 * unit, kinds[row % len(kinds)])
    if not awning:
        return
    level = y - 56 * unit
    for number, x in enumerate(np.arange(x0 - 3 * unit, x1 + 2 * unit, 5 * unit)):
        end = min(x + 5 * unit, x1 + 3 * unit)
        colour = "#c9584a" if number % 2 else "#fbf1dc"
        shapes.polygon(rectangle(x, level, end, level + 6 * unit), colour)
        shapes.ellipse((x + end) / 2, level + 6 * unit, (end - x) / 2, 1.7 * unit, colour)
    shapes.box(x0 - 3 * unit, level - unit, x1 + 3 * unit, level + 0.4 * unit, "#8a5f3c")
    shapes.box(x0 - 3 * unit, level + 7.4 * unit, x1 + 3 * unit, level + 9 * unit, "#2a1c14", 0.3, soft=0.8)


def counter(
    room: Room,
    x0: float,
    x1: float,
    colour: str = "#a8794f",
    top: str = "#cfa06c",
    high: float = 21,
    back: float = 4,
    panels: bool = True,
    dials: bool = False,
) -> float:
    """A counter with a board on it, and at its front `panels` with knobs, or `dials`; `back` is how far its foot is before the wall. Returns the level of its board, units."""
    shapes, unit = room.front, room.easel.unit
    foot = room.easel.horizon_y + back * unit
    level = foot - high * unit
    shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.53, 1.6 * unit, 0.45)
    shapes.block(x0, level + 1.6 * unit, x1, foot, colour)
    for a in np.arange(x0 + 1.2 * unit, x1 - 8 * unit, 10.5 * unit) if panels else ():
        shapes.box(float(a), level + 4.4 * unit, float(a) + 8.6 * unit, foot - 2.6 * unit, rgb(colour) * 0.8, 0.9)
        lighter = mix(rgb(colour), rgb("#fff4e0"), 0.12)
        shapes.box(float(a) + 0.5 * unit, level + 4.9 * unit, float(a) + 8.1 * unit, foot - 3.1 * unit, lighter, 0.9)
        if dials:
            x, y, turn = float(a) + 4.3 * unit, level + 8.6 * unit, room.easel.rng.uniform(-2.4, 0.2)
            for radius, paint in ((3.5, "#d9dde0"), (2.9, "#20262c")):
                shapes.ellipse(x, y, radius * unit, radius * unit, paint)
            shapes.line(
                scaled(x, y, unit, unit, (0, 0), (2.4 * np.cos(turn), 2.4 * np.sin(turn))), 0.5 * unit, "#ff9a5a"
            )
        else:
            shapes.ellipse(float(a) + 4.3 * unit, level + 6.6 * unit, 1.0 * unit, 0.4 * unit, "#e8cf98")
    shapes.box(x0 - 1.2 * unit, level, x1 + 1.2 * unit, level + 2 * unit, top, mottle=0.1)
    shapes.box(x0, level + 2 * unit, x1, level + 3.2 * unit, "#2a1c14", 0.25, soft=0.4)
    return back - high


def seats(
    room: Room,
    x0: float,
    x1: float,
    colour: str = "#b8463c",
    rows: int = 2,
    wide: float = 13,
    back: float = 1.5,
    gap: float = 1,
) -> None:
    """Rows of seats, one before the other, with gaps between them; the foot of the first is so far before the wall."""
    shapes, unit = room.front, room.easel.unit
    for row in range(rows):
        foot, high = room.easel.horizon_y + (back + 3.2 * row) * unit, (26 - 3.5 * row) * unit
        shapes.shadow((x0 + x1) / 2, foot, (x1 - x0) * 0.52, 1.2 * unit, 0.35)
        count = max(1, int((x1 - x0) / (wide * unit)))
        step = (x1 - x0) / count
        for number in range(count):
            a, b = x0 + number * step + 0.5 * gap * unit, x0 + (number + 1) * step - 0.5 * gap * unit
            shapes.ellipse((a + b) / 2, foot - high + 2.4 * unit, (b - a) / 2, 2.6 * unit, rgb(colour) * 1.06)
            shapes.block(a, foot - high + 2 * unit, b, foot - 9 * unit, colour)
            shapes.block(a - 0.4 * unit, foot - 10 * unit, b + 0.4 * unit, foot - 5 * unit, colour)
            shapes.box(a + unit, foot - 5 * unit, b - unit, foot, rgb(colour) * 0.45)


def runner(room: Room, x0: float, x1: float, colour: str = "#b03c40") -> None:
    """A carpet from the wall towards the viewer, with golden edges, and two steps at its end."""
    shapes, unit, y, x = room.front, room.easel.unit, room.easel.horizon_y, (x0 + x1) / 2
    for near, far, paint in ((33, 12.5, "#d9ae5c"), (30.6, 11.6, rgb(colour) * 0.9), (24, 9, rgb(colour) * 1.08)):
        far_edge = [(x - far * unit, y + 2 * unit), (x + far * unit, y + 2 * unit)]
        bottom = room.easel.height + 2
        shapes.polygon([*far_edge, (x + near * unit, bottom), (x - near * unit, bottom)], paint, mottle=0.06)
    for half, low, high in ((20, 0, 2.6), (15, 2.6, 5.0)):
        shapes.block(x - half * unit, y + (3 - high) * unit, x + half * unit, y + (3 - low) * unit, "#b4aa9c")


def lay_rug(room: Room, _x0: float, _x1: float) -> None:
    """A round rug in the middle of the floor."""
    easel, plane, inside = room.easel, room.easel.plane("ground"), room.inside * (1 - 0.30 * room.dark)
    rng, unit = easel.rng, easel.unit
    x, y = easel.width / 2, easel.horizon_y + 0.56 * (easel.height - easel.horizon_y)
    across, down = min(48 * unit, easel.width * 0.44), 0.33 * (easel.height - easel.horizon_y)
    colours = [
        rgb(code)
        for code in (
            ("#b8564a", "#f0ddb8", "#d08a5c"),
            ("#4f7f8a", "#eadfc8", "#88aeb0"),
            ("#8a5f88", "#efdcc8", "#c596ae"),
        )[int(rng.integers(3))]
    ]
    shadow = easel.mask().ellipse(x, y + unit * 0.8, across * 1.01, down * 1.02)
    plane.lay(shadow, rgb("#2f2018"), 0.35, soft_px=unit * 0.6)
    for step, share in enumerate((1.0, 0.93, 0.84, 0.62, 0.54)):
        ring = easel.mask().ellipse(x, y, across * share, down * share)
        plane.lay(ring, colours[(0, 1, 0, 1, 2)[step]] * inside, mottle=0.06)


def hang_curtains(room: Room, _x0: float, _x1: float) -> None:
    """Curtains at both sides of the first window, on a rod."""
    if room.shape or not room.windows:
        return
    easel, plane, unit, rng, inside = room.easel, room.easel.plane("far"), room.easel.unit, room.easel.rng, room.inside
    left, top, right, bottom = room.window
    cloth = rgb(str(rng.choice(("#c9705c", "#7fa2a0", "#d9a860", "#a484ad")))) * inside * (1 - 0.35 * room.dark)
    rod = easel.mask().convex(rectangle(left - 9 * unit, top - 4.4 * unit, right + 9 * unit, top - 3.5 * unit))
    rod.disc(left - 9 * unit, top - 3.95 * unit, unit * 0.9)
    rod.disc(right + 9 * unit, top - 3.95 * unit, unit * 0.9)
    for edge, outward in ((left, -1), (right, 1)):
        drape, folds, bright = easel.mask(), easel.mask(), easel.mask()
        t = np.linspace(0, 1, 22)
        inner = edge + outward * unit * (-4.5 + 5.5 * np.sin(t * np.pi * 0.72) ** 2)
        outer = edge + outward * unit * (8.0 - 0.8 * np.sin(t * np.pi))
        level = top - 3.6 * unit + (bottom + 9 * unit - top + 3.6 * unit) * t
        drape.between((inner, level), (outer, level))
        for fold in (0.18, 0.42, 0.68, 0.88):
            line = inner + (outer - inner) * fold
            folds.between((line - unit * 0.25, level), (line + unit * 0.5, level))
            bright.between((line + unit * 0.9, level), (line + unit * 1.5, level))
        for mask in (folds, bright):
            np.minimum(mask.cover, drape.cover, out=mask.cover)
        plane.lay(drape, cloth, mottle=0.05)
        plane.lay(folds, cloth * 0.72, 0.6, soft_px=unit * 0.5)
        plane.lay(bright, mix(cloth, rgb("#fff4e0"), 0.35), 0.5, soft_px=unit * 0.5)
    plane.lay(rod, rgb("#7a5638") * inside)


BUILT: dict[str, Callable[..., float | None]] = {
    function.__name__: function for function in (shelves, counter, seats, runner, lay_rug, hang_curtains)
}

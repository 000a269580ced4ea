"""What rooms are built of: the light in them, walls with windows, floors, lamps."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.scenes.easel import Easel
from pipelines.scenes.indoors import boards, daylight, light_inside, window_frame
from pipelines.scenes.patterns import PATTERNS, pave_ground
from pipelines.scenes.shapes import Shapes, arch, rectangle, scaled

WARM = rgb("#ffb45c")
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
    whole = easel.mask().convex(rectangle(-2, -2, easel.width + 2, y + 2))
    for window in room.windows:
        whole.polygon(OUTLINES[room.shape](*window), 0)
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
        shapes.ellipse(x, y, half * unit, 0.8 * unit, mix(rgb("#fff3d0"), rgb("#ffd58a"), dark) * (1 + 0.5 * dark))
        for colour in beams:
            foot, low = x + room.easel.rng.uniform(-26, 26) * unit, room.easel.height * 0.92
            cone = [(x - 2 * unit, y), (x + 2 * unit, y), (foot + 17 * unit, low), (foot - 17 * unit, low)]
            room.easel.plane("near").lay(room.easel.mask().convex(cone), rgb(colour), 0.16, soft_px=2 * unit)
        if dark > 0.1:
            mask = room.easel.mask().ellipse(x, y + 0.6 * unit, (half - 1) * unit, 1.6 * unit)
            shapes.plane.lay(mask, mix(room.glow, rgb("#fff3d0"), 0.5), 0.9 * dark, soft_px=2.2 * unit)

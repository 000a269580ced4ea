"""A prop as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from zlib import crc32

import numpy as np

from pipelines.core.settings import Refusal
from pipelines.figures.paint import Sheet, paint_shapes, sheet_of
from pipelines.figures.sculpt import Shape
from pipelines.language.colours import plain_colour
from pipelines.painting.brush import rgb
from pipelines.painting.palette import Light
from pipelines.props.catalogue import NOUNS
from pipelines.props.drawings import drawing
from pipelines.props.part import Part
from pipelines.props.tones import COLOURS, ink

LEAST_PX, MOST_PX = 8, 2048
FLOOR_PX = 200  # of the picture in which it is looked where a prop is solid
GLASS = 0.3  # how much of a pane of glass is seen


def draw(noun: str, size_px: int, colour: str = "", seed: int = 0, *, light: Light | None = None) -> np.ndarray:
    """A prop as straight RGBA uint8 [h,w,4], trimmed; its longest side is size_px.

    Raises Refusal for a noun that is not in NOUNS, a colour that is not known and a size that cannot be painted.
    """
    if noun not in NOUNS:
        raise Refusal(f"There is no painted prop called {str(noun)[:40]!r}.")
    if not LEAST_PX <= size_px <= MOST_PX:
        raise Refusal(f"A prop can be from {LEAST_PX} to {MOST_PX} pixels large.")
    main = _colour(colour) if colour else ink(NOUNS[noun].colour)
    return draw_parts(grown(drawing(noun), f"{noun} {seed}"), size_px, main, said=bool(colour), light=light)


def draw_parts(
    parts: Sequence[Part], size_px: int, main: np.ndarray, *, said: bool = False, light: Light | None = None
) -> np.ndarray:
    """Parts as straight RGBA, trimmed; `main` is the main colour, and `said` whether somebody asked for it."""
    inks = {tone: ink(tone, main, said) for tone in {part.tone for part in parts}}
    shapes = [Shape("part", part.polygons, inks[part.tone], 0.0, **part.paint) for part in parts]
    scale = size_px / float(np.ptp(outline(parts), axis=0).max())
    sheet = sheet_of(shapes, scale)
    rgba = paint_shapes(shapes, sheet, light, True if light is None else light.from_left)
    if glass := _glass(parts):
        rgba = _seen_through(rgba, glass, sheet)
    return _fit_longest_side(_trim(rgba), size_px)


def grown(parts: Sequence[Part], chance: str = "") -> list[Part]:
    """The parts of a thing; what grows or lies by chance is decided by a text."""
    rng = np.random.default_rng(crc32(chance.encode()))
    return [made for part in parts for made in (part.grown(rng) if part.grown else [part])]


def varies(noun: str) -> bool:
    """Whether another seed gives another drawing of a thing."""
    return noun in NOUNS and any(part.grown for part in drawing(noun))


def outline(parts: Sequence[Part]) -> np.ndarray:
    """The corners of all parts that may be outermost, [n,2]."""
    return np.concatenate([polygon for part in parts if not part.paint.get("clip") for polygon in part.polygons])


@lru_cache(maxsize=64)
def box_of(noun: str) -> tuple[float, float, float, float]:
    """Where the drawing of a state ("bed:front") lies in the usual one: left, top, width and height in shares of it; another noun takes all of it."""
    thing, colon, _ = noun.partition(":")
    if not colon:
        return 0.0, 0.0, 1.0, 1.0
    whole, own = (outline(grown(drawing(one), f"{one} 0")) for one in (thing, noun))
    (left, low), (wide, tall) = whole.min(0), np.ptp(whole, axis=0)
    (x, y), (width, height) = own.min(0), np.ptp(own, axis=0)
    return tuple(
        float(share) for share in ((x - left) / wide, (low + tall - y - height) / tall, width / wide, height / tall)
    )  # type: ignore[return-value]


@lru_cache(maxsize=256)
def shape_of(noun: str) -> float:
    """Width by height of a thing's picture."""
    wide, tall = np.ptp(outline(grown(drawing(noun), f"{noun} 0")), axis=0)
    return float(wide / tall)


@lru_cache(maxsize=64)
def panes(noun: str) -> tuple[tuple[float, float, float, float, float], ...]:
    """The panes of glass of a prop, the best places first: left, top, right, bottom and how far down it is solid below, in shares of its picture."""
    parts = grown(drawing(noun), f"{noun} 0")
    (left, low), (wide, tall) = outline(parts).min(0), np.ptp(outline(parts), axis=0)
    found: list[tuple[float, float, float, float, float]] = []
    for pane in _glass(parts):
        (x0, y0), (x1, y1) = pane.min(0), pane.max(0)
        x, y, right_x, bottom_y = (
            float(share)
            for share in ((x0 - left) / wide, (low + tall - y1) / tall, (x1 - left) / wide, (low + tall - y0) / tall)
        )
        found.append((x, y, right_x, bottom_y, _floor(noun, x, y, right_x, bottom_y)))
    return tuple(found)


def _floor(noun: str, left: float, top: float, right: float, bottom: float) -> float:
    """How far down a prop is solid below a pane, as a share of its height."""
    solid = draw(noun, FLOOR_PX)[..., 3] > 160
    height, width = solid.shape
    middle, half = (left + right) / 2 * width, 0.3 * (right - left) * width
    below = solid[min(height - 1, round(bottom * height) + 2) :, max(0, int(middle - half)) : int(middle + half) + 1]
    ends = [int(np.argmin(column)) if not column.all() else len(column) for column in below.T]
    return float(min(1.0, bottom + min(ends, default=0) / height))


def _glass(parts: Sequence[Part]) -> list[np.ndarray]:
    """The panes of glass."""
    return [part.polygons[0] for part in parts if part.pane]


def _seen_through(rgba: np.ndarray, glass: list[np.ndarray], sheet: Sheet) -> np.ndarray:
    """The picture with its panes mostly clear."""
    import cv2

    mask = np.zeros(rgba.shape[:2], np.uint8)
    places = [np.rint(pane * (sheet.scale, -sheet.scale) * 16 + (sheet.x * 16, sheet.y * 16)) for pane in glass]
    cv2.fillPoly(mask, [place.astype(np.int32) for place in places], 255, cv2.LINE_AA, 4)
    clear = 1 - (1 - GLASS) * (mask.astype(np.float32) / 255)
    made = rgba.copy()
    made[..., 3] = np.rint(rgba[..., 3] * clear).astype(np.uint8)
    return made


def _colour(word: str) -> np.ndarray:
    """A colour word as float32 [3]. Raises Refusal."""
    known = COLOURS.get(plain_colour(word))
    if known is None:
        raise Refusal(f"There is no colour called {word[:40]!r}; there are {', '.join(COLOURS)}.")
    return rgb(known)


def _trim(rgba: np.ndarray) -> np.ndarray:
    """Without empty rows and columns around it."""
    solid = rgba[..., 3] > 8
    rows, columns = np.flatnonzero(solid.any(1)), np.flatnonzero(solid.any(0))
    return rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _fit_longest_side(rgba: np.ndarray, size_px: int) -> np.ndarray:
    """With its longest side exactly size_px; the colours of clear pixels do not bleed."""
    import cv2

    height, width = rgba.shape[:2]
    if max(height, width) == size_px:
        return np.ascontiguousarray(rgba)
    share = size_px / max(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    cover = rgba[..., 3:].astype(np.float32) / 255
    clear = cv2.resize(np.concatenate([rgba[..., :3] * cover, cover], -1), size, interpolation=cv2.INTER_LINEAR)
    alpha = clear[..., 3:]
    colours = np.where(alpha > 0, clear[..., :3] / np.maximum(alpha, 1e-4), 0)
    return np.clip(np.concatenate([colours, alpha * 255], -1) + 0.5, 0, 255).astype(np.uint8)

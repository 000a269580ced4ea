"""Flat shapes become paint: soft form shading, contact shadows between parts, a light edge, the hour's light, the paper's tooth.

Two sheets are painted side by side: the colours of things, and how much light reaches them. Light falls at the end, once, on the whole figure; so the same
figure stands in any hour, and one part costs a few operations on one channel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from pipelines.figures.sculpt import Shape
from pipelines.painting.palette import NIGHT_BLUE, Light

BITS = 4
PAD = 3
NEUTRAL_KEY, NEUTRAL_SHADE = np.array([1.04, 1.02, 0.985], np.float32), np.array([0.66, 0.66, 0.76], np.float32)
BASE, LIT = 95, 255  # of the light sheet: the dark side of a form, and full light


@dataclass(frozen=True)
class Sheet:
    """Where a picture lies: pixels for a unit, the pixel of the figure's origin, and its size."""

    scale: float
    x: float
    y: float
    width: int
    height: int


def sheet_of(shapes: Sequence[Shape], scale: float, margin: int = 6) -> Sheet:
    """The smallest sheet around shapes; the origin falls on a whole pixel."""
    joined = np.concatenate([polygon for shape in shapes for polygon in shape.polygons])
    low, high = joined.min(0) * scale, joined.max(0) * scale
    left, top = int(np.ceil(-low[0])) + margin, int(np.ceil(high[1])) + margin
    return Sheet(scale, left, top, left + int(np.ceil(high[0])) + margin, top + int(np.ceil(-low[1])) + margin)


def paint_shapes(
    shapes: Sequence[Shape], sheet: Sheet, light: Light | None = None, from_left: bool = True, straight: bool = True
) -> np.ndarray:
    """The shapes, far to near, as RGBA uint8 [h,w,4]; the colours are multiplied by the cover unless `straight`."""
    colours = np.zeros((sheet.height, sheet.width, 4), np.uint8)
    lights = np.full((sheet.height, sheet.width), 128, np.uint8)
    under: tuple[np.ndarray, int, int] | None = None
    for number, shape in enumerate(shapes):
        if _plain(shape) and not (number + 1 < len(shapes) and shapes[number + 1].clip):
            _flat(colours, lights, shape, sheet)
            continue
        drawn = mask_of(shape, sheet)
        if drawn is None:
            under = under if shape.clip else None
            continue
        mask, left, top = drawn
        if shape.clip:
            if under is None:
                continue
            mask = inside(mask, left, top, under)
        if not shape.clip:
            under = drawn
        if solid := not (shape.clip or shape.feather) and shape.opacity >= 1:
            _flat(colours, None, shape, sheet)
        _lay(colours, lights, shape, mask, left, top, sheet.scale, from_left, solid)
    array = _lit(colours, lights, light, from_left)
    return _straight(array) if straight else array


def _straight(array: np.ndarray) -> np.ndarray:
    """Premultiplied pixels without the cover in their colours, in place."""
    thin = np.nonzero((array[..., 3] > 0) & (array[..., 3] < 255))
    colours = array[thin].astype(np.float32)
    colours[:, :3] = np.minimum(colours[:, :3] * (255 / colours[:, 3:]), 255)
    array[thin] = colours.astype(np.uint8)
    return array


def _plain(shape: Shape) -> bool:
    """Whether a shape is one flat opaque colour, for which no coverage must be kept."""
    return not (shape.clip or shape.round or shape.feather or shape.contact) and shape.opacity >= 1


def _flat(colours: np.ndarray, lights: np.ndarray | None, shape: Shape, sheet: Sheet) -> None:
    """A shape of one opaque colour straight onto the sheets."""
    polygons = [p for p in shape.polygons if len(p) > 2]
    if not polygons:
        return
    joined = np.concatenate(polygons) if len(polygons) > 1 else polygons[0]
    fixed = _to_subpixels(joined, sheet.scale, sheet.x, sheet.y)
    red, green, blue = (float(v) * 255 + 0.5 for v in shape.colour)
    sheets, paints = [colours], [[red, green, blue, 255.0]]
    if shape.glow and lights is not None:
        sheets.append(lights)
        paints.append([128 + 127 * shape.glow])
    _fill(sheets, polygons, fixed, paints, shape.convex)


def mask_of(shape: Shape, sheet: Sheet) -> tuple[np.ndarray, int, int] | None:
    """Coverage uint8 of a shape in its own window, and where the window lies."""
    import cv2

    polygons = [p for p in shape.polygons if len(p) > 2]
    if not polygons:
        return None
    joined = np.concatenate(polygons) if len(polygons) > 1 else polygons[0]
    (low_x, low_y), (high_x, high_y) = joined.min(0).tolist(), joined.max(0).tolist()
    scale = sheet.scale
    grow = PAD + int(max(shape.feather, (shape.round * 0.75 if not shape.clip and shape.contact else 0)) * scale * 1.3)
    left = max(math.floor(low_x * scale + sheet.x) - grow, 0)
    top = max(math.floor(sheet.y - high_y * scale) - grow, 0)
    right = min(math.ceil(high_x * scale + sheet.x) + grow + 1, sheet.width)
    bottom = min(math.ceil(sheet.y - low_y * scale) + grow + 1, sheet.height)
    if right - left < 2 or bottom - top < 2:
        return None
    fixed = _to_subpixels(joined, scale, sheet.x - left, sheet.y - top)
    mask = np.zeros((bottom - top, right - left), np.uint8)
    _fill([mask], polygons, fixed, [255], shape.convex)
    if shape.feather:
        mask = cv2.GaussianBlur(mask, (0, 0), max(0.4, shape.feather * scale))
    return mask, left, top


def _to_subpixels(points: np.ndarray, scale: float, x: float, y: float) -> np.ndarray:
    """Points [n,2] of the figure in sixteenths of pixels, int32."""
    unit = 1 << BITS
    moved = points * np.array((scale * unit, -scale * unit))
    moved += np.array(((x - 0.5) * unit, (y - 0.5) * unit))
    return np.rint(moved, out=moved).astype(np.int32)


def _fill(
    sheets: Sequence[np.ndarray], polygons: Sequence[np.ndarray], fixed: np.ndarray, paints: Sequence[Any], convex: bool
) -> None:
    """Polygons, whose points lie joined in `fixed`, filled with a paint for each sheet."""
    import cv2

    parts, at = [], 0
    for polygon in polygons:
        parts.append(fixed[at : at + len(polygon)])
        at += len(polygon)
    for target, paint in zip(sheets, paints):
        if convex:
            for part in parts:
                cv2.fillConvexPoly(target, part, paint, cv2.LINE_AA, BITS)
        else:
            cv2.fillPoly(target, parts, paint, cv2.LINE_AA, BITS)


def inside(mask: np.ndarray, left: int, top: int, under: tuple[np.ndarray, int, int]) -> np.ndarray:
    """A mask kept inside another one."""
    import cv2

    other, x, y = under
    x0, y0 = max(left, x), max(top, y)
    x1, y1 = min(left + mask.shape[1], x + other.shape[1]), min(top + mask.shape[0], y + other.shape[0])
    kept = np.zeros_like(mask)
    if x0 < x1 and y0 < y1:
        a = mask[y0 - top : y1 - top, x0 - left : x1 - left]
        b = other[y0 - y : y1 - y, x0 - x : x1 - x]
        kept[y0 - top : y1 - top, x0 - left : x1 - left] = cv2.min(a, b)
    return kept


def _lay(
    colours: np.ndarray,
    lights: np.ndarray,
    shape: Shape,
    mask: np.ndarray,
    left: int,
    top: int,
    scale: float,
    from_left: bool,
    solid: bool = False,
) -> None:
    """Colour (unless the shape was filled already, `solid`) and light of a shape onto the sheets."""
    import cv2

    window = np.s_[top : top + mask.shape[0], left : left + mask.shape[1]]
    light = lights[window]
    if not solid:
        _cover(colours[window], shape, mask)
    if shape.glow:
        _blend(light, np.full_like(mask, 255), cv2.convertScaleAbs(mask, alpha=shape.glow))
    elif shape.round and not shape.clip:
        form, shadow = _form(mask, shape.round * scale, from_left, bool(shape.contact))
        if shadow is not None:
            cv2.multiply(
                light, cv2.bitwise_not(cv2.convertScaleAbs(shadow, alpha=shape.contact)), dst=light, scale=1 / 255
            )
        _blend(light, form, mask)


def _cover(place: np.ndarray, shape: Shape, mask: np.ndarray) -> None:
    """A shape's colour through its mask, premultiplied."""
    import cv2

    cover = mask if shape.opacity >= 1 else cv2.convertScaleAbs(mask, alpha=shape.opacity)
    paint = cv2.merge([*(cv2.convertScaleAbs(cover, alpha=min(1.0, float(v))) for v in shape.colour), cover])
    rest = cv2.bitwise_not(cover)
    cv2.multiply(place, cv2.merge([rest, rest, rest, rest]), dst=place, scale=1 / 255)
    cv2.add(place, paint, dst=place)


def _blend(under: np.ndarray, over: np.ndarray, cover: np.ndarray) -> None:
    """`over` on `under` through a cover, all uint8 [h,w], in place."""
    import cv2

    kept = cv2.multiply(under, cv2.bitwise_not(cover), scale=1 / 255)
    cv2.add(kept, cv2.multiply(over, cover, scale=1 / 255), dst=under)


def _form(mask: np.ndarray, reach: float, from_left: bool, contact: bool) -> tuple[np.ndarray, np.ndarray | None]:
    """How much light a rounded form takes, and the shadow that it throws on what lies behind (with `contact`): uint8 like the mask."""
    import cv2

    reach = max(1.0, reach)
    small = 4 if reach > 6 else 2 if reach > 2.5 else 1
    size = (max(1, mask.shape[1] // small), max(1, mask.shape[0] // small))
    little = cv2.resize(mask, size, interpolation=cv2.INTER_AREA) if small > 1 else mask
    sigma = max(0.6, 0.55 * reach / small)
    soft = cv2.GaussianBlur(little, (0, 0), sigma, borderType=cv2.BORDER_CONSTANT)
    dx = (0.62 if from_left else -0.62) * reach / small
    dy = 0.55 * reach / small
    away = cv2.warpAffine(soft, np.array([[1, 0, -dx], [0, 1, -dy]], np.float32), size)
    thrown = (
        cv2.warpAffine(soft, np.array([[1, 0, 0.45 * dx], [0, 1, 0.7 * dy]], np.float32), size) if contact else None
    )
    form = cv2.LUT(away, _form_curve())
    if small > 1:
        whole = mask.shape[::-1]
        form = cv2.resize(form, whole, interpolation=cv2.INTER_LINEAR)
        thrown = None if thrown is None else cv2.resize(thrown, whole, interpolation=cv2.INTER_LINEAR)
    return form, thrown


@lru_cache(maxsize=1)
def _form_curve() -> np.ndarray:
    t = np.clip((np.arange(256, dtype=np.float32) / 255 - 0.12) / 0.62, 0, 1)
    t = t * t * (3 - 2 * t)
    return (BASE + (LIT - BASE) * t + 0.5).clip(0, 255).astype(np.uint8)


@lru_cache(maxsize=24)
def _paper(height: int, width: int) -> np.ndarray:
    """Factors about 128, uint8 [h,w,3]: washes that bloom a little and the tooth of paper; the same for every figure."""
    import cv2

    from pipelines.painting.brush import noise

    rng = np.random.default_rng(7)
    bloom = noise(rng, width, height, max(24.0, height / 6), 4)
    tooth = cv2.GaussianBlur(rng.standard_normal((height, width)).astype(np.float32), (0, 0), 1.0) * 2.6
    factors = np.clip((1 + 0.016 * bloom + 0.011 * tooth) * 128 + 0.5, 0, 255).astype(np.uint8)
    return cv2.merge([factors, factors, factors])


def _paper_of(height: int, width: int) -> np.ndarray:
    return _paper(-(-height // 256) * 256, -(-width // 256) * 256)[:height, :width]


@lru_cache(maxsize=64)
def _light_table(key: tuple[float, ...], shade: tuple[float, ...]) -> np.ndarray:
    """Light sheet -> factors, 255 for 2: uint8 [256,1,3]."""
    t = np.arange(256, dtype=np.float32)[:, None] / 255
    dark, bright = np.array(shade, np.float32), np.array(key, np.float32)
    return np.clip((dark + (bright - dark) * t) * 127.5 + 0.5, 0, 255).astype(np.uint8).reshape(256, 1, 3)


def _lit(colours: np.ndarray, lights: np.ndarray, light: Light | None, from_left: bool) -> np.ndarray:
    """The hour's light on the two sheets; premultiplied RGBA uint8."""
    import cv2

    key, shade = (
        (NEUTRAL_KEY, NEUTRAL_SHADE) if light is None else (light.key, light.shade + (light.key - light.shade) * 0.22)
    )
    height, width = lights.shape
    table = _light_table(tuple(map(float, key)), tuple(map(float, shade)))
    alpha = cv2.extractChannel(colours, 3)
    seen = cv2.cvtColor(colours, cv2.COLOR_RGBA2RGB)
    seen = cv2.multiply(seen, cv2.LUT(cv2.merge([lights, lights, lights]), table), scale=2 / 255)
    seen = cv2.multiply(seen, _paper_of(height, width), scale=1 / 128)
    if light is not None and light.hour == "night":
        seen = _blue(seen, alpha)
    orb = np.array([1.0, 0.98, 0.92], np.float32) if light is None else light.orb
    strength = 0.30 if light is None else {"day": 0.30, "dawn": 0.38, "sunset": 0.5, "night": 0.34}[light.hour]
    edge = _edge(alpha, from_left)
    seen = cv2.add(seen, cv2.LUT(cv2.merge([edge, edge, edge]), _rim_table(tuple(map(float, orb)), strength)))
    return np.asarray(cv2.merge([*cv2.split(seen), alpha]), np.uint8)


@lru_cache(maxsize=16)
def _rim_table(orb: tuple[float, ...], strength: float) -> np.ndarray:
    amount = np.arange(256, dtype=np.float32)[:, None] * strength
    return np.clip(amount * np.array(orb, np.float32) + 0.5, 0, 255).astype(np.uint8).reshape(256, 1, 3)


def _blue(seen: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """At night warm colours go over into blue (Purkinje), as they do in the backdrops."""
    grey = seen.mean(axis=2, keepdims=True, dtype=np.float32)
    made = seen + (NIGHT_BLUE * (0.25 * alpha[..., None] + 0.85 * grey) - seen) * np.float32(0.25)
    return np.clip(made, 0, 255).astype(np.uint8)


def _edge(alpha: np.ndarray, from_left: bool) -> np.ndarray:
    """A thin edge that the light catches, 0..255, inside the figure."""
    import cv2

    reach = max(1.0, 0.006 * max(alpha.shape))
    dx = reach if from_left else -reach
    moved = cv2.warpAffine(alpha, np.array([[1, 0, dx], [0, 1, reach * 0.8]], np.float32), alpha.shape[::-1])
    edge = cv2.GaussianBlur(cv2.subtract(alpha, moved), (0, 0), reach * 0.4)
    return cv2.multiply(edge, alpha, scale=1 / 255)

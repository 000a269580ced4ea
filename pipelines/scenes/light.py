"""A drawing set into the air of a backdrop: tinted by the hour, rimmed by its light, hazy far off; its shadow or its reflection."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.language.lexicon import Words
from pipelines.media.clip import to_bytes
from pipelines.media.openraster import Layer
from pipelines.painting.brush import mix
from pipelines.painting.palette import Light, light_of
from pipelines.props import record
from pipelines.scenes.painted_things import lit_windows
from pipelines.scenes.settings import ROOMS, family

GLOWING = Words("nouns", "glowing")  # of what has no painter
TINT_STRENGTH = {"day": 0.55, "dawn": 0.6, "sunset": 0.62, "night": 0.80}
TINT_PX, TINT_RANGE = 128, 1.7  # how finely a tint is held, and the most that it multiplies by
RIM = {"day": 0.22, "dawn": 0.34, "sunset": 0.55, "night": 0.34}

AFLOAT, SWIMMING = 0.07, 0.26  # how much of what floats, and of a figure that swims, is under water, of its height


def light_at(place: str, hour: str, weather: str) -> Light:
    """The light things stand in: under water it is dim and blue, in space hard, indoors it is the lamp's when it is dark outside."""
    from dataclasses import replace

    light = light_of(hour, weather)
    if family(place) == "underwater":
        return replace(
            light,
            key=light.key * np.array([0.70, 0.93, 1.04], np.float32) * (1.0 if hour == "day" else 1.15),
            haze=np.array([0.13, 0.50, 0.68], np.float32),
            shadow=0.25,
            haze_strength=1.6,
        )
    if family(place) == "space":
        day = light_of("day")
        return replace(
            day,
            hour="night",
            key=day.key * 0.98,
            shade=np.array([0.42, 0.40, 0.62], np.float32),
            haze=np.array([0.17, 0.12, 0.38], np.float32),
            haze_strength=0.3,
            shadow=0.5,
        )
    if place in ROOMS and hour == "night":
        return replace(
            light,
            key=np.array([1.0, 0.80, 0.56], np.float32),
            shade=np.array([0.50, 0.38, 0.30], np.float32),
            haze=np.array([0.35, 0.24, 0.15], np.float32),
            haze_strength=0.4,
            shadow=0.42,
        )
    if place == "plain":
        return replace(light, haze_strength=0.0)
    return light


def resize_drawing(drawing: Image, wide: int, tall: int) -> np.ndarray:
    """A drawing at a new size, filtered premultiplied so that no fringe appears: float32 premultiplied RGBA 0..1."""
    import cv2

    pixels = np.asarray(drawing.convert("RGBA"), np.float32) / 255
    pixels[..., :3] *= pixels[..., 3:]
    smaller = wide * tall < drawing.width * drawing.height
    scaled = cv2.resize(
        pixels, (max(1, wide), max(1, tall)), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    )
    return np.clip(scaled, 0, 1)


def trim_drawing(drawing: Image) -> Image:
    """A drawing without the empty border around it."""
    box = drawing.getchannel("A").point(lambda value: 255 if value > 8 else 0).getbbox()
    return drawing.crop(box) if box else drawing


def glows(noun: str, light: Light) -> bool:
    """Whether a thing shines by itself at this hour."""
    shines = record(noun).shines or ("always" if noun in GLOWING else "")
    return shines in ("always", "in flashes") or (shines == "night" and light.hour == "night")


def lit(pixels: np.ndarray, light: Light, depth: float, noun: str, habitat: str) -> np.ndarray:
    """The drawing in this light: tint, then the edge that the light catches, then haze; premultiplied uint8 RGBA in and out."""
    import cv2

    height, width = pixels.shape[:2]
    alpha, shines = cv2.extractChannel(pixels, 3), glows(noun, light)
    strength = TINT_STRENGTH[light.hour] * (0.3 if shines else 1.0)
    key, shade = (tuple(map(float, one)) for one in (light.key, light.shade))
    tint = cv2.resize(_tint(key, shade, strength, light.from_left), (width, height), interpolation=cv2.INTER_LINEAR)
    lowest = cv2.multiply(cv2.cvtColor(pixels, cv2.COLOR_RGBA2RGB), tint, scale=TINT_RANGE / 255)
    if not shines:
        away = {"sky": 0.10, "air": 0.12}.get(habitat, 0.42 * (1 - depth) ** 1.6)
        away = min(0.75, away * light.haze_strength)
        rim = _rim(alpha, light)
        edge = cv2.multiply(alpha, rim, scale=1 / 255)
        lowest = cv2.multiply(lowest, cv2.merge([cv2.bitwise_not(rim)] * 3), scale=(1 - away) / 255)
        lowest = cv2.add(
            lowest,
            cv2.merge(
                [
                    cv2.addWeighted(edge, float(light.orb[n]) * (1 - away), alpha, float(light.haze[n]) * away, 0)
                    for n in range(3)
                ]
            ),
        )
    lowest = cv2.min(lowest, cv2.merge([alpha] * 3))
    return np.asarray(cv2.merge([*cv2.split(lowest), alpha]), np.uint8)


@lru_cache(maxsize=64)
def _tint(key: tuple[float, ...], shade: tuple[float, ...], strength: float, from_left: bool) -> np.ndarray:
    """What a drawing's colours are multiplied by from its upper left to its lower right, 255 for TINT_RANGE: uint8 [TINT_PX,TINT_PX,3]."""
    across = np.linspace(1, 0, TINT_PX, dtype=np.float32)
    down = np.linspace(1, 0.55, TINT_PX, dtype=np.float32)[:, None]
    share = 0.42 + 0.62 * (0.6 * (across if from_left else across[::-1])[None] + 0.4 * down)
    dark, bright = np.array(shade, np.float32), np.array(key, np.float32)
    factors = share[..., None] * (bright - dark) * strength + 1 + (dark - 1) * strength
    return (factors * (255 / TINT_RANGE) + 0.5).clip(0, 255).astype(np.uint8)


def _rim(alpha: np.ndarray, light: Light) -> np.ndarray:
    """A thin edge that the light catches: where the drawing is, but a little towards the light is not; uint8 like its cover."""
    import cv2

    reach = max(1.0, 0.014 * max(alpha.shape))
    dx = reach if light.from_left else -reach
    moved = cv2.warpAffine(alpha, np.array([[1, 0, dx], [0, 1, reach * 0.7]], np.float32), alpha.shape[::-1])
    edge = cv2.GaussianBlur(cv2.subtract(alpha, moved), (0, 0), reach * 0.45)
    strength = RIM[light.hour] * (1.0 if light.weather == "clear" else 0.35)
    return np.asarray(cv2.convertScaleAbs(edge, alpha=strength), np.uint8)


def figure(
    drawing: Image,
    box: tuple[float, float, float, float],
    light: Light,
    *,
    noun: str,
    habitat: str,
    depth: float,
    mirrored: bool = False,
    seated: bool = False,
    sunk: float = AFLOAT,
) -> tuple[Layer, Layer | None]:
    """A trimmed drawing set into `box` (x0, y0, x1, y1): its layer and, under it, its shadow, reflection or glow."""
    x0, y0, x1, y1 = box
    wide, tall = max(2, round(x1 - x0)), max(2, round(y1 - y0))
    pixels = resize_drawing(drawing, wide, tall)
    if mirrored:
        pixels = pixels[:, ::-1]
    shown = lit(to_bytes(pixels), light, depth, noun, habitat).astype(np.float32) / 255
    if windows := lit_windows(noun, max(wide, tall)) if light.lamps > 0.5 else None:
        shining = resize_drawing(windows, wide, tall)[:, :: -1 if mirrored != record(noun).turned else 1]
        shown = shining + shown * (1 - shining[..., 3:])
    left, top = round(x0), round(y0)
    under = None
    if habitat == "water":
        shown, under = _afloat(shown, light, left, top, noun, sunk)
    elif glows(noun, light) and habitat in ("sky", "ground", "air"):
        under = _glow(shown, light, left, top, noun)
    elif habitat == "ground":
        under = _shadow(pixels[..., 3], light, left, top, noun, seated)
    return Layer(noun, _image(shown), left, top), under


def _image(pixels: np.ndarray) -> Image:
    alpha = pixels[..., 3:]
    straight = np.where(alpha > 0.002, pixels[..., :3] / np.maximum(alpha, 1e-4), 0)
    return PillowImage.fromarray(
        (np.concatenate([np.clip(straight, 0, 1), alpha], axis=2) * 255 + 0.5).astype(np.uint8)
    )


def _layer_of_cover(cover: np.ndarray, colour: np.ndarray, left: int, top: int, name: str) -> Layer:
    pixels = np.empty((*cover.shape, 4), np.uint8)
    pixels[..., :3] = (np.clip(colour, 0, 1) * 255 + 0.5).astype(np.uint8)
    pixels[..., 3] = (np.clip(cover, 0, 1) * 255 + 0.5).astype(np.uint8)
    return Layer(name, PillowImage.fromarray(pixels), left, top)


def _shadow(alpha: np.ndarray, light: Light, left: int, top: int, noun: str, seated: bool) -> Layer:
    import cv2

    tall, wide = alpha.shape
    margin = round(0.55 * max(wide, tall))
    high, broad = round(0.5 * tall) + 2 * round(0.2 * tall), wide + 2 * margin
    feet_y = high // 2
    cover = np.zeros((high, broad), np.float32)
    foot = np.flatnonzero(alpha[int(tall * 0.86) :].max(axis=0) > 0.3)
    x0, x1 = (int(foot[0]), int(foot[-1])) if len(foot) else (0, wide - 1)
    centre, half = margin + (x0 + x1) / 2, max(3.0, (x1 - x0) / 2)
    rows, columns = np.mgrid[0:high, 0:broad].astype(np.float32)
    contact = np.exp(
        -(
            (((columns - centre) / (half * 1.02)) ** 2 + ((rows - feet_y + 0.012 * tall) / max(2.0, 0.045 * tall)) ** 2)
            ** 1.3
        )
    )
    if not seated:
        lean = (1 if light.from_left else -1) * {"day": 0.35, "dawn": 0.62, "sunset": 0.75, "night": 0.4}[light.hour]
        squash = {"day": 0.20, "dawn": 0.17, "sunset": 0.16, "night": 0.2}[light.hour]
        matrix = np.array(
            [[1, -lean, margin + lean * tall], [0, -squash, feet_y + squash * tall - 0.012 * tall]], np.float32
        )
        thrown = cv2.warpAffine(alpha, matrix, (broad, high))
        fade = np.exp(-np.abs(rows - feet_y) / (0.20 * tall))
        cover = cv2.GaussianBlur(thrown, (0, 0), max(1.0, 0.012 * max(wide, tall))) * fade * (0.85 * light.shadow)
    cover = 1 - (1 - cover) * (1 - contact * (0.62 if not seated else 0.40) * (0.55 + light.shadow))
    colour = light.shade * np.array([0.20, 0.20, 0.30], np.float32)
    return _layer_of_cover(cover, colour, left - margin, top + tall - feet_y, f"{noun} shadow")


def _glow(pixels: np.ndarray, light: Light, left: int, top: int, noun: str) -> Layer:
    import cv2

    alpha = pixels[..., 3]
    tall, wide = alpha.shape
    margin = round(0.6 * max(wide, tall))
    padded = cv2.copyMakeBorder(alpha, margin, margin, margin, margin, cv2.BORDER_CONSTANT)
    halo = (
        cv2.GaussianBlur(padded, (0, 0), 0.24 * max(wide, tall)) * 0.6
        + cv2.GaussianBlur(padded, (0, 0), 0.09 * max(wide, tall)) * 0.4
    )
    colour = pixels[..., :3].sum(axis=(0, 1)) / max(1.0, float(alpha.sum()))
    dark = {"day": 0.45, "dawn": 0.6, "sunset": 0.75, "night": 0.7}[light.hour]
    return _layer_of_cover(
        halo * dark,
        mix(colour, np.array([1.0, 0.95, 0.8], np.float32), 0.35),
        left - margin,
        top - margin,
        f"{noun} glow",
    )


def above_water(pixels: np.ndarray, line: float) -> np.ndarray:
    """Premultiplied RGBA [h,w,4], bytes or float, without what lies below the row `line`, with a waved edge."""
    tall, wide = pixels.shape[:2]
    rows = np.arange(tall, dtype=np.float32)[:, None]
    waterline = line + np.sin(np.arange(wide, dtype=np.float32)[None] / max(3.0, 0.045 * wide)) * 0.008 * tall
    kept = np.clip((waterline - rows) / max(1.0, 0.012 * tall) + 0.5, 0, 1)[..., None]
    return (pixels * kept).astype(pixels.dtype)


def _afloat(pixels: np.ndarray, light: Light, left: int, top: int, noun: str, sunk: float) -> tuple[np.ndarray, Layer]:
    """What floats: its lowest part goes under the surface, and below it lies its broken reflection."""
    import cv2

    tall, wide = pixels.shape[:2]
    line = round(tall * (1 - sunk))
    columns = np.arange(wide, dtype=np.float32)[None]
    shown = above_water(pixels, line)
    deep = round(0.40 * tall)
    mirror = pixels[:line][::-1]
    mirror = cv2.resize(mirror, (wide, deep), interpolation=cv2.INTER_AREA)
    t = np.arange(deep, dtype=np.float32)[:, None] / max(1, deep)
    map_x = (columns + (np.sin(t * 34 + 1) * 0.02 * wide * (0.3 + t))).astype(np.float32)
    map_y = np.broadcast_to(np.arange(deep, dtype=np.float32)[:, None], map_x.shape).copy()
    mirror = cv2.remap(mirror, map_x, map_y, cv2.INTER_LINEAR)
    mirror = mirror * ((1 - t) ** 0.8 * 0.46)[..., None]
    alpha = mirror[..., 3:]
    toned = mix(mirror[..., :3] / np.maximum(alpha, 1e-4), light.sky[1][1] * light.key, 0.35) * alpha
    ripple = (
        np.exp(-(((t * deep - 0.012 * tall) / max(1.5, 0.010 * tall)) ** 2))
        * np.exp(-(((columns - wide / 2) / (0.46 * wide)) ** 4))
        * 0.55
    )
    toned, alpha = (
        toned * (1 - ripple[..., None]) + mix(light.sky[-1][1], np.ones(3, np.float32), 0.4) * ripple[..., None],
        alpha * (1 - ripple[..., None]) + ripple[..., None],
    )
    return shown, Layer(f"{noun} reflection", _image(np.concatenate([toned, alpha], axis=2)), left, top + line)

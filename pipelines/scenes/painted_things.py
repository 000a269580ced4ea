"""Things of a scene that are painted by code (`pipelines.props`): which words they go by, and how they are used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.props import NOUNS, draw, record
from pipelines.props import panes as painted
from pipelines.props.drawings import drawing
from pipelines.props.picture import draw_parts, grown
from pipelines.props.tones import ink
from pipelines.scenes.places import surfaces

BLACK = "#000000"
LARGE_METRES = 2.5  # from there on figures stand before a thing, not behind it


@lru_cache(maxsize=1)
def words() -> Mapping[str, tuple[str, ...]]:
    """The nouns that are painted, each with its other names."""
    return {noun: tuple(prop.also) for noun, prop in NOUNS.items()}


@lru_cache(maxsize=24)
def picture(noun: str, size_px: int, colour: str, seed: int) -> Image:
    """A thing as RGBA, trimmed, looking to the left where it has a front."""
    pixels = draw(noun, size_px, colour, seed)
    return PillowImage.fromarray(np.ascontiguousarray(pixels[:, ::-1] if record(noun).turned else pixels))


def is_vessel(noun: str) -> bool:
    """Whether it is an open boat: larger than who is in it."""
    return bool(record(noun).deck) and record(noun).where == "water"


def panes(noun: str) -> tuple[tuple[float, float, float, float, float], ...]:
    """Panes of glass in a picture that looks to the left, the best places first: left, top, right, bottom and where the solid part below ends, in shares of it."""
    found = painted(noun) if noun in NOUNS else ()
    return tuple((1 - x1, y0, 1 - x0, y1, end) for x0, y0, x1, y1, end in found) if record(noun).turned else found


def is_large(noun: str) -> bool:
    """Return whether a thing is large in the world."""
    return record(noun).metres >= LARGE_METRES


def holds(noun: str) -> bool:
    """Whether things or people can be in it."""
    known = record(noun)
    return known.holds and (not is_large(noun) or known.turned or known.where == "water")


@lru_cache(maxsize=64)
def lit_windows(noun: str, size_px: int) -> Image | None:
    """The windows of a house with a lamp behind each, and nothing else of it; None for what has none."""
    tones, known = surfaces()["lit"]["tones"], record(noun)
    if known.group not in surfaces()["lit"]["groups"]:
        return None
    at_night = [replace(part, tone=tones.get(part.tone, BLACK)) for part in grown(drawing(noun), f"{noun} 0")]
    lit = draw_parts(at_night, size_px, ink(BLACK))
    shine = lit[..., :3].max(-1, keepdims=True)
    lit[..., 3:] = np.minimum(lit[..., 3:], shine)
    lit[..., :3] = np.minimum(255, lit[..., :3] * (255 / np.maximum(shine, 1.0)))
    return PillowImage.fromarray(lit)

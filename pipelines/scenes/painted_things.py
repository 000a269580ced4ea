"""Things of a scene that are painted by code (`pipelines.props`): which words they go by, and how they are used."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

PAINTED = "things with a painter of their own are painted by code"
MOST_METRES = 2.9  # so that who stands beside a tower can still be seen
LARGE_METRES = 2.5  # from there on figures stand before a thing, not behind it
# Painted looking to the right; drawings of a scene look to the left.
TURNED = frozenset(
    ["bicycle", "bus", "car", "carriage", "cart", "wagon", "train", "locomotive", "ship", "boat", "sailboat", "steamship", "raft", "canoe", "sledge", "submarine", "wheelbarrow"]
) | {"covered wagon", "hay cart", "rowing boat", "rocking horse", "airplane", "tractor", "van", "ambulance", "caravan", "truck", "dump truck", "tram", "digger", "bulldozer", "helicopter", "police car", "scooter", "wheelchair"}  # fmt: skip
AFLOAT = frozenset(
    ["boat", "sailboat", "ship", "steamship", "raft", "canoe", "rowing boat", "submarine", "lifebuoy", "island"]
)
SADDLES = {"bicycle": 0.64, "wheelchair": 0.6}
ALOFT = frozenset(["hot air balloon", "kite", "balloon"])
SKY = frozenset(["sun", "moon", "full moon", "star", "rainbow", "cloud", "rain cloud"])


def is_painted(noun: str) -> bool:
    """Whether a thing has a painter of its own."""
    from pipelines.props import NOUNS

    return noun in NOUNS


@lru_cache(maxsize=1)
def words() -> Mapping[str, tuple[str, ...]]:
    """The nouns that are painted, each with its other names."""
    from pipelines.props import NOUNS

    return {noun: tuple(prop.also) for noun, prop in NOUNS.items()}


def picture(noun: str, size_px: int, colour: str, seed: int) -> Image:
    """A thing as RGBA, trimmed, looking to the left where it has a front."""
    from pipelines.props import draw

    pixels = draw(noun, size_px, colour, seed)
    return PillowImage.fromarray(np.ascontiguousarray(pixels[:, ::-1] if noun in TURNED else pixels))


def metres(noun: str) -> float | None:
    """Storybook height, None for what has no painter."""
    from pipelines.props import NOUNS

    return min(NOUNS[noun].metres, MOST_METRES) if noun in NOUNS else None


def seat(noun: str) -> float | None:
    """How far down one sits or stands on it, None where nobody can or it has no painter."""
    from pipelines.props import NOUNS

    return NOUNS[noun].seat if noun in NOUNS else None


def panes(noun: str) -> tuple[tuple[float, float, float, float, float], ...]:
    """Panes of glass in a picture that looks to the left, the best places first: left, top, right, bottom and where the solid part below ends, in shares of it."""
    from pipelines.props import NOUNS
    from pipelines.props import panes as painted

    found = painted(noun) if noun in NOUNS else ()
    return tuple((1 - x1, y0, 1 - x0, y1, end) for x0, y0, x1, y1, end in found) if noun in TURNED else found


def saddle(noun: str) -> float:
    """How far from the left of a picture that looks to the left one sits on what is ridden, as a share of its width."""
    return SADDLES.get(noun, 0.5)


def is_large(noun: str) -> bool:
    """Return whether a thing is large in the world."""
    return (metres(noun) or 0.0) >= LARGE_METRES


def holds(noun: str) -> bool:
    """Whether things or people can be in it."""
    from pipelines.props import NOUNS

    return noun in NOUNS and bool(NOUNS[noun].holds) and (not is_large(noun) or noun in TURNED or noun in AFLOAT)

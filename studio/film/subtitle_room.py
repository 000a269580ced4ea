"""How much of a frame's height subtitles take: as much stays free of figures; and how long their lines are."""

from __future__ import annotations

import math
from functools import lru_cache

from pipelines.film.parts import lettering
from pipelines.film.parts.shapes import size_of
from pipelines.narrate.parts.timing import LINE_CHARACTERS

# Two lines of 42 characters, the most that a subtitle has.
LONGEST = "Marta throws him a loaf of warm dark bread\nand he eats it all at once on the old mill"
MOST = 0.35  # of the height: above it figures would stand in the sky
WORDS = 0.5  # cover from which on a row belongs to the letters and not to their shadow


@lru_cache(maxsize=32)
def free_below(style: str, size: str, form: str) -> float:
    """The share of the height, in hundredths, that two full lines of subtitles take in a format, and a hundredth more; at most MOST."""
    import numpy as np

    width, height = size_of(form, 720)
    shown = lettering.subtitle(LONGEST, style, size, (width, height))
    bright = shown.colour[..., 0] > WORDS * 255 if style != "box" else shown.through[..., 0] < (1 - WORDS) * 255
    top = shown.y + int(np.flatnonzero(bright.any(1))[0])
    return min(MOST, math.ceil(100 * (height - top) / height + 1) / 100)


@lru_cache(maxsize=32)
def characters(style: str, size: str, form: str) -> int:
    """How many characters a line of subtitles has: those that fit into the frame, and at most as many as broadcasters have."""
    frame = size_of(form, 720)
    line = LONGEST.replace("\n", " ")
    wide = lettering.type_of(style, size, frame).width(line) / len(line)
    return min(LINE_CHARACTERS, int(lettering.FILLED * frame[0] / (1.06 * wide)))

"""The tones that a thing is drawn with: its own main colour, materials of the palette, colour words and #rrggbb, lighter and darker."""

from __future__ import annotations

import numpy as np

from pipelines.painting.brush import mix, rgb
from pipelines.painting.palette import MATERIALS

DARK, LIGHT = rgb("#4a3440"), rgb("#fff8e6")
STEP, TINT = 0.22, 0.45
SIGNS = "+-*"
COLOURS = {
    "red": "#cc473e",
    "orange": "#e2883a",
    "yellow": "#eec24f",
    "green": "#659f55",
    "teal": "#45a39e",
    "blue": "#4a7dbd",
    "purple": "#8460ab",
    "pink": "#e994ae",
    "brown": "#92633f",
    "black": "#45414c",
    "white": "#f6f2e8",
    "grey": "#a0a2aa",
    "cream": "#f2e4c4",
}


def ink(tone: str, main: np.ndarray = DARK, said: bool = False) -> np.ndarray:
    """A tone as float32 [3]: + makes it lighter, - darker, * tints it with the main colour where somebody `said` one. Raises KeyError."""
    name = tone.rstrip(SIGNS)
    if name == "main":
        array = main
    elif name in COLOURS:
        array = rgb(COLOURS[name])
    else:
        array = rgb(name) if name.startswith("#") else MATERIALS[name]
    for sign in tone[len(name) :]:
        if sign != "*":
            array = mix(array, LIGHT if sign == "+" else DARK, STEP)
        elif said:
            array = mix(array, main, TINT)
    return array

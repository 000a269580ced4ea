"""Animals on four legs: parameters with their defaults, and all kinds together. Lengths are in heights of the shoulder."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.figures.heads import HEAD
from pipelines.figures.kinds.carnivores import CARNIVORES
from pipelines.figures.kinds.hoofed import HOOFED_ANIMALS
from pipelines.figures.kinds.reptiles import REPTILES
from pipelines.figures.kinds.small_mammals import SMALL_MAMMALS
from pipelines.figures.kinds.tropical import TROPICAL

DEFAULTS: Mapping[str, Any] = {
    **HEAD, "plan": "quadruped", "metres": 0.7, "leg": 0.46, "long": 0.86, "deep": 0.44, "wide": 0.38, "neck": 0.20, "neck_rise": 52.0, "neck_thick": 1.0, "head": 0.46, "nod": 0.0, "paw": 0.075, "hock": 0.13,
    "stance": 0.62, "leg_thick": 0.062, "haunch": 1.35, "belly": 0.3, "belly_second": True, "hump": 0.0, "tail_rise": 12.0, "hoof": "", "sock": "", "stripe": "", "spot": "", "spot_big": False, "blotch": "",
    "wool": "", "spines": "", "ridge": "", "bib": "", "crest": "", "scarf": "", "saddle": "", "wings": 0.0, "limb": "", "shell": "", "glasses": "none", "glasses_colour": "#4a3a3a", "hat": "none", "hat_colour": "#b5483f", "tail_colour": "",
}  # fmt: skip
QUADRUPEDS: Mapping[str, Mapping[str, Any]] = {
    **CARNIVORES,
    **SMALL_MAMMALS,
    **HOOFED_ANIMALS,
    **TROPICAL,
    **REPTILES,
}

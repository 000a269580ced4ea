"""What creeps and buzzes: parameters with their defaults, and one table entry for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WEAR = {
    "hat": "none",
    "hat_colour": "#b5483f",
    "scarf": "",
    "glasses": "none",
    "glasses_colour": "#4a3a3a",
    "eye_colour": "#3a2f2a",
}
CRAWL: Mapping[str, Any] = {
    **_WEAR, "plan": "crawler", "metres": 0.2, "pace": 0.3, "fur": "#8ab04c", "second": "#e6e8b0", "thick": 0.07, "raise": 0.10, "head": 0.20, "long": 1.1, "gait": "snake", "taper": True, "segments": False,
    "bands": "", "shell": "", "shell_size": 0.22, "stalks": False, "antennae": False, "tongue": False,
}  # fmt: skip
INSECT: Mapping[str, Any] = {
    **_WEAR, "plan": "insect", "metres": 0.12, "pace": 0.6, "hover": 0.0, "fur": "#5a4238", "second": "#6f5244", "dark": "#3a2c2c", "head_colour": "", "stand": 0.12, "head": 0.30, "rise": 0.06, "rear": 0.34, "rear_up": 0.02,
    "rear_long": 1.15, "bands": "", "sting": False, "chest_second": True, "shell": "", "wings": 0.0, "wing_colour": "#dfeef4", "pattern": "", "antennae": True, "legs": 6, "leg_long": 0.5, "claws": False,
}  # fmt: skip
CRAWLERS: Mapping[str, Mapping[str, Any]] = {
    "snake": {"tongue": True, "long": 1.25, "bands": "#6a8f3a", "metres": 0.4, "raise": 0.20}, "cobra": {"fur": "#a8874c", "second": "#efe0b4", "tongue": True, "raise": 0.34, "metres": 0.6},
    "worm": {"fur": "#e0a094", "second": "#eebbb0", "gait": "inch", "taper": False, "thick": 0.06, "raise": 0.04, "head": 0.15, "metres": 0.1},
    "snail": {"fur": "#d9bd8c", "second": "#ead8b4", "shell": "#b9763f", "stalks": True, "gait": "none", "thick": 0.075, "raise": 0.02, "head": 0.17, "metres": 0.1, "pace": 0.12},
    "slug": {"fur": "#b59a6f", "second": "#d6c39a", "stalks": True, "gait": "none", "raise": 0.0, "head": 0.16, "metres": 0.08, "pace": 0.1},
    "caterpillar": {"fur": "#86b84c", "second": "#b5d264", "segments": True, "gait": "inch", "taper": False, "thick": 0.085, "raise": 0.06, "head": 0.24, "antennae": True, "metres": 0.12},
}  # fmt: skip
INSECTS: Mapping[str, Mapping[str, Any]] = {
    "bee": {"fur": "#efbf42", "second": "#8a6234", "bands": "#4a3730", "sting": True, "wings": 0.42, "hover": 0.5, "head_colour": "#efbf42"},
    "wasp": {"fur": "#f0c83c", "second": "#3a3030", "bands": "#3a3030", "sting": True, "wings": 0.42, "hover": 0.5, "rear": 0.30, "rear_long": 1.5, "head_colour": "#f0c83c"},
    "fly": {"fur": "#5f6672", "second": "#4f5560", "wings": 0.36, "hover": 0.5, "head_colour": "#6f7682", "rear": 0.30},
    "mosquito": {"fur": "#8a8078", "second": "#766c64", "wings": 0.36, "hover": 0.6, "rear": 0.22, "rear_long": 1.8, "leg_long": 1.0},
    "butterfly": {"fur": "#5a4440", "second": "#6a524a", "rear": 0.20, "rear_long": 1.9, "wings": 0.66, "wing_colour": "#e58a3c", "pattern": "#f6cf6c", "hover": 0.5, "head_colour": "#8a6a58"},
    "moth": {"fur": "#a8977c", "second": "#b9a88c", "rear": 0.22, "rear_long": 1.7, "wings": 0.62, "wing_colour": "#c9b596", "pattern": "#8f7a5c", "hover": 0.5},
    "dragonfly": {"fur": "#4f9aa8", "second": "#3f8494", "rear": 0.16, "rear_long": 3.6, "wings": 0.52, "hover": 0.6, "antennae": False},
    "ladybird": {"fur": "#3a3034", "second": "#3a3034", "shell": "#d0433a", "rear": 0.40, "head_colour": "#4a4044"},
    "beetle": {"fur": "#3f5f58", "second": "#35504a", "shell": "#3f8a72", "rear": 0.42, "dark": "#2f4a44"},
    "ant": {"fur": "#8a4a38", "second": "#7a4030", "rear": 0.30, "leg_long": 0.6},
    "spider": {"fur": "#6a5a70", "second": "#5a4c60", "dark": "#4a3c50", "legs": 8, "leg_long": 1.0, "antennae": False, "rear": 0.46, "stand": 0.16},
    "grasshopper": {"fur": "#8fb552", "second": "#7fa548", "dark": "#5f8038", "rear": 0.24, "rear_long": 2.2, "leg_long": 0.9},
    "crab": {"fur": "#e0694a", "second": "#e0694a", "dark": "#c0523a", "legs": 8, "leg_long": 0.8, "antennae": False, "rear": 0.42, "rear_long": 0.6, "head": 0.36, "claws": True},
}  # fmt: skip

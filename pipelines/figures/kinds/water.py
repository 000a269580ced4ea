"""What lives in water: parameters with their defaults, and one table entry for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WEAR = {"hat": "none", "hat_colour": "#b5483f", "scarf": "", "glasses": "none", "glasses_colour": "#4a3a3a"}
DEFAULTS: Mapping[str, Any] = {
    **_WEAR, "plan": "swimmer", "metres": 0.3, "pace": 0.8, "hover": 0.3, "fur": "#e8894a", "second": "#fbeedd", "fin_colour": "", "deep": 0.44, "wide": 0.30, "whale": False, "snout": 0.0, "tail": 1.0, "top_fin": "long",
    "side_fin": 0.8, "belly": True, "bands": (), "band_colour": "#fbf6ea", "teeth": False, "spout": False, "eye_apart": 50.0, "eye_up": 14.0, "eye_size": 1.1, "eye_colour": "#3a2f38", "plan_arms": 0,
}  # fmt: skip
ARMS: Mapping[str, Any] = {
    **_WEAR,
    "plan": "octopus",
    "metres": 0.8,
    "pace": 0.5,
    "hover": 0.0,
    "fur": "#d9736a",
    "second": "#f2a898",
    "arms": 8,
    "jelly": False,
    "dome": 1.12,
    "eye_colour": "#4a2a3a",
}
WATER: Mapping[str, Mapping[str, Any]] = {
    "fish": {},
    "goldfish": {"fur": "#ee9a3c", "second": "#fbe0a0", "tail": 1.4, "metres": 0.12},
    "clownfish": {"fur": "#ec7a34", "bands": (0.30, 0.56, 0.80), "metres": 0.15},
    "shark": {"metres": 1.1, "fur": "#8496a6", "second": "#f0efe8", "deep": 0.30, "wide": 0.28, "snout": 0.5, "top_fin": "shark", "tail": 1.2, "side_fin": 1.2, "teeth": True, "eye_size": 0.9, "pace": 1.2},
    "whale": {"metres": 3.0, "fur": "#5f86ac", "second": "#e6edf0", "deep": 0.48, "wide": 0.46, "whale": True, "top_fin": "none", "spout": True, "tail": 1.2, "eye_size": 0.7, "eye_up": -2.0, "side_fin": 1.1, "pace": 0.5},
    "dolphin": {"metres": 1.0, "fur": "#7f9fb8", "second": "#eef2f2", "deep": 0.28, "wide": 0.26, "whale": True, "snout": 0.7, "top_fin": "shark", "side_fin": 0.9, "eye_size": 0.9, "pace": 1.2},
    "orca": {"metres": 1.8, "fur": "#34373f", "second": "#fbf9f2", "deep": 0.36, "wide": 0.34, "whale": True, "top_fin": "shark", "side_fin": 1.1, "eye_size": 0.8},
    "octopus": {}, "squid": {"fur": "#e39ab0", "second": "#f4c4cf", "arms": 10, "dome": 1.5},
    "jellyfish": {"fur": "#b9a4e0", "second": "#d9cdf2", "arms": 9, "jelly": True, "dome": 0.8, "hover": 0.3},
}  # fmt: skip

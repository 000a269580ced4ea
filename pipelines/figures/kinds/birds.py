"""Birds: parameters with their defaults, and one table entry for each kind. Lengths are in lengths of the body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.figures.heads import HEAD

DEFAULTS: Mapping[str, Any] = {
    **HEAD, "plan": "bird", "metres": 0.3, "fur": "#8a6a4a", "second": "#f2e4cc", "tilt": 38.0, "deep": 0.58, "wide": 0.54, "neck": 0.16, "neck_rise": 70.0, "neck_thick": 0.85, "neck_colour": "", "head": 0.48,
    "leg": 0.26, "leg_thick": 0.024, "leg_colour": "#e0983c", "thigh_colour": "", "bare_legs": False, "foot": 0.22, "webbed": False, "wing": 0.62, "wing_deep": 0.62, "wing_colour": "", "wing_tip": "", "flipper": False,
    "tail_size": 0.34, "tail_fan": 3, "tail_spread": 0.3, "tail_lift": 12.0, "tail_colour": "", "peacock": False, "belly_second": True, "bib": "", "crest": "", "scarf": "", "beak": "short", "ears": "none", "nose": 0.0,
    "muzzle_second": False, "eye_apart": 46.0, "eye_up": 14.0, "glasses": "none", "glasses_colour": "#4a3a3a", "hat": "none", "hat_colour": "#b5483f",
}  # fmt: skip
WATER = {"webbed": True, "beak": "duck", "tilt": 16.0, "leg": 0.20, "tail_size": 0.2, "tail_lift": 30.0, "foot": 0.24}
BIRDS: Mapping[str, Mapping[str, Any]] = {
    "bird": {"metres": 0.2, "fur": "#5f92c4", "second": "#f6e6cc"},
    "sparrow": {"metres": 0.15, "fur": "#96704c", "second": "#efe2cc", "beak": "cone", "marks": ("patches:#5f4430",), "beak_colour": "#5a4a42"},
    "robin": {"metres": 0.15, "fur": "#86705a", "second": "#f3ead8", "bib": "#d9683a", "marks": ("face:#d9683a",), "beak": "short", "beak_colour": "#5a4a42", "leg_colour": "#6a4f42"},
    "crow": {"metres": 0.45, "fur": "#3f4250", "second": "#4f5262", "beak": "big", "beak_colour": "#2f3038", "leg_colour": "#3a3a42", "belly_second": False, "tail_size": 0.5},
    "raven": {"metres": 0.55, "fur": "#33353f", "second": "#4a4c58", "beak": "big", "beak_colour": "#26272e", "leg_colour": "#33333a", "belly_second": False, "tail_size": 0.55},
    "owl": {"metres": 0.4, "fur": "#9a7450", "second": "#f0dfc2", "tilt": 74.0, "deep": 0.62, "wide": 0.62, "head": 0.62, "neck": 0.06, "beak": "hook", "marks": ("face:#f3e6ce",), "eye_size": 1.65, "eye_apart": 26.0, "eye_colour": "#d9962c", "ears": "tuft", "ear_size": 0.7, "ear_inner": "#9a7450", "leg": 0.14, "tail_size": 0.2, "cheek": False},
    "eagle": {"metres": 0.9, "fur": "#6a4a34", "second": "#7f5c42", "neck_colour": "#f6f1e6", "marks": (), "beak": "hook", "beak_colour": "#eeb43c", "tilt": 52.0, "wing": 0.8, "tail_size": 0.5, "tail_colour": "#f6f1e6", "belly_second": False, "head_colour": "#f6f1e6", "thigh_colour": "#6a4a34"},
    "parrot": {"metres": 0.5, "fur": "#d9483c", "second": "#e2634c", "wing_colour": "#3f7fb8", "wing_tip": "#e9bf3c", "beak": "hook", "beak_colour": "#4a4048", "marks": ("face:#f6efe2",), "tilt": 62.0, "tail_size": 0.85, "tail_fan": 3, "tail_colour": "#3f7fb8", "belly_second": False},
    "pigeon": {"metres": 0.3, "fur": "#8f9bb0", "second": "#b4bccb", "neck_colour": "#6f9a92", "beak": "short", "beak_colour": "#4f4a50", "leg_colour": "#d9766c"},
    "dove": {"metres": 0.3, "fur": "#fbf9f4", "second": "#ffffff", "beak": "short", "beak_colour": "#e0a08c", "leg_colour": "#d9827a", "tail_fan": 5, "tail_size": 0.42},
    "seagull": {"metres": 0.4, "fur": "#fbf9f4", "second": "#ffffff", "wing_colour": "#a9b4c2", "wing_tip": "#4a4c58", "beak": "long", "beak_colour": "#eeb43c", "webbed": True, "tilt": 24.0},
    "hen": {"metres": 0.45, "fur": "#b9713f", "second": "#e3b077", "comb": "#d0453f", "beak": "cone", "tilt": 26.0, "deep": 0.66, "wide": 0.6, "tail_size": 0.40, "tail_fan": 5, "tail_lift": 55.0, "head": 0.40, "neck": 0.24},
    "rooster": {"metres": 0.55, "fur": "#c9622f", "second": "#8f3f2a", "neck_colour": "#e9a83c", "comb": "#d0353a", "beak": "cone", "tilt": 34.0, "tail_size": 0.72, "tail_fan": 5, "tail_spread": 0.25, "tail_lift": 62.0, "tail_colour": "#2f5f5a", "head": 0.40, "neck": 0.30, "leg": 0.30},
    "chick": {"metres": 0.15, "fur": "#f6d35c", "second": "#fbe596", "beak": "cone", "tilt": 30.0, "deep": 0.74, "wide": 0.7, "head": 0.66, "neck": 0.08, "wing": 0.36, "tail_size": 0.1, "leg": 0.2, "eye_size": 1.1},
    "turkey": {"metres": 0.8, "fur": "#6f4a38", "second": "#8f6246", "neck_colour": "#c9736c", "comb": "#d0453f", "beak": "cone", "tail_size": 0.8, "tail_fan": 9, "tail_spread": 1.0, "peacock": False, "tail_lift": 70.0, "tail_colour": "#9a6a42", "deep": 0.74, "head": 0.34, "neck": 0.34},
    "duck": {**WATER, "metres": 0.4, "fur": "#f6f1e4", "second": "#fffdf6", "beak_colour": "#eea03c"},
    "mallard": {**WATER, "metres": 0.4, "fur": "#a9967c", "second": "#cfc4b0", "neck_colour": "#2f7a5a", "head_colour": "#2f7a5a", "beak_colour": "#e6bf4a"},
    "duckling": {**WATER, "metres": 0.18, "fur": "#f4d468", "second": "#fbe9a4", "head": 0.62, "deep": 0.7, "wide": 0.66, "neck": 0.1, "wing": 0.34, "tail_size": 0.12},
    "goose": {**WATER, "metres": 0.8, "fur": "#fbf8f0", "second": "#ffffff", "neck": 0.54, "neck_rise": 80.0, "neck_thick": 0.66, "head": 0.34, "leg": 0.26},
    "swan": {**WATER, "metres": 1.1, "fur": "#fdfbf6", "second": "#ffffff", "neck": 0.72, "neck_rise": 84.0, "neck_thick": 0.55, "head": 0.30, "beak_colour": "#e0803c", "leg": 0.18, "wing": 0.74, "wing_deep": 0.8},
    "penguin": {"metres": 0.8, "fur": "#3f4a60", "second": "#fbf7ee", "tilt": 82.0, "deep": 0.56, "wide": 0.56, "head": 0.50, "neck": 0.07, "beak": "short", "beak_colour": "#eea03c", "marks": ("face:#fbf7ee",), "flipper": True, "wing": 0.52, "wing_deep": 0.55, "leg": 0.08, "webbed": True, "foot": 0.16, "tail_size": 0.14, "leg_colour": "#eea03c", "eye_apart": 34.0, "leg_thick": 0.05, "cheek": True, "bare_legs": True, "bib": "#f6cf6c", "belly_big": True},  # fmt: skip
    "stork": {"metres": 1.1, "fur": "#fbf9f3", "second": "#ffffff", "wing_tip": "#33333c", "beak": "long", "beak_colour": "#d9583c", "leg": 0.80, "leg_colour": "#d9583c", "neck": 0.48, "neck_rise": 74.0, "neck_thick": 0.6, "head": 0.32, "tilt": 24.0},
    "heron": {"metres": 1.0, "fur": "#8fa0b4", "second": "#e3e6ea", "beak": "long", "leg": 0.76, "leg_colour": "#8a7a5c", "neck": 0.60, "neck_rise": 78.0, "neck_thick": 0.55, "neck_colour": "#e3e6ea", "head": 0.30, "tilt": 28.0, "crest": "#3f4656"},
    "flamingo": {"metres": 1.3, "fur": "#f09aa6", "second": "#f6b4ba", "beak": "hook", "beak_colour": "#f3e3d6", "leg": 0.92, "leg_colour": "#e27f8c", "neck": 0.76, "neck_rise": 82.0, "neck_thick": 0.5, "head": 0.30, "tilt": 18.0, "bare_legs": True},
    "ostrich": {"metres": 2.3, "fur": "#4a4248", "second": "#5a5058", "wing_tip": "#f3ece0", "neck_colour": "#d9b09c", "head_colour": "#d9b09c", "beak": "duck", "leg": 0.86, "leg_colour": "#d9b09c", "leg_thick": 0.04, "neck": 0.74, "neck_rise": 78.0, "neck_thick": 0.5, "head": 0.30, "tilt": 14.0, "tail_colour": "#f3ece0", "bare_legs": True},
    "peacock": {"metres": 0.9, "fur": "#2f6fa8", "second": "#3f86ba", "neck": 0.42, "neck_thick": 0.6, "head": 0.34, "beak": "cone", "beak_colour": "#8a8078", "crest": "#2f6fa8", "tail_size": 1.25, "tail_fan": 11, "tail_spread": 0.95, "peacock": True, "tail_colour": "#3f9a6c", "leg": 0.3, "belly_second": False},
    "toucan": {"metres": 0.5, "fur": "#33343e", "second": "#33343e", "beak": "big", "beak_colour": "#eea03c", "bib": "#fbf3d8", "marks": ("face:#fbf3d8",), "tilt": 60.0, "tail_size": 0.5, "belly_second": False},
    "pelican": {**WATER, "metres": 1.2, "fur": "#fbf6ec", "second": "#ffffff", "beak": "pouch", "neck": 0.44, "neck_rise": 78.0, "neck_thick": 0.6, "head": 0.34, "wing_tip": "#4a4650"},
    "vulture": {"metres": 0.9, "fur": "#5f4a42", "second": "#6f5a50", "neck_colour": "#e0b4a4", "head_colour": "#e0b4a4", "beak": "hook", "neck": 0.34, "neck_rise": 50.0, "neck_thick": 0.5, "head": 0.34, "bib": "#efe6da", "tilt": 56.0},
    "woodpecker": {"metres": 0.25, "fur": "#3a3a44", "second": "#f3ece0", "beak": "long", "beak_colour": "#5a5258", "crest": "#d0403c", "tilt": 68.0, "marks": ("face:#f3ece0",)},
    "hummingbird": {"metres": 0.1, "fur": "#3f9a78", "second": "#f0ece0", "bib": "#c9486a", "beak": "long", "beak_colour": "#3f3a42", "tilt": 48.0, "wing": 0.8, "leg": 0.12, "tail_size": 0.4},
}  # fmt: skip

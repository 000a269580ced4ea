"""Parameters that several kinds of four-legged animals share: cats, hoofed animals, horses, small animals."""

from __future__ import annotations

CAT = {
    "muzzle": (0.24, 0.46, 0.34, -0.30),
    "ears": "cat",
    "nose": 0.13,
    "nose_colour": "#c9727a",
    "whiskers": True,
    "tail": "long",
    "tail_rise": 25.0,
    "eye_size": 1.15,
    "eye_apart": 34.0,
    "eye_up": 8.0,
}
BIG_CAT = {**CAT, "metres": 1.2, "ears": "round", "muzzle": (0.34, 0.56, 0.42, -0.30), "nose": 0.2, "nose_colour": "#8a5a55", "head": 0.50, "leg": 0.42, "deep": 0.48, "wide": 0.42, "long": 0.96, "leg_thick": 0.082, "paw": 0.09, "tail": "tuft", "eye_size": 0.9}  # fmt: skip
HOOFED = {
    "leg": 0.52,
    "hoof": "#5a4a44",
    "paw": 0.07,
    "leg_thick": 0.052,
    "haunch": 1.3,
    "ears": "leaf",
    "nose": 0.0,
    "muzzle": (0.66, 0.46, 0.40, -0.34),
    "eye_apart": 52.0,
    "tail": "tuft",
    "tail_rise": -58.0,
    "cheek": True,
    "skull": (0.95, 0.98, 0.84),
}
HORSE = {**HOOFED, "metres": 1.6, "leg": 0.56, "long": 0.94, "deep": 0.42, "wide": 0.36, "neck": 0.42, "neck_rise": 56.0, "head": 0.34, "muzzle": (0.98, 0.52, 0.50, -0.42), "nod": -8.0, "ears": "horse", "tail": "horse", "tail_rise": -38.0, "tail_size": 1.3, "belly_second": False, "muzzle_second": False}  # fmt: skip
SMALL = {
    "leg": 0.26,
    "deep": 0.52,
    "wide": 0.46,
    "long": 0.72,
    "head": 0.56,
    "neck": 0.10,
    "neck_rise": 40.0,
    "paw": 0.06,
    "hock": 0.08,
    "leg_thick": 0.055,
    "eye_size": 1.15,
    "eye_apart": 44.0,
}

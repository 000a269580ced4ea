"""People: parameters with their defaults, and one table entry for each role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULTS: Mapping[str, Any] = {
    "plan": "biped", "metres": 1.7, "face": "person", "head": 0.30, "leg": 0.345, "arm": 1.1, "build": 0.3, "shoulders": 0.2, "belly": 0.1, "stoop": 0.0, "jaw": 0.4, "nose": 1.0,
    "skin": "#f2c9a6", "hair": "short", "hair_colour": "#6b4428", "beard": "none", "beard_colour": "", "brow": 0.062, "brow_colour": "", "eye_colour": "#4f3524", "eye_size": 1.0, "eye_apart": 24.0,
    "lash": 0.0, "wrinkles": False, "glasses": "none", "glasses_colour": "#4a3a3a", "hat": "none", "hat_colour": "#b5483f", "top": "shirt", "top_colour": "#5f8fb0", "trim_colour": "#f3ead8",
    "bottom": "trousers", "bottom_colour": "#5a5668", "shoes": "shoes", "shoe_colour": "#6b4a38", "stocking_colour": "#e9dcc8", "sleeves": "short", "hem": 0.16, "flare": 0.4, "apron": "", "belt": "",
    "cape": "", "scarf": "", "backpack": "", "ornament": "",
}  # fmt: skip
CHILD = {"metres": 1.15, "head": 0.375, "leg": 0.29, "build": 0.28, "shoulders": 0.0, "belly": 0.2, "nose": 0.8, "eye_size": 1.12, "brow": 0.05, "jaw": 0.6, "arm": 1.1}
AGES: Mapping[str, Mapping[str, Any]] = {
    "child": CHILD,
    "teen": {"metres": 1.55, "head": 0.295, "leg": 0.365, "build": 0.2, "shoulders": 0.08},
    "adult": {},
    "old": {"metres": 1.6, "head": 0.315, "leg": 0.32, "stoop": 13.0, "wrinkles": True, "hair_colour": "#d9d6d2", "build": 0.42, "belly": 0.35, "nose": 1.15},
}  # fmt: skip
WOMAN = {"shoulders": 0.05, "lash": 0.8, "brow": 0.046, "jaw": 0.25, "nose": 0.85}
PEOPLE: Mapping[str, Mapping[str, Any]] = {
    "man": {"shoulders": 0.35, "jaw": 0.6},
    "woman": {**WOMAN, "hair": "long", "top": "dress", "top_colour": "#c2605c", "hem": 0.16},
    "boy": {**CHILD, "top": "striped", "top_colour": "#f1e7d3", "trim_colour": "#c65348", "bottom": "shorts", "bottom_colour": "#44638a", "hair": "spiky", "hair_colour": "#8a5a2e"},
    "girl": {**CHILD, **WOMAN, "hair": "pigtails", "hair_colour": "#b5713a", "top": "dress", "top_colour": "#e2a33d", "hem": 0.15, "flare": 0.6, "brow": 0.045, "nose": 0.75},
    "baby": {**CHILD, "metres": 0.7, "head": 0.43, "leg": 0.25, "build": 0.6, "belly": 0.6, "hair": "crop", "hair_colour": "#c9985a", "top": "sweater", "top_colour": "#a9cfd8", "bottom_colour": "#a9cfd8", "shoes": "none", "eye_size": 1.1, "brow": 0.03},  # fmt: skip
    "grandmother": {**AGES["old"], **WOMAN, "hair": "bun", "hair_colour": "#e3dfda", "glasses": "round", "glasses_colour": "#8a6a3a", "top": "dress", "top_colour": "#8d6aa0", "hem": 0.085, "flare": 0.35, "apron": "#f2e8d6", "sleeves": "long", "stoop": 13.0, "wrinkles": True, "brow_colour": "#b9b2aa", "nose": 1.0, "build": 0.5, "lash": 0.0},  # fmt: skip
    "grandfather": {**AGES["old"], "hair": "ring", "beard": "full", "top": "vest", "top_colour": "#7a5a44", "trim_colour": "#efe5d0", "bottom_colour": "#5b6472", "glasses": "round", "glasses_colour": "#7a6a4a", "sleeves": "long", "brow": 0.085, "nose": 1.3},  # fmt: skip
    "king": {"metres": 1.78, "build": 0.75, "belly": 0.8, "hair": "wavy", "hair_colour": "#a5793f", "beard": "full", "hat": "crown", "top": "robe", "top_colour": "#a8323e", "trim_colour": "#f4e3b4", "ornament": "ermine", "cape": "#7c2f64", "belt": "#c99a3c", "shoe_colour": "#5a3a2a", "brow": 0.08, "shoulders": 0.4},  # fmt: skip
    "queen": {**WOMAN, "hair": "bun", "hair_colour": "#7a4a26", "hat": "crown", "top": "dress", "top_colour": "#4f6fb0", "trim_colour": "#f2dca0", "hem": 0.03, "flare": 0.9, "sleeves": "long", "cape": "#b0394c"},
    "princess": {**CHILD, **WOMAN, "metres": 1.35, "head": 0.31, "leg": 0.35, "hair": "long", "hair_colour": "#e0b35a", "hat": "tiara", "top": "dress", "top_colour": "#e58fa6", "trim_colour": "#fdf1e2", "hem": 0.03, "flare": 1.0},
    "prince": {"metres": 1.6, "head": 0.295, "hair": "side_part", "hair_colour": "#7a4f2a", "hat": "crown", "top": "suit", "top_colour": "#44639c", "trim_colour": "#f3ead6", "bottom_colour": "#e9e0cc", "cape": "#a8323e", "shoes": "boots"},
    "doctor": {"hair": "side_part", "hair_colour": "#4a3527", "skin": "#d9a278", "top": "coat", "top_colour": "#f7f5ef", "trim_colour": "#a9cbd8", "bottom_colour": "#5f7f93", "glasses": "square", "ornament": "stethoscope"},
    "nurse": {**WOMAN, "hair": "low_bun", "hair_colour": "#5a3a26", "hat": "nurse", "top": "dress", "top_colour": "#bcdcdf", "trim_colour": "#fbf8f0", "apron": "#fbf8f0", "hem": 0.15},
    "sailor": {"top": "striped", "top_colour": "#f6f1e4", "trim_colour": "#3f6a9a", "bottom_colour": "#2f4a72", "hat": "sailor", "hat_colour": "#2f4a72", "hair": "crop", "hair_colour": "#b5713a", "beard": "short", "scarf": "#c8483f", "shoulders": 0.35},
    "captain": {"top": "coat", "top_colour": "#2f4468", "trim_colour": "#f1e8d4", "bottom_colour": "#efe7d6", "hat": "captain", "hair": "ring", "hair_colour": "#e6e2dc", "beard": "full", "brow": 0.085, "build": 0.5, "belly": 0.4},
    "pirate": {"top": "striped", "top_colour": "#efe6d2", "trim_colour": "#a8403c", "bottom_colour": "#3f3a48", "hat": "pirate", "hat_colour": "#332f3b", "hair": "wavy", "hair_colour": "#3a2a24", "beard": "goatee", "shoes": "boots", "belt": "#6b4a30"},
    "baker": {"build": 0.75, "belly": 0.8, "hat": "chef", "top": "shirt", "top_colour": "#f6f1e6", "trim_colour": "#e3d9c6", "apron": "#e9c9a0", "sleeves": "long", "bottom_colour": "#7a6a78", "beard": "moustache", "hair": "crop", "hair_colour": "#5a3a26", "nose": 1.25},
    "cook": {**WOMAN, "build": 0.6, "hat": "chef", "hair": "low_bun", "top": "shirt", "top_colour": "#fbf7ec", "apron": "#d96c5a", "bottom_colour": "#555c6c"},
    "farmer": {"build": 0.55, "belly": 0.4, "hat": "straw", "hat_colour": "#e3c27c", "top": "overalls", "top_colour": "#4f76a0", "trim_colour": "#c9564a", "bottom_colour": "#4f76a0", "sleeves": "long", "shoes": "boots", "hair": "crop", "hair_colour": "#a8713a", "beard": "short"},
    "astronaut": {"top": "space", "top_colour": "#eef1f4", "trim_colour": "#e07f45", "bottom_colour": "#eef1f4", "hat": "bubble", "shoes": "boots", "shoe_colour": "#a9b3c0", "backpack": "#cfd6de", "build": 0.5},
    "knight": {"top": "armour", "top_colour": "#b4bcc8", "trim_colour": "#8a93a2", "bottom_colour": "#99a2b0", "hat": "helmet", "hat_colour": "#aab3c0", "shoes": "boots", "shoe_colour": "#8a93a2", "cape": "#a8403c", "shoulders": 0.5},
    "witch": {**WOMAN, "hair": "long", "hair_colour": "#c4622e", "hat": "witch", "hat_colour": "#4c3a6a", "top": "dress", "top_colour": "#5a4480", "trim_colour": "#8ab04c", "hem": 0.06, "flare": 0.7, "sleeves": "long", "nose": 1.5},
    "wizard": {**AGES["old"], "hair": "long", "hair_colour": "#eceae6", "beard": "long", "hat": "witch", "hat_colour": "#3f5a9a", "top": "robe", "top_colour": "#4666a8", "trim_colour": "#e9cf7a", "belt": "#c99a3c", "brow": 0.09, "ornament": "star"},
    "fairy": {**CHILD, **WOMAN, "hair": "bun", "hair_colour": "#e0b35a", "hat": "tiara", "top": "dress", "top_colour": "#a8d08c", "hem": 0.17, "flare": 1.0, "shoes": "none", "wings": "fairy"},
    "teacher": {**WOMAN, "hair": "bob", "hair_colour": "#4a2f24", "skin": "#c58a62", "glasses": "square", "top": "sweater", "top_colour": "#5f9a8a", "bottom": "skirt", "bottom_colour": "#6b5a4c", "hem": 0.15},
    "policeman": {"top": "shirt", "top_colour": "#44608f", "trim_colour": "#d9e0ea", "bottom_colour": "#2f4266", "hat": "captain", "sleeves": "long", "belt": "#2f2a30", "ornament": "star"},
    "firefighter": {"top": "coat", "top_colour": "#c9503e", "trim_colour": "#f0cf5a", "bottom_colour": "#3f4250", "hat": "helmet", "hat_colour": "#d9a63c", "shoes": "boots", "shoe_colour": "#33303c"},
    "fisherman": {**AGES["old"], "stoop": 5.0, "top": "sweater", "top_colour": "#e6b94a", "bottom_colour": "#4a5f72", "hat": "beanie", "hat_colour": "#3f5f80", "beard": "full", "shoes": "boots", "shoe_colour": "#46604f", "hair": "short"},
    "hunter": {"top": "coat", "top_colour": "#5f7a4c", "trim_colour": "#d9c79a", "bottom_colour": "#7a5f42", "hat": "bowler", "hat_colour": "#4a6040", "beard": "short", "shoes": "boots"},
    "woodcutter": {"top": "shirt", "top_colour": "#b5483f", "trim_colour": "#7a2f2a", "bottom_colour": "#56627a", "beard": "full", "hair": "short", "hair_colour": "#8a4a24", "shoes": "boots", "sleeves": "long", "shoulders": 0.6, "build": 0.55, "hat": "beanie", "hat_colour": "#4a5a44"},
    "merchant": {"build": 0.6, "belly": 0.7, "top": "coat", "top_colour": "#7f5a94", "trim_colour": "#efd9a4", "bottom_colour": "#564a44", "hat": "bowler", "hat_colour": "#5a3f36", "beard": "moustache"},
    "dancer": {**WOMAN, "hair": "bun", "hair_colour": "#33262a", "skin": "#a56d48", "top": "dress", "top_colour": "#e58fa0", "hem": 0.22, "flare": 1.3, "stocking_colour": "#f4d6d2", "shoe_colour": "#e58fa0"},
    "red_riding_hood": {**CHILD, **WOMAN, "hair": "braids", "hair_colour": "#8a5a2e", "hat": "hood", "hat_colour": "#c23b3a", "cape": "#c23b3a", "top": "dress", "top_colour": "#f0e2c8", "hem": 0.15, "apron": "#fbf6ea"},
    "dwarf": {**CHILD, "metres": 1.0, "build": 0.8, "belly": 0.7, "beard": "long", "hair_colour": "#b9b2a8", "hat": "beanie", "hat_colour": "#c8483f", "top": "sweater", "top_colour": "#5f8a5a", "belt": "#5a3f2a", "shoes": "boots", "nose": 1.7, "wrinkles": True, "brow": 0.09, "eye_size": 0.95},
    "elf": {**CHILD, "metres": 1.0, "hat": "party", "hat_colour": "#5a9a5c", "top": "sweater", "top_colour": "#6aa85c", "bottom_colour": "#b5483f", "hair": "crop", "hair_colour": "#c9824a"},
    "giant": {"metres": 3.2, "head": 0.20, "build": 0.8, "shoulders": 1.0, "belly": 0.5, "beard": "full", "hair": "wavy", "top": "vest", "top_colour": "#8a6a48", "trim_colour": "#d9cba8", "bottom_colour": "#5f6f58", "shoes": "boots", "jaw": 0.9, "nose": 1.5, "brow": 0.1},
    "santa": {**AGES["old"], "stoop": 0.0, "build": 0.8, "belly": 1.0, "hat": "beanie", "hat_colour": "#c43a3a", "beard": "long", "top": "coat", "top_colour": "#c43a3a", "trim_colour": "#fbf7ee", "bottom_colour": "#a83232", "belt": "#33303c", "shoes": "boots", "shoe_colour": "#33303c"},
}  # fmt: skip

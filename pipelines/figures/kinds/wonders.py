"""Robots, ghosts and other wonders: parameters beyond those of people, one table entry for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

WONDERS: Mapping[str, Mapping[str, Any]] = {
    "robot": {"plan": "robot", "metres": 1.5, "head": 0.31, "leg": 0.33, "arm": 1.0, "shoulders": 0.9, "metal": "#a9bccb", "trim_colour": "#e08a4a", "lamp": "#8fe6dc"},
    "toy_robot": {"plan": "robot", "metres": 0.4, "head": 0.38, "leg": 0.27, "shoulders": 0.9, "metal": "#d9635a", "trim_colour": "#f0c95a", "lamp": "#fdf0a8"},
    "ghost": {"plan": "ghost", "metres": 1.3, "head": 0.36, "leg": 0.30, "top_colour": "#f4f3fa"},
    "snowman": {"plan": "snowman", "metres": 1.5, "head": 0.30, "leg": 0.30, "arm": 1.0, "shoulders": 1.1, "top_colour": "#f8fafd", "scarf": "#c8483f", "hat": "top_hat", "hat_colour": "#3c3a48"},
    "alien": {"metres": 1.1, "head": 0.42, "leg": 0.27, "build": 0.15, "skin": "#93c97a", "hair": "bald", "brow": 0.0, "eye_size": 1.75, "eye_apart": 27.0, "eye_colour": "#2a2a3a", "nose": 0.35, "top": "space", "top_colour": "#b9b4e0", "trim_colour": "#7f6fc0", "bottom_colour": "#b9b4e0", "shoes": "boots", "shoe_colour": "#7f6fc0", "jaw": 0.0, "antennae": "#93c97a"},
    "monster": {"metres": 1.6, "face": "animal", "head": 0.36, "leg": 0.24, "build": 1.0, "belly": 0.9, "shoulders": 0.9, "skin": "#7f78b8", "top": "none", "bottom": "none", "shoes": "none", "stocking_colour": "#7f78b8", "face_params": {"fur": "#7f78b8", "second": "#c9b4e0", "ears": "none", "horn": "cow", "muzzle": (0.08, 0.6, 0.5, -0.34), "nose": 0.16, "teeth": True, "tail": "dragon", "tail_size": 1.0, "muzzle_second": False}},
    "troll": {"metres": 2.2, "head": 0.31, "leg": 0.27, "build": 1.0, "belly": 1.0, "shoulders": 1.0, "skin": "#9aa86a", "hair": "spiky", "hair_colour": "#5a4a3a", "nose": 2.2, "jaw": 1.0, "brow": 0.11, "top": "vest", "top_colour": "#7a5a3c", "trim_colour": "#c9b894", "bottom": "shorts", "bottom_colour": "#5f5648", "shoes": "none"},
    "teddy_bear": {"metres": 0.4, "face": "animal", "head": 0.42, "leg": 0.25, "build": 0.9, "belly": 0.9, "arm": 0.8, "skin": "#c9955a", "top": "none", "bottom": "none", "shoes": "none", "stocking_colour": "#c9955a", "scarf": "#c8483f", "face_params": {"fur": "#c9955a", "second": "#f0d8ae", "ears": "round", "muzzle": (0.26, 0.46, 0.38, -0.30), "nose": 0.18, "tail": "short", "tail_size": 0.7}},
}  # fmt: skip

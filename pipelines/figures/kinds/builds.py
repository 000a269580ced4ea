"""Builds that several kinds of people share: ages, women."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CHILD = {
    "metres": 1.15,
    "head": 0.375,
    "leg": 0.29,
    "build": 0.28,
    "shoulders": 0.0,
    "belly": 0.2,
    "nose": 0.8,
    "eye_size": 1.12,
    "brow": 0.05,
    "jaw": 0.6,
    "arm": 1.1,
}
AGES: Mapping[str, Mapping[str, Any]] = {
    "child": CHILD,
    "teen": {"metres": 1.55, "head": 0.295, "leg": 0.365, "build": 0.2, "shoulders": 0.08},
    "adult": {},
    "old": {"metres": 1.6, "head": 0.315, "leg": 0.32, "stoop": 13.0, "wrinkles": True, "hair_colour": "#d9d6d2", "build": 0.42, "belly": 0.35, "nose": 1.15},
}  # fmt: skip
WOMAN = {"shoulders": 0.05, "lash": 0.8, "brow": 0.046, "jaw": 0.25, "nose": 0.85}

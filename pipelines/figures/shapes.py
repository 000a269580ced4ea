"""Ears, horns, beaks, tails, hats and hair as numbers: `assets/figures/shapes.json`, read when a shape is first asked for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from pipelines.figures.kinds import FOLDER


@cache
def shapes(group: str) -> Mapping[str, Any]:
    """The shapes of a group by name, in the order of the file."""
    groups: Mapping[str, Mapping[str, Any]] = json.loads((FOLDER / "shapes.json").read_text("utf-8"))
    return groups[group]

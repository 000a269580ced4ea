"""What training wrote down beside landed weights."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pipelines.core.models import ASSETS


@cache
def record_of(name: str) -> dict[str, Any]:
    """The card of the weights of this name; empty where nothing was landed."""
    path = ASSETS / "weights" / f"{name}.json"
    return json.loads(path.read_text("utf8")) if path.exists() else {}

"""Examples whose truth is known, for Detect's first screen; made by assets/specimens/make.py."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS


@lru_cache(maxsize=1)
def specimens() -> tuple[dict[str, Any], ...]:
    """What the page shows of each: asset, picture, title, label, truth ("real", "edited" or "made"), about, licence."""
    listed = ASSETS / "specimens" / "specimens.json"
    if not listed.is_file():
        return ()
    return tuple(json.loads(listed.read_text(encoding="utf-8")))

"""Films to begin with: the shape of a lesson, a product, a birthday, a fable and a news clip, with words to be replaced."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal

JOIN = {"kind": "crossfade", "seconds": 0.5}


@cache
def templates() -> dict[str, dict[str, Any]]:
    """Templates by name, as assets/film_templates.json has them; a scene is what is seen and what is said."""
    entries = json.loads((ASSETS / "film_templates.json").read_text("utf-8"))
    return {entry["name"]: entry for entry in entries}


def template(name: str) -> dict[str, Any]:
    """The storyboard of a template. Raises Refusal."""
    if name not in templates():
        raise Refusal("The studio has no such template.")
    entry = {key: value for key, value in templates()[name].items() if key not in ("name", "about")}
    scenes = [
        {"id": f"s{number}", "picture": {"prompt": seen}, "line": line, "transition": JOIN}
        for number, (seen, line) in enumerate(entry["scenes"], 1)
    ]
    return entry | {"scenes": scenes}


def list_templates() -> list[dict[str, Any]]:
    """Every template as the first screen shows it."""
    return [
        {"name": name, "title": entry["title"], "about": entry["about"], "scenes": len(entry["scenes"])}
        for name, entry in templates().items()
    ]

"""A model's folder, looked through before any library opens it: plain configurations, safetensors, no code and no way out of the folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.settings import Refusal

MOST_JSON_BYTES = 1_000_000
MOST_FILES = 20_000
OWN_CODE = ("auto_map", "custom_pipelines")
ELSEWHERE = ("use_pretrained_backbone",)  # fetches another repository's weights

CODE = "This model wants code that does not come with the studio's libraries, and the studio never runs a model's own code."
DAMAGED = "This is not a model that can be opened: its {} cannot be read."


def look_through(folder: Path, *, code: bool = False) -> None:
    """Refuses a folder that names code, weights in other places or an adapter's base; `code` allows code, but only from the folder itself.

    Raises Refusal.
    """
    for path in _files(folder):
        name = path.name.lower()
        if name == "adapter_config.json":
            raise Refusal("This is an adapter for a model, not a model; please name the model itself.")
        if name.endswith(".safetensors.index.json"):
            _look_at_shards(path)
        elif "config" in name or name == "model_index.json":
            _look_at(said(path), code)


def said(path: Path) -> dict[str, Any]:
    """A configuration: a JSON object of at most 1 MB. Raises Refusal."""
    try:
        if path.stat().st_size > MOST_JSON_BYTES:
            raise ValueError
        found = json.loads(path.read_text("utf8"))
    except (OSError, ValueError, RecursionError):
        raise Refusal(DAMAGED.format(path.name)) from None
    if not isinstance(found, dict):
        raise Refusal(DAMAGED.format(path.name))
    return found


def _files(folder: Path) -> Iterator[Path]:
    for number, path in enumerate(folder.rglob("*")):
        if number > MOST_FILES:
            raise Refusal("This folder holds more files than a model has; please name the model's own folder.")
        if path.suffix.lower() == ".json":
            yield path


def _look_at(configuration: dict[str, Any], code: bool) -> None:
    waiting: list[Any] = [configuration]
    while waiting:
        one = waiting.pop()
        waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        if not isinstance(one, dict):
            continue
        named = [one[name] for name in OWN_CODE if one.get(name)]
        if named and (not code or "--" in json.dumps(named)):  # owner/name--module: code of yet another repository
            raise Refusal(CODE)
        kernel = [one.get(name) for name in ("attn_implementation", "_attn_implementation", "experts_implementation")]
        if any("/" in json.dumps(name) for name in kernel) or any(one.get(name) for name in ELSEWHERE):
            raise Refusal(
                "This model wants parts of another repository, which the studio does not fetch; please choose another."
            )


def _look_at_shards(path: Path) -> None:
    """The files that an index of several weight files names must stand beside it, and be safetensors."""
    try:
        named = (
            json.loads(path.read_text("utf8")).get("weight_map") if path.stat().st_size < 50 * MOST_JSON_BYTES else None
        )
        wrong = not isinstance(named, dict) or any(not _plain(name) for name in named.values())
    except (OSError, ValueError, RecursionError, AttributeError):
        wrong = True
    if wrong:
        raise Refusal("This model's list of weight files names something else than safetensors files beside it.")


def _plain(name: object) -> bool:
    return (
        isinstance(name, str) and name.endswith(".safetensors") and not set(name) & set("/\\:\0") and ".." not in name
    )

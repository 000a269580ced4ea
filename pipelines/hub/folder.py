"""A model's folder, looked through before any library opens it: plain configurations, safetensors, no code and no way out of the folder."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal

OPENING = (
    threading.RLock()
)  # one model at a time: both libraries build on a default device, and import parts, that all threads share
MOST_JSON_BYTES = 1_000_000
MOST_FILES = 20_000
OWN_CODE = ("auto_map", "custom_pipelines")
BACKBONES = ("use_pretrained_backbone",)  # fetches another repository's weights
KERNELS = ("attn_implementation", "_attn_implementation", "experts_implementation")  # owner/name fetches compiled code
FILES = ("_file", "_path", "spm")  # a vocabulary that is read from elsewhere would be shown as words

CODE = "This model wants code that does not come with the studio's libraries, and the studio never runs a model's own code."
DAMAGED = "This is not a model that can be opened: its {} cannot be read."


def look_through(folder: Path, *, code: bool = False) -> None:
    """Refuses a folder that names code, weights in other places or an adapter's base; `code` allows code, but only from the folder itself.

    Raises Refusal.
    """
    for path in _files(folder):
        name = path.name.lower()
        if name == "adapter_config.json":
            raise Refusal("This is an adapter; name the model itself.")
        if name.endswith(".safetensors.index.json"):
            _look_at_shards(path)
        elif "config" in name or name == "model_index.json":
            _look_at(configuration(path), folder, code)


def configuration(path: Path) -> dict[str, Any]:
    """A configuration: a JSON object of at most 1 MB. Raises Refusal."""
    try:
        if path.stat().st_size > MOST_JSON_BYTES:
            raise ValueError
        settings = json.loads(path.read_text("utf8"))
    except (OSError, ValueError, RecursionError):
        raise Refusal(DAMAGED.format(path.name)) from None
    if not isinstance(settings, dict):
        raise Refusal(DAMAGED.format(path.name))
    return settings


def _files(folder: Path) -> Iterator[Path]:
    seen = 0
    for place, folders, names in os.walk(
        folder, followlinks=True
    ):  # as the libraries do; a round of links ends at the limit
        seen += len(folders) + len(names)
        if seen > MOST_FILES:
            raise Refusal("This folder holds too many files; name the model's own folder.")
        yield from (Path(place) / name for name in names if name.lower().endswith(".json"))


def _look_at(configuration: dict[str, Any], folder: Path, code: bool) -> None:
    waiting: list[Any] = [configuration]
    while waiting:
        part = waiting.pop()
        waiting += part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        if not isinstance(part, dict):
            continue
        named = [part[name] for name in OWN_CODE if part.get(name)]
        if named and (not code or "--" in json.dumps(named)):  # owner/name--module: code of yet another repository
            raise Refusal(CODE)
        if any(part.get(name) for name in BACKBONES) or any("/" in json.dumps(part.get(name)) for name in KERNELS):
            raise Refusal("This model wants parts of another repository; choose another.")
        if any(name.endswith(FILES) and _elsewhere(value, folder) for name, value in part.items()):
            raise Refusal("This model names a file outside its folder; choose another.")


def _elsewhere(value: Any, folder: Path) -> bool:
    """Whether a file of this machine is meant that is none of the model's; what lay on its maker's machine only does no harm."""
    if not isinstance(value, str) or not value.strip():
        return False
    try:
        path = folder / Path(value).expanduser()
        return path.exists() and not (path.is_relative_to(folder) and ".." not in Path(value).parts)
    except (OSError, RuntimeError, ValueError):
        return False


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
        raise Refusal("This model's list of weights names something else than safetensors files.")


def _plain(name: object) -> bool:
    return (
        isinstance(name, str) and name.endswith(".safetensors") and not set(name) & set("/\\:\0") and ".." not in name
    )

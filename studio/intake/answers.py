"""What the intake's child answered, checked before anything of it is kept: types, ranges, lengths, and no control characters.

A child may have been taken over by the file that it read, so nothing here is believed. ValueError stands for anything that does not fit.
"""

from __future__ import annotations

import base64
import json
import math
from typing import Any

from studio.provenance.summaries import MOST_ACTIONS, MOST_DEPTH, MOST_LINE, MOST_NODES, MOST_PROBLEMS, action_told
from studio.storage.titles import clean_text

STATES = frozenset(
    ("this studio", "known signer", "unrecognised signer", "expired", "malformed", "unclear", "broken", "none")
)
RELATIONSHIPS = frozenset(("parentOf", "componentOf", "inputTo"))
MOST_FACTS = 200_000  # characters of JSON that are kept of one file
MOST_RECORD_DEPTH = 40
MOST_NOTES = 60
THUMBNAIL_BYTES = 512 << 10


def number(answer: dict[str, Any], name: str, highest: float = 1e9) -> float:
    """A finite number from 0 to `highest`."""
    value = answer[name]
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not math.isfinite(value)
        or not 0 <= value <= highest
    ):
        raise ValueError(f"{name} is out of range")
    return value


def whole(answer: dict[str, Any], name: str) -> int:
    """A whole number from 0 to a thousand million."""
    return int(number(answer, name))


def thumbnail(answer: dict[str, Any]) -> bytes:
    """A WebP of at most half a megabyte; only its first bytes are looked at."""
    text = answer["thumbnail"]
    if not isinstance(text, str) or len(text) > 2 * THUMBNAIL_BYTES:
        raise ValueError("no thumbnail")
    data = base64.b64decode(text, validate=True)
    if data[:4] + data[8:12] != b"RIFFWEBP" or len(data) > THUMBNAIL_BYTES:
        raise ValueError("no thumbnail")
    return data


def credential(said: Any) -> dict[str, Any]:
    """A credential's summary (`studio.provenance.summaries`), every text cut and cleaned, the record only where this studio signed."""
    if not isinstance(said, dict):
        raise ValueError("no credential")
    left = [MOST_NODES + 60]
    kept = _manifest(said, left, 0)
    record = said.get("record")
    if record is not None and kept["state"] == "this studio":
        if not isinstance(record, dict) or _depth(record) > MOST_RECORD_DEPTH:
            raise ValueError("no record")
        kept["record"] = record
    if len(json.dumps(kept, allow_nan=False)) > MOST_FACTS:
        raise ValueError("a credential that says too much")
    return kept


def _manifest(manifest: Any, left: list[int], depth: int) -> dict[str, Any]:
    left[0] -= 1
    if not isinstance(manifest, dict) or manifest.get("state") not in STATES or depth > MOST_DEPTH or left[0] < 0:
        raise ValueError("no manifest")
    actions, problems, parts = (_list(manifest, name) for name in ("actions", "problems", "ingredients"))
    kept: dict[str, Any] = {
        "state": manifest["state"],
        "signer": clean_text(manifest.get("signer"), MOST_LINE) or None,
        "title": clean_text(manifest.get("title"), MOST_LINE) or None,
        "source_type": clean_text(manifest.get("source_type"), 80) or None,
        "actions": [action_told(one) for one in actions[:MOST_ACTIONS] if isinstance(one, dict)],
        "problems": [clean_text(one, MOST_LINE) for one in problems[:MOST_PROBLEMS]],
        "record": None,
        "ingredients": [_manifest(one, left, depth + 1) for one in parts],
    }
    if depth:
        related = manifest.get("relationship")
        kept["relationship"] = related if isinstance(related, str) and related in RELATIONSHIPS else None
    return kept


def _list(said: dict[str, Any], name: str) -> list[Any]:
    found = said.get(name)
    if not isinstance(found, list):
        raise ValueError(f"{name} is no list")
    return found


def _depth(value: Any) -> int:
    """How deep lists and objects stand in one another, walked without recursion."""
    deepest, level = 0, [value]
    while level and deepest <= MOST_RECORD_DEPTH:
        deepest += 1
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
    return deepest


def traces(given: Any) -> dict[str, str]:
    """A mark of eight hexadecimal digits, and the name of a generator."""
    if not isinstance(given, dict):
        raise ValueError("no traces")
    kept = {}
    mark = given.get("mark")
    if mark is not None:
        if not isinstance(mark, str) or len(mark) != 8 or not set(mark) <= set("0123456789abcdef"):
            raise ValueError("no mark")
        kept["mark"] = mark
    if "says" in given:
        kept["says"] = clean_text(given["says"], 80)
    return kept


def notes(said: Any) -> dict[str, str]:
    """What a network says about itself: few short texts."""
    if not isinstance(said, dict) or len(said) > MOST_NOTES:
        raise ValueError("no notes")
    return {clean_text(name, 60): clean_text(value, 1_000) for name, value in said.items()}

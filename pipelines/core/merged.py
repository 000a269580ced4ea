"""Settings that were merged with another: what a recipe of an earlier version says is said with the settings that are left."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Given = dict[str, Any]


def _finished(given: Given) -> Given:
    """“Finish the line” by another number of words than six is a blank of so many words at its end."""
    words, text = given.pop("words", 6), str(given.get("text", ""))
    if given.get("preset") == "finish" and words != 6 and not any(sign in text for sign in ("____", "[", "…")):
        given |= {"preset": "write", "text": f"{text.rstrip()} [{words} words]."}
    return given


MERGED: Mapping[str, Callable[[Given], Given]] = {"infill.diffuse": _finished}

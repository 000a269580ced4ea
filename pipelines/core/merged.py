"""Settings that were merged with another: what a recipe of an earlier version says is said with the settings that are left."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

Given = dict[str, Any]


def _finish_line(given: Given) -> Given:
    """“Finish the line” by another number of words than six is a blank of so many words at its end."""
    words, text = given.pop("words", 6), str(given.get("text", ""))
    if given.get("preset") == "finish" and words != 6 and not any(sign in text for sign in ("____", "[", "…")):
        given |= {"preset": "write", "text": f"{text.rstrip()} [{words} words]."}
    return given


def _put_colour_first(given: Given) -> Given:
    """A colour before the words goes before what they say, as it did."""
    if colour := given.pop("colour", ""):
        given["prompt"] = f"{colour} {given.get('prompt', '')}"
    return given


def _append_style(given: Given) -> Given:
    """The style stands behind the words."""
    style, given = given.pop("style", ""), _put_colour_first(given)
    if style and given.get("prompt"):
        given["prompt"] = f"{given['prompt']}, {style}"
    return given


def _limit_truncation(given: Given) -> Given:
    """Portraits stayed as they are above a truncation of 1.5, which only another network went beyond."""
    if isinstance(given.get("truncation"), int | float):
        given["truncation"] = min(given["truncation"], 1.5)
    return given


def _join_looks(given: Given) -> Given:
    """Hair and hat are looks; what the editor of looks says goes before."""
    worn = {name: value for name in ("hair", "hat") if (value := given.pop(name, ""))}
    if worn:
        try:
            looks = json.loads(str(given.get("changes") or "{}"))
        except ValueError:
            return given  # refused later, with a sentence
        given["changes"] = json.dumps(worn | looks) if isinstance(looks, dict) else given["changes"]
    return given


def _in_words(given: Given) -> Given:
    """Instruments, tempo, key and metre were words of the prompt already."""
    played, tempo = given.pop("ensemble", "auto"), given.pop("tempo", 0)
    key, metre = given.pop("key", "auto"), given.pop("metre", "auto")
    more = [f"played by {played}"] if played != "auto" else []
    more += [f"{tempo} bpm"] if tempo else []
    more += [f"in {key}"] if key != "auto" else []
    more += [f"{metre} time"] if metre != "auto" else []
    if more:
        text = str(given.get("text", "")).strip() or f"{given.get('mood', 'calm')} music"
        given["text"] = ", ".join([text, *more])
    return given


def _in_metre(given: Given) -> Given:
    """The words name the metre."""
    if (metre := given.pop("metre", "auto")) != "auto":
        given["text"] = f"{given.get('text', '')} {metre}".strip()
    return given


def _begin_continuation(given: Given) -> Given:
    """Going on from a theme was a method of its own, with a number of bars and of seconds."""
    if "do" not in given and ("seconds" in given or isinstance(given.get("bars"), int)):
        given |= {"do": "continue", "bars": str(given.get("bars", ""))}
    return given


def _as_size(given: Given) -> Given:
    """Width and height are one size."""
    width, height = given.pop("width", 0), given.pop("height", 0)
    if width or height:
        given.setdefault("size", f"{width or 0}x{height or 0}")
    return given


def _in_files(given: Given) -> Given:
    """What else is fetched beside a hub model, and the weight of the LoRA in the slot, are lines of one field."""
    weight, lines = given.pop("lora_weight", 1.0), [str(given.get("loras", ""))]
    lines += [f"sent {weight}"] if weight != 1.0 else []
    lines += [str(given.pop("gguf", "") or "")]
    for word, name in (("control", "control_model"), ("shown", "reference_model"), ("painter", "base")):
        named = str(given.pop(name, "") or "").strip()
        lines += [f"{word} {named}"] if named else []
    if written := "\n".join(line.strip() for line in lines if line.strip()):
        given["loras"] = written
    return _as_size(given)


def _plane(given: Given) -> Given:
    """Points of one's own go before a named shape."""
    points, shape = given.pop("points", ""), given.pop("shape", "")
    if points.strip() or shape:
        given.setdefault("data", points.strip() or shape)
    return given


def _pixel(given: Given) -> Given:
    """Row and column are the number of a pixel."""
    if {"row", "column"} & set(given):
        row, column = given.pop("row", 16), given.pop("column", 16)
        if isinstance(row, int) and isinstance(column, int):
            given.setdefault("place", 32 * row + column)
    return given


MERGED: Mapping[str, Callable[[Given], Given]] = {
    "infill.diffuse": _finish_line,
    **dict.fromkeys(("generate.object", "generate.codes"), _put_colour_first),
    "generate.complete": _append_style,
    "generate.faces": _limit_truncation,
    "generate.character": _join_looks,
    "compose.sample": _in_words,
    "compose.song": _in_metre,
    "compose.vary": _begin_continuation,
    "generate.diffusion": _in_files,
    "animate.diffusion": _in_files,
    "generate.painted": _as_size,
    **dict.fromkeys(("lab.score", "lab.flow", "lab.contrast"), _plane),
    "lab.pixels": _pixel,
}

"""What of a character an editor offers to change: a list of controls with what they can be and what they are, in groups that a visitor knows."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures.cast import parameters
from pipelines.figures.character import CHOICES, SPANS, Character, wardrobe
from pipelines.figures.kinds import FOLDER, family, roles
from pipelines.figures.vocabulary import vocabulary

OPTIONAL = ("scarf", "apron", "belt", "cape", "backpack", "gloves")  # colours that may also be absent


def controls(character: Character) -> list[dict[str, Any]]:
    """Every control of a character: name, label, group, sort (choice, range, colour, toggle), value, and what it can be."""
    offered = []
    table, values = parameters(character.kind), character.params
    for group, labels in wardrobe()["groups"].items():
        for name, label in labels.items():
            if name in table and (control := _control(name, table[name], values[name])):
                offered.append({"name": name, "label": label, "group": group, **control})
    return offered


def _control(name: str, usual: Any, value: Any) -> dict[str, Any] | None:
    if name in CHOICES:
        options = {choice: _words(name, choice) for choice in CHOICES[name]}
        return {"sort": "choice", "value": value, "options": options}
    if isinstance(usual, bool):
        return {"sort": "toggle", "value": value}
    if isinstance(usual, (int, float)):
        low, high = SPANS.get(name, (0.0, max(2.0, 2.0 * float(usual))))
        if name == "metres":  # the whole span, from an ant to a giant, is no use on a slider
            low, high = max(low, 0.5 * float(usual)), min(high, 2.0 * float(usual))
        return {"sort": "range", "value": value, "low": low, "high": high, "step": round((high - low) / 60, 4)}
    if isinstance(usual, str) and (usual.startswith("#") or name in OPTIONAL):
        return {"sort": "colour", "value": value, "optional": name in OPTIONAL}
    return None


def _words(name: str, text: str) -> str:
    from pipelines.figures.hats import HATS

    if name == "hat":
        return HATS[text]
    return "none" if text in ("none", "") else text.replace("_", " ")


def apply_changes(character: Character, changes: Mapping[str, Any]) -> tuple[Character, list[str]]:
    """The character with what an editor changed, and a sentence for each change that its kind has no use for. Raises Refusal for a value that cannot be."""
    table, kept, notes = parameters(character.kind), dict(character.changes), []
    for name, value in changes.items():
        if not isinstance(name, str) or name not in table:
            kind = character.kind.replace("_", " ")
            notes.append(f"A {kind} has no {str(name)[:40].replace('_', ' ')} that can be changed.")
            continue
        if isinstance(value, (list, dict)):
            raise Refusal(f"{name.replace('_', ' ').capitalize()} cannot be a list.")
        if value == table[name]:
            kept.pop(name, None)
        else:
            kept[name] = value
    return replace(character, changes=kept), notes


@cache
def occasions() -> Sequence[Mapping[str, Any]]:
    """What one wears where, by `assets/figures/occasions.json`: an occasion holds where all that it asks for holds."""
    return json.loads((FOLDER / "occasions.json").read_text("utf-8"))


def suit_occasion(who: Character, **facts: str) -> Character:
    """Somebody in what one wears at the `places`, in the `weather` or for the `acts` that are found, unless words or a calling say what they wear."""
    if who.kind not in family("people").kinds or who.changes.keys() & {"top", "bottom"}:
        return who
    for occasion in occasions():
        wanted = occasion.get("everybody") or who.kind not in roles()
        if wanted and all(facts[key] in occasion[key] for key in facts if key in occasion):
            choices = occasion["choices"]
            worn = (
                occasion["set"]
                | occasion.get("f" if who.kind in vocabulary().female else "m", {})
                | choices[zlib.crc32(who.to_json().encode()) % len(choices)]
            )
            worn = {key: tuple(value) if isinstance(value, list) else value for key, value in worn.items()}
            return who.changed(
                **{key: value for key, value in worn.items() if key not in {"hat", "glasses"} & who.changes.keys()}
            )
    return who

"""Names that recipes, share links and kept rows of earlier versions carry, and what they are called now.

A renamed pipeline, slot, setting or choice gets a line here; what was taken out stands in `settings.RETIRED`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

PIPELINES: dict[str, str] = {}  # old name -> name; no pipeline has been renamed yet
SLOTS: dict[str, dict[str, str]] = {
    "animate.loop": {"mask": "flowing"},
    "animate.erase": {"mask": "gone"},
}  # pipeline -> old slot -> slot
SETTINGS: dict[str, dict[str, str]] = {}  # pipeline -> old setting -> setting
CHOICES: dict[str, dict[str, dict[str, str]]] = {}  # pipeline -> setting -> old choice -> choice
Value = TypeVar("Value")


def pipeline_of(name: str) -> str:
    """The name of a pipeline today."""
    return PIPELINES.get(name, name)


def slots_of(pipeline: str, given: Mapping[str, Value]) -> dict[str, Value]:
    """What lies at each place, such as `scenes.2`, under the names that the slots have now; a new name goes before an old one."""
    known = SLOTS.get(pipeline, {})
    return _renamed(given, {place: _place(place, known) for place in given})


def _place(place: str, known: Mapping[str, str]) -> str:
    name, dot, number = place.partition(".")
    return known.get(name, name) + dot + number


def values_of(pipeline: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Settings under the names and with the choices that they have now; a new name goes before an old one."""
    known, choices = SETTINGS.get(pipeline, {}), CHOICES.get(pipeline, {})
    found = _renamed(given, {name: known.get(name, name) for name in given})
    for name, renamed in choices.items():
        if isinstance(value := found.get(name), str):
            found[name] = renamed.get(value, value)
    return found


def _renamed(given: Mapping[str, Value], names: Mapping[str, str]) -> dict[str, Value]:
    return {new: given[old] for old, new in names.items() if old == new or new not in given}

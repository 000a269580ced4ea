"""Settings that were taken out: recipes of earlier versions may carry them, and are made without them (docs/notes/options.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KNOB = "its usual value was the best or as good as the best that was measured"


@dataclass(frozen=True)
class Removed:
    """A setting that is gone: its usual value, with which nothing changes, and why it went."""

    usual: Any
    why: str


def _all(why: str, **usual: Any) -> dict[str, Removed]:
    return {name: Removed(value, why) for name, value in usual.items()}


REMOVED: Mapping[str, Mapping[str, Removed]] = {
    "infill.diffuse": {
        **_all(KNOB, sampler="confidence", steps=32, block=0, top_p=0.9, repetition=1.0, pull=1.5, choices=6),
        **_all("the second reader finds better words in nearly all cases", energy=True),
        **_all("the network read both ways proposes better words", proposals="both_ways"),
        **_all("the network that finds lengths comes nearer to the writer's", lengths="found"),
        **_all("a result that depends on the machine cannot be made again", at_most=0),
    },
    "infill.compare": _all(KNOB, temperature=0.8, top_p=0.9),
    "infill.noise": _all(KNOB, temperature=0.8),
}

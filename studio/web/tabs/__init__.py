"""The tabs in the order of work; each file declares one."""

from __future__ import annotations

from dataclasses import replace

from pipelines.core import plugins
from studio.web import exhibits
from studio.web.sendto import Tab, TabRegistry
from studio.web.tabs import animate, compose, detect, generate, infill, narrate, redteam, stylize


def board() -> TabRegistry:
    """All tabs that make things."""
    benches = (generate.TAB, stylize.TAB, animate.TAB, infill.TAB, narrate.TAB, compose.TAB, detect.tab(), redteam.TAB)
    return TabRegistry((*map(with_plugins, benches), exhibits.tab()))


def with_plugins(tab: Tab) -> Tab:
    """The tab with the methods that plug-ins bring to its family."""
    family = tab.methods[0].pipeline.partition(".")[0]
    return replace(tab, methods=(*tab.methods, *plugins.methods_of(family)))

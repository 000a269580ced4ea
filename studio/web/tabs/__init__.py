"""The tabs in the order of work; each file declares one."""

from __future__ import annotations

from studio.web import exhibits
from studio.web.sendto import Board
from studio.web.tabs import animate, compose, detect, generate, infill, narrate, redteam, stylize


def board() -> Board:
    """All tabs that make things."""
    benches = (generate.TAB, stylize.TAB, animate.TAB, infill.TAB, narrate.TAB, compose.TAB, detect.tab(), redteam.TAB)
    return Board((*benches, exhibits.tab()))

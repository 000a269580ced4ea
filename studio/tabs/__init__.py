"""The tabs in the order of work; each file declares one."""

from __future__ import annotations

from studio.handoff import Board
from studio.tabs import animate, compose, detect, generate, infill, narrate, stylize


def board() -> Board:
    """All tabs that make things."""
    return Board((generate.TAB, stylize.TAB, animate.TAB, infill.TAB, narrate.TAB, compose.TAB, detect.tab()))

"""How far an attack comes with smaller budgets, and after how many questions: what the curves of a report are made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    from pipelines.redteam.parts.pixels import Found

SHARES = (0.125, 0.25, 0.5, 0.75, 1.0)  # of the whole budget


def first_crossing(curve: Sequence[float], limit: float) -> int | None:
    """How many questions it took until the goal passed the limit; None where it never did."""
    return next((number for number, value in enumerate(curve, 1) if value > limit), None)


def climbed(
    attack: Callable[[float, Report], Found], size: float, limit: float, report: Report = silent
) -> list[dict[str, Any]]:
    """The same attack with a share of the budget after another, each from the start: how high the goal came, and when it passed the limit."""
    rows: list[dict[str, Any]] = []
    for number, share in enumerate(SHARES):
        found = attack(size * share, silent)
        questions = first_crossing(found.curve, limit)
        crossed = questions is not None
        rows.append({"budget": size * share, "goal": found.best, "crossed": crossed, "questions": questions})
        numbers = {"budget": size * share, "goal by budget": found.best, "succeeded": float(crossed)}
        report(Progress(number + 1, len(SHARES), "Trying smaller budgets", numbers=numbers))
    return rows


def least(rows: Sequence[dict[str, Any]]) -> float | None:
    """The smallest budget that was enough; None where none was."""
    return next((float(row["budget"]) for row in rows if row["crossed"]), None)

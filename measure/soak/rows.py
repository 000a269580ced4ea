"""What a part of the soak found: rows of goal and result, the table that they make, and the few statistics behind them."""

from __future__ import annotations

import json
import math
import platform
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table; `passed` is None when the part could not be run here, and `result` says why."""

    goal: str
    result: str
    passed: bool | None

    @property
    def verdict(self) -> str:
        return "skipped" if self.passed is None else "passed" if self.passed else "FAILED"


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by the nearest rank; raises ValueError when there are none."""
    if not values:
        raise ValueError("there is nothing to take a percentile of")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope of the straight line with the least squares through (x, y) points; raises ValueError for fewer than two x."""
    if len({x for x, _ in points}) < 2:
        raise ValueError("a line needs points at two places at least")
    middle_x = sum(x for x, _ in points) / len(points)
    middle_y = sum(y for _, y in points) / len(points)
    return sum((x - middle_x) * (y - middle_y) for x, y in points) / sum((x - middle_x) ** 2 for x, _ in points)


def growth_an_hour(points: Sequence[tuple[float, float]]) -> float:
    """Growth in per cent an hour of (seconds, bytes) points, by the line through them, against their mean."""
    mean = sum(y for _, y in points) / len(points)
    return 100 * slope(points) * 3600 / mean


def table(parts: Mapping[str, Iterable[Row]]) -> str:
    """The rows of all parts as a Markdown table."""
    lines = ["| Part | Goal | Result | |", "|---|---|---|---|"]
    for part, rows in parts.items():
        lines += [f"| {part} | {_cell(row.goal)} | {_cell(row.result)} | {row.verdict} |" for row in rows]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def commit_of(root: Path) -> str:
    """The commit of a checkout, with a plus when files differ from it; "unknown" without git."""
    said = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--abbrev=9"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return said.stdout.strip() or "unknown"


def keep(file: Path, part: str, rows: Sequence[Row], root: Path, seconds: float, *, quick: bool) -> None:
    """Write a part's rows into the results file; those of other parts stay."""
    import os

    file.parent.mkdir(parents=True, exist_ok=True)
    held: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    held[part] = {
        "when": time.strftime("%Y-%m-%d %H:%M", time.gmtime()) + " UTC",
        "commit": commit_of(root),
        "quick": quick,
        "seconds": round(seconds, 1),
        "machine": f"{platform.system()}, {os.cpu_count()} cores",
        "rows": [asdict(row) for row in rows],
    }
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(held, indent=1), "utf-8")
    partial.replace(file)

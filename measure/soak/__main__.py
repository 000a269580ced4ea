"""`make soak`: hours of visitors, accidents and attacks against a server on loopback; one table of goals and results.

    python -m measure.soak [PART ...] [--left] [--minutes N] [--quick] [--studio CHECKOUT]

Without names all parts run, one after another; each stops by itself. --quick takes less than a minute for each, to try them out; --minutes
sets how long the parts last that are bounded by time. A part's rows are kept in soak/results.json as soon as it ends, beside those of earlier
runs, and --left runs only the parts that are not kept in full yet: so ten hours may be spread over days. --page writes the table of what is
kept to docs/notes/soak.md. The exit status is 1 when a goal was missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from measure.soak.harness import ROOT, Options
from measure.soak.rows import Row, keep, table

PARTS = (
    "attacks",
    "calls",
    "visitors",
    "kill_server",
    "kill_workers",
    "disk_full",
    "read_only",
    "descriptors",
    "out_of_memory",
    "cancels",
    "mutants",
    "mixed",
)
RESULTS, PAGE = ROOT / "soak" / "results.json", ROOT / "docs" / "notes" / "soak.md"
ABOUT = """# Soak

What each part of `make soak` found when it last ran, with the day, the commit, how long it took, and whether it was a quick run
([reliability](../reliability.md) says what the parts do). `python -m measure.soak --page` writes this page.

"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--minutes", type=float, help="how long the parts bounded by time last")
    parser.add_argument("--quick", action="store_true", help="less than a minute for each part")
    parser.add_argument("--studio", type=Path, default=ROOT, help="the checkout whose server is run (this one)")
    parser.add_argument("--left", action="store_true", help="only the parts that no full run of is kept yet")
    parser.add_argument("--table", action="store_true", help="only print the table of what is kept")
    parser.add_argument("--page", action="store_true", help="only write that table to docs/notes/soak.md")
    asked = parser.parse_args()
    unknown = sorted(set(asked.parts) - set(PARTS))
    if unknown:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    if asked.table or asked.page:
        print(kept_table(held(RESULTS)))
        if asked.page:
            PAGE.write_text(ABOUT + kept_table(held(RESULTS)) + "\n", "utf-8")
        return 0
    parts = asked.parts or PARTS
    parts = left_of(parts, held(RESULTS)) if asked.left else parts
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that servers and small disks go too
    options = Options(quick=asked.quick, minutes=asked.minutes, root=asked.studio.resolve())
    found = {part: one(part, options) for part in parts}
    print("\n" + table(found))
    return int(any(row.passed is False for rows in found.values() for row in rows))


def one(part: str, options: Options) -> list[Row]:
    """One part's rows, printed and kept; a part that breaks is a row that failed, and stops no other."""
    print(f"{part} …", flush=True)
    begun = time.monotonic()
    try:
        rows = list(importlib.import_module(f"measure.soak.{part}").run(options))
    except Exception as problem:  # noqa: BLE001 - whatever it was, the other parts still run
        traceback.print_exc()
        rows = [Row("the part runs to its end", f"{type(problem).__name__}: {problem}"[:300], False)]
    seconds = time.monotonic() - begun
    for row in rows:
        print(f"  {row.verdict:7} {row.goal}: {row.result}", flush=True)
    print(f"  {seconds:.0f} s", flush=True)
    keep(RESULTS, part, rows, options.root, seconds, quick=options.quick)
    return rows


def held(file: Path) -> dict[str, Any]:
    """What is kept of each part."""
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}


def left_of(parts: Sequence[str], kept: Mapping[str, Any]) -> list[str]:
    """The parts of which no full run is kept."""
    return [part for part in parts if part not in kept or kept[part]["quick"]]


def kept_table(kept: Mapping[str, Any]) -> str:
    """The rows of all parts, with when and of which commit they were found."""
    return table(
        {described(part, kept[part]): [Row(**row) for row in kept[part]["rows"]] for part in PARTS if part in kept}
    )


def described(part: str, one: Mapping[str, Any]) -> str:
    """A part's name with the day, commit and length of its run."""
    words = (one["when"][:10], one["commit"], f"{one['seconds'] / 60:.0f} min", *(["quick"] if one["quick"] else []))
    return f"{part} ({', '.join(words)})"


if __name__ == "__main__":
    sys.exit(main())

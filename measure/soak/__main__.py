"""`make soak`: hours of visitors, accidents and attacks against a server on loopback; one table of goals and results.

    python -m measure.soak [PART ...] [--minutes N] [--quick] [--studio CHECKOUT]

Without names all parts run, one after another; each stops by itself. --quick takes less than a minute for each, to try them out; --minutes
sets how long the parts last that are bounded by time. The rows are kept in soak/results.json beside those of earlier runs, and the exit
status is 1 when a goal was missed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import time
import traceback
from pathlib import Path

from measure.soak.harness import ROOT, Options
from measure.soak.rows import Row, keep, table

PARTS = (
    "attacks", "visitors", "kill_server", "kill_workers", "disk_full", "read_only", "descriptors", "out_of_memory", "cancels", "mutants", "mixed",
)  # fmt: skip
RESULTS = ROOT / "soak" / "results.json"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--minutes", type=float, help="how long the parts bounded by time last")
    parser.add_argument("--quick", action="store_true", help="less than a minute for each part")
    parser.add_argument("--studio", type=Path, default=ROOT, help="the checkout whose server is run (this one)")
    parser.add_argument("--table", action="store_true", help="only print the table of what is kept")
    asked = parser.parse_args()
    unknown = sorted(set(asked.parts) - set(PARTS))
    if unknown:
        parser.error(f"there is no part {unknown[0]}; the parts are {', '.join(PARTS)}")
    if asked.table:
        print(kept_table())
        return 0
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(143))  # so that servers and small disks go too
    options = Options(quick=asked.quick, minutes=asked.minutes, root=asked.studio.resolve())
    found = {part: one(part, options) for part in asked.parts or PARTS}
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


def kept_table() -> str:
    held = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    return table(
        {
            f"{part} ({one['when'][:10]}, {one['commit']}{', quick' if one['quick'] else ''})": [
                Row(**row) for row in one["rows"]
            ]
            for part, one in held.items()
        }
    )


if __name__ == "__main__":
    sys.exit(main())

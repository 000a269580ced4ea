"""`make bench`: every benchmark, each a process of its own; it writes its figures to bench/ and prints them with its bars.

A part that fails is named at the end and stops no other; the exit status counts them.
"""

from __future__ import annotations

import subprocess
import sys

NAMES = (
    "studio",
    "memory",
    "film",
    "stylize",
    "gatys",
    "narrate",
    "generate",
    "scenes",
    "animate",
    "estimates",
    "first",
)


def main() -> int:
    failed = []
    for name in NAMES:
        print(f"bench_{name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"measure.bench.bench_{name}"], check=False).returncode:
            print(f"bench_{name} did not finish", flush=True)
            failed.append(name)
    if failed:
        print("did not finish:", ", ".join(failed))
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())

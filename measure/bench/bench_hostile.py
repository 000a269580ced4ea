"""Malformed files of every format through the intake: no death, no hang, one sentence each, no growth.

    python -m measure.bench.bench_hostile [--each 500] [--formats png,mp4]

Every file goes through `studio.engine.uploads.receive`, as an upload does; what passes is then read for its credential. Formats that the studio does
not take (SVG, ZIP, PDF) must be refused. Prints one line a format; exit status 1 when a bar of docs/intake.md is broken.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

import psutil

from pipelines.core.settings import Refusal
from studio.engine.uploads import receive
from studio.studio import Studio, open_studio
from tests.studio import fuzz

SLOWEST_SECONDS, MOST_GROWTH_BYTES = 10.0, 200_000_000
MIDI = (
    b"MThd\0\0\0\6\0\1\0\2\0\x60"
    + b"MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x40\0\xff\x2f\0"
    + b"MTrk\0\0\0\4\0\xff\x2f\0"
)


def others() -> dict[str, bytes]:
    """Small valid files that are no picture, film or sound: some of them the studio takes, some it does not."""
    from tests.kinds import archive

    packed, png = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("score.txt", "do re mi " * 50)
    fuzz.picture().save(png, "PNG")
    style = json.dumps(
        {"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "__metadata__": {"architecture": "t"}}
    )
    return {
        "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="http://127.0.0.1/a.png"/></svg>',
        "zip": packed.getvalue(),
        "pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/OpenAction<</S/URI/URI(http://127.0.0.1/)>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        * 4,
        "mid": MIDI,
        "ora": archive(fuzz.picture()),
        "json": json.dumps({"text": "one two three " * 20, "kind": "none"}).encode(),
        "txt": b"Late in the afternoon, the light turned gold. " * 12,
        "safetensors": len(style).to_bytes(8, "little") + style.encode() + bytes(8),
    }


def spoiled(name: str, data: bytes, neighbours: list[bytes], count: int):
    """`count` malformed files from a valid one; equal counts give equal files."""
    seed = made = 0
    while True:
        for what, content in fuzz.malformed(name, data, neighbours, seed):
            if made == count:
                return
            made += 1
            yield f"{what}, round {seed}", content
        seed += 1


def judge(studio: Studio, name: str, ending: str, what: str, content: bytes) -> tuple[str, float]:
    """What came of one file, and how long it took; raises AssertionError for an answer that is no sentence."""
    path = studio.store.new_file(".upload")
    path.write_bytes(content)
    started = time.monotonic()
    try:
        made = receive(
            studio.store,
            studio.intake,
            studio.certificate,
            "visitor",
            path,
            f"file{ending}",
        )
        outcome = "taken"
        studio.store.delete("visitor", made.id)
    except Refusal as problem:
        text = str(problem)
        assert text.endswith(".") and "\n" not in text and len(text) < 220 and "Traceback" not in text, (
            name,
            what,
            text,
        )
        outcome = "refused"
    return outcome, time.monotonic() - started


def run(each: int, formats: list[str] | None = None, out=sys.stdout) -> bool:
    """All formats; False when a bar is broken."""
    fine = True
    with tempfile.TemporaryDirectory() as folder:
        files = {name: path.read_bytes() for name, path in fuzz.valid_files(Path(folder)).items()} | others()
        studio = open_studio(Path(folder) / "home")
        process = psutil.Process(os.getpid())
        try:
            for name in formats or files:
                neighbours = [data for other, data in files.items() if other != name]
                ending = fuzz.EXTENSIONS.get(name, f".{name}")
                before, counts, slowest = process.memory_info().rss, Counter[str](), (0.0, "")
                for what, content in spoiled(name, files[name], neighbours, each):
                    outcome, seconds = judge(studio, name, ending, what, content)
                    counts[outcome] += 1
                    slowest = max(slowest, (seconds, what))
                studio.store.tidy(undo_seconds=-1)
                growth = process.memory_info().rss - before
                held = slowest[0] < SLOWEST_SECONDS and growth < MOST_GROWTH_BYTES
                held &= not (name in ("svg", "pdf") and counts["taken"] > counts["refused"])
                fine &= held
                print(
                    f"| {name} | {sum(counts.values())} | {counts['taken']} | {counts['refused']} | {slowest[0]:.2f} s | "
                    f"{growth / 1e6:+.0f} MB | {'ok' if held else 'BROKEN: ' + slowest[1]} |",
                    file=out,
                    flush=True,
                )
        finally:
            studio.close()
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=500)
    parser.add_argument("--formats", default="")
    asked = parser.parse_args()
    random.seed(0)
    print("| format | files | taken | refused | slowest | growth | |\n|---|---|---|---|---|---|---|")
    return 0 if run(asked.each, asked.formats.split(",") if asked.formats else None) else 1


if __name__ == "__main__":
    raise SystemExit(main())

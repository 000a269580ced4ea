"""The studio's folder cannot be written to, at start and while it runs: one sentence, and all works when it can be again."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from measure.soak.harness import Options, Refused, Server, Visitor, is_sentence, log_row
from measure.soak.rows import Row
from measure.soak.small_disk import can_mount, ends, server_on_small_disk, skipped
from measure.soak.walk import picture

FULL, QUICK = 10, 1


def run(options: Options) -> list[Row]:
    if not can_mount():
        return skipped("the folder is read-only at start and while the studio runs")
    count = options.count(FULL, QUICK)
    with server_on_small_disk(options) as (server, disk):
        if not disk.remount("ro"):
            return skipped("the folder is read-only at start")
        rows = [_start(server)]
        server.stop()
        disk.remount("rw")
        server.log.unlink(missing_ok=True)
        server.start()
        with Visitor(server) as visitor:
            wrong = [text for number in range(count) for text in _while_it_runs(server, visitor, number)]
            rows.append(
                Row(
                    f"{count} times read-only while it runs: one sentence, then all works",
                    f"wrong: {len(wrong)} {wrong[:4] or ''}",
                    not wrong,
                )
            )
            rows.append(log_row(server))
    return rows


def _start(server: Server) -> Row:
    """It ends with a sentence, or opens and says it on the page; never with a traceback."""
    server.launch()
    end = time.monotonic() + 60
    while server.alive() and not server.answers() and time.monotonic() < end:
        time.sleep(0.2)
    lines = [line for line in server.log_text().splitlines() if line.strip()]
    said = lines[-1] if lines else "nothing"
    fine = not server.tracebacks() and (
        server.alive() or any(is_sentence(line.split(": ")[-1]) or line.endswith(".") for line in lines[-3:])
    )
    return Row(
        "a start on a read-only folder ends with a sentence", f"{server.trouble()}; last line: {said[:160]}", fine
    )


@contextmanager
def closed(folders: list[Path]) -> Iterator[bool]:
    """Folders that take no new file (chattr +i); tells whether the system could do that."""
    done = [
        folder
        for folder in folders
        if subprocess.run(["chattr", "+i", str(folder)], capture_output=True, check=False).returncode == 0
    ]
    try:
        yield len(done) == len(folders)
    finally:
        for folder in done:
            subprocess.run(["chattr", "-i", str(folder)], check=False)


def _while_it_runs(server: Server, visitor: Visitor, number: int) -> list[str]:
    wrong: list[str] = []
    folders = [
        one
        for one in (
            server.home / "work",
            server.home / "media",
            *(server.home / "work").rglob("*"),
            *(server.home / "media").rglob("*"),
        )
        if one.is_dir()
    ]
    job = visitor.make("compose.song", seconds=20.0, seed=1000 + number)
    with closed(folders) as could:
        if not could:
            return ["folders cannot be closed here (chattr +i)"]
        try:
            visitor.upload(picture(number), "photo.png", "image")
            wrong.append("an upload was taken")
        except Refused as problem:
            wrong += [] if problem.honest else [f"upload: {problem}"]
        except httpx.HTTPError as problem:
            wrong.append(f"upload: {type(problem).__name__}")
        try:
            Visitor(server).open()
            visitor.get("shelf")
        except Refused as problem:
            wrong += [] if problem.honest else [f"page: {problem}"]
        found = ends(visitor, job, wrong)
        if found is None:
            wrong.append("the job does not end")
        elif found["state"] == "failed" and not is_sentence(found["problem"]):
            wrong.append(f"no sentence: {found['problem']}")
    try:
        visitor.upload(picture(100 + number), "photo.png", "image")
        after = ends(visitor, visitor.make("compose.song", seconds=5.0, seed=2000 + number), wrong)
        if after is None or after["state"] != "done":
            wrong.append(f"the job afterwards: {after['problem'] if after else 'does not end'}")
    except Refused as problem:
        wrong.append(f"afterwards: {problem}")
    return wrong

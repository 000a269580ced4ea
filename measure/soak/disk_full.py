"""The disk becomes full at an upload, in a job and in a film, again and again: one sentence, deleting works, and all goes on when there is room."""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from typing import Any

import httpx

from measure.soak.harness import Options, Refused, Server, Visitor, is_sentence, log_row
from measure.soak.rows import Row
from measure.soak.shelves import half_files, running_rows
from measure.soak.small_disk import Disk, can_mount, ends, server_on_small_disk, skipped
from measure.soak.walk import picture

FULL, QUICK = 20, 1


class Trial:
    """A server on a small disk, a visitor, and what went wrong so far."""

    def __init__(self, server: Server, disk: Disk, visitor: Visitor) -> None:
        self.server, self.disk, self.visitor = server, disk, visitor
        self.chance, self.numbers = random.Random(20), itertools.count(1)
        self.counts: Counter[str] = Counter()

    def tried(
        self, what: str, wrong: list[str], work: Any, *, must_refuse: bool = False, must_work: bool = False
    ) -> Any:
        """What `work` gives back; a refusal without a sentence is wrong, and so is the other of what must be."""
        try:
            made = work()
        except Refused as problem:
            self.counts[f"{what} refused"] += 1
            if not problem.honest:
                wrong.append(f"{what}: {problem}")
            if must_work:
                wrong.append(f"{what} refused: {problem.sentence}")
            return None
        except httpx.HTTPError as problem:
            wrong.append(f"{what}: {type(problem).__name__}")
            return None
        self.counts[f"{what} taken"] += 1
        if must_refuse:
            wrong.append(f"{what} was taken on a full disk")
        return made

    def photo(self) -> bytes:
        return picture(next(self.numbers), (900, 700))

    def at_upload(self) -> list[str]:
        """Nothing left: uploads and new visitors get one sentence, deleting works."""
        wrong: list[str] = []
        kept = self.tried(
            "upload", wrong, lambda: self.visitor.upload(self.photo(), "before.png", "image"), must_work=True
        )
        self.disk.fill()
        self.tried(
            "upload while full",
            wrong,
            lambda: self.visitor.upload(self.photo(), "while.png", "image"),
            must_refuse=True,
        )
        self.tried("page of a new visitor while full", wrong, lambda: Visitor(self.server).open())
        self.tried(
            "job while full",
            wrong,
            lambda: self.visitor.make("compose.song", seconds=5.0, seed=next(self.numbers)),
            must_refuse=True,
        )
        if kept:
            self.tried(
                "deletion while full",
                wrong,
                lambda: self.visitor.post(f"artifacts/{kept['id']}/delete"),
                must_work=True,
            )
        self.disk.free()
        self.tried("upload", wrong, lambda: self.visitor.upload(self.photo(), "after.png", "image"), must_work=True)
        return wrong

    def at_job(self) -> list[str]:
        """Full in the middle of a job: it ends, with a sentence if it failed; the next one works."""
        wrong: list[str] = []
        photo = self.visitor.upload(self.photo(), "photo.png", "image")["id"]
        number = self.visitor.make("animate.camera", {"picture": photo}, seconds=3.0, longest_side=900)
        time.sleep(self.chance.uniform(0.3, 3.0))
        self.disk.fill()
        job = ends(self.visitor, number, wrong)
        if job is None:
            wrong.append("the job does not end while the disk is full")
        elif job["state"] == "failed" and not is_sentence(job["problem"]):
            wrong.append(f"no sentence: {job['problem']}")
        self.counts[f"job {job['state'] if job else 'for ever'}"] += 1
        self.disk.free()
        after = self.tried(
            "job",
            wrong,
            lambda: self.visitor.make("compose.song", seconds=5.0, seed=next(self.numbers)),
            must_work=True,
        )
        if after is not None and (found := ends(self.visitor, after, wrong)) is not None and found["state"] != "done":
            wrong.append(f"the job afterwards: {found['state']}: {found['problem']}")
        wrong += self._no_row_runs()
        return wrong

    def at_film(self) -> list[str]:
        """Full in the middle of a film: its render ends or waits with a sentence, and can be finished when there is room."""
        wrong: list[str] = []
        film = self.visitor.film("fox", scenes=1, seed=next(self.numbers))
        self.visitor.render(film)
        time.sleep(self.chance.uniform(0.5, 5.0))
        self.disk.fill()
        time.sleep(8.0)
        self.disk.free()
        found = self._rendered(film, wrong)
        self.counts[f"film {found}"] += 1
        if found != "done":
            self.tried("film", wrong, lambda: self.visitor.render(film), must_work=True)
            if (again := self._rendered(film, wrong)) != "done":
                wrong.append(f"the film afterwards: {again}")
        wrong += self._no_row_runs()
        return wrong

    def _rendered(self, film: str, wrong: list[str]) -> str:
        try:
            found = self.visitor.rendered(film, 180)
        except TimeoutError:
            wrong.append("the film waits for ever")
            return "for ever"
        except Refused as problem:
            wrong.append(str(problem))
            return "refused"
        if found["state"] == "failed" and not is_sentence(found["problem"]):
            wrong.append(f"no sentence: {found['problem']}")
        return str(found["state"])

    def _no_row_runs(self) -> list[str]:
        """When nothing runs any more, no row says so."""
        end = time.monotonic() + 15
        while (count := running_rows(self.server.home)) and time.monotonic() < end:
            time.sleep(0.5)
        return [f"{count} rows stay running"] if count else []


def run(options: Options) -> list[Row]:
    count = options.count(FULL, QUICK)
    if not can_mount():
        return skipped(f"the disk is full {count} times at an upload, a job, a film")
    rows = []
    with server_on_small_disk(options) as (server, disk):
        server.start()
        with Visitor(server) as visitor:
            trial = Trial(server, disk, visitor)
            for what, one in (("an upload", trial.at_upload), ("a job", trial.at_job), ("a film", trial.at_film)):
                trial.counts.clear()
                wrong: list[str] = []
                for _ in range(count):
                    try:
                        wrong += one()
                        disk.free()
                        _clear(visitor)
                    except (Refused, httpx.HTTPError) as problem:
                        disk.free()
                        wrong.append(f"no answer: {type(problem).__name__}: {problem}"[:200])
                said = ", ".join(f"{number} {name}" for name, number in trial.counts.items())
                rows.append(
                    Row(
                        f"full {count} times at {what}: one sentence, and all works when there is room",
                        f"{said}; wrong: {len(wrong)} {wrong[:4] or ''}",
                        not wrong,
                    )
                )
            if not server.answers(seconds=20.0):
                return [*rows, Row("the server answers afterwards", "it does not, within 20 s", False), log_row(server)]
            half = half_files(server, visitor)
            rows.append(Row("no half file on a shelf", f"{len(half)} {half[:3] or ''}", not half))
            left = list((server.home / "work" / "new").iterdir())
            rows.append(Row("nothing half-made is left in the work folder", f"{len(left)} files", not left))
            rows.append(log_row(server))
    return rows


def _clear(visitor: Visitor) -> None:
    """What a round made goes from the shelf (the studio keeps it for an hour, the disk is large enough for that)."""
    for card in visitor.get("shelf")["cards"]:
        visitor.post(f"artifacts/{card['id']}/delete")

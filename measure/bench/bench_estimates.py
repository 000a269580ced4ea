"""How wrong the told times are: `python -m measure.bench.bench_estimates [--only PIPELINE …] [--processor] [--write]`.

Each call runs three times on a fresh studio: before the first run the shipped figures are all that is known, then the runs before. When a
tenth is done, the time that is told then is compared with the time that the run takes in the end; the bar is a median error under 30 per cent.
`--processor` counts every time in processor seconds, for a machine that does much else. `--write` measures the shipped figures themselves (assets/paces.json) instead, by other calls, in processor seconds of one thread.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measure import results
from measure.timing import spent
from pipelines.core.models import ASSETS, MissingModel
from pipelines.core.progress import Progress
from pipelines.core.settings import Refusal
from studio.engine.probing import in_worker
from studio.engine.runners import InProcess
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact, Call, checked_call
from studio.storage.timing import SHIPPED, TENTH, keep_probed, remaining, shipped
from studio.studio import Studio, open_studio

BAR = 0.3
RUNS = 3
SESSION = "b" * 32
ASKED: tuple[
    tuple[str, dict[str, str], dict[str, Any], dict[str, Any]], ...
] = (  # files, settings that were measured, and that are tried
    (
        "generate.storybook",
        {},
        {"prompt": "a red fox beside a house by the sea at sunset"},
        {"prompt": "two boats on a lake in the morning"},
    ),
    (
        "stylize.painting",
        {"content": "samples/bridge-at-night.jpg", "style": "styles/hokusai-kazusa.jpg"},
        {},
        {"strength": 0.8},
    ),
    ("animate.camera", {"picture": "samples/moose.jpg"}, {"move": "orbit"}, {"move": "push in"}),
    (
        "infill.diffuse",
        {},
        {"text": "The fox came out of the ____ and looked at the ____."},
        {"text": "Snow covered the ____ of the old town."},
    ),
    (
        "narrate.speak",
        {},
        {"text": "Late in the afternoon, the light turned gold. A fox looked at the sea."},
        {"text": "The boat came home in the morning, and nobody had seen it leave."},
    ),
    ("compose.song", {}, {"mood": "calm", "ensemble": "piano", "seconds": 20}, {"mood": "playful", "seconds": 24}),
    ("detect.examine", {"media": "samples/coffee.jpg"}, {}, {}),
    ("detect.provenance", {"media": "samples/coffee.jpg"}, {}, {}),
)


@dataclass
class Told:
    """A run, and what was told of it when a tenth was done; None where nothing was told."""

    pipeline: str
    seconds: float = 0.0
    processor: float = 0.0
    told: float | None = None

    @property
    def error(self) -> float | None:
        """The share by which the told time was wrong."""
        return None if self.told is None else abs(self.told - self.seconds) / self.seconds


class Bench:
    """A studio of its own in a folder that goes."""

    def __init__(self, home: Path, probe: float, *, processor: bool = False) -> None:
        self.clock = time.process_time if processor else time.perf_counter
        self.studio: Studio = open_studio(home, InProcess(), spares=0)
        keep_probed(home, probe)

    def on_shelf(self, asset: str) -> str:
        """Put a bundled file on the shelf."""
        studio, source = self.studio, ASSETS / asset
        copy = studio.store.new_file(source.suffix)
        copy.write_bytes(source.read_bytes())
        return receive(studio.store, studio.intake, studio.certificate, SESSION, copy, source.name).id

    def call(self, pipeline: str, files: dict[str, str], settings: dict[str, Any]) -> Call:
        """A checked call on bundled files."""
        inputs = {slot: self.on_shelf(asset) for slot, asset in files.items()}

        def kind_of(id: str) -> str | None:
            found = self.studio.store.artifact(SESSION, id)
            return found.kind if found else None

        return checked_call(pipeline, inputs, settings, kind_of)

    def run(self, call: Call, *, again: bool = False) -> Told:
        """Run a call now, and note what is told when a tenth of it is done."""
        jobs, told = self.studio.jobs, Told(call.pipeline)
        begun, tenth = self.clock(), 0.0

        def listen(progress: Progress) -> None:
            nonlocal tenth
            if not tenth and progress.fraction >= TENTH:
                elapsed = self.clock() - begun
                tenth = elapsed * TENTH / progress.fraction
                row = jobs.store.rows(
                    "SELECT id FROM jobs WHERE state = 'running' AND lane = 'inline' ORDER BY id DESC LIMIT 1"
                )
                left = remaining(jobs.expected(jobs.job(SESSION, row[0]["id"])), elapsed, progress.fraction)
                told.told = None if left is None else elapsed + left

        with spent() as took:
            made: Artifact = jobs.run_now(SESSION, call, again=again, listen=listen)
        assert made.id == call.id
        told.seconds, told.processor = self.clock() - begun, took.processor
        jobs.store.rows(
            "UPDATE jobs SET seconds = ?, tenth = ? WHERE id = (SELECT MAX(id) FROM jobs)", told.seconds, tenth
        )  # by the same clock
        return told


def film_steps(bench: Bench) -> Iterator[Call]:
    """What a draft of the first scene of an example film is made of, each step when it can be made."""
    board = json.loads((ASSETS / "films" / "fox.json").read_text("utf-8"))
    board["scenes"] = board["scenes"][:1]
    films = bench.studio.films
    film = films.create(SESSION, board)
    while ready := films.plan(film, "draft").ready():
        call = ready[0].call
        assert call is not None
        yield call


def compared(only: list[str], *, processor: bool) -> list[Told]:
    """Every call three times; the runs in their order."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), in_worker(None), processor=processor)  # type: ignore[arg-type]
        for pipeline, files, _, settings in ASKED:
            if only and pipeline not in only:
                continue
            for number in range(1, RUNS + 1):
                try:
                    told = bench.run(bench.call(pipeline, files, settings), again=number > 1)
                except (Refusal, MissingModel) as problem:
                    print(f"{pipeline}: {problem}", flush=True)
                    break
                said = (
                    "nothing told"
                    if told.told is None
                    else f"told {told.told:.1f} s, {100 * (told.error or 0):.0f} % wrong"
                )
                print(
                    f"{pipeline}, run {number}: {told.seconds:.1f} s ({told.processor:.1f} s of processor), {said}",
                    flush=True,
                )
                found.append(told)
        bench.studio.close()
    return found


def measured(only: list[str]) -> dict[str, Any]:
    """The figures to be shipped: size, processor seconds and where a tenth was done, of every call and of the steps of a film."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), 1.0, processor=True)
        probe = in_worker(None)  # type: ignore[arg-type]
        calls = (bench.call(pipeline, files, settings) for pipeline, files, settings, _ in ASKED)
        for call in (one for many in (calls, film_steps(bench)) for one in many):
            if only and call.pipeline not in only and not call.pipeline.startswith("film."):
                continue
            took = bench.run(call)
            row = bench.studio.store.rows("SELECT size, measure, seconds, tenth FROM jobs ORDER BY id DESC LIMIT 1")[0]
            tenth = row["tenth"] / row["seconds"] if row["seconds"] and row["tenth"] < row["seconds"] else 0.0
            one = {
                "measure": row["measure"],
                "size": round(row["size"], 4),
                "seconds": round(took.processor, 3),
                "tenth": round(tenth, 3),
            }
            print(call.pipeline, one, flush=True)
            found[call.pipeline].append(one)
        probe = min(probe, in_worker(None))  # type: ignore[arg-type]
        bench.studio.close()
    return {"probe_seconds": round(probe, 5), "pipelines": dict(sorted(found.items()))}


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", nargs="*", default=[])
    asked.add_argument("--processor", action="store_true")
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    if given.write:
        told = measured(given.only)
        SHIPPED.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
        return
    runs = compared(given.only, processor=given.processor)
    errors = [one.error for one in runs if one.error is not None]
    first = [one.error for one in runs[::RUNS] if one.error is not None]
    results.tell(
        "estimates",
        {
            "runs": len(runs),
            "told": len(errors),
            "median_error": statistics.median(errors) if errors else None,
            "median_error_first": statistics.median(first) if first else None,
            "bar": BAR,
            "shipped": len(shipped()["pipelines"]),
            "clock": "processor" if given.processor else "wall",
        },
    )


if __name__ == "__main__":
    main()

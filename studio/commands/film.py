"""`python -m studio film`: a story in a text file, or a storyboard, becomes a film, with the seconds that each step took."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.commands.making import read_text
from studio.film.executors import render_here
from studio.film.plan import SIDES
from studio.film.steps import Step
from studio.film.stories import write_storyboard
from studio.film.storyboard import Storyboard, as_json, storyboard_of
from studio.studio import Studio

MOST_BYTES = 20_000_000  # of a storyboard


def render_file(
    studio: Studio,
    session: str,
    file: Path,
    given: Mapping[str, str],
    take_in: Callable[[str], str],
    keep: Path | None = None,
) -> int:
    """Render a story or a storyboard, write the film, and `keep` its storyboard. `take_in(path)` puts a file on the shelf and gives back its id. Raises Refusal."""
    if unknown := set(given) - {"out", "size"}:
        raise Refusal(f"The film takes out= and size=, not {', '.join(sorted(unknown))}.")
    size, out = given.get("size", "full"), Path(given.get("out", f"{file.stem}.mp4"))
    if size not in SIDES or out.suffix not in (".mp4", ".zip"):
        raise Refusal(f"size is {' or '.join(SIDES)}, and out ends in .mp4 (or .zip for the hand-off).")
    if not out.parent.is_dir():
        raise Refusal(f"There is no folder {out.parent} for the film.")
    films, started = studio.films, time.monotonic()
    film = films.create(session, read_board(studio, file, take_in))
    plan = films.plan(film, size)
    seconds, untimed = plan.remaining(studio.jobs.runner.parallel_jobs())
    spent = Spent(len(plan.steps))
    print("How long it takes is not known yet" if untimed else f"About {seconds:.0f} s")
    try:
        if keep is not None:
            keep.write_text(json.dumps(as_json(film.board), ensure_ascii=False, indent=1) + "\n", "utf-8")
        cut = render_here(films, film, size, heard=spent.heard)
        if out.suffix == ".zip":
            from studio.film.package import pack_handoff

            shutil.move(pack_handoff(films, film, size), out)
        else:
            shutil.copyfile(cut.path, out)
            for words in (".srt", ".vtt"):
                if (path := beside(cut.path) / f"subtitles{words}").is_file():
                    shutil.copyfile(path, out.with_suffix(words))
    except OSError as problem:
        raise Refusal(f"The film could not be written to {out}: {problem.strerror}.") from None
    finally:
        films.delete(session, film.id)
    print(
        f"{out}: {cut.facts['seconds_long']:.1f} s of {cut.facts['width']} x {cut.facts['height']} in {time.monotonic() - started:.1f} s"
        f" and {time.process_time():.0f} processor seconds ({spent.total:.1f} s of steps, {spent.made} made, {spent.kept} made before), id {cut.id}, payload sha256 {cut.facts['payload_sha256']}"
    )
    return 0


class Spent:
    """Shows each step as it is done, by a bar in a terminal and else by a line, and adds up what they took."""

    def __init__(self, steps: int) -> None:
        self.steps, self.total, self.made, self.kept = steps, 0.0, 0, 0

    def heard(self, step: Step, seconds: float | None) -> None:
        """Count a step with its seconds; None is one that was there already."""
        self.kept += seconds is None
        self.made += seconds is not None
        self.total += seconds or 0.0
        share = (self.made + self.kept) / self.steps
        if sys.stderr.isatty():
            bar = f"\r{'█' * round(30 * share):░<30} {share:4.0%}  {step.label[:40]:40}"
            print(bar, end="\n" if share >= 1 else "", file=sys.stderr, flush=True)
        elif seconds is not None:
            print(f"{seconds:8.1f} s  {step.label}", flush=True)


def read_board(studio: Studio, file: Path, take_in: Callable[[str], str]) -> Storyboard:
    """The storyboard in a file, in which pictures, sounds and music may name files beside it (`{"file": "boat.jpg"}`), or of a story in plain text, as the page reads it; what will not be seen is said. Raises Refusal."""
    text = read_text(file, MOST_BYTES)
    text = text if file.suffix == ".json" else write_storyboard(studio, text)
    try:
        board = json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(f"{file} is no storyboard: it cannot be read as JSON.") from None
    scenes = board.get("scenes") if isinstance(board, dict) else None
    parts = [one.get(name) for one in scenes or () if isinstance(one, dict) for name in ("picture", "sound")]
    for part in [*parts, board.get("music")] if isinstance(scenes, list) else ():
        if isinstance(part, dict) and isinstance(part.get("file"), str):
            part["artifact"] = take_in(str(file.parent / part.pop("file")))
    print(*board.get("notes", ()) if isinstance(scenes, list) else (), sep="\n")
    return storyboard_of(board)

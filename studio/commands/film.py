"""`python -m studio film`: a storyboard file becomes a film, with the seconds that each step took."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from pipelines.core.settings import Refusal
from pipelines.media import beside
from studio.film.executors import render_here
from studio.film.plan import SIDES
from studio.film.steps import Step
from studio.film.storyboard import Storyboard, storyboard_of
from studio.studio import Studio


def render_file(
    studio: Studio, session: str, file: Path, given: Mapping[str, str], take_in: Callable[[str], str]
) -> int:
    """Render a storyboard file and write the film. `take_in(path)` puts a file on the shelf and gives back its id. Raises Refusal."""
    unknown = set(given) - {"out", "size"}
    if unknown:
        raise Refusal(f"The film takes out= and size=, not {', '.join(sorted(unknown))}.")
    size, out = given.get("size", "full"), Path(given.get("out", f"{file.stem}.mp4"))
    if size not in SIDES or out.suffix not in (".mp4", ".zip"):
        raise Refusal(f"size is {' or '.join(SIDES)}, and out ends in .mp4 (or .zip for the hand-off).")
    if not out.parent.is_dir():
        raise Refusal(f"There is no folder {out.parent} for the film.")
    board = read_storyboard_file(file, take_in)
    films, started = studio.films, time.monotonic()
    film = films.create(session, board)
    spent = Spent()
    try:
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
    facts = cut.facts
    print(
        f"{out}: {facts['seconds_long']:.1f} s of {facts['width']} x {facts['height']} in {time.monotonic() - started:.1f} s"
        f" ({spent.total:.1f} s of steps, {spent.made} made, {spent.kept} made before), id {cut.id}, payload sha256 {facts['payload_sha256']}"
    )
    return 0


class Spent:
    """Prints each step as it is done and adds up what they took."""

    def __init__(self) -> None:
        self.total, self.made, self.kept = 0.0, 0, 0

    def heard(self, step: Step, seconds: float | None) -> None:
        """Count a step with its seconds; None is one that was there already."""
        if seconds is None:
            self.kept += 1
            return
        self.total, self.made = self.total + seconds, self.made + 1
        print(f"{seconds:8.1f} s  {step.label}", flush=True)


def read_storyboard_file(file: Path, take_in: Callable[[str], str]) -> Storyboard:
    """A storyboard file; pictures, sounds and music may name files beside it (`{"file": "boat.jpg"}`). Raises Refusal."""
    try:
        board = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise Refusal(f"There is no file {file}.") from None
    except (OSError, ValueError, RecursionError):
        raise Refusal(f"{file} is not a storyboard: it cannot be read as JSON.") from None
    if not isinstance(board, dict):
        raise Refusal(f"{file} is not a storyboard.")
    scenes = board.get("scenes")
    places = (
        [scene.get(name) for scene in scenes if isinstance(scene, dict) for name in ("picture", "sound")]
        if isinstance(scenes, list)
        else []
    )
    for place in [*places, board.get("music")]:
        if isinstance(place, dict) and isinstance(place.get("file"), str):
            place["artifact"] = take_in(str(file.parent / place.pop("file")))
    return storyboard_of(board)

"""REST and MCP for films: a story becomes a storyboard, a storyboard becomes a film, through the same renders as the page."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData
from gradio.utils import get_upload_folder

from pipelines.settings import Refusal
from studio.address import address_of
from studio.artifacts import Artifact
from studio.film_routes import MOST_BYTES, example
from studio.films import Film
from studio.studio import Studio
from studio.visitors import visitor_of

WAIT_SECONDS = 3600.0


def open_doors(studio: Studio) -> None:
    """Add both endpoints to the gr.Blocks that is open."""

    def film_storyboard(text: str, request: gr.Request) -> str:
        """A story of a few sentences as the JSON of a storyboard: scenes with pictures, motion and narration, to be edited and rendered.

        text: the story, at most 6,000 characters
        """
        try:
            visitor_of(request)
            return written(text)
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    def film(storyboard: str, size: Literal["full", "draft"] = "full", request: gr.Request | None = None) -> FileData:
        """Render a storyboard as a narrated, scored, signed film (MP4); finished steps are kept, so a changed storyboard is quicker.

        storyboard: its JSON, or fox, ghost or penguin for an example film
        size: full (the shorter side has 720 pixels) or draft (360)
        """
        try:
            return FileData(**rendered(studio, visitor_of(request), storyboard, size, address_of(request)))
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    gr.api(film_storyboard, api_name="film_storyboard", concurrency_limit=4)
    gr.api(film, api_name="film", concurrency_limit=4)


def written(text: str) -> str:
    """The storyboard of a story as JSON, with notes on what could not be drawn. Raises Refusal."""
    from pipelines.film.story import scenes_of
    from studio import storyboard

    scenes, notes = scenes_of(text)
    return json.dumps(storyboard.normal({"scenes": scenes}) | {"notes": notes}, ensure_ascii=False, indent=1)


def rendered(studio: Studio, session: str, given: str, size: str, address: str = "") -> dict[str, Any]:
    """Render and wait; gives back the file as Gradio hands it over. Raises Refusal."""
    if len(given.encode()) > MOST_BYTES:
        raise Refusal(f"This is more than a storyboard can hold ({MOST_BYTES // 1000} kB).")
    try:
        board = json.loads(given) if given.lstrip().startswith("{") else example(given.strip())
    except (ValueError, RecursionError) as problem:
        raise problem if isinstance(problem, Refusal) else Refusal("This storyboard cannot be read as JSON.") from None
    film = studio.films.create(session, board)
    try:
        studio.films.renders.begin(film, size, address=address)
    except Refusal:
        studio.films.delete(session, film.id)  # nothing was made of it
        raise
    made = _waited(studio, film)
    folder = Path(get_upload_folder()) / made.id
    folder.mkdir(parents=True, exist_ok=True)
    copy = folder / made.path.name
    shutil.copyfile(made.path, copy)
    return {"path": str(copy), "orig_name": copy.name, "mime_type": made.media_type, "size": made.bytes}


def _waited(studio: Studio, film: Film) -> Artifact:
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        row = studio.films.renders.newest(film.session, film.id)
        if row["state"] == "done":
            made = studio.store.artifact(film.session, row["artifact"])
            if made is None:
                raise Refusal("The film was deleted before it could be handed over.")
            return made
        if row["state"] != "running":
            raise Refusal(row["problem"] or "The render was cancelled.")
        time.sleep(0.2)
    studio.films.renders.cancel(film.session, film.id)
    raise Refusal("This took longer than an hour and was stopped; its finished steps are kept.")

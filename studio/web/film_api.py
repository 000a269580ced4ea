"""REST and MCP for films: a story becomes a storyboard, a storyboard becomes a film, through the same renders as the page."""

from __future__ import annotations

import asyncio
import json
from functools import partial
from typing import Any, Literal

import gradio as gr
from gradio.data_classes import FileData

from pipelines.core.settings import Refusal
from studio.access import api_uploads
from studio.access.concurrency import READINGS
from studio.access.visitors import visitor_of
from studio.film.library import Film
from studio.film.stories import write_storyboard
from studio.storage.artifacts import Artifact
from studio.studio import Studio
from studio.web.callers import caller_of, wait_for
from studio.web.film_routes import MOST_BYTES, example

# Not in Gradio's queue: MCP then awaits the call itself instead of a thread that asks this server once more; REST's /call still streams.
UNQUEUED: dict[str, Any] = {"queue": False, "concurrency_limit": None}


def open_doors(studio: Studio) -> None:
    """Add both endpoints to the gr.Blocks that is open."""

    async def film_storyboard(text: str, request: gr.Request) -> str:
        """A story of a few sentences as the JSON of a storyboard: scenes with pictures, motion and narration, to be edited and rendered.

        text: the story, at most 6,000 characters
        """
        try:
            session, address = visitor_of(request), caller_of(request).address
            return str(await READINGS.run(session, address, partial(write_storyboard, studio, text)))
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    async def film(
        storyboard: str, size: Literal["full", "draft"] = "full", request: gr.Request | None = None
    ) -> FileData:
        """Render a storyboard as a narrated, scored, signed film (MP4); finished steps are kept, so a changed storyboard is quicker.

        storyboard: its JSON, or fox, ghost or penguin for an example film
        size: full (the shorter side has 720 pixels) or draft (360)
        """
        try:
            return FileData(**await render_film(studio, visitor_of(request), storyboard, size, request))
        except Refusal as problem:
            raise gr.Error(str(problem), print_exception=False) from None

    gr.api(film_storyboard, api_name="film_storyboard", **UNQUEUED)
    gr.api(film, api_name="film", **UNQUEUED)


async def render_film(studio: Studio, session: str, given: str, size: str, request: Any = None) -> dict[str, Any]:
    """Render and wait; gives back the file as Gradio hands it over. Raises Refusal."""
    caller = caller_of(request)
    studio.waiting.check(session, caller.address)
    film = await asyncio.to_thread(_begin_render, studio, session, given, size, caller.address)

    return await asyncio.to_thread(
        api_uploads.hand_over,
        session,
        (
            await wait_for(
                studio,
                session,
                caller,
                lambda: _result_of(studio, film),
                give_up=lambda: studio.films.renders.cancel(film.session, film.id),
                late="This took too long and was stopped; finished steps are kept.",
            )
        ),
    )


def _begin_render(studio: Studio, session: str, given: str, size: str, address: str) -> Film:
    if len(given.encode("utf-8", "surrogatepass")) > MOST_BYTES:
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
    return film


def _result_of(studio: Studio, film: Film) -> Artifact | None:
    """The film once it is rendered; raises Refusal when it will not be."""
    render = studio.films.renders.newest(film.session, film.id)
    assert render is not None
    if render.state == "done":
        made = studio.store.artifact(film.session, render.artifact or "")
        if made is None:
            raise Refusal("The film was deleted before it could be handed over.")
        return made
    if render.state != "running":
        raise Refusal(render.problem or "The render was cancelled.")
    return None

"""The routes of films, under /studio/films: each answer is for the visitor who asks; another's film gives 403."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.hub import chat
from studio.access.address import address_of
from studio.access.concurrency import EXPORTS, READINGS, TELLING, AtOnce
from studio.access.route_guard import Limit, guarded, sentence, whole
from studio.film import describe, stories, templates
from studio.film.erase import erase
from studio.film.library import Films
from studio.film.storyboard import MOST_STORED, NEW_SOUND, as_json, storyboard_of

MOST_PARTS = 1000  # of a story
MOST_BYTES = 300_000  # of a request: a storyboard of 200 scenes is a third of it
EXAMPLES = ASSETS / "films"
Handler = Callable[[str, Request], Any]


def add(routes: APIRouter, films: Films) -> None:
    """Add all of them to the studio's router."""
    costly: dict[str, Limit] = {
        "/films": lambda request: _limit_of(request) if request.state.asked.get("story") else None,
        "/films/story": _limit_of,
        "/films/write": TELLING,
        "/films/translate": TELLING,
        "/figure": READINGS,
        "/films/pictured": READINGS,
        "/films/{id}/handoff": EXPORTS,
    }
    for path, handler, method in (
        ("/films/choices", choices, "GET"),
        ("/films", lambda session, request: {"films": films.listed(session)}, "GET"),
        ("/films", _create(films), "POST"),
        ("/films/story", _story(films), "POST"),
        ("/films/write", _write(films), "POST"),
        ("/films/translate", _translate(films), "POST"),
        ("/figure", _figure(films), "POST"),
        ("/films/pictured", _pictured(films), "POST"),
        ("/films/{id}", _one(films), "GET"),
        ("/films/{id}", _edit(films), "PUT"),
        ("/films/{id}/state", _state(films), "GET"),
        ("/films/{id}/takes/{step}", _takes(films), "GET"),
        ("/films/{id}/handoff", _handoff(films), "GET"),
        ("/films/{id}/{verb}", _change(films), "POST"),
    ):
        limit = costly.get(path)
        routes.add_api_route(path, guarded(handler, most_bytes=MOST_BYTES, costly=limit), methods=[method])


def _limit_of(request: Request) -> AtOnce:
    """The limit of reading a story: by a language model, or by our rules."""
    return TELLING if request.state.asked.get("director") == "model" else READINGS


def _size(request: Request) -> str:
    given = request.query_params.get("size") or getattr(request.state, "asked", {}).get("size")
    return str(given or "full")


def choices(session: str, request: Request) -> Any:
    """Everything that the page's menus offer, and the example films."""
    return describe.choices() | {
        "examples": [describe.example(path) for path in examples()],
        "templates": templates.listed(),
        "director": chat.named(),
    }


def examples() -> list[Path]:
    """The films that come with the studio, in the order in which they are shown."""
    order = {"fox": 0, "lighthouse": 1, "ghost": 2, "penguin": 3}
    return sorted(EXAMPLES.glob("*.json"), key=lambda path: (order.get(path.stem, 9), path.stem))


def example(name: str) -> dict[str, Any]:
    """The storyboard of an example film. Raises Refusal."""
    path = next((path for path in examples() if path.stem == name), None)
    if path is None:
        raise Refusal("The studio has no such film.")
    found = json.loads(path.read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def _create(films: Films) -> Handler:
    def create(session: str, request: Request) -> Any:
        asked = request.state.asked
        if asked.get("example"):
            board: Any = example(str(asked["example"]))
        elif asked.get("template"):
            board = templates.template(str(asked["template"]))
        elif asked.get("story"):
            told = _told(films, asked)
            board = {
                "title": str(asked.get("title") or told["title"])[:120],
                "format": asked.get("format"),
                "scenes": told["scenes"],
            }
        else:
            board = asked.get("storyboard") or {}
        if not asked.get("example") and isinstance(board, dict) and "music" not in board:
            board = board | NEW_SOUND
        return describe.film(films, films.create(session, board), _size(request))

    return create


def _told(films: Films, asked: dict[str, Any]) -> dict[str, Any]:
    """A story as a title, scenes and notes, read in a worker."""
    story = asked.get("story") or asked.get("text")
    if not isinstance(story, str):
        raise Refusal("A story is a text of a few sentences.")
    director = asked.get("director", "rules")
    if director not in ("rules", "model"):
        raise Refusal("A story is read by “rules” or by a “model”.")
    if director == "model" and chat.named() is None:
        raise Refusal(chat.NONE)
    run_in_worker, part = films.studio.jobs.runner.run_in_worker, asked.get("part")
    if director == "model" and part is not None:
        number = whole(str(part), "The part of a story", high=MOST_PARTS)
        reading = run_in_worker(
            films.store, "story part", text=story, part=number, met=stories.met_of(asked.get("met") or [])
        )
    else:
        reading = run_in_worker(films.store, "story", text=story, director=director)
    return reading | {"scenes": as_json(storyboard_of({"scenes": reading["scenes"]}))["scenes"]}


def _story(films: Films) -> Handler:
    return lambda session, request: _told(films, request.state.asked)


def _write(films: Films) -> Handler:
    """A story written by the administrator's language model; nothing is kept."""

    def write(session: str, request: Request) -> Any:
        text, ask = request.state.asked.get("text"), request.state.asked.get("ask")
        if not isinstance(text, str) or not isinstance(ask, str):
            raise Refusal("A story is written of a text, and of what is asked for.")
        if chat.named() is None:
            raise Refusal(chat.NONE)
        return films.studio.jobs.runner.run_in_worker(films.store, "write", text=text, ask=ask)

    return write


def _translate(films: Films) -> Handler:
    """The lines of a film in another language, by the administrator's language model; nothing is kept."""

    def translate(session: str, request: Request) -> Any:
        lines, language = request.state.asked.get("lines"), request.state.asked.get("language")
        if not isinstance(lines, list) or len(lines) > MOST_STORED or not all(isinstance(line, str) for line in lines):
            raise Refusal("What is translated is a list of lines.")
        if not isinstance(language, str):
            raise Refusal("Subtitles need a language.")
        if chat.named() is None:
            raise Refusal(chat.NONE)
        return films.studio.jobs.runner.run_in_worker(films.store, "translate", lines=lines, language=language)

    return translate


def _pictured(films: Films) -> Handler:
    """Small pictures of words, to choose from; the same for everybody, nothing is kept."""

    def pictured(session: str, request: Request) -> Any:
        words = request.state.asked.get("words")
        if (
            not isinstance(words, list)
            or not 0 < len(words) <= 8
            or not all(isinstance(w, str) and len(w) <= 40 for w in words)
        ):
            raise Refusal("Pictures are shown of one to eight words at a time.")
        return {"pictures": films.studio.jobs.runner.run_in_worker(films.store, "pictured", words=words)}

    return pictured


FIGURE = {  # what the editor of characters may ask for, and of which type
    "prompt": str,
    "character": dict,
    "changes": dict,
    "name": str,
    "voice": str,
    "action": str,
    "expression": str,
    "view": str,
    "height_px": int,
}
MOST_FIGURE_CHARACTERS = 20_000


def _figure(films: Films) -> Handler:
    """Somebody of the cast as the editor shows them; nothing is kept, so it belongs to nobody."""

    def figure(session: str, request: Request) -> Any:
        asked = request.state.asked
        words = {name: asked[name] for name, kind in FIGURE.items() if isinstance(asked.get(name), kind)}
        if len(json.dumps(words)) > MOST_FIGURE_CHARACTERS:
            raise Refusal("This is more than a character can be described with; please shorten it.")
        if not words.get("prompt") and "character" not in words:
            raise Refusal("Please say who it is first, for example “an old grandmother with round glasses”.")
        return films.studio.jobs.runner.run_in_worker(films.store, "figure", **words)

    return figure


def _one(films: Films) -> Handler:
    def one(session: str, request: Request) -> Any:
        return describe.film(films, films.film(session, request.path_params["id"]), _size(request))

    return one


def _state(films: Films) -> Handler:
    def state(session: str, request: Request) -> Any:
        return describe.film(films, films.film(session, request.path_params["id"]), _size(request), with_board=False)

    return state


def _edit(films: Films) -> Handler:
    def edit(session: str, request: Request) -> Any:
        asked = request.state.asked
        version = asked.get("version")
        made = films.edit(
            session,
            request.path_params["id"],
            asked.get("storyboard"),
            version=version if isinstance(version, int) else None,
            what=str(asked.get("what") or "")[:120],
        )
        return describe.film(films, made, _size(request))

    return edit


def _takes(films: Films) -> Handler:
    def takes(session: str, request: Request) -> Any:
        step = request.path_params["step"]
        found = films.takes(films.film(session, request.path_params["id"]), step, _size(request))
        return {"step": step, "takes": [describe.take(one) for one in found]}

    return takes


def _handoff(films: Films) -> Handler:
    def handoff(session: str, request: Request) -> Any:
        film = films.film(session, request.path_params["id"])
        runner = films.studio.jobs.runner
        path = Path(runner.run_in_worker(films.store, "handoff", session=session, film=film.id, size=_size(request)))
        name = describe.file_stem(film.title) + ".zip"
        return FileResponse(
            path, media_type="application/zip", filename=name, background=BackgroundTask(path.unlink, missing_ok=True)
        )

    return handoff


def _change(films: Films) -> Handler:
    def change(session: str, request: Request) -> Any:
        id, verb, asked = request.path_params["id"], request.path_params["verb"], request.state.asked
        if verb in ("delete", "undelete"):
            films.delete(session, id, back=verb == "undelete")
            if verb == "delete":
                films.studio.tally.note("deleted", address=address_of(request), session=session[:8], kind="film")
            return {"done": True}
        film = films.film(session, id)
        if verb == "erase":
            return {"count": erase(films, film, asked.get("also"))}
        if verb in ("undo", "redo"):
            film = films.undo(session, id, 1 if verb == "undo" else -1)
        elif verb == "duplicate":
            film = films.duplicate(session, id)
        elif verb == "render":
            films.renders.begin(film, _size(request), address=address_of(request))
        elif verb == "cancel":
            films.renders.cancel(session, id)
        elif verb == "reroll":
            private = bool(films.store.preferences(session).get("private"))
            job = films.reroll(
                film, str(asked.get("step")), _size(request), private=private, address=address_of(request)
            )
            return {"job": job, "film": describe.film(films, film, _size(request))}
        elif verb == "approve":
            film = films.approve(film, str(asked.get("step")), str(asked.get("artifact")), _size(request))
        else:
            return sentence(Refusal("There is no such thing to do."), 404)
        return describe.film(films, film, _size(request))

    return change

"""The routes of films, under /studio/films: each answer is for the visitor who asks; another's film gives 403."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError
from starlette.background import BackgroundTask

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from pipelines.hub import chat
from studio.access.address import address_of
from studio.access.concurrency import EXPORTS, READINGS, TELLING, AtOnce
from studio.access.route_guard import Handler, Limit, guard_route, sentence, whole
from studio.film import describe, templates
from studio.film.erase import erase
from studio.film.library import Film, Films
from studio.film.storyboard import MOST_STORED, NEW_SOUND, as_json, storyboard_of

MOST_PARTS = 1000  # of a story
MOST_BYTES = 300_000  # of a request: a storyboard of 200 scenes is a third of it
EXAMPLES = ASSETS / "films"
DEEDS = {"undo": 1, "redo": -1}
Asked = TypeVar("Asked", bound=BaseModel)


def _check_printable(name: str) -> str:
    if not name.isprintable():
        raise ValueError("a name has only signs that can be seen")
    return name


Part = Annotated[int, BeforeValidator(lambda part: whole(str(part), "The part of a story", high=MOST_PARTS))]
Name = Annotated[str, Field(max_length=120), AfterValidator(_check_printable)]


class StoryAsked(BaseModel):
    """A story to be read, whole or in a part, by our rules or the administrator's language model; `met`: who was in the parts before."""

    text: str
    director: Literal["rules", "model"] = "rules"
    part: Part | None = None
    met: Annotated[list[Name], Field(max_length=40)] = []


class TextAsked(BaseModel):
    """A text to be written by the administrator's language model."""

    text: str
    ask: str


class LinesAsked(BaseModel):
    """Lines of a film to be translated."""

    lines: Annotated[list[str], Field(max_length=MOST_STORED)]
    language: str


class WordsAsked(BaseModel):
    """Words whose small pictures are shown, to choose from."""

    words: Annotated[list[Annotated[str, Field(max_length=40)]], Field(min_length=1, max_length=8)]


SENTENCES: Mapping[type[BaseModel], str] = {  # for whoever asks otherwise
    StoryAsked: "A story is a text of a few sentences, read by “rules” or by a “model”.",
    TextAsked: "A story is written of a text, and of what is asked for.",
    LinesAsked: "Send a list of lines and a language.",
    WordsAsked: "Pictures are shown of one to eight words at a time.",
}


def check_asked(kind: type[Asked], asked: Mapping[str, Any]) -> Asked:
    """What was asked, as a record. Raises Refusal."""
    try:
        return kind.model_validate(asked)
    except ValidationError:
        raise Refusal(SENTENCES[kind]) from None


def add(routes: APIRouter, films: Films) -> None:
    """Add all of them to the studio's router."""
    film = FilmRoutes(films)
    table: tuple[tuple[str, Handler, str, Limit], ...] = (
        ("/films/choices", choices, "GET", None),
        ("/films", film.index, "GET", None),
        ("/films", film.create, "POST", _limit_of_begun),
        ("/films/story", film.story, "POST", _limit_of),
        ("/films/write", film.write, "POST", TELLING),
        ("/films/translate", film.translate, "POST", TELLING),
        ("/figure", film.figure, "POST", READINGS),
        ("/films/pictured", film.pictured, "POST", READINGS),
        ("/films/{id}", film.show, "GET", None),
        ("/films/{id}", film.edit, "PUT", None),
        ("/films/{id}/state", film.state, "GET", None),
        ("/films/{id}/takes/{step}", film.takes, "GET", None),
        ("/films/{id}/handoff", film.handoff, "GET", EXPORTS),
        ("/films/{id}/{verb}", film.change, "POST", None),
    )
    for path, handler, method, limit in table:
        routes.add_api_route(path, guard_route(handler, most_bytes=MOST_BYTES, costly=limit), methods=[method])


def _limit_of(request: Request) -> AtOnce:
    """The limit of reading a story: by a language model, or by our rules."""
    return TELLING if request.state.asked.get("director") == "model" else READINGS


def _limit_of_begun(request: Request) -> AtOnce | None:
    return _limit_of(request) if request.state.asked.get("story") else None


def _size(request: Request) -> str:
    return str((request.query_params.get("size") or getattr(request.state, "asked", {}).get("size")) or "full")


def choices(session: str, request: Request) -> Any:
    """Everything that the page's menus offer, and the example films."""
    return describe.choices() | {
        "examples": [describe.example(path) for path in examples()],
        "templates": templates.list_templates(),
        "director": chat.name_model(),
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
    return dict(json.loads(path.read_text("utf-8")))


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


class FilmRoutes:
    """The handlers of films and of what films are begun with."""

    def __init__(self, films: Films) -> None:
        self.films = films

    def _work(self, task: str, **words: Any) -> Any:
        return self.films.studio.jobs.runner.run_in_worker(self.films.store, task, **words)

    def _film(self, session: str, request: Request) -> Film:
        return self.films.film(session, request.path_params["id"])

    def _described(self, film: Film, request: Request, *, with_board: bool = True) -> Any:
        return describe.film(self.films, film, _size(request), with_board=with_board)

    def index(self, session: str, request: Request) -> Any:
        """A visitor's films."""
        return {"films": self.films.listed(session)}

    def create(self, session: str, request: Request) -> Any:
        """A film of an example, a template, a story, or a storyboard."""
        asked = request.state.asked
        if asked.get("example"):
            board: Any = example(str(asked["example"]))
        elif asked.get("template"):
            board = templates.template(str(asked["template"]))
        elif asked.get("story"):
            read = self._read_story({**asked, "text": asked["story"]})
            title = str(asked.get("title") or read["title"])[:120]
            board = {"title": title, "format": asked.get("format"), "scenes": read["scenes"]}
        else:
            board = asked.get("storyboard") or {}
        if not asked.get("example") and isinstance(board, dict) and "music" not in board:
            board = board | NEW_SOUND
        film = self.films.create(session, board)
        return self._described(film, request) if asked.get("example") else self._painted(film, request)

    def _painted(self, film: Film, request: Request) -> Any:
        """A film as it is now; the pictures that its scenes lack are begun, so that each is seen soon after it was told."""
        films, size = self.films, _size(request)
        private = bool(films.store.preferences(film.session).get("private"))
        with suppress(Refusal):
            for step in films.plan(film, size).stale:
                if step.kind == "picture" and step.settled and step.call and step.call.pipeline == "generate.storybook":
                    films.studio.jobs.submit(
                        film.session, "Film", step.call, private=private, lane="film", address=address_of(request)
                    )
        return self._described(film, request)

    def _read_story(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A story as a title, scenes and notes, read in a worker."""
        story = check_asked(StoryAsked, asked)
        if story.director == "model" and chat.name_model() is None:
            raise Refusal(chat.NONE)
        if story.director == "model" and story.part is not None:
            read = self._work("story part", text=story.text, part=story.part, met=story.met)
        else:
            read = self._work("story", text=story.text, director=story.director)
        return {**read, "scenes": as_json(storyboard_of({"scenes": read["scenes"]}))["scenes"]}

    def story(self, session: str, request: Request) -> Any:
        """A story as scenes; nothing is kept."""
        return self._read_story(request.state.asked)

    def _ask_model(self, task: str, words: BaseModel) -> Any:
        if chat.name_model() is None:
            raise Refusal(chat.NONE)
        return self._work(task, **words.model_dump())

    def write(self, session: str, request: Request) -> Any:
        """A story written by the administrator's language model; nothing is kept."""
        return self._ask_model("write", check_asked(TextAsked, request.state.asked))

    def translate(self, session: str, request: Request) -> Any:
        """The lines of a film in another language, by the administrator's language model; nothing is kept."""
        return self._ask_model("translate", check_asked(LinesAsked, request.state.asked))

    def pictured(self, session: str, request: Request) -> Any:
        """Small pictures of words; the same for everybody, nothing is kept."""
        return {"pictures": self._work("pictured", words=check_asked(WordsAsked, request.state.asked).words)}

    def figure(self, session: str, request: Request) -> Any:
        """Somebody of the cast as the editor shows them; nothing is kept, so it belongs to nobody."""
        asked = request.state.asked
        words = {name: asked[name] for name, kind in FIGURE.items() if isinstance(asked.get(name), kind)}
        if len(json.dumps(words)) > MOST_FIGURE_CHARACTERS:
            raise Refusal("This description is too long; shorten it.")
        if not words.get("prompt") and "character" not in words:
            raise Refusal("Say who it is, for example “an old grandmother with round glasses”.")
        return self._work("figure", **words)

    def show(self, session: str, request: Request) -> Any:
        """One film."""
        return self._described(self._film(session, request), request)

    def state(self, session: str, request: Request) -> Any:
        """How far a film is."""
        return self._described(self._film(session, request), request, with_board=False)

    def edit(self, session: str, request: Request) -> Any:
        """A new version of a film."""
        asked, id = request.state.asked, request.path_params["id"]
        version, what = asked.get("version"), str(asked.get("what") or "")[:120]
        version = version if isinstance(version, int) else None
        return self._painted(self.films.edit(session, id, asked.get("storyboard"), version=version, what=what), request)

    def takes(self, session: str, request: Request) -> Any:
        """The takes of a step."""
        step = request.path_params["step"]
        return {
            "step": step,
            "takes": [
                describe.take(take) for take in self.films.takes(self._film(session, request), step, _size(request))
            ],
        }

    def handoff(self, session: str, request: Request) -> Any:
        """A film with all its parts as a ZIP."""
        film = self._film(session, request)
        path = Path(self._work("handoff", session=session, film=film.id, size=_size(request)))
        name, gone = describe.file_stem(film.title) + ".zip", BackgroundTask(path.unlink, missing_ok=True)
        return FileResponse(path, media_type="application/zip", filename=name, background=gone)

    def change(self, session: str, request: Request) -> Any:
        """What the last word of the address says, done to a film."""
        films, asked = self.films, request.state.asked
        id, verb = request.path_params["id"], request.path_params["verb"]
        if verb in ("delete", "undelete"):
            films.delete(session, id, back=verb == "undelete")
            if verb == "delete":
                films.studio.tally.note("deleted", address=address_of(request), session=session[:8], kind="film")
            return {"done": True}
        film, size, step = films.film(session, id), _size(request), str(asked.get("step"))
        if verb == "erase":
            return {"count": erase(films, film, asked.get("also"))}
        if verb in DEEDS:
            return self._painted(films.undo(session, id, DEEDS[verb]), request)
        if verb == "duplicate":
            film = films.duplicate(session, id)
        elif verb == "render":
            films.renders.begin(film, size, address=address_of(request))
        elif verb == "cancel":
            films.renders.cancel(session, id)
        elif verb == "reroll":
            private = bool(films.store.preferences(session).get("private"))
            job = films.reroll(film, step, size, private=private, address=address_of(request))
            return {"job": job, "film": self._described(film, request)}
        elif verb == "approve":
            film = films.approve(film, step, str(asked.get("artifact")), size)
        else:
            return sentence(Refusal("There is no such thing to do."), 404)
        return self._described(film, request)

"""The stage, under /studio/stage: what can be chosen there, and a scene after one change. A visitor's own picture or film only; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple, get_args

from fastapi import APIRouter, Request

from pipelines.core.settings import Refusal
from studio.access.concurrency import STAGES
from studio.access.route_guard import guard_route
from studio.film.reading import MOST_CHARACTERS
from studio.film.scene_times import times_of
from studio.film.storyboard import check_line
from studio.storage.artifacts import Call, checked_call
from studio.studio import Studio
from studio.web.shelf_routes import kinds_on_shelf

PIPELINE, MOVES = "generate.storybook", "animate.layers"
MOST_BYTES = 120_000
NO_STAGE = "Only a picture of Storybook has a stage."


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the routes to the studio's router."""

    def change(session: str, request: Request) -> Any:
        asked = request.state.asked
        call, words = _call_of(studio, session, asked)
        scene, own = asked.get("scene"), asked.get("own")
        inputs, settings = dict(call.inputs), dict(call.settings)
        if isinstance(own, Mapping):
            inputs["thing"], settings["thing_name"] = str(own.get("id")), str(own.get("name"))
        elif words.line is not None and "own" in asked:  # the film's scene has it no longer
            inputs, settings["thing_name"] = {slot: id for slot, id in inputs.items() if slot != "thing"}, ""
        if isinstance(scene, Mapping):
            settings |= {"scene": json.dumps(scene), "place": "", "hour": "", "weather": ""}
        call = checked_call(call.pipeline, inputs, settings, kinds_on_shelf(studio, session))
        change = asked.get("change")
        if change is not None and not (isinstance(change, Mapping) and isinstance(scene, Mapping)):
            raise Refusal("A change of a scene is an object, and comes with the scene.")
        answer = studio.jobs.runner.run_in_worker(
            studio.store,
            "stage",
            session=session,
            call=call.as_dict(),
            change=change,
            known=asked.get("known"),
            **words.told,
        )
        if words.line is not None and words.times is not None:
            if len(answer["call"]["settings"]["scene"]) > MOST_CHARACTERS:
                raise Refusal("There is too much in this scene; take something out.")
            answer["times"] = words.times(check_line(answer["narration"]))
        return answer

    routes.add_api_route("/stage/choices", guard_route(lambda session, request: choices()), methods=["GET"])
    routes.add_api_route("/stage", guard_route(change, most_bytes=MOST_BYTES, costly=STAGES), methods=["POST"])


class Words(NamedTuple):
    """What is said in a film's scene as the page has it (None for a picture), what a worker is told of it, and when a line is said."""

    line: str | None = None
    told: Mapping[str, Any] = {}
    times: Callable[[str], dict[str, Any]] | None = None


def _call_of(studio: Studio, session: str, asked: Mapping[str, Any]) -> tuple[Call, Words]:
    """The Storybook call of a picture on the shelf or of a film's scene, and the line that the scene is read from. Raises Refusal."""
    of = asked.get("of")
    given = of if isinstance(of, Mapping) else {}
    if given.get("film"):
        film = studio.films.film(session, str(given["film"]))
        plan = studio.films.plan(film, "full")
        step = plan.steps.get(f"{given.get('scene')}.picture")
        scene = next((artifact for artifact in film.board.scenes if artifact.id == given.get("scene")), None)
        if scene is None or step is None or step.call is None or step.call.pipeline != PIPELINE:
            raise Refusal(NO_STAGE)

        def path_of(id: str) -> Path | None:
            artifact = studio.store.artifact(session, id)
            return artifact.path if artifact is not None else None

        line = asked.get("line")
        line = check_line(line) if isinstance(line, str) else scene.line
        moving = plan.steps.get(f"{scene.id}.motion")
        clip = moving.call.settings if moving and moving.call and moving.call.pipeline == MOVES else None
        clip = {**clip, "motions": ""} if clip and asked.get("change") else clip  # the changed record says it
        told = {"line": line, "shown": scene.picture.prompt, "clip": clip}
        return step.call, Words(line, told, partial(times_of, plan, scene, path_of=path_of))
    artifact = studio.store.artifact(session, str(given.get("artifact")))
    if artifact is None or artifact.call is None or artifact.call.pipeline != PIPELINE:
        raise Refusal(NO_STAGE)
    return artifact.call, Words()


@cache
def choices() -> dict[str, Any]:
    """Everything that the stage's menus offer, as words."""
    from pipelines.figures import EXPRESSIONS
    from pipelines.props import NOUNS
    from pipelines.scenes.performers import is_person, kinds, wearable
    from pipelines.scenes.record import Colour, Hour, Size, Weather
    from pipelines.scenes.settings import SEEDS

    figures = sorted(word for word, kind in kinds().items() if word == kind.replace("_", " "))
    words = {
        name: [one for one in get_args(kind) if one]
        for name, kind in (("colours", Colour), ("sizes", Size), ("hours", Hour), ("weathers", Weather))
    }
    return {
        "acts": acts(),
        "moods": sorted(EXPRESSIONS),
        "places": sorted(SEEDS),
        "seasons": ["autumn"],
        "worn": sorted(wearable()),
        **words,
        "people": [one for one in figures if is_person(one)],
        "animals": [one for one in figures if not is_person(one)],
        "things": sorted(NOUNS),
    }


def acts() -> dict[str, str]:
    """What figures can do, and what it is called."""
    from pipelines.figures import ACTIONS

    return dict(sorted(ACTIONS.items(), key=lambda entry: entry[1]))

"""The stage, under /studio/stage: what can be chosen there, and a scene after one change. A visitor's own picture or film only; nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.access.guard import guarded
from studio.engine.at_once import AtOnce
from studio.storage.artifacts import Call, checked_call
from studio.studio import Studio
from studio.web.shelf_routes import kinds_on_shelf

PIPELINE = "generate.storybook"
MOST_BYTES = 120_000
STAGES = AtOnce("change on the stage", total=6, each=2)
NO_STAGE = "Only a picture that Storybook paints has a stage."


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the routes to the studio's router."""

    def change(session: str, request: Request) -> Any:
        asked = request.state.asked
        call, line = _call_of(studio, session, asked.get("of"))
        scene, own = asked.get("scene"), asked.get("own")
        if isinstance(own, Mapping) and not line:  # a film's scenes have no slot for it
            call = Call(call.pipeline, {**call.inputs, "thing": str(own.get("id"))}, {**call.settings, "thing_name": str(own.get("name"))})  # fmt: skip
        if isinstance(scene, Mapping):
            call = Call(
                call.pipeline,
                call.inputs,
                {**call.settings, "scene": json.dumps(scene), "place": "", "hour": "", "weather": ""},
            )
        call = checked_call(call.pipeline, call.inputs, call.settings, kinds_on_shelf(studio, session))
        change = asked.get("change")
        if change is not None and not (isinstance(change, Mapping) and isinstance(scene, Mapping)):
            raise Refusal("A change of a scene is an object, and comes with the scene.")
        with STAGES.of(session, address_of(request)):
            return studio.jobs.runner.apart(
                studio.store, "stage", session=session, call=call.as_dict(), change=change, known=asked.get("known"), line=line
            )  # fmt: skip

    routes.add_api_route("/stage/choices", guarded(lambda session, request: choices()), methods=["GET"])
    routes.add_api_route("/stage", guarded(change, most_bytes=MOST_BYTES, slow=True), methods=["POST"])


def _call_of(studio: Studio, session: str, of: Any) -> tuple[Call, str]:
    """The Storybook call of a picture on the shelf or of a film's scene, and the line that the scene is read from. Raises Refusal."""
    given = of if isinstance(of, Mapping) else {}
    if given.get("film"):
        film = studio.films.film(session, str(given["film"]))
        step = studio.films.plan(film, "full").steps.get(f"{given.get('scene')}.picture")
        scene = next((one for one in film.board.scenes if one.id == given.get("scene")), None)
        if scene is None or step is None or step.call is None or step.call.pipeline != PIPELINE:
            raise Refusal(NO_STAGE)
        return step.call, scene.line or scene.picture.prompt
    one = studio.store.artifact(session, str(given.get("artifact")))
    if one is None or one.call is None or one.call.pipeline != PIPELINE:
        raise Refusal(NO_STAGE)
    if one.call.settings.get("engine"):
        raise Refusal("The stage shows what code paints; a network draws all things of this picture.")
    return one.call, ""


@cache
def choices() -> dict[str, Any]:
    """Everything that the stage's menus offer, as words."""
    from pipelines.figures import EXPRESSIONS
    from pipelines.props import NOUNS
    from pipelines.scenes.performers import is_person, kinds, wearable
    from pipelines.scenes.record import Colour, Hour, Size, Weather
    from pipelines.scenes.settings import SEEDS

    figures = sorted(word for word, kind in kinds().items() if word == kind.replace("_", " "))
    words = {name: [one for one in kind.__args__ if one] for name, kind in (("colours", Colour), ("sizes", Size), ("hours", Hour), ("weathers", Weather))}  # type: ignore[attr-defined]  # fmt: skip
    return {
        "acts": acts(), "moods": sorted(EXPRESSIONS), "places": sorted(SEEDS), "seasons": ["autumn"], "worn": sorted(wearable()), **words,
        "people": [one for one in figures if is_person(one)], "animals": [one for one in figures if not is_person(one)], "things": sorted(NOUNS),
    }  # fmt: skip


def acts() -> dict[str, str]:
    """What figures can do, and what it is called."""
    from pipelines.figures import ACTIONS

    return dict(sorted(ACTIONS.items(), key=lambda entry: entry[1]))

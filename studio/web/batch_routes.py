"""Batches (one method over many files) and presets (settings of a method under a name)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.run import find
from pipelines.core.settings import Refusal, SeedField, check_setting, settings_of
from studio.access.address import address_of
from studio.access.guard import guarded, sentence
from studio.engine.batches import MOST_FILES
from studio.storage.artifacts import checked_call
from studio.storage.titles import clean_text
from studio.studio import Studio
from studio.web.controls import settings_from
from studio.web.sendto import Board
from studio.web.workbench import check_models

MOST_PRESETS = 20  # of one method
MOST_PRESETS_BYTES = 100_000  # of one session
MOST_MESSAGE_BYTES = 100_000


def add(routes: APIRouter, studio: Studio, board: Board) -> None:
    """Add all of them to the studio's router; batches that the last process did not finish go on."""
    batches = studio.batches

    def kind(session: str) -> Any:
        return lambda id: found.kind if (found := studio.store.artifact(session, id)) else None

    def begin(session: str, request: Request) -> Any:
        asked = request.state.asked
        pipeline, slot, ids = str(asked.get("pipeline")), str(asked.get("slot")), asked.get("ids")
        home = board.home_of(pipeline)
        if home is None:
            raise Refusal("This studio has no such method.")
        form = settings_of(find(pipeline))
        if slot not in {one.name for one in form.slots}:
            raise Refusal("This method takes no such file.")
        if not isinstance(ids, list) or not ids or len(ids) > MOST_FILES or not all(isinstance(id, str) for id in ids):
            raise Refusal(f"Choose between 1 and {MOST_FILES} files of the shelf.")
        given, others = asked.get("settings"), asked.get("inputs")
        seeds = {one.name: None for one in form.settings if isinstance(one.field, SeedField)}  # one new seed for all
        settings = settings_from(form, form.defaults | seeds | (given if isinstance(given, dict) else {}))
        fixed = {str(name): str(id) for name, id in (others if isinstance(others, dict) else {}).items() if id}
        calls = [checked_call(pipeline, {**fixed, slot: id}, settings, kind(session)) for id in dict.fromkeys(ids)]
        check_models(pipeline)
        private = bool(studio.store.preferences(session).get("private"))
        key = studio.jobs.addresses.key(address_of(request))
        return {"id": batches.begin(session, home.name, calls, private=private, address_key=key)}

    def progress(session: str, request: Request) -> Any:
        return batches.progress(session, request.path_params["id"])

    def listed(session: str, request: Request) -> Any:
        return {"batches": batches.listed(session)}

    def stop(session: str, request: Request) -> Any:
        batches.stop(session, request.path_params["id"])
        return {"done": True}

    def presets(session: str, request: Request) -> Any:
        return {"presets": studio.store.preferences(session).get("presets", {})}

    routes.add_api_route("/batches", guarded(begin, most_bytes=MOST_MESSAGE_BYTES), methods=["POST"])
    routes.add_api_route("/batches", guarded(listed), methods=["GET"])
    routes.add_api_route("/batches/{id}", guarded(progress), methods=["GET"])
    routes.add_api_route("/batches/{id}/stop", guarded(stop), methods=["POST"])
    routes.add_api_route("/presets", guarded(presets), methods=["GET"])
    routes.add_api_route(
        "/presets", guarded(partial(_keep, studio, board), most_bytes=MOST_MESSAGE_BYTES), methods=["POST"]
    )


def _keep(studio: Studio, board: Board, session: str, request: Request) -> Any:
    """A preset under its name, or none any more where `settings` is null."""
    asked = request.state.asked
    pipeline, name = str(asked.get("pipeline")), clean_text(asked.get("name"), 60)
    if board.home_of(pipeline) is None:
        return sentence(Refusal("This studio has no such method."), 404)
    if not name:
        raise Refusal("Please type a name for the preset.")
    held = studio.store.preferences(session).get("presets", {})
    mine = dict(held.get(pipeline, {}))
    if asked.get("settings") is None:
        mine.pop(name, None)
    else:
        mine[name] = _settings(pipeline, asked["settings"])
        if len(mine) > MOST_PRESETS:
            raise Refusal(f"A method keeps {MOST_PRESETS} presets; please delete one first.")
    kept = {**held, pipeline: mine}
    if len(json.dumps(kept)) > MOST_PRESETS_BYTES:
        raise Refusal("Your presets hold too many texts; please delete one first.")
    studio.store.set_preference(session, "presets", kept)
    return {"presets": kept}


def _settings(pipeline: str, given: Any) -> dict[str, Any]:
    """Those settings of a method, each checked. Raises Refusal."""
    form = settings_of(find(pipeline))
    if not isinstance(given, dict):
        raise Refusal("A preset is the settings of a method.")
    kept = {}
    for name, value in given.items():
        if name in form.defaults and value is not None:
            check_setting(form.setting(name), value)
            kept[name] = value
    return kept

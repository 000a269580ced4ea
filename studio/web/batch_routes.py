"""Batches: one method over many files."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.run import find
from pipelines.core.settings import Refusal, SeedField, settings_of
from studio.access.address import address_of
from studio.access.route_guard import guard_route
from studio.engine.batches import MOST_FILES
from studio.storage.artifacts import checked_call
from studio.studio import Studio
from studio.web.controls import settings_from
from studio.web.sendto import TabRegistry
from studio.web.workbench import check_models

MOST_MESSAGE_BYTES = 100_000


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
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
        if slot not in {setting.name for setting in form.slots}:
            raise Refusal("This method takes no such file.")
        if not isinstance(ids, list) or not ids or len(ids) > MOST_FILES or not all(isinstance(id, str) for id in ids):
            raise Refusal(f"Choose 1 to {MOST_FILES} files of the shelf.")
        given, others = asked.get("settings"), asked.get("inputs")
        seeds = {
            setting.name: None for setting in form.settings if isinstance(setting.field, SeedField)
        }  # one new seed for all
        settings = settings_from(form, form.defaults | seeds | (given if isinstance(given, dict) else {}))
        fixed = {str(name): str(id) for name, id in (others if isinstance(others, dict) else {}).items() if id}
        calls = [checked_call(pipeline, {**fixed, slot: id}, settings, kind(session)) for id in dict.fromkeys(ids)]
        check_models(pipeline)
        private = bool(studio.store.preferences(session).get("private"))
        key = studio.jobs.addresses.key(address_of(request))
        return {"id": batches.begin(session, home.name, calls, private=private, address_key=key)}

    def progress(session: str, request: Request) -> Any:
        return batches.progress(session, request.path_params["id"])

    def list_batches(session: str, request: Request) -> Any:
        return {"batches": batches.listed(session)}

    def stop(session: str, request: Request) -> Any:
        batches.stop(session, request.path_params["id"])
        return {"done": True}

    routes.add_api_route("/batches", guard_route(begin, most_bytes=MOST_MESSAGE_BYTES), methods=["POST"])
    routes.add_api_route("/batches", guard_route(list_batches), methods=["GET"])
    routes.add_api_route("/batches/{id}", guard_route(progress), methods=["GET"])
    routes.add_api_route("/batches/{id}/stop", guard_route(stop), methods=["POST"])

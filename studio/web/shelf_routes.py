"""The shelf: its cards, the details of one, its credential, deleting and making again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.access.concurrency import READING
from studio.access.route_guard import guard_route, sentence, whole
from studio.engine.uploads import trust_of
from studio.storage.artifacts import checked_call
from studio.studio import Studio
from studio.web import describe
from studio.web.media_routes import FORBIDDEN, find_own
from studio.web.sendto import TabRegistry
from studio.web.upload_routes import UPLOADS


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add the routes of the shelf."""
    store = studio.store

    def shelf(session: str, request: Request) -> Any:
        asked = request.query_params
        cards = store.shelf(
            session,
            words=asked.get("words", ""),
            kind=asked.get("kind", ""),
            favourites="favourites" in asked,
            limit=60,
            offset=whole(asked.get("offset"), "The place on the shelf"),
        )
        return {
            "cards": [describe.card(board, one) for one in cards],
            "bytes": store.used_bytes(session),
            "quota": store.quota_bytes,
        }

    def details(session: str, request: Request) -> Any:
        found = find_own(studio, session, request)
        if found is None:
            return sentence(Refusal(FORBIDDEN), 403)
        return describe.details(studio, board, found)

    def change(session: str, request: Request) -> Any:
        id, verb = request.path_params["id"], request.path_params["verb"]
        if verb == "undelete":
            store.undelete(session, id)
        elif store.artifact(session, id) is None:
            return sentence(Refusal(FORBIDDEN), 403)
        elif verb == "delete":
            store.delete(session, id)
            studio.tally.note("deleted", address=address_of(request), session=session[:8], kind="artifact")
        elif verb in ("favourite", "unfavourite"):
            store.set_favourite(session, id, verb == "favourite")
        else:
            return sentence(Refusal("There is no such thing to do."), 404)
        return {"done": True}

    routes.add_api_route("/shelf", guard_route(shelf), methods=["GET"])
    routes.add_api_route("/artifacts/{id}", guard_route(details), methods=["GET"])
    routes.add_api_route("/artifacts/{id}/credential", guard_route(partial(_credential, studio)), methods=["GET"])
    routes.add_api_route("/artifacts/{id}/replay", guard_route(partial(_replay, studio, board)), methods=["POST"])
    routes.add_api_route("/artifacts/{id}/{verb}", guard_route(change), methods=["POST"])


async def _credential(studio: Studio, session: str, request: Request) -> Any:
    """What the file's own credential says, read from the file, with everything it was made from."""
    found = find_own(studio, session, request)
    if found is None or not found.path.exists():
        return sentence(Refusal(FORBIDDEN), 403)
    trust = trust_of(studio.store, studio.certificate)
    ask = partial(studio.intake.credential, found.path, found.media_type, trust)
    with READING.of(session, address_of(request)):
        said = await asyncio.get_running_loop().run_in_executor(UPLOADS, ask)
    return said | {"words": describe.STATES[said["state"]], "record": None}


def _replay(studio: Studio, board: TabRegistry, session: str, request: Request) -> Any:
    """Submit the call of a result again, with another seed where one is given."""
    found = find_own(studio, session, request)
    if found is None:
        return sentence(Refusal(FORBIDDEN), 403)
    call, _ = describe.record_of(found)
    seed = request.state.asked.get("seed")
    settings = call.settings | ({"seed": seed} if seed is not None and "seed" in call.settings else {})
    fresh = checked_call(call.pipeline, call.inputs, settings, kinds_on_shelf(studio, session))
    home = board.home_of(call.pipeline)
    again = fresh.id == call.id
    job = studio.jobs.submit(
        session,
        home.name if home else "",
        fresh,
        private=is_private(studio, session),
        again=again,
        address=address_of(request),
    )
    return {"job": job.id, "again": again, "tab": job.tab}


def kinds_on_shelf(studio: Studio, session: str) -> Callable[[str], str | None]:
    """A function from an artifact of the visitor to its kind."""
    return lambda id: found.kind if (found := studio.store.artifact(session, id)) else None


def is_private(studio: Studio, session: str) -> bool:
    """Whether the visitor chose not to be recorded in their results."""
    return bool(studio.store.preferences(session).get("private"))

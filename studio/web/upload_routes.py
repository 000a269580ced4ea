"""Files that arrive: a visitor's uploads, and pictures that come with the studio."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.access.concurrency import READING
from studio.access.route_guard import guard_route, whole
from studio.access.visitors import COUNTED
from studio.engine.uploads import receive
from studio.intake.limits import MOST_BYTES
from studio.storage.artifacts import Artifact
from studio.storage.reservations import Reservation
from studio.storage.store import plain_words
from studio.studio import Studio
from studio.web import describe
from studio.web.sendto import TabRegistry
from studio.web.shipped import asset_files
from studio.web.specimens import specimens

UPLOADS = ThreadPoolExecutor(
    16, thread_name_prefix="upload"
)  # they may wait for the intake; nothing else waits for them
TOO_LARGE = f"This file is larger than {MOST_BYTES / 1e6:.0f} MB; make it smaller."


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add the routes by which files arrive."""

    async def upload(session: str, request: Request) -> Any:
        asked = request.query_params
        announced = whole(request.headers.get("content-length"), "The length of the file", high=10**15)
        if announced > MOST_BYTES:
            raise Refusal(TOO_LARGE)
        path = studio.store.new_file(".upload")
        kinds, name = [asked["kind"]] if asked.get("kind") else None, asked.get("name", "")
        studio.store.seen(session)
        counted = COUNTED in request.scope  # by `studio.storage.arrivals`, before the message came here
        with nullcontext() if counted else studio.store.reserve(session, announced) as room:
            try:
                await write_body(request, path, MOST_BYTES, TOO_LARGE, room)
                found = await _taken_in(studio, session, path, name, kinds, address_of(request))
            finally:
                path.unlink(missing_ok=True)
        return describe.card(board, found) | {"restorable": bool((found.facts.get("credential") or {}).get("record"))}

    async def adopt(session: str, request: Request) -> Any:
        """A picture that comes with the studio, put on the visitor's shelf."""
        asset = str(request.state.asked.get("asset", ""))
        path = asset_files().get(asset)
        if path is None:
            raise Refusal("The studio has no such picture.")
        copy = studio.store.new_file(path.suffix)
        studio.store.check_room(session)
        title = str(_titles().get(asset, path.stem))
        with READING.of(session, address_of(request)), plain_words():
            copy.write_bytes(path.read_bytes())
            found = await _taken_in(studio, session, copy, title + path.suffix)
        return describe.card(board, found)

    def examples(session: str, request: Request) -> Any:
        return {"specimens": specimens()}

    routes.add_api_route("/specimens", guard_route(examples), methods=["GET"])
    routes.add_api_route("/upload", guard_route(upload, raw=True), methods=["POST"])
    routes.add_api_route("/adopt", guard_route(adopt), methods=["POST"])


async def write_body(request: Request, path: Path, most_bytes: int, too_large: str, room: Reservation | None) -> None:
    """Write the body of a request to a file, in the room that is reserved for it. Raises Refusal where it is too long."""
    size = 0
    with plain_words(), path.open("wb") as file:
        async for block in request.stream():
            size += len(block)
            if size > most_bytes:
                raise Refusal(too_large)
            if room is not None:
                room.grow(len(block))
            file.write(block)


async def _taken_in(
    studio: Studio, session: str, path: Path, name: str, kinds: Collection[str] | None = None, address: str = ""
) -> Artifact:
    """Examine a file and put it on the shelf, in a thread that nothing else waits for."""
    work = (studio.store, studio.intake, studio.certificate, session, path, name)
    return await asyncio.get_running_loop().run_in_executor(
        UPLOADS, partial(receive, *work, kinds=kinds, address=address)
    )


def _titles() -> dict[str, str]:
    from studio.web.bundled import read_bundled

    titles = {one.asset: one.caption for group in ("styles", "samples") for one in read_bundled(group)}
    return titles | {one["asset"]: one["title"] for one in specimens()}

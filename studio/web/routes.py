"""The studio's own routes, beside Gradio's: media for their owner only, uploads, the queue, the shelf.

Every answer is for the visitor who asks; anybody else's id gives 403. What changes something must come from our own page: it
carries the header `x-studio`, which another site cannot add without permission.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.background import BackgroundTask

from pipelines.core.run import find
from pipelines.core.settings import Refusal, settings_of
from pipelines.media import MEDIA_TYPES
from pipelines.media import beside as beside_of
from studio.access.address import address_of
from studio.access.guard import close, guarded, public, sentence, whole
from studio.access.visitors import COUNTED
from studio.engine.at_once import EXPORTS, READING
from studio.engine.uploads import receive, trust_of
from studio.intake.examiner import MOST_BYTES
from studio.storage.artifacts import Artifact, Call, checked_call
from studio.storage.store import plain_words
from studio.storage.titles import clean_file_name
from studio.studio import Studio
from studio.web import (
    batch_routes,
    describe,
    film_routes,
    lab_routes,
    mine_routes,
    model_routes,
    newsroom,
    project_routes,
    quiz,
    share_routes,
    writing_routes,
)
from studio.web.api_page import api_page
from studio.web.controls import settings_from
from studio.web.sendto import Board
from studio.web.shipped import PICTURES, asset_files, static_files
from studio.web.specimens import specimens
from studio.web.tongues import language_of, words_script
from studio.web.workbench import check_models

UPLOADS = ThreadPoolExecutor(
    16, thread_name_prefix="upload"
)  # they may wait for the intake; nothing else waits for them
TOO_LARGE = f"This file is larger than {MOST_BYTES / 1e6:.0f} MB; make it smaller and choose it again."
MEDIA_HEADERS = {"cache-control": "private, max-age=3600", "content-security-policy": "default-src 'none'; sandbox"}


def router(studio: Studio, board: Board, *, fetch_at_once: bool = False) -> APIRouter:
    """All routes under /studio; with `fetch_at_once` missing models are fetched without being asked for (a Space)."""
    routes = APIRouter(prefix="/studio")
    batch_routes.add(routes, studio, board)
    project_routes.add(routes, studio, board)  # before the routes whose last part is any verb
    _media_routes(routes, studio, board)
    _shelf_routes(routes, studio, board)
    _upload_routes(routes, studio, board)
    _job_routes(routes, studio, board)
    model_routes.add(routes, studio, fetch_at_once=fetch_at_once)
    film_routes.add(routes, studio.films)
    mine_routes.add(routes, studio)
    lab_routes.add(routes, studio, board)
    share_routes.add(routes, studio, board)
    newsroom.add(routes, studio)
    quiz.add(routes, studio)
    writing_routes.add(routes, studio)
    _static_routes(routes)
    listed = api_page(board)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    routes.add_api_route(
        "/api",
        guarded(lambda session, request: HTMLResponse(listed, headers={"content-security-policy": policy})),
        methods=["GET"],
    )
    close(routes)
    return routes


def _owned(studio: Studio, session: str, request: Request) -> Artifact | None:
    return studio.store.artifact(session, request.path_params["id"])


FORBIDDEN = "This is not on your shelf."


def _media_routes(routes: APIRouter, studio: Studio, board: Board) -> None:
    def media(session: str, request: Request) -> Response:
        found = _owned(studio, session, request)
        if found is None or not found.path.exists():
            return sentence(Refusal(FORBIDDEN), 403)
        how = "attachment" if "download" in request.query_params else "inline"
        name = clean_file_name(request.query_params.get("download") or "", found.path.name)
        return FileResponse(
            found.path, media_type=found.media_type, filename=name, content_disposition_type=how, headers=MEDIA_HEADERS
        )

    def beside(session: str, request: Request) -> Response:
        found, name = _owned(studio, session, request), request.path_params["name"]
        known = {file["name"] for file in found.facts.get("files", ())} if found else set()
        if found is None or name not in known:
            return sentence(Refusal(FORBIDDEN), 403)
        path = beside_of(found.path) / name
        if not path.is_file():
            return sentence(Refusal(FORBIDDEN), 403)
        kind = MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream")
        saved = request.query_params.get("download")
        how = "attachment" if saved is not None else "inline"
        return FileResponse(
            path,
            media_type=kind,
            filename=clean_file_name(saved or "", name),
            content_disposition_type=how,
            headers=MEDIA_HEADERS,
        )

    async def export(session: str, request: Request) -> Response:
        found = _owned(studio, session, request)
        if found is None:
            return sentence(Refusal(FORBIDDEN), 403)
        ending = "." + request.path_params["format"]
        words = {"session": session, "id": found.id, "ending": ending, "language": language_of(request.scope)}
        with EXPORTS.of(session, address_of(request)):
            path = Path(await asyncio.to_thread(studio.jobs.runner.apart, studio.store, "export", **words))
        name = describe.card(board, found)["file_name"].rsplit(".", 1)[0] + ending
        return FileResponse(
            path,
            media_type=MEDIA_TYPES[path.suffix],
            filename=name,
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    def piece(session: str, request: Request) -> Response:
        job = studio.jobs.job(session, whole(request.path_params["id"], "The job's number"))
        path = studio.jobs.piece(job, whole(request.path_params["number"], "The piece's number", high=100_000))
        if not path.is_file():
            return Response(status_code=204)
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "no-store"})

    def thumbnail(session: str, request: Request) -> Response:
        found = _owned(studio, session, request)
        if found is None or not studio.store.thumbnail_path(found).is_file():
            return sentence(Refusal(FORBIDDEN), 403)
        return FileResponse(studio.store.thumbnail_path(found), media_type="image/webp", headers=MEDIA_HEADERS)

    def preview(session: str, request: Request) -> Response:
        job = studio.jobs.job(session, whole(request.path_params["id"], "The job's number"))
        live = studio.jobs.live_of(job)
        if live is None or not live.preview:
            return Response(status_code=204)
        return Response(live.preview, media_type="image/webp", headers={"cache-control": "no-store"})

    routes.add_api_route("/media/{id}", guarded(media), methods=["GET"])
    routes.add_api_route("/thumbnail/{id}", guarded(thumbnail), methods=["GET"])
    routes.add_api_route("/media/{id}/files/{name}", guarded(beside), methods=["GET"])
    routes.add_api_route("/media/{id}/export/{format}", guarded(export), methods=["GET"])
    routes.add_api_route("/jobs/{id}/heard/{number}", guarded(piece), methods=["GET"])
    routes.add_api_route("/jobs/{id}/preview", guarded(preview), methods=["GET"])


def _shelf_routes(routes: APIRouter, studio: Studio, board: Board) -> None:
    store = studio.store

    def shelf(session: str, request: Request) -> Any:
        asked = request.query_params
        found = store.shelf(
            session, words=asked.get("words", ""), kind=asked.get("kind", ""), favourites="favourites" in asked,
            limit=60, offset=whole(asked.get("offset"), "The place on the shelf"),
        )  # fmt: skip
        return {
            "cards": [describe.card(board, one) for one in found],
            "bytes": store.used_bytes(session),
            "quota": store.quota_bytes,
        }

    def details(session: str, request: Request) -> Any:
        found = _owned(studio, session, request)
        if found is None:
            return sentence(Refusal(FORBIDDEN), 403)
        return describe.details(studio, board, found)

    async def credential(session: str, request: Request) -> Any:
        """What the file's own credential says, read from the file, with everything it was made from."""
        found = _owned(studio, session, request)
        if found is None or not found.path.exists():
            return sentence(Refusal(FORBIDDEN), 403)
        trust = trust_of(studio.store, studio.certificate)
        ask = partial(studio.intake.credential, found.path, found.media_type, trust)
        with READING.of(session, address_of(request)):
            said = await asyncio.get_running_loop().run_in_executor(UPLOADS, ask)
        return said | {"words": describe.STATES[said["state"]], "record": None}

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

    def replay(session: str, request: Request) -> Any:
        found = _owned(studio, session, request)
        if found is None:
            return sentence(Refusal(FORBIDDEN), 403)
        call, _ = describe.record_of(found)
        seed = request.state.asked.get("seed")
        settings = call.settings | ({"seed": seed} if seed is not None and "seed" in call.settings else {})
        fresh = checked_call(call.pipeline, call.inputs, settings, _kinds(studio, session))
        home = board.home_of(call.pipeline)
        again = fresh.id == call.id
        job = studio.jobs.submit(
            session,
            home.name if home else "",
            fresh,
            private=_private(studio, session),
            again=again,
            address=address_of(request),
        )
        return {"job": job.id, "again": again, "tab": job.tab}

    routes.add_api_route("/shelf", guarded(shelf), methods=["GET"])
    routes.add_api_route("/artifacts/{id}", guarded(details), methods=["GET"])
    routes.add_api_route("/artifacts/{id}/credential", guarded(credential), methods=["GET"])
    routes.add_api_route("/artifacts/{id}/replay", guarded(replay), methods=["POST"])
    routes.add_api_route("/artifacts/{id}/{verb}", guarded(change), methods=["POST"])


def _kinds(studio: Studio, session: str) -> Callable[[str], str | None]:
    return lambda id: found.kind if (found := studio.store.artifact(session, id)) else None


def _private(studio: Studio, session: str) -> bool:
    return bool(studio.store.preferences(session).get("private"))


def _upload_routes(routes: APIRouter, studio: Studio, board: Board) -> None:
    async def upload(session: str, request: Request) -> Any:
        asked = request.query_params
        announced = whole(request.headers.get("content-length"), "The length of the file", high=10**15)
        if announced > MOST_BYTES:
            raise Refusal(TOO_LARGE)
        path, size = studio.store.new_file(".upload"), 0
        kinds, name = [asked["kind"]] if asked.get("kind") else None, asked.get("name", "")
        studio.store.seen(session)
        counted = COUNTED in request.scope  # by `studio.storage.arrivals`, before the message came here
        with nullcontext() if counted else studio.store.reserve(session, announced) as room:
            try:
                with plain_words(), path.open("wb") as file:
                    async for block in request.stream():
                        size += len(block)
                        if size > MOST_BYTES:
                            raise Refusal(TOO_LARGE)
                        if room is not None:
                            room.grow(len(block))
                        file.write(block)
                take = partial(
                    receive,
                    studio.store,
                    studio.intake,
                    studio.certificate,
                    session,
                    path,
                    name,
                    kinds=kinds,
                )
                found = await asyncio.get_running_loop().run_in_executor(UPLOADS, take)
            finally:
                path.unlink(missing_ok=True)
        return describe.card(board, found) | {"restorable": bool((found.facts.get("credential") or {}).get("record"))}

    async def adopt(session: str, request: Request) -> Any:
        """A picture that comes with the studio, put on the visitor's shelf."""
        asset = str(request.state.asked.get("asset", ""))
        path = _asset(asset)
        if path is None:
            raise Refusal("The studio has no such picture.")
        copy = studio.store.new_file(path.suffix)
        studio.store.check_room(session)
        with plain_words():
            copy.write_bytes(path.read_bytes())
        title = str(_titles().get(asset, path.stem))
        take = partial(
            receive,
            studio.store,
            studio.intake,
            studio.certificate,
            session,
            copy,
            title + path.suffix,
        )
        with READING.of(session, address_of(request)):
            found = await asyncio.get_running_loop().run_in_executor(UPLOADS, take)
        return describe.card(board, found)

    def examples(session: str, request: Request) -> Any:
        return {"specimens": specimens()}

    routes.add_api_route("/specimens", guarded(examples), methods=["GET"])
    routes.add_api_route("/upload", guarded(upload, raw=True), methods=["POST"])
    routes.add_api_route("/adopt", guarded(adopt), methods=["POST"])


def _titles() -> dict[str, str]:
    from studio.web.bundled import bundled

    titles = {one.asset: one.caption for group in ("styles", "samples") for one in bundled(group)}
    return titles | {one["asset"]: one["title"] for one in specimens()}


def _asset(name: str) -> Path | None:
    """A file in one of the shown folders of assets/, or None."""
    return asset_files().get(name)


def _job_routes(routes: APIRouter, studio: Studio, board: Board) -> None:
    jobs = studio.jobs

    def state(session: str, request: Request) -> Any:
        """Everything the page must know to be true again after a reload: its jobs, and whether the shelf has changed."""
        studio.store.seen(session)
        counted = studio.store.rows(
            "SELECT COUNT(*) AS n, MAX(created) AS newest, SUM(favourite) AS hearts, MAX(deleted) AS gone, COUNT(*) - COUNT(deleted) AS here"
            " FROM artifacts WHERE session = ?", session,
        )[0]  # fmt: skip
        return {
            "jobs": [describe.job(studio, board, one) for one in jobs.of(session)],
            "shelf": "-".join(str(value) for value in tuple(counted)),
            "private": _private(studio, session),
        }

    def change(session: str, request: Request) -> Any:
        id, verb = whole(request.path_params["id"], "The job's number"), request.path_params["verb"]
        if verb == "cancel":
            jobs.cancel(session, id)
        elif verb == "retry":
            return {"job": jobs.retry(session, id, address=address_of(request)).id}
        elif verb in ("earlier", "later"):
            jobs.move(session, id, -1 if verb == "earlier" else 1)
        else:
            return sentence(Refusal("There is no such thing to do."), 404)
        return {"done": True}

    def make(session: str, request: Request) -> Any:
        """A call from one of the page's own editors; checked like a tab's button."""
        asked = request.state.asked
        call = Call.from_dict(asked)
        form = settings_of(find(call.pipeline))
        fresh = checked_call(call.pipeline, call.inputs, settings_from(form, call.settings), _kinds(studio, session))
        check_models(call.pipeline)
        home = board.home_of(call.pipeline)
        tab = str(asked.get("tab") or (home.name if home else ""))[:40]
        return {
            "job": studio.jobs.submit(
                session, tab, fresh, private=_private(studio, session), address=address_of(request)
            ).id
        }

    def preference(session: str, request: Request) -> Any:
        asked = request.state.asked
        if not isinstance(asked.get("private"), bool):
            raise Refusal("This preference is on or off.")
        studio.store.set_preference(session, "private", asked["private"])
        return {"done": True}

    routes.add_api_route("/state", guarded(state), methods=["GET"])
    routes.add_api_route("/make", guarded(make), methods=["POST"])
    routes.add_api_route("/preference", guarded(preference), methods=["POST"])
    routes.add_api_route("/jobs/{id}/{verb}", guarded(change), methods=["POST"])


@lru_cache(maxsize=256)
def small_picture(path: Path) -> bytes:
    """A thumbnail of a bundled picture."""
    from pipelines.media import load_image, thumbnail

    return thumbnail(load_image(path), 160)


def _static_routes(routes: APIRouter) -> None:
    static_files(), asset_files()  # the tables are made at start

    async def static(request: Request) -> Response:
        path = static_files().get(request.path_params["name"])
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, headers={"cache-control": "no-cache"})

    async def lab(request: Request) -> Response:
        path = static_files().get(f"lab/{request.path_params['name']}")
        return FileResponse(path, headers={"cache-control": "no-cache"}) if path else Response(status_code=404)

    async def asset(request: Request) -> Response:
        path = _asset(f"{request.path_params['folder']}/{request.path_params['name']}")
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, headers={"cache-control": "public, max-age=86400"})

    async def small(request: Request) -> Response:
        path = _asset(f"{request.path_params['folder']}/{request.path_params['name']}")
        if path is None or path.suffix not in PICTURES:
            return Response(status_code=404)
        content = await asyncio.to_thread(small_picture, path)
        return Response(content, media_type="image/webp", headers={"cache-control": "public, max-age=86400"})

    async def health(request: Request) -> Response:
        return JSONResponse({"ready": True})

    routes.add_api_route("/static/{name}", public(static), methods=["GET"])
    routes.add_api_route("/static/lab/{name}", public(lab), methods=["GET"])
    routes.add_api_route("/assets/{folder}/{name}", public(asset), methods=["GET"])
    routes.add_api_route("/assets/small/{folder}/{name}", public(small), methods=["GET"])

    async def words(request: Request) -> Response:
        script = words_script(request.path_params["name"])
        if script is None:
            return sentence(Refusal("The studio has no such words."), 404)
        headers = {"cache-control": "public, max-age=31536000, immutable"}  # its name changes with its contents
        return Response(script, media_type="text/javascript", headers=headers)

    routes.add_api_route("/words/{name}", public(words), methods=["GET"])
    routes.add_api_route("/health", public(health), methods=["GET"])

"""Projects and many files at once: a film as one signed file and back, renaming, and what is chosen on the shelf as one ZIP or deleted together."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import time
from collections.abc import Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from pipelines.core.settings import Refusal
from pipelines.media import zips
from studio.access.address import address_of
from studio.access.concurrency import EXPORTS, READING
from studio.access.route_guard import guard_route, sentence, whole
from studio.access.visitors import COUNTED
from studio.film import describe as film_words
from studio.film.project_import import bring_project
from studio.intake.limits import MOST_BYTES
from studio.provenance.table import cell
from studio.storage import kiosk, takeout
from studio.storage.artifacts import Artifact
from studio.storage.titles import MOST_TITLE, clean_text
from studio.studio import Studio
from studio.web import describe
from studio.web.mine_routes import Downloads, Sent
from studio.web.sendto import TabRegistry
from studio.web.upload_routes import write_body

MOST_PROJECT_BYTES = 2 * MOST_BYTES
MOST_CHOSEN = 400  # files of the shelf at a time
TOO_LARGE = f"This project is larger than {MOST_PROJECT_BYTES / 1e6:.0f} MB."
NOT_YOURS = "A file is not on your shelf."


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add all of them to the studio's router."""
    downloads = Downloads()

    def export(session: str, request: Request) -> Response:
        film = studio.films.film(session, request.path_params["id"])
        path = Path(studio.jobs.runner.run_in_worker(studio.store, "project", session=session, film=film.id))
        return FileResponse(
            path,
            media_type="application/zip",
            filename=(film_words.file_stem(film.title) + ".project.zip"),
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    def rename(session: str, request: Request) -> Any:
        title = clean_text(request.state.asked.get("title"), MOST_TITLE)
        if not title:
            raise Refusal("Type a name.")
        if not studio.store.rename(session, request.path_params["id"], title):
            return sentence(Refusal("This is not on your shelf."), 403)
        return {"title": title}

    def change(session: str, request: Request) -> Any:
        verb, ids = request.path_params["verb"], _ids(request.state.asked.get("ids"))
        if verb == "delete":
            if any(studio.store.artifact(session, id) is None for id in ids):
                return sentence(Refusal(NOT_YOURS), 403)
            for id in ids:
                studio.store.delete(session, id)
            studio.tally.note(
                "deleted", address=address_of(request), session=session[:8], kind="artifacts", count=len(ids)
            )
        elif verb == "undelete":
            for id in ids:
                studio.store.undelete(session, id)
        else:
            return sentence(Refusal("There is no such thing to do."), 404)
        return {"done": True, "count": len(ids)}

    def download(session: str, request: Request) -> Response:
        ids = _ids(request.query_params.get("ids", "").split(","))
        found = [studio.store.artifact(session, id) for id in ids]
        if any(one is None for one in found):
            return sentence(Refusal(NOT_YOURS), 403)
        ticket = downloads.begin(session)
        chosen = [one for one in found if one is not None]
        blocks = downloads.blocks(session, ticket, zip_files(studio, board, chosen))
        headers = {
            "content-disposition": f'attachment; filename="afternoon-studio-{time.strftime("%Y-%m-%d")}-{len(chosen)}-files.zip"',
            "cache-control": "no-store",
            "content-security-policy": "default-src 'none'; sandbox",
        }
        return Sent(blocks, partial(downloads.end, session, ticket), media_type="application/zip", headers=headers)

    def stand(session: str, request: Request) -> Any:
        kiosk.become(studio.store, session)
        return {"kiosk": True}

    routes.add_api_route("/kiosk", guard_route(stand), methods=["POST"])
    routes.add_api_route("/films/{id}/project", guard_route(export, costly=EXPORTS), methods=["GET"])
    routes.add_api_route("/projects", guard_route(partial(_bring, studio), raw=True), methods=["POST"])
    routes.add_api_route("/artifacts/{id}/rename", guard_route(rename), methods=["POST"])
    routes.add_api_route("/shelf/download", guard_route(download), methods=["GET"])
    routes.add_api_route("/shelf/{verb}", guard_route(change), methods=["POST"])


async def _bring(studio: Studio, session: str, request: Request) -> Any:
    announced = whole(request.headers.get("content-length"), "The length of the file", high=10**15)
    if announced > MOST_PROJECT_BYTES:
        raise Refusal(TOO_LARGE)
    path = studio.store.new_file(".zip")
    studio.store.seen(session)
    counted = COUNTED in request.scope  # by `studio.storage.arrivals`, before the message came here
    with (
        READING.of(session, address_of(request)),
        nullcontext() if counted else studio.store.reserve(session, announced) as room,
    ):
        try:
            await write_body(request, path, MOST_PROJECT_BYTES, TOO_LARGE, room)
            found = await asyncio.to_thread(bring_project, studio.films, studio.intake, session, path)
        finally:
            path.unlink(missing_ok=True)
    return {"film": found.film.id, "exact": found.exact, "files": found.files, "problems": found.problems}


def _ids(given: Any) -> list[str]:
    ids = list(dict.fromkeys(one for one in given if one)) if isinstance(given, list) else []
    if not ids or not all(isinstance(one, str) and len(one) <= 64 for one in ids):
        raise Refusal("Choose at least one file of the shelf.")
    if len(ids) > MOST_CHOSEN:
        raise Refusal(f"{MOST_CHOSEN} files at a time is the most.")
    return ids


def zip_files(studio: Studio, board: TabRegistry, chosen: list[Artifact]) -> Iterator[bytes]:
    """Files of the shelf as a ZIP in blocks, with a table of them (table.csv); what goes meanwhile is named in missing.txt."""
    names = [f"{n:03d}-{takeout.stem(artifact.title)}{artifact.path.suffix}" for n, artifact in enumerate(chosen, 1)]
    missing: list[str] = []

    def entries() -> Iterator[zips.Entry]:
        yield "table.csv", table(studio, board, chosen, names)
        yield from zip(names, (artifact.path for artifact in chosen), strict=True)
        if missing:
            yield "missing.txt", "\n".join(missing).encode()

    return zips.stream_archive(entries(), missing)


def table(studio: Studio, board: TabRegistry, chosen: list[Artifact], names: list[str]) -> bytes:
    """One line a file: name, title, kind, method, what it was made from, verdict, size, length, settings (RFC 4180, UTF-8 with a mark)."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow(
        ("File", "Title", "Kind", "Method", "Made from", "Verdict", "Width", "Height", "Seconds", "Bytes", "Settings")
    )
    for name, artifact in zip(names, chosen, strict=True):
        parents = [
            studio.store.artifact(artifact.session, id)
            for id in (artifact.call.inputs.values() if artifact.call else ())
        ]
        settings = describe.settings_in_words(artifact.call) if artifact.call else []
        verdict = _verdict(artifact)
        cells = [
            name,
            artifact.title,
            artifact.kind,
            board.title_of(artifact.call.pipeline) if artifact.call else "uploaded",
            "; ".join(parent.title for parent in parents if parent),
            verdict,
            artifact.facts.get("width") or "",
            artifact.facts.get("height") or "",
            artifact.facts.get("seconds_long") or "",
            artifact.bytes,
            "; ".join(f"{row['label']}: {row['value']}" for row in settings if row["value"] != ""),
        ]
        lines.writerow([cell(value) if isinstance(value, str) else value for value in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _verdict(one: Artifact) -> str:
    """The word of a verdict that was made here."""
    if one.kind != "verdict" or one.call is None:
        return ""
    try:
        return clean_text(json.loads(one.path.read_text("utf-8")).get("verdict"), 80)
    except (OSError, ValueError, AttributeError):
        return ""

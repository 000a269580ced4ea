"""Files of the shelf for their owner: media, thumbnails, files beside a result, other formats."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response
from starlette.background import BackgroundTask

from pipelines.core.settings import Refusal
from pipelines.media import MEDIA_TYPES
from pipelines.media import beside as beside_of
from studio.access.concurrency import EXPORTS
from studio.access.route_guard import guard_route, sentence
from studio.storage.artifacts import Artifact
from studio.storage.titles import clean_file_name
from studio.studio import Studio
from studio.web import describe
from studio.web.locale import language_of
from studio.web.sendto import TabRegistry

MEDIA_HEADERS = {"cache-control": "private, max-age=3600", "content-security-policy": "default-src 'none'; sandbox"}
FORBIDDEN = "This is not on your shelf."


def find_own(studio: Studio, session: str, request: Request) -> Artifact | None:
    """The artifact that a request names, if it is on the visitor's shelf."""
    return studio.store.artifact(session, request.path_params["id"])


def add(routes: APIRouter, studio: Studio, board: TabRegistry) -> None:
    """Add the routes that send files of the shelf."""

    def media(session: str, request: Request) -> Response:
        artifact = find_own(studio, session, request)
        if artifact is None or not artifact.path.exists():
            return sentence(Refusal(FORBIDDEN), 403)
        how = "attachment" if "download" in request.query_params else "inline"
        name = clean_file_name(request.query_params.get("download") or "", artifact.path.name)
        return FileResponse(
            artifact.path,
            media_type=artifact.media_type,
            filename=name,
            content_disposition_type=how,
            headers=MEDIA_HEADERS,
        )

    def beside(session: str, request: Request) -> Response:
        found, name = find_own(studio, session, request), request.path_params["name"]
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

    def export(session: str, request: Request) -> Response:
        artifact = find_own(studio, session, request)
        if artifact is None:
            return sentence(Refusal(FORBIDDEN), 403)
        ending = "." + request.path_params["format"]
        words = {"session": session, "id": artifact.id, "ending": ending, "language": language_of(request.scope)}
        path = Path(studio.jobs.runner.run_in_worker(studio.store, "export", **words))
        return FileResponse(
            path,
            media_type=MEDIA_TYPES[path.suffix],
            filename=(describe.card(board, artifact)["file_name"].rsplit(".", 1)[0] + ending),
            background=BackgroundTask(path.unlink, missing_ok=True),
        )

    def thumbnail(session: str, request: Request) -> Response:
        found = find_own(studio, session, request)
        if found is None or not studio.store.thumbnail_path(found).is_file():
            return sentence(Refusal(FORBIDDEN), 403)
        return FileResponse(studio.store.thumbnail_path(found), media_type="image/webp", headers=MEDIA_HEADERS)

    routes.add_api_route("/media/{id}", guard_route(media), methods=["GET"])
    routes.add_api_route("/thumbnail/{id}", guard_route(thumbnail), methods=["GET"])
    routes.add_api_route("/media/{id}/files/{name}", guard_route(beside), methods=["GET"])
    routes.add_api_route("/media/{id}/export/{format}", guard_route(export, costly=EXPORTS), methods=["GET"])

"""Many files at once: the page for newsrooms, and the table of verdicts as CSV, JSON and signed PDF."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.background import BackgroundTask

from pipelines.core.settings import Refusal
from pipelines.media import MEDIA_TYPES
from studio.access.concurrency import EXPORTS
from studio.access.route_guard import guard_route, public
from studio.provenance.table import MOST_ROWS, open_verdicts, own_verdicts, row
from studio.studio import Studio
from studio.web.locale import language_of

PAGE = Path(__file__).resolve().parent / "static" / "newsroom.html"
TYPES = {".csv": "text/csv; charset=utf-8", ".json": "application/json", ".pdf": "application/pdf"}


def add(routes: APIRouter, studio: Studio) -> None:
    """Add the page and its routes to the studio's router."""

    async def page(request: Request) -> Response:
        # the page itself shows nothing; what it asks for is the visitor's own
        return HTMLResponse(PAGE.read_text(encoding="utf-8"), headers={"cache-control": "no-store"})

    def rows(session: str, request: Request) -> Any:
        """The rows of the visitor's own verdicts, with their chains of reasons."""
        verdicts = own_verdicts(studio.store, session, _ids(request))
        return {
            "rows": [
                row(artifact, verdict) | {"chain": verdict.get("chain", [])}
                for artifact, verdict in open_verdicts(verdicts)
            ]
        }

    def list_verdicts(session: str, request: Request) -> Any:
        """The newest verdicts on the visitor's shelf, so that the page is true again after a reload."""
        return {
            "ids": [
                artifact.id
                for artifact in studio.store.shelf(session, kind="verdict", limit=MOST_ROWS)
                if artifact.path.is_file()
            ]
        }

    def table(session: str, request: Request) -> Response:
        ending = "." + request.path_params["format"]
        words = {"session": session, "ids": _ids(request), "ending": ending}
        words["language"] = language_of(request.scope)
        path = Path(studio.jobs.runner.run_in_worker(studio.store, "verdicts", **words))
        name = f"verdicts-{time.strftime('%Y-%m-%d')}{ending}"
        media_type = TYPES.get(path.suffix) or MEDIA_TYPES[path.suffix]
        return FileResponse(
            path, media_type=media_type, filename=name, background=BackgroundTask(path.unlink, missing_ok=True)
        )

    routes.add_api_route("/newsroom", public(page), methods=["GET"])
    routes.add_api_route("/newsroom/rows", guard_route(rows), methods=["GET"])
    routes.add_api_route("/newsroom/kept", guard_route(list_verdicts), methods=["GET"])
    routes.add_api_route("/newsroom/table.{format}", guard_route(table, costly=EXPORTS), methods=["GET", "POST"])


def _ids(request: Request) -> list[str]:
    """Ids, parted by commas in the address or as a list in the message; far too many are cut, which `owned` then refuses."""
    given = request.state.asked.get("ids", []) if request.method == "POST" else request.query_params.get("ids", "")
    if isinstance(given, str):
        given = given[: 80 * (MOST_ROWS + 2)].split(",")
    if not isinstance(given, list) or not all(isinstance(id, str) for id in given):
        raise Refusal("Name the verdicts by their ids.")
    return [id for id in given if id][: MOST_ROWS + 1]

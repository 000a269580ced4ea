"""The administrator's page and the metrics: for an account of STUDIO_ADMINS, or a token made on the machine with --admin."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from pipelines.core.settings import Refusal
from studio.access.accounts import accounts, identity_of
from studio.access.guard import whole
from studio.admin import administration, metrics
from studio.studio import Studio

PAGE = Path(__file__).resolve().parents[1] / "web" / "static" / "admin.html"
ONLY_ADMINISTRATORS = "This is for administrators; sign in as one or send an administrator's access token."


def routes_of(studio: Studio) -> APIRouter:
    """/studio/admin, what its page asks for, and /studio/metrics."""
    routes = APIRouter(prefix="/studio")

    async def page(request: Request) -> Response:
        # the page itself shows nothing; without accounts it asks for an administrator's token, which it sends along
        found = identity_of(request)
        if accounts() and not (found and found.administrator):
            return _refused()
        return HTMLResponse(PAGE.read_text(encoding="utf-8"), headers={"cache-control": "no-store"})

    def overview(request: Request) -> Any:
        return administration.overview(studio)

    def cancel(request: Request) -> Any:
        found = identity_of(request)
        by = (found.account if found else None) or "access token"
        administration.cancel(studio, whole(request.path_params["id"], "The number of the job"), by=by)
        return {"done": True}

    def numbers(request: Request) -> Any:
        return Response(metrics.text(studio), media_type=metrics.CONTENT_TYPE, headers={"cache-control": "no-store"})

    routes.add_api_route("/admin", page, methods=["GET"])
    routes.add_api_route("/admin/overview", for_administrators(overview), methods=["GET"])
    routes.add_api_route("/admin/jobs/{id}/cancel", for_administrators(cancel), methods=["POST"])
    routes.add_api_route("/metrics", for_administrators(numbers), methods=["GET"])
    return routes


def for_administrators(handler: Callable[[Request], Any]) -> Callable[..., Any]:
    """Calls the handler, off the event loop, for an administrator only; anybody else gets 403 and one sentence."""

    async def guard(request: Request) -> Response:
        found = identity_of(request)
        if found is None or not found.administrator:
            return _refused()
        if request.method != "GET" and not found.by_token and request.headers.get("x-studio") != "1":
            return JSONResponse({"problem": "This request did not come from the studio's page."}, 403)
        try:
            answer = await asyncio.to_thread(handler, request)
        except Refusal as problem:
            return JSONResponse({"problem": str(problem)}, 400)
        return answer if isinstance(answer, Response) else JSONResponse(answer, headers={"cache-control": "no-store"})

    return guard


def _refused() -> Response:
    return JSONResponse({"problem": ONLY_ADMINISTRATORS}, 403)

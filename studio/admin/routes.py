"""The administrator's page and the metrics: for an account of STUDIO_ADMINS, or a token made on the machine with --admin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from studio.access.accounts import accounts, identity_of
from studio.access.route_guard import ONLY_ADMINISTRATORS, for_administrators, sentence, whole
from studio.admin import administration, metrics
from studio.studio import Studio

PAGE = Path(__file__).resolve().parents[1] / "web" / "static" / "admin.html"


def routes_of(studio: Studio) -> APIRouter:
    """/studio/admin, what its page asks for, and /studio/metrics."""
    routes = APIRouter(prefix="/studio")

    async def page(request: Request) -> Response:
        # the page itself shows nothing; without accounts it asks for an administrator's token, which it sends along
        identity = identity_of(request)
        if accounts() and not (identity and identity.administrator):
            return sentence(ONLY_ADMINISTRATORS, 403)
        return HTMLResponse(PAGE.read_text(encoding="utf-8"), headers={"cache-control": "no-store"})

    def overview(request: Request) -> Any:
        return administration.overview(studio)

    def cancel(request: Request) -> Any:
        identity = identity_of(request)
        by = (identity.account if identity else None) or "access token"
        administration.cancel(studio, whole(request.path_params["id"], "The number of the job"), by=by)
        return {"done": True}

    def numbers(request: Request) -> Any:
        return Response(metrics.text(studio), media_type=metrics.CONTENT_TYPE, headers={"cache-control": "no-store"})

    routes.add_api_route("/admin", page, methods=["GET"])
    routes.add_api_route("/admin/overview", for_administrators(overview), methods=["GET"])
    routes.add_api_route("/admin/jobs/{id}/cancel", for_administrators(cancel), methods=["POST"])
    routes.add_api_route("/metrics", for_administrators(numbers), methods=["GET"])
    return routes

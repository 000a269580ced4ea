"""The studio's own routes, beside Gradio's: media for their owner only, uploads, the queue, the shelf.

Every answer is for the visitor who asks; anybody else's id gives 403. What changes something must come from our own page: it
carries the header `x-studio`, which another site cannot add without permission.
"""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from studio.access.route_guard import close, guard_route
from studio.studio import Studio
from studio.web import (
    batch_routes,
    film_routes,
    job_routes,
    lab_routes,
    lessons,
    media_routes,
    mine_routes,
    model_routes,
    newsroom,
    project_routes,
    quiz,
    share_routes,
    shelf_routes,
    stage_routes,
    static_routes,
    upload_routes,
    writing_routes,
)
from studio.web.api_page import api_page
from studio.web.sendto import TabRegistry


def router(studio: Studio, board: TabRegistry, *, fetch_at_once: bool = False) -> APIRouter:
    """All routes under /studio; with `fetch_at_once` missing models are fetched without being asked for (a Space)."""
    routes = APIRouter(prefix="/studio")
    batch_routes.add(routes, studio, board)
    project_routes.add(routes, studio, board)  # before the routes whose last part is any verb
    media_routes.add(routes, studio, board)
    shelf_routes.add(routes, studio, board)
    upload_routes.add(routes, studio, board)
    job_routes.add(routes, studio, board)
    model_routes.add(routes, studio, fetch_at_once=fetch_at_once)
    film_routes.add(routes, studio.films)
    mine_routes.add(routes, studio)
    lab_routes.add(routes, studio, board)
    lessons.add(routes, board)
    share_routes.add(routes, studio, board)
    newsroom.add(routes, studio)
    quiz.add(routes, studio)
    writing_routes.add(routes, studio)
    stage_routes.add(routes, studio)
    static_routes.add(routes)
    listed = api_page(board)
    policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
    routes.add_api_route(
        "/api",
        guard_route(lambda session, request: HTMLResponse(listed, headers={"content-security-policy": policy})),
        methods=["GET"],
    )
    close(routes)
    return routes

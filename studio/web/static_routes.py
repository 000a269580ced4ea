"""What everybody gets: scripts, styles, bundled pictures, translations, and whether the studio is ready."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, Response

from pipelines.core.settings import Refusal
from studio.access.route_guard import public, sentence
from studio.web.locale import words_script
from studio.web.shipped import PICTURES, asset_files, static_files


@lru_cache(maxsize=256)
def small_picture(path: Path) -> bytes:
    """A thumbnail of a bundled picture."""
    from pipelines.media import load_image, thumbnail

    return thumbnail(load_image(path), 160)


def add(routes: APIRouter) -> None:
    """Add the routes that need no visitor."""
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
        path = asset_files().get(f"{request.path_params['folder']}/{request.path_params['name']}")
        if path is None:
            return Response(status_code=404)
        return FileResponse(path, headers={"cache-control": "public, max-age=86400"})

    async def small(request: Request) -> Response:
        path = asset_files().get(f"{request.path_params['folder']}/{request.path_params['name']}")
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
        return Response(
            script, media_type="text/javascript", headers={"cache-control": "public, max-age=31536000, immutable"}
        )

    routes.add_api_route("/words/{name}", public(words), methods=["GET"])
    routes.add_api_route("/health", public(health), methods=["GET"])

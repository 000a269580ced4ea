"""Signing in with the model hub on a Space: to the hub, back from it, and out again."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.access.cookies import CookieAttributes, is_secure
from studio.access.doorkeeper import cookie_of
from studio.access.guard import NOT_OUR_PAGE, public
from studio.access.hub_sign_ins import BACK, COOKIE, LASTS_SECONDS, STATE_COOKIE, STATE_SECONDS, Provider, provider
from studio.studio import Studio

NOT_HERE = "This studio has no sign-in with the model hub."
MOST_WORD = 2000  # characters of what the hub sends back


def routes_of(studio: Studio, manner: CookieAttributes) -> APIRouter:
    """/studio/hub-sign-in, /studio/hub-sign-in/back and /studio/hub-sign-out."""
    routes = APIRouter()

    async def begin(request: Request) -> Response:
        given = _given()
        secure = is_secure(request.scope)
        back = f"{'https' if secure else 'http'}://{request.headers.get('host', '')}{BACK}"
        state, there = await asyncio.to_thread(studio.hub_sign_ins.begin, given, back)
        answer = RedirectResponse(there, status_code=303, headers={"cache-control": "no-store"})
        answer.headers.append("set-cookie", manner.cookie(STATE_COOKIE, state, STATE_SECONDS, secure))
        return answer

    async def back(request: Request) -> Response:
        given, said = _given(), request.query_params
        state, code = said.get("state", "")[:MOST_WORD], said.get("code", "")[:MOST_WORD]
        cookie = cookie_of(request.scope["headers"], STATE_COOKIE) or ""
        token = await asyncio.to_thread(studio.hub_sign_ins.finish, given, state, cookie, code)
        studio.audit.write("sign-in", address=address_of(request))
        answer = RedirectResponse("/", status_code=303, headers={"cache-control": "no-store"})
        secure = is_secure(request.scope)
        answer.headers.append("set-cookie", manner.cookie(COOKIE, token, LASTS_SECONDS, secure))
        answer.headers.append("set-cookie", manner.cookie(STATE_COOKIE, "", 0, secure))
        return answer

    async def leave(request: Request) -> Response:
        if request.headers.get("x-studio") != "1":
            return JSONResponse({"problem": NOT_OUR_PAGE}, 403)
        if token := cookie_of(request.scope["headers"], COOKIE):
            studio.hub_sign_ins.end(token)
        answer = JSONResponse({"done": True})
        answer.headers.append("set-cookie", manner.cookie(COOKIE, "", 0, is_secure(request.scope)))
        return answer

    routes.add_api_route("/studio/hub-sign-in", public(begin), methods=["GET"])
    routes.add_api_route(BACK, public(back), methods=["GET"])
    routes.add_api_route("/studio/hub-sign-out", public(leave), methods=["POST"])
    return routes


def _given() -> Provider:
    found = provider()
    if found is None:
        raise Refusal(NOT_HERE)
    return found

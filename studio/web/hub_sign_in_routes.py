"""Signing in with the model hub on a Space: to the hub, back from it, and out again."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from pipelines.core.settings import Refusal
from studio.access.address import address_of
from studio.access.cookies import CookieAttributes, is_secure
from studio.access.hub_sign_ins import BACK, COOKIE, LASTS_SECONDS, STATE_COOKIE, STATE_SECONDS, Provider, provider
from studio.access.pace import Pace
from studio.access.route_guard import NOT_OUR_PAGE, public, sentence
from studio.access.sign_in_filter import cookie_of
from studio.studio import Studio

NOT_HERE = "This studio has no sign-in with the model hub."
OFTEN = "There are too many requests from your network; try again in a minute."
MOST_OF_ADDRESS = 30  # steps of sign-ins a minute; one takes two
MOST_WORD = 2000  # characters of what the hub sends back


def routes_of(studio: Studio, manner: CookieAttributes) -> APIRouter:
    """/studio/hub-sign-in, /studio/hub-sign-in/back and /studio/hub-sign-out."""
    routes, pace = APIRouter(), Pace(MOST_OF_ADDRESS)

    def check_pace(request: Request) -> None:
        if not pace.take(address_of(request)):
            raise Refusal(OFTEN)

    async def begin(request: Request) -> Response:
        given = _require_provider()
        check_pace(request)
        secure = is_secure(request.scope)
        state, there = await studio.hub_sign_ins.begin(given, _back_to(request))
        answer = RedirectResponse(there, status_code=303, headers={"cache-control": "no-store"})
        answer.headers.append("set-cookie", manner.cookie(STATE_COOKIE, state, STATE_SECONDS, secure))
        return answer

    async def back(request: Request) -> Response:
        given, said = _require_provider(), request.query_params
        check_pace(request)
        state, code = said.get("state", "")[:MOST_WORD], said.get("code", "")[:MOST_WORD]
        cookie = cookie_of(request.scope["headers"], STATE_COOKIE) or ""
        secure = is_secure(request.scope)
        try:
            token = await studio.hub_sign_ins.finish(given, state, cookie, code, _back_to(request))
            answer: Response = RedirectResponse("/", status_code=303, headers={"cache-control": "no-store"})
            answer.headers.append("set-cookie", manner.cookie(COOKIE, token, LASTS_SECONDS, secure))
            studio.audit.write("sign-in", address=address_of(request))
        except Refusal as problem:
            answer = sentence(problem)
        answer.headers.append("set-cookie", manner.cookie(STATE_COOKIE, "", 0, secure))  # a state is good once
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


def _back_to(request: Request) -> str:
    """The address of this studio to which the hub sends the browser back."""
    return f"{'https' if is_secure(request.scope) else 'http'}://{request.headers.get('host', '')}{BACK}"


def _require_provider() -> Provider:
    found = provider()
    if found is None:
        raise Refusal(NOT_HERE)
    return found

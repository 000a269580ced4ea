"""What the section “Access tokens” of the Help tab asks for: who is signed in, the session's tokens, making one, revoking one."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from pipelines.core.settings import Refusal
from studio.access.accounts import accounts, by_token, identity_of, visitor_of
from studio.access.address import address_of
from studio.access.tokens import DEFAULT_DAYS, MOST_A_SESSION
from studio.admin.administration import short
from studio.studio import Studio

MOST_BYTES = 4000
PAGE_ONLY = "Access tokens are made and revoked on the page, not with another token."


def routes_of(studio: Studio) -> APIRouter:
    """/studio/tokens."""
    routes = APIRouter(prefix="/studio")

    def listed(session: str, request: Request) -> Any:
        found = identity_of(request)
        return {
            "tokens": [asdict(one) for one in studio.tokens.of(session)], "most": MOST_A_SESSION, "days": DEFAULT_DAYS,
            "account": found.account if found else None, "administrator": bool(found and found.administrator),
        }  # fmt: skip

    async def make(session: str, request: Request) -> Any:
        asked = await _asked(request)
        found = identity_of(request)
        token, text = studio.tokens.make(
            session,
            str(asked.get("name") or "Token"),
            days=asked.get("days", DEFAULT_DAYS),
            account=found.account if found else None,
        )
        _note("token made", session, request, token.id)
        return {"token": text, **asdict(token)}

    def revoke(session: str, request: Request) -> Any:
        id = request.path_params["id"]
        studio.tokens.revoke(session, id)
        _note("token revoked", session, request, id)
        return {"done": True}

    def _note(event: str, session: str, request: Request, id: str) -> None:
        found = identity_of(request)
        studio.tally.note(
            event,
            address=address_of(request),
            session=short(session),
            account=found.account if found else None,
            token=id,
        )

    routes.add_api_route("/tokens", for_the_page(listed), methods=["GET"])
    routes.add_api_route("/tokens", for_the_page(make), methods=["POST"])
    routes.add_api_route("/tokens/{id}/revoke", for_the_page(revoke), methods=["POST"])
    return routes


def for_the_page(handler: Any) -> Any:
    """Gives the handler (session, request) when our own page asks; a token cannot make others that outlive it."""

    async def guard(request: Request) -> Response:
        if by_token(request):
            return JSONResponse({"problem": PAGE_ONLY}, 403)
        if request.method != "GET" and request.headers.get("x-studio") != "1":
            return JSONResponse({"problem": "This request did not come from the studio's page."}, 403)
        try:
            session = visitor_of(request)
        except Refusal as problem:
            return JSONResponse({"problem": str(problem)}, 401 if accounts() else 403)
        try:
            answer = handler(session, request)
            if asyncio.iscoroutine(answer):
                answer = await answer
        except Refusal as problem:
            return JSONResponse({"problem": str(problem)}, 400)
        return JSONResponse(answer, headers={"cache-control": "no-store"})

    return guard


async def _asked(request: Request) -> dict[str, Any]:
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise Refusal("This request is too long.")
    try:
        found = await request.json()
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise Refusal("This request cannot be read.")
    return found

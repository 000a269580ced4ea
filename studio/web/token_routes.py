"""What the section “Access tokens” of the Help tab asks for: who is signed in, the session's tokens, making one, revoking one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request

from studio.access.accounts import identity_of
from studio.access.address import address_of
from studio.access.hub_sign_ins import provider
from studio.access.route_guard import by_the_page
from studio.access.tokens import DEFAULT_DAYS, MOST_A_SESSION
from studio.admin.administration import short
from studio.storage import kiosk
from studio.studio import Studio


def routes_of(studio: Studio) -> APIRouter:
    """/studio/tokens."""
    routes = APIRouter(prefix="/studio")

    def list_tokens(session: str, request: Request) -> Any:
        identity = identity_of(request)
        return {
            "tokens": [asdict(one) for one in studio.tokens.of(session)],
            "most": MOST_A_SESSION,
            "days": DEFAULT_DAYS,
            "account": identity.account if identity else None,
            "administrator": bool(identity and identity.administrator),
            "hub": provider() is not None,
            "hub_name": identity.hub_name if identity else None,
        }

    def make(session: str, request: Request) -> Any:
        asked = request.state.asked
        kiosk.check_may(studio.store, session)
        identity = identity_of(request)
        token, text = studio.tokens.make(
            session,
            str(asked.get("name") or "Token"),
            days=asked.get("days", DEFAULT_DAYS),
            account=identity.account if identity else None,
        )
        _note("token made", session, request, token.id)
        return {"token": text, **asdict(token)}

    def revoke(session: str, request: Request) -> Any:
        id = request.path_params["id"]
        studio.tokens.revoke(session, id)
        _note("token revoked", session, request, id)
        return {"done": True}

    def _note(event: str, session: str, request: Request, id: str) -> None:
        identity = identity_of(request)
        studio.tally.note(
            event,
            address=address_of(request),
            session=short(session),
            account=identity.account if identity else None,
            token=id,
        )

    routes.add_api_route("/tokens", by_the_page(list_tokens), methods=["GET"])
    routes.add_api_route("/tokens", by_the_page(make), methods=["POST"])
    routes.add_api_route("/tokens/{id}/revoke", by_the_page(revoke), methods=["POST"])
    return routes

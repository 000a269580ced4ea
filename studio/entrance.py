"""How everybody comes in: the order of the middlewares, the routes for signing in, tokens and administration, and the secret of the MCP server."""

from __future__ import annotations

from typing import Any

from starlette.middleware import Middleware
from starlette.routing import BaseRoute

from studio import admin_routes, sign_in_routes, token_routes
from studio.administration import Orders
from studio.doorkeeper import Doorkeeper, Identify
from studio.mcp_door import let_mcp_in, new_secret
from studio.studio import Studio
from studio.tally import Watch


class Entrance:
    """Made once at start by app.py. `framed` says that the page sits in another site's frame, whose cookies are set otherwise."""

    def __init__(self, studio: Studio, *, framed: bool = False) -> None:
        self.studio, self.framed = studio, framed
        self.inside = new_secret()
        self.orders = Orders(studio)

    def routes(self) -> list[BaseRoute]:
        """Beside those of the studio."""
        sign_in = sign_in_routes.routes_of(self.studio, framed=self.framed)
        return [
            *sign_in.routes,
            *token_routes.routes_of(self.studio).routes,
            *admin_routes.routes_of(self.studio).routes,
        ]

    def around(self, *guards: Middleware) -> list[Middleware]:
        """All middlewares, outermost first: what counts, who asks, the given ones (sessions, hosts, headers), and the doorkeeper."""
        studio = self.studio
        asks = Middleware(
            Identify, sign_ins=studio.sign_ins, tokens=studio.tokens, tally=studio.tally, inside=self.inside
        )
        return [Middleware(Watch, tally=studio.tally), asks, *guards, Middleware(Doorkeeper)]

    def open(self, page: Any) -> None:
        """After the launch of the Gradio page: its MCP server gets in, and orders of the command line are carried out."""
        if page.mcp_server_obj is not None:
            let_mcp_in(page.mcp_server_obj, self.studio, self.inside)
        self.orders.start()
        self.studio.audit.write("started")

    def close(self) -> None:
        self.orders.stop()
        self.studio.tally.roll()
        self.studio.audit.write("stopped")

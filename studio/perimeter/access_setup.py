"""How everybody comes in: what stands before the studio, and the routes for signing in, tokens and administration."""

from __future__ import annotations

from typing import Any

from starlette.routing import BaseRoute

from studio.access.cookies import CookieAttributes
from studio.access.sign_in_filter import Identify
from studio.access.tally import TallyMiddleware
from studio.admin import routes as admin_routes
from studio.admin.administration import Orders
from studio.studio import Studio
from studio.web import hub_sign_in_routes, sign_in_routes, token_routes


class AccessSetup:
    """Made once at start by app.py. `manner`: how cookies are set, from the environment where it is not given."""

    def __init__(self, studio: Studio, *, manner: CookieAttributes | None = None) -> None:
        self.studio, self.manner = studio, manner or CookieAttributes.from_environment()
        self.orders = Orders(studio)

    def routes(self) -> list[BaseRoute]:
        """Beside those of the studio."""
        sign_in = sign_in_routes.routes_of(self.studio, self.manner)
        return [
            *sign_in.routes,
            *hub_sign_in_routes.routes_of(self.studio, self.manner).routes,
            *token_routes.routes_of(self.studio).routes,
            *admin_routes.routes_of(self.studio).routes,
        ]

    def before(self, app: Any) -> Any:
        """What stands before an application's sessions and headers: what counts, then who asks."""
        studio = self.studio
        return TallyMiddleware(
            Identify(app, studio.sign_ins, studio.tokens, studio.tally, studio.hub_sign_ins), studio.tally
        )

    def open(self) -> None:
        """After the launch of the Gradio page: orders of the command line are carried out."""
        self.orders.start()
        self.studio.audit.write("started")

    def close(self) -> None:
        """Stop the orders, write the counts, and say so in the audit log."""
        self.orders.stop()
        self.studio.tally.roll()
        self.studio.audit.write("stopped")

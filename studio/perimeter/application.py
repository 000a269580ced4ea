"""The application as strangers meet it: Gradio's own, with the studio's routes before it and the studio's middleware around everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gradio.routes import App, ORJSONResponse
from starlette.middleware import Middleware

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from studio.access import parcels
from studio.access.cookies import ancestors, framed
from studio.access.doorkeeper import Doorkeeper
from studio.access.origins import WILDCARDS, Hosts
from studio.access.pace import Pace, Pages, Shared
from studio.access.scripts import PagePolicy, inline_hashes
from studio.access.sessions import HOUR_SECONDS, Newcomers, tokens_of
from studio.access.visitors import Perimeter, Visitors
from studio.perimeter.entrance import Entrance
from studio.studio import Studio
from studio.web.sendto import Board
from studio.web.shell import STORAGE
from studio.web.states import LeanStates
from studio.web.tongues import Tongues

THREADS = 64  # for what is asked of the store while a request waits


class StudioApp(App):
    """Gradio's application with `Visitors` outside of all other middleware, Gradio's cross-origin one included."""

    def __init__(
        self, perimeter: Perimeter, routes: Sequence[Any], frame_ancestors: Iterable[str], door: Entrance
    ) -> None:
        self.threads = 0
        self.perimeter, self.frame_ancestors, self.door = perimeter, tuple(frame_ancestors), door
        super().__init__(
            routes=list(routes),
            middleware=[
                Middleware(Doorkeeper),
                Middleware(PagePolicy, self.frame_ancestors, inline_hashes(STORAGE.encode())),
                Middleware(Tongues),
            ],
            default_response_class=ORJSONResponse,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
        )
        self.state_holder = LeanStates()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if not self.threads:  # the usual number is six on two cores; what waits in some must not stop the others
            self.threads = THREADS
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="ask"))
        await super().__call__(scope, receive, send)

    def build_middleware_stack(self) -> Any:
        """Put the door and the visitors' sessions before Gradio's own layers."""
        inner = super().build_middleware_stack()
        return self.door.before(Visitors(inner, self.frame_ancestors, framed(), self.perimeter))


def application(studio: Studio, board: Board, routes: Sequence[Any], door: Entrance) -> StudioApp:
    """The application for `gr.Blocks.launch(_app=…)`; `routes` are the studio's own."""
    forms = [settings_of(find(method.pipeline)) for tab in board.tabs for method in tab.methods]
    newcomers, paces = Newcomers(), Pages()
    if studio.store.database.shared:
        newcomers.pace = Pace(newcomers.most, HOUR_SECONDS)
        counted = {"pages": paces.page, "large": paces.large, "calls": paces.calls, "newcomers": newcomers.pace}
        studio.paces = Shared(studio.store, studio.jobs.addresses.hashed, counted)
    perimeter = Perimeter(
        hosts=Hosts.from_environment(),
        tokens=tokens_of(studio.store),
        newcomers=newcomers,
        pages=paces,
        gated=True,
        arrivals=studio.arrivals,
        waiting=studio.waiting,
        slots=frozenset((*(slot.name for form in forms for slot in form.slots), "files")),
    )
    return StudioApp(perimeter, [*routes, *parcels.router().routes], ancestors(), door)


def names_said() -> list[str]:
    """What the start of a server that every network reaches says: under which names it answers. Empty when there is nothing to say."""
    if os.environ.get("GRADIO_SERVER_NAME", "127.0.0.1").strip("[]") not in WILDCARDS or os.environ.get("SPACE_ID"):
        return []
    named = os.environ.get("STUDIO_HOSTS", "").replace(",", " ").split()
    others = f", {', '.join(named)}" if named else ""
    return [
        f"It answers as localhost, 127.0.0.1, the address of its own machine or container{others};"
        " for any other name or address set STUDIO_HOSTS=name."
    ]

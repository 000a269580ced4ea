"""The application as strangers meet it: Gradio's own, with the studio's routes before it and the studio's middleware around everything."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any

from starlette.middleware import Middleware

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from studio.access import api_uploads
from studio.access.cookies import ancestors, framed
from studio.access.origins import WILDCARDS, Hosts
from studio.access.pace import Pages, Shared
from studio.access.scripts import PagePolicy, inline_hashes
from studio.access.sessions import pace_of_newcomers, tokens_of
from studio.access.sign_in_filter import SignInFilter
from studio.access.visitors import Perimeter, Visitors
from studio.perimeter.access_setup import AccessSetup
from studio.studio import Studio
from studio.web.locale import Languages
from studio.web.sendto import TabRegistry
from studio.web.shell import STORAGE

THREADS = 64  # for what is asked of the store while a request waits; the usual number is six on two cores


def application(
    studio: Studio, board: TabRegistry, routes: Sequence[Any], door: AccessSetup
) -> tuple[Callable[[Any], Any], dict[str, Any]]:
    """What stands around Gradio's application, and the options with which Gradio makes it; `routes` are the studio's own."""
    forms = [settings_of(find(method.pipeline)) for tab in board.tabs for method in tab.methods]
    sessions, paces = pace_of_newcomers(), Pages()
    if studio.store.database.shared:
        counted = {"pages": paces.page, "large": paces.large, "calls": paces.calls, "newcomers": sessions}
        studio.paces = Shared(studio.store, studio.jobs.addresses.hashed, counted)
    perimeter = Perimeter(
        hosts=Hosts.from_environment(),
        tokens=tokens_of(studio.store),
        newcomers=sessions,
        pages=paces,
        gated=True,
        arrivals=studio.arrivals,
        waiting=studio.waiting,
        slots=frozenset((*(slot.name for form in forms for slot in form.slots), "files")),
    )
    frame_ancestors = tuple(ancestors())
    hashes = inline_hashes(STORAGE.encode())
    options = {
        "routes": [*routes, *api_uploads.router().routes],
        "middleware": [
            Middleware(SignInFilter),
            Middleware(PagePolicy, frame_ancestors, hashes),
            Middleware(Languages),
        ],
        "lifespan": _many_threads,
        "docs_url": None,
        "redoc_url": None,
        "openapi_url": None,
    }
    return lambda app: door.before(Visitors(app, frame_ancestors, framed(), perimeter)), options


@asynccontextmanager
async def _many_threads(app: Any) -> AsyncIterator[None]:
    """Give the server's loop its threads while it runs."""
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(THREADS, thread_name_prefix="ask"))
    yield


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

"""The studio's routes, and its whole page behind the perimeter, in the process of the test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import stubs
from tests.cluster.servers import free_port


def routes_app(studio: Any, board: Any, **perimeter: Any) -> Any:
    """The routes of the page behind the visitors' middleware; `perimeter` changes what that knows."""
    from dataclasses import replace

    from fastapi import FastAPI

    from studio.access.visitors import Visitors
    from studio.web.routes import router
    from tests.security.shelf import GUARD

    app = FastAPI()
    app.include_router(router(studio, board))
    app.add_middleware(Visitors, perimeter=replace(GUARD, **perimeter))
    return app


def client_of(studio: Any, board: Any, **how: Any) -> Any:
    """A visitor with a session at these routes; an internal error is an answer."""
    from starlette.testclient import TestClient

    from tests.security.shelf import TOKEN

    return TestClient(
        routes_app(studio, board), cookies={"studio_session": TOKEN}, raise_server_exceptions=False, **how
    )


@pytest.fixture
def client(studio: Any, board: Any) -> Iterator[Any]:
    with client_of(studio, board) as made:
        yield made


@dataclass(frozen=True, eq=False)
class Page:
    """A page that is served: its folder, its port, its address, and the studio behind it."""

    home: Path
    port: int
    url: str
    studio: Any


@contextmanager
def page_here(home: Path, **environment: str) -> Iterator[Page]:
    """The whole page on a port of its own, served by threads of this process: stub methods, and no process for work or uploads."""
    with pytest.MonkeyPatch.context() as patch:
        port, uploads = free_port(), home / "work" / "gradio"
        known = {"STUDIO_HOME": str(home), "GRADIO_TEMP_DIR": str(uploads), "PORT": str(port), **environment}
        for name, value in known.items():
            patch.setenv(name, value)
        yield from _serve_page(home, port)


def _serve_page(home: Path, port: int) -> Iterator[Page]:
    """Open what `studio.perimeter.serve` opens, and close it."""
    from studio.engine.runners import InProcess
    from studio.perimeter import serve
    from studio.perimeter.access_setup import AccessSetup
    from studio.studio import open_studio
    from studio.web.shell import build

    studio, tabs = open_studio(home, InProcess(), spares=0), stubs.install()
    page = build(studio, tabs)
    page.queue(max_size=200, default_concurrency_limit=8)
    studio.jobs.start()
    studio.films.renders.start()
    door = AccessSetup(studio)
    serve._launch(page, studio, tabs, door)
    door.open()
    try:
        yield Page(home, port, f"http://127.0.0.1:{port}/", studio)
    finally:
        door.close()
        page.close(verbose=False)
        studio.close()

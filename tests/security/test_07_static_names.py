"""Finding 7: a static name is looked up in a table of what is shipped; nothing that came in a request is joined to a path."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from pipelines.core.models import ASSETS
from studio.engine.runners import InProcess
from studio.studio import open_studio
from studio.web import routes, shipped
from tests import stubs

pytestmark = pytest.mark.slow

SECRET = "not for visitors"


@pytest.fixture(scope="module")
def client(tmp_path_factory) -> Iterator[TestClient]:
    studio = open_studio(tmp_path_factory.mktemp("studio"), InProcess(), spares=0)
    with TestClient(FastAPI(routes=list(routes.router(studio, stubs.install()).routes))) as opened:
        yield opened
    studio.close()


NAMES = [
    "..\\secret.txt",
    "..\\..\\app.py",
    "C:\\Windows\\win.ini",
    "C:secret.txt",
    "\\\\server\\share\\x",
    "//server/share/x",
    "../secret.txt",
    "....//secret.txt",
    "core.js\0.txt",
    "core.js\0",
    "CON",
    "NUL",
    "aux.js",
    "core.js.",
    "core.js ",
    "core.js::$DATA",
    "./core.js",
    ".",
    "..",
    "",
    "static/../core.js",
    "%2e%2e%2fsecret.txt",
    "CORE.JS",
    "sub/core.js",
    "a" * 5000,
    "☃",
    "~",
    "core.js/",
]


@pytest.mark.parametrize("name", NAMES, ids=lambda name: ascii(name)[:30])
@pytest.mark.parametrize("folder", ["static", "assets/styles", "assets/small/styles", "assets/..", "assets/small/.."])
def test_odd_names_are_not_there(client, folder, name):
    encoded = quote(name, safe="")
    assert client.get(f"/studio/{folder}/{encoded}", follow_redirects=False).status_code in (404, 405, 307)


def test_what_came_after_the_start_is_not_served(client, tmp_path, monkeypatch):
    """On the code of before, a name is joined to the folder: a file that lies there is served, and on Windows one that lies elsewhere."""
    folder = tmp_path / "static"
    folder.mkdir()
    (folder / "late.js").write_text(SECRET)
    (folder / "..\\secret.txt").write_text(SECRET)
    for module in (routes, shipped):
        monkeypatch.setattr(module, "STATIC", folder, raising=False)
    for name in ("late.js", "..%5Csecret.txt"):
        answer = client.get(f"/studio/static/{name}")
        assert answer.status_code == 404 and SECRET not in answer.text


def test_names_are_never_joined(client, monkeypatch):
    """Every file of the page comes from the table, also when the folders are gone."""
    for module in (routes, shipped):
        monkeypatch.setattr(module, "STATIC", ASSETS / "nothing", raising=False)
        monkeypatch.setattr(module, "ASSETS", ASSETS / "nothing", raising=False)
    picture = next(name for name in shipped.asset_files() if name.startswith("styles/"))
    assert client.get("/studio/static/core.js").status_code == 200
    assert client.get(f"/studio/assets/{picture}").status_code == 200
    assert client.get(f"/studio/assets/small/{picture}").status_code == 200


def test_only_what_is_shown_is_in_the_tables():
    assert {"core.js", "studio.css", "sun.png"} <= set(shipped.static_files())
    assert all(name.count("/") == 1 and name.split("/")[0] in shipped.SHOWN_ASSETS for name in shipped.asset_files())

"""The page's process never loads torch: every tab's work and every answer of the page is made without it, or in a worker.

Nor does it load, until the page is there, what only work needs; and Gradio writes no files into its own package.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import httpx
import psutil
import pytest

from pipelines.core.models import ASSETS
from tests.browser.conftest import ROOT, Server
from tests.fixtures import until
from tests.security.with_accounts import browser

pytestmark = pytest.mark.slow

BUILD = """
import sys
from pathlib import Path
from studio.engine.runners import InProcess
from studio.perimeter import application, access_setup
from studio.studio import open_studio
from studio.web.routes import router
from studio.web.shell import build
from studio.web.tabs import board
studio, tabs = open_studio(Path(sys.argv[1]), InProcess(), spares=0), board()
build(studio, tabs)
door = access_setup.AccessSetup(studio)
application.application(studio, tabs, [*door.routes(), *router(studio, tabs).routes], door)
heavy = {"torch", "spacy", "transformers", "diffusers", "onnxruntime", "scipy", "cv2", "av", "pipelines.scenes.backdrop"}
print(*sorted(heavy & set(sys.modules)))
studio.close()
"""
CALLS = (
    ("generate.storybook", {"prompt": "a boat on the sea", "seed": 2}),
    ("narrate.speak", {"text": "The light turned gold.", "seed": 1}),
    ("infill.diffuse", {"text": "Snow covered the ____.", "seed": 1}),
)
PAGES = ("state", "shelf", "models", "specimens", "films/choices", "films")


def make_job(visitor: httpx.Client, pipeline: str, settings: dict) -> dict:
    """The job of a call, once it has ended."""
    id = visitor.post("studio/make", json={"pipeline": pipeline, "inputs": {}, "settings": settings}).json()["job"]

    def job() -> dict:
        return next(row for row in visitor.get("studio/state").json()["jobs"] if row["id"] == id)

    until(lambda: job()["state"] not in ("queued", "running"))
    return job()


def maps_torch(pid: int) -> bool:
    return "libtorch" in Path(f"/proc/{pid}/maps").read_text()


def test_the_page_is_built_without_what_only_work_needs(tmp_path):
    done = subprocess.run([sys.executable, "-c", BUILD, tmp_path], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


@pytest.mark.long
@pytest.mark.weights
@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which libraries are mapped")
def test_the_pages_process_never_loads_torch(tmp_path):
    server = Server(tmp_path / "home")
    try:
        visitor = browser(server)
        visitor.get("", headers={"accept": "text/html"})
        for pipeline, settings in CALLS:
            assert make_job(visitor, pipeline, settings)["state"] == "done"
        film = visitor.post("studio/films", json={"example": "fox"}).json()
        told = visitor.post("studio/films/story", json={"text": "A fox sits by the sea. Snow falls."}).json()
        assert [actor["noun"] for actor in told["scenes"][0]["record"]["scene"]["actors"]] == ["fox"]
        small = next((ASSETS / "samples").glob("*.jpg")).name
        for page in (*PAGES, f"films/{film['id']}", f"assets/small/samples/{small}"):
            assert visitor.get(f"studio/{page}").status_code == 200, page
        below = psutil.Process(server.process.pid).children(recursive=True)
        workers = [one.pid for one in below if one.name() == "studio-worker"]
        assert workers and any(maps_torch(pid) for pid in workers), "the test must be able to see torch where it is"
        assert not maps_torch(server.process.pid)
        assert "/spacy/" not in Path(f"/proc/{server.process.pid}/maps").read_text(), "a story is read in a worker"
    finally:
        server.stop()

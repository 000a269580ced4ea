"""The Lab's declarations, equations, methods and routes."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from pipelines.core.registry import find, names
from pipelines.core.settings import check_settings, settings_of
from studio.access.accounts import session_key
from studio.storage.artifacts import Call
from studio.web import exhibits, lab_routes
from studio.web.shipped import static_files
from studio.web.tabs import board
from tests.conftest import ROOT
from tests.fixtures import put_picture
from tests.studio.film_stubs import ADA, EVE, client_of


@pytest.mark.parametrize("exhibit", exhibits.EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_an_exhibit_opens_with_what_its_controls_offer(exhibit):
    for equation in exhibit.described()["equations"]:
        ElementTree.fromstring(equation)
    assert f"lab/{exhibit.name}.js" in static_files() and all(name in names() for name, *_ in exhibit.methods)
    for key, control in exhibit.controls.items():
        value = exhibit.start.get(key)
        assert not control.get("options") or value in control["options"], key
        assert "low" not in control or value is None or control["low"] <= value <= control["high"], key


SMALL = {
    "lab.score": {"steps": 100, "dimensions": "4"},
    "lab.flow": {"steps": 100},
    "lab.contrast": {"steps": 100},
    "lab.gram": {},
    "lab.layers": {},
    "lab.order": {"text": "A small ____ in the rain."},
    "lab.pixels": {"prompt": "cat"},
    "lab.codes": {},
    "lab.codec": {},
    "lab.faces": {"show": "walk"},
    "lab.swap": {},
    "lab.signs": {},
    "lab.nudge": {"what": "picture"},
}
TRAINED = ("lab.score", "lab.flow", "lab.contrast")  # all others need weights
SHORT = {"layers": ("STEPS", 20), "order": ("DRAFTS", 1), "nudge": ("STEPS", 2)}
CASES = [pytest.param(name, marks=() if name in TRAINED else pytest.mark.weights, id=name) for name in SMALL]


@pytest.mark.parametrize("pipeline", CASES)
def test_a_method_runs(pipeline: str, monkeypatch):
    from pipelines.media import load_image

    for name, (constant, value) in SHORT.items():
        monkeypatch.setitem(find(f"lab.{name}").__globals__, constant, value)
    form = settings_of(find(pipeline))
    samples = {"photo": "samples/moose.jpg", "painting": "styles/hokusai-great-wave.jpg"}
    files = {slot.name: load_image(ROOT / "assets" / samples[slot.name]) for slot in form.slots if not slot.optional}
    assert find(pipeline)(**files, **check_settings(form, form.defaults | SMALL[pipeline])) is not None


def test_weights_and_chains_are_for_their_owner(studio):
    client, session = client_of(lab_routes, studio, board()), session_key("visitor:" + "a" * 43)
    mine = put_picture(studio, session)
    call = Call("lab.score", {}, {"data": "ring", "dimensions": "inf", "steps": 100, "seed": 0})
    job = studio.jobs.submit(session, "Lab", call, lane="inline")
    folder = studio.store.home / "work" / "checkpoints" / job.session / job.artifact_id
    at = f"/studio/lab/weights/{job.id}"
    assert client.get(at, headers=ADA).status_code == 204
    folder.mkdir(parents=True)
    (folder / "weights.safetensors").write_bytes(b"weights")
    answer = client.get(at, headers=ADA)
    assert answer.content == b"weights"
    assert client.get(f"{at}?after={answer.headers['x-weights']}", headers=ADA).status_code == 204
    assert client.get(at, headers=EVE).status_code == 403
    assert client.get("/studio/lab/weights/99999", headers=ADA).status_code == 403
    assert client.get("/studio/lab/weights/none", headers=ADA).status_code in (400, 403)
    found = client.get(f"/studio/lab/chain/{mine.id}", headers=ADA).json()
    assert list(found["parts"]) == [mine.id] and found["parts"][mine.id]["method"] is None
    assert client.get(f"/studio/lab/chain/{mine.id}", headers=EVE).status_code == 403

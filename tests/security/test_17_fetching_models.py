"""Models are fetched for an administrator, or for the person at the machine itself; for nobody else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from starlette.requests import Request

from pipelines.core.models import MissingModel
from pipelines.core.progress import silent
from pipelines.core.settings import Refusal
from studio.access.accounts import IDENTITY, Identity
from studio.storage.timing import Painter, keep_painter
from studio.web import model_routes

pytestmark = pytest.mark.slow

OURS = {"x-studio": "1"}


def request_from(client=("127.0.0.1", 5), headers=(), **scope):
    return Request({"type": "http", "client": client, "headers": [*headers], **scope})


def test_who_may_fetch(monkeypatch):
    for name in ("SPACE_ID", "GRADIO_SERVER_NAME", "STUDIO_PROXIES"):
        monkeypatch.delenv(name, raising=False)
    assert model_routes.may_fetch(request_from()) and model_routes.may_fetch(request_from(("::1", 5)))
    assert not model_routes.may_fetch(request_from(("10.0.0.7", 5)))
    assert not model_routes.may_fetch(request_from(headers=[(b"x-forwarded-for", b"1.2.3.4")]))
    with monkeypatch.context() as patched:
        patched.setenv("STUDIO_PROXIES", "1")  # then loopback is the proxy
        assert not model_routes.may_fetch(request_from())
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert not model_routes.may_fetch(request_from())
    monkeypatch.setattr(model_routes, "accounts", lambda: {"ada": "x"})
    assert not model_routes.may_fetch(request_from())
    assert not model_routes.may_fetch(request_from(**{IDENTITY: Identity("s", "ben")}))
    assert model_routes.may_fetch(request_from(**{IDENTITY: Identity("s", "ada", administrator=True)}))


def test_a_stranger_starts_nothing_and_one_model_at_a_time_can_be_fetched(client, monkeypatch):
    fetched = []
    monkeypatch.setattr(
        model_routes.fetching, "apart", lambda sources, report: fetched.append([one for one, _ in sources])
    )
    card = replace(model_routes.package_cards()[0], source="package:x==1:y")
    monkeypatch.setattr(model_routes, "cards", lambda: [card])
    assert client.post("/studio/models", headers=OURS, json={}).status_code == 403 and not fetched
    assert client.get("/studio/models").json()["may_fetch"] is False
    monkeypatch.setattr(model_routes, "may_fetch", lambda request: True)
    assert client.post("/studio/models", headers=OURS, json={"source": "builtin:x"}).status_code == 400
    assert client.post("/studio/models", headers=OURS, json={"source": card.source}).status_code == 200
    for _ in range(200):
        if not client.get("/studio/models").json()["fetching"]:
            break
    assert fetched == [[card.source]]


def test_a_fetch_that_breaks_off_says_so_and_can_go_on(monkeypatch):
    card = model_routes.package_cards()[0]
    broken = MissingModel(card, "the line broke off")
    monkeypatch.setattr(model_routes.fetching, "apart", lambda sources, report: (_ for _ in ()).throw(broken))
    fetching = model_routes.Fetching()
    fetching._work([card])
    assert "the line broke off" in fetching.state()["problem"] and not fetching.running


def test_a_fetch_is_a_process_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Refusal, match="model hub cannot be reached"):
        model_routes.fetching.apart([("hub:owner/name", "")], silent)
    assert model_routes.cards_of("hub:owner/name")[0].source == "hub:owner/name"
    with pytest.raises(Refusal):
        model_routes.cards_of("hub:../etc")


def test_a_stranger_neither_stops_nor_removes_and_who_may_removes_only_models_of_a_hub(client, studio, monkeypatch):
    keep_painter(studio.store.home, Painter("cpu", 0, 0.5))  # measured already
    removed = []
    monkeypatch.setattr(model_routes.hub_fetching, "remove", lambda card: removed.append(card.source))
    for body in ({"do": "stop"}, {"do": "remove", "source": "hub:stabilityai/sd-turbo"}):
        assert client.post("/studio/models", headers=OURS, json=body).status_code == 403
    assert client.get("/studio/painters").json()["may_fetch"] is False and not removed
    monkeypatch.setattr(model_routes, "may_fetch", lambda request: True)
    for source in ("builtin:weights/x.safetensors", "package:x==1:y", None):
        body = {"do": "remove"} | ({"source": source} if source else {})
        assert client.post("/studio/models", headers=OURS, json=body).status_code == 400
    body = {"do": "remove", "source": "hub:stabilityai/sd-turbo"}
    assert client.post("/studio/models", headers=OURS, json=body).status_code == 200
    assert set(removed) == {"hub:stabilityai/sd-turbo"}  # what another model needs too stays
    assert client.post("/studio/models", headers=OURS, json={"do": "burn"}).status_code == 400


def test_a_fetch_is_stopped_keeps_its_speed_and_is_not_joined_by_another(monkeypatch):
    from pipelines.core.progress import Progress

    card, other = model_routes.package_cards()[:2]
    states = []

    def apart(sources, report):
        for done in (0, 50):
            report(Progress(done, 100, "Fetching models"))
        states.append(fetching.state())
        with pytest.raises(Refusal, match="Another model is being fetched"):
            fetching.start([other])
        with pytest.raises(Refusal, match="stop that first"):
            fetching.remove([replace(card, source="hub:owner/name")])
        fetching.stop()
        report(Progress(60, 100, "Fetching models"))

    monkeypatch.setattr(model_routes.fetching, "apart", apart)
    fetching = model_routes.Fetching()
    fetching.running, fetching.sources = True, [card.source]
    fetching._work([card])
    assert states[0]["fraction"] == 0.5 and states[0]["done_bytes"] == 50 and states[0]["seconds_left"] is not None
    assert not fetching.running and not fetching.problem and fetching.state()["done_bytes"] == 50

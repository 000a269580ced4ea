"""Signing in with the model hub, against a stand-in for it: state, PKCE, one shelf for one person, nothing where it is not offered."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from studio.access.accounts import identity_of
from studio.access.cookies import CookieAttributes
from studio.access.hub_sign_ins import HubSignIns, Provider
from studio.access.sign_in_filter import Identify
from studio.web import hub_sign_in_routes
from tests.fixtures import run_async

pytestmark = pytest.mark.slow

HUB = "https://hub.example"


class StandIn:
    """The hub's side: gives a code for a challenge, and checks that who comes with the code knows the answer."""

    def __init__(self) -> None:
        self.challenge, self.subject, self.elsewhere = "", "u1", False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/.well-known/openid-configuration":
            token = "https://evil.example/token" if self.elsewhere else f"{HUB}/oauth/token"
            return httpx.Response(
                200,
                json={
                    "authorization_endpoint": f"{HUB}/oauth/authorize",
                    "token_endpoint": token,
                    "userinfo_endpoint": f"{HUB}/oauth/userinfo",
                },
            )
        if path == "/oauth/token":
            given = parse_qs(request.content.decode())
            digest = base64.urlsafe_b64encode(hashlib.sha256(given["code_verifier"][0].encode()).digest()).rstrip(b"=")
            right = given["code"] == ["good"] and digest.decode() == self.challenge
            right &= request.headers["authorization"] == "Basic " + base64.b64encode(b"app:hidden").decode()
            return httpx.Response(200 if right else 400, json={"access_token": "pass"} if right else {"error": "no"})
        assert request.headers["authorization"] == "Bearer pass"
        return httpx.Response(200, json={"sub": self.subject, "preferred_username": "ada"})


@pytest.fixture
def hub(studio, monkeypatch):
    for name, value in (("ID", "app"), ("SECRET", "hidden"), ("SCOPES", "openid profile")):
        monkeypatch.setenv(f"OAUTH_{name}" if name == "SCOPES" else f"OAUTH_CLIENT_{name}", value)
    monkeypatch.setenv("OPENID_PROVIDER_URL", HUB)
    made = StandIn()
    studio.__dict__["hub_sign_ins"] = HubSignIns(
        studio.store, client=lambda: httpx.AsyncClient(transport=httpx.MockTransport(made))
    )
    return made


@pytest.fixture
def client(studio, hub):
    app = FastAPI()
    app.include_router(hub_sign_in_routes.routes_of(studio, CookieAttributes()))

    def who(request):
        found = identity_of(request)
        return {"session": found.session if found else None, "name": found.hub_name if found else None}

    who.__annotations__ = {"request": __import__("fastapi").Request}
    app.add_api_route("/who", who)
    app.add_middleware(
        Identify, sign_ins=studio.sign_ins, tokens=studio.tokens, tally=studio.tally, hub=studio.hub_sign_ins
    )
    with TestClient(app, follow_redirects=False) as made:
        yield made


def begun(client, hub) -> str:
    """The state of a sign-in that was sent to the hub."""
    there = urlsplit(client.get("/studio/hub-sign-in").headers["location"])
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert there.netloc == "hub.example" and asked["client_id"] == "app" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"] == "http://testserver/studio/hub-sign-in/back"
    hub.challenge = asked["code_challenge"]
    return asked["state"]


def test_who_signs_in_has_one_shelf_everywhere_and_signs_out(client, hub):
    sessions = []
    for subject in ("u1", "u1", "u2"):
        hub.subject = subject
        state = begun(client, hub)
        answer = client.get("/studio/hub-sign-in/back", params={"state": state, "code": "good"})
        assert answer.status_code == 303 and "httponly" in answer.headers["set-cookie"].lower()
        found = client.get("/who").json()
        assert found["name"] == "ada"
        sessions.append(found["session"])
        assert client.post("/studio/hub-sign-out").status_code == 403
        assert client.post("/studio/hub-sign-out", headers={"x-studio": "1"}).status_code == 200
        assert client.get("/who").json()["session"] is None
    assert sessions[0] == sessions[1] != sessions[2]


def test_what_was_not_begun_here_signs_nobody_in(client, hub, monkeypatch):
    state = begun(client, hub)
    refused = [
        {"state": "x" * 43, "code": "good"},
        {"code": "good"},
        {"state": state, "code": "stolen"},
        {"state": state, "code": "good"},
    ]
    for given in refused:  # the last one: a state is good once
        answer = client.get("/studio/hub-sign-in/back", params=given)
        assert answer.status_code == 400 and answer.json()["problem"].startswith("This sign-in has expired")
    state = begun(client, hub)
    client.cookies.clear()  # another browser
    assert client.get("/studio/hub-sign-in/back", params={"state": state, "code": "good"}).status_code == 400
    hub.elsewhere = True
    assert client.get("/studio/hub-sign-in").json()["problem"].startswith("The model hub does not answer")
    monkeypatch.delenv("OAUTH_CLIENT_ID")
    assert client.get("/studio/hub-sign-in").json()["problem"] == "This studio has no sign-in with the model hub."
    assert client.get("/who").json()["session"] is None


def test_others_push_no_sign_in_out_and_an_address_has_its_pace(client, hub, studio, monkeypatch):
    """A thousand sign-ins that were begun took the places of all others when the server kept them."""
    state = begun(client, hub)
    for _ in range(2000):
        studio.hub_sign_ins._new_state()
    challenge = hub.challenge
    answers = [client.get("/studio/hub-sign-in") for _ in range(40)]
    assert (
        answers[0].status_code == 303 and answers[-1].status_code == 400 and "network" in answers[-1].json()["problem"]
    )
    hub.challenge = challenge
    monkeypatch.setattr("studio.access.pace.Pace._window", lambda self: 10**9)  # a minute later
    client.cookies.clear()
    client.cookies.set("studio_hub_state", state)
    there = "/studio/hub-sign-in/back"
    assert client.get(there, params={"state": state, "code": "good"}).status_code == 303


def test_a_slow_hub_holds_no_thread(studio, hub):
    """Each of 150 waiting sign-ins held one of the threads in which everybody's requests are answered."""
    import asyncio
    import threading

    waiting, silence = [], asyncio.Event()

    class Slow(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            waiting.append(request)
            await silence.wait()
            return httpx.Response(500)

    given = Provider("app", "hidden", "openid", HUB)
    signs = HubSignIns(studio.store, client=lambda: httpx.AsyncClient(transport=Slow()))

    async def many() -> int:
        before = threading.active_count()
        tasks = [asyncio.create_task(signs.begin(given, "http://testserver/back")) for _ in range(150)]
        while len(waiting) < 150:
            await asyncio.sleep(0)
        held = threading.active_count() - before
        silence.set()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
        assert {str(answer) for answer in answers} == {"The model hub does not answer; try again."}
        return held

    assert run_async(many()) <= 0  # a thread of before may end meanwhile

"""Findings 5 and 6, at the door: a session begins with a load of the page, cannot be invented, and Gradio's routes need one."""

from __future__ import annotations

import http.client
import json
import stat
from collections.abc import Iterator

import pytest

from studio.access.sessions import MOST_ADDRESSES, Newcomers, SessionCookies, key_in, tokens_of
from studio.access.visitors import TOKEN
from studio.storage.store import session_key
from tests.asgi import page_here
from tests.security.running import Served, ask, session

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    with page_here(tmp_path_factory.mktemp("sessions") / "home", STUDIO_NEW_SESSIONS="30") as running:
        yield running


CALL = json.dumps({"data": []}).encode()
NEEDY = [
    ("POST", "/gradio_api/call/stylize_wash"),
    ("POST", "/gradio_api/call/v2/stylize_wash"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/api/predict"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/cancel"),
    ("GET", "/gradio_api/queue/data?session_hash=x"),
    ("GET", "/gradio_api/heartbeat/x"),
    ("GET", "/gradio_api/call/film/x"),
    ("GET", "/gradio_api/file=/etc/passwd"),
    ("POST", "/gradio_api/mcp/"),
    ("POST", "/studio/upload"),
    ("GET", "/studio/state"),
]


@pytest.mark.parametrize("cookie", ["", "studio_session=" + "a" * 43, "studio_session=x"])
@pytest.mark.parametrize(("method", "path"), NEEDY)
def test_without_a_session_nothing_is_done_and_none_begins(server, method, path, cookie):
    headers = {"Cookie": cookie} if cookie else {}
    answer = ask(
        server,
        path,
        method,
        CALL if method == "POST" else None,
        Content_Type="application/json",
        x_studio="1",
        **headers,
    )
    assert answer.status == 403 and json.loads(answer.text)["problem"].endswith(".")
    assert not answer.cookies


@pytest.mark.parametrize(
    "path",
    [
        "/config",
        "/studio/health",
        "/studio/static/core.js",
        "/theme.css",
        "/gradio_api/info",
        "/robots.txt",
        "/nothing",
    ],
)
def test_what_the_page_loads_begins_no_session(server, path):
    assert not ask(server, path).cookies


def test_the_page_begins_one_and_it_is_good(server):
    cookie = session(server)
    assert ask(server, "/studio/state", Cookie=cookie).status == 200
    assert not ask(server, "/", Cookie=cookie).cookies


def test_two_cookie_headers_are_one(server):
    """What the middleware checks is what the routes read."""
    good, forged = session(server), "studio_session=" + "a" * 43
    for cookies, status in (((forged, good), 200), ((good, forged), 403)):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.putrequest("GET", "/studio/state")
        for value in cookies:
            connection.putheader("Cookie", value)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()


def test_many_new_sessions_from_one_address_get_a_sentence(server):
    answers = [ask(server, "/") for _ in range(31)]
    assert {answer.status for answer in answers} == {200, 429}
    assert "later" in answers[-1].text and not answers[-1].cookies
    assert ask(server, "/studio/health").status == 200


def test_a_cookie_is_made_here_or_not_at_all():
    tokens, others = SessionCookies(), SessionCookies()
    token = tokens.make()
    assert TOKEN.fullmatch(token) and tokens.signed(token) and not others.signed(token)
    assert len({tokens.make() for _ in range(100)}) == 100
    for place in range(43):
        changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
        assert not tokens.signed(changed), place


def test_a_cookie_of_before_is_good_while_its_session_is_known(studio):
    tokens, older = tokens_of(studio.store), "o" * 43
    assert not tokens.known(older)
    studio.store.seen(session_key("visitor:" + older))
    assert tokens.known(older) and not tokens.signed(older)
    assert not tokens.known("p" * 43)


def test_the_key_is_made_once_and_is_the_studios_own(tmp_path):
    key = key_in(tmp_path)
    assert key_in(tmp_path) == key and len(key) == 32
    file = tmp_path / "visitors.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["visitors.key"]
    file.write_bytes(b"half")  # a full disk at the first start
    assert len(key_in(tmp_path)) == 32


def test_addresses_are_counted_apart_and_not_kept_without_bound():
    newcomers = Newcomers(most=2)
    assert [newcomers.welcome("a") for _ in range(3)] == [True, True, False]
    assert newcomers.welcome("b")
    for number in range(MOST_ADDRESSES + 10):
        newcomers.welcome(str(number))
    assert len(newcomers._begun) <= MOST_ADDRESSES

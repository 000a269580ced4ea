"""A call by REST or MCP builds and keeps no state of the page, comes at a pace, and holds only finite numbers."""

from __future__ import annotations

import json

import pytest

from studio.access.bodies import with_state
from studio.access.owners import Owners
from tests.asgi import page_here
from tests.security.running import ask, raw, session

pytestmark = pytest.mark.slow
CALL, RUN, MCP = "/gradio_api/call/stylize_wash", "/gradio_api/run/stylize_wash", "/gradio_api/mcp/"


def test_direct_calls_share_their_sessions_state():
    first, second = (json.loads(with_state(b'{"data": [1]}', session)) for session in ("a" * 64, "b" * 64))
    assert first == json.loads(with_state(b'{"data": [1]}', "a" * 64)) and first["data"] == [1]
    assert first["session_hash"] != second["session_hash"]
    assert with_state(b'{"session_hash": "page"}', "a" * 64) == b'{"session_hash": "page"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with page_here(tmp_path_factory.mktemp("calls") / "home", STUDIO_CALLS="40") as running:
        yield running


def post(server, path: str, cookie: str, body: bytes = b'{"data": [null]}'):
    return ask(server, path, "POST", body, cookie=cookie, content_type="application/json")


def test_numbers_that_are_not_finite_are_refused_with_a_sentence(server):
    cookie = session(server)
    for path in (CALL, RUN, "/gradio_api/queue/join", "/gradio_api/cancel", "/gradio_api/reset", MCP):
        for number in (b"NaN", b"1e999", b"-Infinity"):
            answer = post(server, path, cookie, b'{"data": [%s], "session_hash": "a", "fn_index": 0}' % number)
            assert answer.status == 400 and "finite" in json.loads(answer.body)["problem"], (path, number, answer.text)


def test_calls_come_at_a_pace_of_their_session(server):
    mine, another = session(server), session(server)
    statuses = [post(server, CALL, mine).status for _ in range(100)]  # a window may end in between
    assert statuses[0] == 200 and 429 in statuses and post(server, CALL, another).status == 200
    assert ask(server, "/studio/health").status == 200


def test_events_of_a_call_belong_to_its_session(server):
    mine, another = session(server), session(server)
    event = json.loads(post(server, CALL, mine).body)["event_id"]
    cancel = b'{"session_hash": "my-own-name", "fn_index": 0, "event_id": "%s"}' % event.encode()
    assert post(server, "/gradio_api/cancel", another, cancel).status == 404
    assert ask(server, f"{CALL}/{event}", cookie=another).status == 404
    assert b"event: error" in ask(server, f"{CALL}/{event}", cookie=mine).body
    named = b'{"data": [null], "session_hash": "my-own-name"}'
    assert post(server, CALL, mine, named).status == 200
    assert post(server, CALL, another, named).status == 404
    for path in ("queue/data?session_hash=my-own-name", "heartbeat/my-own-name"):
        assert ask(server, f"/gradio_api/{path}", cookie=another).status == 404


def test_a_length_said_in_two_ways_closes_the_connection(server):
    """RFC 9112, 6.3: what follows could be read as another request by a proxy."""
    lengths = "content-length: 5\r\ntransfer-encoding: chunked"
    with raw(server) as connection:
        connection.sendall(
            f"POST {CALL} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\n{lengths}\r\n\r\n0\r\n\r\n".encode()
        )
        connection.sendall(b"GET /studio/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(4096), b""))  # ends only where the server closes
    assert answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1") == 1
    assert b"connection: close" in answer.lower()


def test_a_name_that_is_kept_is_short_and_cannot_be_written_otherwise():
    owners = Owners()
    assert owners.may_send(b'{"session_hash": "mine"}', "me") and not owners.may_send(
        b'{"session_hash": "mine"}', "you"
    )
    assert not owners.may_send(b'{"session\\u005fhash": "mine"}', "you")
    assert not owners.may_send(b'{"session_hash": "%s"}' % (b"a" * 101), "me") and len(owners._sessions) == 1

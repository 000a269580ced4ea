"""A call by REST or MCP builds and keeps no state of the page, comes at a pace, and holds only finite numbers."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.slow
CALL, RUN, MCP = "/gradio_api/call/stylize_wash", "/gradio_api/run/stylize_wash", "/gradio_api/mcp/"


def test_direct_calls_share_their_sessions_state():
    from studio.access.bodies import with_state

    first, second = (json.loads(with_state(b'{"data": [1]}', session)) for session in ("a" * 64, "b" * 64))
    assert first == json.loads(with_state(b'{"data": [1]}', "a" * 64)) and first["data"] == [1]
    assert first["session_hash"] != second["session_hash"]
    assert with_state(b'{"session_hash": "page"}', "a" * 64) == b'{"session_hash": "page"}'


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    from tests.security.running import serving

    with serving(tmp_path_factory.mktemp("calls") / "home", STUDIO_CALLS="40") as running:
        yield running


def test_numbers_that_are_not_finite_are_refused_with_a_sentence(server):
    from tests.security.running import ask, session

    cookie = session(server)
    for path in (CALL, RUN, "/gradio_api/queue/join", "/gradio_api/cancel", MCP):
        for number in ("NaN", "1e999", "-Infinity"):
            body = b'{"data": [%s], "session_hash": "a", "fn_index": 0}' % number.encode()
            answer = ask(
                server,
                path,
                "POST",
                body,
                host=f"127.0.0.1:{server.port}",
                cookie=cookie,
                content_type="application/json",
            )
            assert answer.status == 400 and "finite" in json.loads(answer.body)["problem"], (path, number, answer.text)


def test_calls_come_at_a_pace_of_their_session(server):
    from tests.security.running import ask, session

    mine, another = session(server), session(server)

    def call(cookie: str) -> int:
        words = {"host": f"127.0.0.1:{server.port}", "cookie": cookie, "content_type": "application/json"}
        return ask(server, CALL, "POST", b'{"data": [null]}', **words).status

    statuses = [call(mine) for _ in range(100)]  # a window may end in between
    assert statuses[0] == 200 and 429 in statuses and call(another) == 200
    assert ask(server, "/studio/health", host=f"127.0.0.1:{server.port}").status == 200


def test_events_of_a_call_belong_to_its_session(server):
    from tests.security.running import ask, session

    mine, another = session(server), session(server)
    host = {"host": f"127.0.0.1:{server.port}", "content_type": "application/json"}
    event = json.loads(ask(server, CALL, "POST", b'{"data": [null]}', cookie=mine, **host).body)["event_id"]
    told = b'{"session_hash": "my-own-name", "fn_index": 0, "event_id": "%s"}' % event.encode()
    assert ask(server, "/gradio_api/cancel", "POST", told, cookie=another, **host).status == 404
    assert ask(server, f"{CALL}/{event}", cookie=another, **host).status == 404
    assert b"event: error" in ask(server, f"{CALL}/{event}", cookie=mine, **host).body
    named = b'{"data": [null], "session_hash": "my-own-name"}'
    assert ask(server, CALL, "POST", named, cookie=mine, **host).status == 200
    assert ask(server, CALL, "POST", named, cookie=another, **host).status == 404
    assert ask(server, "/gradio_api/queue/data?session_hash=my-own-name", cookie=another, **host).status == 404
    assert ask(server, "/gradio_api/heartbeat/my-own-name", cookie=another, **host).status == 404


def test_a_length_said_in_two_ways_closes_the_connection(server):
    """RFC 9112, 6.3: what follows could be read as another request by a proxy."""
    import socket

    words = f"POST {CALL} HTTP/1.1\r\nhost: 127.0.0.1:{server.port}\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as raw:
        raw.sendall(words.encode() + b"0\r\n\r\nGET /studio/health HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        answer = b"".join(iter(lambda: raw.recv(4096), b""))  # ends only where the server closes
    assert (
        answer.startswith(b"HTTP/1.1 400") and answer.count(b"HTTP/1.1") == 1 and b"connection: close" in answer.lower()
    )


def test_what_the_studio_writes_is_its_own_accounts_alone(server):
    modes = {path.name: path.stat().st_mode & 0o077 for path in (server.home, *server.home.rglob("*"))}
    assert modes and not {name for name, mode in modes.items() if mode}


def test_a_path_is_one_line_of_a_log_and_an_address_has_no_port(monkeypatch):
    from studio.access.address import address_of
    from studio.access.guard import in_one_line

    assert in_one_line("/a\r\nINFO forged\x1b[31m\u2028b") == "/a\\r\\nINFO forged\\x1b[31m\\u2028b"
    monkeypatch.setenv("STUDIO_PROXIES", "1")
    for given, address in {
        "192.0.2.7:5123": "192.0.2.7",
        "[2001:db8::5]:443": "2001:db8::/64",
        "2001:db8::5": "2001:db8::/64",
        "192.0.2.7": "192.0.2.7",
        "192.0.2.7:evil": "unknown",
    }.items():
        assert address_of({"headers": [(b"x-forwarded-for", given.encode())]}) == address, given


def test_kills_of_the_server_are_not_the_jobs_fault(tmp_path):
    from studio.engine.runners import InProcess
    from studio.engine.workers import Workers

    assert InProcess().most_starts() == 3 < 12 < Workers(tmp_path).most_starts()


def test_a_name_that_is_kept_is_short_and_cannot_be_written_otherwise():
    from studio.access.owners import Owners

    owners = Owners()
    assert owners.may_send(b'{"session_hash": "mine"}', "me") and not owners.may_send(
        b'{"session_hash": "mine"}', "you"
    )
    assert not owners.may_send(b'{"session\\u005fhash": "mine"}', "you")
    assert not owners.may_send(b'{"session_hash": "%s"}' % (b"a" * 101), "me") and len(owners._sessions) == 1

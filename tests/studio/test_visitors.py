"""Sessions and headers."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from pipelines.core.settings import Refusal
from studio.access.sessions import SessionCookies
from studio.access.visitors import (
    MOST_BODY_BYTES,
    TOKEN,
    Perimeter,
    Visitors,
    accounts,
    token_in,
    visitor_of,
)

KNOWN = Perimeter(tokens=SessionCookies(known=lambda session: True))


def ask(guard: Visitors, headers: list[tuple[bytes, bytes]], scheme: str = "http", path: str = "/"):
    """One request through the middleware: what the application saw, and what the visitor got."""
    seen, sent = [], []

    async def application(scope, receive, send):
        seen.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        sent.append(message)

    guard.app = application
    with ThreadPoolExecutor(1) as thread:  # a thread of its own: Playwright leaves a loop running in this one
        thread.submit(
            asyncio.run, guard({"type": "http", "path": path, "headers": headers, "scheme": scheme}, None, send)
        ).result()
    return dict(seen[0]["headers"]), dict(sent[0]["headers"])


def test_a_new_browser_gets_a_session_that_the_application_sees_at_once():
    seen, got = ask(Visitors(None), [])
    token = token_in(seen[b"cookie"].decode())
    assert token and TOKEN.fullmatch(token) and token.encode() in got[b"set-cookie"]
    assert b"HttpOnly" in got[b"set-cookie"] and b"SameSite=Lax" in got[b"set-cookie"]


BEHIND_HTTPS = (([(b"x-forwarded-proto", b"https")], "http"), ([], "https"))


def test_behind_https_the_cookie_is_secure_and_stays_on_its_own_site():
    for headers, scheme in BEHIND_HTTPS:
        for guard in (Visitors(None), Visitors(None, ["'self'"]), Visitors(None, ["'none'"])):
            _, got = ask(guard, headers, scheme)
            assert got[b"set-cookie"].endswith(b"HttpOnly; SameSite=Lax; Secure")


def test_where_another_site_may_show_the_page_the_cookie_is_partitioned():
    for headers, scheme in BEHIND_HTTPS:
        _, got = ask(Visitors(None, ["https://elsewhere.example"]), headers, scheme)
        assert got[b"set-cookie"].endswith(b"SameSite=None; Secure; Partitioned")
    _, got = ask(Visitors(None, framed=True), [])
    assert got[b"set-cookie"].endswith(b"SameSite=None; Secure; Partitioned")
    _, got = ask(Visitors(None, ["https://elsewhere.example"]), [])  # plain http takes no such cookie
    assert got[b"set-cookie"].endswith(b"HttpOnly; SameSite=Lax")


def post(guard: Visitors, path: str, blocks: list[bytes], announced: int | None = None) -> tuple[int, int]:
    """A message through the middleware to an application that reads it all: the status, and the bytes that were read."""
    read, status, waiting = [0], [0], list(blocks)

    async def receive():
        body = waiting.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(waiting)}

    async def application(scope, receive, send):
        more = True
        while more:
            message = await receive()
            read[0] += len(message["body"])
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message):
        status[0] = message.get("status", status[0])

    guard.app = application
    headers = [] if announced is None else [(b"content-length", str(announced).encode())]
    scope = {"type": "http", "method": "POST", "path": path, "headers": headers, "scheme": "http"}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, guard(scope, receive, send)).result()
    return status[0], read[0]


def test_a_message_has_a_length_limit_and_a_file_has_its_own():
    megabyte = bytes(1_000_000)
    assert post(Visitors(None), "/studio/make", [megabyte] * 4) == (200, MOST_BODY_BYTES)
    assert post(Visitors(None), "/studio/make", [megabyte] * 9) == (413, MOST_BODY_BYTES)
    assert post(Visitors(None), "/gradio_api/queue/join", [b""], announced=MOST_BODY_BYTES + 1) == (413, 0)
    assert post(Visitors(None), "/studio/adopt", [b"{}"], announced=-1)[0] == 413
    assert post(Visitors(None), "/studio/upload", [megabyte] * 9)[0] == 200


class Request:
    def __init__(self, cookie: str = "") -> None:
        self.headers = {"cookie": cookie}


def test_visitors_are_told_apart_and_nobody_is_anybody(monkeypatch):
    a, b = (visitor_of(Request("studio_session=" + letter * 43)) for letter in "ab")
    assert a != b and "a" * 10 not in a
    with pytest.raises(Refusal, match="reload"):
        visitor_of(Request())
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:x:y, grace:z")
    assert accounts() == [("ada", "x:y"), ("grace", "z")]
    with pytest.raises(Refusal, match="sign in"):
        visitor_of(Request("studio_session=" + "a" * 43))

"""Sessions and headers."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient

from pipelines.core.settings import Refusal
from studio.access.visitors import MOST_BODY_BYTES, TOKEN, Visitors, accounts, token_in, visitor_of


def ask(guard: Visitors, headers: dict[str, str], scheme: str = "http") -> tuple[str, str]:
    """One request through the middleware: the cookies that the application saw, and the one that the visitor got."""
    seen = []

    async def application(scope, receive, send):
        seen.append(Headers(scope=scope))
        await Response()(scope, receive, send)

    guard.app = application
    answer = TestClient(guard, base_url=f"{scheme}://studio").get("/", headers=headers)
    return seen[0].get("cookie", ""), answer.headers.get("set-cookie", "")


def test_a_new_browser_gets_a_session_that_the_application_sees_at_once():
    seen, cookie = ask(Visitors(None), {})
    token = token_in(seen)
    assert token and TOKEN.fullmatch(token) and token in cookie
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


BEHIND_HTTPS = (({"x-forwarded-proto": "https"}, "http"), ({}, "https"))


@pytest.mark.parametrize(("headers", "scheme"), BEHIND_HTTPS)
def test_a_cookie_leaves_its_own_site_only_where_another_may_show_the_page(headers, scheme):
    for guard in (Visitors(None), Visitors(None, ["'self'"]), Visitors(None, ["'none'"])):
        assert ask(guard, headers, scheme)[1].endswith("HttpOnly; SameSite=Lax; Secure")
    elsewhere = Visitors(None, ["https://elsewhere.example"])
    assert ask(elsewhere, headers, scheme)[1].endswith("SameSite=None; Secure; Partitioned")
    assert ask(elsewhere, {})[1].endswith("HttpOnly; SameSite=Lax")  # plain http takes no such cookie
    assert ask(Visitors(None, framed=True), {})[1].endswith("SameSite=None; Secure; Partitioned")


@pytest.mark.parametrize(
    ("path", "megabytes", "announced", "status"),
    [
        ("/studio/make", 4, None, 200),
        ("/studio/make", 9, None, 413),
        ("/gradio_api/queue/join", 0, MOST_BODY_BYTES + 1, 413),
        ("/studio/adopt", 0, -1, 413),
        ("/studio/upload", 9, None, 200),
    ],
)
def test_a_message_has_a_length_limit_and_a_file_has_its_own(path, megabytes, announced, status):
    read = []

    async def application(scope, receive, send):
        read.append(len(await Request(scope, receive).body()))
        await Response()(scope, receive, send)

    guard = Visitors(None)
    guard.app = application
    headers = {} if announced is None else {"content-length": str(announced)}
    content = iter([bytes(1_000_000)] * megabytes)  # of no announced length
    assert TestClient(guard).post(path, content=content, headers=headers).status_code == status
    assert read == ([megabytes * 1_000_000] if status == 200 else [])


def make_request(cookie: str = "", username: str | None = None) -> SimpleNamespace:
    """A request as Gradio hands it on."""
    return SimpleNamespace(headers={"cookie": cookie}, username=username)


def test_visitors_are_told_apart_and_nobody_is_anybody(monkeypatch):
    a, b = (visitor_of(make_request("studio_session=" + letter * 43)) for letter in "ab")
    assert a != b and "a" * 10 not in a
    with pytest.raises(Refusal, match="reload"):
        visitor_of(make_request())
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:x:y, grace:z")
    assert accounts() == [("ada", "x:y"), ("grace", "z")]
    with pytest.raises(Refusal, match="Sign in first"):
        visitor_of(make_request("studio_session=" + "a" * 43))

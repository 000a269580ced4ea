"""Who gets what from which route: one table, and the few rules of sessions, origins and hosts that cannot be a row of it."""

from __future__ import annotations

import http.client
import stat
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from studio.access import gradio_routes
from studio.access.address import address_of
from studio.access.audit import AuditLog
from studio.access.sessions import SessionCookies, key_in, tokens_of
from studio.access.visitors import TOKEN
from studio.storage.store import session_key
from tests.asgi import Page, page_here
from tests.security.running import ask, session
from tests.security.values import CASES
from tests.security.with_accounts import ADA, GRACE, MCP_HEADERS, bearing, browser, make_token, signed_in

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "perimeter.md"
ANSWERED = 0  # anything but a refusal: the route itself looks at what was sent
# a studio without accounts: a new browser, an invented cookie, a visitor, a visitor's token;
# one with accounts: a stranger, somebody who pretends to be the MCP server, Grace, her token, Ada who administers
ROWS = [(rows["statuses"], *route.split()) for rows in CASES["routes"] for route in rows["routes"]]
FOREIGN: list[dict[str, str]] = CASES["foreign headers"]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[Page]:
    """A studio without accounts, in this process, that begins thirty sessions for one address."""
    home = tmp_path_factory.mktemp("opened") / "home"
    with page_here(home, STUDIO_PROXIES="1", STUDIO_NEW_SESSIONS="30") as running:
        yield running


@pytest.fixture(scope="module")
def people(opened, closed) -> list[httpx.Client]:
    """Those of the table, in its order."""
    visitor = browser(opened)
    visitor.get("")
    grace = signed_in(closed, "grace", GRACE)
    inside = {"x-studio-inside": "A" * 43, "x-studio-address": "127.0.0.1", "x-gradio-user": "mcp"}
    return [
        browser(opened),
        browser(opened, cookie=f"studio_session={'a' * 43}"),
        visitor,
        bearing(opened, make_token(visitor)["token"]),
        browser(closed),
        browser(closed, **inside),
        grace,
        bearing(closed, make_token(grace)["token"]),
        signed_in(closed, "ada", ADA),
    ]


def answer_of(client: httpx.Client, method: str, path: str, **headers: str) -> httpx.Response:
    """The answer to a request; a stream that is open is left unread."""
    body = b"{}" if method in ("POST", "PATCH") else None
    with client.stream(method, path, headers=MCP_HEADERS | headers, content=body) as answer:
        if answer.status_code >= 400:
            answer.read()
        return answer


def url_of(client: httpx.Client, path: str) -> str:
    return str(client.base_url) + (path if path.startswith("//") else path.lstrip("/"))


@pytest.mark.parametrize(("statuses", "method", "path"), ROWS, ids=[f"{method} {path}" for _, method, path in ROWS])
def test_everybody_gets_what_the_table_says(people, statuses, method, path):
    number = ROWS.index((statuses, method, path))
    for who, (client, status) in enumerate(zip(people, statuses, strict=True)):
        there = url_of(client, path)
        answer = answer_of(client, method, there, **{"x-forwarded-for": f"198.18.{number}.{who}"})
        if status == ANSWERED:
            assert answer.status_code not in (401, 403, 404), (who, answer.status_code)
            continue
        assert answer.status_code == status, (who, answer.status_code)
        if status >= 400 and "/static/" not in path and "assets/" not in path:
            assert answer.json()["problem"].endswith("."), (who, answer.text)
        if status == 401:
            assert answer.json()["problem"] == "Sign in first, or send an access token."
            assert "stylize" not in answer.text
        if who < 2 and not path.startswith("?"):
            assert "studio_session" not in answer.headers.get("set-cookie", "")
    visitor = people[2]
    for headers in (FOREIGN[number % len(FOREIGN)], {"Host": CASES["foreign hosts"][number % 7]}):
        answer = answer_of(visitor, method, url_of(visitor, path), **headers)
        assert answer.status_code in ((400, 421) if "Host" in headers else (403,)), (headers, answer.status_code)
        assert "Host" in headers or method in ("HEAD", "TRACE") or "another site" in answer.text
        assert not [name for name in answer.headers if name.startswith("access-control")] and not answer.cookies


def test_a_preflight_gets_no_permission(opened):
    asked = {"Access_Control_Request_Method": "POST", "Access_Control_Request_Headers": "x-studio"}
    answer = ask(opened, "/studio/make", "OPTIONS", Origin="http://localhost:9", **asked)
    assert answer.status == 403 and not [name for name in answer.headers if name.startswith("access-control")]


def test_programs_and_the_page_itself_are_answered(opened):
    own = f"http://127.0.0.1:{opened.port}"
    assert ask(opened, "/config").status == 200
    assert ask(opened, "/config", Origin=own, Sec_Fetch_Site="same-origin").status == 200
    link = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
    assert ask(opened, "/?tab=Stylize", **link).status == 200
    assert ask(opened, "/logout", **link).status == 403
    for host in ("localhost", f"localhost:{opened.port}", "127.0.0.1:8080", f"[::1]:{opened.port}", "LOCALHOST."):
        assert ask(opened, "/studio/health", Host=host).status == 200, host


def test_what_changes_something_needs_the_header_that_no_other_site_can_add(people):
    visitor, ada = people[2], people[-1]
    for client, path in (
        (visitor, "studio/tokens"),
        (visitor, "studio/mine/forget"),
        (visitor, "studio/shares"),
        (visitor, "studio/artifacts/x/delete"),
        (ada, "studio/admin/jobs/1/cancel"),
        (ada, "studio/sign-out"),
    ):
        assert client.post(path, json={"confirm": "forget me"}, headers={"x-studio": ""}).status_code == 403, path


def test_the_page_of_the_documentation_names_every_open_route():
    text = DOCUMENT.read_text(encoding="utf-8").replace("\\|", "|")
    assert [pattern for _, pattern, _ in gradio_routes.TABLE if f"`{pattern}`" not in text] == []


# sessions


def test_two_cookie_headers_are_one(opened):
    """What the middleware checks is what the routes read."""
    good, forged = session(opened), f"studio_session={'a' * 43}"
    for cookies, status in (((forged, good), 200), ((good, forged), 403)):
        connection = http.client.HTTPConnection("127.0.0.1", opened.port, timeout=60)
        connection.putrequest("GET", "/studio/state")
        for value in cookies:
            connection.putheader("Cookie", value)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()
    assert not ask(opened, "/", Cookie=good).cookies


def test_many_new_sessions_from_one_address_get_a_sentence(opened):
    answers = [ask(opened, "/", x_forwarded_for="192.0.2.77") for _ in range(62)]  # an hour may end in between
    refused = next(answer for answer in answers if answer.status == 429)
    assert answers[0].status == 200 and "later" in refused.text and not refused.cookies
    assert ask(opened, "/studio/health", x_forwarded_for="192.0.2.77").status == 200


def test_a_cookie_is_made_here_or_not_at_all():
    tokens, others = SessionCookies(), SessionCookies()
    token = tokens.make()
    assert TOKEN.fullmatch(token) and tokens.signed(token) and not others.signed(token)
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
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and list(tmp_path.iterdir()) == [file]
    file.write_bytes(b"half")  # a full disk at the first start
    assert len(key_in(tmp_path)) == 32


@pytest.mark.parametrize(("client", "forwarded", "proxies", "counted"), CASES["addresses of requests"])
def test_the_address_that_limits_are_counted_by(monkeypatch, client, forwarded, proxies, counted):
    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setenv("STUDIO_PROXIES", proxies)
    headers = [(b"x-forwarded-for", line.encode()) for line in forwarded]
    assert address_of({"client": (client, 1), "headers": headers}) == counted


def test_the_audit_log_turns_over_and_keeps_four(tmp_path, monkeypatch):
    monkeypatch.setattr("studio.access.audit.MOST_BYTES", 300)
    log = AuditLog(tmp_path)
    for number in range(40):
        log.write("refused", session="s", reason="x" * 500, count=number)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept == ["audit.log", "audit.log.1", "audit.log.2", "audit.log.3", "audit.log.4"]
    assert all(path.stat().st_size <= 300 for path in tmp_path.iterdir())

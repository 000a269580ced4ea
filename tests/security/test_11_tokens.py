"""Finding 11: with accounts on, nothing is listed and no door answers without a sign-in or a bearer token; tokens act for one session."""

# ruff: noqa: F811  (fixtures are imported by name)
from __future__ import annotations

import base64
import hashlib
import re
import sqlite3
from typing import ClassVar

import pytest

from pipelines.core.settings import Refusal
from studio.access.accounts import Identity, identity_of, session_of, visitor_of
from studio.access.tokens import ADMINISTRATOR, DAY_SECONDS, FORM, MACHINE, AccessTokens
from tests.fixtures import picture
from tests.security.with_accounts import (  # noqa: F401
    ADA,
    EVE,
    GRACE,
    MCP_HEADERS,
    bearing,
    browser,
    closed,
    command,
    make_token,
    mcp,
    opened,
    sign_in,
    signed_in,
)

pytestmark = pytest.mark.slow

DOORS = (
    ("GET", "config"),
    ("GET", "config/"),
    ("GET", "gradio_api/info"),
    ("GET", "gradio_api/info/"),
    ("GET", "gradio_api/openapi.json"),
    ("GET", "gradio_api/mcp/schema"),
    ("GET", "gradio_api/mcp/sse"),
    ("GET", "gradio_api/mcp/"),
    ("POST", "gradio_api/mcp/"),
    ("POST", "gradio_api/mcp/http"),
    ("POST", "gradio_api/mcp/messages/"),
    ("POST", "gradio_api/call/stylize_wash"),
    ("GET", "gradio_api/call/stylize_wash/x"),
    ("POST", "gradio_api/call/v2/stylize_wash"),
    ("POST", "gradio_api/run/stylize_wash"),
    ("POST", "gradio_api/queue/join"),
    ("GET", "gradio_api/queue/data?session_hash=x"),
    ("POST", "gradio_api/cancel"),
    ("POST", "gradio_api/reset"),
    ("POST", "gradio_api/upload"),
    ("GET", "gradio_api/upload_progress?upload_id=x"),
    ("GET", "gradio_api/file=/etc/passwd"),
    ("GET", "gradio_api/heartbeat/x"),
    ("POST", "gradio_api/component_server"),
    ("GET", "gradio_api/user"),
    ("GET", "gradio_api/token"),
    ("GET", "gradio_api/app_id"),
    ("GET", "gradio_api/queue/status"),
    ("GET", "monitoring"),
    ("GET", "studio/state"),
    ("GET", "studio/shelf"),
    ("POST", "studio/make"),
    ("POST", "studio/upload"),
    ("GET", "studio/films"),
    ("GET", "studio/models"),
    ("GET", "studio/tokens"),
    ("POST", "studio/tokens"),
    ("GET", "studio/metrics"),
    ("GET", "studio/admin/overview"),
    ("GET", "theme.css"),
    ("GET", "assets/index.js"),
    ("GET", "?view=api&x=/studio/health"),
    ("GET", "CONFIG"),
    ("GET", "//config"),
    ("GET", "studio/health/../../config"),
    ("GET", "studio/static/%2e%2e/%2e%2e/config"),
    ("GET", "login/../config"),
)


MUST_ASK = ("config", "gradio_api/info", "gradio_api/mcp/", "gradio_api/queue/join", "studio/state", "studio/metrics")


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_without_a_sign_in_or_a_token_every_door_is_shut(closed, method, path):
    answer = browser(closed).request(
        method, closed.url + path, headers=MCP_HEADERS | {"x-studio": "1"}, content=b"{}" if method == "POST" else None
    )
    if path.startswith("?"):
        assert answer.status_code == 200 and 'name="password"' in answer.text
    else:
        # 404: an address that the studio does not have is told from one that it has, and nothing more
        assert answer.status_code in (401, 404), answer.text[:200]
        if answer.status_code == 401 or path in MUST_ASK:
            assert answer.json()["problem"] == "Please sign in first, or send an access token."
    assert "stylize" not in answer.text and "wash" not in answer.text


def test_the_page_that_asks_for_the_password_lists_nothing(closed):
    for path in ("", "login", "studio/admin"):
        text = browser(closed).get(path, headers={"accept": "text/html"}).text
        assert 'name="password"' in text and "stylize" not in text and "gradio_api" not in text and len(text) < 3000


def test_what_a_stranger_may_see_is_little(closed):
    stranger = browser(closed)
    assert stranger.get("studio/health").json() == {"ready": True}
    assert stranger.get("studio/static/plain.css").status_code == 200
    assert stranger.get("studio/assets/fonts/inter-latin-wght-normal.woff2").status_code == 200
    assert stranger.get("studio/assets/samples/none.jpg").status_code == 401


@pytest.mark.parametrize("bad", ["studio_" + "A" * 43, "studio_", "studio_x", "studio_" + "A" * 5000])
def test_a_wrong_token_is_refused_even_beside_a_good_cookie(closed, opened, bad):
    client = signed_in(closed, "ada", ADA)
    for one in (client, browser(closed), browser(opened)):
        answer = one.get("studio/state", headers={"authorization": f"Bearer {bad}"})
        assert answer.status_code == 401 and answer.json()["problem"].startswith("This access token is not known")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_other_services_headers_are_none_of_ours(opened):
    client = browser(opened)
    client.get("")
    for given in ("Basic YWRhOng=", "Bearer hf_something", "Bearer", ""):
        assert client.get("studio/state", headers={"authorization": given}).status_code == 200


def test_a_token_acts_for_its_account_in_the_studios_doors_and_needs_no_header(closed):
    page = signed_in(closed, "grace", GRACE)
    token = make_token(page)["token"]
    assert re.fullmatch(FORM, token)
    program = bearing(closed, token)
    for _ in range(2):  # also from a client that keeps the session cookie which it was given
        assert program.get("studio/state").status_code == 200
    import io

    data = io.BytesIO()
    picture(40, 30, seed=3).save(data, "png")
    card = program.post("studio/upload?name=a.png&kind=image", content=data.getvalue()).json()
    assert page.get("studio/shelf").json()["cards"][0]["id"] == card["id"]  # the shelf of the account
    assert signed_in(closed, "eve", EVE).get(f"studio/media/{card['id']}").status_code == 403
    assert page.post(f"studio/artifacts/{card['id']}/delete").status_code == 403  # a cookie does need x-studio
    assert program.post(f"studio/artifacts/{card['id']}/delete").json() == {"done": True}
    assert (
        program.get("config").status_code == 200
        and "/stylize_wash" in program.get("gradio_api/info").json()["named_endpoints"]
    )


def test_a_token_beats_the_cookie_of_somebody_else(closed):
    grace, eve = signed_in(closed, "grace", GRACE), signed_in(closed, "eve", EVE)
    grace.post("studio/preference", json={"private": True}, headers={"x-studio": "1"})
    token = make_token(grace)["token"]
    assert eve.get("studio/state", headers={"authorization": f"Bearer {token}"}).json()["private"] is True
    assert eve.get("studio/state").json()["private"] is False
    assert eve.post("studio/tokens", json={}, headers={"authorization": f"Bearer {token}"}).status_code == 403


def test_rest_runs_for_the_session_of_the_token(closed):
    page = signed_in(closed, "grace", GRACE)
    program = bearing(closed, make_token(page)["token"])
    files = {"files": ("photo.png", png(5), "image/png")}
    path = program.post("gradio_api/upload", files=files).json()[0]
    given = {"data": [{"path": path, "meta": {"_type": "gradio.FileData"}}, None, 0.4, "", False, 11]}
    event = program.post("gradio_api/call/stylize_wash", json=given).json()["event_id"]
    said = program.get(f"gradio_api/call/stylize_wash/{event}").text
    assert "event: complete" in said, said
    pipelines = [card.get("pipeline") for card in page.get("studio/shelf").json()["cards"]]
    assert "stylize.wash" in pipelines
    assert browser(closed).get(f"gradio_api/call/stylize_wash/{event}").status_code == 401


def test_mcp_lists_and_runs_for_the_session_of_the_token(closed):
    assert mcp(browser(closed), "tools/list")[0] == 401
    ada, grace = signed_in(closed, "ada", ADA), signed_in(closed, "grace", GRACE)
    before = {name: shelf_of(one) for name, one in (("ada", ada), ("grace", grace))}
    for name, page, seed in (("ada", ada, 21), ("grace", grace, 22)):
        program = bearing(closed, make_token(page)["token"])
        status, said = mcp(program, "tools/list")
        assert status == 200 and "stylize_wash" in {tool["name"] for tool in said["result"]["tools"]}
        content = "data:image/png;base64," + base64.b64encode(png(seed)).decode()
        arguments = {"content": content, "strength": 0.5, "seed": seed}
        status, said = mcp(program, "tools/call", name="stylize_wash", arguments=arguments)
        assert status == 200 and not said["result"].get("isError"), said
        assert shelf_of(page) - before[name] >= 2  # the photo and what was made of it
    assert (
        shelf_of(ada) - before["ada"] == shelf_of(grace) - before["grace"] == 2
    )  # each on its own shelf, nothing crossed


def test_mcp_does_not_lend_one_callers_session_to_another(opened):
    """Gradio runs all tools through one client of its own, whose cookie everybody without one would share."""
    page = browser(opened, "192.0.2.9")
    page.get("")
    program = bearing(opened, make_token(page)["token"])
    content = "data:image/png;base64," + base64.b64encode(png(31)).decode()
    arguments = {"content": content, "seed": 31}
    status, said = mcp(program, "tools/call", name="stylize_wash", arguments=arguments)
    assert status == 200 and not said["result"].get("isError"), said
    assert shelf_of(page) == 2
    for _ in range(2):  # without any identity: refused, or a session of its own, never the one of before
        mcp(browser(opened), "tools/call", name="stylize_wash", arguments=arguments)
    assert shelf_of(page) == 2


@pytest.mark.parametrize(
    "content",
    [
        "http://127.0.0.1:{port}/secret.png",
        "http://127.0.0.1:{port}/gradio_api/file=http://127.0.0.1:{port}/x",
        "/etc/passwd",
        "x",
        "data:image/png;base64,!!",
        "data:,x",
        "data:image/../../x;base64,",
        "http://x/gradio_api/file=/etc/passwd",
        "http://x/gradio_api/file=/%2e%2e/etc",
    ],
)
def test_mcp_fetches_nothing_and_opens_nothing_else(closed, listener, content):
    port, heard = listener
    program = bearing(closed, make_token(signed_in(closed, "eve", EVE))["token"])
    before = program.get("studio/shelf").json()["bytes"]
    status, said = mcp(
        program, "tools/call", name="stylize_wash", arguments={"content": content.format(port=port), "seed": 1}
    )
    if status == 200:  # the tool says no; else the message was refused before it reached the tool
        assert said["result"]["isError"]
    else:
        assert status == 400
    text = said["result"]["content"][0]["text"] if status == 200 else said["problem"]
    assert text.strip("'").endswith(".") and "upstream" not in text, text
    assert not heard and program.get("studio/shelf").json()["bytes"] == before


@pytest.mark.parametrize("path", ["config", "gradio_api/info", "gradio_api/queue/data?session_hash=x", "studio/state"])
def test_nobody_comes_in_as_the_mcp_server(closed, path):
    for secret in ("", "x", "A" * 43):
        headers = {"x-studio-inside": secret, "x-studio-address": "127.0.0.1", "x-gradio-user": "mcp"}
        assert browser(closed, **headers).get(path).status_code == 401


def test_a_revoked_token_is_refused_at_once_and_only_its_owner_can_revoke_it(closed):
    page, other = signed_in(closed, "grace", GRACE), signed_in(closed, "eve", EVE)
    made = make_token(page, "for a script")
    program = bearing(closed, made["token"])
    assert program.get("studio/state").status_code == 200
    refused = other.post(f"studio/tokens/{made['id']}/revoke", headers={"x-studio": "1"})
    assert refused.status_code == 400 and program.get("studio/state").status_code == 200
    assert program.post(f"studio/tokens/{made['id']}/revoke").status_code == 403
    listed = page.get("studio/tokens").json()["tokens"]
    assert made["id"] in {one["id"] for one in listed} and made["token"] not in str(listed)
    assert page.post(f"studio/tokens/{made['id']}/revoke").status_code == 403  # no header
    assert page.post(f"studio/tokens/{made['id']}/revoke", headers={"x-studio": "1"}).json() == {"done": True}
    assert program.get("studio/state").status_code == 401
    assert made["id"] not in {one["id"] for one in page.get("studio/tokens").json()["tokens"]}


def test_only_the_hash_is_kept_and_nothing_is_logged(closed):
    text = make_token(signed_in(closed, "eve", EVE))["token"]
    bearing(closed, text).get("studio/state")
    with sqlite3.connect(closed.home / "studio.sqlite") as database:
        rows = database.execute("SELECT * FROM api_tokens").fetchall()
    assert hashlib.sha256(text.encode()).hexdigest() in {row[0] for row in rows} and text not in str(rows)
    assert text not in (closed.home / "audit.log").read_text() and text not in closed.log.read_text()
    assert '"event": "token made"' in (closed.home / "audit.log").read_text()


def test_without_accounts_a_token_acts_for_the_browsers_session(opened):
    page = browser(opened, "192.0.2.20")
    page.get("")
    token = make_token(page)["token"]
    assert page.post("studio/preference", json={"private": True}, headers={"x-studio": "1"}).status_code == 200
    assert bearing(opened, token).get("studio/state").json()["private"] is True
    other = browser(opened, "192.0.2.21")
    other.get("")
    assert other.get("studio/state").json()["private"] is False and other.get("studio/tokens").json()["tokens"] == []


def test_a_token_made_on_the_machine_acts_for_the_command_line(opened):
    made = command(opened.home, "token", "--name", "curl", "--days", "2")
    assert made.returncode == 0 and re.fullmatch(FORM, made.stdout.strip())
    program = bearing(opened, made.stdout.strip())
    assert program.get("studio/state").status_code == 200
    assert program.get("studio/metrics").status_code == 403  # only with --admin
    listed = command(opened.home, "token", "list").stdout
    assert "curl" in listed and made.stdout.strip() not in listed
    assert command(opened.home, "token", "revoke", listed.split()[0]).returncode == 0
    assert program.get("studio/state").status_code == 401


def png(seed: int) -> bytes:
    import io

    data = io.BytesIO()
    picture(40, 30, seed=seed).save(data, "png")
    return data.getvalue()


def shelf_of(page) -> int:
    return len(page.get("studio/shelf").json()["cards"])


# the parts


class Clock:
    """A clock that a test moves."""

    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def tokens(studio):
    clock = Clock()
    found = AccessTokens(studio.store, clock)
    found.clock = clock
    return found


def test_twenty_a_session_each_with_an_end(tokens):
    texts = [tokens.make("s" * 32, f"token {number}", days=1)[1] for number in range(20)]
    assert len(set(texts)) == 20
    with pytest.raises(Refusal, match="20 access tokens already"):
        tokens.make("s" * 32, "one more")
    tokens.make("t" * 32, "another session has its own")
    assert tokens.identity(texts[0], accounts_on=False) == Identity("s" * 32, None, False, by_token=True)
    assert tokens.of("s" * 32)[-1].used or any(one.used for one in tokens.of("s" * 32))
    tokens.clock.now += DAY_SECONDS + 1
    assert tokens.identity(texts[0], accounts_on=False) is None and tokens.of("s" * 32) == []
    tokens.make("s" * 32, "room again")
    assert len(tokens.of("s" * 32)) == 1


@pytest.mark.parametrize(
    ("name", "days"),
    [
        ("", 30),
        ("x" * 61, 30),
        ("a\x00b", 30),
        ("\ud800", 30),
        ("x", 0),
        ("x", -1),
        ("x", 10**30),
        ("x", True),
        ("x", "30"),
        ("x", None),
        ("x", 1.5),
    ],
)
def test_odd_names_and_times_are_refused_in_a_sentence(tokens, name, days):
    with pytest.raises(Refusal, match=r"\.$"):
        tokens.make("s" * 32, name, days=days)


def test_a_token_ends_with_its_account_and_administers_only_as_long_as_it(tokens, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough,grace:long enough")
    monkeypatch.setenv("STUDIO_ADMINS", "ada")
    _, ada = tokens.make(session_of("ada"), "x", account="ada")
    _, grace = tokens.make(session_of("grace"), "x", account="grace")
    _, nobody = tokens.make("b" * 32, "made before there were accounts")
    _, machine = tokens.make("c" * 32, "x", kind=MACHINE)
    _, admin = tokens.make("c" * 32, "x", kind=ADMINISTRATOR)
    told = {
        name: tokens.identity(text, accounts_on=True)
        for name, text in (("ada", ada), ("grace", grace), ("machine", machine), ("admin", admin))
    }
    assert {name: one.administrator for name, one in told.items()} == {
        "ada": True,
        "grace": False,
        "machine": False,
        "admin": True,
    }
    assert tokens.identity(nobody, accounts_on=True) is None
    monkeypatch.setenv("STUDIO_ADMINS", "")
    assert tokens.identity(ada, accounts_on=True).administrator is False
    monkeypatch.setenv("STUDIO_ACCOUNTS", "grace:long enough")
    assert tokens.identity(ada, accounts_on=True) is None
    monkeypatch.delenv("STUDIO_ACCOUNTS")
    assert tokens.identity(grace, accounts_on=False) is None  # a studio without accounts has no accounts' tokens


def test_the_identity_in_the_request_counts_and_nothing_that_a_client_can_write():
    class Request:
        headers: ClassVar = {"cookie": "studio_session=" + "a" * 43, "studio.identity": "x"}
        scope: ClassVar = {"studio.identity": Identity("s" * 32, by_token=True)}

    assert visitor_of(Request()) == "s" * 32 and identity_of(Request()).by_token
    Request.scope = {}
    assert visitor_of(Request()) != "s" * 32


def test_a_token_ends_with_the_password_it_was_made_under(tokens, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough,grace:long enough")
    _, ada = tokens.make(session_of("ada"), "x", account="ada")
    _, grace = tokens.make(session_of("grace"), "x", account="grace")
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:another one,grace:long enough")
    assert tokens.identity(ada, accounts_on=True) is None and tokens.identity(grace, accounts_on=True) is not None
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough,grace:long enough")
    assert tokens.identity(ada, accounts_on=True) is None  # nor when the old password comes back


def test_a_removed_account_takes_its_tokens_along_when_another_has_its_name(tokens, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough,grace:long enough")
    _, unused = tokens.make(session_of("ada"), "x", account="ada")
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:of somebody else,grace:long enough")
    assert tokens.identity(unused, accounts_on=True) is None
    with pytest.raises(Refusal):
        tokens.make(session_of("eve"), "x", account="eve")


def test_a_token_of_an_earlier_studio_is_tied_at_its_first_use(tokens, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough")
    _, ada = tokens.make(session_of("ada"), "x", account="ada")
    tokens.store.rows("UPDATE api_tokens SET proof = NULL")
    assert tokens.identity(ada, accounts_on=True) is not None
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:another one")
    assert tokens.identity(ada, accounts_on=True) is None

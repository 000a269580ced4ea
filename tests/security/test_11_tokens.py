"""Finding 11: with accounts on, nothing is listed and no door answers without a sign-in or a bearer token; tokens act for one session."""

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
from tests.fixtures import Clock
from tests.security.values import CASES
from tests.security.with_accounts import (
    ADA,
    EVE,
    GRACE,
    bearing,
    browser,
    command,
    log_of,
    make_token,
    mcp,
    png,
    signed_in,
)

pytestmark = pytest.mark.slow


def test_the_page_that_asks_for_the_password_lists_nothing(closed):
    for path in ("", "login", "studio/admin"):
        text = browser(closed).get(path, headers={"accept": "text/html"}).text
        assert 'name="password"' in text and "stylize" not in text and "gradio_api" not in text and len(text) < 3000


@pytest.mark.parametrize("bad", ["studio_" + "A" * 43, "studio_", "studio_x", "studio_" + "A" * 5000])
def test_a_wrong_token_is_refused_even_beside_a_good_cookie(closed, opened, bad):
    client = signed_in(closed, "ada", ADA)
    for one in (client, browser(closed), browser(opened)):
        answer = one.get("studio/state", headers={"authorization": f"Bearer {bad}"})
        assert answer.status_code == 401 and answer.json()["problem"].startswith("This access token is unknown")
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
    card = program.post("studio/upload?name=a.png&kind=image", content=png(3)).json()
    assert page.get("studio/shelf").json()["cards"][0]["id"] == card["id"]  # the shelf of the account
    assert signed_in(closed, "eve", EVE).get(f"studio/media/{card['id']}").status_code == 403
    assert program.post(f"studio/artifacts/{card['id']}/delete").json() == {"done": True}
    assert (
        program.get("config").status_code == 200
        and "/stylize_wash" in program.get("gradio_api/info").json()["named_endpoints"]
    )


def test_a_token_beats_the_cookie_of_somebody_else(closed):
    grace, eve = signed_in(closed, "grace", GRACE), signed_in(closed, "eve", EVE)
    grace.post("studio/preference", json={"private": True})
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


def wash(client, seed: int, content: str | None = None):
    """What the MCP tool says to a picture of its own, in the message or as `content` names it."""
    content = content or "data:image/png;base64," + base64.b64encode(png(seed)).decode()
    arguments = {"content": content, "words": "http://example.org is a prompt", "seed": seed}
    return mcp(client, "tools/call", name="stylize_wash", arguments=arguments)


def test_mcp_lists_and_runs_for_the_session_of_the_token(closed):
    assert mcp(browser(closed), "tools/list")[0] == 401
    people = [signed_in(closed, "ada", ADA), signed_in(closed, "grace", GRACE)]
    before = [shelf_of(page) for page in people]
    for page, seed in zip(people, (21, 22), strict=True):
        program = bearing(closed, make_token(page)["token"])
        status, answer = mcp(program, "tools/list")
        assert status == 200 and "stylize_wash" in {tool["name"] for tool in answer["result"]["tools"]}
        status, answer = wash(program, seed)
        assert status == 200 and not answer["result"].get("isError"), answer
    # the photo and what was made of it, each on its own shelf, nothing crossed
    assert [shelf_of(page) - count for page, count in zip(people, before, strict=True)] == [2, 2]


def test_mcp_does_not_lend_one_callers_session_to_another(opened):
    """Gradio runs all tools through one client of its own, whose cookie everybody without one would share."""
    page = browser(opened, "192.0.2.9")
    page.get("")
    status, answer = wash(bearing(opened, make_token(page)["token"]), 31)
    assert status == 200 and not answer["result"].get("isError"), answer
    assert shelf_of(page) == 2
    for _ in range(2):  # without any identity: refused, or a session of its own, never the one of before
        wash(browser(opened), 31)
    assert shelf_of(page) == 2


@pytest.mark.parametrize("content", CASES["pictures of a tool"])
def test_mcp_fetches_nothing_and_opens_nothing_else(closed, listener, content):
    port, heard = listener
    program = bearing(closed, make_token(signed_in(closed, "eve", EVE))["token"])
    before = program.get("studio/shelf").json()["bytes"]
    status, said = wash(program, 1, content.format(port=port))
    # the tool says no, or the message was refused before it reached the tool
    assert said["result"]["isError"] if status == 200 else status == 400
    text = said["result"]["content"][0]["text"] if status == 200 else said["problem"]
    assert text.strip("'").endswith(".") and "upstream" not in text, text
    assert not heard and program.get("studio/shelf").json()["bytes"] == before


def test_a_revoked_token_is_refused_at_once_and_only_its_owner_can_revoke_it(closed):
    page, other = signed_in(closed, "grace", GRACE), signed_in(closed, "eve", EVE)
    token = make_token(page, "for a script")
    program = bearing(closed, token["token"])
    assert program.get("studio/state").status_code == 200
    refused = other.post(f"studio/tokens/{token['id']}/revoke")
    assert refused.status_code == 400 and program.get("studio/state").status_code == 200
    assert program.post(f"studio/tokens/{token['id']}/revoke").status_code == 403
    listed = page.get("studio/tokens").json()["tokens"]
    assert token["id"] in {one["id"] for one in listed} and token["token"] not in str(listed)
    assert page.post(f"studio/tokens/{token['id']}/revoke").json() == {"done": True}
    assert program.get("studio/state").status_code == 401
    assert token["id"] not in {one["id"] for one in page.get("studio/tokens").json()["tokens"]}


def test_only_the_hash_is_kept_and_nothing_is_logged(closed):
    text = make_token(signed_in(closed, "eve", EVE))["token"]
    bearing(closed, text).get("studio/state")
    with sqlite3.connect(closed.home / "studio.sqlite") as database:
        rows = database.execute("SELECT * FROM api_tokens").fetchall()
    assert hashlib.sha256(text.encode()).hexdigest() in {row[0] for row in rows} and text not in str(rows)
    assert text not in log_of(closed) and text not in closed.log.read_text()
    assert '"event": "token made"' in log_of(closed)


def test_a_token_made_on_the_machine_acts_for_the_command_line(opened):
    command_line = command(opened.home, "token", "--name", "curl", "--days", "2")
    assert command_line.returncode == 0 and re.fullmatch(FORM, command_line.stdout.strip())
    program = bearing(opened, command_line.stdout.strip())
    assert program.get("studio/state").status_code == 200
    assert program.get("studio/metrics").status_code == 403  # only with --admin
    listed = command(opened.home, "token", "list").stdout
    assert "curl" in listed and command_line.stdout.strip() not in listed
    assert command(opened.home, "token", "revoke", listed.split()[0]).returncode == 0
    assert program.get("studio/state").status_code == 401


def shelf_of(page) -> int:
    return len(page.get("studio/shelf").json()["cards"])


# the parts


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


def test_odd_names_and_times_are_refused_in_a_sentence(tokens):
    names = [(name, 30) for name in ("", "x" * 61, "a\x00b", "\ud800")]
    for name, days in (*names, *(("x", days) for days in (0, -1, 10**30, True, "30", None, 1.5))):
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
    identities = [tokens.identity(text, accounts_on=True) for text in (ada, grace, machine, admin)]
    assert [identity.administrator for identity in identities] == [True, False, False, True]
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
    (_, ada), (_, grace) = (tokens.make(session_of(name), "x", account=name) for name in ("ada", "grace"))
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:of somebody else,grace:long enough")
    assert tokens.identity(ada, accounts_on=True) is None and tokens.identity(grace, accounts_on=True) is not None
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough,grace:long enough")
    assert tokens.identity(ada, accounts_on=True) is None  # nor when the old password comes back
    with pytest.raises(Refusal):
        tokens.make(session_of("eve"), "x", account="eve")


def test_a_token_of_an_earlier_studio_is_tied_at_its_first_use(tokens, monkeypatch):
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:long enough")
    _, ada = tokens.make(session_of("ada"), "x", account="ada")
    tokens.store.rows("UPDATE api_tokens SET proof = NULL")
    assert tokens.identity(ada, accounts_on=True) is not None
    monkeypatch.setenv("STUDIO_ACCOUNTS", "ada:another one")
    assert tokens.identity(ada, accounts_on=True) is None

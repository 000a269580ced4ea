"""What a second attack found: one request that holds up everybody, and places that a stranger with a few addresses holds for ever."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.core.settings import Refusal
from studio.access import bodies
from studio.access.address import is_loopback
from studio.access.api_uploads import MOST_PARTS, _Parts
from studio.access.cookies import pairs_of, plain_header
from studio.access.messages import read_json
from studio.access.pace import Pages
from studio.access.visitors import Perimeter, Visitors, token_in
from tests.fixtures import run_async
from tests.security.shelf import TOKEN, place_picture
from tests.security.values import CASES, text_of

pytestmark = pytest.mark.slow

ME = "studio_session=" + "a" * 43


async def nothing(scope, receive, send) -> None:
    """An application that answers and says nothing."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def test_no_cookie_holds_the_server_up():
    """`http.cookies` of this Python takes a minute for the first one (CVE-2024-7592), in the loop that answers everybody."""
    begun = time.process_time()
    for sent in map(text_of, CASES["cookies"]):
        for text in (sent, f"{sent}; {ME}", f"{ME}; {sent}"):
            for pair in plain_header([(b"cookie", text.encode()), (b"host", b"localhost")]):
                assert b'"' not in pair[1] and b"\\" not in pair[1]
            token_in(text)
    assert time.process_time() - begun < 30  # it was a minute and more for each
    assert token_in(f"{ME}; x=1") == "a" * 43 and token_in(f'{ME}; x="1"') == "a" * 43


def test_nothing_reads_cookies_with_pythons_own_reader():
    """Nor with Starlette's, which unquotes in the same way."""
    sources = (Path(__file__).resolve().parents[2] / "studio").rglob("*.py")
    assert not [path.name for path in sources if re.search(r"SimpleCookie|request\.cookies", path.read_text("utf-8"))]


def test_plain_cookies_only_are_seen_behind_the_middleware_and_the_last_of_one_name_counts():
    seen = []

    async def application(scope, receive, send):
        seen.extend(value for name, value in scope["headers"] if name == b"cookie")
        await nothing(scope, receive, send)

    client = TestClient(Visitors(application), headers={"cookie": f'a="\\"\\""; theme=dark; {ME}'})
    assert client.get("/studio/health").status_code == 200
    assert seen == [b"theme=dark"]  # the session is an invented one
    pairs = pairs_of("studio_session=x; a = b ; studio_session=y; noise; =z")
    assert pairs == {"studio_session": "y", "a": "b", "": "z"}
    headers = [(b"cookie", b"a=1"), (b"x", b"y"), (b"cookie", b'b="2"; c=3')]
    assert plain_header(headers) == [(b"x", b"y"), (b"cookie", b"a=1; c=3")]


MANY = [b'{"data":[' + b"[]," * 1_000_000 + b"[]]}", b'{"a":{' + b'"b":1,' * 500_000 + b'"b":1}}', b"[" * 3_000_000]


@pytest.mark.parametrize("body", MANY, ids=["lists", "names", "deep"])
def test_a_message_of_millions_of_values_is_not_read(body):
    for tools in (False, True):
        assert bodies.checked_call(body, frozenset(), tools=tools) == bodies.MANY_VALUES
    with pytest.raises(Refusal, match="too many parts"):
        read_json(body)


def test_what_the_page_sends_is_not_too_much():
    board = {"scenes": [{"id": f"s{n}", "line": "a, b, c, " * 50, "picture": {"prompt": "x"}} for n in range(200)]}
    body = json.dumps({"storyboard": board}).encode()
    assert read_json(body)["storyboard"] == board and bodies.checked_call(body, frozenset(), tools=False) is None


def test_a_form_of_endless_empty_parts_is_given_up(tmp_path):
    class Form:
        headers = {"content-type": "multipart/form-data; boundary=edge"}  # noqa: RUF012
        blocks = 0

        async def stream(self):
            while self.blocks < 200:
                self.blocks += 1
                yield b"--edge\r\na: b\r\n\r\n\r\n" * 10

    form, parts = Form(), _Parts(tmp_path / "up")
    with pytest.raises(Refusal, match="at most"):
        run_async(parts.read(form))
    assert form.blocks <= MOST_PARTS // 10 + 2


# how often the large answers are made


def test_the_page_is_made_so_often_for_one_address_and_no_more():
    pages = Pages(10)
    assert [pages.allowed("/", "192.0.2.1") for _ in range(12)].count(True) == 10
    assert [
        pages.allowed(path, "192.0.2.1") for path in ("/config", "/gradio_api/info", "/gradio_api/openapi.json") * 3
    ].count(True) == 5
    assert pages.allowed("/", "192.0.2.2") and pages.allowed("/studio/state", "192.0.2.1")
    assert all(pages.allowed("/", "127.0.0.1") for _ in range(50))
    assert (
        is_loopback("127.0.0.1")
        and is_loopback("::1/128")
        and not is_loopback("192.0.2.1")
        and not is_loopback("unknown")
    )


def test_the_middleware_says_so_in_a_sentence():
    guard = Visitors(nothing, perimeter=Perimeter(gated=True, pages=Pages(2)))
    client = TestClient(guard, client=("192.0.2.9", 1))
    answers = [client.get("/config") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 429, 429]
    assert "try again" in answers[-1].json()["problem"]


# what else was tried on every route, and is not there any more


def session() -> str:
    from studio.storage.store import session_key

    return session_key("visitor:" + TOKEN)


def test_the_shelf_is_searched_for_anything(studio, client):
    """One word of 50,000 letters was an internal error; a word is compared as it is, so no pattern takes its time over a long text."""
    place_picture(studio, session(), 1)
    for words in map(text_of, CASES["searches"]):
        said = client.get(f"/studio/shelf?words={words}")
        assert said.status_code == 200 and said.json()["cards"] == [], words[:10]
    assert len(client.get("/studio/shelf?words=PHOTO+image").json()["cards"]) == 1
    for words in ("%25", "_hoto", "ph%25to"):  # no wildcards
        assert client.get(f"/studio/shelf?words={words}").json()["cards"] == []


RANGES = ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 12_000, 2)), *map(text_of, CASES["ranges"]))


def test_parts_of_a_file_are_given_or_refused(studio, client):
    one = place_picture(studio, session(), 1)
    begun = time.process_time()
    for ranges in RANGES:
        said = client.get(f"/studio/media/{one.id}", headers={"range": ranges})
        assert said.status_code in (200, 206, 400, 416) and len(said.content) < 2 * one.bytes + 200, ranges[:20]
        assert "Traceback" not in said.text
    assert time.process_time() - begun < 10


def test_nothing_of_another_visitor_is_told_by_any_name(studio, client):
    """Ids of somebody else's things, in every place that takes one."""
    theirs = place_picture(studio, "e" * 32, 7)
    ours = {"x-studio": "1"}
    for path in CASES["addresses of a file"]:
        assert client.get(f"/studio/{path.format(id=theirs.id)}").status_code == 403, path
    for verb in ("delete", "favourite", "unfavourite", "replay"):
        assert client.post(f"/studio/artifacts/{theirs.id}/{verb}", content=b"{}", headers=ours).status_code == 403, (
            verb
        )
    client.post(f"/studio/artifacts/{theirs.id}/undelete", content=b"{}", headers=ours)
    for kind in ("result", "film"):
        said = client.post("/studio/shares", json={"kind": kind, "id": theirs.id}, headers=ours)
        assert said.status_code in (400, 403)
    made = client.post(
        "/studio/make", json={"pipeline": "stylize.wash", "inputs": {"content": theirs.id}}, headers=ours
    )
    assert made.status_code == 400 and theirs.title not in made.text
    assert client.get("/studio/shelf?words=photo").json()["cards"] == []
    assert studio.store.artifact("e" * 32, theirs.id).favourite is False

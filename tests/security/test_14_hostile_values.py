"""Finding 14: whatever is sent to any route, the answer is JSON with a sentence and never an internal error."""

from __future__ import annotations

import itertools
import json
import logging
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.settings import Refusal
from studio.film.parsing import storyboard_of
from studio.film.storyboard import as_json
from studio.storage.artifacts import Call, checked_call
from studio.web.routes import router
from tests.day import a_fifth_or_all
from tests.fixtures import put
from tests.stubs import RUNS

pytestmark = pytest.mark.slow

HUGE, DEEP = "9" * 5000, b"[" * 100_000
IN_ADDRESSES = [
    "0",
    "-1",
    "1" * 19,
    "9" * 20,
    "1" + "0" * 30,
    HUGE,
    "abc",
    "1.5",
    "1e9",
    "٣",
    "null",
    "NaN",
    "%00",
    "a%00b",
    "%ff%fe",
    "%ed%a0%80",
    "..%2f..%2fetc",
    "%0d%0aset-cookie:x",
    "a" * 3000,
    "'; DROP TABLE jobs; --",
    "%F0%9F%A6%8A",
    "true",
    "[]",
    "{}",
    "🦊",
    "delete",
    "cancel",
    "--5",
    "+5",
    " 7 ",
]
QUERIES = ("offset", "words", "kind", "size", "download", "name")
BODIES: list[bytes] = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"5",
    b'"text"',
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"NaN",
    DEEP,
    b'{"a":' * 20_000,
    b"[" * 40 + b"]" * 40,
    b'{"seed": NaN}',
    b'{"seed": Infinity}',
    b'{"seed": -Infinity}',
    b'{"seed": 1e999}',
    b'{"seed": ' + HUGE.encode() + b"}",
    b'{"seed": 9223372036854775808}',
    b'{"seed": 1e308}',
    b'{"title": "\\ud83d"}',
    b'{"title": "a\\u0000b"}',
    b'{"\\ud83d": 1}',
    b'{"title": []}',
    b'{"private": "yes"}',
    b'{"private": []}',
    b'{"asset": {"a": 1}}',
    b'{"asset": "' + b"a" * 5000 + b'"}',
    b'{"asset": "samples/\\u0000.jpg"}',
    b'{"storyboard": 7}',
    b'{"storyboard": {"scenes": 7}}',
    b'{"storyboard": {"scenes": [7]}}',
    b'{"storyboard": {"title": "\\ud800"}}',
    b'{"storyboard": {"seed": 1e300}}',
    b'{"storyboard": {"scenes": [{"id": {}, "motion": [], "picture": {"artifact": []}}]}}',
    b'{"story": ["a"]}',
    b'{"story": "\\ud800"}',
    b'{"example": ["fox"]}',
    b'{"size": {"a": 1}, "step": [], "artifact": 5}',
    b'{"version": 1e9}',
    b'{"pipeline": 5}',
    b'{"pipeline": "os.system"}',
    b'{"pipeline": "stylize.' + b"x" * 3000 + b'"}',
    b'{"pipeline": "stylize.wash", "inputs": []}',
    b'{"pipeline": "stylize.wash", "inputs": {"content": {"a": 1}}}',
    b'{"pipeline": "stylize.wash", "inputs": {"content": "x"}, "settings": {"strength": []}}',
    b'{"pipeline": "stylize.wash", "inputs": {"content": null}, "settings": {"seed": -5, "words": {"a": 1}}}',
    b'{"confirm": ["forget me"]}',
]


@pytest.fixture
def client(client, monkeypatch):
    monkeypatch.setattr("studio.web.model_routes.Fetching.start", lambda self, chosen: None)
    return client


def routes_of(studio, board):
    found = [
        (route.path, method)
        for route in router(studio, board).routes
        if route.include_in_schema
        for method in route.methods
    ]
    return sorted(found)


def plain(answer, what):
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text and "sqlite" not in answer.text.lower()
    if (
        answer.status_code >= 400
        and answer.request.method != "HEAD"
        and "/static/" not in str(what)
        and "/assets/" not in str(what)
    ):
        assert answer.text.startswith("{"), (what, answer.status_code, answer.text[:200])
        said = answer.json()["problem"]
        assert said.endswith(".") and len(said) < 400, (what, said)


@a_fifth_or_all
def test_every_value_in_every_part_of_every_address(choose, client, studio, board):
    for (path, method), value in choose(itertools.product(routes_of(studio, board), IN_ADDRESSES)):
        address = "/".join(value if part.startswith("{") else part for part in path.split("/"))
        queries = ["", "?" + "&".join(f"{name}={value}" for name in QUERIES)] if method == "GET" else [""]
        for query in queries:
            if "{" in path or query:
                answer = client.request(method, address + query, headers={"x-studio": "1"})
                plain(answer, (method, path, value[:30], query[:20]))


@a_fifth_or_all
def test_every_body_at_every_route(choose, client, studio, board):
    changing = [(path, method) for path, method in routes_of(studio, board) if method != "GET"]
    for (path, method), body in choose(itertools.product(changing, BODIES)):
        address = path.replace("{id}", "1").replace("{verb}", "cancel").replace("{", "").replace("}", "")
        plain(client.request(method, address, content=body, headers={"x-studio": "1"}), (method, path, body[:60]))
    assert not RUNS


def test_lengths_that_are_none(client):
    for length in ("abc", "-5", "1e3", HUGE):
        plain(
            client.post("/studio/preference", headers={"x-studio": "1", "content-length": length}, content=b"{}"),
            length,
        )
        plain(client.post("/studio/upload", headers={"x-studio": "1", "content-length": length}, content=b"x"), length)


def test_other_verbs_and_addresses_get_a_sentence(client):
    for method in ("HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE"):
        answer = client.request(method, "/studio/state", headers={"x-studio": "1"})
        assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert client.get("/studio/nothing/here").json() == {"problem": "The studio has no such page."}
    assert client.put("/studio/static/core.js").status_code == 405


def test_a_surprise_is_a_sentence_and_a_line_in_the_log(client, studio, monkeypatch, caplog):
    def broken(*values, **more):
        raise KeyError("secret /etc/path")

    monkeypatch.setattr(studio.store, "shelf", broken)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/studio/shelf")
    assert answer.status_code == 500 and answer.json()["problem"].startswith("Something went wrong inside the studio")
    assert "secret" not in answer.text and any("surprise" in one.message for one in caplog.records)


def test_a_number_that_is_none_among_the_facts_is_shown_as_nothing(client, studio):
    session = _session(client)
    one = put(studio, session)
    studio.store.add_fact(one, "curves", {"loss": [[0.5, float("nan")]]})
    answer = client.get(f"/studio/artifacts/{one.id}")
    assert answer.status_code == 200 and answer.json()["curves"] == {"loss": [[0.5, None]]}


def _session(client) -> str:
    from studio.storage.store import session_key

    return session_key("visitor:" + client.cookies["studio_session"])


BUSY = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]  # a busy machine draws values slowly
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=30)
    | st.sampled_from(["fox", "full", "a" * 32]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
NAMES = [
    "title",
    "format",
    "mood",
    "seed",
    "music",
    "subtitles",
    "titles",
    "credits",
    "scenes",
    "chosen",
    "look",
    "style",
    "voice",
]
SCENE = ["id", "picture", "look", "motion", "line", "voice", "sound", "seconds", "transition", "told"]
scenes = st.dictionaries(st.sampled_from(SCENE), anything, max_size=6)
boards = st.dictionaries(st.sampled_from(NAMES), anything | st.lists(scenes | anything, max_size=4), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(boards)
def test_a_storyboard_is_read_or_refused(board):
    try:
        read = storyboard_of(board)
    except Refusal:
        return
    made = as_json(read)
    assert storyboard_of(json.loads(json.dumps(made))) == read
    json.dumps(made, allow_nan=False, ensure_ascii=False).encode()


@settings(max_examples=150, deadline=None, suppress_health_check=BUSY)
@given(anything, anything, st.sampled_from(["strength", "words", "flip", "seed", "nothing"]))
def test_a_call_is_checked_or_refused(board, inputs, value, name):
    try:
        asked = Call.from_dict({"pipeline": "stylize.wash", "inputs": inputs, "settings": {name: value}})
        call = checked_call(asked.pipeline, {**asked.inputs, "content": "x"}, asked.settings, lambda id: "image")
    except Refusal:
        return
    assert len(call.id) == 32
    json.dumps(call.as_dict(), allow_nan=False, ensure_ascii=False).encode()


@settings(max_examples=60, deadline=None, suppress_health_check=BUSY)
@given(boards | anything)
def test_films_take_any_json(client, board):
    body = json.dumps({"storyboard": board}).encode()
    with ThreadPoolExecutor(1) as apart:  # hypothesis runs examples beside a loop of its own
        plain(apart.submit(client.post, "/studio/films", content=body, headers={"x-studio": "1"}).result(), body[:80])


def test_titles_of_uploads_are_plain_text(client):
    for name in ("\x00.png", "a" * 5000 + ".png", "\u202e.png", "a\r\nb.png", ""):
        plain(
            client.post(
                f"/studio/upload?name={urllib.parse.quote(name)}", content=b"no picture", headers={"x-studio": "1"}
            ),
            name,
        )

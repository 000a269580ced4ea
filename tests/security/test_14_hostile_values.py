"""Whatever is sent to any route, as a value, a body or a name, the answer is a sentence, and what is kept is plain."""

from __future__ import annotations

import errno
import itertools
import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.admin import routes as admin_routes
from studio.engine.uploads import receive
from studio.film.storyboard import as_json, storyboard_of
from studio.intake import examiner
from studio.storage.artifacts import Call, checked_call, title_of
from studio.storage.store import session_key
from studio.storage.titles import clean_file_name, clean_lines, clean_text, clean_title
from studio.web import describe, routes, shipped, token_routes
from tests.asgi import routes_app
from tests.day import a_fifth_or_all
from tests.fixtures import picture, put_picture
from tests.security.shelf import TOKEN
from tests.security.values import BODIES, CASES, HUGE, IN_ADDRESSES, NAMES
from tests.stubs import RUNS
from tests.studio import fuzz

pytestmark = pytest.mark.slow

ME = "a" * 32
QUERIES = ("offset", "words", "kind", "size", "download", "name")
FOLDERS = ("static", "assets/styles", "assets/small/styles", "assets/..", "assets/small/..")


def routers(studio, board):
    return [routes.router(studio, board), token_routes.routes_of(studio), admin_routes.routes_of(studio)]


@pytest.fixture
def client(studio, board, monkeypatch) -> Iterator[TestClient]:
    """A visitor at all of the studio's own routes; no model is fetched."""
    monkeypatch.setattr("studio.web.model_routes.Fetching.start", lambda self, chosen: None)
    app = routes_app(studio, board)
    for more in routers(studio, board)[1:]:
        app.include_router(more)
    with TestClient(app, cookies={"studio_session": TOKEN}, raise_server_exceptions=False) as made:
        yield made


def routes_of(studio, board) -> list[tuple[str, str]]:
    return sorted(
        (route.path, method)
        for router in routers(studio, board)
        for route in router.routes
        if route.include_in_schema
        for method in route.methods
    )


def plain(answer, what) -> None:
    assert answer.status_code < 500, (what, answer.status_code, answer.text[:300])
    assert "Traceback" not in answer.text and "sqlite" not in answer.text.lower()
    shown = any(folder in str(what) for folder in ("/static/", "/assets/"))
    if answer.status_code >= 400 and answer.request.method != "HEAD" and not shown:
        problem = answer.json()["problem"]
        assert problem.endswith(".") and len(problem) < 400, (what, problem)


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
    one = put_picture(studio, session_key("visitor:" + TOKEN))
    studio.store.add_fact(one, "curves", {"loss": [[0.5, float("nan")]]})
    answer = client.get(f"/studio/artifacts/{one.id}")
    assert answer.status_code == 200 and answer.json()["curves"] == {"loss": [[0.5, None]]}


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
scenes = st.dictionaries(st.sampled_from(CASES["keys of a scene"]), anything, max_size=6)
boards = st.dictionaries(
    st.sampled_from(CASES["keys of a storyboard"]), anything | st.lists(scenes | anything, max_size=4), max_size=8
)


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


# names and titles


def bring(studio, name, data, **options):
    path = studio.store.new_file(".upload")
    path.write_bytes(data)
    return receive(studio.store, studio.intake, studio.certificate, ME, path, name, **options)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_becomes_a_plain_title(name, studio, board):
    if name.lower().endswith(("txt\\", ".txt")):
        artifact = bring(studio, name, b"A text.")
    else:
        artifact = bring(studio, name, fuzz.accepted_files()["png"])
    title = artifact.title
    assert 0 < len(title) <= 80 and title.encode("utf-8") and "/" not in title and "\\" not in title
    assert not any(ord(letter) < 32 or letter in "\u202e\u2066\u2069\u2028\ufeff" for letter in title)
    assert (
        artifact.path.is_relative_to(studio.store.home / "media" / ME)
        and artifact.path.name == artifact.id + artifact.path.suffix
    )
    json.dumps(describe.card(board, artifact), ensure_ascii=False).encode("utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_a_saved_file_has_a_header_that_every_browser_reads(name, studio, client, monkeypatch):
    monkeypatch.setattr("studio.access.route_guard.visitor_of", lambda request: ME)
    one = put_picture(studio, ME)
    asked = name.encode("utf-8", "replace").decode()
    answer = client.get(f"/studio/media/{one.id}", params={"download": asked})
    assert answer.status_code == 200
    said = answer.headers["content-disposition"]
    assert said.isascii() and len(said) < 1500 and "\n" not in said and said.startswith("attachment")


def test_cleaning_keeps_what_people_write():
    assert clean_title("Été à la mer (2).jpeg") == "Été à la mer (2)"
    assert clean_title("archive.tar.gz") == "archive.tar"
    assert clean_title(".hidden") == "hidden"
    assert clean_title("漢字 😀.png") == "漢字 😀"
    assert clean_text("a\n\tb  c", 99) == "a b c" and clean_text(5, 9) == "" and clean_text("abc", 2) == "ab"
    assert clean_lines("a\r\nb\tc\0\u202e") == "a\nb\tc"
    assert clean_file_name("con.png", "a.png") == "a.png" == clean_file_name("..", "a.png")
    assert clean_file_name("My photo-12ab34.png", "x") == "My photo-12ab34.png"


def test_a_visitors_words_make_a_clean_title():
    written = "a \u202efox\0 \ud800" + "x" * 500
    title = title_of(Call("infill.diffuse", {}, {"text": written}), {})
    assert len(title) <= 80 and title.startswith("a fox") and title.encode("utf-8")


def test_a_network_names_itself_in_one_clean_line(studio):
    header = json.dumps(
        {
            "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "__metadata__": {"architecture": "t", "style": "Night\n\u202ecafé\ud800 " + "x" * 5000},
        }
    ).encode()
    one = bring(studio, "a.safetensors", len(header).to_bytes(8, "little") + header + bytes(8))
    assert one.title.startswith("Night café x") and len(one.title) <= 80
    assert len(one.facts["about"]["style"]) <= 1000


def test_odd_names_of_files_of_the_page_are_not_there(client):
    for folder in FOLDERS:
        for name in NAMES:
            encoded = quote(name.encode("utf-8", "surrogatepass"), safe="")
            answer = client.get(f"/studio/{folder}/{encoded}", follow_redirects=False)
            assert answer.status_code in (404, 405, 307), (folder, name)


def test_a_name_is_looked_up_in_a_table_and_never_joined_to_a_folder(client, tmp_path, monkeypatch):
    """What came after the start is not served, and what is shipped is, also when the folders are gone."""
    for name in ("late.js", "..\\secret.txt"):
        (tmp_path / name).write_text("not for visitors")
    for module in (routes, shipped):
        monkeypatch.setattr(module, "STATIC", tmp_path, raising=False)
        monkeypatch.setattr(module, "ASSETS", ASSETS / "nothing", raising=False)
    for name in ("late.js", "..%5Csecret.txt"):
        assert client.get(f"/studio/static/{name}").status_code == 404
    shown = next(name for name in shipped.asset_files() if name.startswith("styles/"))
    for path in ("static/core.js", f"assets/{shown}", f"assets/small/{shown}"):
        assert client.get(f"/studio/{path}").status_code == 200
    assert {"core.js", "studio.css", "sun.png"} <= set(shipped.static_files())
    assert all(name.count("/") == 1 and name.split("/")[0] in shipped.SHOWN_ASSETS for name in shipped.asset_files())


# a disk that takes no more


def left_over(studio) -> list[str]:
    folders = (studio.store.home / "work" / "new", studio.store.home / "media" / ME)
    return [path.name for folder in folders if folder.exists() for path in folder.iterdir()]


FILES = {"a.png": "png", "a.mp3": "mp3", "a.ora": "ora", "a.mid": "mid", "a.txt": "txt", "a.safetensors": "safetensors"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("code", "says"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "cannot be written")])
@pytest.mark.parametrize("step", ["thumbnail", "move", "row"])
def test_a_full_or_read_only_disk_is_one_sentence_and_leaves_nothing(name, code, says, step, studio, monkeypatch):
    problem = sqlite3.OperationalError("database or disk is full") if step == "row" else OSError(code, "no")
    if step == "row" and code == errno.EROFS:
        problem = sqlite3.OperationalError("attempt to write a readonly database")

    def fails(*_: object, **__: object) -> None:
        raise problem

    data, path = fuzz.accepted_files()[FILES[name]], studio.store.new_file(".upload")
    path.write_bytes(data)
    broken = {"thumbnail": (Path, "write_bytes"), "move": (Path, "replace"), "row": (studio.store, "transaction")}[step]
    with monkeypatch.context() as patched, pytest.raises(Refusal, match=says):
        patched.setattr(*broken, fails)
        receive(studio.store, studio.intake, studio.certificate, ME, path, name)
    assert left_over(studio) == [] and studio.store.shelf(ME) == []


def test_a_layered_picture_that_fills_the_disk_leaves_nothing(studio, monkeypatch):
    """The flattened picture is written while the child hands it over."""

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no")

    monkeypatch.setattr(examiner, "_kept_part", full)
    with pytest.raises(Refusal, match="disk is full"):
        bring(studio, "a.ora", fuzz.accepted_files()["ora"])
    assert left_over(studio) == []


def test_a_result_with_the_same_bytes_survives_a_failed_second_upload(studio, monkeypatch):
    first = put_picture(studio, ME)
    copy = studio.store.new_file(".png")
    picture(seed=0).save(copy)
    with monkeypatch.context() as patched, pytest.raises(Refusal):
        patched.setattr(studio.store, "transaction", lambda: (_ for _ in ()).throw(Refusal("no")))
        receive(studio.store, studio.intake, studio.certificate, ME, copy, "again.png")
    assert studio.store.artifact(ME, first.id).path.exists()

"""Findings 6 and 13: Gradio's routes are open by a table; its uploads and files belong to one session; it fetches no address."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from tests.asgi import Page, page_here
from tests.fixtures import picture, until
from tests.security.running import ask, raw, session
from tests.security.values import CASES, NAMES, bytes_of, text_of

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Page]:
    with page_here(tmp_path_factory.mktemp("gradio") / "home", STUDIO_QUOTA_MB="3", STUDIO_UPLOADS="2") as running:
        yield running


@cache
def cookie_of(server: Page) -> str:
    """Of the one visitor of most tests here."""
    return session(server)


def form(name: str, data: bytes, field: str = "files") -> tuple[bytes, str]:
    head = f'--edge\r\ncontent-disposition: form-data; name="{field}"; filename="{name}"\r\ncontent-type: image/png\r\n\r\n'
    return head.encode() + data + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def upload(server: Page, cookie: str, name: str = "photo.png", data: bytes = b"x", **headers: str):
    body, kind = form(name, data)
    return ask(server, "/gradio_api/upload", "POST", body, Content_Type=kind, Cookie=cookie, **headers)


def png(tmp_path: Path) -> bytes:
    picture(80, 60, seed=2).save(tmp_path / "photo.png")
    return (tmp_path / "photo.png").read_bytes()


def call_by_rest(server: Page, cookie: str, path: str, values: list) -> tuple[str, str]:
    """One call through REST: the last event and what it says."""
    begun = ask(
        server,
        f"/gradio_api/call/{path}",
        "POST",
        json.dumps({"data": values}).encode(),
        Cookie=cookie,
        Content_Type="application/json",
    )
    assert begun.status == 200, begun.text
    said = ask(server, f"/gradio_api/call/{path}/{json.loads(begun.text)['event_id']}", Cookie=cookie).text
    event, _, data = said.strip().split("\n\n")[-1].partition("\n")
    return event.removeprefix("event: "), data.removeprefix("data: ")


def file_data(path: str) -> dict:
    return {"path": path, "meta": {"_type": "gradio.FileData"}}


def test_a_result_is_its_own_sessions(server, tmp_path):
    mine, theirs = session(server), session(server)
    at = json.loads(upload(server, mine, data=png(tmp_path)).text)[0]
    event, answer = call_by_rest(server, mine, "stylize_wash", [file_data(at), None, 0.3, "", False, 7])
    assert event == "complete", answer
    result = json.loads(answer)[0]["path"]
    got = ask(server, f"/gradio_api/file={result}", Cookie=mine)
    assert got.status == 200 and got.body.startswith(b"\x89PNG") and "attachment" in got.headers["content-disposition"]
    assert ask(server, f"/gradio_api/file={result}", Cookie=theirs).status == 403
    assert ask(server, f"/gradio_api/file={at}", Cookie=theirs).status == 403
    event, answer = call_by_rest(server, theirs, "stylize_wash", [file_data(at), None, 0.3, "", False, 7])
    assert event == "error" and "Upload the file" in answer
    event, answer = call_by_rest(server, theirs, "stylize_wash", [file_data(result), None, 0.3, "", False, 7])
    assert event == "error" and "Upload the file" in answer


def test_no_other_file_is_given(server):
    for path in (*map(text_of, CASES["paths of no upload"]), str(server.home / "studio.sqlite")):
        assert ask(server, f"/gradio_api/file={path}", Cookie=cookie_of(server)).status == 403, path


@pytest.mark.parametrize("scheme", ["http://", "HTTP://", " http://", "//"])
@pytest.mark.parametrize("route", ["call/stylize_wash", "run/stylize_wash", "queue/join"])
def test_no_address_is_fetched(server, listener, scheme, route):
    port, heard = listener
    data = file_data(f"{scheme}127.0.0.1:{port}/x.png")
    for first in (data, {"a": [data]}):
        body = json.dumps({"data": [first, None, 0.3, "", False, 7], "session_hash": "x", "fn_index": 0}).encode()
        kind = {"Cookie": cookie_of(server), "Content_Type": "application/json"}
        answer = ask(server, f"/gradio_api/{route}", "POST", body, **kind)
        assert answer.status == 400 and "takes no addresses" in answer.text
    time.sleep(0.3)
    assert heard == []


def test_uploads_ask_for_the_quota_before_and_while_they_come(server):
    cookie = session(server)
    assert upload(server, cookie, data=bytes(2_000_000)).status == 200
    full = upload(server, cookie, data=bytes(2_000_000))
    assert full.status == 400 and "does not fit" in full.text
    own = ask(server, "/studio/upload?name=x.png", "POST", bytes(2_000_000), Cookie=cookie, x_studio="1")
    assert own.status == 400 and "does not fit" in own.text


def test_uploads_that_announce_no_length_are_counted(server):
    import http.client

    cookie, connection = session(server), http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body, kind = form("x.bin", bytes(20_000_000))
    pieces = (body[at : at + 1_000_000] for at in range(0, len(body), 1_000_000))
    try:
        connection.request(
            "POST", "/gradio_api/upload", pieces, {"content-type": kind, "cookie": cookie}, encode_chunked=True
        )
        answer = connection.getresponse()
        assert answer.status == 400 and b"does not fit" in answer.read()
    except (BrokenPipeError, ConnectionResetError):
        pass  # the server has closed before everything was sent
    connection.close()
    assert sum(file.stat().st_size for file in (server.home / "work").rglob("x.bin")) == 0


def test_only_some_files_arrive_at_once(server):
    cookie = session(server)
    head = f"POST /gradio_api/upload HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\ncontent-length: 1000\r\n"
    with ExitStack() as held:
        for _ in range(2):
            held.enter_context(connection := raw(server))
            connection.sendall(f"{head}content-type: multipart/form-data; boundary=edge\r\n\r\n--edge\r\n".encode())
        until(lambda: len(server.studio.arrivals.open) == 2)
        third = upload(server, cookie)
        assert third.status == 400 and "are arriving" in third.text
        assert upload(server, session(server)).status == 200
    until(lambda: upload(server, cookie).status == 200)


@pytest.mark.parametrize(
    "name", [*(name for name in NAMES[:24] if len(name) < 1000), "x\ty.png"], ids=lambda name: ascii(name)[:30]
)
def test_names_of_uploads_stay_in_their_folder(server, name):
    quoted = name.encode("utf-8", "replace").decode().translate({ord('"'): "'", 0: " ", 10: " ", 13: " "})
    at = Path(json.loads(upload(server, cookie_of(server), name=quoted).text)[0])
    assert at.is_relative_to(server.home / "work" / "gradio" / "visitors")
    assert len(at.name) <= 100 and at.parent.name.startswith("up-")


@pytest.mark.parametrize(("body", "kind"), CASES["forms of an upload"])
def test_forms_that_are_none_get_a_sentence(server, body, kind):
    answer = ask(server, "/gradio_api/upload", "POST", bytes_of(body), Content_Type=kind, Cookie=cookie_of(server))
    assert answer.status == 400 and answer.text.endswith(".")


@pytest.mark.parametrize("body", [bytes_of(body) for body in CASES["calls that are no JSON"]])
def test_messages_that_are_no_json_get_no_traceback(server, body):
    answer = ask(
        server, "/gradio_api/run/predict", "POST", body, Cookie=cookie_of(server), Content_Type="application/json"
    )
    assert answer.status in (400, 404, 422, 500) and "Traceback" not in answer.text
    assert "Internal Server Error" not in answer.text

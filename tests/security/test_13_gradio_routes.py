"""Findings 6 and 13: Gradio's routes are open by a table; its uploads and files belong to one session; it fetches no address."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from studio.access import gates
from tests.asgi import Page, page_here
from tests.fixtures import picture
from tests.security.running import ask, session, until

pytestmark = pytest.mark.slow

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "perimeter.md"


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Page]:
    with page_here(tmp_path_factory.mktemp("gradio") / "home", STUDIO_QUOTA_MB="3", STUDIO_UPLOADS="2") as running:
        yield running


CLOSED = [
    ("GET", "/openapi.json"),
    ("GET", "/docs"),
    ("GET", "/monitoring"),
    ("GET", "/monitoring/summary"),
    ("GET", "/monitoring/x"),
    ("GET", "/svelte/x.js"),
    ("GET", "/pwa_icon"),
    ("GET", "/gradio_api/deep_link?session_hash=x"),
    ("GET", "/gradio_api/token"),
    ("GET", "/gradio_api/dev/reload"),
    ("GET", "/gradio_api/runs"),
    ("POST", "/gradio_api/run-history/connect"),
    ("GET", "/gradio_api/proxy=https://example.hf.space/x"),
    ("GET", "/gradio_api/file/etc/passwd"),
    ("GET", "/gradio_api/queue/status"),
    ("GET", "/gradio_api/custom_component/x/client/component/style.css"),
    ("POST", "/gradio_api/component_server"),
    ("GET", "/gradio_api/upload_progress?upload_id=x"),
    ("POST", "/gradio_api/process_recording"),
    ("POST", "/gradio_api/vibe-edit"),
    ("GET", "/gradio_api/vibe-code"),
    ("POST", "/gradio_api/stream/x"),
    ("GET", "/gradio_api/stream/a/b/1/playlist.m3u8"),
    ("GET", "/gradio_api/profiling/traces"),
    ("GET", "/gradio_api/mcp/sse"),
    ("POST", "/gradio_api/mcp/messages"),
    ("GET", "/gradio_api/mcp/schema"),
    ("PATCH", "/"),
    ("DELETE", "/studio/state"),
    ("TRACE", "/"),
    ("POST", "/config"),
    ("GET", "/gradio_api/user"),
]


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_nobody_needs_is_closed(server, method, path):
    answer = ask(server, path, method, b"{}" if method == "POST" else None, Cookie=cookie_of(server))
    assert answer.status == 404 and answer.text.startswith('{"problem"')


@cache
def cookie_of(server: Page) -> str:
    """Of the one visitor of most tests here."""
    return session(server)


def test_the_page_of_the_documentation_names_every_open_route():
    said = DOCUMENT.read_text(encoding="utf-8")
    missing = [pattern for _, pattern, _ in gates.TABLE if f"`{pattern}`" not in said.replace("\\|", "|")]
    assert missing == []


def form(name: str, data: bytes, field: str = "files") -> tuple[bytes, str]:
    head = f'--edge\r\ncontent-disposition: form-data; name="{field}"; filename="{name}"\r\ncontent-type: image/png\r\n\r\n'
    return head.encode() + data + b"\r\n--edge--\r\n", "multipart/form-data; boundary=edge"


def upload(server: Page, cookie: str, name: str = "photo.png", data: bytes = b"x", **headers: str):
    body, kind = form(name, data)
    return ask(server, "/gradio_api/upload", "POST", body, Content_Type=kind, Cookie=cookie, **headers)


def png(tmp_path: Path) -> bytes:
    picture(80, 60, seed=2).save(tmp_path / "photo.png")
    return (tmp_path / "photo.png").read_bytes()


def called(server: Page, cookie: str, path: str, values: list) -> tuple[str, str]:
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
    event, said = called(server, mine, "stylize_wash", [file_data(at), None, 0.3, "", False, 7])
    assert event == "complete", said
    made = json.loads(said)[0]["path"]
    got = ask(server, f"/gradio_api/file={made}", Cookie=mine)
    assert got.status == 200 and got.body.startswith(b"\x89PNG") and "attachment" in got.headers["content-disposition"]
    assert ask(server, f"/gradio_api/file={made}", Cookie=theirs).status == 403
    assert ask(server, f"/gradio_api/file={at}", Cookie=theirs).status == 403
    event, said = called(server, theirs, "stylize_wash", [file_data(at), None, 0.3, "", False, 7])
    assert event == "error" and "Upload the file" in said
    event, said = called(server, theirs, "stylize_wash", [file_data(made), None, 0.3, "", False, 7])
    assert event == "error" and "Upload the file" in said


@pytest.mark.parametrize(
    "path",
    [
        "/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "http://127.0.0.1:1/x",
        "https://example.org/x",
        "%00",
        "C:%5Cx",
        "a" * 5000,
        "studio.sqlite",
    ],
)
def test_no_other_file_is_given(server, path):
    assert ask(server, f"/gradio_api/file={path}", Cookie=cookie_of(server)).status == 403
    home = server.home / "studio.sqlite"
    assert ask(server, f"/gradio_api/file={home}", Cookie=cookie_of(server)).status == 403


@pytest.mark.parametrize(
    "scheme",
    [
        "http://127.0.0.1:{port}/x.png",
        "HTTP://127.0.0.1:{port}/x.png",
        " http://127.0.0.1:{port}/x.png",
        "//127.0.0.1:{port}/x",
    ],
)
@pytest.mark.parametrize("route", ["call/stylize_wash", "run/stylize_wash", "queue/join"])
def test_no_address_is_fetched(server, listener, scheme, route):
    port, heard = listener
    nested = [{"a": [file_data(scheme.format(port=port))]}, None, 0.3, "", False, 7]
    for values in ([file_data(scheme.format(port=port)), None, 0.3, "", False, 7], nested):
        body = json.dumps({"data": values, "session_hash": "x", "fn_index": 0}).encode()
        answer = ask(
            server, f"/gradio_api/{route}", "POST", body, Cookie=cookie_of(server), Content_Type="application/json"
        )
        assert answer.status == 400 and "takes no addresses" in answer.text
    time.sleep(0.3)
    assert heard == []


def tool(server: Page, arguments: dict, **headers: str):
    body = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "stylize_wash", "arguments": arguments},
    }
    return ask(
        server,
        "/gradio_api/mcp/",
        "POST",
        json.dumps(body).encode(),
        Content_Type="application/json",
        Accept="application/json, text/event-stream",
        **headers,
    )


def test_mcp_takes_a_file_in_the_message_and_no_address(server, listener, tmp_path):
    import base64

    port, heard = listener
    cookie = session(server)
    refused = tool(server, {"content": f"http://127.0.0.1:{port}/x.png"}, Cookie=cookie)
    assert refused.status == 400 and "takes no addresses" in refused.text and heard == []
    inline = "data:image/png;base64," + base64.b64encode(png(tmp_path)).decode()
    made = tool(server, {"content": inline, "strength": 0.3, "seed": 7}, Cookie=cookie)
    assert made.status == 200 and '"isError":false' in made.text and "image/png" in made.text, made.text[:400]
    said = tool(server, {"content": inline, "prompt": "http://example.org is a prompt"}, Cookie=cookie)
    assert said.status == 200


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
    import http.client

    cookie, held = session(server), []
    for _ in range(2):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.putrequest("POST", "/gradio_api/upload")
        for name, value in (
            ("content-type", "multipart/form-data; boundary=edge"),
            ("cookie", cookie),
            ("content-length", "1000"),
        ):
            connection.putheader(name, value)
        connection.endheaders(b"--edge\r\n")
        held.append(connection)
    until(lambda: len(server.studio.arrivals.open) == 2)
    third = upload(server, cookie)
    assert third.status == 400 and "arriving already" in third.text
    assert upload(server, session(server)).status == 200
    for connection in held:
        connection.close()
    until(lambda: upload(server, cookie).status == 200)


@pytest.mark.parametrize(
    "name",
    ["../../x.png", "..\\..\\x.png", "/etc/x.png", "C:\\x.png", "\u202egnp.x", "a" * 400, ".", "CON", "x\ty.png"],
)
def test_names_of_uploads_stay_in_their_folder(server, name):
    at = Path(json.loads(upload(server, cookie_of(server), name=name).text)[0])
    assert (
        at.is_relative_to(server.home / "work" / "gradio" / "visitors")
        and len(at.name) <= 100
        and at.parent.name.startswith("up-")
    )


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=edge"),
        (b"{}", "application/json"),
        (b"--edge\r\n" + b"a" * 9000, "multipart/form-data; boundary=edge"),
        (form("x", b"y", "other")[0], "multipart/form-data; boundary=edge"),
        (form("x", b"y")[0][:-9], "multipart/form-data; boundary=edge"),
    ],
)
def test_forms_that_are_none_get_a_sentence(server, body, kind):
    answer = ask(server, "/gradio_api/upload", "POST", body, Content_Type=kind, Cookie=cookie_of(server))
    assert answer.status == 400 and answer.text.endswith(".")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"x", b"null", b"[" * 100_000, b'{"data":' + b"[" * 60 + b"]" * 60 + b"}", b"\xff"]
)
def test_messages_that_are_no_json_get_no_traceback(server, body):
    answer = ask(
        server, "/gradio_api/run/predict", "POST", body, Cookie=cookie_of(server), Content_Type="application/json"
    )
    assert answer.status in (400, 404, 422, 500) and "Traceback" not in answer.text
    assert "Internal Server Error" not in answer.text

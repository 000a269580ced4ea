"""Finding 12: requests that stop half-way are given up, connections are bounded, and running out of descriptors passes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.access.connections import open_files, raise_open_files
from tests.asgi import page_here
from tests.browser.conftest import ROOT
from tests.security.running import Served, ask, raw, serving, session, until

pytestmark = pytest.mark.slow

QUICK = {
    "STUDIO_HEADER_SECONDS": "1",
    "STUDIO_BODY_SECONDS": "2",
    "STUDIO_BODY_RATE": "1000",
    "STUDIO_CONNECTIONS_EACH": "60",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    with page_here(tmp_path_factory.mktemp("slow") / "home", **QUICK) as running:
        yield running


def closed_within(connection: socket.socket, seconds: float = 120.0) -> bytes:
    """What the server says before it closes; fails when it does not close."""
    connection.settimeout(seconds)
    said = b""
    try:
        while piece := connection.recv(4096):
            said += piece
    except ConnectionResetError:
        pass
    return said


@pytest.mark.parametrize(
    "start",
    [b"", b"G", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 1000],
    ids=["silent", "a letter", "a line", "headers"],
)
def test_headers_that_do_not_come_end_the_connection(server, start):
    with raw(server) as connection:
        connection.sendall(start)
        assert b" 408 " in closed_within(connection)


def test_headers_that_drip_end_the_connection(server):
    with raw(server) as connection:
        connection.sendall(b"GET /studio/health HTTP/1.1\r\nHost: localhost\r\n")
        end = time.monotonic() + 120
        try:
            while time.monotonic() < end:
                connection.sendall(b"x-drip: 1\r\n")
                time.sleep(0.2)
        except (BrokenPipeError, ConnectionResetError):
            return
    pytest.fail("the server listened to dripping headers for half a minute")


def test_a_second_request_on_a_connection_has_the_same_deadline(server):
    with raw(server) as connection:
        connection.sendall(b"GET /studio/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /stu")
        said = closed_within(connection)
    assert said.startswith(b"HTTP/1.1 200 ")  # and it is closed


POST = "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nx-studio: 1\r\ncontent-type: {kind}\r\ncontent-length: 100000\r\n\r\n"


@pytest.mark.parametrize(
    "path",
    [
        "/studio/make",
        "/studio/upload?name=x.png",
        "/gradio_api/upload",
        "/gradio_api/queue/join",
        "/gradio_api/mcp/",
    ],
)
def test_a_body_that_stops_ends_the_request(server, path):
    kind = "multipart/form-data; boundary=edge" if path.startswith("/gradio_api/upload") else "application/json"
    with raw(server) as connection:
        connection.sendall(POST.format(path=path, cookie=session(server), kind=kind).encode() + b"--edge\r\n")
        said = closed_within(connection)
    assert b" 408 " in said and b"too slowly" in said


def test_a_body_that_drips_ends_the_request(server):
    with raw(server) as connection:
        connection.sendall(
            POST.format(path="/studio/upload?name=x.png", cookie=session(server), kind="image/png").encode()
        )
        end, said = time.monotonic() + 120, b""
        connection.settimeout(0.2)
        while time.monotonic() < end and b" 408 " not in said:
            try:
                connection.sendall(b"x")
                said += connection.recv(4096)
            except TimeoutError:
                continue
            except (BrokenPipeError, ConnectionResetError):
                break
        assert b" 408 " in said
    assert not list((server.home / "work" / "new").glob("*.upload"))


def test_an_honest_upload_takes_its_time(server):
    body = bytes(30_000)
    with raw(server) as connection:
        head = POST.format(path="/studio/upload?name=x.png", cookie=session(server), kind="image/png").replace(
            "100000", str(len(body))
        )
        connection.sendall(head.encode())
        for at in range(0, len(body), 3000):
            connection.sendall(body[at : at + 3000])
            time.sleep(0.3)
        connection.settimeout(60)
        said = connection.recv(4096)
    assert b" 400 " in said and b"too slowly" not in said  # read to its end, and found to be no picture


def test_one_address_has_only_so_many_connections_and_the_others_go_on(server):
    held = [raw(server) for _ in range(300)]
    try:
        turned_away = sum(b" 503 " in closed_within(one, 20) for one in held[100:])
        assert turned_away
    finally:
        for one in held:
            one.close()
    until(lambda: answers(server, "/studio/health"))


def answers(server: Served, path: str, **headers: str) -> bool:
    """Whether a request is answered as usual, and not turned away."""
    try:
        return ask(server, path, **headers).status == 200
    except OSError:
        return False


def test_idle_connections_make_room(tmp_path):
    """When all places are taken by connections that ask nothing, one that asks is answered."""
    with page_here(tmp_path / "home", STUDIO_CONNECTIONS="20", STUDIO_HEADER_SECONDS="600") as server:
        held = [raw(server) for _ in range(40)]
        assert ask(server, "/studio/health").status == 200
        for one in held:
            one.close()


STARVED = """
import resource, runpy
resource.setrlimit(resource.RLIMIT_NOFILE, (120, 120))
runpy.run_module("tests.browser.server", run_name="__main__")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are limited otherwise")
def test_running_out_of_descriptors_passes(tmp_path, monkeypatch):
    began = subprocess.Popen
    monkeypatch.setattr(
        subprocess,
        "Popen",
        lambda command, **how: began(
            [sys.executable, "-c", STARVED] if "tests.browser.server" in command else command, **how
        ),
    )
    with serving(tmp_path / "home", STUDIO_CONNECTIONS_EACH="10000", STUDIO_HEADER_SECONDS="2") as server:
        held = [raw(server) for _ in range(400)]
        time.sleep(2)
        for one in held:
            one.close()
        end = time.monotonic() + 120
        while True:
            try:
                assert ask(server, "/studio/state", Cookie=session(server)).status == 200
                break
            except (AssertionError, OSError, IndexError):
                assert time.monotonic() < end, server.log.read_text()[-2000:]
                time.sleep(0.5)
        assert server.process.poll() is None


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors are limited otherwise")
def test_the_process_takes_as_many_descriptors_as_it_may():
    code = (
        "import resource; hard = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 2000) if resource.getrlimit(resource.RLIMIT_NOFILE)[1] > 0 else 2000;"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard));"
        "from studio.access.connections import raise_open_files; print(raise_open_files() == hard)"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=Path(ROOT), capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "True" and raise_open_files() == open_files()

"""Finding 12: requests that stop half-way are given up, connections are bounded, and running out of descriptors passes."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.asgi import page_here
from tests.fixtures import until
from tests.security.running import Served, ask, raw, serving, session

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
    answer = b""
    try:
        while piece := connection.recv(4096):
            answer += piece
    except ConnectionResetError:
        pass
    return answer


def drip(connection: socket.socket, drop: bytes) -> bytes | None:
    """What the server says to bytes that come one after the other; None when it listens to them for ever."""
    end, answer = time.monotonic() + 120, b""
    connection.settimeout(0.2)
    while time.monotonic() < end and b" 408 " not in answer:
        try:
            connection.sendall(drop)
            answer += connection.recv(4096)
        except TimeoutError:
            continue
        except (BrokenPipeError, ConnectionResetError):
            return answer
    return answer or None


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
        assert drip(connection, b"x-drip: 1\r\n") is not None


def test_a_second_request_on_a_connection_has_the_same_deadline(server):
    with raw(server) as connection:
        connection.sendall(b"GET /studio/health HTTP/1.1\r\nHost: localhost\r\n\r\nGET /stu")
        said = closed_within(connection)
    assert said.startswith(b"HTTP/1.1 200 ")  # and it is closed


def begin(server: Served, path: str, kind: str, length: int = 100_000) -> socket.socket:
    """A connection on which the headers and the first bytes of a long message came."""
    head = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {session(server)}\r\nx-studio: 1\r\n"
    connection = raw(server)  # only now, for its deadline runs from here
    connection.sendall(f"{head}content-type: {kind}\r\ncontent-length: {length}\r\n\r\n--edge\r\n".encode())
    return connection


@pytest.mark.parametrize(
    "path",
    ["/studio/make", "/studio/upload?name=x.png", "/gradio_api/upload", "/gradio_api/queue/join", "/gradio_api/mcp/"],
)
def test_a_body_that_stops_ends_the_request(server, path):
    kind = "multipart/form-data; boundary=edge" if path.startswith("/gradio_api/upload") else "application/json"
    with begin(server, path, kind) as connection:
        said = closed_within(connection)
    assert b" 408 " in said and b"too slowly" in said


def test_a_body_that_drips_ends_the_request_and_an_honest_upload_takes_its_time(server):
    with begin(server, "/studio/upload?name=x.png", "image/png") as connection:
        assert b" 408 " in (drip(connection, b"x") or b"")
    assert not list((server.home / "work" / "new").glob("*.upload"))
    with begin(server, "/studio/upload?name=x.png", "image/png", 30_008) as connection:
        for _ in range(10):
            connection.sendall(bytes(3000))
            time.sleep(0.3)
        connection.settimeout(60)
        said = connection.recv(4096)
    assert b" 400 " in said and b"too slowly" not in said  # read to its end, and found to be no picture


def test_one_address_has_only_so_many_connections_and_the_others_go_on(server):
    connections = [raw(server) for _ in range(300)]
    try:
        turned_away = sum(b" 503 " in closed_within(one, 20) for one in connections[100:])
        assert turned_away
    finally:
        for one in connections:
            one.close()
    until(lambda: answers(server, "/studio/health"))


def answers(server: Served, path: str, **headers: str) -> bool:
    """Whether a request is answered as usual, and not turned away."""
    try:
        return ask(server, path, **headers).status == 200
    except (OSError, IndexError):
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
    monkeypatch.setattr(subprocess, "Popen", lambda command, **how: began([sys.executable, "-c", STARVED], **how))
    with serving(tmp_path / "home", STUDIO_CONNECTIONS_EACH="10000", STUDIO_HEADER_SECONDS="2") as server:
        until(lambda: "is open at" in server.log.read_text())  # it answers itself once before
        held = [raw(server) for _ in range(400)]
        time.sleep(2)
        for one in held:
            one.close()
        until(lambda: answers(server, "/") and answers(server, "/studio/state", Cookie=session(server)))
        assert server.process.poll() is None, server.log.read_text()[-2000:]
        modes = {path.name: path.stat().st_mode & 0o077 for path in (server.home, *server.home.rglob("*"))}
        assert modes and not {name for name, mode in modes.items() if mode}  # what it writes is its own account's alone

"""The whole page for the tests of the perimeter, raw requests to it, and pages of other origins that attack it."""

from __future__ import annotations

import http.client
import http.server
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from tests.browser.conftest import Server


class Served(Protocol):
    """A page that is served by this process (`tests.asgi.page_here`) or by one of its own (`serving`)."""

    home: Path
    port: int
    url: str


@contextmanager
def serving(home: Path, **environment: str) -> Iterator[Server]:
    """The studio as a process, with stub methods only: for what this process could not bear."""
    running = Server(home, REAL="0", **environment)
    try:
        yield running
    finally:
        running.stop()


class Answer:
    """A whole answer: status, headers in lower case, body."""

    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.body = answer.status, answer.read()
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
        self.text = self.body.decode("utf-8", "replace")


def ask(server: Served, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Answer:
    """One request as it is written here, nothing added; underscores in names of headers stand for dashes."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    try:
        connection.putrequest(
            method, path, skip_host="host" in {name.lower() for name in headers}, skip_accept_encoding=True
        )
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        if body is not None:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        connection.close()


def session(server: Served) -> str:
    """The Cookie header of a new visitor, who has loaded the page."""
    return ask(server, "/").cookies[0].split(";")[0]


@contextmanager
def foreign_site(html: bytes = b"<!doctype html><title>elsewhere</title><p>Hello") -> Iterator[int]:
    """Another origin: the same page under every path, on a port of its own, for localhost and 127.0.0.1. Gives the port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(html)

        def log_message(self, *words: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield site.server_address[1]
        site.shutdown()


def raw(server: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)

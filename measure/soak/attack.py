"""What an attack is, and what it is sent to: a request as it stands, and how a hit would be known."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from measure.soak.harness import Server, Visitor
from measure.soak.walk import picture

EVIL = "https://evil.example"
SECRETS = (
    b"root:x:",
    b"SQLite format 3",
    b"PRIVATE KEY",
    b"def open_studio",
    b"server_lock",
    b"[extensions]",
    b"requires-python",
)


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Attack:
    """One request and how a hit is known; `raw` sends the path as it stands."""

    kind: str
    what: str
    send: Callable[[], Answer]
    hit: Callable[[Answer], bool]


class Target:
    """What the attacks know: a server, a visitor's cookie, something on the shelf, and a listener that nobody should visit."""

    def __init__(self, server: Server, visitor: Visitor, listener: Listener) -> None:
        self.server, self.visitor, self.listener = server, visitor, listener
        self.cookie = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items())
        self.photo = visitor.upload(picture(1), "photo.png", "image")["id"]

    def raw(
        self,
        method: str,
        path: str,
        *,
        body: bytes | None = None,
        host: str | None = None,
        cookie: bool = True,
        **headers: str,
    ) -> Answer:
        """A request whose path and host are sent as they stand; header names are given with underscores."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        try:
            line.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            line.putheader("Host", host or f"127.0.0.1:{self.server.port}")
            if cookie:
                line.putheader("Cookie", self.cookie)
            for name, value in headers.items():
                line.putheader(name.replace("_", "-"), value)
            if body is not None:
                line.putheader("Content-Length", str(len(body)))
            line.endheaders(body)
            found = line.getresponse()
            data = (
                found.read(3_000_000)
                if "event-stream" not in (found.getheader("content-type") or "")
                else found.read(1)
            )
            return Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, data)
        finally:
            line.close()

    def json(self, path: str, body: Any, **more: Any) -> Answer:
        more = {"x_studio": "1", "content_type": "application/json", "origin": self.server.url} | more
        return self.raw("POST", path, body=json.dumps(body).encode(), **more)


class Listener:
    """A port on loopback that counts who connects."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.visits = self.socket.getsockname()[1], 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            self.visits += 1
            line.close()


def leaked(answer: Answer) -> bool:
    return any(word in answer.body for word in SECRETS)

"""A model hub on loopback that does what a test says: it is slow, breaks off, lies about hashes, is full, or refuses."""

from __future__ import annotations

import hashlib
import http.server
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

CHUNK = 1 << 16


@dataclass
class Hub:
    """Repositories by name, each a folder's files at one commit; what goes wrong is set by the test. `asked` lists each request with its Range."""

    repositories: dict[str, tuple[str, dict[str, bytes]]] = field(default_factory=dict)
    url: str = ""
    slow_seconds: float = 0.0  # before each piece of a file
    breaks_after: int = 0  # bytes of a large file, after which the line is cut, as often as is said in `breaks`
    breaks: int = 0
    lies: bool = False  # other bytes than those of the hash
    full: bool = False  # answers 503
    huge: bool = False  # lists files that no disk holds
    asked: list[tuple[str, str]] = field(default_factory=list)

    def add(self, repository: str, commit: str, folder: Path) -> None:
        """Serve a folder as that repository."""
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        self.repositories[repository] = (commit, files)


def is_large(name: str) -> bool:
    return name.endswith(".safetensors")


def etag_of(name: str, data: bytes) -> str:
    if is_large(name):
        return hashlib.sha256(data).hexdigest()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


class Handler(http.server.BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *words: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, *, body: bool) -> None:
        path = unquote(self.path.partition("?")[0])
        self.hub.asked.append((f"{self.command} {path}", self.headers.get("range", "")))
        if self.hub.full:
            return self.json({"error": "full"}, 503)
        if found := re.fullmatch(r"/api/models/([^/]+/[^/]+)(?:/(revision|tree)/([^/]+))?", path):
            return self.about(found[1], found[2] == "tree")
        if (found := re.fullmatch(r"/([^/]+/[^/]+)/resolve/[^/]+/(.+)", path)) and found[1] in self.hub.repositories:
            return self.file(found[1], found[2], body)
        return self.json({"error": "none"}, 404)

    def about(self, repository: str, tree: bool) -> None:
        if repository not in self.hub.repositories:
            return self.json({"error": "none"}, 404)
        commit, files = self.hub.repositories[repository]
        rows = [self.row(name, data) for name, data in files.items()]
        return self.json(
            rows if tree else {"id": repository, "sha": commit, "siblings": [{"rfilename": name} for name in files]}
        )

    def row(self, name: str, data: bytes) -> dict[str, Any]:
        size = 10**17 if self.hub.huge else len(data)
        row = {
            "type": "file",
            "path": name,
            "size": size,
            "oid": etag_of(name, data) if not is_large(name) else "0" * 40,
        }
        return row | ({"lfs": {"oid": etag_of(name, data), "size": size, "pointerSize": 134}} if is_large(name) else {})

    def json(self, value: Any, status: int = 200) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def file(self, repository: str, name: str, body: bool) -> None:
        commit, files = self.hub.repositories[repository]
        if name not in files:
            return self.json({"error": "none"}, 404)
        data = files[name]
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("range", ""))
        start = int(found[1]) if found else 0
        self.send_response(206 if start else 200)
        self.send_header("etag", f'"{etag_of(name, data)}"')
        self.send_header("x-repo-commit", commit)
        if start:
            self.send_header("content-range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("content-length", str(len(data) - start))
        self.end_headers()
        if body:
            self.pour(name, bytes(len(data)) if self.hub.lies else data, start)
        return None

    def pour(self, name: str, data: bytes, start: int) -> None:
        for at in range(start, len(data), CHUNK):
            if self.hub.breaks and is_large(name) and at - start >= self.hub.breaks_after:
                self.hub.breaks -= 1
                self.close_connection = True
                self.connection.close()
                return
            time.sleep(self.hub.slow_seconds)
            try:
                self.wfile.write(data[at : at + CHUNK])
            except OSError:  # who asked has gone
                self.close_connection = True
                return


@contextmanager
def serve_hub() -> Iterator[Hub]:
    """A hub on a port of its own."""
    hub = Hub()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Scripted", (Handler,), {"hub": hub}))
    server.daemon_threads = True
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()

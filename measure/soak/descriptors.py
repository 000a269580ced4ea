"""Connections that send half a request and wait, more of them than the server has descriptors for: they are shown out, the others served."""

from __future__ import annotations

import itertools
import select
import socket
import sys
import time

import httpx

from measure.soak.harness import Options, Refused, Server, Visitor, studio
from measure.soak.rows import Row
from measure.soak.walk import picture

FEW = 256  # descriptors that the server may open in the second trial
PATIENCE_SECONDS = 120.0  # in which a half-sent request must have been ended
HALVES = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    b"POST /studio/make HTTP/1.1\r\nHost: {host}\r\nx-studio: 1\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{{",
    b"POST /studio/upload?name=a.png HTTP/1.1\r\nHost: {host}\r\nx-studio: 1\r\ncontent-length: 100000\r\n\r\nabc",
    b"POST /gradio_api/upload HTTP/1.1\r\nHost: {host}\r\ncontent-type: multipart/form-data; boundary=x\r\ncontent-length: 100000\r\n\r\n--x\r\n",
    b"",
)


def run(options: Options) -> list[Row]:
    if sys.platform == "win32":
        return [Row("more connections than descriptors", "skipped: descriptors cannot be limited here", None)]
    rows = []
    with studio(options) as server, Visitor(server) as visitor:
        patience = min(PATIENCE_SECONDS, options.seconds(PATIENCE_SECONDS, 45))
        held = _halves(server, visitor, 100)
        served = _served(server)
        rows.append(
            Row(
                "100 half-sent requests do not keep a new visitor waiting",
                f"page after {served:.2f} s" if served else "not served",
                bool(served) and served < 5.0,
            )
        )
        left = _still_open(held, patience)
        rows.append(
            Row(
                f"half-sent requests are ended within {patience:.0f} s",
                f"{len(left)} of {len(held)} still open",
                not left,
            )
        )
        _close(held)
    rows += _few(options)
    return rows


def _few(options: Options) -> list[Row]:
    """With few descriptors and more connections than those."""
    import resource
    import tempfile
    from pathlib import Path

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (FEW, FEW))

    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        Server(Path(folder), options.root, before=limited) as server,
    ):
        visitor = Visitor(server, seconds=20).open()
        rounds = options.count(20, 1)
        wrong: list[str] = []
        for number in range(rounds):
            held = _halves(server, visitor, FEW + 50)
            try:
                visitor.upload(picture(number), "photo.png", "image")
            except Refused as problem:
                wrong += [] if problem.honest else [f"upload: {problem}"]
            except httpx.HTTPError:
                pass  # no connection could be had: nothing was told that is not true
            _close(held)
            end = time.monotonic() + 20
            while not server.answers() and time.monotonic() < end:
                time.sleep(0.2)
            try:
                with Visitor(server) as fresh:
                    fresh.upload(picture(1000 + number), "photo.png", "image")
                    job = fresh.wait(fresh.make("compose.song", seconds=5.0, seed=number), 120)
                wrong += [] if job["state"] == "done" else [f"job: {job['problem']}"]
            except (Refused, httpx.HTTPError, TimeoutError) as problem:
                wrong.append(f"afterwards: {type(problem).__name__}: {problem}"[:160])
        size = len(server.log_text())
        return [
            Row(
                f"{rounds} times more connections than the {FEW} descriptors: afterwards everything works",
                f"wrong: {len(wrong)} {wrong[:3] or ''}",
                not wrong and server.alive(),
            ),
            Row("the log does not grow without bound through it", f"{size / 1e6:.2f} MB", size < 2_000_000),
        ]


def _halves(server: Server, visitor: Visitor, count: int) -> list[socket.socket]:
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.http.cookies.items()).encode()
    host, held = f"127.0.0.1:{server.port}".encode(), []
    for _, half in zip(range(count), itertools.cycle(HALVES)):
        try:
            line = socket.create_connection(("127.0.0.1", server.port), timeout=2)
            line.sendall(half.replace(b"{host}", host + b"\r\ncookie: " + cookie))
        except OSError:
            continue
        held.append(line)
    return held


def _served(server: Server) -> float:
    """Seconds until a new visitor has the page; 0 when they do not get it in 20."""
    begun = time.monotonic()
    try:
        Visitor(server, seconds=20).open()
    except (Refused, httpx.HTTPError):
        return 0.0
    return time.monotonic() - begun


def _still_open(held: list[socket.socket], seconds: float) -> list[socket.socket]:
    """Those that the server has not ended, or answered, when the time is over."""
    left, end = list(held), time.monotonic() + seconds
    while left and time.monotonic() < end:
        ready, _, _ = select.select(left, [], [], 1.0)
        left = [line for line in left if line not in ready or _says(line)]
    return left


def _says(line: socket.socket) -> bool:
    """Whether the server still holds the line open after what it sent."""
    try:
        return bool(line.recv(65536))
    except OSError:
        return False


def _close(held: list[socket.socket]) -> None:
    for line in held:
        line.close()

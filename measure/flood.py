"""`python -m measure.flood`: how the page answers while visitors flood it with stories and books, on this machine as it is now.

A row a case: the health route's p99, another visitor's time, and that time alone; beside them the load of the machine.
"""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
BRACKETS, STORY = "[" * 900, "A fox walks through the forest. An owl sees him and laughs. The fox finds a red ball."
PHOTO = (ROOT / "assets" / "samples" / "coffee.jpg").read_bytes()
STORIES, VISITORS, BOOKS = 200, 50, 6


@contextmanager
def served() -> Iterator[str]:
    """The address of a studio of its own, behind a proxy that says who asks."""
    with tempfile.TemporaryDirectory() as home, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        own = {"STUDIO_HOME": home, "PORT": str(port), "STUDIO_PROXIES": "1", "STUDIO_LOG": "ERROR"}
        process = subprocess.Popen(
            [sys.executable, "app.py"], cwd=ROOT, env={**os.environ, **own}, start_new_session=True
        )
        address = f"http://127.0.0.1:{port}"
        try:
            httpx.Client(transport=httpx.HTTPTransport(retries=9)).get(f"{address}/studio/health", timeout=300)
            yield address
        finally:
            process.terminate()
            process.wait(60)


def visitor(address: str, number: int) -> httpx.Client:
    """A visitor with a network address of its own, who has loaded the page."""
    headers = {"x-forwarded-for": f"10.{number >> 8}.{number & 255}.7", "x-studio": "1"}
    client = httpx.Client(base_url=address, headers=headers, timeout=300)
    client.get("/").raise_for_status()
    return client


def paint(client: httpx.Client, seed: int) -> float:
    """Seconds until a picture is painted."""
    began = time.monotonic()
    call = {
        "pipeline": "generate.storybook",
        "settings": {"prompt": "a fox beside a house", "seed": seed},
        "inputs": {},
    }
    job = client.post("/studio/make", json=call).raise_for_status().json()["job"]
    while (
        state := next(one["state"] for one in client.get("/studio/state").json()["jobs"] if one["id"] == job)
    ) != "done":
        if state in ("failed", "cancelled"):
            raise SystemExit("The picture was not painted.")
        time.sleep(0.1)
    return time.monotonic() - began


def upload(client: httpx.Client, name: str, data: bytes) -> float:
    """Seconds until a file is taken or refused."""
    began = time.monotonic()
    client.post("/studio/upload", params={"name": name}, content=data)
    return time.monotonic() - began


def tell(client: httpx.Client, text: str) -> int:
    """The status of reading a story."""
    return client.post("/studio/films/story", json={"text": text}).status_code


def leave_after(client: httpx.Client, seconds: float) -> None:
    """Two hundred stories of one visitor, whose connections close after some seconds."""
    with ThreadPoolExecutor(STORIES) as asking:
        limits = httpx.Limits(max_connections=STORIES)
        own = httpx.Client(
            base_url=client.base_url, headers=client.headers, cookies=client.cookies, limits=limits, timeout=seconds
        )
        for _ in range(STORIES):
            asking.submit(tell, own, BRACKETS)


def book() -> bytes:
    """An EPUB of some kilobytes that unpacks to 30 MB of tags."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("META-INF/container.xml", '<container><rootfile full-path="a.opf"/></container>')
        archive.writestr(
            "a.opf",
            '<package><manifest><item id="a" href="a.html"/></manifest><spine><itemref idref="a"/></spine></package>',
        )
        archive.writestr("a.html", "<" * 30_000_000)
    return held.getvalue()


def measured(address: str, flood: Callable[[], object], work: Callable[[], float]) -> tuple[float, float]:
    """The p99 of the health route during a flood, and the seconds of another visitor's work."""
    over, waits = threading.Event(), list[float]()

    def look() -> None:
        with httpx.Client(base_url=address, timeout=120) as client:
            while not over.is_set():
                began = time.monotonic()
                client.get("/studio/health").raise_for_status()
                waits.append(time.monotonic() - began)
                time.sleep(0.05)

    with ThreadPoolExecutor(3) as beside:
        looking, flooding = beside.submit(look), beside.submit(flood)
        time.sleep(0.5)
        seconds = work()
        flooding.result()
        over.set()
        looking.result()
    return sorted(waits)[int(0.99 * (len(waits) - 1))], seconds


def main() -> None:
    """Print the three cases."""
    with served() as address:
        other, hostile = visitor(address, 1), visitor(address, 2)
        crowd = [visitor(address, 10 + number) for number in range(VISITORS)]
        paint(other, 0)  # a warm worker
        alone, photo_alone, bomb = paint(other, 1), upload(other, "a.jpg", PHOTO), book()

        def all_at_once(work: Callable[[httpx.Client], object], clients: list[httpx.Client]) -> list[object]:
            with ThreadPoolExecutor(len(clients)) as asking:
                return list(asking.map(work, clients))

        tell_all = lambda: print("answers:", sorted(map(str, all_at_once(lambda one: tell(one, STORY), crowd))))  # noqa: E731
        cases = (
            (
                f"{STORIES} stories of one visitor who leaves",
                lambda: leave_after(hostile, 3.0),
                lambda: paint(other, 2),
                alone,
            ),
            (f"{VISITORS} visitors with a story", tell_all, lambda: paint(other, 3), alone),
            (
                f"{BOOKS} books",
                lambda: all_at_once(lambda one: upload(one, "a.epub", bomb), crowd[:BOOKS]),
                lambda: upload(other, "b.jpg", PHOTO + b"\0"),
                photo_alone,
            ),
        )
        for name, flood, work, before in cases:
            health, seconds = measured(address, flood, work)
            print(
                f"{name}: health p99 {health:.2f} s, the other {seconds:.2f} s (alone {before:.2f}), load {os.getloadavg()[0]:.1f}"
            )


if __name__ == "__main__":
    main()

"""`python -m measure.flood`: how the page answers while visitors flood it with stories and books, beside the load of this machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from tests.books import epub

BRACKETS, STORY = "[" * 900, "A fox walks through the forest. An owl sees him and laughs. The fox finds a red ball."
PHOTO = Path("assets/samples/coffee.jpg").read_bytes()


@contextmanager
def serve() -> Iterator[str]:
    """The address of a studio of its own, behind a proxy that says who asks."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with tempfile.TemporaryDirectory() as home:
        own = os.environ | {"STUDIO_HOME": home, "PORT": port, "STUDIO_PROXIES": "1", "STUDIO_LOG": "ERROR"}
        process = subprocess.Popen([sys.executable, "app.py"], env=own)
        try:
            with httpx.Client(transport=httpx.HTTPTransport(retries=9), timeout=300) as client:
                client.get(f"http://127.0.0.1:{port}/studio/health")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(60)


def visitor(address: str, number: int) -> httpx.Client:
    """A visitor with a network address of its own, who has loaded the page."""
    headers = {"x-forwarded-for": f"10.0.{number}.7", "x-studio": "1"}
    client = httpx.Client(base_url=address, headers=headers, timeout=300, limits=httpx.Limits(max_connections=200))
    client.get("/").raise_for_status()
    return client


def paint(client: httpx.Client, seed: int) -> None:
    """Have a picture painted, and wait for it."""
    call = {"pipeline": "generate.storybook", "settings": {"prompt": "a fox by a house", "seed": seed}, "inputs": {}}
    id, state = client.post("/studio/make", json=call).raise_for_status().json()["job"], ""
    while state != "done":
        time.sleep(0.1)
        state = next(job["state"] for job in client.get("/studio/state").json()["jobs"] if job["id"] == id)
        if state in ("failed", "cancelled"):
            raise SystemExit("The picture was not painted.")


def post(client: httpx.Client, path: str, seconds: float = 300.0, **message: Any) -> int:
    """Send a message, and leave after some seconds; returns the status of the answer, 0 for none."""
    try:
        return client.post(f"/studio/{path}", timeout=seconds, **message).status_code
    except httpx.HTTPError:
        return 0


def at_once(work: Callable[[httpx.Client], int], clients: Iterable[httpx.Client]) -> Counter[int]:
    """How often each status was the answer to requests that were all sent at once."""
    with ThreadPoolExecutor(200) as asking:
        return Counter(asking.map(work, clients))


def seconds_of(work: Callable[[], object]) -> float:
    """How long work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def show(name: str, address: str, flood: Callable[[], Counter[int]], work: Callable[[], object], alone: float) -> None:
    """Print the health route's p99 during a flood, another visitor's time, and the answers of the flood."""
    over, waits = threading.Event(), list[float]()

    def look() -> None:
        with httpx.Client(base_url=address, timeout=120) as client:
            while not over.wait(0.05):
                waits.append(seconds_of(lambda: client.get("/studio/health").raise_for_status()))

    with ThreadPoolExecutor(2) as beside:
        looking, flooding = beside.submit(look), beside.submit(flood)
        time.sleep(0.5)
        seconds, answers = seconds_of(work), dict(flooding.result())
        over.set()
        looking.result()
    p99, load = sorted(waits)[int(0.99 * (len(waits) - 1))], os.getloadavg()[0]
    print(f"{name}: health p99 {p99:.2f} s, other {seconds:.2f} s (alone {alone:.2f}), {answers}, load {load:.1f}")


def main() -> None:
    """Print the three cases."""
    with serve() as address:
        other, hostile, *crowd = (visitor(address, number) for number in range(52))
        photo = partial(post, other, "upload?name=a.jpg", content=PHOTO)
        paint(other, 0)  # a warm worker
        painted, sent = seconds_of(partial(paint, other, 1)), seconds_of(photo)
        leave = partial(post, path="films/story", json={"text": BRACKETS}, seconds=3.0)
        show("200 stories", address, partial(at_once, leave, [hostile] * 200), partial(paint, other, 2), painted)
        tell = partial(post, path="films/story", json={"text": STORY})
        show("50 visitors", address, partial(at_once, tell, crowd), partial(paint, other, 3), painted)
        book = partial(post, path="upload?name=a.epub", content=epub(OPS__one_xhtml="<" * 30_000_000))
        show("6 books", address, partial(at_once, book, crowd[:6]), photo, sent)


if __name__ == "__main__":
    main()

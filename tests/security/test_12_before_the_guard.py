"""Finding 12, once more: an answer that nobody reads ends, and slow uploads hold no places."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
import uvicorn

from pipelines.core.settings import Refusal
from studio.access.connections import Limits, guard
from studio.storage.arrivals import AT_ONCE_ADDRESS, AT_ONCE_TOTAL, YOUNG_SECONDS, Arrivals, GaveWay
from tests.fixtures import Clock, run_async, until

pytestmark = pytest.mark.slow

BLOCK = b"x" * 100_000


async def endless(scope, receive, send) -> None:
    """An application whose answers never end."""
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    while True:
        await send({"type": "http.response.body", "body": BLOCK, "more_body": True})
        await asyncio.sleep(0.001)  # to a connection that has ended uvicorn sends without a pause


@contextmanager
def serve_guarded(limits: Limits) -> Iterator[tuple[uvicorn.Server, int]]:
    """A server as Gradio starts it, with these limits; its answers never end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(endless, log_level="error", timeout_keep_alive=600, lifespan="off"))
        guard(server, limits)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield server, listening.getsockname()[1]
        server.should_exit = server.force_exit = True
        thread.join(10)


def connect(port: int, address: str = "127.0.0.1") -> socket.socket:
    """A connection from an address on which a request was sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=20, source_address=(address, 0))
    connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    return connection


def test_an_answer_that_nobody_reads_is_ended():
    with serve_guarded(Limits(header_seconds=0.5, unread_seconds=0.5)) as (server, port), connect(port) as connection:
        assert connection.recv(12) == b"HTTP/1.1 200"
        until(lambda: not server.server_state.connections)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_busy_connections_of_a_few_addresses_do_not_keep_another_out():
    with serve_guarded(Limits(total=20, of_address=10)) as (server, port), ExitStack() as stack:
        for number in range(20):
            stack.enter_context(connect(port, f"127.0.0.{2 + number % 2}"))
            until(lambda count=number: len(server.server_state.connections) > count)
        assert stack.enter_context(connect(port, "127.0.0.9")).recv(12) == b"HTTP/1.1 200"
        until(lambda: len(server.server_state.connections) == 20)  # one of the others was ended


# places for uploads


@pytest.fixture
def arrivals(studio) -> Arrivals:
    found = Arrivals(studio.store, clock=Clock())
    studio.store.quota_bytes = 10**12
    return found


async def silent() -> dict:
    await asyncio.sleep(600)
    return {}


class Upload:
    """One upload that has sent so many bytes and then waits."""

    def __init__(self, arrivals: Arrivals, session: str, address: str, sent: int = 0) -> None:
        self.arrivals, self.session, self.address, self.sent = arrivals, session, address, sent
        self.problem: Exception | None = None
        self.ready = asyncio.Event()
        self.task = asyncio.ensure_future(self.run())

    async def run(self) -> None:
        async def first() -> dict:
            return {"type": "http.request", "body": bytes(self.sent), "more_body": True}

        given = [first] if self.sent else []

        async def receive() -> dict:
            return await (given.pop() if given else silent)()

        try:
            async with self.arrivals.arriving(self.session, self.address, 0, receive) as take:
                if self.sent:
                    await take()
                self.ready.set()
                await take()
        except Refusal as problem:
            self.problem = problem
        finally:
            self.ready.set()


async def begun(*uploads: Upload) -> None:
    for one in uploads:
        await one.ready.wait()


async def ending(uploads) -> None:
    for one in uploads:
        one.task.cancel()
    await asyncio.gather(*(one.task for one in uploads), return_exceptions=True)


def fill_places(arrivals: Arrivals, addresses: int, sent: int = 0) -> list[Upload]:
    """All places, held from so many addresses by sessions of six uploads at most."""
    return [
        Upload(arrivals, f"s{number % addresses}-{number // addresses // 6}", f"a{number % addresses}", sent)
        for number in range(AT_ONCE_TOTAL)
    ]


def test_strangers_with_four_addresses_do_not_keep_a_fifth_out(arrivals):
    async def work() -> None:
        uploads = fill_places(arrivals, 4)
        await begun(*uploads)
        early = Upload(arrivals, "mine", "mine")
        await begun(early)
        assert isinstance(early.problem, Refusal)  # nobody is stopped who has only just begun
        arrivals.clock.now += YOUNG_SECONDS + 1
        mine = Upload(arrivals, "mine", "mine")
        await begun(mine)
        assert mine.problem is None
        await asyncio.sleep(0.05)
        gone = [one for one in uploads if one.problem is not None]
        assert len(gone) == 1 and isinstance(gone[0].problem, GaveWay) and gone[0].problem.status == 503
        assert len(arrivals.open) == AT_ONCE_TOTAL
        await ending([*uploads, mine])
        assert not arrivals.open and arrivals.store._arriving.held() == 0

    run_async(work())


def test_many_addresses_with_one_slow_upload_each_give_way_and_quick_ones_do_not(arrivals):
    async def work() -> None:
        uploads = fill_places(arrivals, AT_ONCE_TOTAL, sent=600_000)
        await begun(*uploads)
        arrivals.clock.now += YOUNG_SECONDS  # 60 kB a second
        refused = Upload(arrivals, "mine", "mine")
        await begun(refused)
        assert isinstance(refused.problem, Refusal) and not any(upload.problem for upload in uploads)
        arrivals.clock.now += 10  # 30 kB a second
        mine = Upload(arrivals, "mine", "mine")
        await begun(mine)
        await asyncio.sleep(0.05)
        assert mine.problem is None and sum(isinstance(upload.problem, GaveWay) for upload in uploads) == 1
        await ending([*uploads, mine])

    run_async(work())


def test_one_visitor_of_a_network_does_not_keep_its_others_out(arrivals):
    async def work() -> None:
        uploads = [Upload(arrivals, f"s{number // 6}", "office") for number in range(AT_ONCE_ADDRESS)]
        await begun(*uploads)
        arrivals.clock.now += YOUNG_SECONDS + 1
        mine = Upload(arrivals, "mine", "office")
        await begun(mine)
        assert mine.problem is None
        await ending([*uploads, mine])

    run_async(work())


def test_what_a_visitor_uploads_is_counted_once(studio, tmp_path):
    """Gradio's uploads lie in a folder that is counted too: what has arrived there is not counted as arriving as well."""
    lying = {"mine": 0}
    arrivals = Arrivals(studio.store, lambda session: lying.get(session, 0))
    studio.store.quota_bytes = 10_000_000

    async def work() -> None:
        async def receive() -> dict:
            lying["mine"] += 3_000_000
            return {"type": "http.request", "body": bytes(3_000_000), "more_body": True}

        async with arrivals.arriving("mine", "a", 9_000_000, receive, lies=True) as take:
            for _ in range(3):
                await take()
            with pytest.raises(Refusal, match="does not fit"):
                await take()

    run_async(work())

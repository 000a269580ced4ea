"""Finding 5: REST and MCP calls that wait hold no thread, are bounded, and stop waiting when their client goes."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.access.concurrency import AtOnce
from studio.engine.pending_calls import GAVE_WAY, PendingCalls
from tests.asgi import Page, page_here
from tests.fixtures import picture, run_async, until
from tests.security.running import ask, session
from tests.security.test_13_gradio_routes import call_by_rest, file_data, upload
from tests.security.with_accounts import tool_call

pytestmark = pytest.mark.slow


def test_many_wait_on_one_thread():
    ready, threads = threading.Event(), set[int]()

    def look():
        threads.add(threading.get_ident())
        return "made" if ready.is_set() else None

    async def work():
        waiting = PendingCalls(most=500)
        before = threading.active_count()
        tasks = [asyncio.create_task(waiting.until(look, session=str(n))) for n in range(400)]
        await asyncio.sleep(0.5)
        assert len(waiting.waiters) == 400 and threading.active_count() <= before + 3
        ready.set()
        assert set(await asyncio.gather(*tasks)) == {"made"}
        assert waiting.waiters == []

    run_async(work())


@contextmanager
def hold_calls(waiting: PendingCalls, who: list[tuple[str, str]]) -> Iterator[list[asyncio.Task]]:
    """Calls of these sessions and addresses that wait for nothing."""
    tasks = [asyncio.create_task(waiting.until(lambda: None, session=s, address=a)) for s, a in who]
    yield tasks
    for task in tasks:
        task.cancel()


def test_waiting_is_bounded_for_a_session_an_address_and_all():
    async def work():
        waiting = PendingCalls(most=4, of_session=2, of_address=3)
        with hold_calls(waiting, [("a", "1"), ("a", "1"), ("b", "1"), ("c", "2")]) as tasks:
            await asyncio.sleep(0)
            for session, address in (("a", "9"), ("z", "1")):
                with pytest.raises(Refusal, match="calls of yours are waiting"):
                    await waiting.until(lambda: None, session=session, address=address)
            tasks[0].cancel()
            await asyncio.gather(*tasks[:1], return_exceptions=True)
            assert await waiting.until(lambda: 1, session="z", address="9") == 1
        await asyncio.gather(*tasks, return_exceptions=True)
        assert waiting.waiters == []
        full = PendingCalls(most=3)  # each of three addresses has one, so nobody has to give way
        with hold_calls(full, [(name, name) for name in "123"]):
            await asyncio.sleep(0)
            with pytest.raises(Refusal, match="studio is very busy"):
                await full.until(lambda: None, session="z", address="9")

    run_async(work())


def test_waiting_calls_of_two_addresses_do_not_keep_a_third_out():
    async def work() -> None:
        waiting = PendingCalls(most=32)
        with hold_calls(waiting, [(f"s{n // 8}", f"192.0.2.{n // 16}") for n in range(32)]) as tasks:
            await asyncio.sleep(0.05)
            assert await asyncio.wait_for(waiting.until(lambda: "made", session="m", address="192.0.2.9"), 10) == "made"
            gone = [task for task in tasks if task.done()]
            assert len(gone) == 1 and GAVE_WAY in str(gone[0].exception())
            with pytest.raises(Refusal):
                waiting.check("another", "192.0.2.1")  # an address that has all of its own

    run_async(work())


def test_what_a_look_raises_is_raised_to_that_caller_only():
    def broken():
        raise Refusal("The job was cancelled.")

    async def work():
        waiting = PendingCalls()
        good = asyncio.create_task(waiting.until(lambda: "made", session="a"))
        with pytest.raises(Refusal, match="cancelled"):
            await waiting.until(broken, session="b")
        assert await good == "made"
        with pytest.raises(asyncio.TimeoutError):
            await waiting.until(lambda: None, session="c", seconds=0.3)

    run_async(work())


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with page_here(tmp_path_factory.mktemp("waiting") / "home") as running:
        yield running


def begin(server: Page, cookie: str, steps: int, at: str) -> str:
    body = json.dumps({"data": [file_data(at), steps, "stuck"]}).encode()
    answer = ask(server, "/gradio_api/call/stylize_slow", "POST", body, Cookie=cookie, Content_Type="application/json")
    return json.loads(answer.text)["event_id"]


def photo(server: Page, cookie: str, tmp_path: Path) -> str:
    picture(80, 60, seed=2).save(tmp_path / "photo.png")
    return json.loads(upload(server, cookie, data=(tmp_path / "photo.png").read_bytes()).text)[0]


def test_slow_calls_do_not_close_the_door(server, tmp_path):
    """Four slow calls of the same endpoint held it on the code of before; now the fifth and others are answered."""
    cookie = session(server)
    at = photo(server, cookie, tmp_path)
    for number in range(6):
        begin(server, cookie, 990 + number, at)
    until_waiting(server, cookie, 6)
    other = session(server)
    theirs = photo(server, other, tmp_path)
    event, answer = call_by_rest(server, other, "stylize_slow", [file_data(at), 3, "stuck"])
    assert event == "error" and "Upload the file" in answer
    event, answer = call_by_rest(server, cookie, "film_storyboard", ["A fox walks home."])
    assert event == "complete"
    for number in range(4):
        begin(server, cookie, 980 + number, at)
    until_waiting(server, cookie, 8)
    event, answer = call_by_rest(server, cookie, "stylize_slow", [file_data(theirs), 3, "stuck"])
    assert event == "error" and "8 calls of yours are waiting" in answer
    for job in json.loads(ask(server, "/studio/state", Cookie=cookie).text)["jobs"]:
        ask(server, f"/studio/jobs/{job['id']}/cancel", "POST", b"{}", Cookie=cookie, x_studio="1")


def until_waiting(server: Page, cookie: str, count: int) -> None:
    """Wait until so many calls of a visitor have become jobs, and wait for them."""
    until(lambda: len(json.loads(ask(server, "/studio/state", Cookie=cookie).text)["jobs"]) >= count)
    until(lambda: len(server.studio.waiting.waiters) >= count)


def leave(server: Page, texts: list[str]) -> None:
    """Send requests and go away without an answer."""
    with ExitStack() as held:
        for text in texts:
            connection = held.enter_context(socket.create_connection(("127.0.0.1", server.port)))
            connection.sendall(text.encode())
        until(lambda: len(server.studio.waiting.waiters) >= len(texts))


def request_of(server: Page, cookie: str, way: str, at: str, tmp_path: Path) -> str:
    """A call that waits long, as its client sends it."""
    if way == "call":
        return f"GET /gradio_api/call/stylize_slow/{begin(server, cookie, 1000, at)} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
    path, body = "/gradio_api/run/stylize_slow", {"data": [file_data(at), 1000, "stuck"]}
    if way == "mcp":
        inline = "data:image/png;base64," + base64.b64encode((tmp_path / "photo.png").read_bytes()).decode()
        path, body = "/gradio_api/mcp/", tool_call("stylize_slow", content=inline, steps=1000, mode="stuck")
    said = json.dumps(body)
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\ncontent-type: application/json\r\n"
        f"accept: application/json, text/event-stream\r\ncontent-length: {len(said)}\r\n\r\n{said}"
    )


@pytest.mark.parametrize("way", ["call", "run", "mcp"])
def test_clients_that_go_leave_their_places(server, tmp_path, way):
    cookie = session(server)
    at = photo(server, cookie, tmp_path)
    theirs = photo(server, session(server), tmp_path)
    for _ in range(2):  # a session may have eight, so the second five find places only if the first have left theirs
        leave(server, [request_of(server, cookie, way, at, tmp_path) for _ in range(5)])
        until(
            lambda: (
                "Upload the file" in call_by_rest(server, cookie, "stylize_slow", [file_data(theirs), 3, "stuck"])[1]
            )
        )


def test_places_are_bounded_for_one_for_an_address_and_for_all_and_come_back():
    places = AtOnce("export", total=3, each=1)
    with ExitStack() as held:
        held.enter_context(places.of("ada"))
        held.enter_context(places.of("ben"))
        held.enter_context(places.of("cleo"))
        for session, reason in (("ada", "of yours"), ("dora", "very busy")):
            with pytest.raises(Refusal, match=reason), places.of(session):
                pass
    for session in ("ada", "dora"):
        with pytest.raises(ZeroDivisionError), places.of(session):
            raise ZeroDivisionError
    halves = AtOnce("export", total=2, each=1)
    with halves.of("a", "192.0.2.1"), pytest.raises(Refusal, match="your network"), halves.of("b", "192.0.2.1"):
        pass
    with halves.of("a", "127.0.0.1"), halves.of("b", "127.0.0.1"):  # a laptop, or a proxy that nobody told of
        pass
    assert not halves._held and not halves._near

"""Finding 5: REST and MCP calls that wait hold no thread, are bounded, and stop waiting when their client goes."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.engine.waiting import Waiting
from tests.asgi import Page, page_here
from tests.fixtures import picture
from tests.security.running import ask, session, until
from tests.security.test_13_gradio_routes import called, file_data, tool, upload

pytestmark = pytest.mark.slow


def run(work):
    with ThreadPoolExecutor(1) as thread:  # a thread of its own: Playwright leaves a loop running in this one
        return thread.submit(asyncio.run, work()).result(60)


def test_many_wait_on_one_thread():
    ready, threads = threading.Event(), set[int]()

    def look():
        threads.add(threading.get_ident())
        return "made" if ready.is_set() else None

    async def work():
        waiting = Waiting(most=500)
        before = threading.active_count()
        tasks = [asyncio.create_task(waiting.until(look, session=str(n))) for n in range(400)]
        await asyncio.sleep(0.5)
        assert len(waiting.waiters) == 400 and threading.active_count() <= before + 3
        ready.set()
        assert set(await asyncio.gather(*tasks)) == {"made"}
        assert waiting.waiters == []

    run(work)


def test_waiting_is_bounded_for_a_session_an_address_and_all():
    async def refused(waiting, **who):
        with pytest.raises(Refusal, match="waiting"):
            await waiting.until(lambda: None, **who)

    async def work():
        waiting = Waiting(most=4, of_session=2, of_address=3)
        who = [("a", "1"), ("a", "1"), ("b", "1"), ("c", "2")]
        tasks = [asyncio.create_task(waiting.until(lambda: None, session=s, address=a)) for s, a in who]
        await asyncio.sleep(0)
        await refused(waiting, session="a", address="9")
        await refused(waiting, session="z", address="1")
        tasks[0].cancel()
        await asyncio.gather(*tasks[:1], return_exceptions=True)
        assert await waiting.until(lambda: 1, session="z", address="9") == 1
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert waiting.waiters == []
        full = Waiting(most=3)  # each of three addresses has one, so nobody has to give way
        tasks = [asyncio.create_task(full.until(lambda: None, session=name, address=name)) for name in "123"]
        await asyncio.sleep(0)
        await refused(full, session="z", address="9")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert full.waiters == []

    run(work)


def test_what_a_look_raises_is_raised_to_that_caller_only():
    def broken():
        raise Refusal("The job was cancelled.")

    async def work():
        waiting = Waiting()
        good = asyncio.create_task(waiting.until(lambda: "made", session="a"))
        with pytest.raises(Refusal, match="cancelled"):
            await waiting.until(broken, session="b")
        assert await good == "made"
        with pytest.raises(asyncio.TimeoutError):
            await waiting.until(lambda: None, session="c", seconds=0.3)

    run(work)


def test_a_client_that_goes_stops_waiting():
    async def work():
        waiting = Waiting()
        waiting.opened("s")
        task = asyncio.create_task(waiting.until(lambda: None, session="a", stream="s"))
        await asyncio.sleep(0.05)
        waiting.closed("s")
        with pytest.raises(Refusal, match="has gone"):
            await task
        assert waiting.waiters == [] and not waiting._open

    run(work)


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
    event, said = called(server, other, "stylize_slow", [file_data(at), 3, "stuck"])
    assert event == "error" and "Upload the file" in said
    event, said = called(server, cookie, "film_storyboard", ["A fox walks home."])
    assert event == "complete"
    for number in range(4):
        begin(server, cookie, 980 + number, at)
    until_waiting(server, cookie, 8)
    event, said = called(server, cookie, "stylize_slow", [file_data(theirs), 3, "stuck"])
    assert event == "error" and "waiting already" in said
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
        arguments = {"content": inline, "steps": 1000, "mode": "stuck"}
        path = "/gradio_api/mcp/"
        body = {
            "jsonrpc": "2.0",
            "id": 1,
            "method": "tools/call",
            "params": {"name": "stylize_slow", "arguments": arguments},
        }
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
        until(lambda: "Upload the file" in called(server, cookie, "stylize_slow", [file_data(theirs), 3, "stuck"])[1])
    assert tool(server, {}, Cookie=cookie).status == 200

"""A server as a process, a Chromium, and one fresh visitor per test; every console error fails the test that saw it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from studio.storage.timing import PAINTER, Painter, keep_painter
from tests.browser.fixtures import PATIENCE
from tests.fixtures import picture

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The page as a process on `port`, with its folder at `home`."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.environment = home, environment
        if not home.exists():
            home.mkdir(mode=0o700, parents=True)
            # so that no server of the tests measures the machine for its card
            keep_painter(home, Painter("cpu", 0, 0.5))
            (home / PAINTER).chmod(0o600)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        self.log = home.with_suffix(".log")
        self.start()

    def start(self) -> None:
        environment = (
            os.environ
            | {"STUDIO_HOME": str(self.home), "PORT": str(self.port), "REAL": os.environ.get("STUDIO_TEST_REAL", "1")}
            | self.environment
        )
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.server"], cwd=ROOT, env=environment, stdout=log, stderr=log
            )
        end = time.monotonic() + 240  # a busy machine starts slowly
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text()[-3000:])
            try:
                with urllib.request.urlopen(self.url + "studio/health", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        self.kill()
        raise RuntimeError("the server did not come up: " + self.log.read_text()[-3000:])

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()


@pytest.fixture(scope="session")
def real_server(tmp_path_factory) -> Iterator[Server]:
    """The page with the real methods, and stub methods in its tab Stylize."""
    running = Server(tmp_path_factory.mktemp("server") / "home")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def film_server(tmp_path_factory) -> Iterator[Server]:
    """The same, with the stubs of tests/studio/film_stubs.py for what a film is made with."""
    running = Server(tmp_path_factory.mktemp("films") / "home", FILM="stubs")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def server(real_server: Server) -> Server:
    """The server that a test visits, unless its file says otherwise."""
    return real_server


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "garden.png"
    picture(320, 240, seed=4).save(path)
    return path


ALLOWED = ("favicon", "net::ERR_ABORTED")  # a navigation ends requests that are under way
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="session")
def chromium(chromium: Browser) -> Browser:
    """One whose visitors wish no movements: those cost more than all else while a page waits."""
    begin = chromium.new_context
    chromium.new_context = lambda **settings: begin(**{"reduced_motion": "reduce"} | settings)  # type: ignore[method-assign]
    return chromium


@contextmanager
def visiting(chromium: Browser, **settings: Any) -> Iterator[BrowserContext]:
    """A fresh visitor; what goes wrong in its page is a problem of the test."""
    context = chromium.new_context(**settings)
    problems: list[str] = []
    context.add_init_script("try { localStorage.setItem('studio-film-controls', 'shown'); } catch {}")
    context.on("weberror", lambda error: problems.append(f"{error.error} {getattr(error.error, 'stack', '')}"))
    yield context
    context.close()
    assert not [one for one in problems if not any(word in one for word in ALLOWED)], problems


@pytest.fixture
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    with visiting(chromium, **DESK) as context:
        yield context


@pytest.fixture
def phone(chromium: Browser) -> Iterator[BrowserContext]:
    """A visitor with a phone."""
    with visiting(chromium, **PHONE) as context:
        yield context


@pytest.fixture(scope="module")
def opened_once(chromium: Browser, server: Server) -> Iterator[Page]:
    with visiting(chromium, **DESK) as context:
        yield open_page(context, server)


@pytest.fixture
def same_page(opened_once: Page) -> Page:
    """The tab Stylize of a page that is loaded once for a file, for tests that make nothing and leave nothing open."""
    opened_once.set_viewport_size({"width": 1440, "height": 900})
    opened_once.get_by_role("tab", name="Stylize", exact=True).click()
    opened_once.wait_for_selector("studio-slot .well:visible")
    return opened_once


@pytest.fixture
def page(visitor: BrowserContext, server: Server) -> Page:
    return open_page(visitor, server)


def open_page(context: BrowserContext, server: Server) -> Page:
    opened = context.new_page()
    opened.goto(server.url)
    opened.get_by_role("tab", name="Stylize", exact=True).click(timeout=90_000)
    opened.wait_for_selector("studio-slot .well:visible")
    opened.wait_for_selector("studio-shelf .cards", state="attached")
    return opened


def until(page: Page, true: Callable[[], object]) -> None:
    """Wait for what no locator says."""
    end = time.monotonic() + PATIENCE / 1000
    while not true():
        assert time.monotonic() < end, "it took too long"
        page.wait_for_timeout(50)


def wait_until_still(page: Page) -> None:
    """Wait until no request is under way and what was to be drawn is drawn."""
    page.wait_for_load_state("networkidle")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))")


def wait_for_hand_over(page: Page) -> None:
    """Wait until what was written and chosen has left the editor and the form, which hand it over when typing has stopped."""
    page.wait_for_function(
        "[...document.querySelectorAll('studio-writing, studio-form')].every(one => !one.pending && !one.waiting)"
    )


def fill(page: Page, slot: str, path: Path) -> None:
    page.set_input_files(f"studio-slot[name={slot}] input", str(path))
    page.wait_for_selector(f"studio-slot[name={slot}].filled")


def method(page: Page, title: str) -> None:
    """Choose a method in the open tab, in whichever group it stands."""
    methods = page.locator("studio-methods:visible")
    one = methods.locator(".method").filter(has=page.get_by_text(title, exact=True))
    if one.get_attribute("hidden") is not None:
        group = one.get_attribute("data-group")
        methods.locator(".chip", has_text=group).click()
    methods.get_by_label(title, exact=True).check(force=True)


def press(page: Page, verb: str) -> None:
    page.get_by_role("button", name=verb, exact=True).click()


STILL = "document.getAnimations().every(one => one.playState !== 'running' || one.effect.getTiming().iterations > 1)"


def check_axe(page: Page, where: str) -> None:
    page.wait_for_function(STILL)  # a colour on its way to another has a contrast of its own
    options = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
    rows = [
        f"{rule['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:160]}"
        for rule in Axe().run(page, options=options).response["violations"]
        for node in rule["nodes"]
    ]
    assert not rows, where + "\n" + "\n".join(rows)


def open_tab(page: Page, tab: str, title: str = "") -> None:
    """Open a tab, and choose a method in it."""
    page.get_by_role("tab", name=tab, exact=True).click()
    expect(page.get_by_role("tab", name=tab, exact=True)).to_have_attribute("aria-selected", "true")
    if title:
        method(page, title)


def write(page: Page, words: str) -> None:
    """Write into the editor of the open tab."""
    area = page.locator("studio-writing:visible textarea").first
    area.fill(words)
    area.blur()
    wait_for_hand_over(page)


def wash(page: Page, photo: Path) -> None:
    """The quick stub method, from an empty page to a result."""
    method(page, "Wash")
    fill(page, "content", photo)
    press(page, "Wash it")
    page.wait_for_selector(".result .compare img")


def call(page: Page, verb: str, path: str, body: object = None) -> dict[str, Any]:
    """What the studio answers to this visitor."""
    there = urlsplit(page.url)
    answer = page.request.fetch(
        f"{there.scheme}://{there.netloc}/studio/{path}",
        method=verb,
        headers={"x-studio": "1"},
        data=None if verb == "GET" else json.dumps(body),
    )
    assert answer.ok, answer.text()
    return answer.json()


def upload(page: Page, path: Path) -> str:
    """The id of a file that is brought to the shelf."""
    there = urlsplit(page.url)
    answer = page.request.post(
        f"{there.scheme}://{there.netloc}/studio/upload?name={path.name}",
        headers={"x-studio": "1"},
        data=path.read_bytes(),
    )
    return str(answer.json()["id"])


def download(page: Page, link: Locator, folder: Path) -> Path:
    """What a click on a link downloads."""
    with page.expect_download() as caught:
        link.click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path

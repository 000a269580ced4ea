"""A server as a process, a Chromium, and one fresh visitor per test; every console error fails the test that saw it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.fixtures import PATIENCE
from tests.fixtures import picture

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """The page as a process on `port`, with its folder at `home`."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home, self.environment = home, environment
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
def server(tmp_path_factory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("server") / "home")
    yield running
    running.stop()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "garden.png"
    picture(320, 240, seed=4).save(path)
    return path


ALLOWED = ("favicon", "net::ERR_ABORTED")  # a navigation ends requests that are under way


@pytest.fixture
def visitor(chromium: Browser, server: Server) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    problems: list[str] = []
    context.on("weberror", lambda error: problems.append(str(error.error)))
    yield context
    context.close()
    assert not [one for one in problems if not any(word in one for word in ALLOWED)], problems


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

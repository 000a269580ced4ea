"""The demonstration: what its script says is pressed in a real Chromium, from the first press to the last, at a stand that resets itself."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from studio.commands.demo import SEED, Act, acts, script, start_of
from studio.web.sendto import Start
from studio.web.tabs import board
from tests.browser.conftest import DESK, ROOT, Server, visiting, wait_for_hand_over
from tests.cluster.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.weights]
LONG = 240_000


def play(page: Page, act: Act) -> float:
    """Press what the script says and wait for what is seen; gives the seconds."""
    begun = time.monotonic()
    tab = page.get_by_role("tab", name=act.tab, exact=True)
    if tab.get_attribute("aria-selected", timeout=LONG) != "true":
        tab.click(timeout=LONG)
    for name in act.press:
        words = re.compile(re.escape(name))
        pressed = page.get_by_role("button", name=words).or_(page.get_by_role("link", name=words))
        pressed.filter(visible=True).first.click(timeout=LONG)
        if (start := start_of(board(), act)) and start.title == name:
            wait_for_example(page, start)
    seen = page.locator(act.look).first
    expect(seen).to_be_visible(timeout=LONG)
    if act.says:
        expect(seen).to_contain_text(act.says, timeout=LONG)
    return time.monotonic() - begun


def wait_for_example(page: Page, start: Start) -> None:
    """Wait until an example stands in the form: its files in their slots, its words in their fields."""
    for slot in start.slots:
        page.locator(f"studio-slot[name={slot}].filled").filter(visible=True).first.wait_for(timeout=LONG)
    for words in (value for value in start.settings.values() if isinstance(value, str) and " " in value):
        there = "words => [...document.querySelectorAll('textarea, input')].some(one => one.value === words)"
        page.wait_for_function(there, arg=words, timeout=LONG)
    wait_for_hand_over(page)


def stand(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}?kiosk=1&idle=900")
    page.wait_for_selector("html.kiosk", state="attached", timeout=LONG)
    return page


def test_every_act_is_whole():
    assert len(acts()) == 6 and len({act.tab for act in acts()}) == 6
    tabs = board()
    assert {(start_of(tabs, act).pipeline if start_of(tabs, act) else "") for act in acts()} == {
        "",
        "generate.storybook",
        "stylize.painting",
        "narrate.speak",
        "lab.score",
        "detect.examine",
    }
    said = "\n".join(script("http://127.0.0.1:7860/"))
    assert all(act.seen in said and f"“{act.press[-1]}”" in said for act in acts())


def test_an_act_at_a_stand(visitor: BrowserContext, server: Server):
    page = stand(visitor, server.url)
    play(page, next(act for act in acts() if act.tab == "Film"))
    play(page, next(act for act in acts() if act.tab == "Stylize"))


@pytest.mark.long
def test_the_six_acts_from_the_first_press_to_the_last(chromium: Browser, tmp_path: Path):
    port, output = free_port(), tmp_path / "said.txt"
    environment = os.environ | {"STUDIO_HOME": str(tmp_path / "home"), "PYTHONUNBUFFERED": "1"}
    with output.open("w") as file:
        command = [sys.executable, "-m", "studio", "demo", "--port", str(port)]
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT)
    try:
        end = time.monotonic() + 600
        while "Ctrl-C ends it" not in output.read_text():
            assert running.poll() is None and time.monotonic() < end, output.read_text()[-3000:]
            time.sleep(0.5)
        assert output.read_text().count("   warm: ") == 5
        with visiting(chromium, **DESK) as context:
            page = stand(context, f"http://127.0.0.1:{port}/")
            for number, act in enumerate(acts(), 1):
                print(f"act {number}, {act.title}: {play(page, act):.1f} s")
            shelf = page.request.get(f"http://127.0.0.1:{port}/studio/shelf", headers={"x-studio": "1"}).json()["cards"]
            painted = next(card for card in shelf if card["pipeline"] == "generate.storybook")
            details = page.request.get(
                f"http://127.0.0.1:{port}/studio/artifacts/{painted['id']}", headers={"x-studio": "1"}
            )
            assert {"seed": int(SEED)}.items() <= next(iter(details.json()["recipe"]["steps"].values()))[
                "settings"
            ].items()
    finally:
        running.send_signal(signal.SIGINT)
        assert running.wait(60) in (0, 130, -signal.SIGINT)

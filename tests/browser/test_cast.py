"""The cast of a film in a real Chromium: grandmother gets green glasses, and only what shows her is made again; she plays in the next film too."""

# ruff: noqa: F401, F811  (fixtures are imported by name)
from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import call, until
from tests.browser.test_film import LONG, SILENT, page, saved, server

pytestmark = [pytest.mark.browser, pytest.mark.weights]
SCENES = ("an old grandmother in a meadow", "a lighthouse by the sea")


def film_of(page: Page, scenes: tuple[str, ...]) -> str:
    shown = [
        {"id": f"s{n}", "picture": {"prompt": prompt}, "line": "", "seconds": 1.5, "transition": {"kind": "cut"}}
        for n, prompt in enumerate(scenes, 1)
    ]
    made = call(page, "POST", "films?size=draft", {"storyboard": {**SILENT, "title": "Green Glasses", "scenes": shown}})
    page.goto(page.url.split("#")[0] + f"#/film/{made['id']}")
    expect(page.locator(".scene-card")).to_have_count(len(scenes))
    return made["id"]


def stale(page: Page, film: str) -> set[str]:
    plan = call(page, "GET", f"films/{film}?size=draft")["plan"]
    return {step["key"] for step in plan["steps"] if step["state"] not in ("made", "given")}


def card(page: Page, word: str):
    return page.locator(f".cast-card[data-word={word}]")


def test_grandmother_gets_green_glasses_and_only_what_shows_her_is_made_again(page: Page, tmp_path: Path):
    film = film_of(page, SCENES)
    expect(page.locator(".cast-card")).to_have_count(1)
    grandmother = card(page, "grandmother")
    expect(grandmother).to_contain_text("In scene 1")
    expect(grandmother.locator("img")).to_be_visible()
    before = grandmother.locator("img").get_attribute("src")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("button", name="Make it full size")).to_be_visible(timeout=LONG)
    assert stale(page, film) == set()

    grandmother.get_by_role("button", name="Change: grandmother").click()
    box = page.locator("dialog.cast-dialog")
    box.get_by_text("Head", exact=True).click()
    box.get_by_label("Colour of the glasses").fill("#3f9a3c")
    expect(box.locator(".character-frame img")).not_to_have_attribute("src", before or "")
    box.get_by_role("button", name="Done").click()
    expect(grandmother.get_by_role("button", name="As described")).to_be_visible()
    saved(page)
    expect(grandmother.locator("img")).not_to_have_attribute("src", before or "")
    assert stale(page, film) | {"s1.picture"} == {"s1.picture", "s1.motion", "s1.segment", "cut"}
    expect(page.locator(".scene-card[data-id=s1] .badge")).to_be_visible()
    expect(page.locator(".scene-card[data-id=s2] .badge")).to_be_hidden()

    grandmother.get_by_role("button", name="More: grandmother").click()
    page.locator("dialog").get_by_role("button", name="Keep on the shelf").click()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.get_by_role("button", name="Make it full size")).to_be_visible(timeout=LONG)

    until(page, lambda: call(page, "GET", "shelf?kind=character")["cards"])

    film_of(page, ("a fox in the snow",))  # and in the next film
    page.get_by_role("button", name="More: fox").click()
    page.locator("dialog").get_by_role("button", name="From the shelf").click()
    page.locator("dialog .tile").first.click()
    film = f"films/{page.url.split('/film/')[1].split('/')[0]}?size=draft"
    until(page, lambda: "fox" in call(page, "GET", film)["storyboard"]["cast"])  # her file is read before she is cast
    playing = call(page, "GET", film)["storyboard"]["cast"]
    assert playing["fox"]["character"]["kind"] == "grandmother"
    assert playing["fox"]["character"]["changes"]["glasses_colour"] == "#3f9a3c"

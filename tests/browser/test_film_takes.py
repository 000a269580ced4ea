"""A tiny film in a real Chromium: scenes dragged, takes compared and approved, a server killed in mid-render, a phone."""

# ruff: noqa: F401, F811  (fixtures are imported by name)
from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server, call, until
from tests.browser.test_film import LONG, REAL, expect_lines, first_screen, page, render, saved, scenes, server, small

pytestmark = [pytest.mark.browser, pytest.mark.weights]
DONE = "Make it full size"


def fetch_open_film(page: Page) -> dict:
    """The film that is open, as the studio has it."""
    return call(page, "GET", f"films/{page.evaluate('localStorage.getItem(`studio-film-open`)')}?size=draft")


def artifacts(film: dict) -> dict[str, str]:
    """What is made, by step."""
    return {step["key"]: step["artifact"] for step in film["plan"]["steps"] if step["artifact"]}


def drag(page: Page, scene: int, to: int, after: bool) -> None:
    """Take a scene by its handle and let it go over the upper or lower half of another; both must be in view."""
    handle = scenes(page).nth(scene - 1).locator(".grip")
    handle.hover()  # which waits until nothing moves any more
    target, grip = scenes(page).nth(to - 1).bounding_box(), handle.bounding_box()
    page.mouse.move(grip["x"] + 8, grip["y"] + 8)
    page.mouse.down()
    page.mouse.move(grip["x"] + 30, grip["y"] + 30, steps=3)
    page.mouse.move(target["x"] + 60, target["y"] + target["height"] * (0.8 if after else 0.2), steps=6)
    page.mouse.up()


def test_scenes_are_dragged_to_another_place_and_back(page: Page, photo: Path):
    page.set_viewport_size({"width": 1440, "height": 3900})  # so that all three can be seen
    small(page, photo, scenes=3)
    for number, word in enumerate(("One.", "Two.", "Three."), 1):
        field = scenes(page).nth(number - 1).get_by_label("What is said")
        field.fill(word)
        field.blur()
    saved(page)
    drag(page, 1, to=3, after=True)
    expect_lines(page, ["Two.", "Three.", "One."])
    drag(page, 3, to=2, after=False)
    expect_lines(page, ["Two.", "One.", "Three."])
    drag(page, 1, to=1, after=True)  # onto itself: nothing happens
    expect_lines(page, ["Two.", "One.", "Three."])
    saved(page)
    assert [scene["line"] for scene in fetch_open_film(page)["storyboard"]["scenes"]] == ["Two.", "One.", "Three."]
    undo = page.locator(".film-head").get_by_role("button", name="Undo")
    undo.click()
    expect(page.get_by_label("What is said").first).to_have_value("Two.")
    expect(page.get_by_label("What is said").nth(1)).to_have_value("Three.")
    undo.click()
    expect(page.get_by_label("What is said").first).to_have_value("One.")
    page.reload()
    page.wait_for_selector(".scene-card")
    expect_lines(page, ["One.", "Two.", "Three."])


def test_another_take_is_made_compared_approved_and_taken_back(page: Page, photo: Path):
    small(page, photo, line="One, two.")
    render(page)
    before = artifacts(fetch_open_film(page))
    mark = scenes(page).first.get_by_role("button", name=re.compile("^Narration of scene 1: made"))
    mark.click()
    box = page.locator("dialog[open]")
    expect(box.locator(".take")).to_have_count(1)
    page.set_viewport_size({"width": 390, "height": 844})
    inside = box.bounding_box()
    assert inside["x"] >= 0 and inside["x"] + inside["width"] <= 390
    page.set_viewport_size({"width": 1440, "height": 900})
    box.get_by_role("button", name="Make another take").click()
    expect(box.locator(".take")).to_have_count(2, timeout=LONG)
    expect(box.locator("audio")).to_have_count(2)  # heard side by side
    expect(box.locator(".take[data-current]")).to_have_count(1)
    box.get_by_role("button", name="Approve take 2").click()
    expect(box.locator(".take").first).to_contain_text("In the film")
    page.keyboard.press("Escape")
    expect(mark).to_have_accessible_name(re.compile("2 takes"))
    expect(page.get_by_role("button", name="Make a draft")).to_be_enabled()
    film = fetch_open_film(page)
    stale = {step["key"] for step in film["plan"]["steps"] if step["state"] != "made" and step["state"] != "given"}
    assert "cut" in stale and not any(key.startswith("s2.") for key in stale), stale  # the other scene stays as it is
    assert artifacts(film)["s1.line"] != before["s1.line"]
    render(page)
    after = artifacts(fetch_open_film(page))
    assert after["cut"] != before["cut"] and after["s2.segment"] == before["s2.segment"]
    mark.click()
    box.get_by_role("button", name="Approve take 1").click()
    expect(box.locator(".take").last).to_contain_text("In the film")
    page.keyboard.press("Escape")
    expect(
        page.get_by_role("button", name=DONE)
    ).to_be_visible()  # the first film is still there: nothing is made again
    assert artifacts(fetch_open_film(page)) == before
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelector('.film-head [aria-label=Redo]').disabled === false")
    assert artifacts(fetch_open_film(page)) == after

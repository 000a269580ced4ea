"""A tiny film in a real Chromium: scenes dragged, takes compared and approved, a server killed in mid-render, a phone."""

# ruff: noqa: F401, F811  (fixtures are imported by name)
from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import Server
from tests.browser.test_film import (
    LONG,
    REAL,
    WITH_STUBS_AND_REAL,
    call,
    expect_lines,
    first,
    first_screen,
    render,
    saved,
    scenes,
    server,
    small,
)

pytestmark = [pytest.mark.browser, pytest.mark.weights]
DONE = "Up to date"


def opened(page: Page) -> dict:
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


def test_scenes_are_dragged_to_another_place_and_back(first: Page, photo: Path):
    page = first
    page.set_viewport_size({"width": 1440, "height": 2300})  # so that all three can be seen
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
    assert [scene["line"] for scene in opened(page)["storyboard"]["scenes"]] == ["Two.", "One.", "Three."]
    undo = page.locator(".film-head").get_by_role("button", name="Undo")
    undo.click()
    expect(page.get_by_label("What is said").first).to_have_value("Two.")
    expect(page.get_by_label("What is said").nth(1)).to_have_value("Three.")
    undo.click()
    expect(page.get_by_label("What is said").first).to_have_value("One.")
    page.reload()
    page.wait_for_selector(".scene-card")
    expect_lines(page, ["One.", "Two.", "Three."])


@WITH_STUBS_AND_REAL
def test_another_take_is_made_compared_approved_and_taken_back(first: Page, photo: Path):
    page = first
    small(page, photo, line="One, two.")
    render(page)
    before = artifacts(opened(page))
    mark = scenes(page).first.get_by_role("button", name=re.compile("^Narration of scene 1: made"))
    mark.click()
    box = page.locator("dialog[open]")
    expect(box.locator(".take")).to_have_count(1)
    box.get_by_role("button", name="Make another take").click()
    expect(box.locator(".take")).to_have_count(2, timeout=LONG)
    expect(box.locator("audio")).to_have_count(2)  # heard side by side
    expect(box.locator(".take[data-current]")).to_have_count(1)
    box.get_by_role("button", name="Approve take 2").click()
    expect(box.locator(".take").first).to_contain_text("In the film")
    page.keyboard.press("Escape")
    expect(mark).to_have_accessible_name(re.compile("2 takes"))
    expect(page.get_by_role("button", name="Make a draft")).to_be_enabled()
    film = opened(page)
    stale = {step["key"] for step in film["plan"]["steps"] if step["state"] != "made" and step["state"] != "given"}
    assert "cut" in stale and not any(key.startswith("s2.") for key in stale), stale  # the other scene stays as it is
    assert artifacts(film)["s1.line"] != before["s1.line"]
    render(page)
    after = artifacts(opened(page))
    assert after["cut"] != before["cut"] and after["s2.segment"] == before["s2.segment"]
    mark.click()
    box.get_by_role("button", name="Approve take 1").click()
    expect(box.locator(".take").last).to_contain_text("In the film")
    page.keyboard.press("Escape")
    expect(
        page.get_by_role("button", name=DONE)
    ).to_be_visible()  # the first film is still there: nothing is made again
    assert artifacts(opened(page)) == before
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    page.wait_for_function("document.querySelector('.film-head [aria-label=Redo]').disabled === false")
    assert artifacts(opened(page)) == after


@REAL
@pytest.mark.long
def test_a_scene_copied_split_and_deleted_costs_only_itself(first: Page, photo: Path):
    page = first
    small(page, photo, scenes=1, line="The boat is here. It goes home.")
    render(page)
    before = artifacts(opened(page))
    page.get_by_role("button", name="Duplicate scene 1").click()
    expect(scenes(page)).to_have_count(2)
    saved(page)
    made = artifacts(opened(page))
    copied = next(key for key in made if key.endswith(".line") and key != "s1.line")
    assert made[copied] == before["s1.line"]  # the same words are not spoken twice
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name=DONE)).to_be_visible()
    page.get_by_role("button", name="Split scene 1").click()
    expect(scenes(page)).to_have_count(2)
    expect_lines(page, ["The boat is here.", "It goes home."])
    page.get_by_role("button", name="Delete scene 2").click()
    expect(scenes(page)).to_have_count(1)
    page.locator(".toast").get_by_role("button", name="Undo").last.click()
    expect(scenes(page)).to_have_count(2)
    for left in (1, 2, 1):  # brought back, deleted, split
        page.locator(".film-head").get_by_role("button", name="Undo").click()
        expect(scenes(page)).to_have_count(left)
    expect(page.get_by_label("What is said")).to_have_value("The boat is here. It goes home.")
    expect(page.get_by_role("button", name=DONE)).to_be_visible()
    assert artifacts(opened(page)) == before


@pytest.mark.long
def test_the_server_is_killed_in_mid_render_and_goes_on_from_what_was_made(
    chromium: Browser, tmp_path_factory, photo: Path
):
    doomed = Server(tmp_path_factory.mktemp("doomed-film") / "home")
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        page.goto(doomed.url)
        page.wait_for_selector("studio-film .film-home")
        small(page, photo, line="One, two, three.")
        page.get_by_role("button", name="Make a draft").click()
        page.get_by_role("button", name="Stop", exact=True).wait_for()
        end, film = time.monotonic() + LONG / 1000, opened(page)
        while not {"s1.motion", "s2.motion"} & artifacts(film).keys():
            assert time.monotonic() < end and film["render"]["state"] == "running", film["render"]
            time.sleep(0.05)
            film = opened(page)
        doomed.kill()
        kept = artifacts(film)
        assert "cut" not in kept
        doomed.start()
        page.reload()
        page.wait_for_selector(".scene-card")  # the page finds the film again
        expect(page.get_by_label("What is said").first).to_have_value("One, two, three.")
        expect(page.get_by_role("button", name=DONE)).to_be_visible(timeout=LONG)  # and nobody had to press anything
        page.wait_for_selector(".film-frame video")
        film = opened(page)
        assert film["render"]["state"] == "done" and kept.items() <= artifacts(film).items()
        jobs = {}
        for job in call(page, "GET", "state")["jobs"]:
            jobs.setdefault(job["artifact"], []).append(job["state"])
        assert all(jobs.get(kept[key], ["done"]) == ["done"] for key in kept), (
            jobs
        )  # none of them was made a second time
        assert film["id"] == page.evaluate("localStorage.getItem('studio-film-open')")
    finally:
        context.close()
        doomed.stop()


@REAL
@pytest.mark.long
def test_a_film_is_made_and_its_takes_are_seen_on_a_phone(phone: BrowserContext, server: Server, photo: Path):
    page = first_screen(phone, server)
    small(page, photo, scenes=1, line="One.")
    wide = lambda: page.evaluate("document.documentElement.scrollWidth")  # noqa: E731
    page.get_by_role("button", name="Make a draft").tap()
    expect(page.get_by_role("button", name=DONE)).to_be_visible(timeout=LONG)
    expect(page.locator(".film-frame video")).to_be_visible()
    page.get_by_role("button", name="Duplicate scene 1").tap()
    expect(scenes(page)).to_have_count(2)
    page.get_by_role("button", name="Delete scene 2").tap()
    expect(scenes(page)).to_have_count(1)
    scenes(page).first.get_by_role("button", name=re.compile("^Narration of scene 1")).tap()
    box = page.locator("dialog[open]")
    expect(box.locator(".take")).to_have_count(1)
    inside = box.bounding_box()
    assert inside["x"] >= 0 and inside["x"] + inside["width"] <= 390 and wide() <= 390
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Animate", exact=True).tap()
    expect(page.locator("studio-methods:visible")).to_be_visible()
    page.reload()  # and the one that was open is open again
    expect(page.locator("studio-methods:visible")).to_be_visible()


@REAL
@pytest.mark.long
def test_a_draft_is_made_played_and_downloaded_by_keyboard_alone(first: Page, photo: Path):
    page = first
    small(page, photo, scenes=1)
    page.get_by_label("What is said").focus()
    for _ in range(60):  # with nothing but Tab, as far as it is
        if page.evaluate("document.activeElement.textContent.trim()") == "Make a draft":
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".film-frame video", timeout=LONG)
    expect(page.get_by_role("button", name=DONE)).to_be_visible(timeout=LONG)
    page.locator(".film-frame video").focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('.film-frame video').currentTime > 0.2")
    page.get_by_role("link", name="Hand-off ZIP").focus()
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    assert got.value.path().read_bytes()[:2] == b"PK"

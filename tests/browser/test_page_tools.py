"""The page's tools in a real Chromium: links, groups of methods, batches, the shelf with many files, the tour, the kiosk."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, fill, method, open_tab, wash
from tests.fixtures import picture

pytestmark = pytest.mark.browser


def test_a_result_is_shared_opened_taken_up_and_revoked(page: Page, photo: Path, chromium: Browser):
    wash(page, photo)
    page.locator(".result").get_by_role("button", name="Share").click()
    choice = page.get_by_label("Show its texts and settings")
    expect(choice).to_have_accessible_description(re.compile("^The file itself may say how it was made"))
    choice.uncheck()
    expect(choice).to_have_accessible_description("This copy does not say how it was made.")
    choice.check()
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link", exact=True).input_value()
    stranger = chromium.new_context()
    other = stranger.new_page()
    other.goto(link)
    expect(other).to_have_title("garden · Afternoon Studio")
    assert other.locator("img").evaluate("one => one.naturalWidth") == 320
    other.get_by_role("link", name="Make your own from this").click()
    expect(other.get_by_label("Wash", exact=True)).to_be_checked(timeout=60_000)
    expect(other.get_by_text("The settings are ready")).to_be_visible()
    assert "from=" not in other.url
    page.get_by_role("button", name="Revoke the link").click()
    expect(page.get_by_role("button", name="Make a link")).to_be_visible()
    assert other.goto(link).status == 404
    stranger.close()


def test_the_shelf_with_many_files(page: Page, photo: Path, tmp_path: Path):
    wash(page, photo)
    shelf = page.locator("studio-shelf")
    expect(shelf.locator(".card")).to_have_count(2)
    shelf.get_by_role("button", name="More for garden").first.click()
    page.locator("dialog[open]").get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("The wet garden")
    page.keyboard.press("Enter")
    expect(shelf.get_by_role("button", name="Open The wet garden")).to_be_visible()
    shelf.get_by_role("button", name="Choose", exact=True).click()
    expect(shelf.get_by_role("checkbox", name="Choose ")).to_have_count(2)
    for box in shelf.get_by_role("checkbox", name="Choose ").all():
        box.check()
    expect(shelf.get_by_text("2 files chosen")).to_be_visible()
    with page.expect_download() as waiting:
        shelf.get_by_role("link", name="Download ZIP").click()
    waiting.value.save_as(tmp_path / "chosen.zip")
    assert len(zipfile.ZipFile(tmp_path / "chosen.zip").namelist()) == 3
    shelf.get_by_role("button", name="Delete", exact=True).click()
    expect(shelf.locator(".card")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(shelf.locator(".card")).to_have_count(2)


def test_a_batch_over_two_files(page: Page, photo: Path, tmp_path: Path):
    method(page, "Wash")
    for name in ("garden", "meadow"):
        path = tmp_path / f"{name}.png"
        picture(200, 150, seed=ord(name[0])).save(path)
        fill(page, "content", path)
        page.wait_for_selector(f'studio-slot[name=content][title="{name}"]')
    form = page.locator("studio-form:visible")
    form.get_by_label("Words", exact=True).fill("soft")
    shelf = page.locator("studio-shelf")
    expect(shelf.locator(".card")).to_have_count(2)
    shelf.get_by_role("button", name="Choose", exact=True).click()
    expect(shelf.get_by_role("checkbox", name="Choose ")).to_have_count(2)
    for box in shelf.get_by_role("checkbox", name="Choose ").all():
        box.check()
    shelf.get_by_role("button", name="Use together").click()
    page.get_by_label("Method", exact=True).select_option(label="Stylize: Wash, photo")
    page.get_by_role("button", name="Begin", exact=True).click()
    link = page.get_by_role("link", name="Download ZIP with a table")
    # the link comes with the last file
    expect(page.get_by_text("2 files are done.").or_(link)).to_have_count(2, timeout=90_000)
    with page.expect_download(timeout=90_000) as waiting:
        link.click()
    waiting.value.save_as(tmp_path / "batch.zip")
    with zipfile.ZipFile(tmp_path / "batch.zip") as archive:
        table = archive.read("table.csv").decode("utf-8-sig").splitlines()
        assert len(archive.namelist()) == len(table) == 3 and all("Words: soft" in line for line in table[1:])


EIGHT_KEYS = """() => { for (let n = 0; n < 8; n++) {
    document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight", shiftKey: true, bubbles: true })); } }"""


def test_the_timeline_is_worked_by_keys_and_mouse(page: Page, server: Server):
    page.goto(f"{server.url}#/film")
    page.locator(".templates").get_by_role("button").first.click()
    page.locator(".tl summary").click()
    scenes = page.locator(".tl-scene")
    expect(scenes).to_have_count(4)
    saved = page.locator(".film-head [role=status]").last
    scenes.nth(1).focus()
    wide = page.wait_for_function("document.querySelectorAll('.tl-scene')[1].offsetWidth").json_value()
    page.evaluate(EIGHT_KEYS)  # faster than any answer of the studio
    grown = "([wide, by]) => Math.abs(document.querySelectorAll('.tl-scene')[1].offsetWidth - wide - by) < 3"
    page.wait_for_function(grown, arg=[wide, 8 * 0.5 * 14])
    expect(saved).to_have_text("Saved")
    page.wait_for_function(grown, arg=[wide, 8 * 0.5 * 14])
    page.keyboard.press("s")
    expect(scenes).to_have_count(5)
    caption = page.locator(".tl-caption").first
    caption.focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Where does rain begin?")
    page.keyboard.press("Enter")
    expect(caption).to_have_text("Where does rain begin?")
    page.locator(".tl-gain").click(position={"x": 60, "y": 40})
    expect(page.locator(".tl-point")).to_have_count(1)
    page.locator(".tl-point").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".tl-point")).to_have_count(0)
    page.get_by_role("button", name="Loud beat here").click()
    page.get_by_role("button", name="Loud beat at 0 s").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Loud beat at 0.1 s").press("Delete")
    expect(page.locator(".tl-hit")).to_have_count(0)
    under = page.get_by_label("Music below the voice while it speaks (dB)")
    expect(under).to_have_value("13")  # a film that is begun on the page
    under.fill("9")
    under.press("Enter")
    expect(saved).to_have_text("Saved")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator(".tl-names")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_tour_leaves_nothing_behind(page: Page, server: Server):
    page.goto(f"{server.url}?tour=film")
    tour = page.locator(".tour")
    expect(tour.get_by_role("button", name="Open the example film")).to_be_focused()
    page.keyboard.press("Enter")
    expect(tour.get_by_role("button", name="Change the line")).to_be_focused()
    expect(page.locator(".scene-card")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(tour.get_by_role("button", name="Make a draft")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_text("nothing of it was kept")).to_be_visible()
    kept = page.request.get(f"{server.url}studio/mine").json()
    assert kept["films"] == 0 and kept["files"] == 0 and "tour" not in page.url


def test_a_stand_takes_no_files_and_begins_anew(chromium: Browser, server: Server):
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{server.url}?kiosk=1&idle=15#/stylize")
    page.wait_for_selector("html.kiosk", state="attached", timeout=60_000)
    page.locator("studio-slot:visible .strip button").first.click()
    page.wait_for_selector("studio-slot.filled")
    answer = page.request.post(f"{server.url}studio/upload?name=a.png", headers={"x-studio": "1"}, data=b"x" * 99)
    assert answer.status == 400 and "takes no files" in answer.json()["problem"]
    expect(page.get_by_role("heading", name="Are you still there?")).to_be_visible()
    page.wait_for_selector("studio-slot.filled", state="detached", timeout=60_000)
    page.wait_for_selector("html.kiosk", state="attached", timeout=60_000)
    assert page.request.get(f"{server.url}studio/mine").json()["files"] == 0
    context.close()


def test_only_what_the_chosen_model_takes_is_offered(same_page: Page):
    page = same_page
    open_tab(page, "Generate", "Paint a scene")
    control, model = page.get_by_label("What is kept"), page.get_by_label("Model", exact=True)
    offered = "list => [...list.options].filter(one => !one.disabled).map(one => one.value)"
    each = page.get_by_label("the whole picture, then each figure", exact=True)
    assert control.evaluate(offered) == [""]  # SD-Turbo has no control network
    model.select_option("sd15")
    assert control.evaluate(offered) == ["", "depth", "pose", "segments", "edges", "depth+pose"]
    control.select_option("segments")
    each.check(force=True)
    model.select_option("sdxl")
    assert control.evaluate(offered) == ["", "depth", "pose", "depth+pose"] and control.input_value() == ""
    expect(each).to_be_checked()
    model.select_option("lcm")
    expect(each).to_be_hidden()
    expect(each).not_to_be_checked()

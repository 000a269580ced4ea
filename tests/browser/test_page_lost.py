"""Nothing is lost and nothing looks wrong: films with a problem, faults at their field, whole results, one flow on a narrow page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server, call, fill, method, open_page, open_tab, press, until, wash
from tests.fixtures import picture

pytestmark = pytest.mark.browser


def test_a_film_with_a_problem_opens_says_it_at_its_place_and_can_be_deleted(page: Page, server: Server):
    call(page, "POST", "films", {"storyboard": {"title": "Half done", "scenes": [{"picture": {"prompt": ""}}]}})
    open_tab(page, "Film")
    expect(page).to_have_url(re.compile("#/film$"))
    page.reload()
    line = page.locator(".film-line")
    expect(line).to_contain_text("say what the picture shows")
    line.get_by_role("button", name=re.compile("^Half done")).click()
    expect(page.locator(".scene-card .problem:visible")).to_contain_text("Say what the picture shows")
    page.get_by_role("button", name="Make a draft").click()
    expect(page.locator(".film-bar [role=alert]")).to_contain_text("Scene 1")
    expect(page.get_by_label("What is seen", exact=True)).to_be_focused()
    page.get_by_label("What is seen", exact=True).fill("a fox by the sea")
    expect(page.locator(":is(.film-bar, .scene-card) .problem:visible")).to_have_count(0)
    page.get_by_role("button", name="All films").click()
    page.get_by_role("button", name="Delete the film Half done").click()
    expect(page.locator(".film-line")).to_have_count(0)
    page.locator(".toast").get_by_role("button", name="Undo").click()
    expect(page.locator(".film-line")).to_have_count(1)


def test_what_is_missing_is_said_once_at_its_field(page: Page):
    method(page, "Wash")
    press(page, "Wash it")
    slot = page.locator("studio-slot[name=content]")
    expect(slot.locator(".fault")).to_contain_text("Add a picture")
    expect(slot.locator("input")).to_be_focused()
    expect(page.locator(".makebar:visible [role=alert]")).to_have_count(0)
    expect(page.get_by_role("button", name="Wash it", exact=True)).to_be_in_viewport()
    open_tab(page, "Generate")
    press(page, "Paint the scene")
    prompt = page.get_by_label("What the picture shows")
    expect(prompt).to_be_focused()
    expect(prompt).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#tab-generate .fault")).to_be_in_viewport()
    prompt.fill("a fox")
    expect(page.locator("#tab-generate .fault")).to_have_count(0)


def test_what_is_wrong_goes_with_the_value_it_is_about(page: Page, photo: Path, tmp_path: Path):
    method(page, "Wash")
    press(page, "Wash it")
    alert = page.locator("studio-slot[name=content] .fault")
    expect(alert).to_contain_text("Add a picture")
    fill(page, "content", photo)
    expect(alert).to_have_count(0)
    slot, waiting = page.locator("studio-slot[name=content]"), []
    broken = tmp_path / "notes.png"
    broken.write_text("no picture")
    slot.locator("input").set_input_files(broken)
    expect(slot.get_by_role("alert")).to_contain_text("notes.png: ")
    page.route("**/studio/upload?*", lambda route: waiting.append(route))
    slot.locator("input").set_input_files(photo)
    expect(slot).to_contain_text("Checking garden.png")
    expect(slot.get_by_role("alert")).to_have_count(0)
    until(page, lambda: waiting)
    waiting[0].continue_()
    expect(slot.locator(".well img")).to_be_visible()


def inside(page: Page, inner: str, outer: str) -> bool:
    """Whether an element lies whole within another."""
    a, b = page.locator(inner).bounding_box(), page.locator(outer).bounding_box()
    assert a and b
    return (
        a["x"] >= b["x"] - 1
        and a["y"] >= b["y"] - 1
        and a["x"] + a["width"] <= b["x"] + b["width"] + 1
        and a["y"] + a["height"] <= b["y"] + b["height"] + 1
    )


def test_a_result_fits_whole_and_opens_in_full(page: Page, tmp_path: Path):
    path = tmp_path / "tall.png"
    picture(300, 900, seed=6).save(path)
    fill(page, "content", path)
    page.locator("studio-shelf .card .open").first.click()
    page.wait_for_selector(".result .canvas img.preview")
    until(page, lambda: inside(page, ".canvas img.preview", ".canvas"))
    method(page, "Wash")
    press(page, "Wash it")
    page.wait_for_selector(".compare .before")
    until(page, lambda: inside(page, ".compare", ".canvas") and inside(page, ".compare-slider", ".canvas"))
    assert page.locator(".compare").evaluate("e => e.style.getPropertyValue('--cut')") == "50%"
    assert (
        page.locator(".compare").bounding_box()["y"] + page.locator(".compare").bounding_box()["height"]
        <= page.locator(".compare-slider").bounding_box()["y"] + 1
    )
    page.locator(".canvas img.preview").focus()
    page.keyboard.press("Enter")
    full = page.locator("dialog.zoom img")
    expect(page.locator(".zoom-said")).to_have_text(re.compile(r"\d+ %"))
    page.keyboard.press("1")
    expect(page.locator(".zoom-said")).to_have_text("100 %")
    until(page, lambda: full.bounding_box()["width"] == pytest.approx(300, abs=1))
    page.mouse.move(700, 450)
    page.mouse.wheel(0, -400)
    until(page, lambda: full.bounding_box()["width"] > 450)
    page.get_by_role("button", name="Before", exact=True).click()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.zoom")).to_have_count(0)


def test_a_phone_is_one_flow(phone: BrowserContext, server: Server, photo: Path):
    page = open_page(phone, server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    method(page, "Wash")
    button = page.get_by_role("button", name="Wash it", exact=True)
    expect(button).to_be_in_viewport()
    button.click()
    expect(page.locator("studio-slot[name=content] .fault")).to_be_in_viewport()
    fill(page, "content", photo)
    button.click()
    page.wait_for_selector(".result .compare")
    expect(page.locator(".result .canvas")).to_be_in_viewport()
    expect(button).to_be_in_viewport()
    expect(page.locator("#tab-stylize studio-form")).to_be_hidden()
    page.locator("#tab-stylize [data-fold]").click()
    expect(page.locator("#tab-stylize studio-form")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("#shelf")).not_to_be_visible()
    page.get_by_role("button", name="Shelf", exact=True).click()
    expect(page.locator("#shelf")).to_be_visible()
    expect(page.locator("studio-shelf .card")).to_have_count(2)


def test_replay_says_how_it_ended(page: Page, photo: Path):
    wash(page, photo)
    page.get_by_role("button", name="Replay", exact=True).click()
    expect(page.locator(".outcome")).to_contain_text("identical, bit by bit")
    expect(page.locator(".toasts")).to_contain_text("identical, bit by bit")
    page.get_by_role("button", name="New", exact=True).click()
    page.wait_for_selector(".canvas.sent")


def test_a_tall_picture_in_layers_keeps_its_proportions(same_page: Page):
    page = same_page
    """The stage of the editor, whatever the window: width and height as 720 to 1280. It takes the place of the page, so it comes last."""
    page.evaluate(
        """async () => {
            document.querySelector('studio-panel[tab=Stylize]').innerHTML = '<div class=canvas><div class=scene-box><div class=staging><div class=staging-picture style="aspect-ratio: 720 / 1280; --ratio: 0.5625"></div></div></div></div>';
        }"""
    )
    for width, height in ((1440, 900), (1024, 768), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            """height => { const box = document.querySelector(".staging-picture").getBoundingClientRect();
                return Math.abs(box.width / box.height / (720 / 1280) - 1) < 0.01 && box.height <= height; }""",
            arg=height,
        )

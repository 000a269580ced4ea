"""Single drawings in a real Chromium with the real embedded models: doodle, stop, and sentences for what cannot be made."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import check_axe, open_tab, press
from tests.browser.test_painting import stage

pytestmark = [pytest.mark.browser, pytest.mark.weights]


@pytest.mark.long
def test_a_doodle_becomes_a_drawing(page: Page):
    open_tab(page, "Generate", "Drawings")
    page.get_by_role("button", name="Add: Begin with").click()
    page.get_by_role("button", name="Paint: Begin with").click()
    box = stage(page)
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    for x, y in ((0.5, 0.3), (0.7, 0.5), (0.5, 0.7), (0.3, 0.5), (0.6, 0.5)):
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"], steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Use it").click()
    page.wait_for_selector("studio-slot[tab=Generate][name=doodle].filled")
    page.get_by_label("What to draw").locator("visible=true").fill("a strawberry")
    press(page, "Draw them")
    expect(page.locator("studio-shelf .card")).to_have_count(1, timeout=240_000)


def test_what_can_be_drawn_is_written_by_a_click_where_the_caret_is(same_page: Page):
    page = same_page
    open_tab(page, "Generate")
    area = page.get_by_label("What the picture shows")
    area.fill("a red and a house")
    area.evaluate("a => a.setSelectionRange(5, 5)")  # after "a red"
    page.locator("summary:visible", has_text="What it can draw").click()
    page.get_by_role("button", name="camel", exact=True).click()
    expect(area).to_have_value("a red camel and a house")
    check_axe(page, "suggestions")
    page.get_by_role("button", name="castle", exact=True).click()  # goes on behind what was written
    expect(area).to_have_value("a red camel castle and a house")


def test_a_model_that_is_not_here_says_size_licence_and_how_to_get_it(same_page: Page):
    page = same_page
    open_tab(page, "Generate", "Hub models")
    alert = page.locator("studio-panel:visible [role=alert]")
    press(page, "Paint it")
    expect(alert).to_contain_text("Say what to paint", timeout=240_000)
    page.get_by_label("What to paint").locator("visible=true").fill("a lighthouse in a storm")
    press(page, "Paint it")
    expect(alert).to_contain_text(
        re.compile(r"SD-Turbo \(2600 MB, .*[Ll]icen[cs]e.* is not on this machine"), timeout=240_000
    )
    expect(alert).to_contain_text("python -m studio models fetch stabilityai/sd-turbo")

"""Every place has an address: tab, method, film, scene, result; Back and Forward, bookmarks, a second window, a title of its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server, call, fill, method, press

pytestmark = pytest.mark.browser


def at(page: Page, pattern: str) -> None:
    expect(page).to_have_url(re.compile(pattern))


def test_tabs_methods_and_results_back_and_forward(page: Page, photo: Path, visitor: BrowserContext):
    at(page, r"#/stylize/painting$")
    expect(page).to_have_title("Any painting · Stylize · Afternoon Studio")
    method(page, "Wash")
    at(page, r"#/stylize/wash$")
    fill(page, "content", photo)
    press(page, "Wash it")
    page.wait_for_selector(".result .compare")
    at(page, r"#/stylize/wash/result/\w+$")
    expect(page).to_have_title("garden · Wash · Stylize · Afternoon Studio")
    address = page.url
    page.get_by_role("button", name="Help", exact=True).click()
    at(page, r"#/help$")
    expect(page).to_have_title("Help · Afternoon Studio")
    page.go_back()
    at(page, r"#/stylize/wash/result/\w+$")
    expect(page.locator(".result .compare")).to_be_visible()
    page.go_back()
    at(page, r"#/stylize/wash$")
    page.wait_for_selector(".canvas.sent:visible")
    page.go_back()
    at(page, r"#/stylize/painting$")
    expect(page.get_by_label("Any painting", exact=True)).to_be_checked()
    page.go_forward()
    at(page, r"#/stylize/wash$")
    page.go_forward()
    at(page, r"#/stylize/wash/result/\w+$")
    expect(page.locator(".result .compare")).to_be_visible()
    second = visitor.new_page()  # a bookmark, another window
    second.goto(address)
    second.wait_for_selector(".result .compare")
    expect(second.get_by_label("Wash", exact=True)).to_be_checked()
    at(second, r"#/stylize/wash/result/\w+$")


def test_films_and_scenes(page: Page, server: Server, visitor: BrowserContext):
    scenes = [{"id": "s1", "picture": {"prompt": "a boat"}}, {"id": "s2", "picture": {"prompt": "a fox"}}]
    film = call(page, "POST", "films", {"storyboard": {"title": "The Sea", "scenes": scenes}})
    page.goto(f"{server.url}#/film/{film['id']}")
    page.wait_for_selector(".scene-card")
    expect(page).to_have_title("The Sea · Film · Afternoon Studio")
    page.locator(".scene-card").nth(1).get_by_label("What is seen", exact=True).focus()
    at(page, rf"#/film/{film['id']}/scene/s2$")
    page.get_by_role("button", name="All films").click()
    at(page, r"#/film$")
    page.go_back()
    page.wait_for_selector(".scene-card")
    at(page, rf"#/film/{film['id']}")
    second = visitor.new_page()
    second.goto(f"{server.url}#/film/{film['id']}/scene/s2")
    expect(second.locator(".scene-card").nth(1)).to_be_in_viewport()


def test_another_tab_begins_at_its_top_and_back_leads_out_of_it(page: Page):
    at(page, r"#/stylize/painting$")
    page.set_viewport_size({"width": 390, "height": 844})
    page.evaluate("scrollTo(0, 400)")
    page.wait_for_function("scrollY > 0")
    page.evaluate("location.hash = '#/write'")
    at(page, r"#/write/\w+$")
    page.wait_for_function("scrollY === 0")
    page.go_back()
    at(page, r"#/stylize/painting$")
    page.wait_for_timeout(500)  # longer than any wait of address.js: nothing leads into the other tab again
    at(page, r"#/stylize/painting$")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("#/stylize/nonsense", "no such method"),
        ("#/nonsense", "no such tab"),
        ("#/stylize/wash/result/0000000000000000", "not on your shelf"),
        ("#/%00/..%2f..", ""),
    ],
)
def test_an_address_that_leads_nowhere_is_said(same_page: Page, server: Server, address: str, said: str):
    page = same_page
    page.goto(server.url + address)
    if said:
        expect(page.locator(".toasts")).to_contain_text(said)


def test_an_old_address_leads_to_the_tab_that_took_its_place(same_page: Page, server: Server):
    page = same_page
    page.goto(server.url + "#/infill")
    expect(page.get_by_role("tab", name="Write", exact=True)).to_have_attribute("aria-selected", "true")


def test_skip_link_headings_and_shortcuts_that_are_off_until_they_are_switched_on(page: Page):
    skip = page.get_by_role("link", name="Skip to the content")
    shown = "[...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex]')]"
    first = f"{shown}.find(part => part.checkVisibility()).textContent"
    assert page.evaluate(first) == "Skip to the content"
    skip.focus()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.closest('[role=tabpanel]') !== null")
    page.locator("body").press("d")
    assert not page.evaluate("document.body.classList.contains('dark')")
    page.locator("body").press("?")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.get_by_role("button", name="More pages and settings").press("Enter")
    page.get_by_role("button", name="Keyboard shortcuts").press("Enter")
    page.get_by_label("Single-key shortcuts").press("Space")
    page.keyboard.press("Escape")
    page.locator("body").press("d")
    expect(page.locator("body.dark")).to_have_count(1)


# what stands at a later look (50 ms) comes after what the parts of the page tell (60 ms), as it may on any machine
LATE_LOOKS = "const at = setTimeout; window.setTimeout = (act, ms, ...more) => at(act, ms === 50 ? 600 : ms, ...more);"


def test_what_the_page_tells_before_it_follows_its_address_does_not_lead_elsewhere(
    visitor: BrowserContext, server: Server
):
    page = visitor.new_page()
    page.add_init_script(LATE_LOOKS)
    page.goto(f"{server.url}#/lab")
    page.wait_for_selector(".lab-card:visible")
    at(page, r"#/lab$")

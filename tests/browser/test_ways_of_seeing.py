"""The page at 200 %, at 320 pixels, in high contrast and without motion: nothing is lost, and what is chosen can be told."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import DESK, Server, visiting, wait_until_still

pytestmark = pytest.mark.browser


def go(page: Page, view: str) -> None:
    page.evaluate("view => { location.hash = `#/${view}`; }", view)
    page.wait_for_selector(f"#tab-{view.partition('/')[0]} h1:visible")
    wait_until_still(page)


def open_page_at(context: BrowserContext, server: Server, address: str = "") -> Page:
    page = context.new_page()
    page.goto(server.url + address)
    page.wait_for_selector("[role=tabpanel] h1:visible")
    return page


def test_the_makers_stand_first_and_models_and_help_in_the_header(visitor: BrowserContext, server: Server):
    page = open_page_at(visitor, server)
    bar = page.locator(".tabbar")
    names = bar.get_by_role("tab").all_inner_texts()
    assert " ".join(names) == "Film Generate Stylize Animate Write Narrate Compose Detect Lab Red team"
    size = "name => Number.parseFloat(getComputedStyle(document.querySelector(`.tabbar [data-tab=${name}]`)).fontSize)"
    assert page.evaluate(size, "Lab") < page.evaluate(size, "Film")
    bar.get_by_role("tab", name="Film").focus()
    page.keyboard.press("ArrowRight")
    expect(bar.get_by_role("tab", name="Generate")).to_have_attribute("aria-selected", "true")
    expect(bar.get_by_role("tab", name="Generate")).to_be_focused()
    page.locator(".masthead").get_by_role("button", name="Help", exact=True).click()
    expect(page.locator("#tab-help h1")).to_be_visible()
    expect(page.locator(".masthead .on-desks[data-tab=Help]")).to_have_attribute("aria-current", "page")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_role("button", name="More pages and settings").click()
    page.locator(".masthead").get_by_role("button", name="Models", exact=True).click()
    expect(page.locator("#tab-models h1")).to_be_visible()


def test_in_high_contrast_what_is_chosen_can_be_told(chromium: Browser, server: Server):
    drawn = "one => { const style = getComputedStyle(one); return [style.borderBottomColor, style.outlineStyle, style.outlineColor].join(); }"
    with visiting(chromium, **DESK, forced_colors="active") as context:
        page = open_page_at(context, server)
        go(page, "generate")
        for chosen, other in (
            (".tabbar [aria-selected=true]", ".tabbar [aria-selected=false]"),
            ("#tab-generate .method:has(:checked)", "#tab-generate .method:not(:has(:checked)):visible"),
            ("#tab-generate .chip[aria-pressed=true]", "#tab-generate .chip[aria-pressed=false]"),
        ):
            assert page.locator(chosen).first.evaluate(drawn) != page.locator(other).first.evaluate(drawn), chosen


def test_without_motion_nothing_moves_by_itself(visitor: BrowserContext, server: Server):
    page = open_page_at(visitor, server)  # the visitors of these tests wish no motion
    wait_until_still(page)
    playing = "[...document.querySelectorAll('video')].filter(video => !video.paused).length"
    moving = "document.getAnimations().filter(one => one.playState === 'running' && one.effect.getComputedTiming().duration > 20).length"
    assert page.evaluate(playing) == 0 and page.evaluate(moving) == 0
    go(page, "lab/score")
    expect(page.locator(".lab-play").get_by_role("button", name="Run", exact=True)).to_be_visible()
    drawn = page.locator(".lab-plane").first.evaluate("canvas => canvas.toDataURL()")
    page.evaluate(
        "new Promise(done => { let n = 20; const on = () => (n-- ? requestAnimationFrame(on) : done()); on(); })"
    )
    assert page.locator(".lab-plane").first.evaluate("canvas => canvas.toDataURL()") == drawn


def test_an_exhibit_begins_with_a_sentence_and_something_to_drag_and_play_is_above_the_fold(
    visitor: BrowserContext, server: Server
):
    page = open_page_at(visitor, server, "#/lab/score")
    expect(page.locator(".lab-lead")).to_contain_text("Marbles roll")
    expect(page.locator(".lab-drag")).to_contain_text("Drag")
    expect(page.locator(".lab-play button").first).to_be_in_viewport()
    page.get_by_text("What the words mean").click()
    expect(page.locator(".lab-terms dt", has_text="Heun")).to_be_visible()


def test_one_word_that_became_several_figures_is_not_listed_twice(visitor: BrowserContext, server: Server):
    called = """async figures => { const { calledIn } = await import(new URL("studio/static/stage.js", document.baseURI)); return figures.map(one => calledIn(one, figures)); }"""
    figures = [
        ("1", "children", "girl"),
        ("2", "children", "boy"),
        ("3", "dogs", "dog"),
        ("4", "dogs", "dog"),
        ("5", "lighthouse", "tower"),
    ]
    listed = open_page_at(visitor, server).evaluate(
        called, [{"id": id, "said": said, "noun": noun} for id, said, noun in figures]
    )
    assert listed == ["girl", "boy", "dog 1", "dog 2", "lighthouse"]

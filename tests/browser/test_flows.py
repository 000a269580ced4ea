"""What visitors do, in a real Chromium: make, reload, cancel, come back, restore, send on, delete, get it wrong."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server, check_axe, download, fill, method, open_page, press, wait_until_still, wash

pytestmark = pytest.mark.browser
ASKED = """async () => { const { asked } = await import(new URL("studio/static/panel.js", document.baseURI));
while (!asked.has("Stylize")) await new Promise(done => setTimeout(done, 20)); }"""


def test_make_reload_compare_and_accessible_details(page: Page, photo: Path):
    wash(page, photo)
    expect(page.locator(".caption")).to_contain_text("signed")
    expect(page.locator("studio-shelf .card")).to_have_count(2)
    before = page.url
    page.route("**/studio/state", lambda route: None)  # the page does not learn that it ends
    press(page, "Wash it")
    page.evaluate(ASKED)
    page.unroute("**/studio/state")
    page.reload()
    expect(page).not_to_have_url(before, timeout=60_000)  # what was asked for is shown, though it ended meanwhile
    page.wait_for_selector("studio-slot[name=content].filled")
    expect(page.get_by_label("Wash", exact=True)).to_be_checked()
    page.locator(".compare-slider").press("End")
    assert page.locator(".compare").evaluate("e => e.style.getPropertyValue('--cut')") == "100%"
    page.get_by_role("button", name="Details").click()
    for words in ("Strength", "Made from", "Invisible mark"):
        expect(page.locator("dialog[open]")).to_contain_text(words)
    check_axe(page, "details")  # test_every_view.py looks at the views


def test_reload_in_mid_job_finds_it_again_and_what_is_stopped_half_made_is_kept(page: Page, photo: Path):
    method(page, "Slow")
    fill(page, "content", photo)
    page.locator("#in-stylize-slow-steps").fill("900")
    press(page, "Turn it")
    page.wait_for_selector(".working .preview:not([hidden])")
    page.reload()
    page.wait_for_selector(".working .preview:not([hidden])")
    expect(page.locator(".working [role=status]")).to_contain_text(re.compile(r"Step \d+ of 900"))
    page.get_by_role("button", name=re.compile("^Queue")).click()
    page.get_by_role("button", name="Stop all").click()
    expect(page.locator(".job").first).to_contain_text("stopped")
    page.get_by_role("button", name="Clear the list").click()
    expect(page.get_by_text("The queue is empty.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Stopped.")).to_be_visible()
    page.get_by_role("button", name="Keep it").click()  # what was half made is on the shelf, and signed
    expect(page.locator(".result:visible .badge")).to_have_text("signed")


def test_a_dropped_studio_file_brings_its_settings_back(page: Page, photo: Path, tmp_path: Path):
    method(page, "Wash")
    page.locator("#in-stylize-wash-strength").fill("0.75")
    wash(page, photo)
    saved = download(page, page.locator(".result a.button"), tmp_path)
    assert saved.suffix == ".png"
    page.locator("#in-stylize-wash-strength").fill("0.1")
    page.locator("#in-stylize-wash-strength").press("Enter")
    drop(page, saved)
    page.wait_for_function("() => document.querySelector('#in-stylize-wash-strength').value === '0.75'")
    expect(page.locator(".toast").first).to_contain_text("settings are back")


def drop(page: Page, path: Path) -> None:
    """Drop a file on the page, not on a slot."""
    import base64

    content = base64.b64encode(path.read_bytes()).decode()
    page.evaluate(
        """([content, name]) => {
            const bytes = Uint8Array.from(atob(content), c => c.charCodeAt(0)), data = new DataTransfer();
            data.items.add(new File([bytes], name));
            document.querySelector('.masthead').dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [content, path.name],
    )


def test_send_a_result_to_a_slot(page: Page, photo: Path):
    wash(page, photo)
    page.get_by_role("button", name="Send to").click()
    page.locator("dialog[open]").get_by_text("More …").click()
    page.locator("dialog[open] .line", has_text="Slow, photo").click()
    expect(page.get_by_label("Slow", exact=True)).to_be_checked()
    page.wait_for_selector('studio-slot[name=content][title="garden"]')


def test_delete_with_undo_favourite_and_search(page: Page, photo: Path):
    fill(page, "content", photo)
    card = page.locator("studio-shelf .card")
    expect(card).to_have_count(1)
    card.get_by_label("Favourite: garden").click()
    expect(card.get_by_label("Favourite: garden")).to_have_attribute("aria-pressed", "true")
    page.get_by_label("Search the shelf").fill("nothing like it")
    expect(page.locator("studio-shelf .empty")).to_contain_text("Nothing on the shelf matches")
    page.get_by_label("Search the shelf").fill("gard")
    expect(card).to_have_count(1)
    page.get_by_label("More for garden").click()
    page.get_by_role("button", name="Delete").click()
    expect(card).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(card).to_have_count(1)


def test_works_offline_and_asks_nobody_else(visitor: BrowserContext, server: Server):
    asked: list[str] = []
    visitor.on("request", lambda request: asked.append(request.url))
    wait_until_still(open_page(visitor, server))
    foreign = [url for url in asked if not url.startswith((server.url, "data:", "blob:"))]
    assert not foreign, foreign

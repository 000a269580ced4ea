"""One act is one job, the queue says what each is and what can be done with it, results fill the window; a film by keyboard alone, and every tab as read aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Server, call, check_axe, fill, open_page, open_tab, until, upload, wash

pytestmark = [pytest.mark.browser, pytest.mark.weights]
SLOW = "stylize.slow"


@pytest.fixture(scope="session")
def server(film_server: Server) -> Server:
    """Films are made with stubs."""
    return film_server


def jobs(page: Page) -> list[dict]:
    return call(page, "GET", "state")["jobs"]


def queue_job(page: Page, photo: str, steps: int) -> int:
    asked = {"pipeline": SLOW, "inputs": {"content": photo}, "settings": {"steps": steps, "mode": "calm"}}
    return call(page, "POST", "make", asked)["job"]


@contextmanager
def busy(page: Page, photo: str) -> Iterator[int]:
    """The lane of heavy work is taken by a job of many steps."""
    id = queue_job(page, photo, 1000)
    until(page, lambda: any(job["id"] == id and job["state"] == "running" for job in jobs(page)))
    try:
        yield id
    finally:
        call(page, "POST", f"jobs/{id}/cancel", {})


def test_choosing_a_file_and_pressing_the_button_is_one_examination(page: Page, server: Server, photo: Path):
    with busy(page, upload(page, photo)):
        open_tab(page, "Detect")
        fill(page, "media", photo)
        asked = lambda: [job for job in jobs(page) if job["tab"] == "Detect"]  # noqa: E731
        until(page, asked)
        first = asked()
        with page.expect_response(re.compile("gradio_api/run|gradio_api/call|gradio_api/queue")):
            page.locator("#tab-detect button.make").click()
        page.wait_for_selector("studio-panel[tab=Detect] .working")
        assert [job["id"] for job in asked()] == [job["id"] for job in first] and len(first) == 1
        call(page, "POST", f"jobs/{first[0]['id']}/cancel", {})


def test_the_queue_says_what_each_job_is_and_each_can_be_moved_changed_and_opened(
    page: Page, server: Server, photo: Path
):
    picture = upload(page, photo)
    done = queue_job(page, picture, 20)  # from now on its time is known
    until(page, lambda: any(job["id"] == done and job["state"] == "done" for job in jobs(page)))
    with busy(page, picture):
        first, second = queue_job(page, picture, 200), queue_job(page, picture, 300)
        page.get_by_role("button", name=re.compile("^Queue")).click()
        rows = page.locator("dialog[open] .job")
        waiting = page.locator('dialog[open] .job[data-state="queued"]')
        expect(waiting).to_have_count(2)
        expect(rows.first.locator("img")).to_have_js_property("complete", True)
        assert rows.first.locator("img").evaluate("image => image.naturalWidth") > 0
        expect(waiting.first).to_contain_text(re.compile(r"starts in about .+, takes about \d+ seconds"))
        check_axe(page, "queue")
        expect(waiting.first.get_by_role("button", name="Earlier")).to_have_count(0)
        waiting.nth(1).get_by_role("button", name="Earlier").click()
        until(page, lambda: [job["id"] for job in jobs(page) if job["state"] == "queued"] == [second, first])
        expect(waiting.first).to_have_attribute("data-job", str(second))
        expect(waiting.first.get_by_role("button", name="Earlier")).to_have_count(0)
        estimate = re.search(r"takes about (.+?)(?:$|Open|,)", waiting.first.locator("span").first.inner_text())
        waiting.first.get_by_role("button", name="Change").click()
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("#in-stylize-slow-steps")).to_have_value("300")
        expect(page.locator("studio-slot[name=content]")).to_have_class(re.compile("filled"))
        assert next(job for job in jobs(page) if job["id"] == second)["state"] == "cancelled"
        # the button says of the same call what the queue said
        assert estimate
        expect(page.locator("#tab-stylize .estimate p").last).to_have_text(f"About {estimate[1]}")
        call(page, "POST", f"jobs/{first}/cancel", {})
    page.get_by_role("button", name=re.compile("^Queue")).click()
    page.locator('dialog[open] .job[data-state="done"]').get_by_role("link", name="Show the result").first.click()
    expect(page).to_have_url(re.compile("#/stylize/slow/result/"))
    expect(page.locator("studio-panel[tab=Stylize] .result .canvas")).to_be_visible()
    page.go_back()
    expect(page).not_to_have_url(re.compile("/result/"))


def test_a_result_is_as_large_as_the_window_allows(page: Page, photo: Path):
    wash(page, photo)
    compare = page.locator(".result .compare")
    compare.wait_for()
    height = page.evaluate("innerHeight")
    box, stage = compare.bounding_box(), page.locator("#tab-stylize .stage").bounding_box()
    assert box and stage and (box["width"] > stage["width"] - 56 or box["height"] > 0.6 * height)
    expect(page.get_by_role("button", name="Details", exact=True)).to_be_in_viewport(ratio=1)  # stays in sight


def test_two_windows_of_one_visitor_show_the_same_work(
    page: Page, visitor: BrowserContext, server: Server, photo: Path
):
    picture = upload(page, photo)
    other = open_page(visitor, server)
    with busy(page, picture):
        for window in (page, other):
            expect(window.locator("studio-panel[tab=Stylize] .working progress")).to_be_visible()
        other.bring_to_front()
        other.get_by_role("button", name="Stop", exact=True).click()
        for window in (other, page):
            window.bring_to_front()
            expect(window.locator("studio-panel[tab=Stylize] .invitation")).to_be_visible()


def tab_to(page: Page, name: str, most: int = 90) -> None:
    """Press Tab until what is called so has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        called = page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()")
        if called == name:
            return
    raise AssertionError(f"{most} presses of Tab do not lead to {name}")


def test_a_film_by_keyboard_alone_from_the_first_word_to_the_download(visitor: BrowserContext, server: Server):
    page = visitor.new_page()
    page.goto(server.url)
    page.wait_for_selector("studio-film .film-home")
    tab_to(page, "Your story")
    page.keyboard.type("A red fox runs to the sea.")
    tab_to(page, "Turn it into scenes")
    page.keyboard.press("Enter")
    page.wait_for_selector(".scene-card")
    tab_to(page, "Make a draft")
    page.keyboard.press("Enter")
    page.get_by_text("Download MP4", exact=True).wait_for()  # scenes play before the film is whole
    tab_to(page, "Download MP4")
    with page.expect_download() as got:
        page.keyboard.press("Enter")
    assert got.value.path().read_bytes()[4:8] == b"ftyp"

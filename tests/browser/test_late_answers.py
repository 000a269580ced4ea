"""Answers that arrive late, in a real Chromium: what the visitor did since then is not overwritten by them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.browser.conftest import Server, call, fill, method, press, until, wait_until_still

pytestmark = pytest.mark.browser


class Held:
    """The studio works the first request to `address` at once, and its answer waits until it is let go.

    `body` is what is sent where Playwright does not see it, as a file that is uploaded.
    """

    def __init__(self, page: Page, address: str, act: Callable[[], object], body: bytes | None = None) -> None:
        """Hold the answer to what `act` asks of the studio."""
        self.page, self.address, self.body = page, re.compile(address), body
        self.found: list[tuple[Route, APIResponse]] = []
        page.route(self.address, self.hold)
        act()
        until(page, lambda: self.found)

    def hold(self, route: Route) -> None:
        if self.found:
            route.continue_()
        else:
            self.found.append((route, route.fetch(post_data=self.body)))

    def let_go(self) -> None:
        """The page has the late answer, and had time to do something with it."""
        [(route, answer)] = self.found
        with self.page.expect_response(self.address) as late:
            route.fulfill(response=answer)
        late.value.finished()
        self.page.unroute(self.address)
        wait_until_still(self.page)


def test_an_older_search_and_a_slower_upload_do_not_replace_what_came_after_them(page: Page, photo: Path):
    card, search = page.locator("studio-shelf .card"), page.get_by_label("Search the shelf")
    slot = page.locator("studio-slot[name=content]")
    sent = lambda: page.set_input_files("studio-slot[name=content] input", str(photo))  # noqa: E731
    upload = Held(page, r"/studio/upload", sent, photo.read_bytes())
    slot.locator(".strip button").first.click()
    expect(slot).to_have_class(re.compile("filled"))
    title = slot.get_attribute("title")
    upload.let_go()
    expect(slot).to_have_attribute("title", title or "")
    expect(card).to_have_count(2)  # it is on the shelf all the same
    older = Held(page, r"/studio/shelf\?words=nothing", lambda: search.fill("nothing like it"))
    search.fill("garden")
    expect(card).to_have_count(1)
    older.let_go()
    expect(card).to_have_count(1)


@pytest.mark.long
def test_two_steps_back_in_a_film_and_a_way_that_was_left(page: Page, server: Server):
    scene = [{"id": "s1", "picture": {"prompt": "a boat"}}]
    first, other = (
        call(page, "POST", "films", {"storyboard": {"title": title, "scenes": scene}})["id"]
        for title in ("The Sea", "The Land")
    )
    page.goto(f"{server.url}#/film/{first}")
    title = page.get_by_role("textbox", name="Title of the film")
    expect(title).to_have_value("The Sea")
    for word in ("One", "Two"):
        title.fill(word)
        title.blur()
        expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")
        line = page.get_by_label("What is said")
        line.fill(word)  # something else in between, so that each title is a step of its own
        line.blur()
        expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")
    undo = page.locator(".film-head").get_by_role("button", name="Undo")
    late = Held(page, rf"/studio/films/{first}/undo", undo.click)
    for _ in range(3):
        undo.click()
    late.let_go()
    expect(title).to_have_value("The Sea")
    expect(undo).to_be_disabled()
    late = Held(
        page, rf"/studio/films/{other}\?", lambda: page.evaluate("id => { location.hash = `#/film/${id}`; }", other)
    )
    page.go_back()
    late.let_go()
    expect(title).to_have_value("The Sea")


def test_back_twice_leads_two_steps_back_however_late_the_first_is_answered(page: Page, photo: Path):
    method(page, "Wash")
    fill(page, "content", photo)
    press(page, "Wash it")
    expect(page).to_have_url(re.compile(r"#/stylize/wash/result/\w+$"))
    page.get_by_role("button", name="Help", exact=True).click()
    expect(page).to_have_url(re.compile("#/help$"))
    late = Held(page, r"/studio/artifacts/\w+$", page.go_back)
    page.go_back()
    expect(page).to_have_url(re.compile("#/stylize/wash$"))
    late.let_go()
    expect(page.locator(".canvas.sent:visible")).to_be_visible()
    expect(page).to_have_url(re.compile("#/stylize/wash$"))

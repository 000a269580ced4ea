"""Servers that are set up in another way, in a real Chromium: in a frame of another site, without models, killed in mid-job, with accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from pipelines.core.models import ASSETS
from tests.browser.conftest import Server, fill, method, open_page, press
from tests.security.running import foreign_site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bare(tmp_path_factory) -> Iterator[Server]:
    """A server without models that other sites may frame, as on a Space."""
    running = Server(
        tmp_path_factory.mktemp("bare") / "home",
        STUDIO_FRAMED="1",
        STUDIO_FRAME_ANCESTORS="http://localhost:*",
        STUDIO_MODELS=str(tmp_path_factory.mktemp("none")),
    )
    yield running
    running.stop()


def test_a_frame_of_another_site_keeps_its_session(chromium: Browser, bare: Server):
    """As on a Space: the page in a frame of another origin has its cookie (partitioned), so media and jobs work."""
    outer = f"<iframe src='{bare.url}' width=1200 height=800></iframe>"
    with foreign_site(outer.encode()) as port, chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"http://localhost:{port}/")  # another site than 127.0.0.1 to the browser
        frame = page.frame_locator("iframe")
        frame.get_by_role("tab", name="Stylize", exact=True).click(timeout=90_000)
        frame.locator("studio-slot .well:visible").first.wait_for()
        frame.get_by_label("Renoir", exact=False).locator("visible=true").first.click()
        frame.locator("studio-slot.filled img").first.wait_for()
        frame.locator("studio-shelf .card").first.wait_for()
        cookie = next(one for one in context.cookies() if one["name"] == "studio_session")
        assert cookie["secure"] and cookie["sameSite"] == "None" and cookie.get("partitionKey")


@pytest.mark.weights
def test_missing_weights_are_one_sentence_and_can_be_fetched(chromium: Browser, bare: Server):
    context = chromium.new_context()
    page = open_page(context, bare)
    fill(page, "content", ASSETS / "samples" / "coffee.jpg")
    fill(page, "style", ASSETS / "styles" / "hokusai-great-wave.jpg")
    press(page, "Paint it")
    alert = page.get_by_role("alert").filter(has_text="is not on this machine")
    expect(alert).to_contain_text(re.compile(r"MB, Apache-2.0\).*Models tab"))
    page.get_by_role("button", name="More pages and settings").click()
    page.get_by_role("button", name="Models", exact=True).click()
    expect(page.get_by_role("button", name="Fetch what is missing")).to_be_visible()
    context.close()


def test_kill_the_server_in_mid_job_and_the_page_goes_on(chromium: Browser, bare: Server, photo: Path):
    context = chromium.new_context()
    page = open_page(context, bare)
    method(page, "Slow")
    fill(page, "content", photo)
    press(page, "Turn it")
    page.wait_for_selector(".working .preview:not([hidden])")
    page.evaluate("window.same = true")
    bare.kill()
    try:
        method(page, "Wash")
        press(page, "Wash it")  # before the page can know
        press(page, "Wash it")  # twice is once
        expect(page.locator(".left")).to_contain_text("does not answer")
        expect(page.get_by_text("This is sent when the studio answers.")).to_be_visible()
    finally:
        bare.start()
    expect(page.get_by_role("status").filter(has_text="The studio answers again.")).to_be_visible()
    # the photo, what was being made, and what was pressed then
    expect(page.locator("studio-shelf .card")).to_have_count(3)
    page.wait_for_selector(".result img")
    expect(page.locator(".toast-body")).to_have_count(0)  # Gradio's own
    assert page.evaluate("window.same")
    context.close()

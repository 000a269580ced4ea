"""The Stylize tab with its real models: a ready style, chosen by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import fill, method, press

pytestmark = [pytest.mark.browser, pytest.mark.weights]
ASSETS = Path(__file__).resolve().parents[2] / "assets"


@pytest.mark.long
def test_a_ready_style_is_chosen_by_its_looks_with_the_keyboard(page: Page):
    method(page, "Ready styles")
    fill(page, "content", ASSETS / "samples" / "coffee.jpg")
    first = page.locator(".look input").first
    first.focus()
    page.keyboard.press("ArrowRight")
    chosen = page.locator(".look:has(input:checked) span").last.text_content()
    press(page, "Paint it")
    page.wait_for_selector(".result .compare img", timeout=60_000)
    page.get_by_role("button", name="Details").click()
    expect(page.locator("dialog[open]")).to_contain_text(chosen)
    expect(page.locator("dialog[open]")).to_contain_text("Apache-2.0")

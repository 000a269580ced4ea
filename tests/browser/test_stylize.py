"""The Stylize tab with its real models: a photo and a painting, a ready style, a video, a slow run stopped."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from studio.provenance.certificate import certificate
from studio.provenance.credential import read_credential
from tests.browser.conftest import Server, download, fill, method, press

pytestmark = [pytest.mark.browser, pytest.mark.weights]
ASSETS = Path(__file__).resolve().parents[2] / "assets"


def test_restyle_a_photo_from_the_first_screen(page: Page, server: Server, tmp_path: Path):
    page.get_by_role("button", name="Begin with these").click()
    page.wait_for_selector("studio-slot[name=style].filled")
    press(page, "Paint it")
    page.wait_for_selector(".result .compare img", timeout=60_000)
    saved = download(page, page.locator(".result a.button"), tmp_path)
    credential = read_credential(saved, certificate(server.home / "identity"))
    assert credential.state == "this studio" and credential.source_type == "compositeWithTrainedAlgorithmicMedia"
    assert [one.relationship for one in credential.ingredients] == ["parentOf", "inputTo"]
    assert {model["name"] for model in credential.record["models"]} and credential.record[
        "pipeline"
    ] == "stylize.painting"
    from PIL import Image

    with Image.open(saved) as picture, Image.open(ASSETS / "samples" / "bridge-at-night.jpg") as photo:
        assert picture.size == photo.size


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

"""The tab Red team in a real Chromium with the real models: attack, purify, report, consent refused, phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from pipelines.core.models import ASSETS, where
from tests.browser.conftest import open_tab, press, wait_for_hand_over
from tests.browser.test_making import LONG

pytestmark = pytest.mark.browser
SAID = "[role=alert]:visible"


@pytest.fixture
def models() -> None:
    from pipelines.core.run import find

    needed = ("redteam.detector", "redteam.protect")
    if any(where(card) is None for name in needed for card in find(name).declaration.models):
        pytest.skip("the models are not on this machine")


def put_settings(page: Page, **settings: object) -> None:
    """Settings of the chosen method, as if the visitor had set them; the form keeps them."""
    form = page.locator("studio-form[tab='Red-team']")
    for name, value in settings.items():
        form.evaluate("(form, [name, value]) => form.set(name, value)", [name, value])
    wait_for_hand_over(page)


def picture(page: Page, name: str) -> None:
    page.set_input_files("studio-slot[name=content]:visible input", str(ASSETS / "samples" / name))
    page.wait_for_selector("studio-slot[name=content].filled:visible", timeout=LONG)


def result(page: Page) -> None:
    expect(page.locator("studio-panel[tab='Red-team'] .caption")).to_contain_text("signed", timeout=LONG)


@pytest.mark.long
@pytest.mark.usefixtures("models")
def test_an_attack_purified_and_reported(page: Page):
    from pipelines.redteam.parts.report import LABEL

    open_tab(page, "Red team", "Protective noise")
    expect(page).to_have_url(re.compile("#/red-team/protect$"), timeout=LONG)
    picture(page, "citrus.jpg")
    press(page, "Protect and purify")
    result(page)
    page.get_by_role("button", name="More files").click()
    sheet = page.locator("dialog[open]")
    for name in ("report.json", "PDF"):
        expect(sheet).to_contain_text(name)
    with page.expect_download(timeout=LONG) as got:
        sheet.get_by_role("link", name=re.compile("^PDF")).click()
    assert got.value.path().read_bytes().startswith(b"%PDF")
    with page.expect_download() as got:
        sheet.get_by_role("link", name=re.compile("report.json")).click()
    assert LABEL in got.value.path().read_text()


@pytest.mark.long
@pytest.mark.usefixtures("models")
def test_no_face_without_consent(page: Page):
    open_tab(page, "Red team", "Face swap")
    put_settings(page, people="videos")
    press(page, "Swap the faces")
    expect(page.locator(SAID).first).to_contain_text("two videos", timeout=LONG)
    links = page.locator("studio-form[tab='Red-team'] a.about-page:visible")
    expect(links).to_have_count(2)
    with page.expect_popup() as opened:
        links.first.click()
    expect(opened.value.get_by_role("heading", name="Law and consent")).to_be_visible(timeout=LONG)
    open_tab(page, "Red team", "Detector")
    picture(page, "astronaut.jpg")
    put_settings(page, steps=1)
    press(page, "Attack the detector")
    expect(page.locator(SAID).first).to_contain_text("face in this picture", timeout=LONG)

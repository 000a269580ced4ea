"""Detect in a real Chromium: signed, saved again, edited, plain and tiny files; Verify, downloads, the report, the phone."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Route, expect

from pipelines.core.models import ASSETS
from studio.provenance.certificate import certificate
from studio.provenance.credential import read_credential
from tests.browser.conftest import Server, download, fill, open_page, open_tab, wash
from tests.browser.test_flows import drop
from tests.fixtures import picture
from tests.studio.test_detect import edited_copy

pytestmark = [pytest.mark.browser, pytest.mark.weights]
LONG = 180_000


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Large enough for the mark to outlive a JPEG whatever colour the stub washes it with."""
    path = tmp_path / "garden.png"
    picture(800, 600, seed=4).save(path)
    return path


@pytest.fixture
def coffee(tmp_path: Path) -> Path:
    """A photograph that is examined in half the time of the sample itself."""
    path = tmp_path / "coffee.jpg"
    Image.open(ASSETS / "samples" / "coffee.jpg").resize((210, 140)).save(path, quality=92)
    return path


def detect(page: Page) -> None:
    open_tab(page, "Detect")
    page.wait_for_selector("#tab-detect studio-slot .well, studio-panel[tab=Detect]")


def verdict(page: Page) -> str:
    """The verdict that stands in the page, once it is there."""
    page.wait_for_selector(".verdict .verdict-kind", timeout=LONG)
    return page.locator(".verdict .verdict-kind").inner_text()


def signed_picture(page: Page, photo: Path, folder: Path) -> Path:
    wash(page, photo)
    return download(page, page.locator(".result a.button").first, folder)


@pytest.mark.long
def test_a_signed_file_a_copy_and_an_edit(page: Page, photo: Path, tmp_path: Path, server: Server):
    picture_path = signed_picture(page, photo, tmp_path)
    page.get_by_role("button", name="Verify", exact=True).click()  # from the result of another tab
    verdict(page)
    expect(page.locator(".verdict .reasons").first).to_contain_text("Signed by this studio")
    tree = page.locator(".origin")
    expect(tree).to_contain_text("Signed by this studio")
    expect(tree.locator("ul li")).to_have_count(1)
    # the photograph it was made from is on this shelf, so it has its picture
    expect(tree.locator("ul img")).to_have_count(1)
    report = download(page, page.get_by_role("link", name="PDF, signed"), tmp_path)
    assert report.read_bytes().startswith(b"%PDF")
    identity = certificate(server.home / "identity")
    assert read_credential(report, identity).state == "this studio"
    bundle = download(page, page.get_by_role("link", name="ZIP with evidence, signed"), tmp_path)
    assert read_credential(bundle, identity).state == "this studio"

    copy = tmp_path / "copy.jpg"
    Image.open(picture_path).convert("RGB").save(copy, quality=95)
    drop(page, copy)  # anywhere, while Detect is open
    expect(page.locator(".verdict")).to_contain_text("Invisible mark", timeout=LONG)
    expect(page.locator(".verdict")).to_contain_text("It carries no content credential.", timeout=LONG)

    drop(page, edited_copy(picture_path, tmp_path / "edited.png"))
    page.wait_for_selector(".verdict-kind.broken", timeout=LONG)
    expect(page.locator(".verdict h2")).to_contain_text("changed after it was signed")


@pytest.mark.long
def test_a_plain_photograph_and_a_tiny_picture(page: Page, tmp_path: Path):
    detect(page)
    plain = ASSETS / "samples" / "raccoon.jpg"
    page.set_input_files("studio-slot[name=media] input", str(plain))  # the slot of Detect asks at once
    assert verdict(page) == "Weak support for a camera"
    expect(page.locator(".verdict")).to_contain_text("That clears nothing")
    expect(page.locator(".verdict-head")).not_to_contain_text("%")
    page.locator(".signal").first.locator("summary").click()
    expect(page.locator(".signal").first.locator(".signal-body")).to_be_visible()
    Image.open(plain).resize((20, 20)).save(tmp_path / "tiny.png")
    drop(page, tmp_path / "tiny.png")
    expect(page.locator(".verdict figcaption").first).to_contain_text("20 × 20", timeout=LONG)
    assert verdict(page) == "Cannot tell"
    expect(page.locator(".verdict")).to_contain_text("What would change this")


@pytest.mark.long
def test_a_verdict_that_is_brought_back_wins_over_the_answer_that_it_is_gone(page: Page, coffee: Path):
    detect(page)
    page.set_input_files("studio-slot[name=media] input", str(coffee))
    words = verdict(page)

    answers = iter([404])

    def late(route: Route) -> None:
        """The first look was answered before the verdict was on the shelf again, and its answer arrives afterwards."""
        if status := next(answers, None):
            time.sleep(1)
            route.fulfill(status=status, json={"problem": "This result is no longer on the shelf."})
        else:
            route.continue_()

    page.get_by_role("button", name="Examine again").click()
    stop = page.get_by_role("button", name="Stop", exact=True).first
    stop.wait_for()
    page.route(re.compile(r"/studio/artifacts/[^/?]+$"), late)
    stop.click()
    assert verdict(page) == words
    assert next(answers, None) is None


def test_many_files_become_a_table_that_survives_a_reload(visitor: BrowserContext, server: Server, tmp_path: Path):
    names = []
    for seed in range(2):
        picture(300, 220, seed=seed).save(tmp_path / f"file-{seed}.png")
        names.append(str(tmp_path / f"file-{seed}.png"))
    (tmp_path / "wrong.png").write_text("no picture")
    open_page(visitor, server)
    page = visitor.new_page()
    page.goto(server.url + "studio/newsroom")
    page.get_by_label("Origin only").check()
    page.set_input_files("#files", [*names, str(tmp_path / "wrong.png")])
    expect(page.locator("#rows tr[data-state=done]")).to_have_count(2, timeout=LONG)
    expect(page.locator("#rows tr[data-state=failed] .problem")).not_to_be_empty()
    page.reload()
    expect(page.locator("#rows tr[data-state=done]")).to_have_count(2, timeout=LONG)
    page.locator("#rows summary").first.click()
    expect(page.locator("ol.chain:visible")).to_contain_text("No content credential")
    report = download(page, page.get_by_role("button", name="PDF, signed"), tmp_path)
    assert read_credential(report, certificate(server.home / "identity")).state == "this studio"
    page.emulate_media(media="print")
    expect(page.locator("#choose")).to_be_hidden()
    expect(page.locator("#printed")).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(media="screen")
    assert page.evaluate("document.documentElement.scrollWidth") <= 391


def test_every_upload_has_a_quiet_badge(page: Page, photo: Path, tmp_path: Path):
    fill(page, "content", photo)
    expect(page.locator("studio-slot[name=content] .badge")).to_have_count(0)
    wash(page, photo)
    made = download(page, page.locator(".result a.button").first, tmp_path)
    fill(page, "content", made)
    expect(page.locator("studio-slot[name=content] .badge")).to_have_text("signed")
    copy = tmp_path / "copy.jpg"
    Image.open(made).convert("RGB").save(copy, quality=95)
    page.set_input_files("studio-slot[name=content] input", str(copy))
    expect(page.locator("studio-slot[name=content] .badge")).to_have_text(re.compile("studio's mark"))

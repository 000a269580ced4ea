"""The layer editor shows the same picture as the file, upright too; what is changed in it is seen at once and has a name."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import press, until
from tests.browser.test_making import LONG, another_result, chosen, go
from tests.browser.test_page_lost import shot

pytestmark = pytest.mark.long
# every layer's picture is decoded
DRAWN = "[...document.querySelectorAll('.scene img.layer')].every(one => one.complete && one.naturalWidth)"


def seen(page: Page) -> np.ndarray:
    """The stage of the editor as it is on the screen, without the frame of what is chosen."""
    page.mouse.move(5, 5)
    shown = page.locator(".scene").screenshot(animations="disabled")
    return np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"), dtype=np.float32)


def made(page: Page, size: tuple[int, int]) -> np.ndarray:
    """The file itself, at the size at which the editor shows it."""
    id = page.locator("studio-shelf .card").first.get_attribute("data-id")
    content = page.request.get(page.url.split("#")[0] + f"studio/media/{id}").body()
    file = Image.open(io.BytesIO(content)).convert("RGB")
    assert file.size == (720, 1280)
    return np.asarray(file.resize(size, Image.Resampling.LANCZOS), dtype=np.float32)


def order(page: Page) -> list[str]:
    """The file names of the layers from the back, as the browser stacks them."""
    return page.locator(".scene img.layer").evaluate_all(
        "all => all.map((e, n) => [Number(e.style.zIndex), n]).sort((a, b) => a[0] - b[0]).map(one => String(one[1]))"
    )


def test_an_upright_scene_is_the_same_in_the_editor_and_in_the_file(page: Page):
    go(page, "Generate")
    page.evaluate("document.querySelector('studio-form[tab=Generate]').set('format', 'portrait')")
    page.get_by_label("What the picture shows").fill("a red fox and a dog beside a house by the sea at sunset")
    press(page, "Paint the scene")
    page.wait_for_selector(".scene-editor .layer-row", timeout=LONG)
    page.wait_for_function(DRAWN)
    shot(page, "layers-upright")
    picture = seen(page)
    size = (picture.shape[1], picture.shape[0])
    assert size[0] / size[1] == pytest.approx(720 / 1280, rel=0.02)
    inner = (slice(12, -12), slice(12, -12))  # the corners of the stage are round
    assert float(np.abs(picture[inner] - made(page, size)[inner]).mean()) < 10
    for width, height in ((390, 844), (720, 450), (1024, 768), (1440, 900)):  # a phone, a desk at 200 %, a small desk
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_function(
            """() => { const box = name => document.querySelector(name).getBoundingClientRect();
                return box(".layer-side").bottom <= box(".result .actions").top + 1; }"""
        )
        shot(page, f"layers-{width}")
    caption = page.locator(".caption strong").inner_text()
    rows = page.locator(".layer-row")
    last = rows.last.inner_text().strip()
    before = order(page)
    chosen(page, last)
    page.get_by_role("button", name=re.compile("^Forward")).click()
    until(page, lambda: order(page) != before)  # seen before it is applied, not only in the list
    with another_result(page):
        page.get_by_role("button", name="Apply the change").click()
    expect(page.locator("studio-shelf .card")).to_have_count(2)
    expect(page.locator(".caption strong")).to_have_text(caption, timeout=LONG)
    assert "{" not in page.locator("studio-shelf .card-title").first.inner_text()
    takes = page.evaluate(
        """() => { const editor = { card: { id: 'one' } }, one = { id: 'fox-1', takes: [0] };
            return import('./studio/static/layers.js').then(({ Editor }) => [0, 1].map(() => Editor.prototype.nextTake.call(editor, one))); }"""
    )
    assert takes == [1, 2]  # "Draw again" from the same picture draws another each time

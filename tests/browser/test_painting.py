"""Masks, arrows, paths and points drawn on the picture by mouse, keys and finger; a face that speaks only with consent. In a real Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from pipelines.core.models import ASSETS
from pipelines.media import Sound, save_sound
from tests.browser.conftest import Server, open_page, open_tab, press, until, wait_for_hand_over

pytestmark = pytest.mark.browser
LONG = 240_000


def fill(page: Page, slot: str, path: Path) -> None:
    page.set_input_files(f"studio-slot[tab=Animate][name={slot}] input", str(path))
    page.wait_for_selector(f"studio-slot[tab=Animate][name={slot}].filled")


def stage(page: Page) -> dict[str, float]:
    """Where the drawing area is, once it has its place: a pointer waits until nothing moves under it."""
    page.locator(".paint-stage canvas").hover()
    box = page.locator(".paint-stage canvas").bounding_box()
    assert box
    return dict(box)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    box = stage(page)
    (ax, ay), (bx, by) = ((box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in (start, end))
    page.mouse.move(ax, ay)
    page.mouse.down()
    page.mouse.move((ax + bx) / 2, (ay + by) / 2, steps=4)
    page.mouse.move(bx, by, steps=4)
    page.mouse.up()


def covered_share(page: Page) -> float:
    """The part of the drawing that is covered."""
    return page.evaluate(
        """() => { const p = document.querySelector("studio-painter"); p.drawNow();
        const d = p.paint.getContext("2d").getImageData(0, 0, p.wide, p.tall).data;
        let n = 0; for (let i = 3; i < d.length; i += 4) n += d[i] > 127; return n / (d.length / 4); }"""
    )


def use(page: Page) -> None:
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_a_mask_is_painted_by_mouse_and_keys_and_arrows_are_drawn(page: Page, photo: Path):
    open_tab(page, "Animate", "Endless loop")
    page.get_by_role("button", name="Paint: What flows").click()
    expect(page.locator("studio-slot[tab=Animate][name=flowing] [role=alert]")).to_contain_text("Choose a picture")
    fill(page, "picture", photo)
    page.get_by_role("button", name="Paint: What flows").click()
    drag(page, (0.1, 0.7), (0.9, 0.7))
    one = covered_share(page)
    assert 0.03 < one < 0.15
    page.keyboard.press("]")
    page.keyboard.press("]")
    for key in (" ", "ArrowUp", "ArrowUp", "ArrowUp", " "):
        page.keyboard.press(key)
    two = covered_share(page)
    assert two > one
    page.keyboard.press("Control+z")
    assert covered_share(page) == pytest.approx(one)
    page.get_by_role("button", name="Redo").click()
    assert covered_share(page) == pytest.approx(two)
    page.get_by_role("button", name="Clear", exact=True).click()
    assert covered_share(page) == 0
    page.get_by_role("button", name="Undo").click()
    assert covered_share(page) == pytest.approx(two)
    use(page)
    page.wait_for_selector("studio-slot[tab=Animate][name=flowing].filled")
    page.get_by_role("button", name="Paint on: What flows").click()  # goes on with what was painted
    page.wait_for_function("() => document.querySelector('studio-painter')?.base")
    assert covered_share(page) == pytest.approx(two, abs=0.01)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Draw on the picture: Arrows").click()
    drag(page, (0.2, 0.7), (0.6, 0.75))
    expect(page.locator("studio-painter [role=status]")).to_have_text("1 arrow")
    use(page)
    area = page.locator("studio-writing[editor=arrows] textarea")
    expect(area).to_have_value(re.compile(r"^0\.(2|199|201) 0\.7\d* > 0\.(6|599|601) 0\.7[45]\d*$"))


def test_two_focus_points_are_set_by_keys(page: Page, photo: Path):
    open_tab(page, "Animate", "Camera")
    fill(page, "picture", photo)
    page.locator("studio-form:visible .more-head").click()
    page.get_by_role("button", name="Draw on the picture: Focus from and to").click()
    page.locator(".paint-stage canvas").focus()
    page.keyboard.press("Enter")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    use(page)
    expect(page.locator("studio-writing[editor=points] textarea")).to_have_value("0.5 0.5\n0.6 0.5")


def test_the_painter_fits_a_phone_and_takes_a_finger(chromium: Browser, server: Server, photo: Path):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, has_touch=True)
    page = open_page(context, server)
    open_tab(
        page, "Animate", "Endless loop"
    )  # the tab is chosen while the page is wide: on a phone it stands in a menu
    page.set_viewport_size({"width": 390, "height": 844})
    fill(page, "picture", photo)
    page.get_by_role("button", name="Paint: What flows").click()
    box = stage(page)
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["width"] > 250
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    until(page, lambda: covered_share(page) > 0.001)
    context.close()


def spoken(tmp_path: Path) -> Path:
    time = np.arange(12_000) / 24_000
    save_sound(Sound((0.3 * np.sin(2 * np.pi * 200 * time)).astype(np.float32)[:, None], 24_000), tmp_path / "line.wav")
    return tmp_path / "line.wav"


@pytest.mark.weights
@pytest.mark.long
def test_a_face_speaks_only_with_consent(page: Page, tmp_path: Path):
    path = tmp_path / "face.png"
    Image.open(ASSETS / "samples" / "astronaut.jpg").crop((150, 40, 300, 190)).resize((256, 256)).save(path)
    open_tab(page, "Animate", "Talk")
    fill(page, "picture", path)
    fill(page, "sound", spoken(tmp_path))
    press(page, "Let it speak")
    expect(page.locator("[role=alert]:visible").first).to_contain_text("Tick", timeout=LONG)
    page.get_by_label("The face is computer-made, or the person has agreed").check()
    wait_for_hand_over(page)
    press(page, "Let it speak")
    page.wait_for_selector("studio-panel video", timeout=LONG)


@pytest.mark.weights
@pytest.mark.long
def test_a_drawing_speaks_where_a_point_is_set(page: Page, tmp_path: Path):
    path = tmp_path / "page.png"
    Image.new("RGB", (160, 160), (230, 140, 60)).save(path)
    open_tab(page, "Animate", "Talk")
    fill(page, "picture", path)
    fill(page, "sound", spoken(tmp_path))
    press(page, "Let it speak")
    expect(page.locator("[role=alert]:visible").first).to_contain_text("put a point where the mouth is", timeout=LONG)
    page.get_by_role("button", name="Draw on the picture: Where the mouth is").click()
    page.locator(".paint-stage canvas").click(position={"x": 80, "y": 90})
    use(page)
    wait_for_hand_over(page)
    press(page, "Let it speak")
    page.wait_for_selector("studio-panel video", timeout=LONG)

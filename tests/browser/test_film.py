"""The Film tab in a real Chromium: open, edit, render, play, hand off; by keyboard alone, on a phone, through reloads and mistakes.

One film is made whole with the real methods, all others with stubs.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server, call, check_axe, until, upload

pytestmark = [pytest.mark.browser, pytest.mark.weights]
LONG = 300_000  # a draft on a busy machine
SILENT = {
    "title": "Two Stills",
    "music": {"from": "none"},
    "titles": {"show": False, "text": ""},
    "credits": {"show": False, "text": ""},
}


REAL = pytest.mark.parametrize("server", ["real"], indirect=True)


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Server:
    """Films are made with stubs unless a test says otherwise."""
    real = getattr(request, "param", "stubs") == "real"
    running = request.getfixturevalue("real_server" if real else "film_server")
    assert isinstance(running, Server)
    return running


@pytest.fixture
def page(visitor: BrowserContext, server: Server) -> Page:
    """The first screen."""
    return first_screen(visitor, server)


def first_screen(context: BrowserContext, server: Server) -> Page:
    page = context.new_page()
    page.goto(server.url)
    page.wait_for_selector("studio-film .film-home, studio-film .film-page")
    return page


@contextmanager
def held_up(server: Server, steps: str = "") -> Iterator[None]:
    """No step of a film is made by stubs meanwhile, or none of those named."""
    hold = server.home.parent / "hold"
    hold.write_text(steps)
    try:
        yield
    finally:
        hold.unlink()


def scenes(page: Page) -> Locator:
    return page.locator(".scene-card")


def open_example(page: Page, name: str = "The Fox") -> None:
    page.locator(".examples").get_by_role("button", name=re.compile(name)).click()
    page.wait_for_selector(".scene-card")


def expect_lines(page: Page, wanted: list[str]) -> None:
    """The lines of the scenes are these, in this order."""
    said = page.get_by_label("What is said")
    expect(said).to_have_count(len(wanted))
    for number, line in enumerate(wanted):
        expect(said.nth(number)).to_have_value(line)


def saved(page: Page) -> None:
    expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")


def small(page: Page, photo: Path, scenes: int = 2, line: str = "") -> None:
    """A film of stills from the shelf without voice or music, opened: the quickest there is."""
    shot = {"picture": {"artifact": upload(page, photo)}, "seconds": 1.5, "line": "", "motion": {"camera": "still"}}
    made = [{**shot, "id": f"s{n}", "transition": {"kind": "cut", "seconds": 0.5}} for n in range(1, scenes + 1)]
    if line:
        made[0]["line"] = line
    film = call(page, "POST", "films", {"storyboard": SILENT | {"scenes": made}})
    page.evaluate("id => { location.hash = '#/film/' + id; }", film["id"])
    page.wait_for_selector(".scene-card" if scenes else ".film-page")


def render(page: Page, timeout: int = LONG) -> None:
    page.get_by_role("button", name="Make a draft").click()
    page.wait_for_selector(".film-frame video", timeout=timeout)
    expect(page.get_by_role("button", name="Make it full size")).to_be_visible(timeout=timeout)
    assert page.locator(".film-frame video").evaluate("video => video.currentTime") == 0


@REAL
def test_the_example_one_line_changed_rendered_played_and_handed_off(page: Page):
    open_example(page)
    for n in range(scenes(page).count(), 1, -1):  # one scene is enough to see the whole way
        page.get_by_role("button", name=f"Delete scene {n}").click()
    expect(scenes(page)).to_have_count(1)
    page.get_by_label("Music", exact=True).select_option("none")
    saved(page)
    line = scenes(page).get_by_label("What is said")
    line.fill("The fox runs.")
    line.blur()
    saved(page)
    expect(page.get_by_role("button", name="Make a draft")).to_be_enabled()
    expect(page.locator(".film-head").get_by_role("button", name="Undo")).to_be_enabled()
    render(page)
    video = page.locator(".film-frame video")
    assert video.evaluate("v => (v.muted = true, v.play().then(() => true))")
    page.wait_for_function("document.querySelector('.film-frame video').currentTime > 0.3")
    video.evaluate("v => { v.pause(); v.currentTime = 0; }")
    page.get_by_role("button", name=re.compile("^Scene 1, from")).click()
    page.wait_for_function("document.querySelector('.film-frame video').currentTime > 0.5")  # after the title
    for name in ("SRT", "VTT"):
        with page.expect_download() as got:
            page.locator(".film-actions").get_by_role("link", name=name, exact=True).click()
        assert "The fox runs" in got.value.path().read_text()
    with page.expect_download() as got:
        page.get_by_role("link", name="All parts (ZIP)").click()
    names = zipfile.ZipFile(got.value.path()).namelist()
    for ending in (".mp4", ".srt", ".vtt", ".otio", ".json"):
        assert any(name.endswith(ending) for name in names), names
    page.get_by_role("button", name="Verify").click()
    expect(page.locator("dialog[open] .tree").first).to_contain_text("this studio", timeout=30_000)


def test_scenes_are_moved_copied_split_and_deleted_by_keyboard_alone(page: Page):
    page.get_by_label("Your story").focus()
    page.keyboard.type(
        "A red fox runs down to the sea. The moon shines over a small house. A boat comes home in the morning."
    )
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".scene-card")
    expect(scenes(page)).to_have_count(3)
    said = page.get_by_label("What is said")
    before = [one.input_value() for one in said.all()]
    said.nth(2).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect_lines(page, [before[0], before[2], before[1]])
    page.wait_for_function("wanted => document.activeElement.value === wanted", arg=before[2])  # the focus went with it
    down = page.get_by_role("button", name="Move scene 1 down")
    down.focus()
    page.keyboard.press("Enter")
    expect_lines(page, [before[2], before[0], before[1]])
    saved(page)
    page.get_by_role("button", name="Duplicate scene 1").focus()
    page.keyboard.press("Enter")
    expect(scenes(page)).to_have_count(4)
    page.get_by_role("button", name="Split scene 1").focus()
    page.keyboard.press("Enter")
    expect(scenes(page)).to_have_count(5)
    until(page, lambda: " ".join(one.input_value() for one in said.all()[:2]) == before[2])
    page.get_by_role("button", name="Delete scene 5").focus()
    page.keyboard.press("Enter")
    expect(scenes(page)).to_have_count(4)
    page.locator(".toast").get_by_role("button", name="Undo").last.focus()
    page.keyboard.press("Enter")
    expect(scenes(page)).to_have_count(5)
    saved(page)
    title = page.get_by_role("textbox", name="Title of the film")
    title.focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("Seen by night")
    page.reload()  # what was typed a moment ago is not lost
    page.wait_for_selector(".scene-card")
    expect(page.get_by_role("textbox", name="Title of the film")).to_have_value("Seen by night")
    expect(scenes(page)).to_have_count(5)
    page.locator(".film-head").get_by_role("button", name="Undo").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Title of the film")).not_to_have_value("Seen by night")
    check_axe(page, "storyboard")


def test_no_scene_is_one_sentence_where_it_happened(page: Page):
    page.get_by_role("button", name="Turn it into scenes").click()
    expect(page.locator(".film-begin > [role=alert]")).to_contain_text("Type a few sentences first")
    page.get_by_role("button", name="begin with an empty storyboard").click()
    expect(page.get_by_role("heading", name="Film", exact=True)).to_be_focused()
    page.get_by_role("button", name="Make a draft").click()
    expect(page.locator(".film-bar [role=alert]")).to_contain_text("scene")
    page.get_by_role("button", name="Add a scene").click()
    expect(scenes(page).get_by_label("What is said")).to_be_focused()
    expect(scenes(page).get_by_role("alert")).to_contain_text("Say what the picture shows")  # the save is answered
    page.get_by_role("button", name="Split scene 1").click()
    expect(scenes(page).get_by_role("alert")).to_contain_text("too short")


def test_reload_in_mid_render(page: Page, photo: Path, server: Server):
    small(page, photo, line="One, two, three, four.")
    stop = page.get_by_role("button", name="Stop", exact=True)
    done = page.get_by_role("button", name="Make it full size")
    with held_up(server):
        page.get_by_role("button", name="Make a draft").click()
        stop.wait_for()
        page.reload()
        page.wait_for_selector(".scene-card")
        expect(stop.or_(done).first).to_be_visible()
    expect(done).to_be_visible(timeout=LONG)
    expect(page.locator(".film-frame video")).to_be_visible()


def test_a_change_from_elsewhere_is_said_and_nothing_is_lost(page: Page, photo: Path):
    small(page, photo, scenes=1)
    id = page.evaluate("localStorage.getItem('studio-film-open')")
    film = call(page, "GET", f"films/{id}")
    changed = film["storyboard"] | {"title": "From elsewhere"}
    call(page, "PUT", f"films/{id}", {"version": film["version"], "storyboard": changed, "what": "Elsewhere"})
    line = scenes(page).get_by_label("What is said")
    line.fill("Mine.")
    line.blur()
    trouble = page.locator(".film-trouble")
    expect(trouble).to_contain_text("changed elsewhere")
    trouble.get_by_role("button", name="Keep mine").click()
    saved(page)
    page.reload()
    page.wait_for_selector(".scene-card")
    expect(page.get_by_label("What is said")).to_have_value("Mine.")


def test_what_is_on_the_shelf_goes_into_a_scene(page: Page, photo: Path):
    small(page, photo, scenes=1)
    page.get_by_role("button", name="Add a scene").click()
    saved(page)
    page.get_by_label("More for garden").click()
    page.locator("dialog[open]").get_by_role("button", name="Send to").click()
    page.locator("dialog[open]").get_by_role("button", name=re.compile("^Film: picture")).click()
    page.locator("dialog[open]").get_by_role("button", name=re.compile("^Scene 2")).click()
    expect(scenes(page).nth(1).locator(".given")).to_contain_text("garden")
    saved(page)
    scenes(page).nth(1).get_by_role("button", name="Describe the picture instead").click()
    expect(scenes(page).nth(1).get_by_label("What is seen", exact=True)).to_be_visible()


def test_a_film_on_a_phone_plays_while_it_is_made_and_is_downloaded(phone: BrowserContext, server: Server):
    page = first_screen(phone, server)
    page.get_by_label("Your story").fill("A red fox runs down to the sea. The moon shines over a small house.")
    page.get_by_role("button", name="Turn it into scenes").tap()
    page.wait_for_selector(".scene-card")
    make = page.get_by_role("button", name="Make a draft")
    expect(make).to_be_in_viewport()
    page.get_by_role("button", name="Move scene 2 up").tap()
    page.get_by_role("button", name=re.compile("^The film: shape")).tap()
    expect(page.get_by_label("Voice", exact=True).first).to_be_visible()
    saved(page)
    with held_up(server, "music"):
        make.tap()
        playing = page.get_by_label("Scenes that are ready")
        expect(playing).to_be_visible(timeout=LONG)
        opening = playing.get_attribute("src")
        assert opening and opening.startswith("studio/media/")
        playing.evaluate("video => video.play()")  # by itself it plays only where motion is wanted
        expect(playing).not_to_have_attribute("src", opening, timeout=LONG)  # it went on to the second scene
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("button", name="Make it full size")).to_be_visible(timeout=LONG)
    expect(playing).to_have_count(0)
    with page.expect_download() as got:
        page.locator(".film-actions").get_by_role("link", name="Download MP4").tap()
    assert got.value.path().read_bytes()[4:8] == b"ftyp"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_axe(page: Page):
    page.evaluate("localStorage.setItem('afternoon-studio-keys', '1')")
    page.locator("body").press("d")
    expect(page.locator("body.dark")).to_have_count(1)
    open_example(page)
    check_axe(page, "film")
    page.get_by_role("button", name="Show or hide all controls").click()
    expect(page.get_by_label("What is said")).to_have_count(0)  # a picture, the sentence and one button
    check_axe(page, "folded")
    scenes(page).first.get_by_role("button", name="Change", exact=True).click()
    scenes(page).first.get_by_role("button", name=re.compile("^Look:")).click()
    check_axe(page, "looks")

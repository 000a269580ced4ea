"""A stranger's walks: by mouse, by touch and by keys through every tab to its first result; through the film editor with two windows, Back and every way of seeing."""

# ruff: noqa: F401, F811  (fixtures are imported by name)
from __future__ import annotations

import os

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.conftest import DESK, PHONE, Server, call, check_axe, until, visiting, wait_until_still
from tests.browser.test_every_view import CUT
from tests.browser.test_film import LONG, REAL, first_screen, held_up, page, saved, server
from tests.browser.test_stage import wait_until_settled

pytestmark = [pytest.mark.browser, pytest.mark.weights]
STORY = "Grandpa Otto bakes bread in his kitchen.\n\nA wolf stands beside a table."
SPOKEN = {"id": "s1", "picture": {"prompt": "a girl and a basket"}, "line": "“Come,” says the girl beside the basket."}
WAYS = {"desk": DESK, "phone": PHONE | {"color_scheme": "dark"}, "keys": DESK}
STEPS = {  # of each tab: what is written into a field or pressed
    "Film": {"Your story": STORY, "Turn it into scenes": ""},
    "Generate": {"What the picture shows": "a red fox beside a house", "Paint the scene": ""},
    "Stylize": {"Begin with these": "", "Paint it": ""},
    "Animate": {"Begin with this": "", "Film it": ""},
    "Write": {"Text with blanks": "Snow covered the ____ of the houses.", "Fill the blanks": ""},
    "Narrate": {"Text": "Late in the afternoon, the light turned gold.", "Speak it": ""},
    "Compose": {"Calm piano": "", "Compose it": ""},
    "Detect": {"A moose": ""},
    "Lab": {"Marbles that find the data": ""},
    "Red team": {"A word slipped into a text": "", "Attack the text": ""},
}
# what can be used at first sight, and nothing lies over it: each thing of the frame; of the tab, where its methods, a slot with its samples, an editor, a setting or the example is one
CONTROLS = """() => {
  const groups = ".invitation, studio-methods, studio-slot, studio-writing, .setting, .field, .examples, .templates, .specimens, .lab-cards";
  const seen = (at, box = at.getBoundingClientRect(), hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)) => at.checkVisibility({ visibilityProperty: true }) && box.width > 4 && hit && (at.contains(hit) || hit.contains(at));
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, audio, video")].filter(one => seen(one.closest("label:has(input)") ?? one));
  const own = one => one.closest("[role=tabpanel]") && !one.closest("studio-shelf");
  return [all.filter(one => !own(one)), [...new Set(all.filter(own).map(one => one.closest(groups) ?? one))]].map(list => list.map(one => one.className || one.tagName));
}"""


def begin_film(page: Page, story: str = STORY) -> None:
    """A film of a typed story, opened."""
    page.get_by_label("Your story").fill(story)
    page.get_by_role("button", name="Turn it into scenes").click()
    page.wait_for_selector(".scene-card")


def open_stage(page: Page, number: int = 0) -> Locator:
    """The stage of a scene, drawn."""
    page.locator(".scene-card").nth(number).get_by_role("button", name="Change it on the stage").click()
    stage = page.locator("dialog[open] .staging")
    wait_until_settled(stage)
    return stage


def use(page: Page, way: str, target: Locator, words: str = "") -> None:
    # with a mouse, a finger, or keys alone
    if way == "keys":
        until(page, lambda: target.evaluate("one => one === document.activeElement") or page.keyboard.press("Tab"))
        page.keyboard.press("Enter" if not words else "End")
    else:
        (target.tap if way == "phone" else target.click)()
    page.keyboard.type(words)


def go(page: Page, way: str, tab: str) -> Locator:
    """Open a tab as this visitor does; return what it shows."""
    target = page.get_by_role("tab", name=tab, exact=True)
    if way == "keys" and target.get_attribute("aria-selected") != "true":
        use(page, way, page.locator(".tabbar [aria-selected=true]"))
        page.keyboard.press("Home")
        until(
            page, lambda: target.evaluate("one => one === document.activeElement") or page.keyboard.press("ArrowRight")
        )
    elif way != "keys":
        use(page, way, target)
    expect(target).to_have_attribute("aria-selected", "true")
    wait_until_still(page)
    return page.locator("[role=tabpanel]:visible")


def look(page: Page, name: str) -> None:
    # keep a picture of what is seen
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name.replace(' ', '-')}.png")


# SHOTS=/tmp/shots python -m pytest -s tests/browser/test_walks.py -k first_result    keeps a picture of every tab and prints its controls
@pytest.mark.long
@pytest.mark.parametrize("way", WAYS)
def test_the_ten_tabs_to_a_first_result(chromium: Browser, real_server: Server, way: str):
    with visiting(chromium, **WAYS[way]) as context:
        page = first_screen(context, real_server)
        for tab in STEPS:
            go(page, way, tab)
            frame, own = page.evaluate(CONTROLS)
            print(f"{way}, {tab}: {len(own)} controls of its own, {len(frame)} of the frame")
            look(page, f"{way} {tab} first")
            assert len(own) <= 7 and len(frame) <= 16, (own, frame)
        for tab, parts in STEPS.items():
            panel = go(page, way, tab)
            for name, words in parts.items():
                field = panel.get_by_role("textbox", name=name, exact=True)
                pressed = panel.locator("button:visible, a:visible", has_text=name).first
                use(page, way, field if words else pressed, words)
                expect(panel.locator("studio-slot:visible:not(.folded, .filled)")).to_have_count(0)  # files come late
            panel.locator(".scene-card, .result .caption, .verdict-kind, .lab-play").first.wait_for(timeout=LONG)
            check_axe(page, f"{tab}, {way}")
            look(page, f"{way} {tab}")
            if tab == "Generate":
                use(page, way, panel.get_by_role("button", name="Send to"))
                use(page, way, page.locator("dialog[open] .line", has_text="Film").first)
                use(page, way, page.get_by_role("button", name="A new scene"))
                expect(page.locator("#tab-film .scene-card")).to_have_count(3)


@REAL
def test_a_story_outlives_a_reload_and_a_step_back_which_also_leads_out_of_the_stage(page: Page):
    page.get_by_label("Your story").fill(STORY)
    page.reload()
    expect(page.get_by_label("Your story")).to_have_value(STORY)
    begin_film(page)
    page.wait_for_url("**/#/film/*")
    open_stage(page)
    page.go_back()
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(page.get_by_label("Your story")).to_have_value(STORY)


def test_five_thousand_characters_become_scenes_and_the_length_is_said(page: Page):
    begin_film(
        page, ("Mina the baker lights the oven. Her cat sleeps on a chair. A postman brings a letter. " * 60)[:5000]
    )
    until(page, lambda: page.locator(".scene-card").count() > 8)
    expect(page.locator(".film-bar [role=alert]")).to_contain_text("5 is the most")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_two_windows_with_one_film(page: Page, visitor: BrowserContext, server: Server):
    begin_film(page)
    page.wait_for_url("**/#/film/*")
    other = visitor.new_page()
    other.goto(page.url)
    line = other.get_by_label("What is said").first
    line.fill("Grandpa Otto bakes a cake.")
    line.blur()
    saved(other)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when its window comes to the front
    expect(page.get_by_label("What is said").first).to_have_value("Grandpa Otto bakes a cake.")
    with held_up(server):  # a draft that is begun in one window is stopped in the other
        page.get_by_role("button", name="Make a draft").click()
        other.get_by_role("button", name="Stop", exact=True).click()
        for window in (other, page):
            window.bring_to_front()
            expect(window.get_by_role("button", name="Make a draft")).to_be_visible()


@REAL
@pytest.mark.parametrize(
    "way",
    ["high contrast", *(pytest.param(way, marks=pytest.mark.long) for way in ("200 %", "320 pixels", "dark"))],
)
def test_the_film_editor_and_the_stage_in_every_way_of_seeing(chromium: Browser, server: Server, way: str):
    size = {"200 %": (720, 450), "320 pixels": (320, 640)}.get(way, (1440, 900))
    seen = {"high contrast": {"forced_colors": "active"}, "dark": {"color_scheme": "dark"}}.get(way, {})
    with visiting(chromium, **DESK | {"viewport": dict(zip(("width", "height"), size))} | seen) as context:
        page = first_screen(context, server)
        film = call(page, "POST", "films", {"storyboard": {"title": "The stage", "scenes": [SPOKEN]}})
        page.goto(server.url + f"#/film/{film['id']}")
        page.reload()
        page.wait_for_selector(".scene-card")
        assert page.evaluate(CUT) == []
        check_axe(page, f"the film editor, {way}")
        stage = open_stage(page)
        stage.get_by_role("button", name="basket", exact=True).click()
        assert page.evaluate(CUT) == []
        inside = page.locator("dialog[open]").evaluate("one => one.scrollWidth <= one.clientWidth")
        quoted = stage.locator(".staging-word.quoted").evaluate_all(
            "all => all.map(word => getComputedStyle(word).display)"
        )
        assert inside and quoted and set(quoted) == {"inline"}  # what is spoken stands in its line
        colours = stage.locator(".staging-colour[style]").evaluate_all(
            "all => all.map(one => getComputedStyle(one).backgroundColor)"
        )
        assert len(set(colours)) == len(colours) > 5  # a colour is itself in high contrast, too
        check_axe(page, f"the stage, {way}")
        page.keyboard.press("Escape")
        expect(page.get_by_role("button", name="Change it on the stage")).to_be_focused()

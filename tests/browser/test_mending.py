"""Eight scenes of eight stories that the reader got wrong are mended by mouse and by touch, each in at most six presses."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server, call, until
from tests.browser.test_film import first_screen
from tests.browser.test_making import LONG
from tests.browser.test_stage import wait_until_settled

pytestmark = [pytest.mark.browser, pytest.mark.weights]


class Hand:
    """A visitor's mouse or finger on the stage of one scene: it points, drags, chooses and types, and counts its presses."""

    def __init__(self, page: Page, number: int, touch: bool = False) -> None:
        self.page, self.touch, self.presses = page, touch, 0
        self.stage: Locator = page.locator("dialog[open] .staging")
        self._press(page.locator(".scene-card").nth(number).get_by_role("button", name="Change it on the stage"))
        wait_until_settled(self.stage)

    def _press(self, what: Locator) -> None:
        self.presses += 1
        (what.tap if self.touch else what.click)(timeout=LONG)

    def _box(self, part: str) -> tuple[float, float, float, float]:
        """The middle of a part in the window, its top and its height."""
        image = self.stage.locator(f"img.staging-figure[data-part={part}]").first
        image.scroll_into_view_if_needed()
        return image.evaluate(
            "image => (b => [b.x + b.width / 2, b.y + b.height / 2, b.y, b.height])(image.getBoundingClientRect())"
        )

    def point(self, part: str) -> None:
        """At somebody or something in the picture."""
        self.presses += 1
        x, y, _, _ = self._box(part)
        (self.page.touchscreen.tap if self.touch else self.page.mouse.click)(x, y)
        expect(self.stage.locator(f'[data-key="part-{part}"]')).to_have_attribute("aria-pressed", "true")

    def drag(self, part: str, holder: str) -> None:
        """Something into the hands of somebody."""
        self.presses += 1
        x, y, top, tall = self._box(part)
        to_x, _, to_top, to_tall = self._box(holder)
        way = [(x, y), (to_x, to_top + 0.6 * to_tall - tall + y - top)]
        if self.touch:
            finger = self.page.context.new_cdp_session(self.page)
            for kind, places in (("touchStart", way[:1]), ("touchMove", way[1:]), ("touchEnd", [])):
                points = [{"x": across, "y": down} for across, down in places]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        else:
            self.page.mouse.move(*way[0])
            self.page.mouse.down()
            self.page.mouse.move(*way[1])
            self.page.mouse.up()
        wait_until_settled(self.stage)

    def choose(self, label: str, choice: str) -> None:
        """One of a list: a press opens it, a press chooses."""
        self.presses += 2
        self.stage.get_by_label(label, exact=True).select_option(label=choice)
        wait_until_settled(self.stage)

    def button(self, name: str) -> None:
        """A word of the line, or a button beside the picture."""
        self._press(self.stage.get_by_role("button", name=name, exact=name[-1] != ":").last)
        wait_until_settled(self.stage)

    def write(self, label: str, words: str) -> None:
        """Into a field, with Enter."""
        field = self.stage.get_by_label(label, exact=True)
        if not field.evaluate("field => field === document.activeElement"):
            self._press(field)
        self.presses += 1
        field.fill(words)
        field.press("Enter")
        wait_until_settled(self.stage)


# a story, what a hand does in its last scene, and what is true of the scene only then
MENDED = json.loads((Path(__file__).parents[1] / "cases" / "mended.json").read_text("utf-8"))


def facts(scene: dict) -> set[str]:
    ties = {f"{tie['kind']} {tie['subject']} {tie['object']}" for tie in scene.get("relations", [])}
    deeds = {f"{actor['id']} {actor.get('act', '')} {actor.get('object', '')}" for actor in scene["actors"]}
    around = {str(scene.get(name)) for name in ("place", "hour", "weather")}
    return ties | deeds | around | {thing["noun"] for thing in scene["things"]}


@pytest.mark.parametrize("half", [0, pytest.param(1, marks=pytest.mark.long)])  # the mouse's is not the finger's
@pytest.mark.parametrize("who", ["visitor", "phone"])
def test_eight_wrong_scenes_are_mended(request: pytest.FixtureRequest, server: Server, who: str, half: int):
    page = first_screen(request.getfixturevalue(who), server)
    cases = MENDED[half ^ (who == "phone") :: 2]
    told = [call(page, "POST", "films/story", {"text": case["story"]})["scenes"][-1] for case in cases]
    shorter = {"titles": {"show": False, "text": ""}, "credits": {"show": False, "text": ""}, "music": {"from": "none"}}
    scenes = [scene | {"id": f"s{n}"} for n, scene in enumerate(told)]
    film = call(page, "POST", "films", {"storyboard": shorter | {"title": "Mended", "scenes": scenes}})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()
    for number, case in enumerate(cases):
        right = set(case["right"])
        assert not right & facts(told[number]["record"]["scene"]), case
        begun, hand = time.monotonic(), Hand(page, number, who == "phone")
        for act, *about in case["hand"]:
            getattr(hand, act)(*about)
        print(f"{who}: {hand.presses} presses and {time.monotonic() - begun:.1f} s")
        expect(hand.stage.locator(".staging-picture")).to_be_in_viewport(ratio=0.99)  # what is changed stays in sight
        assert hand.presses <= 6, case
        page.keyboard.press("Escape")
        expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")
        mended = call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"][number]["record"]["scene"]
        assert right <= facts(mended), (case, facts(mended))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_swap_in_the_whole_film_is_one_step_of_undo(visitor: BrowserContext, server: Server):
    page = first_screen(visitor, server)
    text = (
        "In the meadow a fox looked for a mouse in the long grass. In the kitchen a dog slept beside the warm oven"
        " until noon. On the hill the fox sat under a tree and waited for the moon."
    )
    told = call(page, "POST", "films/story", {"text": text})
    film = call(page, "POST", "films", {"storyboard": {"title": "Swapped", "scenes": told["scenes"]}})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()

    def animals() -> list[str]:
        scenes = call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"]
        return [actor["noun"] for scene in scenes for actor in scene["record"]["scene"]["actors"]]

    before = animals()
    hand = Hand(page, 0)
    hand.point("fox-1")
    hand.button("Swap")
    hand.write("Instead of fox", "bear")
    until(page, lambda: animals() == ["bear", *before[1:]])
    hand.button("In the whole film")
    until(page, lambda: animals() == ["bear" if animal == "fox" else animal for animal in before])
    page.keyboard.press("Escape")
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    until(page, lambda: animals() == before)

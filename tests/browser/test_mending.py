"""Eight scenes of eight stories that the reader got wrong are mended by mouse and by touch, each in at most six presses."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server, call, until
from tests.browser.test_film import first_screen
from tests.browser.test_making import LONG
from tests.browser.test_stage import wait_until_settled

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MOST_PRESSES = 6
STORIES = (
    "The gardener won a prize. The gardener balanced a pumpkin on his head.",
    "The concert began late. The conductor tapped his stick on the stand and the violinist lifted her bow.",
    "The sea was calm. On the ferry two nuns fed crisps to the seagulls.",
    "Winter came early. A penguin in a red scarf waited at the bus stop with a suitcase.",
    "All the guards were asleep. At midnight the burglar tiptoed out of the museum with the painting under his arm.",
    "A man could not swim. The lifeguard whistled and threw a ring to the drowning man.",
    "It rained all day. In the attic the boy found his grandfather's trumpet inside a trunk.",
    "Nobody paid the toll. Under the bridge a troll counted his coins by candlelight.",
)


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
        image = self.stage.locator(f"img.staging-figure[data-part={part}]").first
        image.scroll_into_view_if_needed()
        box = image.bounding_box()
        assert box
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, box["y"], box["height"]

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
        way = [(x, y), (to_x, y), (to_x, to_top + 0.6 * to_tall - tall + y - top)]
        if self.touch:
            finger = self.page.context.new_cdp_session(self.page)
            for kind, at in zip(("touchStart", "touchMove", "touchMove", "touchEnd"), [[way[0]], [way[1]], [way[2]], []]):
                points = [{"x": across, "y": down} for across, down in at]
                finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
        else:
            self.page.mouse.move(*way[0])
            self.page.mouse.down()
            self.page.mouse.move(*way[1])
            self.page.mouse.move(*way[2])
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

    def done(self) -> None:
        assert self.presses <= MOST_PRESSES, self.presses
        self.page.keyboard.press("Escape")


MENDED: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("point", "pumpkin-1"), ("choose", "Stands", "on"), ("choose", "of what", "gardener")),
    (("button", "stand:"), ("write", "Another picture for “stand”", "music stand"), ("write", "Place", "concert hall")),
    (("drag", "crisps-1", "nun-1"), ("button", "fed:"), ("button", "nun"), ("choose", "with or to", "seagull")),
    (("drag", "suitcase-1", "penguin-1"), ("choose", "Season", "winter")),
    (("drag", "picture-1", "thief-1"), ("write", "Place", "museum")),
    (("button", "ring:"), ("write", "Another picture for “ring”", "swimming ring"), ("point", "man-1"), ("choose", "Does", "swim")),
    (("write", "Add", "chest"), ("point", "trumpet-1"), ("choose", "Stands", "in")),
    (("drag", "coin-1", "troll-1"), ("choose", "Time of day", "night"), ("drag", "candle-1", "troll-1")),
)


def list_ties(scene: dict) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["subject"], one["object"]) for one in scene.get("relations", [])}


def acts(scene: dict) -> dict[str, str]:
    return {one["id"]: one.get("act", "") for one in scene["actors"]}


@pytest.mark.parametrize("who", ["visitor", "phone"])
def test_eight_wrong_scenes_of_eight_stories_are_mended(request: pytest.FixtureRequest, server: Server, who: str):
    page = first_screen(request.getfixturevalue(who), server)
    told = [call(page, "POST", "films/story", {"text": story})["scenes"][-1] | {"id": f"s{n}"} for n, story in enumerate(STORIES)]
    shorter = {"titles": {"show": False, "text": ""}, "credits": {"show": False, "text": ""}, "music": {"from": "none"}}
    film = call(page, "POST", "films", {"storyboard": shorter | {"title": "Mended", "scenes": told}})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()
    for number, mend in enumerate(MENDED):
        begun, hand = time.monotonic(), Hand(page, number, who == "phone")
        for act, *about in mend:
            getattr(hand, act)(*about)
        print(f"{who}: scene {number + 1} in {hand.presses} presses and {time.monotonic() - begun:.1f} s")
        import os
        if os.environ.get("SHOTS"):
            hand.stage.locator(".staging-picture").screenshot(path=f"{os.environ['SHOTS']}/{who}-{number}.png")
            page.screenshot(path=f"{os.environ['SHOTS']}/{who}-{number}-page.png")
        hand.done()
    expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")
    wrong = [one["record"]["scene"] for one in told]
    scenes = [one["record"]["scene"] for one in call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"]]
    for a, b in zip(wrong, scenes):
        print(list_ties(a), acts(a), a.get("place"), '->', list_ties(b), acts(b), b.get("place"), b.get("season"), b.get("hour"))


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
    hand.done()
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    until(page, lambda: animals() == before)

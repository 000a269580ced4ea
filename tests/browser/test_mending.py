"""Five scenes of a story that the reader got wrong are mended by pointing, each in at most six clicks."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server, call, until
from tests.browser.test_film import first_screen
from tests.browser.test_making import LONG
from tests.browser.test_stage import wait_until_settled

pytestmark = [pytest.mark.browser, pytest.mark.weights]
MOST_CLICKS = 6
STORY = (
    "In the street the postman leaned his bicycle on a lamp post and rang the bell."
    " In the kitchen a robot played chess with a grandmother."
    " The cat knocked the flower pot off the windowsill onto the sleeping dog."
    " On the hill a girl tied a kite to the pram and pushed her baby brother."
    " In the forest two brothers read a map by torchlight."
)


class Hand:
    """A visitor's hand on the stage of one scene: it points, chooses and types, and counts its clicks."""

    def __init__(self, page: Page, number: int) -> None:
        self.page, self.clicks = page, 0
        self.stage: Locator = page.locator("dialog[open] .staging")
        self._click(page.locator(".scene-card").nth(number).get_by_role("button", name="Change it on the stage"))
        wait_until_settled(self.stage)

    def _click(self, what: Locator) -> None:
        self.clicks += 1
        what.click(timeout=LONG)

    def point(self, part: str) -> None:
        """At somebody or something in the picture."""
        self.clicks += 1
        box = self.stage.locator(f"img.staging-figure[data-part={part}]").first.bounding_box()
        assert box
        self.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(self.stage.locator(f'[data-key="part-{part}"]')).to_have_attribute("aria-pressed", "true")

    def choose(self, label: str, choice: str) -> None:
        """One of a list: a click, as a list opens and closes with one press of the mouse."""
        self.clicks += 1
        self.stage.get_by_label(label, exact=True).select_option(label=choice)
        wait_until_settled(self.stage)

    def button(self, name: str) -> None:
        """A word of the line, or a button beside the picture."""
        self._click(self.stage.get_by_role("button", name=name))
        wait_until_settled(self.stage)

    def put_in(self, noun: str, field: str) -> None:
        """What is typed is looked for; its picture is clicked."""
        search = self.stage.get_by_label(field, exact=True)
        if not search.evaluate("field => field === document.activeElement"):
            self._click(search)
        self.page.keyboard.type(noun)
        self._click(self.stage.locator(f'.staging-choice[data-noun="{noun}"]'))
        wait_until_settled(self.stage)

    def done(self) -> None:
        assert self.clicks <= MOST_CLICKS, self.clicks
        self.page.keyboard.press("Escape")


MENDED: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("point", "bicycle-1"),
        ("choose", "Stands", "beside"),
        ("choose", "of what", "lamp post"),
        ("point", "postman-1"),
        ("choose", "Holds", "bell"),
    ),
    (("put_in", "table", "Add"), ("point", "chess-1"), ("choose", "Stands", "on"), ("choose", "of what", "table")),
    (("point", "dog-1"), ("choose", "Does", "sleep")),
    (("point", "baby-1"), ("button", "Take out"), ("point", "girl-1"), ("choose", "Does", "push a pram")),
    (("choose", "Time of day", "night"), ("point", "boy-2"), ("choose", "Holds", "torchlight")),
)


def list_ties(scene: dict) -> set[tuple[str, str, str]]:
    return {(one["kind"], one["subject"], one["object"]) for one in scene.get("relations", [])}


def acts(scene: dict) -> dict[str, str]:
    return {one["id"]: one.get("act", "") for one in scene["actors"]}


def test_five_wrong_scenes_are_mended_by_pointing(visitor: BrowserContext, server: Server):
    page = first_screen(visitor, server)
    told = call(page, "POST", "films/story", {"text": STORY})["scenes"]
    assert len(told) == len(MENDED)
    wrong = [one["record"]["scene"] for one in told]
    assert not list_ties(wrong[0]) and not list_ties(wrong[1]) and acts(wrong[2])["dog-1"] == ""
    assert acts(wrong[3]) == {"girl-1": "push", "baby-1": ""}
    assert wrong[4].get("hour", "") == "" and ("held by", "flashlight-1", "boy-2") not in list_ties(wrong[4])
    shorter = {"titles": {"show": False, "text": ""}, "credits": {"show": False, "text": ""}, "music": {"from": "none"}}
    film = call(page, "POST", "films", {"storyboard": shorter | {"title": "Mended", "scenes": told}})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()
    for number, mend in enumerate(MENDED):
        hand = Hand(page, number)
        for act, *about in mend:
            getattr(hand, act)(*about)
        hand.done()
    expect(page.locator(".film-head [role=status]").last).to_have_text("Saved")
    scenes = [one["record"]["scene"] for one in call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"]]
    assert list_ties(scenes[0]) == {("beside", "bicycle-1", "street-lamp-1"), ("held by", "bell-1", "postman-1")}
    assert ("on", "chess-1", "table-1") in list_ties(scenes[1])
    assert acts(scenes[2])["dog-1"] == "sleep"
    assert acts(scenes[3]) == {"girl-1": "push_pram"}
    assert scenes[4]["hour"] == "night" and ("held by", "flashlight-1", "boy-2") in list_ties(scenes[4])


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
    hand.put_in("bear", "Instead of fox")
    until(page, lambda: animals() == ["bear", *before[1:]])
    hand.button("In the whole film")
    until(page, lambda: animals() == ["bear" if animal == "fox" else animal for animal in before])
    hand.done()
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    until(page, lambda: animals() == before)

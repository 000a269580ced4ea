"""The stage in a real Chromium: a wrong scene is mended by pointing and painted, and in a film the staging outlives the words and a reload."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.browser.conftest import Server, call, check_axe, open_tab, until
from tests.browser.test_film import first_screen
from tests.browser.test_making import LONG

pytestmark = [pytest.mark.browser, pytest.mark.weights]
FILM = {
    "title": "Two in a meadow",
    "titles": {"show": False, "text": ""},
    "scenes": [
        {"id": "s1", "picture": {"prompt": "a woman in a meadow"}, "line": "Mara waits."},
        {
            "id": "s2",
            "picture": {"prompt": "a girl and a dog in a meadow"},
            "line": "A sad girl and a dog are in a meadow.",
        },
    ],
}


def wait_until_settled(stage: Locator) -> None:
    """The studio has answered, and what it answered is drawn."""
    expect(stage).to_have_attribute("aria-busy", "false", timeout=LONG)
    until(
        stage.page, lambda: stage.locator("img").evaluate_all("all => all.length > 0 && all.every(one => one.complete)")
    )


def on_stage(page: Page, prompt: str) -> Locator:
    """The stage of a picture that is painted now."""
    open_tab(page, "Generate")
    page.get_by_label("What the picture shows").fill(prompt)
    page.get_by_role("button", name="Paint the scene", exact=True).click()
    page.get_by_role("button", name="Change this scene").click(timeout=LONG)
    wait_until_settled(stage := page.locator(".staging"))
    return stage


def scene_of(page: Page, number: int = 0) -> dict:
    """The record beside a picture of the shelf, counted from the newest."""
    id = page.locator("studio-shelf .card").nth(number).get_attribute("data-id")
    return page.request.get(page.url.split("#")[0] + f"studio/media/{id}/files/scene.json").json()


def test_a_wrong_scene_is_mended_in_six_clicks_and_painted(page: Page):
    stage = on_stage(page, "a sad girl and an umbrella in a meadow")
    assert scene_of(page).get("relations", []) == []  # a click so far; the umbrella stands alone on the ground
    girl = stage.locator("img.staging-figure[data-part=girl-1]").bounding_box()
    page.mouse.click(girl["x"] + girl["width"] / 2, girl["y"] + girl["height"] / 2)  # 2
    expect(stage.get_by_role("button", name="girl", exact=True)).to_have_attribute("aria-pressed", "true")
    stage.get_by_label("Holds").select_option(label="umbrella")  # 3
    wait_until_settled(stage)
    stage.get_by_label("Feels").select_option("happy")  # 4
    wait_until_settled(stage)
    expect(stage.get_by_role("button", name="sad: not shown")).to_be_visible()  # she is happy now, and the line says so
    check_axe(page, "the stage")
    page.get_by_role("button", name="Paint the scene", exact=True).click()  # 5: it loses no change of the stage
    expect(page.locator("studio-shelf .card")).to_have_count(2, timeout=LONG)
    made = scene_of(page)
    ties = {(tie["kind"], tie["subject"], tie["object"]) for tie in made["relations"]}
    assert ties == {("held by", "umbrella-1", "girl-1")}
    assert made["actors"][0]["mood"] == "happy"
    page.get_by_role("button", name="Change this scene").click(timeout=LONG)
    stage.get_by_role("button", name="Undo").click()  # what was painted can be taken back too
    stage.get_by_role("button", name="girl", exact=True).click()
    expect(stage.get_by_label("Feels")).to_have_value("", timeout=LONG)


def test_a_change_that_is_still_on_its_way_is_painted(page: Page):
    stage = on_stage(page, "a girl in a meadow")
    stage.get_by_role("button", name="girl", exact=True).click()
    stage.get_by_label("Looks and wears").fill("girl with a red scarf")
    page.keyboard.press("Control+Enter")
    expect(page.locator("studio-shelf .card")).to_have_count(2, timeout=LONG)
    assert scene_of(page)["actors"][0].get("look") == "girl with a red scarf"


@pytest.mark.long
def test_an_upright_scene_is_the_same_on_the_stage_and_in_the_file_and_is_sent_on(page: Page):
    open_tab(page, "Generate")
    page.evaluate("document.querySelector('studio-form[tab=Generate]').set('format', 'portrait')")
    stage = on_stage(page, "a red fox and a dog beside a house by the sea at sunset")
    shown = stage.locator(".staging-picture").screenshot(animations="disabled")
    seen = np.asarray(Image.open(io.BytesIO(shown)).convert("RGB"), dtype=np.float32)
    id = page.locator("studio-shelf .card").first.get_attribute("data-id")
    address = page.url.split("#")[0] + f"studio/media/{id}"
    file = Image.open(io.BytesIO(page.request.get(address).body())).convert("RGB")
    assert file.size == (720, 1280)
    made = np.asarray(file.resize(seen.shape[1::-1], Image.Resampling.LANCZOS), dtype=np.float32)
    assert float(np.abs(seen - made)[12:-12, 12:-12].mean()) < 10  # the corners of the stage are round
    page.get_by_role("button", name="Send to", exact=True).click()
    page.locator("dialog[open]").get_by_role("button", name="Stylize", exact=True).click()
    page.wait_for_selector("studio-slot[name=content].filled")


def test_things_are_moved_by_keys_added_by_a_search_and_taken_back(page: Page):
    stage = on_stage(page, "a table and a cup in a kitchen")
    stage.get_by_role("button", name="cup", exact=True).last.focus()
    page.keyboard.press("Enter")
    figure = stage.locator("img.staging-figure[data-part=cup-1]")
    before = figure.bounding_box()
    page.keyboard.press("Shift+ArrowRight")
    until(page, lambda: figure.get_attribute("style") and "translate" not in figure.get_attribute("style"))
    wait_until_settled(stage)
    until(page, lambda: figure.bounding_box()["x"] > before["x"] + 10)
    table = stage.locator("img.staging-figure[data-part=table-1]").bounding_box()
    now = figure.bounding_box()
    page.mouse.move(now["x"] + now["width"] / 2, now["y"] + now["height"] / 2)
    page.mouse.down()
    page.mouse.move(table["x"] + table["width"] / 2, table["y"] + 8 - now["height"] / 2, steps=4)
    page.mouse.up()
    expect(stage.get_by_label("Stands")).to_have_value("on", timeout=LONG)  # the table is felt
    expect(stage.get_by_role("button", name="Another drawing")).to_have_count(0)  # a cup has no other
    stage.get_by_label("Add", exact=True).fill("fox")
    stage.get_by_label("Add", exact=True).press("Enter")
    expect(stage.get_by_role("button", name="fox", exact=True)).to_have_attribute("aria-pressed", "true", timeout=LONG)
    page.reload()
    open_tab(page, "Generate")
    page.locator("studio-shelf .card").first.locator("button").first.click()
    stage = page.locator(".staging")
    wait_until_settled(stage)
    expect(stage.get_by_role("button", name="fox", exact=True)).to_be_visible()  # no change is lost
    stage.get_by_role("button", name="Undo").click()
    expect(stage.get_by_role("button", name="fox", exact=True)).to_have_count(0, timeout=LONG)


def test_a_film_keeps_its_staging_when_the_words_change_and_after_a_reload(visitor: BrowserContext, server: Server):
    page = first_screen(visitor, server)
    film = call(page, "POST", "films", {"storyboard": FILM})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()
    card = page.locator(".scene-card").nth(1)
    card.get_by_role("button", name="Change it on the stage").click(timeout=LONG)
    stage = page.locator("dialog .staging")
    wait_until_settled(stage)
    stage.get_by_role("button", name="meadow: shown").click()
    expect(stage.get_by_label("Place", exact=True)).to_be_focused()  # what a word says of the setting stands there
    stage.get_by_role("button", name="girl: shown").click()  # a word chooses what it became
    stage.get_by_role("button", name="Leave it").click()
    stage.get_by_role("button", name="sad: not shown").click()  # an adjective asks who is
    stage.get_by_role("group", name="Who or what is “sad”?").get_by_role("button", name="dog").click()
    expect(stage.get_by_label("Feels")).to_be_focused(timeout=LONG)
    expect(stage.get_by_label("Feels")).to_have_value("sad")
    stage.get_by_role("button", name="girl", exact=True).click()
    stage.get_by_label("Feels").select_option("happy")
    wait_until_settled(stage)
    stage.get_by_label("Goes", exact=True).select_option(label="to dog")
    wait_until_settled(stage)
    expect(stage.locator(".staging-deeds")).to_contain_text("walk → dog")
    check_axe(page, "the stage of a film")
    stage.get_by_role("button", name="Undo").click()
    expect(stage.locator(".staging-deeds")).not_to_contain_text("walk", timeout=LONG)
    stage.get_by_role("button", name="dog", exact=True).click()
    stage.get_by_label("Says").fill("Play with me!")
    stage.get_by_label("Says").blur()
    wait_until_settled(stage)
    expect(stage.locator(".staging-line")).to_have_text(re.compile("“Play with me!”$"))
    expect(stage.locator(".staging-times")).to_contain_text("estimated")
    page.keyboard.press("Escape")
    expect(card.get_by_label("What is said")).to_have_value(f"{FILM['scenes'][1]['line']} “Play with me!”")
    page.locator(".film-head").get_by_role("button", name="Undo").click()
    expect(card.get_by_label("What is said")).to_have_value(FILM["scenes"][1]["line"])
    expect(card.get_by_text("It stays when the words change.")).to_be_visible()
    card.get_by_label("What is said").fill("The girl is glad at last.")
    card.get_by_label("What is seen").fill("a girl and a dog on a hill")
    card.get_by_label("What is seen").blur()
    expect(card.get_by_text("The words have changed since; the staging stays.")).to_be_visible()
    until(page, lambda: "on a hill" in json.dumps(call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"][1]))
    page.reload()
    expect(card.get_by_text("The words have changed since; the staging stays.")).to_be_visible(timeout=LONG)
    board = call(page, "GET", f"films/{film['id']}")["storyboard"]
    kept = board["scenes"][1]["record"]
    assert kept["hand"] and kept["prompt"] == "a girl and a dog in a meadow"
    assert kept["scene"]["actors"][0]["mood"] == "happy", json.dumps(kept)

    def now() -> dict[str, Any]:
        return call(page, "GET", f"films/{film['id']}")["storyboard"]["scenes"][1]

    while (told := now())["picture"] != FILM["scenes"][1]["picture"]:
        page.locator(".film-head").get_by_role("button", name="Undo").click()
        until(page, lambda told=told: now() != told)
    expect(card.get_by_label("What is seen")).to_have_value(FILM["scenes"][1]["picture"]["prompt"])
    expect(card.get_by_text("It stays when the words change.")).to_be_visible()
    assert now()["record"]["scene"]["actors"][0]["mood"] == "happy"  # the words are taken back, the staging stays
    card.get_by_role("button", name="Let the words decide again").click()
    expect(card.get_by_text("Staged by hand.")).to_be_hidden()
    until(page, lambda: "record" not in now())


def test_an_own_thing_stays_in_a_film_and_two_windows_lose_no_staging(
    visitor: BrowserContext, server: Server, photo: Path
):
    page = first_screen(visitor, server)
    film = call(page, "POST", "films", {"storyboard": FILM})
    page.goto(server.url + f"#/film/{film['id']}")
    page.reload()
    card, stage = page.locator(".scene-card").first, page.locator("dialog .staging")
    opener = card.get_by_role("button", name="Change it on the stage")
    opener.click(timeout=LONG)
    wait_until_settled(stage)
    cut = Image.open(photo).convert("RGBA")
    cut.putpixel((0, 0), (0, 0, 0, 0))
    cut.save(photo)
    stage.get_by_label("Add", exact=True).fill("robot butler")
    stage.locator("input[type=file]").set_input_files(photo)
    expect(stage.get_by_role("button", name="robot butler", exact=True)).to_be_visible(timeout=LONG)
    wait_until_settled(stage)

    def fetch_film() -> dict:
        return call(page, "GET", f"films/{film['id']}")

    until(page, lambda: fetch_film()["storyboard"]["scenes"][0].get("thing"))
    page.reload()
    opener.click(timeout=LONG)
    wait_until_settled(stage)
    expect(stage.locator("img.staging-figure[data-part=robot-butler-1]")).to_be_visible()

    def elsewhere(mood: str) -> None:  # another window makes the woman feel so
        known = fetch_film()
        known["storyboard"]["scenes"][0]["record"]["scene"]["actors"][0]["mood"] = mood
        call(page, "PUT", f"films/{film['id']}", {"version": known["version"], "storyboard": known["storyboard"]})

    elsewhere("sad")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")  # as when its window comes to the front
    page.wait_for_function(
        "document.querySelector('studio-film').storyboard.scenes[0].record.scene.actors[0].mood === 'sad'"
    )
    stage.get_by_role("button", name="woman", exact=True).click()
    stage.get_by_label("Size", exact=True).select_option("big")
    expect(stage.get_by_role("alert")).to_contain_text("another window")
    wait_until_settled(stage)
    expect(stage.get_by_label("Feels")).to_have_value("sad")  # the newer one, before anything is changed
    stage.get_by_label("Size", exact=True).select_option("big")
    wait_until_settled(stage)
    until(page, lambda: fetch_film()["storyboard"]["scenes"][0]["record"]["scene"]["actors"][0].get("size") == "big")
    # no look at the studio comes in between, nor is one under way that ends the hold
    page.wait_for_function("(film => !film.asking && (film.asking = true))(document.querySelector('studio-film'))")
    elsewhere("happy")
    stage.get_by_label("Size", exact=True).select_option("small")
    expect(stage).to_have_count(0)  # the question stands on the film's page
    page.locator(".film-trouble").get_by_role("button", name="Keep mine").click()
    until(page, lambda: fetch_film()["storyboard"]["scenes"][0]["record"]["scene"]["actors"][0].get("size") == "small")
    assert fetch_film()["storyboard"]["scenes"][0]["record"]["scene"]["actors"][0]["mood"] == "sad"

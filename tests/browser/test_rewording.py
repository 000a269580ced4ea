"""A sentence is rewritten in its tab and in a film, chosen by a key, and suggestions come while somebody writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from pipelines.core.models import where
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.networks import OWN
from pipelines.language.minilm import MINILM
from pipelines.reading.cards import ENGLISH, WORDNET
from tests.browser.conftest import open_tab, press, until, wait_for_hand_over, write
from tests.browser.test_film import small
from tests.browser.test_making import LONG

pytestmark = pytest.mark.long
SAID = "[role=alert]:visible"
TEXT = "It was noon. The very old man walked quite slowly along the road. Then it rained."


@pytest.fixture(autouse=True)
def models() -> None:
    if any(where(card) is None for card in (OWN, SMOLLM2, MINILM, ENGLISH, WORDNET)):
        pytest.skip("the models are not on this machine")


def test_a_sentence_is_marked_rewritten_and_accepted_by_keys(page: Page):
    open_tab(page, "Write", "Rewrite")
    write(page, TEXT)
    press(page, "Rewrite the sentence")
    expect(page.locator(SAID).first).to_contain_text("several sentences", timeout=LONG)
    area = page.locator("studio-writing:visible textarea").first
    area.evaluate("a => { a.focus(); a.setSelectionRange(20, 20); }")
    press(page, "Mark the sentence")
    expect(area).to_have_value(TEXT.replace("The very", "[[The very").replace("road.", "road.]]"))
    wait_for_hand_over(page)
    press(page, "Rewrite the sentence")
    ways = page.locator(".ways .way")
    ways.first.wait_for(timeout=LONG)
    shown = ways.count() - 1
    page.keyboard.press("0")  # the wordings have the focus that the button had
    expect(page.locator(".page-text")).to_have_text(TEXT)
    page.keyboard.press(str(shown))
    expect(ways.nth(shown - 1)).to_have_attribute("aria-checked", "true")
    wording = page.locator(".page-text .rewritten").inner_text()
    page.keyboard.press("Enter")
    expect(area).to_have_value(f"It was noon. {wording} Then it rained.")


def test_words_are_suggested_for_the_blank_at_the_cursor(page: Page):
    open_tab(page, "Write", "Fill")
    area = page.locator("studio-writing:visible textarea").first
    area.fill("They ____ tired after the long walk.")
    area.evaluate("a => { a.setSelectionRange(7, 7); a.dispatchEvent(new Event('input', { bubbles: true })); }")
    row = page.locator(".suggestions:visible .word")
    expect(row.filter(has_text=re.compile("^were$"))).to_have_count(1, timeout=LONG)
    words = row.all_inner_texts()
    assert "was" not in words
    area.focus()
    page.keyboard.press("Alt+Digit1")
    expect(area).to_have_value(f"They {words[0]} tired after the long walk.")


def test_what_was_written_while_words_were_looked_for_is_looked_at_next(page: Page):
    open_tab(page, "Write", "Fill")
    area = page.locator("studio-writing:visible textarea").first
    area.click()
    page.keyboard.type("They ____ tired", delay=20)
    page.wait_for_timeout(400)  # words for this are being looked for: the first time it takes seconds
    page.keyboard.type(" after the long walk.", delay=20)  # words are still there when the sentence has its full stop
    row = page.locator(".suggestions:visible .word")
    expect(row.filter(has_text=re.compile("^were$"))).to_have_count(1, timeout=LONG)


def test_another_language_gets_one_sentence(page: Page):
    open_tab(page, "Write", "Fill")
    area = page.locator("studio-writing:visible textarea").first
    area.click()
    page.keyboard.type("Le chat dort sur la ____ de la maison")
    expect(page.locator(".suggestions:visible")).to_contain_text("English only", timeout=LONG)


def test_a_wording_begins_a_film_and_goes_into_an_open_one(page: Page):
    open_tab(page, "Write", "Fill")
    write(page, "The fox came out of the ____.")
    press(page, "Fill the blanks")
    page.locator(".page-text .blank").first.wait_for(timeout=LONG)
    text = page.locator(".page-text").inner_text()
    page.get_by_role("button", name="Send this wording to").click()
    page.locator("dialog[open]").get_by_role("button", name="Film", exact=True).click()
    scenes = page.locator("studio-film .scene-card")
    expect(scenes.first.get_by_label("What is said").first).to_have_value(text, timeout=LONG)
    open_tab(page, "Write")
    page.get_by_role("button", name="Send this wording to").click()
    page.locator("dialog[open]").get_by_role("button", name=re.compile("Film: what is said in a scene")).click()
    page.locator("dialog[open]").get_by_role("button", name="A new scene").click()
    expect(scenes).to_have_count(2)
    expect(scenes.nth(1).get_by_label("What is said").first).to_have_value(text)


def test_the_row_of_the_decisions_fits_a_phone(page: Page):
    open_tab(page, "Write", "Fill")
    write(page, "The fox came out of the ____.")
    press(page, "Fill the blanks")
    button = page.get_by_role("button", name="Colour by order")
    button.wait_for(timeout=LONG)
    page.set_viewport_size({"width": 390, "height": 844})
    until(page, lambda: (box := button.bounding_box()) and box["x"] >= 0 and box["x"] + box["width"] <= 390)
    button.click()
    expect(page.locator(".page-text .decided.heated").first).to_be_visible()


def test_a_line_of_a_film_is_said_within_some_seconds(page: Page, photo: Path):
    open_tab(page, "Film")
    small(page, photo, 1, "The very old man walked quite slowly along the quiet road.")
    page.get_by_role("button", name="Make it shorter").first.click()
    box = page.locator("dialog[open]")
    box.get_by_label("At most this many seconds").fill("3")
    box.get_by_role("button", name="Rewrite the sentence").click()
    choice = box.locator(".list button").first
    choice.wait_for(timeout=LONG)
    choice.click()
    line = page.get_by_label("What is said").first
    expect(line).to_have_value("The old man walked along the quiet road.")  # eight words: three seconds

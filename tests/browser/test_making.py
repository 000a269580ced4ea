"""The tabs that make voices, music, texts and pictures in layers, in a real Chromium with the real embedded models."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import open_tab, press, wait_for_hand_over, write

pytestmark = [pytest.mark.browser, pytest.mark.weights]
LONG = 240_000  # the first run of a model reads its weights


def test_a_line_is_spoken_and_its_words_light_up(page: Page):
    open_tab(page, "Narrate")
    write(page, "The light turned gold. A fox looked at the sea.")
    page.route("**/words.json", lambda route: route.abort(), times=1)  # an answer that is lost is asked for again
    press(page, "Speak it")
    expect(page.locator(".karaoke .word")).to_have_count(10, timeout=LONG)
    expect(page.locator(".caption")).to_contain_text("signed")
    page.locator(".karaoke .word", has_text="fox").click()
    page.wait_for_selector(".karaoke .word.now")
    page.wait_for_function("document.querySelector('.player audio').currentTime > 0.5")
    page.get_by_role("button", name="More files").click()
    sheet = page.locator("dialog[open]")
    for name in ("words.json", "subtitles.srt", "subtitles.vtt", "MP3"):
        expect(sheet).to_contain_text(name)
    with page.expect_download() as got:
        sheet.get_by_role("link", name=re.compile("subtitles.srt")).click()
    assert "-->" in got.value.path().read_text()


def test_a_dialogue_is_edited_line_by_line(same_page: Page):
    page = same_page
    open_tab(page, "Narrate")
    write(page, "Anna: Who is there?\nBen: Only the wind.")
    page.get_by_role("button", name="Edit as a dialogue").click()
    expect(page.get_by_label("Speaker of line 2")).to_have_value("Ben")
    page.get_by_role("button", name="Remove line 1").click()
    page.get_by_label("Line 1", exact=True).fill("It was the sea.")
    page.get_by_role("button", name="Edit as text").click()
    expect(page.locator("studio-writing:visible textarea").first).to_have_value("Ben: It was the sea.")


@pytest.mark.parametrize(("words", "says"), [("", "empty"), ("😀😀", "read aloud|words|letters")])
def test_what_cannot_be_spoken_gets_one_sentence(same_page: Page, words: str, says: str):
    page = same_page
    open_tab(page, "Narrate")
    write(page, words)
    press(page, "Speak it")
    expect(page.locator("[role=alert]:visible").first).to_contain_text(re.compile(says), timeout=LONG)


def test_blanks_are_filled_and_another_word_is_chosen(page: Page):
    open_tab(page, "Write")
    write(page, "Snow covered the roofs of the town.")
    area = page.locator("studio-writing:visible textarea").first
    area.evaluate("a => a.setSelectionRange(17, 22)")
    page.get_by_role("button", name="Blank the selection").click()
    expect(area).to_have_value("Snow covered the ____ of the town.")
    wait_for_hand_over(page)
    press(page, "Fill the blanks")
    blank = page.locator(".page-text .blank")
    blank.wait_for(timeout=LONG)
    expect(page.locator(".page-text")).to_have_text(re.compile(r"^Snow covered the .+ of the town\.$"))
    blank.click()
    expect(page.locator("dialog[open] .choice").nth(2)).to_be_visible()
    other = page.locator("dialog[open] .choice[aria-pressed=false]").first
    word = other.locator("span").first.text_content()
    other.click()
    expect(page.locator(".page-text .blank.changed")).to_have_text(word)
    slider = page.get_by_label("Step", exact=True)
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".thought")).to_have_text("Nothing is decided yet.")
    page.keyboard.press("End")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".page-text .blank.changed")).to_have_count(0)


def test_a_text_without_blanks_gets_one_sentence(same_page: Page):
    page = same_page
    open_tab(page, "Write")
    write(page, "Nothing is missing here.")
    press(page, "Fill the blanks")
    expect(page.locator("studio-panel:visible [role=alert]")).to_contain_text("There is no blank yet", timeout=LONG)


@pytest.mark.long
def test_a_word_without_a_picture_is_asked_about_before_anything_is_drawn(page: Page):
    open_tab(page, "Generate")
    area = page.get_by_label("What the picture shows")
    area.fill("a limousine beside a house")
    asked = page.locator(".strange-words:visible")
    expect(asked).to_contain_text("limousine", timeout=LONG)
    asked.get_by_role("button", name="Draw “limousine” as").first.click()
    expect(area).not_to_have_value(re.compile("limousine"))
    expect(asked).to_have_count(0)
    area.fill("a fox beside a zorblax")
    expect(asked).to_contain_text("has no picture", timeout=LONG)
    asked.get_by_role("button", name="Leave it out").click()
    expect(asked).to_have_count(0)

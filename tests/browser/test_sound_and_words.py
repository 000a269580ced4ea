"""Narrate, Compose and Write in a real Chromium: heard while made, what cannot be made gets a sentence, texts go on to other tabs."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from pipelines.compose.parts.hearing import BASIC_PITCH
from pipelines.core.models import where
from pipelines.hub.preset import PINS
from tests.browser.conftest import Server, method, open_page, open_tab, press, wait_for_hand_over, write
from tests.browser.test_making import LONG

pytestmark = pytest.mark.long


def test_the_first_sentence_is_heard_while_the_rest_is_made(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_tab(page, "Narrate")
    write(
        page, "Listen. " + "Seven quiet elephants wandered through the marketplace at noon, and nobody saw them. " * 3
    )
    press(page, "Speak it")
    page.wait_for_selector(".karaoke .word", timeout=LONG)
    pieces = [number for number, url in enumerate(asked) if re.search(r"/jobs/\d+/heard/1$", url)]
    result = next(number for number, url in enumerate(asked) if url.endswith("/files/words.json"))
    assert pieces and pieces[0] < result
    expect(page.locator(".karaoke p")).to_have_count(4)


def test_a_blank_phrase_is_filled_and_the_second_alternative_is_read_aloud(page: Page):
    open_tab(page, "Write")
    write(page, "The old man walked slowly down to the sea.")
    area = page.locator("studio-writing:visible textarea").first
    area.evaluate("a => { const at = a.value.indexOf('walked'); a.focus(); a.setSelectionRange(at, at + 13); }")
    page.get_by_role("button", name="As many words", exact=True).click()
    expect(area).to_have_value("The old man [2 words] down to the sea.")
    wait_for_hand_over(page)
    press(page, "Fill the blanks")
    page.locator(".page-text .blank").click(timeout=LONG)
    second = page.locator("dialog[open] .choice").nth(1)
    words = second.locator("span").first.text_content()
    second.click()
    text = f"The old man {words} down to the sea."
    expect(page.locator(".page-text")).to_have_text(text)
    page.get_by_role("button", name="Send this wording to").click()
    page.locator("dialog[open]").get_by_role("button", name="Read aloud", exact=True).click()
    expect(page.get_by_role("tab", name="Narrate", exact=True)).to_have_attribute("aria-selected", "true")
    expect(page.locator("studio-writing:visible textarea").first).to_have_value(text)


def test_only_what_is_selected_is_filled_again(page: Page):
    open_tab(page, "Write")
    write(page, "A ____ slept near the ____.")
    press(page, "Fill the blanks")
    expect(page.locator(".page-text .blank")).to_have_count(2, timeout=LONG)
    before = page.locator(".page-text").inner_text()
    page.locator(".page-text").evaluate(
        """box => { const at = box.lastChild, range = document.createRange(), kept = box.childNodes[2];
        range.setStart(kept, 1); range.setEnd(kept, 6); getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    page.get_by_role("button", name="Fill the selection again").click()
    expect(page.locator(".page-text .blank")).to_have_count(1, timeout=LONG)  # the new result is there
    after = page.locator(".page-text").inner_text()
    was, now = (re.findall(r"\w+", text) for text in (before, after))
    assert now[:2] == was[:2] and now[3:] == was[3:]


def test_the_codes_of_a_hub_model_are_shown(chromium, tmp_path_factory):
    """MusicGen's place in a hub's cache holds a tiny one."""
    from tests.pipelines.compose import tiny

    home = tmp_path_factory.mktemp("codes")
    cache = home / "hf" / "hub" / "models--facebook--musicgen-small"
    revision = PINS["facebook/musicgen-small"]
    (cache / "refs").mkdir(parents=True)
    (cache / "refs" / "main").write_text(revision)
    shutil.copytree(tiny.musicgen(home / "tiny"), cache / "snapshots" / revision)
    server = Server(home / "home", HF_HOME=str(home / "hf"), HF_HUB_OFFLINE="1")
    context = chromium.new_context(viewport={"width": 1440, "height": 900})
    try:
        page = open_page(context, server)
        open_tab(page, "Compose")
        method(page, "Hub models")
        seconds = page.get_by_label("Seconds", exact=True).filter(visible=True).first
        seconds.fill("2")
        seconds.blur()
        wait_for_hand_over(page)
        press(page, "Compose it")
        codes = page.locator("img.codes")
        codes.wait_for(timeout=LONG)
        assert codes.evaluate("i => i.decode().then(() => i.naturalWidth)") == 1200
        page.locator(".codes-frame").click(position={"x": 100, "y": 40})
        page.wait_for_function("document.querySelector('.player audio').currentTime > 0.05")
        page.get_by_role("button", name="More files").click()
        expect(page.locator("dialog[open]")).to_contain_text("codes.json")
    finally:
        context.close()
        server.stop()


def test_a_wish_is_understood_while_it_is_typed_and_what_cannot_be_played_is_offered_otherwise(page: Page):
    open_tab(page, "Compose")
    wish, said = page.get_by_label("What for").filter(visible=True).first, page.locator(".strange-words:visible")
    wish.fill("nervous chase")
    expect(said).to_contain_text("Understood: Chase, Tense", timeout=LONG)
    wish.fill("heavy metal for a storm")
    expect(said).to_contain_text("“heavy metal” cannot be played here", timeout=LONG)
    said.get_by_role("button", name="fast chase with drums").click()
    expect(wish).to_have_value("fast chase with drums for a storm")
    expect(said).to_contain_text("Faster", timeout=LONG)
    expect(said).not_to_contain_text("cannot be played")


HUMMED = """() => { navigator.mediaDevices.getUserMedia = async () => {
    const sound = new AudioContext(), voice = sound.createOscillator(), loud = sound.createGain(), out = sound.createMediaStreamDestination();
    [392, 440, 494, 523, 494, 440, 392].forEach((hz, n) => {
        voice.frequency.setValueAtTime(hz, sound.currentTime + 0.2 + 0.6 * n);
        loud.gain.setValueAtTime(0, sound.currentTime + 0.2 + 0.6 * n);
        loud.gain.linearRampToValueAtTime(0.5, sound.currentTime + 0.23 + 0.6 * n);
        loud.gain.setValueAtTime(0.5, sound.currentTime + 0.7 + 0.6 * n);
        loud.gain.linearRampToValueAtTime(0, sound.currentTime + 0.76 + 0.6 * n);
    });
    voice.connect(loud).connect(out);
    voice.start();
    return out.stream;
}; }"""


@pytest.mark.skipif(where(BASIC_PITCH) is None, reason="Basic Pitch is not here")
def test_a_hummed_tune_is_heard_corrected_and_composed(page: Page):
    open_tab(page, "Compose", "Hum a tune")
    page.evaluate(HUMMED)
    page.get_by_role("button", name="Record: Your tune").click()
    stop = page.get_by_role("button", name="Stop recording")
    expect(stop).to_have_text(re.compile(r"Stop \(5 s\)"), timeout=LONG)
    stop.click()
    page.locator("studio-slot.filled:visible").first.wait_for(timeout=LONG)
    wait_for_hand_over(page)
    press(page, "Hear it")
    page.locator(".roll-box:visible").wait_for(timeout=LONG)
    page.get_by_role("button", name="Edit the tune").filter(visible=True).click()
    sheet = page.locator("dialog[open]")
    notes = sheet.locator("rect")
    assert 5 <= notes.count() <= 12  # a loaded machine drops some of what is recorded
    before = notes.first.get_attribute("aria-label")
    notes.first.press("ArrowUp")
    assert notes.first.get_attribute("aria-label") != before
    notes.nth(1).press("Space")
    expect(notes.nth(1)).to_have_attribute("aria-pressed", "true")
    sheet.get_by_role("button", name="Play it with instruments").click()
    expect(page.get_by_role("button", name="Vary it").filter(visible=True)).to_be_visible(timeout=LONG)
    page.locator("studio-slot.filled:visible").first.wait_for(timeout=LONG)
    wait_for_hand_over(page)
    press(page, "Vary it")
    expect(page.locator(".roll-box:visible canvas")).to_have_attribute(
        "aria-label", re.compile("Score of"), timeout=LONG
    )

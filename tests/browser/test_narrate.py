"""Narrate in a real Chromium: a recording is written down, its text edited, the cut follows; it is spoken again; a voice of another language is offered; a book."""

from __future__ import annotations

import json
import re
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests import books
from tests.browser.conftest import Server, call, fill, open_tab, press, wait_for_hand_over, write

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page with a Narrate that needs no networks."""
    running = Server(tmp_path_factory.mktemp("narrate") / "home", NARRATE="stubs")
    yield running
    running.stop()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Three seconds of a tone."""
    path = tmp_path / "recording.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(16_000)
        out.writeframes((8000 * np.sin(np.arange(48_000) / 10)).astype("<i2").tobytes())
    return path


def newest(page: Page) -> dict[str, Any]:
    """The newest card of the shelf."""
    return call(page, "GET", "shelf")["cards"][0]


def words_of(page: Page) -> dict[str, Any]:
    """What the words.json of the newest result says."""
    file = next(one for one in newest(page)["files"] if one["name"] == "words.json")
    return call(page, "GET", file["url"].removeprefix("studio/"))


def test_a_recording_is_written_down_its_text_edited_and_the_cut_follows(page: Page, recording: Path):
    open_tab(page, "Narrate", "Transcribe")
    fill(page, "recording", recording)
    press(page, "Write it down")
    heard = page.get_by_label("What was heard")
    expect(heard).to_have_value("Uno dos tres.\nCuatro cinco.")
    heard.fill("Uno tres.\nCuatro cinco.")
    press(page, "Cut out what I deleted")
    expect(page.get_by_label("Corrected text").first).to_have_value("Uno tres.\nCuatro cinco.")
    wait_for_hand_over(page)
    first = page.url
    press(page, "Write it down")
    page.wait_for_url(lambda url: "/result/" in url and url != first)
    expect(page.get_by_label("What was heard")).to_have_value("Uno tres.\nCuatro cinco.")
    told = words_of(page)
    assert told["seconds"] == pytest.approx(2.6, abs=0.01)  # “dos” and the pause after it are gone
    assert [round(word["start"], 2) for word in told["sentences"][0]["words"]] == [0.2, 0.6]
    assert "recording.wav" in [one["name"] for one in newest(page)["files"]]


def test_a_recording_is_spoken_again_only_with_consent(page: Page, recording: Path):
    open_tab(page, "Narrate", "Speak a recording again")
    fill(page, "recording", recording)
    page.get_by_label("Voice", exact=True).filter(visible=True).first.select_option(label="Dora, Spanish woman")
    wait_for_hand_over(page)
    press(page, "Speak it again")
    expect(page.locator("[role=alert]:visible").first).to_contain_text("Tick")
    page.get_by_label("I recorded this, or whoever speaks in it has agreed").check()
    wait_for_hand_over(page)
    press(page, "Speak it again")
    expect(page.locator(".karaoke .word")).to_have_count(5)
    starts = [line["start"] for line in words_of(page)["sentences"]]
    assert starts == pytest.approx([0.2, 2.0], abs=0.35)


def test_spanish_for_an_english_voice_is_read_by_a_spanish_one_with_one_press(page: Page):
    open_tab(page, "Narrate")
    write(page, "El zorro mira el mar. {La barca|excitedly} espera.")
    page.get_by_label("Feeling").filter(visible=True).first.select_option(label="Sadly")
    wait_for_hand_over(page)
    press(page, "Speak it")
    press(page, "Read it with Dora, Spanish woman")
    expect(page.locator(".karaoke .word")).to_have_count(8)
    made = json.dumps(call(page, "GET", f"artifacts/{newest(page)['id']}"))
    assert re.search(r'"feeling": ?"sadly"', made) and re.search(r'"voice": ?"ef_dora"', made)


def test_a_book_becomes_an_audiobook(page: Page, tmp_path: Path):
    path = tmp_path / "zorro.epub"
    path.write_bytes(books.epub())
    open_tab(page, "Narrate", "Read a book")
    fill(page, "book", path)
    page.get_by_label("Voice", exact=True).filter(visible=True).first.select_option(label="Dora, Spanish woman")
    wait_for_hand_over(page)
    press(page, "Read it aloud")
    expect(page.locator(".karaoke .word").first).to_be_visible()
    press(page, "More files")
    with page.expect_download() as got:
        page.locator("dialog[open]").get_by_role("link", name=re.compile("M4B")).click()
    assert got.value.path().read_bytes()[8:12] == b"M4B "

"""The administrator's filters for hub models: a list of words, and a network over what was made."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.hub import door


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch):
    monkeypatch.delenv(door.PICTURE_FILTER, raising=False)
    monkeypatch.delenv(door.WORD_FILTER, raising=False)
    door.read_blocked_words.cache_clear()


def test_words_of_the_list_are_refused_whole_and_however_they_are_written(monkeypatch, tmp_path):
    door.check_words("anything at all")
    listed = tmp_path / "words.txt"
    listed.write_text("# a comment\nBad Thing\nugly\n\n", "utf8")
    monkeypatch.setenv(door.WORD_FILTER, str(listed))
    for text in ("a bad thing", "UGLY!", "so-ugly-it is", "Bad\u00a0thing"):
        with pytest.raises(Refusal, match="does not allow a word"):
            door.check_words("fine", text)
    door.check_words("a bad day, an uglyish thing, comment")


def test_a_list_that_cannot_be_read_lets_nothing_through(monkeypatch, tmp_path):
    monkeypatch.setenv(door.WORD_FILTER, str(tmp_path / "none.txt"))
    with pytest.raises(Refusal, match="cannot be read"):
        door.check_words("a fox")


@pytest.mark.parametrize(("said", "limit"), [("", None), ("off", None), ("on", 0.8), ("0.5", 0.5)])
def test_the_switch(monkeypatch, said, limit):
    monkeypatch.setenv(door.PICTURE_FILTER, said)
    assert door.threshold() == limit


@pytest.mark.parametrize("said", ["2", "-1", "much"])
def test_a_switch_that_says_nothing_is_an_error(monkeypatch, said):
    monkeypatch.setenv(door.PICTURE_FILTER, said)
    with pytest.raises(Refusal, match="share between 0 and 1"):
        door.threshold()


def test_some_frames_of_a_film_are_looked_at_and_only_where_it_is_on(monkeypatch):
    seen: list[int] = []
    monkeypatch.setattr(
        door, "unfit", lambda picture: seen.append(picture.getpixel((0, 0))[0]) or picture.getpixel((0, 0))[0] / 255
    )
    frames = [Image.new("RGB", (4, 4), (n, 0, 0)) for n in range(80)]
    assert not door.held_back(frames) and seen == []
    monkeypatch.setenv(door.PICTURE_FILTER, "0.9")
    assert not door.held_back(frames) and len(seen) == 8
    assert door.held_back([*frames[:7], Image.new("RGB", (4, 4), (250, 0, 0))])


@pytest.mark.weights
def test_the_network_is_the_packages_own():
    noise = np.random.default_rng(0).integers(0, 255, (300, 200, 3), np.uint8)
    assert 0 <= door.unfit(Image.fromarray(noise)) < 0.5

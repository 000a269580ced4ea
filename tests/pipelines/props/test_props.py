"""Props: every noun draws, is trimmed and unlike the others; colour words change it; words are found; sizes are true."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.language.colours import COLOUR_WORDS, plain_colour
from pipelines.props import NOUNS, draw, find
from pipelines.props.tones import COLOURS
from pipelines.reading import wordnet
from pipelines.reading.senses import shown_by

SIZE = 64
HEIGHTS = json.loads((Path(__file__).parents[2] / "cases" / "heights.json").read_text("utf-8"))


@cache
def draw_noun(noun: str, colour: str = "") -> np.ndarray:
    return draw(noun, SIZE, colour)


def on_square(rgba: np.ndarray) -> np.ndarray:
    """On white paper, in the middle of a square."""
    page = np.full((SIZE, SIZE, 3), 255, np.float32)
    top, left = (SIZE - rgba.shape[0]) // 2, (SIZE - rgba.shape[1]) // 2
    cover = rgba[..., 3:].astype(np.float32) / 255
    window = page[top : top + rgba.shape[0], left : left + rgba.shape[1]]
    window[:] = window * (1 - cover) + rgba[..., :3] * cover
    return page


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_draws_and_is_trimmed(noun: str) -> None:
    rgba = draw_noun(noun)
    solid = rgba[..., 3] > 0
    assert rgba.dtype == np.uint8 and rgba.shape[2] == 4 and max(rgba.shape[:2]) == SIZE and solid.mean() > 0.04
    assert solid[0].any() and solid[-1].any() and solid[:, 0].any() and solid[:, -1].any()


@pytest.mark.parametrize("noun", NOUNS)
def test_a_colour_word_changes_it(noun: str) -> None:
    apart = on_square(draw_noun(noun, "purple")) - on_square(draw_noun(noun, "yellow"))
    assert (np.abs(apart).max(-1) > 24).sum() > 12


def test_no_two_nouns_look_the_same() -> None:
    names = list(NOUNS)
    pages = np.stack([on_square(draw_noun(noun)).ravel() for noun in names])
    for i in range(len(names)):
        apart = np.abs(pages[i + 1 :] - pages[i]).mean(1)
        assert not len(apart) or apart.min() > 1.0, (names[i], names[i + 1 + int(apart.argmin())])


@cache
def kinds_of(noun: str) -> frozenset[str]:
    """Every word that WordNet has for what a picture shows, and for all that is above it; of words unknown to it those of the last."""
    sense = shown_by(noun if wordnet.senses(noun) else noun.split()[-1])
    kinds = [wordnet.sense(number) for number, _ in wordnet.chain(sense.number)] if sense else []
    return frozenset(word for kind in kinds for word in kind.words)


@pytest.mark.parametrize("kind", HEIGHTS["kinds"])
def test_a_thing_is_as_tall_as_its_kind(kind: str) -> None:
    low, high = HEIGHTS["kinds"][kind]
    metres = {n: NOUNS[n].metres for n in NOUNS if kind in kinds_of(n) and n not in HEIGHTS["of another kind"]}
    assert metres and not {noun: tall for noun, tall in metres.items() if not low <= tall <= high}


def test_every_colour_word_of_scenes_is_known() -> None:
    assert {plain_colour(word) for word in COLOUR_WORDS} <= set(COLOURS)


@pytest.mark.parametrize(
    ("said", "noun"),
    [
        ("lighthouses", "lighthouse"),
        ("Market Stall", "market stall"),
        ("rowing boats", "rowing boat"),
        ("boxes", "box"),
        ("benches", "bench"),
        ("loaves", "bread"),
        ("berries", "berries"),
        ("bike", "bicycle"),
        ("hot-air balloon", "hot air balloon"),
        ("torches", "torch"),
        ("happiness", None),
        ("", None),
    ],
)
def test_words_are_found(said: str, noun: str | None) -> None:
    assert find(said) == noun


def test_every_name_is_found() -> None:
    for noun, prop in NOUNS.items():
        assert all(find(name) == noun for name in (noun, *prop.also)), noun


@pytest.mark.parametrize(
    ("noun", "size", "colour"), [("hope", 64, ""), ("well", 2, ""), ("well", 64, "loud"), ("well", 9999, "")]
)
def test_what_cannot_be_drawn_is_refused(noun: str, size: int, colour: str) -> None:
    with pytest.raises(Refusal):
        draw(noun, size, colour)

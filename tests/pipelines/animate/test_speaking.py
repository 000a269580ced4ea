"""Figures that speak: who says which line of a voice, when mouths move, at whom listeners look."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.kept import fitted_sound
from pipelines.animate.parts.rigged import Performer
from pipelines.animate.parts.speaking import BEHIND_DEGREES, figures_of, speaking_of
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from pipelines.scenes.performers import character_of, place_character

RATE, NAMES = 24, [("girl",), ("fox",), ("girl",)]


def voice() -> Sound:
    """Anna opens her mouth wide from 1.0 to 1.5 s, Ben from 2.0 to 2.5, the narrator before them."""
    sentences = [
        {"speaker": "Narrator", "start": 0.0, "end": 0.9, "text": "Now."},
        {"speaker": "Anna", "start": 1.0, "end": 1.5, "text": "Ah!"},
        {"speaker": "Ben", "start": 2.0, "end": 2.5, "text": "Ah?"},
    ]
    shapes = [(0, 0.9, "aa"), (0.9, 1, "sil"), (1, 1.5, "aa"), (1.5, 2, "sil"), (2, 2.5, "aa"), (2.5, 3, "sil")]
    return Sound(np.zeros((3 * 48000, 1), np.float32), 48000, words={"sentences": sentences, "visemes": shapes})


def test_each_line_moves_the_mouth_of_who_says_it_and_no_other():
    made = speaking_of(voice(), "Anna = girl; Ben = fox", 0.25, RATE, NAMES)
    assert [(turn.figure, turn.start) for turn in made.turns] == [(0, 1.25), (1, 2.25)]
    open_of = [made.mouth(number, 1.25 + 0.25).open for number in (0, 1)]
    assert open_of[0] > 0.9 and open_of[1] == 0 and made.mouth(2, 1.5) is None
    assert made.mouth(1, 2.5).open > 0.9 and made.mouth(0, 2.5).open == 0
    assert made.speaks(0, 1.5) == 1 and made.speaks(0, 2.5) == 0


def test_a_mouth_opens_within_one_frame_of_its_sound():
    made = speaking_of(voice(), "Anna = girl; Ben = fox", 0.25, RATE, NAMES)
    opened = [made.mouth(0, (frame + 0.5) / RATE).open > 0.5 for frame in range(3 * RATE)]
    first, last = opened.index(True), len(opened) - opened[::-1].index(True)
    assert abs(first - 1.25 * RATE) <= 1 and abs(last - 1.75 * RATE) <= 1


def test_names_and_numbers_say_which_figure_is_meant():
    assert figures_of("Anna = girl; Ben=girl 2\nThe Fox = fox", NAMES) == {"anna": 0, "ben": 2, "the fox": 1}
    with pytest.raises(Refusal, match="no “wolf” in this picture; it has girl, fox"):
        figures_of("Anna = wolf", NAMES)
    with pytest.raises(Refusal, match="no “girl 3”"):
        figures_of("Anna = girl 3", NAMES)
    with pytest.raises(Refusal, match="does not say who speaks"):
        figures_of("Anna", NAMES)


def test_a_sound_without_times_is_refused():
    with pytest.raises(Refusal, match="no times of its words"):
        speaking_of(Sound(np.zeros((100, 1), np.float32), 48000), "", 0, RATE, NAMES)


def stage() -> list[Performer]:
    figures = []
    for noun, x in (("girl", 150), ("fox", 450), ("girl", 550)):
        character = character_of(noun)
        still = place_character(character)
        wide = 150 * still.picture.width / still.picture.height
        figures.append(
            ActingFigure((noun,), (x, 300), wide, 150, "ground", "walk", False, 1.0, None, character.to_json())
        )
    cast = Cast(640, 360, (), tuple(figures))
    actors = [Performer(cast, number, (), 3.25, False, 1.0, None) for number in range(3)]
    made = speaking_of(voice(), "Anna = girl; Ben = fox", 0.25, RATE, [one.names for one in figures])
    for actor in actors:
        actor.speaks(made, 78, RATE)
    return actors


def test_listeners_look_at_who_speaks_and_who_talk_face_each_other():
    girl, fox, other = stage()
    assert girl.faces == 1 and fox.faces == -1 and other.faces == -1
    assert fox.listens(0.5)[0] == 0 and girl.listens(0.8)[0] == 0
    while_anna, while_ben = other.listens(1.6 / 3.25), other.listens(2.9 / 3.25)
    assert while_anna[0] == 0 and while_ben[0] == 0 and while_anna[1] != while_ben[1]
    assert girl.look_at(1)[0] == 0 and fox.look_at(2)[0] == BEHIND_DEGREES


def test_a_face_that_speaks_has_the_shapes_of_the_voice():
    girl, fox, _ = stage()
    speaking, silent = (girl.pose(at / 3.25, None).face.open for at in (1.5, 2.6))
    assert speaking > 0.9 and silent < 0.05
    assert fox.pose(2.5 / 3.25, None).face.open > 0.9


def test_the_sound_of_a_clip_begins_with_its_voice():
    made = fitted_sound(Sound(np.ones((100, 1), np.float32), 100), 0.5, 1.2)
    assert len(made.samples) == 120 and made.samples[:50].max() == 0 and made.samples[50:].min() == 1

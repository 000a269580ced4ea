"""A film that is described: a second sound track on which the narrator is heard over the film, and WebVTT beside it."""

from __future__ import annotations

import sys

import av
import numpy as np
import pytest

from pipelines.film.cut import cut
from pipelines.film.dress import dress
from pipelines.media import Sound, Video, load_sound, save_video
from studio.film.descriptions import MOST_CHARACTERS, description_of
from studio.film.storyboard import storyboard_of
from tests.pipelines.film.clips import drifting, saved, tone

cut_module = sys.modules["pipelines.film.cut"]
TOLD = "1\n00:00:00,500 --> 00:00:01,500\nA red fox beside a house.\n"


@pytest.fixture(scope="module")
def scene(tmp_path_factory) -> Video:
    return saved(dress(drifting(0, 72), frames=72, shorter_side=90), tmp_path_factory.mktemp("scene") / "scene.mp4")


def sound_of(path, track: int) -> np.ndarray:
    with av.open(str(path)) as file:
        blocks = [frame.to_ndarray() for frame in file.decode(file.streams.audio[track])]
    return np.concatenate(blocks, axis=1).mean(0)


def test_the_second_track_has_the_narrator_over_a_lower_film(scene, tmp_path):
    narrator = tone(1.0, 48_000, level=0.3)  # the first second of three
    film = cut([scene], music=tone(3.0, 48_000, level=0.1), descriptions=narrator, described=TOLD)
    save_video(film.main, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as file:
        first, second = file.streams.audio
        assert second.metadata["handler_name"] == "Audio description"
        assert first.disposition.name == "default" and "default" not in str(second.disposition.name)
    plain, told = sound_of(tmp_path / "film.mp4", 0), sound_of(tmp_path / "film.mp4", 1)
    assert len(plain) == len(told)
    assert not np.allclose(plain, told, atol=0.01)
    assert b"A red fox beside a house." in film.files["descriptions.vtt"] and film.files["descriptions.vtt"].startswith(
        b"WEBVTT"
    )
    (tmp_path / "told.flac").write_bytes(film.files["descriptions.flac"])
    assert len(load_sound(tmp_path / "told.flac").samples) == 48_000


def test_the_film_is_lower_while_the_narrator_speaks():
    count = 3 * 48_000
    film = np.full((count, 2), 0.1, np.float32)
    speech = np.where(np.arange(48_000) % 2, 0.3, -0.3).astype(np.float32)[:, None]  # no mean of its own
    heard = cut_module._mix_descriptions(film, Sound(speech, 48_000), count, -16.0)
    spoken, after = heard[10_000:40_000].mean(), heard[-20_000:].mean()
    assert 0.08 < spoken / after < 0.4  # 12 dB, and the limiter holds what is loud a little lower


def test_a_film_without_descriptions_has_one_track(scene, tmp_path):
    made = cut([scene], voice=tone(1.0, 48_000))
    save_video(made.main, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as file:
        assert len(file.streams.audio) == 1
    assert "descriptions.vtt" not in made.files


@pytest.mark.parametrize(
    ("prompt", "motion", "said"),
    [
        ("a red fox by the sea", "the fox runs", "A red fox by the sea. The fox runs."),
        ("A fox!", "", "A fox!"),
        ("", "", ""),
        ("  ...  ", "", ""),
    ],
)
def test_what_a_scene_shows_becomes_sentences(prompt, motion, said):
    board = storyboard_of({"scenes": [{"picture": {"prompt": prompt}, "motion": {"text": motion}}]})
    assert description_of(board.scenes[0]) == said


def test_a_long_description_is_bounded():
    board = storyboard_of({"scenes": [{"picture": {"prompt": "a fox and " * 50}}]})
    assert len(description_of(board.scenes[0])) == MOST_CHARACTERS

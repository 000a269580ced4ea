"""A film that is described: a second sound track on which the narrator is heard over the film, and WebVTT beside it."""

from __future__ import annotations

import av
import numpy as np
import pytest

from pipelines.film.cut import cut
from pipelines.film.dress import dress
from pipelines.media import Video, load_sound, save_video
from studio.film.descriptions import MOST_CHARACTERS, description_of
from studio.film.storyboard import storyboard_of
from tests.pipelines.film.clips import drifting, saved, tone

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
    film = cut([scene], music=tone(3.0, 48_000, hz=900, level=0.1), descriptions=narrator, described=TOLD)
    save_video(film.main, tmp_path / "film.mp4")
    with av.open(str(tmp_path / "film.mp4")) as file:
        first, second = file.streams.audio
        assert second.metadata["handler_name"] == "Audio description"
        assert first.disposition.name == "default" and "default" not in str(second.disposition.name)
    plain, told = sound_of(tmp_path / "film.mp4", 0), sound_of(tmp_path / "film.mp4", 1)
    assert len(plain) == len(told)
    wave = np.exp(2j * np.pi * 900 / 48_000 * np.arange(24_000))
    during, after = (abs(np.mean(told[at : at + 24_000] * wave)) for at in (8_000, 80_000))
    assert 0.08 < during / after < 0.4  # 12 dB, and the limiter holds what is loud a little lower
    assert b"A red fox beside a house." in film.files["descriptions.vtt"] and film.files["descriptions.vtt"].startswith(
        b"WEBVTT"
    )
    (tmp_path / "told.flac").write_bytes(film.files["descriptions.flac"])
    assert len(load_sound(tmp_path / "told.flac").samples) == 48_000


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
        ("a fox and " * 50, "", ("A" + ("a fox and " * 50)[1:])[:MOST_CHARACTERS]),
    ],
)
def test_what_a_scene_shows_becomes_sentences(prompt, motion, said):
    board = storyboard_of({"scenes": [{"picture": {"prompt": prompt}, "motion": {"text": motion}}]})
    assert description_of(board.scenes[0]) == said

"""A short film with everything real: what each stem holds, where, and how loud."""

from __future__ import annotations

import zipfile

import numpy as np
import pytest

from pipelines.audio import mix
from pipelines.audio.ducking import speech
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import SOUND_HZ
from pipelines.media import load_sound
from studio.engine.runners import InProcess
from studio.film.executors import render_here
from studio.film.package import pack_handoff
from studio.film.storyboard import NEW_SOUND
from studio.studio import open_studio

pytestmark = [pytest.mark.slow, pytest.mark.long]

SCENES = [
    {
        "id": "park",
        "picture": {"prompt": "a boy in a park in the morning"},
        "motion": {"text": "The boy walks to the right."},
        "line": "In the morning Tom walked through the park.",
    },
    {
        "id": "sea",
        "picture": {"prompt": "a boat by the sea at sunset"},
        "line": "Far away the sea was calm.",
        "transition": {"kind": "cut"},
    },
]


def level_db(track: np.ndarray, start_s: float, end_s: float) -> float:
    part = track[round(start_s * SOUND_HZ) : round(end_s * SOUND_HZ)]
    return float(10 * np.log10(np.square(part).mean() + 1e-12))


def test_every_stem_is_where_it_should_be(tmp_path):
    studio = open_studio(tmp_path / "home", InProcess(), spares=0)
    try:
        board = {"title": "Park and Sea", "mood": "calm", "scenes": SCENES, "credits": {"text": "The end"}, **NEW_SOUND}
        film = studio.films.create("ada", board)
        cut = render_here(studio.films, film, "draft")
        plan = studio.films.plan(film, "draft")
        stems = {}
        with zipfile.ZipFile(pack_handoff(studio.films, film, "draft")) as archive:
            for name in ("voice", "music", "ambience", "effects"):
                path = tmp_path / f"{name}.flac"
                path.write_bytes(archive.read(f"stems/{name}.flac"))
                stems[name] = mixing.stereo(load_sound(path))
    finally:
        studio.close()
    assert {len(track) for track in stems.values()} == {plan.frames * 2000}
    park, sea = (next(one for one in plan.timeline if one.id == id) for id in ("park", "sea"))
    walked = (park.start / 24, (park.start + park.frames) / 24)
    calm = ((sea.start + 12) / 24, (sea.start + sea.frames) / 24 - 0.6)
    assert level_db(stems["effects"], *walked) > level_db(stems["effects"], *calm) + 20  # steps, and nobody by the sea
    assert level_db(stems["effects"], 0, park.start / 24 - 0.1) < -90
    low = mix.high_pass(stems["ambience"], 20) - mix.high_pass(
        stems["ambience"], 700
    )  # waves have depth, birds have none
    assert level_db(low, *calm) > level_db(low, *walked) + 6
    assert -60 < level_db(stems["ambience"], *walked) < -30
    voice, music = stems["voice"], stems["music"] * 10 ** (mixing.MUSIC_DB / 20)
    speaks = speech(load_sound(tmp_path / "voice.flac"), len(voice), after=1, before=0)
    loudness = mix.loudness(voice)
    blocks = -0.691 + 10 * np.log10(mix.blocks(music) + 1e-12)
    when = speaks[((np.arange(len(blocks)) + 2) * SOUND_HZ / 10).astype(int).clip(0, len(speaks) - 1)]
    title = blocks[5 : int(park.start / 24 * 10) - 5]
    assert loudness - blocks[when > 0.9].mean() == pytest.approx(13, abs=3)
    assert loudness - title.mean() == pytest.approx(6, abs=4)
    heard = load_sound(cut.path).samples
    assert mix.loudness(heard) == pytest.approx(-16, abs=1) and mix.true_peak_db(heard) <= -1

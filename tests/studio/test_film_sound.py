"""The sound of a film: what a storyboard says of it, the steps that follow from that, and its stems in the hand-off."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace

import pytest

from pipelines.core.settings import Refusal
from pipelines.film.parts import mixing
from pipelines.media import load_sound
from studio.film.executors import render_here
from studio.film.package import packed
from studio.film.storyboard import NEW_SOUND, Music, Sounds, as_json, storyboard_of
from tests.studio import film_stubs as stubs
from tests.studio.film_stubs import story

pytestmark = pytest.mark.slow


@pytest.fixture
def studio(tmp_path):
    with stubs.opened(tmp_path / "home") as opened:
        yield opened


def test_a_storyboard_of_before_has_the_sound_of_before():
    board = storyboard_of(story())
    assert board.sounds == Sounds() and board.music == Music() and "sounds" not in as_json(board)
    assert as_json(board)["music"] == {"from": "composed"}
    new = storyboard_of(story(**NEW_SOUND))
    assert storyboard_of(as_json(new)) == new and new.music.under == 13 and new.sounds == Sounds(0, 0)
    assert as_json(replace(new, music=Music(hits=(2.5, 9))))["music"]["hits"] == [2.5, 9]


@pytest.mark.parametrize(
    "wrong",
    [
        {"sounds": {"ambience": 90}},
        {"sounds": {"effects": "loud"}},
        {"music": {"under": 0}},
        {"music": {"under": 12, "pauses": float("nan")}},
        {"music": {"hits": [-1]}},
        {"music": {"hits": ["soon"]}},
        {"music": {"hits": list(range(21))}},
    ],
)
def test_what_no_sound_can_have_is_refused_in_a_sentence(wrong):
    with pytest.raises(Refusal, match=r"\.$"):
        storyboard_of(story(**wrong))


def test_what_is_changed_is_made_again_and_nothing_else(studio):
    old = studio.films.plan(studio.films.create("ada", story()), "draft")
    assert not {"ambience", "score", "a.effects"} & set(old.steps)
    film = studio.films.create("ada", story(**NEW_SOUND))
    plan = studio.films.plan(film, "draft")
    assert {"ambience", "score", "a.effects", "b.effects", "c.effects"} <= set(plan.steps)
    assert plan.steps["music"].call.pipeline == "film.bed" and plan.steps["music"].call.settings["pauses"] == 6
    assert plan.steps["cut"].call.settings["places"].count(";") == 3 and plan.steps["cut"].call.settings[
        "places"
    ].endswith("0 0")
    render_here(studio.films, film, "draft")
    music = replace(film.board.music, under=9)
    farther = studio.films.edit("ada", film.id, replace(film.board, music=music), version=film.version, what="")
    assert {step.key for step in studio.films.plan(farther, "draft").stale} == {"music", "cut"}  # nothing is composed
    sounds = Sounds(-6, None)
    quieter = studio.films.edit("ada", film.id, replace(film.board, sounds=sounds), version=farther.version, what="")
    assert {step.key for step in studio.films.plan(quieter, "draft").stale} == {"cut"}
    hit = replace(film.board.music, hits=(3.0, 900.0))
    struck = studio.films.edit("ada", film.id, replace(film.board, music=hit), version=quieter.version, what="")
    after = studio.films.plan(struck, "draft")
    assert after.steps["score"].call.settings["hits"] == "3"  # the other lies behind the end
    assert {"score"} <= {step.key for step in after.stale} and not after.steps["music"].made


def test_the_hand_off_has_a_stem_for_each_and_they_are_as_long_as_the_film(studio, tmp_path):
    film = studio.films.create("ada", story(**NEW_SOUND))
    made = render_here(studio.films, film, "draft")
    plan = studio.films.plan(film, "draft")
    with zipfile.ZipFile(packed(studio.films, film, "draft")) as archive:
        names = set(archive.namelist())
        stems = {"voice", "music", "ambience", "effects"}
        assert {f"stems/{name}.flac" for name in stems} <= names and "stems/sounds.flac" not in names
        for name in sorted(stems):
            path = tmp_path / f"{name}.flac"
            path.write_bytes(archive.read(f"stems/{name}.flac"))
            assert len(mixing.stereo(load_sound(path))) == plan.frames * 2000, name
        if "timeline.otio" in names:
            timeline = json.load(io.BytesIO(archive.read("timeline.otio")))
            tracks = {track["name"] for track in timeline["tracks"]["children"]}
            assert {"Voice", "Music", "Ambience", "Effects"} <= tracks
    assert made.facts["frames"] == plan.frames


def test_a_film_that_is_begun_on_the_page_has_its_sound_and_an_example_keeps_its_own(studio):
    from studio.web.film_routes import _create

    class Asked:
        def __init__(self, **asked):
            self.query_params = {"size": "draft"}
            self.state = type("State", (), {"asked": asked})

    create = _create(studio.films)
    begun = create("ada", Asked(storyboard={"title": "New"}))["storyboard"]
    assert begun["sounds"] == NEW_SOUND["sounds"] and begun["music"]["under"] == 13
    kept = create("ada", Asked(storyboard=as_json(storyboard_of(story()))))["storyboard"]
    assert "sounds" not in kept and "under" not in kept["music"]
    assert "sounds" not in create("ada", Asked(example="fox"))["storyboard"]

"""Films whose parts are made by models of a hub: chosen per film and scene, counted before a render, killed and gone on with, never replaced in silence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core.settings import Refusal
from studio.film import describe, engines
from studio.film.executors import render_here
from studio.film.storyboard import as_json, storyboard_of
from tests.hub_cache import keep, use
from tests.studio import engine_film
from tests.studio import film_stubs as stubs

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def studio(tmp_path, monkeypatch):
    use(monkeypatch, tmp_path / "cache")
    with stubs.open_studio_of_stubs(tmp_path / "home") as opened:
        yield opened


@pytest.mark.weights
@pytest.mark.long
def test_every_slot_is_made_by_a_tiny_hub_model(tmp_path):
    command = [sys.executable, "-m", "tests.studio.engine_film", str(tmp_path / "home"), str(tmp_path / "cache")]
    answer = json.loads(subprocess.check_output(command, cwd=ROOT, timeout=500).splitlines()[-1])
    steps = {
        "a.line": "narrate.speak",
        "a.picture": "generate.diffusion",
        "a.motion": "animate.diffusion",
        "b.picture": "generate.storybook",
        "b.first": "film.still",
        "b.motion": "animate.diffusion",
        "c.drawn": "generate.storybook",
        "c.picture": "generate.painted",
        "c.acted": "animate.layers",
        "c.motion": "animate.diffusion",
        "score": "compose.sample",
    }
    assert answer["steps"].items() >= steps.items() and answer["stale"] == []
    assert {"SD-Turbo", "LTX-Video", "MusicGen small", "Wan 2.1 VACE, 1.3B"} < set(answer["models"])
    assert answer["checked"]["a"] == answer["checked"]["b"] == 0  # they were not painted from our drawing


def plan_film(studio, **more):
    film = studio.films.create("ada", engine_film.board(**more))
    return film, studio.films.plan(film, "draft")


def test_what_the_check_after_painting_found_is_said_on_the_card(tmp_path):
    from pipelines.media import beside
    from studio.film.steps import notes_beside

    picture = tmp_path / "picture.png"
    beside(picture).mkdir()
    assert notes_beside(picture) == []
    (beside(picture) / "painted.json").write_text(
        json.dumps({"checks": {"notes": ["house-1 was to be red and looks blue; try another seed."]}})
    )
    assert notes_beside(picture) == ["house-1 was to be red and looks blue; try another seed."]
    (beside(picture) / "painted.json").write_text("[]")
    os.utime(beside(picture) / "painted.json", (1, 1))
    assert notes_beside(picture) == []


def test_a_missing_model_is_a_problem_and_nothing_takes_its_place(studio):
    film, plan = plan_film(studio)
    assert any("SD-Turbo (2.6 GB)" in part and "choose another for the picture" in part for part in plan.problems)
    with pytest.raises(Refusal, match="is not here; fetch it"):
        render_here(studio.films, film, "draft")
    assert stubs.RUNS == []
    before = describe.before(film)
    assert {part["name"] for part in before["models"]} == {
        "SD-Turbo",
        "LTX-Video",
        "Wan 2.1 VACE, 1.3B",
        "MMS text to speech, English",
        "MusicGen small",
    }
    assert before["download_bytes"] == 2_600_000_000 + 28_000_000_000 + 19_000_000_000 + 145_000_000 + 2_400_000_000
    assert before["memory_gb"] == 14 and not before["commercial"]
    own = replace(
        film.board, engines=engines.NONE, scenes=tuple(replace(part, engines=None) for part in film.board.scenes)
    )
    chosen = studio.films.edit("ada", film.id, own)
    assert describe.before(chosen)["models"] == [] and not studio.films.plan(chosen, "draft").problems


def test_a_model_that_is_here_counts_as_fetched(studio, tmp_path):
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "model_index.json").write_text("{}")
    keep(tmp_path / "cache", "stabilityai/sd-turbo", tmp_path / "made")
    film, plan = plan_film(studio, motion="", voice="", music="")
    assert not any("SD-Turbo" in one for one in plan.problems)
    assert next(one for one in describe.before(film)["models"] if one["name"] == "SD-Turbo")["present"]


def test_a_scenes_own_choice_goes_before_the_films(studio):
    _, plan = plan_film(studio)
    steps = {key: step.call for key, step in plan.steps.items() if step.call}
    assert steps["a.picture"].settings["model"] == "sd-turbo" and steps["b.picture"].pipeline == "generate.storybook"
    assert "last" in steps["b.motion"].inputs and plan.steps["b.motion"].needs[0] == "b.first"
    assert steps["a.picture"].settings["seed"] == steps["c.picture"].settings["seed"]  # one noise for the whole film
    assert steps["a.motion"].settings["seconds"] <= 97 / 24
    full = studio.films.plan(studio.films.film("ada", studio.films.listed("ada")[0]["id"]), "full")
    draft, whole = steps["a.motion"].settings, full.steps["a.motion"].call.settings
    width = lambda settings: int(settings["size"].partition("x")[0])  # noqa: E731
    assert width(draft) < width(whole) and draft["steps"] < 30 and whole.get("steps", 0) == 0


def test_a_scene_is_painted_from_our_drawing_where_the_storyboard_says_how_freely(studio):
    film, plan = plan_film(studio, motion="", voice="", music="", free=0.3)
    drawn, painted = plan.steps["a.drawn"].call, plan.steps["a.picture"].call
    assert drawn.pipeline == "generate.storybook" and drawn.settings["prompt"] == "a red fox"
    assert painted.pipeline == "generate.painted" and plan.steps["a.picture"].needs == ("a.drawn",)
    assert (
        painted.settings["free"] == 0.3
        and painted.settings["model"] == "sd-turbo"
        and painted.settings["passes"] == "each"
    )
    assert plan.steps["c.picture"].call.settings["free"] == 0.6  # the scene's own
    assert plan.steps["b.picture"].call.pipeline == "generate.storybook" and "b.drawn" not in plan.steps  # kept
    assert not painted.settings.get("portraits")
    assert plan.steps["a.picture"].facts["width"] == int(painted.settings["size"].split("x")[0])
    lcm = replace(film.board, engines=replace(film.board.engines, picture="lcm"))
    again = studio.films.plan(studio.films.edit("ada", film.id, lcm), "draft")
    assert again.steps["a.picture"].call.settings.get("passes", "") == ""  # it fills no masks
    assert storyboard_of(as_json(film.board)) == film.board and not painted.settings.get("again")
    twice = storyboard_of(as_json(film.board) | {"engines": {**as_json(film.board.engines), "again": 2}})
    assert (
        studio.films.plan(studio.films.edit("ada", film.id, twice), "draft").steps["a.picture"].call.settings["again"]
        == 2
    )
    assert storyboard_of(as_json(twice)) == twice
    for wrong in (3, -1, True, "2"):
        with pytest.raises(Refusal, match="at most 2 times"):
            storyboard_of(as_json(film.board) | {"engines": {"picture": "sd-turbo", "again": wrong}})
    for wrong in (0, 1.5, True, "0.5"):
        with pytest.raises(Refusal, match="how free a picture is"):
            storyboard_of(as_json(film.board) | {"engines": {"picture": "sd-turbo", "free": wrong}})


def test_a_model_follows_the_scene_that_is_acted_here(studio):
    """The clip comes from the scene's layers, the first picture is the painted one; Wan Animate gets a skeleton and a face."""
    film, plan = plan_film(studio, motion="acted:vace", voice="", music="", free=0.3)
    steps = {key: step.call for key, step in plan.steps.items() if step.call}
    assert (
        plan.steps["a.motion"].needs[:2] == ("a.picture", "a.acted") and steps["a.motion"].settings["model"] == "vace"
    )
    assert steps["a.acted"].pipeline == "animate.layers" and plan.steps["a.acted"].needs[0] == "a.drawn"
    assert steps["a.picture"].pipeline == "generate.painted"
    words = replace(film.board, engines=replace(film.board.engines, free=None))
    again = studio.films.plan(studio.films.edit("ada", film.id, words), "draft")
    assert again.steps["a.picture"].call.pipeline == "generate.diffusion" and again.steps["a.drawn"].call is not None
    other = replace(film.board, engines=replace(film.board.engines, motion="acted:wan-animate"))
    calls = {
        key: step.call
        for key, step in studio.films.plan(studio.films.edit("ada", film.id, other), "draft").steps.items()
    }
    assert set(calls["a.motion"].inputs) == {"picture", "movement", "face"}
    shown = describe.film(studio.films, studio.films.film("ada", film.id), "draft")["plan"]
    assert {"Our drawing", "Skeletons", "Face"} <= {part["label"] for part in shown["steps"]} and not any(
        part["checked"] for part in shown["scenes"]
    )
    assert (calls["a.skeletons"].settings["show"], calls["a.face"].settings["show"]) == ("skeletons", "face")
    lines = replace(film.board, engines=replace(film.board.engines, motion="acted:ltx2"))
    shown = describe.before(studio.films.edit("ada", film.id, lines))
    assert "LTX-2 control by lines" in {part["name"] for part in shown["models"]}


def test_a_cast_member_is_shown_to_models_that_take_references(studio):
    board = engine_film.board(picture="flux2-klein", motion="", voice="", music="")
    film = studio.films.create("ada", board)
    from pipelines.scenes.performers import character_of

    who = json.loads(character_of("fox", "a red fox with green eyes").to_json())
    changed = as_json(film.board) | {"cast": {"fox": {"character": who}}}
    film = studio.films.edit("ada", film.id, storyboard_of(changed))
    plan = studio.films.plan(film, "full")
    portrait = next(step for key, step in plan.steps.items() if key.endswith(".portrait"))
    assert portrait.call.pipeline == "generate.character"
    assert plan.steps["a.picture"].needs == (portrait.key,) and plan.steps["c.picture"].needs == ("c.drawn",)


@pytest.mark.parametrize(
    ("slot", "value", "said"),
    [
        ("picture", "no-such", "the picture's model “no-such” is gone"),
        ("motion", "ltx", "the motion “ltx” is gone"),
        ("motion", "picture:no-such", "the motion's model"),
        ("voice", "other:a/b", "the voice's model"),
        ("music", "bogus", "the music's model"),
        ("picture", "other:not an id", "owner/name"),
    ],
)
def test_an_engine_that_is_not_here_is_said_and_the_film_stays_readable(studio, slot, value, said):
    _, plan = plan_film(studio, **{slot: value})
    assert any(said in one for one in plan.problems)


def test_engines_are_kept_in_the_storyboard_and_nothing_else_is():
    board = storyboard_of(engine_film.board(references={"Fox": "ab" * 16, "x": "../etc"}, bogus="1"))
    again = storyboard_of(as_json(board))
    assert again == board and as_json(board)["engines"]["references"] == {"fox": "ab" * 16}
    assert "bogus" not in as_json(board)["engines"] and as_json(board)["scenes"][1]["engines"]["goes_on"] is True
    assert "engines" not in as_json(storyboard_of({"title": "x", "scenes": [{}]}))
    with pytest.raises(Refusal, match="Scene 1: the picture's model cannot be read"):
        storyboard_of({"scenes": [{"engines": {"picture": "<script>"}}]})


def test_menus_offer_every_preset_where_it_can_stand():
    menus = engines.options()
    assert menus["picture"][0]["value"] == "" and {
        "words:wan",
        "picture:wan22",
        "ends:wan-flf",
        "acted:vace",
        "acted:wan-animate",
    } <= {entry["value"] for entry in menus["motion"]}
    assert {"words:other:", "picture:other:"} <= {entry["value"] for entry in menus["motion"]}
    assert engines.engine("motion", "words:other:owner/name").card.source == "hub:owner/name"
    for slot, listed in menus.items():
        for entry in listed[1:]:
            if entry["value"].endswith("other:"):
                continue
            found = engines.engine(slot, entry["value"])
            assert found is not None and found.card.name == entry["label"] and entry["licence"]

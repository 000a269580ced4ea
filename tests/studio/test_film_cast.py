"""The cast of a film: changed in one place, exactly the pictures that show somebody are stale; nobody else's files, no nonsense."""

from __future__ import annotations

import json

import pytest

from pipelines.core.settings import Refusal
from pipelines.figures import Character
from pipelines.film.parts.story import told
from pipelines.generate.parts.scene_drawings import cast_in
from pipelines.scenes.performers import cast_of
from studio.film import cast
from studio.film.storyboard import storyboard_of

PROMPTS = (
    "an old grandmother and a red fox in a meadow",
    "a lighthouse by the sea",
    "a fox in the snow",
    "two grandmothers in a room",
)
GREEN = {
    "character": json.loads(Character("grandmother", {"glasses_colour": "#3f9a3c"}, name="Ada").to_json()),
    "artifact": "",
}


def board(prompts=PROMPTS, **more):
    scenes = [{"id": f"s{n}", "picture": {"prompt": prompt}, "line": ""} for n, prompt in enumerate(prompts, 1)]
    return storyboard_of({"title": "A", "scenes": scenes, **more})


def test_everybody_whom_the_pictures_show_is_in_the_cast():
    found = {one["word"]: one for one in cast.members(board())}
    assert list(found) == ["grandmother", "fox"]
    assert found["grandmother"]["scenes"] == ["s1", "s4"] and found["fox"]["scenes"] == ["s1", "s3"]
    assert not found["fox"]["changed"] and found["fox"]["character"]["kind"] == "fox"
    assert all(one["character"]["voice"] for one in found.values())


@pytest.mark.weights
def test_whoever_has_a_name_goes_by_it_in_the_whole_film():
    raft = told(
        "On Saturday Nora and her friend Mia built a raft at the lake. Their dog Biscuit jumped on the raft and barked. "
        "A duck swam past, and the dog fell into the water. Mia laughed and pulled him out."
    )
    raft["scenes"][3]["picture"]["prompt"] = "a dog by a lake"  # by hand: only one in the film is a dog
    found = {one["word"]: (one["character"]["name"], len(one["scenes"])) for one in cast.members(storyboard_of(raft))}
    assert found == {"nora": ("Nora", 3), "mia": ("Mia", 3), "biscuit": ("Biscuit", 3), "duck": ("", 1)}
    film = storyboard_of(raft | {"cast": {"mia": GREEN, "biscuit": GREEN}})
    playing = [list(json.loads(cast.playing(film, scene))) for scene in film.scenes]
    assert playing == [["mia"], ["biscuit", "mia"], ["biscuit", "mia"], ["dog"]]
    staged = cast_in(film.scenes[1].record.scene, cast_of(cast.playing(film, film.scenes[1]))).actors
    assert sorted(actor.cast for actor in staged if actor.noun == "grandmother") == ["Biscuit", "Mia"]


def test_a_change_reaches_exactly_the_pictures_that_show_it():
    before, after = board(), board(cast={"grandmother": GREEN})
    changed = [
        old.id for old, new in zip(before.scenes, after.scenes) if cast.playing(before, old) != cast.playing(after, new)
    ]
    assert changed == ["s1", "s4"]
    assert json.loads(cast.playing(after, after.scenes[3]))["grandmother"]["changes"] == {"glasses_colour": "#3f9a3c"}


def test_who_is_described_once_looks_so_in_every_scene():
    plain = json.loads(cast.playing(board(), board().scenes[2]))
    assert plain["fox"]["changes"]["fur"] == next(
        one["character"]["changes"]["fur"] for one in cast.members(board()) if one["word"] == "fox"
    )
    assert "fox" not in json.loads(cast.playing(board(), board().scenes[0]) or "{}")  # there the words say it


def test_a_name_of_the_cast_is_found_in_the_pictures():
    one = board((PROMPTS[0], "Ada beside a lighthouse"), cast={"Ada": GREEN})
    assert cast.members(one)[-1]["scenes"] == ["s2"] and "ada" in json.loads(cast.playing(one, one.scenes[1]))


@pytest.mark.parametrize(
    "given",
    [
        {"fox": {"character": {"kind": "fox"}}},
        {"fox": {"character": GREEN["character"] | {"kind": "nobody"}}},
        {"fox": {"character": GREEN["character"] | {"kind": "fox", "changes": {"tail_size": 1e9}}}},
        {"<b>": GREEN},
        {"fox": "a fox"},
        {"fox": {"character": {"format": "afternoon-studio/character/1", "kind": "fox", "name": "a\u202eb"}}},
        {f"fox {chr(97 + n % 26)}{chr(97 + n // 26)}": GREEN for n in range(40)},
    ],
)
def test_a_cast_that_cannot_be_is_refused(given):
    with pytest.raises(Refusal):
        board(cast=given)


def test_an_editor_shows_what_it_changes():
    first = cast.try_on(None, prompt="an old grandmother with round glasses", height_px=96)
    again = cast.try_on(
        None, character=first["character"], changes={"glasses_colour": "#3f9a3c"}, name="Ada", height_px=96
    )
    assert again["character"]["name"] == "Ada" and again["character"]["changes"]["glasses_colour"] == "#3f9a3c"
    assert first["picture"] != again["picture"] and again["picture"].startswith("data:image/webp;base64,")
    glasses = next(one for one in again["controls"] if one["name"] == "glasses_colour")
    assert glasses["value"] == "#3f9a3c" and glasses["sort"] == "colour" and glasses["group"] == "Head"
    for changes, problem in (({"hat": "stovepipe"}, "Hat cannot be"), ({"head": [1]}, "")):
        with pytest.raises(Refusal, match=problem):
            cast.try_on(None, character=first["character"], changes=changes)


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"prompt": ["a fox"]},
        {"prompt": "a fox", "changes": {"hat": "x" * 30_000}},
        {"prompt": "a" * 700},
        {"prompt": "a fox", "height_px": 10**9},
        {"prompt": "a fox", "view": "below"},
        {"prompt": "a fox", "action": "no such act"},
        {"prompt": "a fox", "name": "a\u202eb"},
        {"character": {"format": "afternoon-studio/character/1", "kind": "fox", "changes": {"plan": "biped"}}},
    ],
)
def test_what_no_editor_asks_is_refused_before_anything_is_painted(asked):
    from types import SimpleNamespace

    from studio.web.film_routes import FilmRoutes

    runner = SimpleNamespace(run_in_worker=lambda store, task, **words: cast.try_on(store, **words))
    films = SimpleNamespace(store=None, studio=SimpleNamespace(jobs=SimpleNamespace(runner=runner)))
    with pytest.raises(Refusal):
        FilmRoutes(films).figure("me", SimpleNamespace(state=SimpleNamespace(asked=asked)))

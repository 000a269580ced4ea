"""The stage's route: a visitor's own picture or film only, a change of a record at a time, one sentence for whatever is wrong."""

from __future__ import annotations

import io
import json

import pytest

from studio.storage.artifacts import Artifact, Call
from studio.storage.store import session_key
from tests.asgi import client  # noqa: F401
from tests.fixtures import picture
from tests.security.shelf import TOKEN

pytestmark = pytest.mark.weights
SCENE = {
    "place": "meadow",
    "actors": [{"id": "girl-1", "noun": "girl"}, {"id": "dog-1", "noun": "dog"}],
    "things": [{"id": "cup-1", "noun": "cup"}],
}


def store_painting(studio, session: str, pipeline: str = "generate.storybook") -> str:
    """A picture on somebody's shelf that Storybook is said to have painted."""
    held, path = io.BytesIO(), studio.store.new_file(".png")
    picture(16, 12, 1).save(held, "PNG")
    path.write_bytes(held.getvalue())
    call = Call(pipeline, {}, {"prompt": "a girl and a dog in a meadow", "seed": 3})
    made = Artifact(call.id, session, "layers", "image/png", path, "a girl", call, {"width": 16, "height": 12})
    return studio.store.keep(made, b"thumbnail").id


@pytest.fixture
def ask(client):  # noqa: F811
    def post_stage(**body):
        return client.post("/studio/stage", headers={"x-studio": "1"}, content=json.dumps(body))

    return post_stage


@pytest.fixture
def mine(studio) -> str:
    return store_painting(studio, session_key("visitor:" + TOKEN))


def test_a_change_comes_back_as_a_record_its_layers_and_the_call_that_paints_it(studio, ask, mine):
    first = ask(of={"artifact": mine}, scene=SCENE).json()
    assert {layer["part"] for layer in first["layers"]} == {"", "girl-1", "dog-1", "cup-1"}
    assert all(layer["url"].startswith("data:image/webp;base64,") for layer in first["layers"])
    known = [layer["key"] for layer in first["layers"]]
    change = {"do": "set", "id": "girl-1", "field": "mood", "value": "sad"}
    second = ask(of={"artifact": mine}, scene=first["scene"], change=change, known=known).json()
    assert second["scene"]["actors"][0]["mood"] == "sad"
    again = {layer["part"] for layer in second["layers"] if layer["url"]}
    assert "girl-1" in again and "" not in again  # the backdrop is not sent again
    change, known = {**change, "value": "happy"}, [layer["key"] for layer in second["layers"]]
    third = ask(of={"artifact": mine}, scene=second["scene"], change=change, known=known).json()
    assert {layer["part"] for layer in third["layers"] if layer["url"]} == {"girl-1"}  # nothing else is painted
    assert json.loads(third["call"]["settings"]["scene"]) == third["scene"] and third["call"]["settings"]["seed"] == 3
    assert [who["x"] for who in third["members"]] == [who["x"] for who in second["members"]]


def test_nobody_reaches_the_picture_or_film_of_another(studio, ask):
    foreign = store_painting(studio, session_key("visitor:somebody-else"))
    film = studio.films.create(session_key("visitor:somebody-else"), {"scenes": [{"picture": {"prompt": "a fox"}}]})
    for of in ({"artifact": foreign}, {"film": film.id, "scene": "s1"}, {}, [], {"artifact": {"a": 1}}, {"film": 5}):
        said = ask(of=of, scene=SCENE)
        assert 400 <= said.status_code < 500 and said.json()["problem"].endswith("."), of


def test_only_what_storybook_paints_has_a_stage_and_a_picture_does_not_speak(studio, ask, mine):
    other = store_painting(studio, session_key("visitor:" + TOKEN), "generate.object")
    assert "Storybook" in ask(of={"artifact": other}, scene=SCENE).json()["problem"]
    answer = ask(of={"artifact": mine}, scene=SCENE, change={"do": "say", "id": "dog-1", "was": "", "text": "Wait!"})
    assert answer.status_code == 400 and "does not speak" in answer.json()["problem"]


@pytest.mark.parametrize(
    "body",
    [
        {"scene": {"place": "no such place"}},
        {"scene": {"things": [{"id": "a", "noun": "cup"}] * 500}},
        {"scene": {"sentence": "x" * 70_000}},
        {"scene": {"actors": [{"id": "a", "noun": "girl", "placed": [[0.5, 0.5, 1e9]]}]}},
        {"scene": SCENE, "change": 5},
        {"scene": SCENE, "change": {"do": "explode"}},
        {"change": {"do": "add", "noun": "cup"}},
        {
            "scene": SCENE,
            "change": {"do": "move", "id": "cup-1", "x": 0.5, "y": 0.5, "boxes": {"dog-1": ["a", 1, 2, 3]}},
        },
        {"scene": SCENE, "change": {"do": "set", "id": "girl-1", "field": "count", "value": 10**6}},
    ],
)
def test_hostile_scenes_and_changes_get_a_sentence(ask, mine, body):
    said = ask(of={"artifact": mine}, known=[1, {}, "x" * 10_000], **body)
    assert said.status_code == 400 and said.json()["problem"].endswith(".")


FILM = {
    "titles": {"show": False, "text": ""},
    "credits": {"show": False, "text": ""},
    "scenes": [{"id": "s1", "picture": {"prompt": "a girl and a dog in a meadow"}, "line": "A girl meets a dog."}],
}


@pytest.fixture
def film(studio) -> str:
    return studio.films.create(session_key("visitor:" + TOKEN), FILM).id


def test_what_somebody_says_is_in_the_record_and_the_line_and_they_say_it(studio, ask, film):
    from studio.film import spoken
    from studio.film.storyboard import storyboard_of

    of, change = {"film": film, "scene": "s1"}, {"do": "say", "id": "dog-1", "was": "", "text": "Wait for me!"}
    answer = ask(of=of, scene=SCENE, change=change).json()
    assert answer["narration"] == "A girl meets a dog. “Wait for me!”" == answer["line"]
    assert all(x0 < x1 and y0 < y1 for x0, y0, x1, y1 in answer["frames"]) and len(answer["frames"]) == 2
    assert answer["scene"]["speeches"] == [{"who": "dog-1", "text": "Wait for me!"}]
    again = {"do": "say", "id": "dog-1", "was": "Wait for me!", "text": "Here I am!"}
    later = ask(of=of, scene=answer["scene"], change=again, line=answer["narration"]).json()
    assert later["narration"] == "A girl meets a dog. “Here I am!”"
    record = {"prompt": "a girl and a dog in a meadow", "motion": "", "scene": later["scene"], "hand": True}
    board = storyboard_of({"scenes": [{**FILM["scenes"][0], "line": later["narration"], "record": record}]})
    script = spoken.script_of(board.scenes[0], board, board.voice)
    assert script.text == "Narrator: A girl meets a dog.\nDog: Here I am!"
    staged = board.scenes[0].record.cast
    assert spoken.seen_speaking(script, "a meadow", staged) == "Dog = dog"
    assert ask(of=of, scene=SCENE, change=change, line="x" * 801).status_code == 400


def test_words_stand_where_the_voice_says_them_and_an_estimate_is_called_one(studio, ask, film):
    session = session_key("visitor:" + TOKEN)
    of = {"film": film, "scene": "s1"}
    guessed = ask(of=of, scene=SCENE).json()["times"]
    assert guessed["estimated"] and [one[0] for one in guessed["words"]] == ["A", "girl", "meets", "a", "dog."]
    assert all(a[2] <= b[1] for a, b in zip(guessed["words"], guessed["words"][1:]))
    step = studio.films.plan(studio.films.film(session, film), "full").steps["s1.line"]
    path = studio.store.new_file(".wav")
    path.write_bytes(b"RIFF")
    line = ["A", "girl", "meets", "a", "dog."]
    words = [{"text": word, "start": 0.5 * n, "end": 0.5 * n + 0.4} for n, word in enumerate(line)]
    told = {"sentences": [{"text": "A girl meets a dog.", "start": 0, "end": 2.4, "words": words}]}
    voice = Artifact(step.artifact, session, "sound", "audio/wav", path, "", step.call, {"seconds_long": 2.5})
    studio.store.keep(voice, b"", files={"words.json": json.dumps(told).encode()})
    deeds = {**SCENE, "deeds": [{"who": ["girl-1"], "act": "wave"}, {"who": ["dog-1"], "act": "jump"}]}
    answer = ask(of=of, scene=deeds).json()
    # after a breath of 6 frames
    assert not answer["times"]["estimated"] and answer["times"]["words"][2] == ["meets", 1.25, 1.65]
    assert answer["times"]["seconds"] == pytest.approx((6 + 60 + 12) / 24, abs=0.01)
    assert answer["deeds"] == [["girl-1", 0, 0.0, 1.0], ["dog-1", 1, 0.5, 1.0]]
    assert ask(of=of, scene=SCENE, line="Other words.").json()["times"]["estimated"]  # nobody has spoken them yet


def test_a_thing_of_ones_own_stands_in_a_films_scene_and_stays(studio, ask, film):
    from studio.film.storyboard import as_json, files_of, storyboard_of, with_files

    session = session_key("visitor:" + TOKEN)
    path = studio.store.new_file(".png")
    cut = picture(40, 40, 2).convert("RGBA")
    cut.putpixel((0, 0), (0, 0, 0, 0))  # cut out already
    cut.save(path)
    robot = Artifact("c0ffee" * 5 + "00", session, "image", "image/png", path, "robot", None, {})
    id = studio.store.keep(robot, b"").id
    own = {"id": id, "name": "robot butler"}
    of, add = {"film": film, "scene": "s1"}, {"do": "add", "noun": "robot butler"}
    answer = ask(of=of, scene=SCENE, change=add, own=own).json()
    assert answer["call"]["inputs"] == {"thing": id} and answer["scene"]["things"][-1]["noun"] == "robot butler"
    record = {"prompt": "a girl and a dog in a meadow", "motion": "", "scene": answer["scene"], "hand": True}
    scene = {**FILM["scenes"][0], "record": record, "thing": {"artifact": id, "name": "robot butler"}}
    edited = studio.films.edit(session, film, {**FILM, "scenes": [scene]})
    assert as_json(storyboard_of(as_json(edited.board))) == as_json(edited.board)
    plan = studio.films.plan(edited, "draft")
    step = plan.steps["s1.picture"]
    assert step.call.inputs == {"thing": id} and not plan.problems
    again = ask(of=of, scene=None).json()
    assert any(one["part"] == "robot-butler-1" for one in again["layers"])  # as after a reload
    assert files_of(edited.board) == [id] and with_files(edited.board, {}).scenes[0].thing is None
    assert with_files(edited.board, {id: "ab" * 16}).scenes[0].thing.artifact == "ab" * 16
    foreign = store_painting(studio, session_key("visitor:somebody-else"))
    stolen = {**scene, "thing": {"artifact": foreign, "name": "robot butler"}}
    [problem] = studio.films.plan(studio.films.edit(session, film, {**FILM, "scenes": [stolen]}), "draft").problems
    assert "gone from your shelf" in problem
    assert ask(of=of, scene=SCENE, own={"id": foreign, "name": "robot butler"}).status_code == 400

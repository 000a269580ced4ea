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


def painted(studio, session: str, pipeline: str = "generate.storybook") -> str:
    """A picture on somebody's shelf that Storybook is said to have painted."""
    held, path = io.BytesIO(), studio.store.new_file(".png")
    picture(16, 12, 1).save(held, "PNG")
    path.write_bytes(held.getvalue())
    call = Call(pipeline, {}, {"prompt": "a girl and a dog in a meadow", "seed": 3})
    made = Artifact(call.id, session, "layers", "image/png", path, "a girl", call, {"width": 16, "height": 12})
    return studio.store.keep(made, b"thumbnail").id


@pytest.fixture
def ask(client):  # noqa: F811
    def asked(**body):
        return client.post("/studio/stage", headers={"x-studio": "1"}, content=json.dumps(body))

    return asked


@pytest.fixture
def mine(studio) -> str:
    return painted(studio, session_key("visitor:" + TOKEN))


def test_a_change_comes_back_as_a_record_its_layers_and_the_call_that_paints_it(studio, ask, mine):
    first = ask(of={"artifact": mine}, scene=SCENE).json()
    assert {one["part"] for one in first["layers"]} == {"", "girl-1", "dog-1", "cup-1"}
    assert all(one["url"].startswith("data:image/webp;base64,") for one in first["layers"])
    known = [one["key"] for one in first["layers"]]
    change = {"do": "set", "id": "girl-1", "field": "mood", "value": "sad"}
    second = ask(of={"artifact": mine}, scene=first["scene"], change=change, known=known).json()
    assert second["scene"]["actors"][0]["mood"] == "sad"
    again = {one["part"] for one in second["layers"] if one["url"]}
    assert "girl-1" in again and "" not in again  # the backdrop is not sent again
    third = ask(of={"artifact": mine}, scene=second["scene"], change={**change, "value": "happy"}, known=[one["key"] for one in second["layers"]]).json()  # fmt: skip
    assert {one["part"] for one in third["layers"] if one["url"]} == {"girl-1"}  # nothing else is painted
    assert json.loads(third["call"]["settings"]["scene"]) == third["scene"] and third["call"]["settings"]["seed"] == 3
    assert third["members"] == second["members"]


def test_nobody_reaches_the_picture_or_film_of_another(studio, ask):
    foreign = painted(studio, session_key("visitor:somebody-else"))
    film = studio.films.create(session_key("visitor:somebody-else"), {"scenes": [{"picture": {"prompt": "a fox"}}]})
    for of in (
        {"artifact": foreign},
        {"film": film.id, "scene": "s1"},
        {},
        None,
        [],
        {"artifact": {"a": 1}},
        {"film": 5},
    ):
        said = ask(of=of, scene=SCENE)
        assert 400 <= said.status_code < 500 and said.json()["problem"].endswith("."), of


def test_a_thing_of_another_visitor_is_not_brought(studio, ask, mine):
    foreign = painted(studio, session_key("visitor:somebody-else"))
    own = {"id": foreign, "name": "robot butler"}
    assert ask(of={"artifact": mine}, scene=SCENE, own=own).status_code == 400


def test_only_what_storybook_paints_has_a_stage(studio, ask):
    other = painted(studio, session_key("visitor:" + TOKEN), "generate.object")
    assert "Storybook" in ask(of={"artifact": other}, scene=SCENE).json()["problem"]


@pytest.mark.parametrize(
    "body",
    [
        {"scene": {"place": "moon"}}, {"scene": {"things": [{"id": "a", "noun": "cup"}] * 500}}, {"scene": {"sentence": "x" * 70_000}},
        {"scene": {"actors": [{"id": "a", "noun": "girl", "count": 99}]}}, {"scene": {"actors": [{"id": "a", "noun": "girl", "placed": [[0.5, 0.5, 1e9]]}]}},
        {"scene": SCENE, "change": 5}, {"scene": SCENE, "change": {"do": "explode"}}, {"change": {"do": "add", "noun": "cup"}},
        {"scene": SCENE, "change": {"do": "move", "id": "cup-1", "x": 0.5, "y": 0.5, "boxes": {"dog-1": ["a", 1, 2, 3]}, "spread": "x"}},
        {"scene": SCENE, "change": {"do": "set", "id": "girl-1", "field": "count", "value": 10**6}},
    ],
)  # fmt: skip
def test_hostile_scenes_and_changes_get_a_sentence(ask, mine, body):
    said = ask(of={"artifact": mine}, known=[1, {}, "x" * 10_000], **body)
    assert said.status_code == 400 and said.json()["problem"].endswith(".")


def test_the_choices_are_words_that_can_be_drawn(client):  # noqa: F811
    from pipelines.scenes.drawings import vocabulary

    offered = client.get("/studio/stage/choices").json()
    assert {"girl", "man"} <= set(offered["people"]) and "fox" in offered["animals"] and "umbrella" in offered["things"]
    assert {"wave", "sit"} <= set(offered["acts"]) and "kitchen" in offered["places"]
    nouns = set(vocabulary().nouns)
    assert not {one for name in ("people", "animals", "things") for one in offered[name]} - nouns

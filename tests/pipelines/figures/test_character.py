"""Characters from words, from files, and the pipeline that shows them."""

from __future__ import annotations

import io
import json
from xml.etree import ElementTree

import pytest
from PIL import Image

from pipelines.core.aliases import left_out
from pipelines.core.settings import Refusal, check_settings, settings_of
from pipelines.figures import Character, from_words
from pipelines.generate.character import character

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("said", "kind", "expected"),
    [
        ("an old grandmother with round glasses and a red scarf", "grandmother", {"scarf": "#c8483f"}),
        ("a tall king with a long white beard", "king", {"beard": "long", "beard_colour": "#ece9e4"}),
        (
            "a girl with curly red hair, green glasses and yellow boots",
            "girl",
            {
                "hair": "curly",
                "hair_colour": "#c2622e",
                "glasses": "round",
                "glasses_colour": "#5f9a5c",
                "shoes": "boots",
                "shoe_colour": "#ecc352",
            },
        ),
        ("a bearded sailor without a hat", "sailor", {"beard": "full", "hat": "none"}),
        ("a small grey wolf in a blue scarf", "wolf", {"fur": "#9a9aa2", "scarf": "#4a78b5"}),
        ("a boy wearing a sailor hat", "boy", {"hat": "sailor"}),
        ("a young woman with dark skin and a ponytail", "woman", {"skin": "#7a4a30", "hair": "ponytail"}),
        ("grandpa", "grandfather", {}),
        ("two foxes", "fox", {}),
        ("a polar bear", "polar_bear", {}),
    ],
)
def test_words_are_read_as_they_are_meant(said, kind, expected):
    understood = from_words(said)
    assert understood.character.kind == kind
    assert {key: understood.character.changes.get(key) for key in expected} == expected
    assert not set(understood.unknown) - {"two"}


def test_what_is_left_out_is_said_and_names_and_voices_suit():
    assert "build" not in from_words("a grandmother with round glasses").character.changes
    understood = from_words("a penguin with a zorgle")
    assert understood.unknown == ("zorgle",) and "zorgle" in understood.notes[0]
    assert any("trousers" in note for note in from_words("a fish with blue trousers").notes)
    assert from_words("a robot called Bolt").character.name == "Bolt"
    assert from_words("a grandmother").character.voice.startswith("bf_")


@pytest.mark.parametrize("said", ["", "   ", "something nice", "x" * 700])
def test_without_a_kind_it_is_refused(said):
    with pytest.raises(Refusal):
        from_words(said)


@pytest.mark.parametrize(
    "said",
    [
        "",
        "[]",
        "{}",
        "nonsense",
        '{"format": "afternoon-studio/character/1"}',
        '{"format": "afternoon-studio/character/1", "kind": "zorgle"}',
        '{"format": "afternoon-studio/character/1", "kind": ["fox"]}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "changes": {"fur": "red"}}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "changes": {"metres": 1e9}}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "changes": {"metres": NaN}}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "changes": {"plan": "biped"}}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "seed": -1}',
        '{"format": "afternoon-studio/character/1", "kind": "king", "changes": {"hat": "../x"}}',
        '{"format": "afternoon-studio/character/1", "kind": "king", "changes": {"hat": ["crown"]}}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "name": 5}',
        '{"format": "afternoon-studio/character/1", "kind": "fox", "voice": "nobody"}',
    ],
)
def test_hostile_files_are_refused(said):
    with pytest.raises(Refusal):
        Character.from_json(said)


def test_the_pipeline_makes_a_sheet_and_what_goes_with_it():
    made = character(prompt="an old grandmother with round glasses, a red scarf and a zorgle")
    assert made.main.picture.size == (1280, 1101)
    assert set(made.files) == {"figure.svg", "walk.json", "sprites.png", "sprites.json", "reading.json"}
    assert "zorgle" in json.loads(made.files["reading.json"])["notes"][0]
    assert len(ElementTree.fromstring(made.files["figure.svg"]).findall("{http://www.w3.org/2000/svg}g")) > 20
    about = json.loads(made.files["sprites.json"])
    strip = Image.open(io.BytesIO(made.files["sprites.png"]))
    assert all(
        f["x"] + about["cell"][0] <= strip.width and f["y"] + about["cell"][1] <= strip.height for f in about["frames"]
    )
    again = character(
        made.main,
        prompt="with a green hat",
        result="picture",
        size=128,
        changes='{"glasses_colour": "#3f9a3c", "scarf": "#5f9a5c"}',
        name="Ada",
    )
    who = Character.from_json(again.main.text)
    assert (
        again.main.picture.mode == "RGBA" and who.name == "Ada" and who.seed == Character.from_json(made.main.text).seed
    )
    assert who.changes["scarf"] == who.changes["hat_colour"] == "#5f9a5c" and who.changes["glasses_colour"] == "#3f9a3c"
    with pytest.raises(Refusal, match="is a grandmother"):
        character(made.main, kind="fox")
    with pytest.raises(Refusal, match="JSON"):
        character(made.main, changes="[1]")


def test_hair_and_a_hat_that_an_older_recipe_chose_are_looks_now():
    form = settings_of(character)
    older = {"prompt": "a boy", "hair": "long", "hat": "beret", "changes": '{"hat": "none"}', "build": 0.2}
    assert json.loads(check_settings(form, older)["changes"]) == {"hair": "long", "hat": "none"}
    assert list(left_out(form.pipeline, older)) == ["build"]

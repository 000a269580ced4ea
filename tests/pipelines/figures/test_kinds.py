"""The files of kinds: each is as the loader wants it, what an entry takes from others, and what is refused."""

from __future__ import annotations

import json

import pytest

from pipelines.core.settings import Refusal
from pipelines.figures import vocabulary
from pipelines.figures.acts import names, record
from pipelines.figures.cast import parameters
from pipelines.figures.character import CHOICES, SPANS, Character
from pipelines.figures.clothes import BOTTOMS, TOPS
from pipelines.figures.hats import HATS
from pipelines.figures.kinds import (
    COLOUR,
    FAMILIES,
    FOLDER,
    HEADS,
    animal,
    animals,
    everything,
    family,
    other_names,
    parse_animal,
    parse_family,
    roles,
)
from pipelines.figures.parts import plan_of, shapes
from pipelines.figures.portraits import looks
from pipelines.figures.pose import Pose
from pipelines.figures.reading import from_words
from pipelines.figures.wardrobe import suit_occasion
from pipelines.props import NOUNS
from pipelines.scenes.sense import can_be_held
from pipelines.scenes.settings import SEEDS

USUAL = {
    "plan": "biped",
    "metres": 1.0,
    "fur": "#c98a4a",
    "hat": "none",
    "muzzle": [0.1, 0.2],
    "marks": [],
    "teeth": False,
}


SHAPES = [*shapes("ears"), *shapes("tails"), *shapes("beaks")]


def read_kinds(**parts: object) -> dict[str, object]:
    return dict(parse_family(json.dumps({"usual": USUAL, **parts}).encode(), "trial").kinds)


def test_every_file_is_a_family():
    others = ["words", "shapes", "wardrobe", "hats", "garments", "looks", "occasions"]
    assert {path.stem for path in FOLDER.iterdir()} == {*FAMILIES, HEADS, *others}


def test_every_other_name_of_a_kind_names_one():
    known = vocabulary.vocabulary()
    assert set(known.same.values()) <= set(everything())
    assert set(known.ages.values()) <= set(family("people").shared)
    for name, choices in (
        ("hats", HATS),
        ("beards", shapes("beards")),
        ("tops", TOPS),
        ("bottoms", BOTTOMS),
        ("hairs", shapes("hair")),
    ):
        assert {value.partition(" ")[0] for value in getattr(known, name).values()} <= set(choices), name


def test_garments_and_hats_can_be_found_and_their_places_are_known():
    places, garments = {"on", "words", "set", "colour", "cloth", "torso", "arm", "leg", "head"}, shapes("garments")
    assert not garments.keys() & shapes("hats").keys() and all(
        garment.keys() <= places and ("colour" in garment) >= (garment["on"] == "wears")
        for garment in garments.values()
    )
    names = {
        "top": TOPS,
        "bottom": BOTTOMS,
        "hat": HATS,
        "wears": [(name,) for name in garments if garments[name]["on"] == "wears"],
    }
    assert all(
        Character("girl", {key: name}).figure.sculpted(Pose(), 20.0).shapes for key in names for name in names[key]
    )


def test_somebody_is_one_record_whose_words_are_theirs_alone():
    words = [word for role in roles().values() for word in role.words]
    assert len(roles()) > 350 and sorted(set(words)) == sorted(words)
    assert all(Character(kind, {k: v for k, v in role.looks.items() if k != "as"}) for kind, role in roles().items())
    assert set(looks()["own"]) <= set(everything())
    tools = {*(role.tool for role in roles().values()), *(record(name).tool for name in names())} - {""}
    assert len(tools) > 80 and all(tool in NOUNS and can_be_held(tool) for tool in tools)


def test_who_is_not_described_is_not_always_the_same_and_never_bald_or_bearded():
    men, women = (
        [from_words(f"a {kind}", varied=seed, called=called).character.params for seed in range(60)]
        for kind, called in (("man", ""), ("woman", "yuki"))
    )
    assert len({who["skin"] for who in men}) > 6 and len({who["hair"] for who in men}) > 4
    assert all(who["beard"] == "none" and who["hair"] not in ("bald", "ring") for who in men)
    assert set(looks()["origins"]["asia"]["skins"]) < {who["skin"] for who in women}
    assert from_words("a man with red hair and dark skin", varied=5).character.params["skin"] == "#7a4a30"


def test_every_word_of_the_vocabulary_has_a_meaning_of_its_form():
    known = vocabulary.vocabulary()
    for colours in (known.colours, known.hair_colours, known.skins):
        assert all(COLOUR.fullmatch(colour) for colour in colours.values())
    assert all(0.2 < size < 3 for size in known.sizes.values()) and all(map(dict, known.builds.values()))


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("man", {"places": "moon", "acts": "walk"}, {"top": "space", "hat": "bubble"}),
        ("cook", {"places": "moon"}, {"top": "space"}),
        ("woman", {"places": "lake", "acts": "swim"}, {"top": "swimsuit"}),
        ("boy", {"places": "swimming pool"}, {"bottom": "swimming_trunks", "top": "none"}),
        ("girl", {"places": "bedroom", "acts": "sleep"}, {"top": "pyjamas"}),
        ("girl", {"places": "bedroom", "acts": "read"}, {"top": "dress"}),
        ("man", {"places": "street", "weather": "snow"}, {"top": "parka"}),
        ("man", {"places": "kitchen", "weather": "snow"}, {"top": "shirt"}),
        ("king", {"places": "street", "weather": "snow"}, {"top": "robe"}),
        ("fox", {"places": "moon"}, {}),
    ],
)
def test_clothes_follow_from_the_place_and_the_deed(kind: str, facts: dict[str, str], expected: dict[str, str]):
    worn = suit_occasion(Character(kind), **{"places": "", "acts": "", "weather": ""} | facts).params
    assert {key: worn[key] for key in expected} == expected


@pytest.mark.parametrize("kind", everything())
def test_a_kind_has_a_body_and_words_that_can_be_drawn(kind: str):
    values = parameters(kind)
    assert plan_of(values["plan"])["parts"]
    for name, value in values.items():
        if name in CHOICES and isinstance(value, str):
            assert value in CHOICES[name] or (name == "hair" and value == ""), name
        if name == "metres":
            assert SPANS[name][0] <= value <= SPANS[name][1]


def test_a_record_of_an_animal_says_only_what_is_known():
    words = [kind.replace("_", " ") for kind in animals()] + list(other_names())
    assert len(words) == len(set(words)) and not set(words) & set(NOUNS)
    assert len(words) == len(animals()) + sum(len(animal(kind).about.get("also", ())) for kind in animals())
    for kind in animals():
        about, values = animal(kind).about, animal(kind).parameters
        assert about.get("suits", "meadow") in SEEDS and about.get("where", "swim") in ("swim", "float", "air"), kind
        assert 0.3 <= about.get("tall", 1.0) <= 4.0 and 0.05 <= values["metres"] <= 5.0, kind
        if values["plan"] in ("quadruped", "bird"):
            assert {values["ears"], values["tail"], values["beak"]} <= {*SHAPES, "none", ""}, kind
        assert all(mark.partition(":")[0] in plan_of("animal_head")["marks"] for mark in values.get("marks", ())), kind


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ({"like": "unknown"}, "no family and no animal"),
        ({"like": "fox", "furr": "#ffffff"}, "'furr', which its family does not know"),
        ({"like": "fox", "fur": "white"}, "'fur' of 'trial' cannot be 'white'"),
        ({"like": "fox", "as": ["no"]}, "stands nowhere before it"),
        ([], "must be an object"),
    ],
)
def test_a_wrong_animal_is_refused(record: object, says: str):
    with pytest.raises(Refusal, match=f"trial.json cannot be used: .*{says}"):
        parse_animal(json.dumps(record).encode(), "trial")


def test_an_animal_is_like_another_but_for_what_its_record_says():
    vixen = parse_animal(b'{"like": "fox", "also": ["reynard"], "fur": "#112233"}', "vixen")
    assert vixen.parameters == {**parameters("fox"), "fur": "#112233"} and vixen.about == {"also": ("reynard",)}


def test_a_lion_has_what_big_cats_share_and_its_own():
    lion, shared = parameters("lion"), family("quadrupeds").shared
    assert lion["muzzle"] == shared["big_cat"]["muzzle"] != shared["cat"]["muzzle"]
    assert lion["whiskers"] is shared["cat"]["whiskers"] is True and lion["metres"] == 1.25
    assert lion["ear_size"] == family(HEADS).usual["ear_size"]


def test_the_last_that_an_entry_is_as_counts():
    shared = {"one": {"metres": 2.0, "hat": "cap"}, "two": {"as": ["one"], "metres": 3.0}}
    made = read_kinds(shared=shared, kinds={"cat": {"as": ["one", "two"]}, "cub": {"as": ["two", "one"]}, "kit": {}})
    assert [(made[one]["metres"], made[one]["hat"]) for one in made] == [(3.0, "cap"), (2.0, "cap"), (1.0, "none")]


def test_only_some_kinds_have_a_parameter_of_only():
    made = read_kinds(only={"lamp": ""}, kinds={"cat": {}, "robot": {"lamp": "#8fe6dc"}})
    assert "lamp" not in made["cat"] and made["robot"]["lamp"] == "#8fe6dc"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"furr": "#ffffff"}}}), "'furr', which its family does not know"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"fur": "white"}}}), "'fur' of 'cat' cannot be 'white'"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"hat": "#fff"}}}), "'hat' of 'cat' cannot be '#fff'"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"metres": "1"}}}), "'metres' of 'cat' cannot be '1'"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"metres": True}}}), "'metres' of 'cat' cannot be True"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"teeth": 1}}}), "'teeth' of 'cat' cannot be 1"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"muzzle": [0.1]}}}), "'muzzle' of 'cat' cannot be"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"muzzle": [0.1, "b"]}}}), "'muzzle' of 'cat' cannot be"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"marks": "face"}}}), "'marks' of 'cat' cannot be 'face'"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"as": ["dog"]}}}), "'dog', which stands nowhere before it"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": {"as": "dog"}}}), "'as' of 'cat' must be a list"),
        (json.dumps({"usual": USUAL, "kinds": {"cat": []}}), "'cat' must be an object"),
        ('{"kind": {}}', "no use for 'kind'"),
        ('{"kinds": []}', "'kinds' must be an object"),
        ("[]", "'the file' must be an object"),
        ('{\n"kinds": {,}}', "line 2"),
    ],
)
def test_a_wrong_file_is_refused(text: str, says: str):
    with pytest.raises(Refusal, match=f"trial.json cannot be used: .*{says}"):
        parse_family(text.encode(), "trial")

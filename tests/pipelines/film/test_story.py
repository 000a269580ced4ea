"""A story becomes scenes: what is drawn, what is not, and what stays from scene to scene."""

from __future__ import annotations

import contextlib
import json

import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.film.parts.cutting import LONG, MOST_SCENES, one_line, parts_of
from pipelines.film.parts.story import scenes_of, told
from pipelines.reading.cards import CARDS
from studio.film.parsing import storyboard_of
from studio.film.storyboard import as_json
from tests.pipelines.reading.test_reader import GRANDMOTHER, PLACEHOLDER

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]


def test_the_grandmother_stays_and_gives():
    made = told(GRANDMOTHER)
    prompts = [scene["picture"]["prompt"] for scene in made["scenes"]]
    assert prompts[0].startswith("a grandmother on a red bicycle") and "grandmother" in prompts[2]
    assert "grandmother" not in prompts[1] and "lightning bolt" in prompts[1]  # the storm breaks the bridge elsewhere
    assert (
        "ladder" not in " ".join(prompts) and "light bulb" not in " ".join(prompts) and "money" not in " ".join(prompts)
    )
    assert "bridge" in prompts[1] and "lighthouse" in prompts[2]
    assert not any("grandmother" in note for note in made["notes"])  # she is drawn as herself
    last = made["scenes"][2]["told"]
    give = next(one for one in last["events"] if one["verb"] == "give")
    assert (give["who"], give["what"], give["whom"]) == (["grandmother-1"], ["apple-1"], ["robot-1"])
    assert last["unpictured"] == []


def test_the_placeholder_story():
    scenes, notes = scenes_of(PLACEHOLDER)
    assert all("fox" in scene["picture"]["prompt"] and "by the sea" in scene["picture"]["prompt"] for scene in scenes)
    assert "light bulb" not in str([scene["picture"] for scene in scenes])
    assert scenes[1]["motion"]["text"] == "The fox runs to the lighthouse."
    assert "lighthouse" in str([scene["picture"] for scene in scenes])
    assert [note for note in notes if "lighthouse" in note] == [
        "Scene 3: “light” is drawn as “dark lighthouse”: so the story left it."
    ]


def test_shots_follow_what_happens():
    story = (
        "A fox runs to the sea. There he meets a crow. “Good day to you up there,” says the fox. “Good day to you too,” says the crow. "
        "The crow is very sad and lonely today."
    )
    assert [scene["told"]["shot"] for scene in told(story)["scenes"]] == [
        "wide",
        "over the shoulder",
        "over the shoulder",
        "close",
    ]


def test_a_storyboard_keeps_what_was_read_until_the_line_is_another():
    board = storyboard_of({"scenes": scenes_of(PLACEHOLDER)[0]})
    written = as_json(board)
    assert all(scene["told"]["line"] == scene["line"] for scene in written["scenes"])
    assert storyboard_of(json.loads(json.dumps(written))) == board
    changed = {**written["scenes"][0], "line": "A wolf lives there."}
    assert storyboard_of({"scenes": [changed]}).scenes[0].reading is None


@pytest.mark.parametrize(
    "wrong",
    [1, "x", [], {"line": "A fox."}, {"line": "Hello there.", "x": "y" * 30_000}, {"line": "Hello there.", 3: {1, 2}}],
)
def test_what_nobody_read_is_not_kept(wrong):
    assert storyboard_of({"scenes": [{"line": "Hello there.", "told": wrong}]}).scenes[0].reading is None


def test_parts_hold_every_word():
    story = one_line(
        "The Fox\n\n"
        + "He ran over the hill, and then he slept under the old tree, " * 12
        + "and woke. "
        + "Yes. " * 30
        + "“Go!” he said."
    )
    parts = parts_of(story)
    assert len(parts) <= MOST_SCENES and " ".join(story[a:b] for a, b in parts) == story
    assert all(b - a <= LONG or n > 3 for n, (a, b) in enumerate(parts))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Please write"),
        ("  \n", "Please write"),
        ("a " * 4000, "the most"),
        ("Der Hund läuft in den Wald und er ist froh.", "not in English"),
    ],
)
def test_what_cannot_be_read_is_said(text, says):
    with pytest.raises(Refusal, match=says):
        told(text)


@pytest.mark.parametrize(
    "text",
    [
        "?",
        "“",
        "The. The. The.",
        "Run run run run run.",
        "a\x00fox\x00runs to the sea.",
        "I am the the of of.",
        "🦊 runs to the sea. 🦊",
    ],
)
def test_strange_texts_are_read_or_refused(text):
    with contextlib.suppress(Refusal):
        assert told(text)["scenes"]


def test_a_knight_is_no_shield_and_a_verb_is_never_drawn():
    made = told("A knight carries a flower to the old king. He loves her and they dance happily all night.")
    prompts = " ".join(scene["picture"]["prompt"] for scene in made["scenes"])
    assert "shield" not in prompts and "horse" not in prompts and "money" not in prompts and "heart" not in prompts
    assert "knight" in prompts and "king" in prompts


def prompts_of(text: str) -> list[str]:
    return [scene["picture"]["prompt"] for scene in told(text)["scenes"]]


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        (
            "Two goats met on a bridge. The first goat said, “Let me pass.” Both goats fell into the river.",
            ["two goats on a bridge by a river", "a goat, a goat by a river", "a goat, a goat by a river"],
        ),
        ("Nobody came to the party.", ["in a meadow"]),
        ("Two astronauts landed on the moon.", ["two astronauts in space"]),
        (
            "A lighthouse stands by the sea. One night the light goes out.",
            ["a lighthouse by the sea", "a dark lighthouse by the sea at night"],
        ),
        ("A wolf sat on the roof.", ["a wolf on a house"]),
        ("Anna is seven. She has lost her tooth.", ["a girl"]),
        ("The postman put the kitten into his bag.", ["a man, a kitten in a sack"]),
        ("A clown sailed to a small island.", ["a clown on a sailboat, a small island by the sea"]),
        ("A captain steered his submarine through the ocean.", ["a captain, a submarine under the sea"]),
    ],
)
def test_small_stories_show_what_they_say(text, prompts):
    assert prompts_of(text) == prompts


def test_who_let_it_go_is_he():
    scenes = told("A fisherman caught a fish. The fish begged him to let it go. He threw it into the sea.")["scenes"]
    assert scenes[-1]["motion"]["text"] == "The fisherman throws the fish into the sea."


def test_who_rides_stays_in_the_saddle_until_they_get_off():
    story = "A princess rides a white horse through the forest. A knight comes to her. “Good day,” says the princess. She jumps down and hugs the knight."
    prompts = [scene["picture"]["prompt"] for scene in told(story)["scenes"]]
    assert all("a princess on a white horse" in prompt for prompt in prompts[:2])
    assert "princess on" not in prompts[2] and "a princess" in prompts[2]


def test_school_is_outside_before_and_a_room_once_somebody_went_in():
    story = "A small dragon goes to school. The teacher gives the dragon a book. A girl with red hair laughs and puts on a blue coat."
    first, second, third = (scene["picture"]["prompt"] for scene in told(story)["scenes"])
    assert "a school" in first and "room" not in first
    assert "in a classroom" in second and "a girl with red hair in a blue coat" in third


def test_lights_and_houses_do_not_walk():
    scenes = told("A lighthouse stands by the sea. One night the light goes out.")["scenes"]
    assert [scene["motion"]["text"] for scene in scenes[1:]] == [""]


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        (
            "Marta the baker opens her shop. The baker sings loudly all day.",
            ["a female baker, a shop in a street", "a female baker in a street"],
        ),
        ("A boy reads a book in a night train.", ["a boy on a train, a book at night"]),
        ("She dreams of a dragon and looks for a knight.", ["a woman"]),
        ("A pirate was only looking for a friend. Everybody laughed and danced.", ["a pirate", "a pirate"]),
        ("A knight with a helmet and a spear sleeps.", ["a spear, a knight, a helmet"]),
        ("A fox sat there. If it rained heavily, he would hide in the castle.", ["a fox"]),
    ],
)
def test_what_is_not_there_is_not_shown_and_one_person_is_one(text, prompts):
    assert [prompt.replace(" in a meadow", "") or prompt for prompt in prompts_of(text)] == [
        prompt.replace(" in a meadow", "") or prompt for prompt in prompts
    ]


def test_children_are_girls_and_boys_who_look_different():
    prompt = prompts_of("Three children find a map.")[0]
    assert "a girl with brown hair" in prompt and "a boy" in prompt and "a girl with black hair" in prompt


def test_who_is_left_behind_is_not_in_the_forest():
    first, second, third = prompts_of(
        "A queen sits in the kitchen with a cat. A wolf walks into the forest. The queen looks out of the window."
    )
    assert "in a kitchen" in first and "queen" not in second and "in a forest" in second
    assert "queen" in third and "in a kitchen" in third and "wolf" not in third


def test_each_clause_is_moved_and_lists_have_commas():
    story = "Rosa played her violin and the octopus danced in the waves. A fox, a bear and a cat ran to the sea."
    moved = [scene["motion"]["text"] for scene in told(story)["scenes"]]
    assert moved[0].startswith("The woman plays the violin. The octopus") and "dances" in moved[0]
    assert moved[1] == "The fox, the bear and the cat run to the sea."


def test_a_figure_before_a_verb_that_looks_like_a_noun_acts():
    """The small parser reads "the alien claps" as claps of an alien."""
    scenes = told("An alien lands on the moon. The alien claps and laughs. Grandpa smiles and points at the old well.")[
        "scenes"
    ]
    verbs = [[event["verb"] for event in scene["told"]["events"]] for scene in scenes]
    assert verbs[1] == ["clap", "laugh"] and verbs[2] == ["smile", "point"]


def test_outdoors_stays_outdoors_until_somebody_goes_in():
    scenes = told("A girl and her grandmother plant tulips behind the house. They find a little door in the old oak.")[
        "scenes"
    ]
    assert scenes[0]["told"]["place"] == "meadow"
    assert all("room" not in scene["picture"]["prompt"] for scene in scenes)


def test_an_animal_without_a_picture_is_the_nearest_one_and_wears_its_glasses():
    made = told("A girl opens a door. Inside sits a mole with glasses who reads a newspaper.")
    last = made["scenes"][-1]["picture"]["prompt"]
    assert "hedgehog in glasses" in last and "three glasses" not in last
    assert any("mole" in note and "hedgehog" in note for note in made["notes"])


def test_parts_of_a_body_are_not_the_person():
    scenes = told("Tom meets a king. Tom closes his eyes and sings a song. The king opens his mouth.")["scenes"]
    assert all("closes" not in scene["motion"]["text"] and "opens" not in scene["motion"]["text"] for scene in scenes)


def test_who_was_gone_at_dawn_is_not_drawn():
    scenes = told(
        "My brother and I built a snowman. When the sun rose, our snowman was gone, and only his hat lay in the garden."
    )["scenes"]
    assert "snowman" not in scenes[-1]["picture"]["prompt"] and scenes[-1]["told"]["hour"] == "dawn"


def test_the_mast_of_her_ship_is_no_second_ship():
    scenes = told("Captain Rosa sailed her ship across the sea. A giant octopus grabbed the mast.")["scenes"]
    assert scenes[1]["picture"]["prompt"].count("ship") == 1 and "captain on a ship" in scenes[1]["picture"]["prompt"]


def test_a_sentence_of_two_places_makes_two_scenes():
    scenes, _ = scenes_of("Anna ate breakfast in the kitchen and then she ran to the park and fed the ducks.")
    assert [one["line"] for one in scenes] == [
        "Anna ate breakfast in the kitchen",
        "and then she ran to the park and fed the ducks.",
    ]
    assert [one["picture"]["prompt"] for one in scenes] == [
        "a woman in a kitchen",
        "a woman beside three ducks in a park",
    ]


def test_who_opened_a_box_is_still_there_beside_the_table():
    story = "Tom opened the box and smiled. On the table behind it lay a golden key."
    assert prompts_of(story)[-1] == "a yellow key on a table, a man in a room"


def test_who_was_left_somewhere_else_does_not_come_back_unnamed():
    story = "A small dragon met other dragons. One day he found a princess in the forest. She gave him a pepper to eat."
    scenes, _ = scenes_of(story)
    assert scenes[-1]["picture"]["prompt"] == "a princess beside a small dragon, a pepper in a forest"
    assert "eat" not in scenes[-1]["motion"]["text"]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("A knight was riding to the castle.", "a knight on a horse, a castle"),
        ("Tom slept. He woke up and ran out of the house.", "a man, a house in a meadow"),
        ("A man gave the girl a cup of tea.", "a man beside a girl, a cup"),
        ("A box stood on the table. The girl shook the box.", "a girl, a box on a table in a room"),
    ],
)
def test_a_ride_a_way_out_a_cup_and_a_box(text, last):
    assert prompts_of(text)[-1] == last


def test_what_an_act_leaves_behind_is_seen_in_the_next_scenes():
    story = "A boy picked up a lantern. He walked into the forest. He put the lantern on the ground. He ran home."
    scenes = [scene["record"]["scene"] for scene in told(story)["scenes"]]
    held = [{(r["kind"], r["subject"], r["object"]) for r in scene.get("relations", [])} for scene in scenes]
    assert ("held by", "lantern-1", "boy-1") in held[1] and not any(
        kind == "held by" for one in held[2:] for kind, *_ in one
    )
    story = "A man put on his coat in the kitchen. He walked to the table and blew out the candle. A girl looked at the candle and the man."
    scenes = [scene["record"]["scene"] for scene in told(story)["scenes"]]
    assert [one["look"] for scene in scenes for one in scene["actors"] if one["id"] == "man-1"] == [
        "man",
        "man in a coat",
        "man in a coat",
    ]
    assert scenes[-1]["things"][0]["noun"] == "unlit candle"
    bare = told(
        "A man put on his coat in the kitchen. He took off his coat at the table in the evening. Then he walked to the door and smiled."
    )["scenes"]
    assert [scene["record"]["scene"]["actors"][0]["look"] for scene in bare][-1] == "man"

"""Who speaks in a film: quotations given to speakers, voices that stay, scripts for Narrate, figures that move their lips, names in subtitles."""

from __future__ import annotations

import pytest

from studio.film import spoken
from studio.film.credits import CALLED, credit_lines
from studio.film.storyboard import shot_of, storyboard_of

TOLD = {
    "line": "“Where is it?” asked Mia. The fox laughed. “Here!”",
    "speeches": [
        {"text": "Where is it?", "at": 0, "who": ["girl-1"], "to": ["fox-1"]},
        {"text": "Here!", "at": 50, "who": ["fox-1"]},
    ],
    "entities": [
        {
            "id": "girl-1",
            "kind": "person",
            "noun": "girl",
            "name": "Mia",
            "gender": "f",
            "pictured_as": "girl",
            "called": "second girl",
        },
        {"id": "fox-1", "kind": "animal", "noun": "fox", "pictured_as": "fox", "called": "fox"},
    ],
    "shot": "over the shoulder",
}


def board(*scenes):
    return storyboard_of({"title": "A film", "scenes": list(scenes)})


def told_scene(prompt="a girl with brown hair, a girl with black hair, a red fox in a meadow"):
    return {"line": TOLD["line"], "told": TOLD, "picture": {"prompt": prompt}}


@pytest.fixture
def talk():
    """A film in which Mia asks the fox, and the script of its line."""
    made = board(told_scene())
    return made, spoken.script_of(made.scenes[0], made, made.voice)


def test_a_line_becomes_a_script_of_speakers_and_narrator_that_narrate_reads(talk):
    from pipelines.audio.voices import cast_from
    from pipelines.narrate.parts.script import parse

    _, script = talk
    assert script.text == "Mia: Where is it?\nNarrator: asked Mia. The fox laughed.\nFox: Here!"
    assert script.cast.startswith("Narrator = af_heart, Mia = ") and ", Fox = " in script.cast
    assert parse(script.text, frozenset(cast_from(script.cast))).speakers == ["Mia", "Narrator", "Fox"]


def test_the_second_girl_of_the_picture_moves_her_lips(talk):
    made, script = talk
    assert spoken.seen_speaking(script, made.scenes[0].picture.prompt) == "Mia = girl 2; Fox = fox"
    assert spoken.seen_speaking(script, "a girl in a meadow") == ""
    assert spoken.seen_speaking(script, "a fox in a meadow") == "Fox = fox"


def test_a_line_without_a_reading_is_given_by_the_words_around_it():
    line = "“It is lost,” said the owl. “Somebody waits for it.” “Then I will go,” said the red fox."
    made = board({"line": line, "picture": {"prompt": "an owl and a red fox in a forest"}})
    who = spoken.speakers_of(made.scenes[0], made)
    assert [one and one.label for one in who] == ["Owl", "Owl", "Fox"]
    nobody = board({"line": "“It is lost,” said somebody.", "picture": {"prompt": "an owl"}})
    assert spoken.script_of(nobody.scenes[0], nobody, "af_heart") is None


def test_everybody_keeps_a_voice_of_their_own_over_the_film():
    lines = [f"“Yes,” said the {word}." for word in ("owl", "fox", "girl", "king")]
    scenes = [{"line": line, "picture": {"prompt": "an owl, a fox, a girl and a king"}} for line in [*lines, *lines]]
    chosen = spoken.voices(board(*scenes))
    assert len(set(chosen.values()) | {"af_heart"}) == 5
    assert chosen["King"].startswith("bm") and chosen["Girl"][1] == "f"
    assert spoken.voices(board(*scenes[::-1])).keys() == chosen.keys()
    assert spoken.voices(board(scenes[3]))["King"] == chosen["King"]


def test_a_chosen_voice_of_the_cast_is_theirs():
    from pipelines.scenes.performers import character_of

    fox = {"kind": "fox", **__import__("json").loads(character_of("fox").to_json()), "voice": "bm_fable"}
    scene = {"line": "“Yes,” said the fox.", "picture": {"prompt": "a fox"}}
    assert spoken.voices(storyboard_of({"scenes": [scene], "cast": {"fox": {"character": fox}}})) == {"Fox": "bm_fable"}


def test_subtitles_name_speakers_where_several_speak_or_one_is_not_seen(talk):
    _, script = talk
    assert spoken.speakers_to_label(script, "Mia = girl 2; Fox = fox") == {"Mia", "Fox"}
    one = board({"line": "“Yes,” said the fox.", "picture": {"prompt": "a fox"}})
    alone = spoken.script_of(one.scenes[0], one, "af_heart")
    assert spoken.speakers_to_label(alone, "Fox = fox") == frozenset() and spoken.speakers_to_label(alone, "") == {
        "Fox"
    }


def test_credits_name_who_is_there_and_who_speaks():
    lines = credit_lines(board({"line": "“Yes,” said the king.", "picture": {"prompt": "a king"}}), [])
    assert lines[:2] == ["With:", "King"] and lines[lines.index("Voices:") + 1] == "The narrator – Heart"
    assert any(line.startswith("King – ") for line in lines)


@pytest.mark.parametrize(
    ("chosen", "expected"), [("auto", "over the shoulder"), ("close", "close"), (None, "over the shoulder")]
)
def test_a_shot_is_chosen_or_read(chosen, expected):
    scene = told_scene() | {"motion": {"shot": chosen} if chosen else {}}
    drawn = scene | {"record": {"prompt": scene["picture"]["prompt"], "scene": {"shot": expected}}}
    assert [shot_of(one) for one in board(scene, drawn | {"told": None}).scenes] == [expected] * 2


def test_two_goats_have_two_voices_in_whichever_scene_they_speak():
    goats = [
        {"id": f"goat-{n}", "kind": "animal", "noun": "goat", "name": "", "count": 1, "called": "goat"} for n in (2, 3)
    ]
    scenes = [
        {
            "line": "“No,” said the goat.",
            "picture": {"prompt": "a goat"},
            "told": {
                "line": "“No,” said the goat.",
                "entities": [one],
                "speeches": [{"text": "No,", "who": [one["id"]]}],
            },
        }
        for one in goats
    ]
    made = board(*scenes)
    assert set(spoken.voices(made)) == {"First Goat", "Second Goat"} and len(set(spoken.voices(made).values())) == 2


def test_the_names_of_credits_are_names_of_models():
    from pipelines.core.registry import cards

    assert set(CALLED) <= {card.name for card in cards()}


def test_who_is_sad_in_the_picture_speaks_sadly():
    actors = [
        {"id": "girl-1", "noun": "girl"},
        {"id": "girl-2", "noun": "girl", "mood": "sad"},
        {"id": "fox-1", "noun": "fox", "mood": "happy"},
    ]
    made = board(told_scene() | {"record": {"prompt": told_scene()["picture"]["prompt"], "scene": {"actors": actors}}})
    assert (
        spoken.script_of(made.scenes[0], made, made.voice).text
        == "Mia (sadly): Where is it?\nNarrator: asked Mia. The fox laughed.\nFox (brightly): Here!"
    )


def test_speakers_of_a_spanish_film_have_spanish_voices():
    from pipelines.audio.voices import LANGUAGES

    made = storyboard_of({"title": "Una película", "voice": "ef_dora", "scenes": [told_scene()]})
    assert {LANGUAGES[voice[0]] for voice in spoken.voices(made).values()} == {"es"}

"""Who does what to whom, where, and who says it: small sentences, and the two stories that visitors meet first."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.reading import language, reader
from pipelines.reading import wordnet as W
from pipelines.reading.cards import CARDS
from pipelines.reading.quotes import pieces_of
from pipelines.reading.told import Event, Story

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]
GRANDMOTHER = (
    "My grandmother rides her red bicycle to the market. A storm breaks the bridge. A lonely robot lives in the old lighthouse; "
    "he carries the bicycle over the river and she gives him an apple."
)
PLACEHOLDER = "A little fox lives by the sea. Every morning she runs to the lighthouse. One night the light goes out…"


def events(text: str) -> list[Event]:
    return [event for sentence in reader.read(text).sentences for event in sentence.events]


def nouns_of(story: Story, ids: tuple[str, ...]) -> list[str]:
    return [story.entity(id).noun for id in ids]


def test_the_story_of_the_grandmother():
    story = reader.read(GRANDMOTHER)
    assert story.entity("bicycle-1").colour == "red" and story.entity("robot-1").adjectives == ("lonely",)
    assert [one.kind for one in story.entities if one.noun in ("bridge", "lighthouse", "market")] == ["place"] * 3
    assert (
        story.sentences[1].present == ("grandmother-1",) and (story.sentences[2].expressions or {})["robot-1"] == "sad"
    )
    assert len([one for one in story.entities if one.noun == "bicycle"]) == 1
    over = next(event for event in story.sentences[2].events if event.verb == "carry").where
    assert [(one.relation, story.entity(one.entity).noun) for one in over] == [("over", "river")]


def test_what_is_not_so():
    story = reader.read("A man without a hat walked home. Nobody came. The dog did not bark. He wanted a castle.")
    assert not [one for one in story.entities if one.noun == "hat"]
    assert [event.negated for event in story.sentences[1].events] == [True] and not story.sentences[1].takes_part
    assert story.sentences[2].events[0].negated and story.sentences[3].things == ()


def test_with_what_where_and_how():
    story = reader.read("The old sailor slowly opened the chest with a key in a dark cave.")
    event = story.sentences[0].events[0]
    assert nouns_of(story, event.tools) == ["key"] and event.how == ("slowly",) and event.action == "open"
    assert [(one.relation, story.entity(one.entity).noun) for one in event.where] == [("in", "cave")]


def test_everyone_stays_until_they_leave():
    story = reader.read("A fox sat on a hill. A crow came. The fox ran away. The crow laughed. A hen ate corn.")
    assert ["fox-1" in one.present for one in story.sentences] == [True, True, True, False, False]
    assert all("crow-1" in one.present for one in story.sentences[1:])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Tom threw a paper plane at Mia. She read what was on the plane.", "paper-plane-1"),
        ("A fire engine stood in the street. A boy climbed on the engine.", "fire-engine-1"),
        ("A girl saw an airplane. A boy made a paper plane. The girl sat in the plane.", "airplane-1"),
        ("A boy ate a hot dog in the park. The dog barked at him.", "dog-1"),
    ],
)
def test_a_short_word_means_what_a_longer_one_named(text, meant):
    assert meant in [id for one in reader.read(text).sentences[-1:] for id in (*one.things, *one.takes_part)]


def test_a_quotation_is_one_sentence_with_its_verb_of_saying():
    story = 'He was bored, so he shouted, "Wolf! Wolf!" Men ran. "Go! Now!" cried the mouse. Mr. Fox slept.'
    pieces = pieces_of(story)
    assert [one.text for one in pieces] == [
        'He was bored, so he shouted, "Wolf! Wolf!"',
        "Men ran.",
        '"Go! Now!" cried the mouse.',
        "Mr. Fox slept.",
    ]
    assert all(story[one.at : one.at + len(one.text)] == one.text for one in pieces)
    assert story[pieces[2].place(pieces[2].masked.index("cried")) :].startswith("cried")


@pytest.mark.parametrize(
    ("text", "english"),
    [
        (GRANDMOTHER, True),
        (PLACEHOLDER, True),
        ("A fox sits by the sea. Snow falls.", True),
        ("Two wolves stand beside a table.", True),
        ("A king gives a fox an apple.", True),
        ("Ein König gibt dem Fuchs einen Apfel.", False),
        ("Molly and Oskar swim.", True),
        ("Der Hund läuft in den Wald. Er findet eine Katze.", False),
        ("Le chat mange la souris dans le jardin.", False),
        ("Un perro corre por la playa y encuentra a su amigo.", False),
        ("Лиса живёт у моря.", False),
        ("狐は海のそばに住んでいます。", False),
    ],
)
def test_what_is_english(text, english):
    assert language.is_english(text) is english


def test_wordnet_says_what_a_word_is_a_kind_of():
    assert W.is_a("lighthouse", "tower") and W.is_a("stork", "bird") and not W.is_a("bridge", "house")
    assert W.base("rides", "v") == "ride" and W.base("grapes", "n") == "grape" and W.senses("xyzzy") == ()
    assert {one.file for one in W.senses("dog")[:1]} == {"animal"}


def test_the_title_has_three_to_six_words():
    for text in (
        GRANDMOTHER,
        PLACEHOLDER,
        "A hare laughed at a slow tortoise. They ran.",
        "It rained on and on over the old grey roofs of the town.",
    ):
        assert 3 <= len(reader.read(text).title.split()) <= 6
    assert reader.read("A hare laughed at a slow tortoise. The hare ran.").title == "The Hare and the Slow Tortoise"


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("freinds", "friends"),
        ("candels", "candles"),
        ("beatiful", "beautiful"),
        ("until", "until"),
        ("grandma", "grandma"),
        ("zzyzx", "zzyzx"),
    ],
)
def test_a_misspelt_word_is_the_commonest_word_one_letter_away(word, meant):
    from pipelines.reading.spelling import meant_by

    assert meant_by(word) == meant


def test_words_behind_a_misspelt_one_stand_where_they_stood():
    text = 'My freinds came. "The candels!" said a beatiful girl and she laughed.'
    story = reader.read(text)
    assert [event.verb for event in story.sentences[0].events] == ["come"]
    places = {event.verb: event.at for one in story.sentences for event in one.events}
    assert text[places["laugh"] :].startswith("laughed") and text[places["say"] :].startswith("said")
    assert story.sentences[1].speeches[0].text == "The candels!"


def test_a_wish_is_no_deed():
    text = "The bird wanted to fly. Tom tried to open the door. He did not like to swim."
    happens = {event.verb: event.real and not event.negated for event in events(text)}
    assert {verb: happens[verb] for verb in ("fly", "open", "swim")} == {
        "fly": False,
        "open": False,
        "swim": False,
    }

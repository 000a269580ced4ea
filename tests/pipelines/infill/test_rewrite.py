"""Rewriting: what may change in a sentence, what must not, and the real models on one."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.networks import OWN
from pipelines.infill.parts.quick import around, words_for
from pipelines.infill.parts.shorter import differing, droppable, subjectless_verbs, without
from pipelines.infill.rewrite import difference, read_marked, rewrite
from pipelines.language.minilm import MINILM
from pipelines.reading.cards import ENGLISH, WORDNET

HERE = all(where(card) is not None for card in (OWN, SMOLLM2, MINILM, ENGLISH, WORDNET))
LANDED = pytest.mark.skipif(not HERE, reason="the models are not on this machine")
NOON = "It was noon. [[The very old man walked quite slowly along the road.]] Then it rained."


def test_one_sentence_is_marked_and_its_locked_words_are_known():
    marked = read_marked("It was late. [[ The {old king} slept {badly}. ]] Nobody knew.")
    assert (marked.before, marked.sentence, marked.after) == (
        "It was late.  ",
        "The old king slept badly.",
        "  Nobody knew.",
    )
    assert [marked.sentence[a:b] for a, b in marked.locked] == ["old king", "badly"]
    assert read_marked("She went home early.").sentence == "She went home early."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("One sentence here. And another here.", "several sentences"),
        ("[[One here.]] and [[two here.]]", "one sentence at a time"),
        ("She ____ home early.", "blanks"),
        ("!!! ...", "no sentence"),
        ("Go home.", "needs three words"),
        (" ".join(["word"] * 60), "more than 40"),
    ],
)
def test_what_cannot_be_rewritten_is_said(text, said):
    with pytest.raises(Refusal, match=said):
        read_marked(text)


@pytest.fixture
def parse():
    if where(ENGLISH) is None or where(WORDNET) is None:
        pytest.skip("the parser is not on this machine")
    from pipelines.reading.english import parsed_as_written

    return lambda text: parsed_as_written([text])[0]


STAYS = [
    (
        "Yesterday Anna never walked 3 slow dogs across the big park because it rained.",
        "Yesterday Anna never 3 park",
        "slow",
    ),
    ("The very old shop quickly gave too much money back next week.", "too much back next week", "very quickly"),
    ("A former mayor gave the long speech in the hall.", "former", "long"),
    ("We eat the small cakes in the kitchen only if the sun shines.", "only if shines", "small"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("sentence", "stays", "goes"), STAYS)
def test_denials_names_numbers_times_and_locked_words_stay(parse, sentence, stays, goes):
    doc = parse(sentence)
    park = sentence.find("park")
    locked = [(park, park + 4)] if park >= 0 else []
    gone = {doc[k].text for a, b in droppable(doc, locked) for k in range(a, b)}
    assert not gone & set(stays.split()) and set(goes.split()) <= gone


@pytest.mark.slow
def test_what_is_left_has_its_capitals_articles_spaces_and_commas(parse):
    doc = parse("Slowly, she ate a red apple, after dinner, and left.")
    words = {t.text: t.i for t in doc}
    assert without(doc, frozenset({words["red"]})) == "Slowly, she ate an apple, after dinner, and left."
    after = frozenset({words["after"], words["dinner"]})
    assert without(doc, after) == "Slowly, she ate a red apple, and left."
    enclosed = parse("Anna, who was very tired, walked home along the river.")
    assert without(enclosed, frozenset(range(*droppable(enclosed, [])[0]))).startswith("Anna walked home")
    assert without(doc, frozenset({words["Slowly"]})) == "She ate a red apple, after dinner, and left."


@pytest.mark.slow
def test_a_verb_without_a_subject_is_counted(parse):
    plain, stray = (
        parse("All employees are required to submit their expense reports."),
        parse("All employees are required to submit their expense goes."),
    )
    assert subjectless_verbs(stray) > subjectless_verbs(plain)
    assert subjectless_verbs(parse("He ran home and slept.")) == 1


def test_the_difference_is_told_word_by_word():
    rows = difference("The big dog ran home.", "The dog ran away home.")
    assert rows == [["=", "The"], ["-", "big"], ["=", "dog ran"], ["+", "away"], ["=", "home."]]
    assert differing("The big dog ran.", "The big dog ran.") == 0 and differing("a b c d", "a x c d") == 1


@pytest.mark.slow
@LANDED
def test_a_sentence_is_made_shorter_and_what_stands_around_it_stays():
    made = rewrite(text=NOON)
    first = made.detail["ways"][0]
    assert made.text.startswith("It was noon. ") and made.text.endswith(" Then it rained.")
    assert first["words"] < 11 and first["alike"] > 0.6 and "man" in first["text"]
    assert made.text[made.detail["start"] : made.detail["end"]] == first["text"]
    assert all(way["words"] <= 7 for way in rewrite(text=NOON, words=7).detail["ways"][:1])


def test_the_blank_at_the_cursor_is_found():
    text = "The ____ sat on the ____. He saw [3 words]."
    assert around(text, 5) == ("The ", " sat on the ")
    assert around(text, 22) == ("The  sat on the ", ". He saw ")
    with pytest.raises(Refusal, match="no blank"):
        around("nothing [3 words]", 0)


@pytest.mark.slow
@LANDED
def test_words_for_a_blank_agree_with_their_sentence():
    found = [one["words"] for one in words_for("They ____ tired after the long walk.", 6)]
    assert "were" in found and "was" not in found
    assert words_for("____ was late again.", 0)[0]["words"][0].isupper()

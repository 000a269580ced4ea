"""Rewriting: what may change in a sentence, what must not, and the real models on one."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.frames import Frame, Slot, Token, frame_of
from pipelines.infill.parts.instructed import first_sentence, may_stand
from pipelines.infill.parts.networks import OWN
from pipelines.infill.parts.quick import around, language_note, words_for
from pipelines.infill.parts.rewriting import differing
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
        ("Go home.", "fewer than three"),
        (" ".join(["word"] * 60), "more than 40"),
    ],
)
def test_what_cannot_be_rewritten_is_said(text, said):
    with pytest.raises(Refusal, match=said):
        read_marked(text)


def plain(words):
    return tuple(Token(word, k + 1 < len(words) and words[k + 1] not in ".,") for k, word in enumerate(words))


def test_a_frame_writes_capitals_articles_spaces_and_commas():
    frame = Frame(plain(["She", "ate", "a", "red", "apple", "after", "dinner", "."]))
    frame.slots = [Slot(4, ("apple", "orange", "pear"))]
    frame.drops = [(3, 4)]
    frame.fronts = [(5, 7, True)]
    assert frame.options == (3, 2, 2)
    assert frame.text((0, 0, 0)) == "She ate a red apple after dinner."
    assert frame.text((1, 1, 0)) == "She ate an orange after dinner."
    assert frame.text((2, 0, 1)) == "After dinner, she ate a red pear."


@pytest.mark.slow
@LANDED
def test_negations_names_numbers_and_locked_words_have_no_choice():
    from pipelines.infill.parts.lexicon import lexicon_of
    from pipelines.infill.parts.networks import own_vocabulary
    from pipelines.reading.english import parsed

    class Pieces:
        def encode_batch(self, texts, **more):
            raise AssertionError("not needed")

    sentence = "Yesterday Anna never walked 3 slow dogs across the big park because it rained."
    doc = parsed([sentence])[0]
    park = sentence.index("park")
    lexicon = lexicon_of(own_vocabulary(), Pieces())
    frame = frame_of(
        doc,
        lambda a, b: a < park + 4 and park < b,
        lambda i: ["other"],
        lambda i: [],
        lexicon,
        dropping=True,
        adding=False,
    )
    changing = {doc[slot.at].text for slot in frame.slots}
    assert "walked" in changing and not changing & {"Anna", "never", "3", "park"}
    gone = {doc[k].text for a, b in frame.drops for k in range(a, b)}
    assert {"because", "rained"} <= gone and not gone & {"Anna", "never", "3", "park"}


def test_offers_keep_numbers_names_negations_and_locked_words():
    sentence = "On Monday we saw 3 ships."
    assert may_stand("We saw 3 ships on Monday.", sentence, ())
    for wrong in (
        "We saw 4 ships on Monday.",
        "We saw 3 ships.",
        "We never saw 3 ships on Monday.",
        sentence,
        "",
        "We saw 3 ships on Monday with Anna.",
    ):
        assert not may_stand(wrong, sentence, ())
    assert not may_stand("We saw 3 boats on Monday.", sentence, ("ships",))
    assert first_sentence('"It is done." And more.\nNext') == "It is done." and first_sentence("no end") == ""


def test_the_difference_is_told_word_by_word():
    rows = difference("The big dog ran home.", "The dog ran away home.")
    assert rows == [["=", "The"], ["-", "big"], ["=", "dog ran"], ["+", "away"], ["=", "home."]]
    assert differing("The big dog ran.", "The big dog ran.") == 0 and differing("a b c d", "a x c d") == 1


@pytest.mark.slow
@LANDED
def test_a_sentence_is_made_shorter_and_what_stands_around_it_stays():
    made = rewrite(text=NOON, tone="shorter", ways=2, seed=1)
    first = made.detail["ways"][0]
    assert made.text.startswith("It was noon. ") and made.text.endswith(" Then it rained.")
    assert first["words"] < 11 and first["alike"] > 0.6 and "man" in first["text"]
    assert made.text[made.detail["start"] : made.detail["end"]] == first["text"]


@pytest.mark.long
@LANDED
def test_the_same_seed_rewrites_the_same():
    first, again = (rewrite(text=NOON, tone="shorter", ways=2, seed=1).text for _ in range(2))
    assert first == again


@pytest.mark.slow
@LANDED
def test_other_languages_are_refused_in_one_sentence():
    with pytest.raises(Refusal, match="English"):
        rewrite(text="Der alte Mann ging langsam durch den dunklen Wald nach Hause.")


def test_the_blank_at_the_cursor_is_found():
    text = "The ____ sat on the ____. He saw [3 words]."
    assert around(text, 5) == ("The ", " sat on the ")
    assert around(text, 22) == ("The  sat on the ", ". He saw ")
    with pytest.raises(Refusal, match="no blank"):
        around("nothing [3 words]", 0)


def test_a_text_in_another_language_gets_one_sentence_in_place_of_words():
    for text in (
        "Ich trinke jeden Morgen eine Tasse ____ mit Milch.",
        "Le chat dort sur la ____ de la maison.",
        "El perro corre por la ____ todos los días.",
    ):
        assert "English only" in language_note(text, len(text))
    for text in (
        "She put the ____ on and made a cup of tea.",
        "Click the icon in the ____ and select Wi-Fi.",
        "Hello ____",
    ):
        assert not language_note(text, len(text))


@pytest.mark.slow
@LANDED
def test_words_for_a_blank_agree_with_their_sentence():
    found = [one["words"] for one in words_for("They ____ tired after the long walk.", 6)]
    assert "were" in found and "was" not in found
    assert words_for("____ was late again.", 0)[0]["words"][0].isupper()

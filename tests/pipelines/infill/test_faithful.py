"""Whole sentences that may stand for another, and polite wordings: told by the parse alone."""

from __future__ import annotations

import pytest

from pipelines.core.models import where
from pipelines.infill.parts.faithful import faithful, stray_verbs
from pipelines.infill.parts.frames import _droppable
from pipelines.infill.parts.politeness import polite
from pipelines.reading.cards import ENGLISH

pytestmark = [pytest.mark.slow, pytest.mark.skipif(where(ENGLISH) is None, reason="the parser is not on this machine")]


def one(text):
    from pipelines.reading.english import parsed_as_written

    return parsed_as_written([text])[0]


def near(word, kind):
    return {"form": {"document"}, "buy": {"purchase"}}.get(word, set())


@pytest.mark.parametrize(
    ("sentence", "other", "may"),
    [
        ("You must send the form today.", "You should send the document today.", True),
        ("You must send the form today.", "You can send the form today.", False),
        ("You must send the form today.", "I will send you the form today.", False),
        ("The shop said that the lamp was broken.", "The town said that the lamp was broken.", False),
        ("The shop said that the lamp was broken.", "The shop said that she broke the lamp.", False),
        ("We bought the house near the river.", "We purchased the house near the river.", True),
        ("We bought the house near the river.", "We liked the garden behind the hill.", False),
        ("We bought the house near the river.", "Yes, we bought the house near the river.", False),
        ("We bought the house near the river.", "We bought the house near the river and then a boat and a car.", False),
    ],
)
def test_a_whole_sentence_may_stand_for_another(sentence, other, may):
    assert faithful(one(sentence), one(other), "same", near) is may


@pytest.mark.parametrize(
    ("sentence", "kinder"),
    [
        ("You must bring the blue form before noon.", ["Please bring the blue form before noon."]),
        ("You should not feed the ducks.", ["Please do not feed the ducks."]),
        ("You need to sign the letter.", ["Please sign the letter."]),
        ("Open the gate.", ["Please open the gate.", "Could you please open the gate?"]),
        ("We cannot repair the chair.", ["We are sorry, but we cannot repair the chair."]),
        ("I will water the plants.", ["I will gladly water the plants."]),
        ("You must be tired.", []),
        ("The gate is open.", []),
        ("Open the gate, please.", []),
        ("We won't be late.", []),
    ],
)
def test_what_asks_refuses_or_promises_is_said_politely(sentence, kinder):
    assert polite(one(sentence)) == kinder


def test_words_that_say_which_how_many_or_where_to_stay():
    doc = one("The very old shop quickly gave too much money back next week.")
    gone = {doc[k].text for a, b in _droppable(doc, set()) for k in range(a, b) if b - a == 1}
    assert {"very", "quickly"} <= gone and not gone & {"too", "much", "back", "next"}


def test_a_verb_that_came_in_without_a_subject_is_counted():
    plain, stray, joined = (
        one("All employees are required to submit their expense reports."),
        one("All employees are required to submit their expense goes."),
        one("He ran home and slept."),
    )
    assert stray_verbs(stray) > stray_verbs(plain) and stray_verbs(joined) == 1

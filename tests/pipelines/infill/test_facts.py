"""No wording that is offered adds or changes a fact: sentences with wordings that were read by hand (facts.json)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipelines.core.models import where
from pipelines.infill.parts.facts import changed_fact, near
from pipelines.reading.cards import ENGLISH, WORDNET

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(where(ENGLISH) is None or where(WORDNET) is None, reason="the models are not on this machine"),
]
CASES = json.loads(Path(__file__).with_name("facts.json").read_text("utf-8"))


def test_wordings_that_change_a_fact_are_refused_and_those_that_do_not_are_allowed():
    from pipelines.reading.english import parsed_as_written

    wrong = []
    for case in CASES:
        original, other = parsed_as_written([case["sentence"], case["wording"]])
        if (changed_fact(original, other, dropping=case.get("shorter", False)) == "") != case["may"]:
            wrong.append((case["sentence"], case["wording"]))
    assert not wrong and len({case["sentence"] for case in CASES}) >= 60


def test_a_sense_must_be_common_for_both_words():
    assert near("buy", "purchase", "v") and near("numerous", "many", "a")
    assert not near("receive", "find", "v") and not near("match", "game", "n")

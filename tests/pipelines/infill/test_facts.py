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
        original = parsed_as_written([case["sentence"]])[0]
        for wording in (*case["may"], *case["must_not"]):
            reason = changed_fact(original, parsed_as_written([wording])[0], dropping=case.get("shorter", False))
            if (reason == "") != (wording in case["may"]):
                wrong.append((wording, reason))
    assert not wrong and len(CASES) >= 60


def test_a_sense_must_be_common_for_both_words():
    assert near("buy", "purchase", "v") and near("numerous", "many", "a")
    assert not near("receive", "find", "v") and not near("match", "game", "n")

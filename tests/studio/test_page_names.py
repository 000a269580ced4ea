"""Names and hints that the page shows: nothing that only a program reads, and each at its own place."""

from __future__ import annotations

import pytest

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from pipelines.detect.parts.signals import VERDICTS
from studio.storage.artifacts import Call, title_of
from studio.web.faults import faulty_field
from studio.web.sendto import RECORDS
from studio.web.specimens import specimens
from studio.web.tabs import board

TITLES = [
    (Call("generate.painted", {"layers": "a"}, {}), {"layers": "a red fox by the sea"}, "a red fox by the sea"),
    (Call("infill.diffuse", {}, {"text": "[3 words] came out of the wood"}), {}, "[3 words] came out of the wood"),
    (Call("infill.diffuse", {}, {"text": "{braces}  are kept"}), {}, "{braces} are kept"),
    (Call("animate.layers", {"picture": "a"}, {"paths": "fox: 0.2 0.85 > 0.5 0.8"}), {"picture": "a fox"}, "a fox"),
]


@pytest.mark.parametrize(("call", "inputs", "title"), TITLES)
def test_a_result_is_called_by_a_persons_words_or_what_it_was_made_from(call, inputs, title):
    assert title_of(call, inputs) == title


def test_at_most_six_likely_places_come_first_in_plain_words():
    for kind, usual in RECORDS["likely"].items():
        likely = [target for target in board().targets(kind) if target["likely"]]
        assert [target["label"] for target in likely] == list(usual.values()), kind
        assert len(likely) <= 6 and likely == board().targets(kind)[: len(likely)]


def test_the_faulty_field_is_found():
    form = settings_of(find("generate.storybook"))
    assert faulty_field(form, {}, {}) == ("set", "prompt") and faulty_field(form, {}, {"prompt": "a fox"}) is None
    objects = settings_of(find("generate.object"))
    assert faulty_field(objects, {}, {"prompt": "a fox", "count": 10**6}) == ("set", "count")
    photo = settings_of(find("stylize.painting"))
    assert faulty_field(photo, {"content": None}, {}) == ("slot", "content")
    assert faulty_field(photo, {"content": "sound", "style": "image"}, {}) == ("slot", "content")


def test_each_example_of_detect_says_a_verdict_that_detect_can_give():
    listed = specimens()
    assert len(listed) > 10 and all(one["verdict"] in VERDICTS and one["label"] for one in listed)
    photographs = [one for one in listed if one["label"] == "a photograph, unsigned"]
    assert {one["verdict"] for one in photographs} <= {
        "cannot tell",
        "weak support for a camera",
    }  # nothing in them could prove it

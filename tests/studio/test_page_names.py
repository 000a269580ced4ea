"""Names and hints that the page shows: nothing that only a program reads, and each at its own place."""

from __future__ import annotations

import pytest

from pipelines.core.run import find
from pipelines.core.settings import settings_of
from pipelines.detect.parts.signals import VERDICTS
from studio.storage.artifacts import Call, title_of
from studio.web.faults import faulty_field
from studio.web.specimens import specimens


def test_a_changed_scene_is_called_what_the_scene_was_called():
    call = Call("generate.painted", {"layers": "a"}, {})
    assert title_of(call, {"layers": "a red fox by the sea"}) == "a red fox by the sea"


@pytest.mark.parametrize("words", ["[3 words] came out of the wood", "{braces} are kept"])
def test_what_a_person_wrote_is_still_a_title(words: str):
    assert title_of(Call("infill.diffuse", {}, {"text": words}), {}) == words


def test_the_faulty_field_is_found():
    form = settings_of(find("generate.storybook"))
    assert faulty_field(form, {}, {}) == ("set", "prompt")
    assert faulty_field(form, {}, {"prompt": "a fox"}) is None
    objects = settings_of(find("generate.object"))
    assert faulty_field(objects, {}, {"prompt": "a fox", "count": 10**6}) == ("set", "count")
    photo = settings_of(find("stylize.painting"))
    assert faulty_field(photo, {"content": None}, {}) == ("slot", "content")
    assert faulty_field(photo, {"content": "sound", "style": "image"}, {}) == ("slot", "content")


def test_each_example_of_detect_says_a_verdict_that_detect_can_give():
    listed = specimens()
    assert len(listed) > 10 and all(one["verdict"] in VERDICTS and one["label"] for one in listed)
    photographs = [one for one in listed if one["label"] == "a photograph, unsigned"]
    assert {one["verdict"] for one in photographs} == {"cannot tell"}  # nothing in them could prove it

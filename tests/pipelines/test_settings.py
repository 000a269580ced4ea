"""The signature is the form: what is read from it, what is refused and in which words."""

from __future__ import annotations

from typing import Annotated

import pytest
from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.schema import json_schema
from pipelines.core.settings import (
    SEED_LIMIT,
    Choice,
    Range,
    Refusal,
    Seed,
    Text,
    Toggle,
    check_settings,
    check_slots,
    gather_slots,
    settings_of,
    time_factor,
)


def sample(
    content: Image,
    style: Image | None = None,
    *,
    strength: Annotated[float, Range(0, 1, help="How much.")] = 0.5,
    steps: Annotated[int, Range(1, 100, scales_time=True)] = 10,
    mode: Annotated[str, Choice({"a": "First one", "b": "Second", "": "Any"})] = "a",
    words: Annotated[str, Text(max_characters=5, required=True)] = "x",
    flip: Annotated[bool, Toggle()] = False,
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """A sample (Nobody 2026, section 1)."""
    return content


FORM = settings_of(sample)


def test_the_form_is_the_signature():
    assert [(s.name, s.kind, s.optional) for s in FORM.slots] == [("content", "image", False), ("style", "image", True)]
    assert [s.name for s in FORM.settings] == ["strength", "steps", "mode", "words", "flip", "seed"]
    assert FORM.returns == "image" and FORM.summary == "A sample (Nobody 2026, section 1)."
    assert FORM.defaults == {"strength": 0.5, "steps": 10, "mode": "a", "words": "x", "flip": False, "seed": 0}


def test_settings_are_converted_and_completed():
    checked = check_settings(FORM, {"strength": "0.25", "steps": "7", "mode": "second", "flip": "yes", "seed": "9"})
    assert checked == {"strength": 0.25, "steps": 7, "mode": "b", "words": "x", "flip": True, "seed": 9}
    assert isinstance(checked["steps"], int) and isinstance(checked["strength"], float)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"strength": 1.5}, "Strength must be between 0 and 1."),
        ({"strength": "nan"}, "Strength must be between 0 and 1."),
        ({"strength": "a lot"}, "Strength must be a number between 0 and 1."),
        ({"strength": None}, "Strength must be a number between 0 and 1."),
        ({"steps": 2.5}, "Steps must be a whole number."),
        ({"mode": "c"}, "Mode must be one of: a, b, Any."),
        ({"mode": 3}, "Mode must be one of: a, b, Any."),
        ({"words": "  "}, "“Words” is empty; write something first."),
        ({"words": "abcdef"}, "Words is 6 characters long; 5 is the most."),
        ({"flip": "perhaps"}, "Flip must be yes or no."),
        ({"seed": -1}, f"The seed must lie between 0 and {SEED_LIMIT - 1}."),
        ({"seed": float("inf")}, "The seed must be a whole number, zero or more."),
        ({"colour": 1}, "has no setting called 'colour'"),
    ],
)
def test_wrong_settings_get_one_sentence(given, said):
    with pytest.raises(Refusal) as caught:
        check_settings(FORM, given)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_slots():
    assert check_slots(FORM, {"content": "image", "style": None}) == {"content": "image"}
    for given, sentence in (
        ({}, "Add a picture to “Content” first."),
        ({"content": "video"}, "Content must be a picture, and this is a video."),
        ({"content": "image", "hat": "image"}, "takes no 'hat'"),
    ):
        with pytest.raises(Refusal, match=sentence.replace("(", r"\(")):
            check_slots(FORM, given)


def test_schema_and_time():
    schema = json_schema(FORM)["properties"]
    assert schema["strength"] == {
        "title": "Strength",
        "default": 0.5,
        "type": "number",
        "minimum": 0,
        "maximum": 1,
        "description": "How much.",
    }
    assert schema["mode"]["enum"] == ["a", "b", "Any"] and schema["steps"]["type"] == "integer"
    assert time_factor(FORM, FORM.defaults | {"steps": 30}) == 30


def test_a_setting_without_a_field_is_a_mistake():
    def broken(content: Image, *, strength: float = 1.0, report: Report = silent) -> Image:
        """Broken."""
        return content

    with pytest.raises(TypeError, match="strength"):
        settings_of(broken)


def shelf(content: Image, pages: list[Image], notes: list[Image] | None = None, *, report: Report = silent) -> Image:
    """A function that takes lists."""
    return content


def test_a_slot_takes_a_list_in_order():
    form = settings_of(shelf)
    assert [(s.name, s.kind, s.many, s.optional) for s in form.slots] == [
        ("content", "image", False, False),
        ("pages", "image", True, False),
        ("notes", "image", True, True),
    ]
    given = {"content": "image", "pages.10": "image", "pages.2": "layers"}
    assert check_slots(form, given) == given
    laid = {"content": "a", "pages.10": "c", "pages.2": "b"}
    assert gather_slots(form, laid) == {"content": "a", "pages": ["b", "c"], "notes": []}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"content": "image"}, "Add a picture to “Pages”"),
        ({"content": "image", "pages": "image"}, "takes no 'pages'"),
        ({"content.1": "image", "pages.1": "image"}, "takes no 'content.1'"),
        ({"content": "image", "pages.01": "image"}, "takes no 'pages.01'"),
        ({"content": "image", "pages.1": "sound"}, "Pages must be a picture, and this is a sound"),
    ],
)
def test_wrong_lists_are_said(given, said):
    with pytest.raises(Refusal, match=said):
        check_slots(settings_of(shelf), given)

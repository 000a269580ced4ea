"""Records of places: each names only what there is, finds its way by its names, and is painted; what is wrong with one is said."""

from __future__ import annotations

import json

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.language.colours import plain_colour
from pipelines.props import NOUNS
from pipelines.props.tones import COLOURS
from pipelines.scenes.backdrop import paint, paint_place
from pipelines.scenes.places import FOLDER, everything, names, parse_place, problems


def garage_with(**fields: object) -> str:
    return json.dumps({**json.loads((FOLDER / "garage.json").read_text("utf-8")), **fields})


def test_every_record_names_only_what_there_is() -> None:
    assert len(everything()) == len([*FOLDER.glob("*.json")]) >= 300
    assert [wrong for record in everything().values() for wrong in problems(record, NOUNS)] == []
    words = [word for record in everything().values() for word in (record.place, *record.also)]
    assert len(words) == len(set(words)) == len(names())
    for record in everything().values():
        for spot in (spot for shape in record.furniture.values() for spot in shape):
            right = (spot.foot is None) != (spot.top is None) and (spot.top is None or spot.wall)
            assert right and {*map(plain_colour, filter(None, spot.colours))} <= set(COLOURS), (record.place, spot)


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"floor": "butter"}, "floor cannot be 'butter'"),
        ({"horizon": "sea"}, "horizon cannot be 'sea'"),
        ({"wals": "brick"}, "wals Extra inputs"),
        ({"windows": 40}, "windows Input should be less"),
    ],
)
def test_a_record_of_another_form_is_refused(fields: dict[str, object], message: str) -> None:
    with pytest.raises(Refusal, match=message):
        parse_place(garage_with(**fields))


def test_what_a_record_names_and_nothing_has_is_a_problem() -> None:
    text = garage_with(always=["flying saucer stand"], outside="Nowhereville", also=["kitchen"])
    assert [line.split("'")[1] for line in problems(parse_place(text), NOUNS)] == [
        "flying saucer stand",
        "Nowhereville",
        "kitchen",
    ]


def test_what_is_outside_is_seen_through_the_window() -> None:
    by_the_sea, in_town = (parse_place(garage_with(outside=outside)) for outside in ("sea", "street"))
    views = [
        np.asarray(paint_place(one, "day", "clear", 128, 72, 3).planes["sky"], int) for one in (by_the_sea, in_town)
    ]
    assert np.abs(views[0] - views[1]).mean() > 4


@pytest.mark.slow
@pytest.mark.parametrize(("place", "plane", "noun"), [("bedroom", "ground", "bed"), ("meadow", "sky", "full moon")])
def test_what_the_scene_shows_is_not_painted_again(place: str, plane: str, noun: str) -> None:
    usual, without, other = (
        np.asarray(paint(place, "night", "clear", 320, 180, 3, without=frozenset(nouns)).planes[plane], int)
        for nouns in ([], [noun], ["fox"])
    )
    gone = (np.abs(usual - without).max(-1) > 40) & (np.abs(usual - other).max(-1) == 0)
    assert gone.sum() > 100

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
def test_what_stands_in_a_room_is_seen_there() -> None:
    full, no_bed = (
        paint("bedroom", "day", "clear", 320, 180, 3, without=named).planes["ground"]
        for named in (frozenset(), frozenset({"bed"}))
    )
    gone = np.abs(np.asarray(full, int) - np.asarray(no_bed, int)).max(-1) > 40
    assert 0.5 * 320 < np.median(np.nonzero(gone)[1]) < 320 and gone.sum() > 1000


def test_the_sky_has_no_second_moon() -> None:
    skies = [
        np.asarray(paint("meadow", "night", "clear", 160, 90, 1, without=frozenset(nouns)).planes["sky"].convert("L"))
        for nouns in ([], ["full moon"], ["fox"])
    ]
    assert (skies[0] > skies[1]).sum() > 20  # the disc is brighter than the sky
    assert (skies[0] == skies[2]).all()

"""Drawings: every file of a thing is as the reader wants it; what is read of an SVG, what is refused, and what chance moves."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.props import NOUNS, draw
from pipelines.props.catalogue import Grip, Prop, facts
from pipelines.props.checks import problems
from pipelines.props.drawings import drawing, file_of, parse_svg, parts_of
from pipelines.props.part import Part
from pipelines.props.picture import grown, varies
from pipelines.props.tones import ink

FACTS = '<metadata>{"group": "food", "metres": 0.5, "colour": "red"}</metadata>'
BOX = '<rect class="main" fill="#cc473e" x="0" y="-80" width="100" height="80" rx="4"/>'


def svg(body: str, title: str = "pancake stack", head: str = "") -> str:
    return f'{head}<svg xmlns="http://www.w3.org/2000/svg"><title>{title}</title>{FACTS}{body}</svg>'


def read_parts(body: str) -> list[Part]:
    return list(parts_of(parse_svg(svg(body))))


@pytest.mark.parametrize("noun", NOUNS)
def test_a_drawing_lacks_nothing(noun: str) -> None:
    assert problems(file_of(noun).read_text("utf-8"), noun, NOUNS) == []


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "Nothing is drawn"),
        (f'<g clip-path="url(#a)">{BOX}</g>', "Nothing is drawn"),
        (f'{BOX}<g clip-path="url(#a)">{BOX}</g>', "#a, which is not there"),
        (BOX.replace('"main"', '"mauve"'), "'mauve' is no tone"),
        (BOX.replace("#cc473e", "#cc473f"), "is shown as #cc473f"),
        (BOX.replace('"100"', '"900"'), "900 units large"),
        (BOX.replace('class="main" ', ""), "No part is of the class main"),
        (BOX + '<path data-smooth="" class="red" fill="#cc473e" d="M0,0C1,1 9,9 50,0 40,9 9,-9 0,0Z"/>', "data-smooth"),
        (BOX * 401, "401 parts"),
        ("<text>pancakes</text>", "has a text"),
    ],
)
def test_problems_are_said(body: str, says: str) -> None:
    assert says in " ".join(problems(svg(body), "pancake stack", NOUNS))


def test_names_must_be_free_and_fit_the_file() -> None:
    taken = {"boat": Prop("food", 1.0, "red", ("pancake stack",))}
    assert "called 'pancake stack' already" in " ".join(problems(svg(BOX), "pancake stack", taken))
    assert "<title> should be crepe" in " ".join(problems(svg(BOX), "crepe", NOUNS))


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ('{"group": "food", "metres": 9, "colour": "red"}', "storybook metres"),
        ('{"group": "snacks", "metres": 1, "colour": "red"}', "no group 'snacks'"),
        ('{"group": "food", "metres": 1, "colour": "mauve"}', "no tone"),
        ('{"group": "food", "metres": 1, "colour": "red", "seat": 1.2}', "seat"),
        ('{"group": "food", "metres": 1, "colour": "red", "grip": [0.5, 7]}', "grip"),
        ('{"group": "food", "metres": 1, "colour": "red", "suits": "moon"}', "suits, 'moon', is none of"),
        ('{"group": "food", "metres": 1, "colour": "red", "vehicle": "moon"}', "vehicle, 'moon', is none of"),
        ('{"group": "food", "metres": 1, "colour": "red", "read_as": "person"}', "read_as, 'person', is none of"),
        ('{"group": "food", "metres": 1, "colour": "red", "sense": [2]}', "The sense is"),
        ('{"group": "food", "metres": 1, "colour": "red", "opened": "moo"}', "Nothing is called 'moo'"),
        ('{"group": "food", "metres": 1, "colour": "red", "where": "moon"}', "where, 'moon', is none of"),
        ('{"group": "food", "metres": 1, "colour": "red", "cabin": [0.5]}', "cabin"),
        ('{"group": "food", "metres": 1, "colour": "red", "deck": [0.5, 7]}', "deck"),
        ('{"group": "food", "metres": 1, "colour": "red", "saddle": 2}', "saddle"),
        ('{"group": "food", "metres": 1, "colour": "red", "use": {"pose": "hold", "place": "foot"}}', "a place (right"),
        ('{"group": "food", "metres": 1, "colour": "red", "use": 3}', "cannot be read"),
        ('{"group": "food", "metres": 1}', "cannot be read"),
        ('{"group": "food", "metres": 1, "colour": "red", "smell": "sweet"}', "cannot be read"),
        ("no JSON", "cannot be read"),
    ],
)
def test_wrong_facts_are_said(said: str, says: str) -> None:
    assert says in " ".join(problems(svg(BOX).replace(FACTS, f"<metadata>{said}</metadata>"), "pancake stack", NOUNS))


def test_facts_are_read() -> None:
    told = '<metadata>{"group": "food", "metres": 0.5, "colour": "red", "also": ["a &amp; b"], "grip": [0.5, 0.9]}</metadata>'
    assert facts(told) == Prop("food", 0.5, "red", ("a & b",), grip=(0.5, 0.9))
    assert facts(told.replace("}<", ', "use": {"pose": "ring", "at": [0, 1]}}<')).use == Grip("ring", at=(0, 1))


@pytest.mark.parametrize(
    "text",
    [
        svg(BOX, head='<!DOCTYPE svg [<!ENTITY a "b">]>'),
        "<svg",
        "<html/>",
        svg('<path fill="red" d="M0,0A5,5 0 0 1 9,9"/>'),
        svg('<path fill="red" d="L0,0"/>'),
        svg('<path fill="red" d="M0,0L1"/>'),
        svg('<path fill="red" d=""/>'),
        svg('<polygon fill="red" points="1,2,3"/>'),
        svg('<circle fill="red" r="wide"/>'),
        svg('<rect width="9" height="9"/>'),
        svg(f'<g transform="matrix(1 0 0 1 9 9)">{BOX}</g>'),
        svg('<g class="leaf" data-grown="thorns"/>'),
        svg('<g transform="rotate(9)"><g class="leaf" data-grown="leaves"><circle r="9"/></g></g>'),
        svg('<image href="https://example.org/a.png"/>'),
    ],
)
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        list(parts_of(parse_svg(text)))


def test_a_relative_path_is_the_same_outline() -> None:
    absolute, relative, in_style = read_parts(
        '<path fill="red" d="M10,10 50,10C60,20 60,40 50,50L10,50Z"/><path fill="red" d="m10,10h40c10,10 10,30 0,40H10z"/>'
        '<path style="fill:red;stroke:none" d="M10 10L50 10C60 20 60 40 50 50L10 50Z"/>'
    )
    assert np.allclose(absolute.polygons[0], relative.polygons[0], atol=1e-5)
    assert np.array_equal(absolute.polygons[0], in_style.polygons[0]) and in_style.tone == "red"
    assert absolute.polygons[0][:, 1].max() == -10.0  # y is up


def test_a_cubic_curve_is_that_of_svg() -> None:
    (line,) = read_parts('<polygon fill="red" points="0,0 1,1 2,2"/>')
    (curve,) = read_parts('<path fill="red" d="M0,0C0,-30 60,-30 60,0"/>')
    assert len(line.polygons[0]) == 3
    t = np.linspace(0, 1, 8)
    assert np.allclose(curve.polygons[0], np.stack([180 * (1 - t) * t**2 + 60 * t**3, 90 * t * (1 - t)], -1), atol=1e-4)


def test_a_turn_goes_the_way_of_svg() -> None:
    (turned,) = read_parts('<g transform="rotate(90 10 0)"><polygon fill="red" points="10,0 30,0 30,5"/></g>')
    assert np.allclose(turned.polygons[0], [(10, 0), (10, -20), (5, -20)], atol=1e-5)


def test_what_lies_inside_is_clipped_and_has_no_shading() -> None:
    _, first, second = read_parts(f'{BOX}<g clip-path="url(#a)">{BOX}<circle class="red--" r="9" data-round="4"/></g>')
    assert first.paint["clip"] and second.paint["clip"] and second.paint["round"] == 0 and second.tone == "red--"


def test_a_stroke_is_a_line_and_of_a_circle_a_band() -> None:
    line, band, strokes = read_parts(
        '<polyline fill="none" stroke="red" stroke-width="4" data-end="2" points="0,0 9,0 18,0"/>'
        '<circle fill="none" stroke="red" stroke-width="4" r="10"/><path fill="none" stroke="red" d="M0,0 9,0M0,5 9,5"/>'
    )
    assert len(line.polygons) == 2 and line.paint["convex"] and line.paint["round"] == pytest.approx(0.38 * 4)
    assert [float(np.hypot(*one.T).max().round(4)) for one in band.polygons] == [12.0, 8.0]
    assert len(strokes.polygons) == 2 and strokes.paint["round"] == 0


def test_chance_moves_no_more_than_it_may() -> None:
    (moved,) = read_parts('<g fill="red" data-joined="" data-chance="3 0 0"><circle r="9"/></g>')
    places = [grown([moved], str(seed))[0].polygons[0].mean(0) for seed in range(40)]
    across, up = np.ptp(places, axis=0)
    assert 3 < across <= 6 and up < 1e-4


@pytest.mark.parametrize("noun", ["tree", "wall", "haystack", "steamship"])
def test_a_seed_changes_what_grows(noun: str) -> None:
    assert varies(noun) and not np.array_equal(draw(noun, 96, "", 1), draw(noun, 96, "", 2))


def test_a_seed_does_not_change_what_is_made() -> None:
    assert not varies("violin") and np.array_equal(draw("violin", 96, "", 1), draw("violin", 96, "", 2))


def test_a_tone_is_tinted_only_where_a_colour_was_said() -> None:
    blue = ink("blue")
    assert np.array_equal(ink("red*", blue), ink("red")) and not np.array_equal(
        ink("red*", blue, said=True), ink("red")
    )


def test_a_drawing_is_read_once() -> None:
    assert drawing("boat") is drawing("boat")

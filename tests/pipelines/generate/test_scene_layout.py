"""Relations, counts and places hold in every layout: prompts of the list, many seeds, three formats, drawings of any proportions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pipelines.scenes import layout, performers, relations, seating, things
from pipelines.scenes.prompt import Reading, Relation, Thing, read
from tests.pipelines.generate.conftest import match, vocabulary

SCENES = json.loads((Path(__file__).parents[2] / "cases" / "scene_prompts.json").read_text())
FORMATS = ((1280, 720), (1024, 1024), (720, 1280))
layout_tries = 90  # fewer tries than the product makes: harder to satisfy, and quick


@pytest.fixture(autouse=True)
def fewer_tries(monkeypatch):
    monkeypatch.setattr(layout, "TRIES", layout_tries)


def laid_out(prompt, seed, size):
    reading = read(prompt, vocabulary(), match)
    place = reading.place or things.suited_place([thing.noun for thing in reading.things])
    rng = np.random.default_rng(seed)
    aspects = [[float(rng.uniform(0.6, 1.5)) for _ in range(thing.count)] for thing in reading.things]
    return reading, place, *layout.lay_out(reading, place, *size, seed, aspects)


@pytest.mark.parametrize("number", range(len(SCENES)), ids=lambda number: SCENES[number]["prompt"][:40])
def test_counts_relations_and_places_hold(number):
    seed = number % len(FORMATS)
    size = FORMATS[seed]
    reading, place, items, broken = laid_out(SCENES[number]["prompt"], seed, size)
    assert broken == []
    for index, thing in enumerate(reading.things):
        assert sum(item.thing == index for item in items) == thing.count
    stage = relations.STAGES[place]
    for item in items:
        x0, y0, x1, y1 = item.box
        seen = (min(x1, size[0]) - max(x0, 0)) * (min(y1, size[1]) - max(y0, 0))
        assert x1 > 0 and x0 < size[0] and seen > 0.6 * item.wide * item.tall
        if item.habitat == "ground" and not any(r.kind in ("on", "in", "wearing") for r in reading.relations):
            assert item.feet >= size[1] * (stage.ground[0] - 0.03)
        if item.habitat == "water":
            assert stage.water and size[1] * stage.horizon <= item.feet <= size[1] * (stage.water[1] + 0.05)


def test_things_that_say_nothing_of_each_other_do_not_hide_each_other():
    for seed in range(6):
        _, _, items, _ = laid_out("a lion, a tiger and a bear in the jungle", seed, FORMATS[0])
        for a in items:
            for b in items:
                if a.thing < b.thing:
                    across = max(0, min(a.box[2], b.box[2]) - max(a.box[0], b.box[0]))
                    down = max(0, min(a.box[3], b.box[3]) - max(a.box[1], b.box[1]))
                    assert across * down < 0.35 * min(a.wide * a.tall, b.wide * b.tall)


def test_sizes_are_those_of_a_story():
    _, _, items, _ = laid_out("a mouse beside an elephant", 1, FORMATS[0])
    mouse, elephant = (next(item for item in items if item.thing == i) for i in range(2))
    assert max(mouse.wide, mouse.tall) < 0.5 * max(elephant.wide, elephant.tall)
    _, _, far, _ = laid_out("a castle in the distance and a castle in the foreground", 1, FORMATS[0])
    assert far[0].tall * 1.3 < far[-1].tall and far[0].feet < far[-1].feet


def test_heavenly_bodies_are_in_the_sky_and_flyers_fly():
    for seed in range(4):
        _, place, items, _ = laid_out("a sun, a cloud, an airplane and a cow in a meadow", seed, FORMATS[0])
        horizon = relations.STAGES[place].horizon * 720
        assert [item.habitat for item in sorted(items, key=lambda item: item.thing)] == ["sky", "sky", "air", "ground"]
        assert all(item.feet <= horizon * 1.05 for item in items if item.habitat in ("sky", "air"))


def test_a_contradiction_is_said_and_the_rest_is_placed():
    reading = Reading(
        "", (Thing("fox", "fox"), Thing("house", "house")), (Relation("left of", 0, 1), Relation("right of", 0, 1))
    )
    items, broken = layout.lay_out(reading, "meadow", 1280, 720, 0)
    assert len(items) == 2 and len(broken) == 1


def test_holds_can_say_no():
    _, _, items, _ = laid_out("a fox to the left of a house", 0, FORMATS[0])
    assert relations.holds(Relation("left of", 0, 1), items) and not relations.holds(Relation("right of", 0, 1), items)
    assert not relations.holds(Relation("on", 0, 1), items) and not relations.holds(Relation("above", 0, 1), items)


def test_who_sits_is_smaller_and_who_is_tall_is_larger():
    from pipelines.figures import from_words
    from pipelines.scenes.performers import share_shown, stature

    reading = read("a girl beside a house", vocabulary(), match)
    girl = [layout.lay_out(reading, "meadow", 1280, 720, 0, None, 0.0, (share, 1.0))[0] for share in (1.0, 0.6)]
    tall = [next(item.tall for item in items if item.thing == 0) for items in girl]
    assert tall[1] < 0.8 * tall[0]
    who = from_words("a girl").character
    assert share_shown(who, "sit") < 0.9 < share_shown(who, "walk") == 1.0
    assert stature(who) == 1.0 < stature(from_words("a huge girl").character)


@pytest.mark.parametrize("size", FORMATS)
@pytest.mark.parametrize(
    "prompt",
    [
        "a woman beside a castle",
        "a girl and a man in front of a house",
        "a king on a horse, a tree",
        "three boys, a wolf, a woman",
    ],
)
def test_whom_a_picture_is_about_can_be_seen_above_the_subtitles(prompt, size):
    for seed in range(3):
        reading = read(prompt, vocabulary(), match)
        aspects = [[0.4 if performers.is_figure(thing.noun) else 1.0] * thing.count for thing in reading.things]
        items, _ = layout.lay_out(reading, "meadow", *size, seed, aspects, 0.24)
        acting = [item for item in items if performers.is_figure(item.noun)]
        assert max(item.tall for item in acting) >= 0.28 * min(size[1], 1.25 * size[0])
        moved = seating.above_line(items, 0.76 * size[1])
        assert max(item.feet for item in moved if item.habitat == "ground") <= 0.76 * size[1] + 1e-6

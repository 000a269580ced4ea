"""Who is in a vehicle: all who came along, at its edge, and out of it again after they arrived."""

from __future__ import annotations

import pytest

from pipelines.film.parts.story import told
from pipelines.scenes.cabins import side_by_side
from pipelines.scenes.painted_things import panes
from pipelines.scenes.relations import Item


def prompts_of(text):
    return [scene["picture"]["prompt"] for scene in told(text)["scenes"]]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("Tom and his grandma were on a train.", "a boy on a train, a grandmother on the train in a meadow"),
        ("The woman and the man took a bus to the city.", "a woman on a bus, a man on the bus in the city"),
        (
            "A farmer and a girl rowed across the lake.",
            "a farmer on a rowing boat, a girl on the rowing boat by a lake",
        ),
        (
            "A farmer and a girl rowed to an island. On the island they built a hut.",
            "a farmer, a girl, an island, a hut, a rowing boat by the sea",
        ),
        ("A girl was dirty after the long day. In the kitchen she took a bath.", "a girl in a bathtub in a kitchen"),
        ("Three aliens landed in a field of corn. Their ship was round and green.", "an ufo, three aliens in a meadow"),
        (
            "The farmer drives the tractor over the field. His daughter sits next to him.",
            "a girl on a tractor, a farmer on the tractor in a meadow",
        ),
        ("The woman drove the boy to the hospital.", "a woman on a car, a boy on the car, a hospital in a street"),
        ("Two pirates stood on their ship at sea. The ship was old and brown.", "two pirates on a ship by the sea"),
    ],
)
def test_who_is_in_what(text, last):
    assert prompts_of(text)[-1] == last


def test_who_takes_a_bus_does_not_carry_it():
    motion = told("The woman and the man took a bus to the city.")["scenes"][0]["motion"]["text"]
    assert motion == "The woman and the man ride the bus to the city."


def test_at_the_hotel_we_swam_is_no_hotel_that_we_swam():
    scene = told("At the hotel we swam in the swimming pool.")["scenes"][0]
    assert scene["told"]["place"] == "lake" and not scene["told"]["events"][0].get("what")


@pytest.mark.parametrize("mirrored", [False, True])
def test_passengers_stand_beside_one_another_behind_the_edge_of_their_wagon(mirrored):
    train = Item(0, 0, "train", "ground", 300, 300, 240, 150, 0.5, 2.5, mirrored)
    two = [Item(n, 0, "girl", "ground", 300, 250, 50, 90, 0.5, 2.6) for n in (1, 2)]
    moved = side_by_side([train, *two], [(1, 0), (2, 0)], {1: (0.4, 0.2), 2: (0.4, 0.2)})[1:]
    assert moved[0].x != moved[1].x and all(one.z < train.z and one.mirrored == mirrored for one in moved)
    for one in moved:  # the head is in a window, and nothing of it below the wagon
        across = one.x + ((0.6 if mirrored else 0.4) - 0.5) * one.wide
        x, y = (across - 180) / 240, (one.feet - 0.8 * one.tall - 150) / 150
        x = 1 - x if mirrored else x
        assert any(left < x < right and top < y < bottom for left, top, right, bottom, _ in panes("train"))
        assert one.feet < 150 + 150 * max(end for *_, end in panes("train"))

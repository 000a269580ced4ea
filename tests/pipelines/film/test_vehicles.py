"""Who is in a vehicle stands behind its edge, with the head in a window."""

from __future__ import annotations

import pytest

from pipelines.scenes.cabins import side_by_side
from pipelines.scenes.painted_things import panes
from pipelines.scenes.relations import Item


@pytest.mark.parametrize("mirrored", [False, True])
def test_passengers_stand_beside_one_another_behind_the_edge_of_their_wagon(mirrored):
    train = Item(0, 0, "train", "ground", 300, 300, 240, 150, 0.5, 2.5, mirrored)
    two = [Item(n, 0, "girl", "ground", 300, 250, 50, 90, 0.5, 2.6) for n in (1, 2)]
    moved = side_by_side([train, *two], [(1, 0), (2, 0)], {1: (0.4, 0.2), 2: (0.4, 0.2)})[1:]
    assert moved[0].x != moved[1].x and all(
        passenger.z < train.z and passenger.mirrored == mirrored for passenger in moved
    )
    for passenger in moved:  # the head is in a window, and nothing of it below the wagon
        across = passenger.x + ((0.6 if mirrored else 0.4) - 0.5) * passenger.wide
        x, y = (across - 180) / 240, (passenger.feet - 0.8 * passenger.tall - 150) / 150
        x = 1 - x if mirrored else x
        assert any(left < x < right and top < y < bottom for left, top, right, bottom, _ in panes("train"))
        assert passenger.feet < 150 + 150 * max(end for *_, end in panes("train"))

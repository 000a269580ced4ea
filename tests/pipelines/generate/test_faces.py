"""Faces: sums, and the landed weights."""

from __future__ import annotations

import numpy as np
import pytest

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.faces import faces
from pipelines.generate.parts import latent_faces


def test_sums_are_read_and_added():
    assert latent_faces.read_sum("3,5 − 7 + 12") == [(1, (3, 5)), (-1, (7,)), (1, (12,))]
    assert latent_faces.read_sum("-1 + 2") == [(-1, (1,)), (1, (2,))]


@pytest.mark.parametrize("text", ["3 +", "fox", "3 4", "1 + 99", "0 - 1", "1 * 2", "1--2", "+".join("1" * 9)])
def test_a_sum_that_cannot_be_read_gets_one_sentence(text):
    with pytest.raises(Refusal) as caught:
        latent_faces.read_sum(text)
    assert str(caught.value).count(".") == 1


@pytest.mark.weights
def test_a_sheet_of_faces_is_the_same_whatever_its_size_and_stops():
    few, many = faces(count=2, seed=5).files, faces(count=7, seed=5).files
    assert few["1.png"] == many["1.png"] and few["2.png"] == many["2.png"] and few["1.png"] != few["2.png"]
    made = faces(count=4, sum="1 - 2 + 3", seed=5)
    pixels = np.asarray(made.main, np.float32)
    assert pixels.shape == (184, 160 * 4 + 40 * 3, 3) and "result.png" in made.files
    face = pixels[:160, :160].mean((0, 1))
    assert face[0] > face[2]  # skin is redder than it is blue

    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        faces(count=2, report=stop)

"""`animate.drag`: a square is dragged along an arrow, another turns by two; the ground behind comes back; arrows outside are refused."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.animate.drag import drag, similarity
from pipelines.core.settings import Refusal

SMALL = {"longest_side": 320, "seconds": 0.5, "rate": 8}


def scene() -> tuple[Image.Image, Image.Image]:
    """A red square on green ground, and the mask of the square."""
    pixels = np.full((180, 320, 3), (60, 140, 70), np.uint8)
    pixels[60:120, 40:100] = (200, 30, 30)
    mask = np.zeros((180, 320), np.uint8)
    mask[58:122, 38:102] = 255
    return Image.fromarray(pixels), Image.fromarray(mask)


def test_a_part_goes_along_its_arrow_and_the_ground_is_there_again():
    picture, mask = scene()
    frames = list(drag(picture, mask, arrows="0.2 0.5 > 0.7 0.5", **SMALL).frames())
    assert len(frames) == 4 and np.abs(frames[0].astype(int) - np.asarray(picture)).max() <= 3
    red = frames[-1][..., 0] > 130
    assert abs(np.nonzero(red)[1].mean() - (69.5 + 160)) < 1.5  # moved by half the width
    assert np.abs(frames[-1][80:100, 60:80].astype(int) - (60, 140, 70)).mean() < 6


def test_two_arrows_turn_and_scale():
    way = similarity(
        np.array([[0.0, 0.0], [10.0, 0.0]]), np.array([[5.0, 5.0], [5.0, 25.0]])
    )  # a quarter turn, twice as large
    assert np.allclose(way @ [[0, 10], [0, 0], [1, 1]], [[5, 5], [5, 25]])


def test_what_cannot_be_done_is_one_sentence():
    picture, mask = scene()
    for arrows, said in [
        ("0.9 0.9 > 0.5 0.5", "Arrow 1 begins where nothing"),
        ("", "Draw from 1"),
        ("a > b", "must be like"),
    ]:
        with pytest.raises(Refusal, match=said):
            drag(picture, mask, arrows=arrows, **SMALL)
    with pytest.raises(Refusal, match="VACE"):
        drag(picture, mask, arrows="0.2 0.5 > 0.7 0.5", model="vace", **SMALL)

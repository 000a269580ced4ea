"""The method keeps what every method keeps, and prints in one ink on paper; the signal knows such a print."""

import numpy as np
import pytest
from afternoon_linocut import COLOURS, PAPER, linocut, one_ink
from PIL import Image

from afternoon_studio.contract import check
from afternoon_studio.plugin import Refusal


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((96, 64)).convert("RGB")


def test_it_keeps_the_contract(tmp_path):
    photo = tmp_path / "photo.png"
    gradient().save(photo)
    check("stylize.linocut", content=photo, cuts=4)


def test_two_cuts_are_paper_and_ink():
    made = linocut(gradient(), ink="oxide", cuts=2)
    assert {colour for _, colour in made.getcolors()} == {PAPER, COLOURS["oxide"]}


def test_a_tiny_picture_is_refused():
    with pytest.raises(Refusal, match="smaller than 16"):
        linocut(gradient().resize((8, 8)))


def test_the_signal_knows_a_print_of_one_ink():
    assert "as in a print of one ink" in one_ink(np.asarray(linocut(gradient(), cuts=2))).finding
    many = np.asarray(gradient().convert("RGB"))
    assert "more colours" in one_ink(many).finding

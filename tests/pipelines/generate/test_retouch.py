"""Something is taken out of a picture; the rest keeps its pixels."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw

from pipelines.core.settings import Refusal
from pipelines.generate.retouch import retouch


def make_stripes(side: int = 96) -> Image.Image:
    row = (127 + 100 * np.sin(np.arange(side) * 2 * np.pi / 12)).astype(np.uint8)
    return Image.fromarray(np.repeat(np.tile(row, (side, 1))[..., None], 3, axis=2))


def spot(side: int = 96) -> Image.Image:
    mask = Image.new("L", (side, side))
    ImageDraw.Draw(mask).ellipse((38, 38, 58, 58), fill=255)
    return mask


def test_a_spot_on_stripes_goes_and_the_rest_keeps_every_pixel():
    clean = make_stripes()
    dirty = clean.copy()
    ImageDraw.Draw(dirty).ellipse((38, 38, 58, 58), fill=(255, 0, 0))
    clean_again = retouch(dirty, spot(), grow=2)
    hole = np.asarray(spot()) > 0
    changed = (np.asarray(clean_again) != np.asarray(dirty)).any(-1)
    near = np.zeros_like(hole)
    near[34:63, 34:63] = True
    assert changed[~near].sum() == 0
    before = np.abs(np.asarray(dirty, float) - np.asarray(clean, float))[hole].mean()
    after = np.abs(np.asarray(clean_again, float) - np.asarray(clean, float))[hole].mean()
    assert after < 0.25 * before


def test_what_cannot_be_filled_is_refused():
    with pytest.raises(Refusal, match="Nothing is painted"):
        retouch(make_stripes(), Image.new("L", (96, 96)))
    with pytest.raises(Refusal, match="More than 60%"):
        retouch(make_stripes(), Image.new("L", (96, 96), 255))
    with pytest.raises(Refusal, match="smaller than 32"):
        retouch(make_stripes(20), Image.new("L", (20, 20), 255))

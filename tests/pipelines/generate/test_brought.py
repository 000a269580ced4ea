"""A visitor's own thing in Storybook: its noun is drawn with it, in number and colour; what cannot be is said."""

from __future__ import annotations

import io
import json
import zipfile

import numpy as np
import pytest
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.generate import cutout
from pipelines.generate import storybook as module
from pipelines.generate.parts.brought import brought, cut_out
from pipelines.generate.storybook import storybook

pytestmark = pytest.mark.slow
OWN = (70, 90, 200)


@pytest.fixture(autouse=True)
def small(monkeypatch, stubbed):
    monkeypatch.setitem(module.PIXELS, "landscape", (320, 180))


def thing() -> Image.Image:
    picture = Image.new("RGBA", (90, 60), (0, 0, 0, 0))
    picture.paste((*OWN, 255), (20, 10, 80, 50))
    return picture


def read_layer(layers, name: str) -> np.ndarray:
    with zipfile.ZipFile(io.BytesIO(layers.archive)) as archive:
        return np.asarray(Image.open(archive.open(f"studio/{name}.png")))


def test_the_noun_of_its_name_is_drawn_with_it() -> None:
    made = storybook(thing=thing(), thing_name=" Robot  Vacuum ", prompt="Two robot vacuums and a house", seed=3)
    about = json.loads(made.files["reading.json"])
    own = read_layer(made.main, "robot-vacuum-2-t0")
    assert own.shape == (40, 60, 4) and tuple(own[20, 30, :3]) == OWN
    assert about["brought"] == ["robot vacuum"] and not about["notes"]


def test_a_colour_that_is_said_is_its_colour() -> None:
    made = storybook(thing=thing(), thing_name="robot vacuum", prompt="a red robot vacuum", seed=3)
    red, _, blue, _ = read_layer(made.main, "robot-vacuum-1-t0")[20, 30]
    assert red > 150 > blue


def test_what_is_not_in_the_sentence_is_said() -> None:
    made = storybook(thing=thing(), thing_name="lava lamp", prompt="a house", seed=3)
    assert "“lava lamp” is not in the prompt" in " ".join(json.loads(made.files["reading.json"])["notes"])


@pytest.mark.parametrize(
    ("name", "says"), [("", "what your thing is called"), ("<b>", "called"), ("fox", "is somebody"), ("on", "means")]
)
def test_a_name_that_cannot_be_one_is_refused(name: str, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        brought(thing(), name)


def test_a_name_needs_a_picture_and_the_picture_a_thing() -> None:
    with pytest.raises(Refusal, match="no picture"):
        brought(None, "lava lamp")
    with pytest.raises(Refusal, match="transparent"):
        brought(Image.new("RGBA", (9, 9)), "lava lamp")


def test_an_opaque_picture_is_cut_by_the_matte(monkeypatch) -> None:
    def matte(picture, *, trimmed):
        assert trimmed
        return picture.crop((5, 5, 25, 15))

    monkeypatch.setattr(cutout, "cutout", matte)
    assert cut_out(Image.new("RGB", (40, 30), OWN), 512).size == (20, 10)

"""Every large class of the table once, in miniature, through the pipelines that visitors use: it runs, tells its steps, and gives the same again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pipelines.animate import diffusion as films
from pipelines.animate import drag, erase
from pipelines.generate import diffusion as pictures
from pipelines.hub import presets
from pipelines.media import Video

pytestmark = pytest.mark.slow

PICTURE = Image.linear_gradient("L").resize((64, 64)).convert("RGB")


def clip(side: int) -> Video:
    frames = np.random.default_rng(0).integers(0, 255, (9, side, side, 3), np.uint8)
    return Video(side, side, 8, 9, lambda: iter(frames))


SMALL = {"model": "other", "prompt": "a boat", "steps": 2, "size": "64x64"}
PAINTED = {
    "kontext": {"picture": PICTURE},
    "qwen_image": {},
    "qwen_image_edit": {"reference": PICTURE},
    "flux2_klein": {},
    "z_image": {},
}
FILMED = {
    "wan_flf": {"picture": PICTURE, "last": PICTURE.rotate(180)},
    "cogvideox": {},
    "cogvideox_picture": {"picture": PICTURE},
    "hunyuan15": {},
    "hunyuan15_picture": {"picture": PICTURE},
    "ltx2": {},
    "wan_animate": {"picture": PICTURE, "movement": clip(64), "face": clip(32)},
}


@pytest.fixture(autouse=True)
def small_sides(monkeypatch):
    """Kontext and Qwen-Image-Edit enlarge what they are shown to about a megapixel, which says nothing here and takes a minute."""
    from diffusers.pipelines.flux import pipeline_flux_kontext
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_edit_plus

    monkeypatch.setattr(pipeline_flux_kontext, "PREFERRED_KONTEXT_RESOLUTIONS", [(64, 64)])
    for name in ("CONDITION_IMAGE_SIZE", "VAE_IMAGE_SIZE"):
        monkeypatch.setattr(pipeline_qwenimage_edit_plus, name, 64 * 64)


def listen_for(said: list[str], word: str):
    return lambda progress: said.append(progress.label) if word in progress.label else None


@pytest.mark.parametrize("kind", PAINTED)
def test_a_large_model_of_pictures_paints(tiny, kind):
    said: list[str] = []
    made = pictures.diffusion(**SMALL, **PAINTED[kind], other=tiny(kind), report=listen_for(said, "step")).main
    assert said and said[-1].startswith("Painting: step 2 of 2")
    drawn = np.asarray(made)
    assert drawn.shape[2] == 3 and drawn.std() > 1  # not one colour
    again = pictures.diffusion(**SMALL, **PAINTED[kind], other=tiny(kind)).main
    assert np.array_equal(drawn, np.asarray(again))


@pytest.mark.parametrize("kind", FILMED)
def test_a_large_model_of_films_films(tiny, kind):
    said: list[str] = []
    made = films.diffusion(**SMALL, **FILMED[kind], seconds=1, other=tiny(kind), report=listen_for(said, "step")).main
    assert said and said[-1].startswith("Filming: step 2 of 2")
    frames = np.stack(list(made.frames()))
    assert frames.shape == (9, 64, 64, 3) and frames.std() > 1
    assert (made.sound is not None) == (kind == "ltx2")


def vace(tiny):
    return replace(erase.INPAINT[0], key="vace", card=presets.other(tiny("vace")), size=(64, 64), steps=2)


def test_vace_fills_what_a_mask_follows(tiny, monkeypatch):
    monkeypatch.setattr(erase, "INPAINT", (vace(tiny),))
    ground = np.stack([np.full((64, 64, 3), 90, np.uint8)] * 5)
    ground[:, 20:36, 20:36] = 250
    video = Video(64, 64, 8, 5, lambda: iter(ground))
    mask = Image.new("L", (64, 64))
    mask.paste(255, (18, 18, 38, 38))
    made = np.stack(list(erase.erase(video, mask, model="vace").frames()))
    assert np.array_equal(made[:, :12], ground[:, :12]) and not np.array_equal(
        made[:, 22:34, 22:34], ground[:, 22:34, 22:34]
    )


def test_vace_makes_a_drag_natural(tiny, monkeypatch):
    monkeypatch.setattr(drag, "INPAINT", (vace(tiny),))
    mask = Image.new("L", (64, 64))
    mask.paste(255, (20, 20, 44, 44))
    asked = {"arrows": "0.5 0.5 > 0.7 0.5", "seconds": 0.5, "rate": 10, "longest_side": 64}
    own = np.stack(list(drag.drag(PICTURE, mask, **asked).frames()))
    made = np.stack(list(drag.drag(PICTURE, mask, model="vace", **asked).frames()))
    assert made.shape == own.shape == (5, 64, 64, 3)
    assert np.array_equal(made[:, :8], own[:, :8]) and not np.array_equal(made[:, 20:44], own[:, 20:44])

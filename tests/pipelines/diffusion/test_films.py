"""`animate.diffusion` on tiny pipelines: AnimateDiff, LTX-Video, Wan and Stable Video Diffusion, from words and from a picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pipelines.animate.diffusion import diffusion
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from tests import tiny_diffusion

pytestmark = pytest.mark.slow

PICTURE = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
SMALL = {"model": "other", "prompt": "waves", "steps": 2, "size": "64x64", "seconds": 0.6, "guidance": 3.0}


def painter(tiny) -> str:
    return f"painter {tiny('stable_diffusion')}"


def film_frames(*arguments, **settings) -> np.ndarray:
    made = diffusion(*arguments, **{**SMALL, **settings}).main
    frames = np.stack(list(made.frames()))
    assert frames.shape == (made.frame_count, made.height, made.width, 3) and float(made.rate_hz) == 8
    return frames.astype(np.float32)


@pytest.mark.parametrize("kind", ["motion_adapter", "ltx", "wan", "stable_video"])
def test_words_and_pictures_become_films_with_previews(tiny, kind):
    more = {"other": tiny(kind), "loras": painter(tiny)}
    shown = []

    def report(progress):
        if "step" in progress.label:
            shown.append((progress.label, progress.preview().size))

    if kind == "stable_video":
        with pytest.raises(Refusal, match="sets a picture in motion"):
            film_frames(**more)
    else:
        words = film_frames(**more, report=report)
        assert len(words) == 5 and [label for label, _ in shown] == ["Filming: step 1 of 2", "Filming: step 2 of 2"]
        assert all(max(size) == 384 for _, size in shown)
    moving = film_frames(PICTURE, **more, seed=1)
    assert len(moving) == 5 and np.abs(moving - film_frames(PICTURE, **more, seed=1)).max() == 0
    if kind != "stable_video":
        assert np.abs(moving - words).max() > 1

    def stop(progress):
        if "step 1" in progress.label:
            raise Cancelled

    with pytest.raises(Cancelled):
        diffusion(PICTURE, **{**SMALL, **more}, report=stop)


def test_a_film_ends_with_the_last_picture_where_the_model_can(tiny):
    last = PICTURE.rotate(180)
    free, held = film_frames(PICTURE, other=tiny("ltx")), film_frames(PICTURE, last=last, other=tiny("ltx"))
    assert held.shape == free.shape and np.abs(held - free).max() > 1
    for arguments, sentence in [
        ({"other": tiny("stable_video"), "picture": PICTURE}, "takes no last picture"),
        ({"other": tiny("ltx")}, "needs a first one"),
        ({"model": "svd", "picture": PICTURE}, "takes no last picture"),
    ]:
        with pytest.raises(Refusal, match=sentence):
            diffusion(**{**SMALL, **arguments}, last=last)


def test_a_lora_moves_with_animatediff(tiny, tmp_path):
    base = tiny("stable_diffusion")
    lora = tiny_diffusion.lora_diffusers(tmp_path, Path(base) / "unet" / "diffusion_pytorch_model.safetensors")
    more = {"other": tiny("motion_adapter"), "loras": painter(tiny)}
    worn = more | {"loras": f"{lora}\n{painter(tiny)}"}
    assert np.abs(film_frames(**worn) - film_frames(**more)).max() > 2


def test_what_does_not_fit_is_one_sentence(tiny):
    adapter, base = tiny("motion_adapter"), tiny("stable_diffusion")
    for arguments, sentence in [
        ({"other": base}, "does not make films"),
        ({"other": adapter, "loras": f"painter {tiny('flux')}"}, "moves models of Stable Diffusion"),
        ({"other": adapter, "loras": painter(tiny), "seconds": 9}, "at most 2.0 seconds"),
        ({"other": adapter, "prompt": ""}, "Say what happens"),
        ({"model": "svd"}, "sets a picture in motion"),
        ({"model": "wan", "picture": PICTURE}, "from words alone"),
        (
            {"model": "ltx"},
            r"LTX-Video \(28000 MB, LTX-Video open weights licence\).*models fetch Lightricks/LTX-Video",
        ),
    ]:
        with pytest.raises(Refusal, match=sentence):
            diffusion(**{**SMALL, **arguments})

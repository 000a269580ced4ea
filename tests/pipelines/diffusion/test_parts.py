"""Where memory puts a model, previews of latents, canvases and masks, uploaded LoRA files."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.hub import canvas, previews
from pipelines.hub.opening import plan

pytestmark = pytest.mark.slow

GB = 10**9


@pytest.mark.parametrize(
    ("on", "weights", "largest", "device", "machine", "offload", "sliced"),
    [
        ("cuda", 3 * GB, 2 * GB, 24 * GB, 32 * GB, "none", False),
        ("cuda", 7 * GB, 5 * GB, 10 * GB, 32 * GB, "none", True),
        ("cuda", 12 * GB, 5 * GB, 8 * GB, 32 * GB, "parts", True),
        ("cuda", 34 * GB, 24 * GB, 8 * GB, 64 * GB, "layers", True),
        ("cpu", 3 * GB, 2 * GB, 0, 16 * GB, "none", False),
        ("cpu", 3 * GB, 2 * GB, 0, 2 * GB, "none", True),
    ],
)
def test_the_plan_follows_free_memory(on, weights, largest, device, machine, offload, sliced):
    made = plan(on, weights, largest, device, machine)
    assert (made.offload, made.sliced) == (offload, sliced)


def test_too_little_memory_is_one_sentence():
    with pytest.raises(Refusal, match=r"about 8.5 GB of memory"):
        plan("cpu", 34 * GB, 24 * GB, 0, 4 * GB)
    with pytest.raises(Refusal, match=r"only 0\.5 GB"):
        plan("cuda", 3 * GB, 2 * GB, GB // 2, 32 * GB)


class Linear(torch.nn.Module):
    """An autoencoder whose latents are an invertible linear map of half-size colours: previews of it must be exact."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.config = {"scaling_factor": 0.5, "shift_factor": 0.25}
        generator = torch.Generator().manual_seed(1)
        self.mix = torch.nn.Parameter(torch.randn(channels, 3, generator=generator))

    def encode(self, x):
        from types import SimpleNamespace

        small = torch.nn.functional.avg_pool2d(x, 2)
        return SimpleNamespace(latents=torch.einsum("kc,bchw->bkhw", self.mix, small) + 0.3)


@pytest.mark.parametrize("channels", [4, 16])
def test_previews_undo_a_linear_encoder(channels):
    vae = Linear(channels)
    colours = previews.fit_colours(vae)
    picture = torch.rand(1, 3, 32, 48, generator=torch.Generator().manual_seed(5))
    latents = previews.scale_latents(vae, vae.encode(picture * 2 - 1).latents.detach())
    shown = np.asarray(colours.picture(latents[0], 24), np.float32) / 255
    wanted = torch.nn.functional.avg_pool2d(picture, 2)[0].permute(1, 2, 0).numpy()
    assert np.abs(shown - wanted).mean() < 0.01


def test_canvases_keep_a_pictures_shape_at_the_models_size():
    picture = Image.new("RGB", (300, 200))
    assert canvas.laid(picture, None, "", (0, 0), (512, 512)).size == (624, 416)
    assert canvas.laid(None, None, "", (100, 0), (512, 512)).size == (96, 512)
    assert canvas.laid(picture, None, "", (320, 0), (512, 512)).size == (320, 208)
    all_around = canvas.laid(picture, None, "all", (64, 64), (512, 512))
    assert (
        all_around.size == (96, 96)
        and all_around.mask.getpixel((2, 2)) == 255
        and all_around.mask.getpixel((48, 48)) == 0
    )
    with pytest.raises(Refusal, match="2048"):
        canvas.laid(picture, None, "left", (2048, 64), (512, 512))


def test_what_lies_outside_a_mask_is_put_back_exactly():
    own, mask = Image.new("RGB", (64, 64), "red"), Image.new("L", (64, 64))
    mask.paste(255, (16, 16, 48, 48))
    laid = canvas.laid(own, mask, "", (64, 64), (64, 64))
    made = np.asarray(laid.put_back(Image.new("RGB", (64, 64), "blue")), int)
    assert (made[:16] == (255, 0, 0)).all() and (made[32, 32] == (0, 0, 255)).all()
    edge = made[32, 16:24, 2]
    assert (np.diff(edge) >= 0).all() and edge[0] < 120 < edge[-1]  # blended inwards

"""The object network by itself: its contract, its preconditioning and its pixels; colours named; Muon's matrices."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from pipelines.nets.object_unet import (  # noqa: E402
    ObjectUNet,
    Shape,
    denoise,
    from_pixels,
    to_pixels,
    upright,
)
from pipelines.optim.muon import orthogonalise  # noqa: E402
from pipelines.vision.oklab import main_colour, recolour  # noqa: E402
from training.objects.words import COLOURS  # noqa: E402

TINY = Shape(channels=(32, 32, 64), blocks=1, text_channels=32, head_width=32, embedding=64)


def test_padding_does_not_matter():
    net = ObjectUNet(TINY).eval()
    torch.nn.init.normal_(net.leave.weight)
    for module in net.modules():
        if hasattr(module, "text_kv"):
            torch.nn.init.normal_(module.out.weight, std=0.05)
    x, text, sigma = torch.randn(1, 4, 64, 64), torch.randn(1, 5, 384), torch.ones(1)
    short = denoise(net, x, sigma, text[:, :3], torch.ones(1, 3, dtype=torch.bool), upright(1))
    padded = denoise(net, x, sigma, text, torch.tensor([[True] * 3 + [False] * 2]), upright(1))
    torch.testing.assert_close(short, padded, atol=1e-4, rtol=1e-4)


def test_pixels_round_trip_and_clean_alpha():
    rgba = torch.rand(2, 4, 8, 8)
    rgba[:, 3] = (rgba[:, 3] > 0.5).float()
    x = to_pixels(rgba)
    assert (x[:, :3][(rgba[:, 3:] == 0).expand(-1, 3, -1, -1)] == 0).all()
    back = from_pixels(x + 0.02 * (rgba[:, 3:] - 0.5))
    torch.testing.assert_close(back[:, 3], rgba[:, 3])  # a haze of 1 % is gone
    torch.testing.assert_close((back[:, :3] * back[:, 3:]), rgba[:, :3] * rgba[:, 3:], atol=0.03, rtol=0)


@pytest.mark.parametrize("word", ["red", "green", "blue", "purple"])
def test_recolouring_reaches_the_named_hue(word):
    y, x = np.mgrid[-1:1:128j, -1:1:128j]
    render = np.zeros((128, 128, 4), np.uint8)
    render[np.hypot(x, y) < 0.7] = (220, 40, 20, 255)
    hue, mean, share = main_colour(render)
    assert share > 0.9
    painted = recolour(render[..., :3] / 255.0, hue, mean, word)
    new_hue, _, _ = main_colour(np.concatenate([painted * 255, render[..., 3:]], -1).round().astype(np.uint8))
    assert abs((new_hue - COLOURS[word][2] + 180) % 360 - 180) < 20


@pytest.mark.parametrize("shape", [(32, 96), (32, 400), (96, 32)])
def test_newton_schulz_orthogonalises(shape):
    g = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    found = orthogonalise(g).float()
    values = torch.linalg.svdvals(found)
    assert found.shape == g.shape and values.min() > 0.5 and values.max() < 1.3
    u, _, v = torch.linalg.svd(g, full_matrices=False)
    assert torch.nn.functional.cosine_similarity(found.flatten(), (u @ v).flatten(), dim=0) > 0.97

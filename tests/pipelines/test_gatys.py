"""Gatys: the losses against naive loops, the trunk against convolution by hand, and what the optimisation must do."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core import models
from pipelines.core.settings import Refusal
from pipelines.nets import vgg as nets_vgg
from pipelines.stylize import gatys as module
from pipelines.stylize.gatys import colours, gatys, plan
from pipelines.stylize.parts.descent import descend
from pipelines.vision import perceptual

NARROW = (4, 6, 8, 8, 8)


def picture(seed: int, width: int = 72, height: int = 56) -> Image.Image:
    small = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (6, 6, 3), dtype=np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


def narrow_vgg() -> nets_vgg.Vgg:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        made = nets_vgg.Vgg(NARROW)
    return made.eval().requires_grad_(False)


@pytest.fixture
def small_network(monkeypatch):
    """A random, narrow trunk in place of the real one, and scales small enough for a test."""

    @contextmanager
    def load(card):
        yield narrow_vgg()

    monkeypatch.setattr(module, "load", load)
    monkeypatch.setattr(module, "SMALLEST_SCALE_PX", 32)


def test_gram_is_what_a_naive_loop_gives():
    f = torch.randn(2, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    naive = np.zeros((2, 3, 3))
    for b in range(2):
        for i in range(3):
            for j in range(3):
                for y in range(4):
                    for x in range(5):
                        naive[b, i, j] += float(f[b, i, y, x] * f[b, j, y, x]) / 20
    np.testing.assert_allclose(perceptual.gram(f).numpy(), naive, rtol=1e-5)


def test_trunk_against_convolution_by_hand():
    """BGR in 0..255 less the mean, 3x3 correlation over zeros, ReLU, pool with odd sides rounded up."""
    trunk = narrow_vgg()
    rgb = np.random.default_rng(1).uniform(0, 1, (5, 7, 3))
    features = trunk(torch.from_numpy(rgb).permute(2, 0, 1)[None].float(), ["conv1_1", "conv2_1"])
    fed = rgb[..., ::-1] * 255 - [104.00699, 116.66877, 122.67892]

    def convolve(h: np.ndarray, name: str) -> np.ndarray:
        layer = trunk.convolutions[name]
        weight, bias = layer.weight.numpy(), layer.bias.numpy()
        padded = np.pad(h, ((1, 1), (1, 1), (0, 0)))
        out = np.zeros((*h.shape[:2], len(bias)))
        for y in range(h.shape[0]):
            for x in range(h.shape[1]):
                out[y, x] = (weight * padded[y : y + 3, x : x + 3].transpose(2, 0, 1)).sum((1, 2, 3)) + bias
        return out.clip(0)

    first = convolve(fed, "conv1_1")
    np.testing.assert_allclose(features["conv1_1"][0].permute(1, 2, 0), first, rtol=1e-3, atol=1e-3)
    second = convolve(first, "conv1_2")
    pooled = np.array([[second[2 * y : 2 * y + 2, 2 * x : 2 * x + 2].max((0, 1)) for x in range(4)] for y in range(3)])
    np.testing.assert_allclose(
        features["conv2_1"][0].permute(1, 2, 0), convolve(pooled, "conv2_1"), rtol=1e-3, atol=1e-3
    )


def test_gradient_of_the_objective_by_finite_differences(small_network):
    trunk = narrow_vgg().double()
    trunk.feed.double()
    torch.manual_seed(5)
    photo = torch.rand(1, 3, 12, 12, dtype=torch.float64)
    layers = ["conv1_1", "conv2_1"]
    a = {
        k: v.double() for k, v in perceptual.style_targets(trunk, torch.rand_like(photo), layers, average=True).items()
    }
    p = trunk(photo, ["conv3_1"], average=True)["conv3_1"]
    objective = module.Objective(trunk, photo, p, a, "conv3_1", 3.0, 2.0)
    x = torch.rand_like(photo).requires_grad_()
    (g,) = torch.autograd.grad(objective.loss(x)[0], x)
    direction = (
        torch.randn_like(x) + g / g.square().mean().sqrt()
    )  # partly downhill, so that rounding does not drown it
    direction /= direction.norm()
    h = 5e-3  # the losses themselves are float32
    with torch.no_grad():
        slope = (objective.loss(x + h * direction)[0] - objective.loss(x - h * direction)[0]) / (2 * h)
    assert float(slope) == pytest.approx(float((g * direction).sum()), rel=0.03, abs=1e-5)


def test_descent_solves_an_ill_conditioned_quadratic_and_survives_a_bad_step():
    scale = torch.logspace(0, 3, 60).view(1, 3, 4, 5)
    goal = torch.rand(1, 3, 4, 5, generator=torch.Generator().manual_seed(2))
    x = torch.full_like(goal, 0.5)
    calls = []

    def loss(x):
        calls.append(1)
        value = (scale * (x - goal).square()).sum()
        if len(calls) == 12:
            value = value * float("nan")
        return value, {"loss": value.item()}

    list(descend(x, loss, 120))
    assert float((scale * (x - goal).square()).sum()) < 1e-4
    assert len(calls) == 120


def test_plan_goes_from_coarse_to_fine():
    assert [(s.longest_px, s.steps) for s in plan(1024, 100, from_noise=False)] == [(256, 100), (512, 60), (1024, 60)]
    noise = plan(512, 100, from_noise=True)
    assert [s.longest_px for s in noise] == [256, 256, 512]
    assert [s.seeking for s in noise] == [True, False, False]


def test_loss_falls_at_each_scale_and_everything_is_reported(small_network):
    seen = []
    result = gatys(picture(0), picture(1), size=64, steps=20, report=seen.append)
    assert result.size == (64, 50)
    assert result.mode == "RGB"
    for scale in ("32 px", "64 px"):
        losses = [p.numbers["loss"] for p in seen if p.label.startswith(scale)]
        assert min(losses[-3:]) < 0.7 * losses[0]
    assert [p.fraction for p in seen] == sorted(p.fraction for p in seen)
    assert seen[-1].fraction == pytest.approx(1)
    assert set(seen[-1].numbers) == {"loss", "content", "style"}
    assert seen[3].preview().size == (32, 25)


def test_same_seed_same_picture_and_noise_depends_on_it(small_network):
    def run(seed: int) -> bytes:
        return gatys(picture(0), picture(1), size=32, steps=20, start="noise", seed=seed).tobytes()

    assert run(1) == run(1)
    assert run(1) != run(2)


def test_luminance_keeps_the_photos_chroma(small_network):
    photo = picture(0, 64, 50)
    result = gatys(photo, picture(1), size=64, steps=20, balance=1.0, keep_colours="luminance")
    before, after = (np.asarray(p.convert("YCbCr"), np.int16)[..., 1:] for p in (photo, result))
    assert np.abs(before - after).mean() < 6  # clipping at black and white costs a little
    assert np.abs(np.asarray(photo, np.int16) - np.asarray(result)).mean() > 1  # it did paint


def test_histogram_gives_the_painting_the_photos_mean_and_covariance():
    rng = np.random.default_rng(0)
    soft = [
        rng.normal(m, 0.05, (64, 64, 3)) @ np.array([[1, s, 0], [0, 1, 0], [0, s, 1]])
        for m, s in ((0.4, 0.1), (0.5, -0.2))
    ]
    photo, painting = (Image.fromarray((a.clip(0, 1) * 255).astype(np.uint8)) for a in soft)
    _, matched, _ = colours(photo, painting, "histogram")
    c, s = (np.asarray(p, np.float64).reshape(-1, 3) / 255 for p in (photo, matched))
    np.testing.assert_allclose(s.mean(0), c.mean(0), atol=0.005)
    np.testing.assert_allclose(np.cov(s.T), np.cov(c.T), atol=2e-4)


def test_too_small_is_refused_in_one_sentence(small_network):
    with pytest.raises(Refusal, match="16 px"):
        gatys(Image.new("RGB", (8, 300)), picture(1))


def test_wrong_weights_are_refused(tmp_path):
    from safetensors.torch import save_file

    save_file({"conv1_1.weight": torch.zeros(1)}, tmp_path / "other.safetensors")
    with pytest.raises(Refusal, match="VGG16"):
        nets_vgg.build(tmp_path / "other.safetensors")


needs_weights = pytest.mark.skipif(models.where(perceptual.VGG16) is None, reason="VGG-16 is not on this machine")


def edges(picture: Image.Image) -> np.ndarray:
    grey = np.asarray(picture.convert("L").resize((96, 96), Image.Resampling.BOX), np.float32)
    return np.hypot(*np.gradient(grey)).ravel()


@pytest.mark.weights
@needs_weights
@pytest.mark.parametrize(("size", "steps"), [(128, 10), pytest.param(256, 20, marks=pytest.mark.long)])
def test_noise_start_keeps_the_photo_recognisable(size, steps):
    """Its edges correlate with the photo's: 0.5 and more, when noise alone has 0.0."""
    photo = Image.open(models.ASSETS / "samples" / "astronaut.jpg").crop((100, 0, 356, 256))
    painting = Image.open(models.ASSETS / "styles" / "hokusai-great-wave.jpg")
    made = gatys(photo, painting, size=size, steps=steps, balance=0.3, start="noise", seed=4)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8))
    assert np.corrcoef(edges(photo), edges(made))[0, 1] > 0.4
    assert abs(np.corrcoef(edges(photo), edges(noise))[0, 1]) < 0.15

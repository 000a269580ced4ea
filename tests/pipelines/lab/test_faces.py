"""The small StyleGAN2 and the two decoders: modulation against its definition, styles, projection, sums; and the landed weights."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from pipelines.drawing import face_network
from pipelines.figures.portraits import picture, portrait_of, somebody
from pipelines.nets import stylegan2

SHAPE = stylegan2.Shape(size_px=16, latent=8, channels=(8, 6), mapping=2)


@pytest.mark.parametrize("up", [False, True])
def test_modulation_is_that_of_each_pictures_own_weights(up: bool):
    torch.manual_seed(0)
    layer = stylegan2.Modulated(SHAPE, 5, 4, up=up).double()
    x, w = torch.randn(3, 5, 4, 4, dtype=torch.float64), torch.randn(3, 8, dtype=torch.float64)
    modulated = layer(x, w)
    for i in range(3):
        style = layer.affine(w[i])
        weight = layer.weight * style.reshape((5, 1, 1, 1) if up else (1, 5, 1, 1))
        total = weight.square().sum((0, 2, 3)) / 4 if up else weight.square().sum((1, 2, 3))
        weight = weight * torch.rsqrt(total + 1e-8).reshape((1, 4, 1, 1) if up else (4, 1, 1, 1))
        one = x[i : i + 1]
        expected = F.conv_transpose2d(one, weight, stride=2, padding=1) if up else F.conv2d(one, weight, padding=1)
        torch.testing.assert_close(modulated[i : i + 1], expected, rtol=1e-5, atol=1e-6)


def test_the_mapping_settles_into_a_gaussian():
    torch.manual_seed(1)
    mapping = stylegan2.Mapping(SHAPE)
    mean, root = torch.randn(8), torch.randn(8, 8)
    covariance = root @ root.T + torch.eye(8)
    mapping.settle(mean, covariance)
    w = mapping(torch.randn(20_000, 8)).detach()
    torch.testing.assert_close(w.mean(0), mean, rtol=0.1, atol=0.1)
    assert float((w.T.cov() - covariance).abs().max()) < 0.15 * float(covariance.abs().max())


def test_sizes_noise_and_the_critic():
    generator, critic = stylegan2.Generator(SHAPE), stylegan2.Critic(SHAPE)
    made = generator(torch.randn(4, 8), generator.noise(4))
    assert made.shape == (4, 3, 16, 16) and SHAPE.layers == 3 and critic(made).shape == (4,)
    for layer in generator.synthesis.layers:
        layer.noise.data.fill_(1.0)
    z = torch.randn(1, 8)
    first, again = (generator(z, generator.noise(1, torch.Generator().manual_seed(s))) for s in (1, 1))
    other = generator(z, generator.noise(1, torch.Generator().manual_seed(2)))
    assert torch.equal(first, again) and not torch.equal(first, other)


@pytest.mark.weights
def test_truncation_zero_is_the_mean_face_and_a_search_comes_nearer():
    from pipelines.core.models import load

    z = face_network.latents(0, 2)
    with load(face_network.PORTRAITS) as artist:
        made = artist.draw(face_network.styles_of(artist, z, 0.0), 0)
    a, b = map(face_network.as_picture, made)
    assert np.abs(np.asarray(a, float) - np.asarray(b, float)).max() <= 1
    target = face_network.from_picture(
        face_network.as_picture(
            torch.from_numpy(picture(portrait_of(somebody(10**6), 7)).transpose(2, 0, 1) / 127.5 - 1).float()
        )
    )
    with load(face_network.PORTRAITS) as artist:
        _, curve = face_network.project(artist, target, 20)
    assert min(curve) < curve[0]


@pytest.mark.weights
def test_a_swap_takes_the_other_identity():
    from pipelines.lab.swap import swap

    said = json.loads(swap(expression="happy", yaw=100.0).files["swap.json"])
    assert said["levels_from_drawn"] < 25 and len(said["code"]) == 128


@pytest.mark.weights
def test_a_swap_loses_the_pulse_and_the_blinks_that_the_film_has():
    from pipelines.lab.signs import signs

    said = json.loads(signs(pulse=80, blinks=20).files["signs.json"])
    assert abs(said["filmed"]["pulse"]["measured"]["beats_a_minute"] - 80) < 2
    assert said["filmed"]["blinks"]["measured"]["blinks"] == 4
    assert "beats_a_minute" not in said["swapped"]["pulse"]["measured"]
    assert said["swapped"]["blinks"]["measured"]["blinks"] == 0

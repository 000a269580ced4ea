"""Data of the playground, closed forms, and what a small network learns against them."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pipelines.core.progress import working_in
from pipelines.core.settings import Refusal
from pipelines.lab.parts import denoising, exact, networks, plane
from pipelines.lab.score import score
from pipelines.media import load_network

RNG = np.random.default_rng(3)


@pytest.mark.parametrize("shape", plane.FORMULAS)
def test_shapes_stay_in_the_plane_and_survive_writing(shape: str):
    data = plane.points_of_shape(shape)
    assert data.shape == (300, 2) and np.abs(data).max() <= plane.EDGE
    assert np.array_equal(plane.data_of(" ".join(f"{x:.3f},{y:.3f}" for x, y in data)), data)


@pytest.mark.parametrize(
    "points", ["1,1 2", "0,0 1,1", "a,b c,d e,f", "9,9 1,1 0,0", "nan,0 1,1 0,0", "0,0 0,0 0,0", "0,0 " * 1001, "star"]
)
def test_points_that_cannot_be_used_are_refused(points: str):
    with pytest.raises(Refusal):
        plane.data_of(points)


def test_the_exact_score_is_the_slope_of_the_exact_log_density():
    data, x, step = plane.points_of_shape("moons", 40), RNG.normal(size=(20, 2)), 1e-5
    for sigma in (0.2, 1.0):
        slope = np.stack(
            [
                (exact.log_density(x + step * e, data, sigma) - exact.log_density(x - step * e, data, sigma))
                / (2 * step)
                for e in np.eye(2)
            ],
            1,
        )
        assert np.allclose(exact.score(x, data, sigma), slope, atol=1e-5)


@pytest.mark.parametrize("dimensions", [1, 4, 64])
def test_the_poisson_field_is_the_sum_over_charges(dimensions: int):
    """E_x / E_z must be (x - E[y|x]) / r: the direction in which a marble moves (Xu et al. 2023, equation 5)."""
    data, x, sigma = plane.points_of_shape("ring", 60), RNG.normal(size=(30, 2)), 0.4
    r = sigma * math.sqrt(dimensions)
    field = exact.charges(x, np.full(30, r), data, dimensions)
    along = (x - exact.denoise_exactly(x, data, sigma, dimensions)) / r
    assert np.allclose(field[:, :2] / field[:, 2:], along, rtol=1e-9)


@pytest.mark.parametrize("dimensions", [1.0, 6.0, math.inf])
def test_the_noise_has_the_kernel_that_is_written(dimensions: float):
    """The share of noise within a radius R against its closed form: 1 - (1 + R^2/r^2)^(-D/2), or that of the Gaussian."""
    generator = torch.Generator().manual_seed(1)
    x = denoising.add_noise(torch.zeros(40_000, 2), torch.full((40_000,), 0.7), dimensions, generator)
    for radius in (0.3, 0.8, 2.0):
        share = float((x.norm(dim=1) < radius).float().mean())
        r2 = 0.49 * dimensions
        wanted = (
            1 - math.exp(-(radius**2) / 0.98)
            if math.isinf(dimensions)
            else 1 - (1 + radius**2 / r2) ** (-dimensions / 2)
        )
        assert share == pytest.approx(wanted, abs=0.01)


@pytest.mark.slow
def test_a_network_learns_the_score_and_its_weights_are_seen_on_the_way(tmp_path):
    heard = []
    with working_in(tmp_path):
        learned = score(data="islands", steps=600, report=heard.append)
    network, spread, data = (
        networks.unpack_network(learned, "denoiser"),
        float(learned.about["spread"]),
        plane.points_of_shape("islands"),
    )
    x = (data[RNG.integers(len(data), size=400)] + 0.5 * RNG.normal(size=(400, 2))).astype(np.float32)
    denoised = networks.precondition(network, spread)(torch.from_numpy(x), torch.tensor(0.5)).detach().numpy()
    learnt = (denoised - x) / 0.5**2  # Karras et al. 2022, equation 3
    wanted = exact.score(x, data, 0.5)
    assert np.square(learnt - wanted).mean() < 0.1 * np.square(wanted).mean()
    seen = load_network(tmp_path / "weights.safetensors")
    assert seen.tensors.keys() == learned.tensors.keys() and len(heard) == 13
    cloud = denoising.sample_points(network, spread, 400, 16, 1)
    prior = denoising.start(400, denoising.HIGH, math.inf, 1).numpy()
    assert plane.sliced_wasserstein(cloud, data) < 0.12 < plane.sliced_wasserstein(prior, data)


@pytest.mark.slow
def test_the_same_call_gives_the_same_weights():
    first, second = (score(data="ring", steps=100).tensors for _ in range(2))
    assert all(np.array_equal(first[name], second[name]) for name in first)

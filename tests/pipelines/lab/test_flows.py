"""Continuous flows and Poisson flow against closed forms; GAN, VAE and energy."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.lab.contrast import contrast
from pipelines.lab.flow import flow
from pipelines.lab.parts import exact, flows, networks, plane
from pipelines.lab.score import score
from pipelines.media import Network

pytestmark = pytest.mark.slow

MEANS = np.array([[0.8, 0.2], [-0.6, 0.5], [0.0, -0.9]])
X = torch.randn(12, 2, generator=torch.Generator().manual_seed(2)).double()


def test_the_likelihood_of_a_mixture_is_its_closed_form():
    velocity = flows.mixture_velocity(MEANS, 0.3)
    points = torch.from_numpy(MEANS).repeat(4, 1) + 0.3 * X
    found = flows.log_likelihood(velocity, points, tolerance=1e-7).numpy()
    assert np.allclose(found, exact.log_density(points.numpy(), MEANS, 0.3), atol=1e-4)


def test_the_flow_of_a_mixture_ends_in_the_mixture():
    start = torch.randn(4000, 2, generator=torch.Generator().manual_seed(0)).double()
    made, _ = flows.move_points(flows.mixture_velocity(MEANS, 0.3), start, 0.0, 1.0)
    rng = np.random.default_rng(0)
    wanted = MEANS[rng.integers(3, size=4000)] + 0.3 * rng.normal(size=(4000, 2))
    assert plane.sliced_wasserstein(made.numpy(), wanted) < 0.04 < plane.sliced_wasserstein(start.numpy(), wanted)


def test_the_divergence_is_the_trace_of_the_jacobian():
    network = networks.PlaneNet().double()
    x, t = X.clone().requires_grad_(True), torch.full((12,), 0.4).double()
    _, trace = flows.divergence(network, x, t)
    jacobian = torch.autograd.functional.jacobian(lambda at: network(at[None], t[:1])[0], X[0])
    assert trace[0].item() == pytest.approx(float(jacobian.trace()))


def test_the_way_back_gets_better_with_the_tolerance():
    velocity, errors, evaluations = flows.mixture_velocity(MEANS, 0.3), [], []
    for tolerance in (1e-2, 1e-4, 1e-6):
        made, count = flows.move_points(velocity, X, 0.0, 1.0, tolerance)
        errors.append(float((flows.move_points(velocity, made, 1.0, 0.0, tolerance)[0] - X).norm()))
        evaluations.append(count)
    assert errors[0] > errors[1] > errors[2] and evaluations[0] < evaluations[1] < evaluations[2]


@pytest.fixture(scope="module")
def learnt() -> Network:
    return flow(data="moons", steps=400)


def test_flow_matching_learns_the_moons(learnt: Network):
    velocity = networks.unpack_network(learnt, "velocity")
    start = torch.randn(500, 2, generator=torch.Generator().manual_seed(0))
    made, _ = flows.move_points(velocity, start, 0.0, 1.0, 1e-3)
    data = plane.points_of_shape("moons")
    assert plane.sliced_wasserstein(made.numpy(), data) < 0.1 < plane.sliced_wasserstein(start.numpy(), data)


def test_training_by_likelihood_raises_the_likelihood():
    data = torch.from_numpy(plane.points_of_shape("moons", 60)).double()
    found = [
        float(flows.log_likelihood(networks.unpack_network(made, "velocity").double(), data, tolerance=1e-3).mean())
        for made in (flow(data="moons", learning="likelihood", steps=count) for count in (100, 300))
    ]
    assert found[1] > found[0] > -4


def test_a_flow_says_how_likely_its_data_are_and_how_near_it_comes_back(learnt: Network):
    data = torch.from_numpy(plane.points_of_shape("moons")).double()
    density = flows.log_likelihood(networks.unpack_network(learnt, "velocity").double(), data).mean()
    assert float(learnt.about["log_likelihood"]) == pytest.approx(float(density), abs=1e-3)
    assert 0 < float(learnt.about["back"]) < 1e-2 and int(learnt.about["evaluations"]) > 12


def test_poisson_learns_the_field_of_the_charges():
    made = score(data="ring", dimensions="1", steps=600)
    denoiser = networks.precondition(networks.unpack_network(made, "denoiser"), float(made.about["spread"]), 1.0)
    data, rng = plane.points_of_shape("ring"), np.random.default_rng(1)
    x = (1.2 * rng.normal(size=(300, 2))).astype(np.float32)
    learnt, wanted = denoiser(torch.from_numpy(x), 0.6).detach().numpy(), exact.denoise_exactly(x, data, 0.6, 1.0)
    assert np.square(learnt - wanted).mean() < 0.05 * np.square(x - wanted).mean()


def test_gan_vae_and_energy_learn_something():
    learned, data = contrast(data="islands", penalty=0.5, steps=300), plane.points_of_shape("islands")
    z = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    vae = networks.unpack_network(learned, "decoder")(z).detach().numpy()
    assert plane.sliced_wasserstein(vae, data) < 0.5 * plane.sliced_wasserstein(z.numpy(), data)
    energy = networks.unpack_network(learned, "energy")
    inside, outside = energy(torch.from_numpy(data)).mean(), energy(torch.tensor([[1.4, 1.4], [-1.4, 1.4]])).mean()
    assert inside < outside
    assert all(np.isfinite(value).all() for value in learned.tensors.values())

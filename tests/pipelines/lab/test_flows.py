"""Continuous flows against closed forms, RealNVP against its Jacobian, and what the measurements say."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from pipelines.core.settings import Refusal
from pipelines.lab import measure_flow as measuring
from pipelines.lab import race as racing
from pipelines.lab.contrast import contrast
from pipelines.lab.flow import flow
from pipelines.lab.parts import exact, flows, networks, plane
from pipelines.lab.poisson import poisson
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
    made, _ = flows.moved(flows.mixture_velocity(MEANS, 0.3), start, 0.0, 1.0)
    rng = np.random.default_rng(0)
    wanted = MEANS[rng.integers(3, size=4000)] + 0.3 * rng.normal(size=(4000, 2))
    assert plane.sliced_wasserstein(made.numpy(), wanted) < 0.04 < plane.sliced_wasserstein(start.numpy(), wanted)


def test_hutchinson_over_all_signs_is_the_exact_trace():
    network = networks.PlaneNet().double()
    x, t = X.clone().requires_grad_(True), torch.full((12,), 0.4).double()
    _, trace = flows.divergence(network, x, t)
    guesses = []
    for signs in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
        probe = torch.tensor(signs).double().expand(12, 2)
        guesses.append(flows.divergence(network, x, t, probe)[1])
    assert torch.allclose(torch.stack(guesses).mean(0), trace, atol=1e-12)
    jacobian = torch.autograd.functional.jacobian(lambda at: network(at[None], t[:1])[0], X[0])
    assert trace[0].item() == pytest.approx(float(jacobian.trace()))


def test_the_way_back_gets_better_with_the_tolerance():
    velocity, errors, evaluations = flows.mixture_velocity(MEANS, 0.3), [], []
    for tolerance in (1e-2, 1e-4, 1e-6):
        made, count = flows.moved(velocity, X, 0.0, 1.0, tolerance)
        errors.append(float((flows.moved(velocity, made, 1.0, 0.0, tolerance)[0] - X).norm()))
        evaluations.append(count)
    assert errors[0] > errors[1] > errors[2] and evaluations[0] < evaluations[1] < evaluations[2]


def test_adjoint_and_backpropagation_give_the_same_gradient():
    from torchdiffeq import odeint, odeint_adjoint

    network, grads = networks.PlaneNet().double(), []
    for solver in (odeint, odeint_adjoint):
        network.zero_grad()
        field = flows.Counted(network)
        made = solver(field, X, torch.tensor([0.0, 1.0]).double(), method="rk4", options={"step_size": 1 / 40})
        made[-1].square().sum().backward()
        grads.append(network.layers[0].weight.grad.clone())
    assert torch.allclose(grads[0], grads[1], rtol=1e-4, atol=1e-6)


def test_realnvp_is_its_own_inverse_and_knows_its_determinant():
    torch.manual_seed(1)
    made = flows.Coupling(4, 8).double()
    z, gained = made(X)
    assert torch.allclose(made.inverse(z), X, atol=1e-9)
    jacobian = torch.autograd.functional.jacobian(lambda at: made(at[None])[0][0], X[3])
    assert gained[3].item() == pytest.approx(math.log(abs(float(torch.det(jacobian)))), abs=1e-9)
    wanted = flows.weights_in(networks.PlaneNet())
    assert abs(flows.weights_in(flows.coupling_of(wanted)) - wanted) < 0.05 * wanted


@pytest.fixture(scope="module")
def learnt() -> Network:
    return flow(shape="moons", steps=400)


def test_flow_matching_learns_the_moons(learnt: Network):
    velocity = networks.unpacked(learnt, "velocity")
    start = torch.randn(500, 2, generator=torch.Generator().manual_seed(0))
    made, _ = flows.moved(velocity, start, 0.0, 1.0, 1e-3)
    data = plane.shaped("moons")
    assert plane.sliced_wasserstein(made.numpy(), data) < 0.1 < plane.sliced_wasserstein(start.numpy(), data)


def test_training_by_likelihood_raises_the_likelihood():
    data = torch.from_numpy(plane.shaped("moons", 60)).double()
    found = [
        float(flows.log_likelihood(networks.unpacked(made, "velocity").double(), data, tolerance=1e-3).mean())
        for made in (flow(shape="moons", learning="likelihood", steps=count, seed=1) for count in (100, 300))
    ]
    assert found[1] > found[0] > -4


def test_the_measurements(learnt: Network, monkeypatch):
    monkeypatch.setattr(measuring, "TOLERANCES", (1e-1, 1e-2, 1e-3, 1e-4))
    monkeypatch.setattr(measuring, "DEPTHS", (4, 16))
    monkeypatch.setattr(measuring, "COUPLING_STEPS", 40)
    found = measuring.measure_flow(learnt, shape="moons").detail
    shallow, deep = found["memory"]
    assert deep["backpropagation"] > 3 * shallow["backpropagation"] and deep["adjoint"] < 1.1 * shallow["adjoint"]
    assert found["tolerances"][3]["evaluations"] > found["tolerances"][0]["evaluations"]
    assert abs(found["likelihood"]["bias"]) < 4 * found["likelihood"]["apart"] / math.sqrt(300)
    assert len(found["coupling"]["points"]) == 500


def test_another_network_is_refused():
    with pytest.raises(Refusal, match="not a flow of the Lab"):
        measuring.measure_flow(Network({"weight": np.zeros(3, np.float32)}, {}))


def test_poisson_learns_the_field_of_the_charges():
    made = poisson(shape="ring", dimensions="1", steps=600)
    denoiser = networks.preconditioned(networks.unpacked(made, "denoiser"), float(made.about["spread"]), 1.0)
    data, rng = plane.shaped("ring"), np.random.default_rng(1)
    x = (1.2 * rng.normal(size=(300, 2))).astype(np.float32)
    learnt, wanted = denoiser(torch.from_numpy(x), 0.6).detach().numpy(), exact.denoised(x, data, 0.6, 1.0)
    assert np.square(learnt - wanted).mean() < 0.05 * np.square(x - wanted).mean()


def test_the_race_counts_evaluations(monkeypatch):
    monkeypatch.setattr(racing, "HEUN_STEPS", (3, 12))
    monkeypatch.setattr(racing, "CLOUD", 200)
    monkeypatch.setattr(racing, "SEEDS", 1)
    found = racing.race(shape="ring", dimensions="64", steps=200).detail
    assert [row["dimensions"] for row in found["rows"]] == ["64", "inf"]
    for row in found["rows"]:
        assert [point["evaluations"] for point in row["curve"]] == [5, 23]
        reached = [p["evaluations"] for p in row["curve"] if p["distance"] <= found["target"]]
        assert row["needed"] == reached[0]


def test_gan_vae_and_energy_learn_something():
    made, data = contrast(shape="islands", penalty=0.5, steps=300), plane.shaped("islands")
    z = torch.randn(400, 2, generator=torch.Generator().manual_seed(0))
    vae = networks.unpacked(made, "decoder")(z).detach().numpy()
    assert plane.sliced_wasserstein(vae, data) < 0.5 * plane.sliced_wasserstein(z.numpy(), data)
    energy = networks.unpacked(made, "energy")
    inside, outside = energy(torch.from_numpy(data)).mean(), energy(torch.tensor([[1.4, 1.4], [-1.4, 1.4]])).mean()
    assert inside < outside
    assert all(np.isfinite(value).all() for value in made.tensors.values())

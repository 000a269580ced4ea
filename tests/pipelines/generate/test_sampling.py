"""Samplers and wrappers against diffusers' schedulers and against distributions whose answer is known exactly."""

import pytest

torch = pytest.importorskip("torch")

from pipelines.diffusion import denoisers, sampling  # noqa: E402

pytestmark = pytest.mark.slow

MEANS = torch.tensor([[-1.0, 0.5], [0.8, -0.6]], dtype=torch.float64)
WEIGHTS, SPREAD = torch.tensor([0.3, 0.7], dtype=torch.float64), 0.2


def mixture(x, sigma):
    """The exact denoiser of two Gaussians in the plane: x [n,2,1,1]."""
    s = denoisers.per_item(sigma, x)
    flat, wide = x.flatten(1).double(), (SPREAD**2 + s.flatten()[:, None] ** 2)
    away = flat[:, None] - MEANS
    share = (WEIGHTS.log() - away.square().sum(-1) / (2 * wide)).softmax(1)
    mean = MEANS + SPREAD**2 / wide[..., None] * away
    return (share[..., None] * mean).sum(1).reshape(x.shape).to(x.dtype)


def noise_said(x, sigma):
    return (x - mixture(x, sigma)) / denoisers.per_item(sigma, x)


# ---- against diffusers ----------------------------------------------------------------------------------------------


def karras_run(scheduler, x, steps):
    """diffusers' sigma-space schedulers on their Karras schedule, driven with the exact noise."""
    scheduler.set_timesteps(steps)
    sample = x.float()
    for t in scheduler.timesteps:
        sigma = scheduler.sigmas[scheduler.step_index if scheduler.step_index is not None else 0].double()
        sample = scheduler.step(noise_said(sample.double(), sigma).float(), t, sample).prev_sample
    return sample.double()


@pytest.mark.parametrize(
    "name,ours", [("EulerDiscreteScheduler", sampling.euler), ("HeunDiscreteScheduler", sampling.heun)]
)
def test_euler_and_heun_are_diffusers(name, ours):
    import diffusers

    scheduler = getattr(diffusers, name)(use_karras_sigmas=True)
    scheduler.set_timesteps(16)
    levels = scheduler.sigmas.double()
    levels = torch.cat([levels[:-1].unique_consecutive(), levels[-1:]])  # Heun's list has each level twice
    x = torch.randn(64, 2, 1, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(2)) * levels[0]
    theirs = karras_run(getattr(diffusers, name)(use_karras_sigmas=True), x, 16)
    torch.testing.assert_close(ours(mixture, x, levels), theirs, atol=2e-5, rtol=2e-5)


def test_dpm_solver_is_diffusers_2m():
    from diffusers import DPMSolverMultistepScheduler

    scheduler = DPMSolverMultistepScheduler(
        use_karras_sigmas=True, algorithm_type="dpmsolver++", solver_order=2, final_sigmas_type="zero"
    )
    scheduler.set_timesteps(16)
    sigmas = scheduler.sigmas.double()
    x = torch.randn(64, 2, 1, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(3)) * sigmas[0]
    ours = sampling.dpm_solver(mixture, x, sigmas)
    theirs = (x / (1 + sigmas[0] ** 2).sqrt()).float()
    for t, sigma in zip(scheduler.timesteps, sigmas):
        told = noise_said(theirs.double() * (1 + sigma**2).sqrt(), sigma).float()
        theirs = scheduler.step(told, t, theirs).prev_sample
    torch.testing.assert_close(ours, theirs.double(), atol=5e-5, rtol=5e-5)


# ---- against exact answers ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(sampling.SAMPLERS))
def test_every_sampler_draws_the_mixture(name):
    sigmas = sampling.karras_sigmas(40, 0.02, 20.0)
    drawn = sampling.sample(name, mixture, (2, 1, 1), sigmas, sampling.generators(5, 800)).flatten(1)
    right = drawn[:, 0] > 0
    assert float(right.double().mean()) == pytest.approx(0.7, abs=0.05)
    torch.testing.assert_close(drawn[right].mean(0), MEANS[1], atol=0.03, rtol=0)
    assert float(drawn[right].std(0).mean()) == pytest.approx(SPREAD, abs=0.03)


# ---- what all keep to ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(sampling.SAMPLERS))
def test_an_item_is_the_same_in_every_batch(name):
    sigmas = sampling.karras_sigmas(6, 0.05, 10.0)
    alone = [sampling.sample(name, mixture, (2, 1, 1), sigmas, sampling.generators(9, 1, first=i)) for i in range(3)]
    together = sampling.sample(name, mixture, (2, 1, 1), sigmas, sampling.generators(9, 3))
    torch.testing.assert_close(together, torch.cat(alone), atol=0, rtol=0)


def test_schedules_fall_from_high_to_low_to_nothing():
    sigmas = sampling.karras_sigmas(12, 0.02, 40.0)
    assert len(sigmas) == 13 and sigmas[-1] == 0 and (sigmas.diff() < 0).all()
    assert float(sigmas[0]) == pytest.approx(40) and float(sigmas[-2]) == pytest.approx(0.02)
    cut = sampling.begun_at(sampling.karras_sigmas(12), 3.0)
    assert cut[0] == 3 and (cut.diff() < 0).all() and cut[-1] == 0

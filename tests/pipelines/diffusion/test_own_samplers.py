"""Stable Diffusion through the studio's own samplers, against diffusers' schedulers on the same noise and levels."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.diffusion import sampling
from pipelines.generate.diffusion import diffusion
from pipelines.hub import own_samplers

pytestmark = pytest.mark.slow

SMALL = {"model": "other", "prompt": "a red fox", "steps": 6, "width": 64, "height": 64, "guidance": 3.0}
SCHEDULERS = {  # ours: diffusers' own, and how far rounded steps of the network may lead apart, in grey levels of 255
    "euler": ("EulerDiscreteScheduler", {}, 1),
    "heun": ("HeunDiscreteScheduler", {}, 1),
    "dpm": ("DPMSolverMultistepScheduler", {"algorithm_type": "dpmsolver++", "solver_order": 2}, 4),
}


def pixels(made) -> np.ndarray:
    return np.asarray(getattr(made, "main", made), np.float32)


@pytest.mark.parametrize("sampler", SCHEDULERS)
def test_the_same_picture_as_with_the_scheduler_of_diffusers(tiny, sampler):
    import diffusers

    made = diffusion(**SMALL, other=tiny("stable_diffusion"), sampler=sampler, seed=4)
    name, more, most = SCHEDULERS[sampler]
    pipe = diffusers.DiffusionPipeline.from_pretrained(tiny("stable_diffusion"))
    pipe.set_progress_bar_config(disable=True)
    config = {**pipe.scheduler.config, "use_karras_sigmas": True, "timestep_spacing": "linspace", **more}
    pipe.scheduler = getattr(diffusers, name).from_config(config)
    side = 64 // pipe.vae_scale_factor
    z = sampling.noise((4, side, side), sampling.generators(4, 1)).float()
    own = pipe("a red fox", num_inference_steps=6, width=64, height=64, guidance_scale=3.0, latents=z).images[0]
    assert np.abs(pixels(made) - np.asarray(own, np.float32)).max() <= most
    other = diffusion(**SMALL, other=tiny("stable_diffusion"), seed=4)
    assert np.abs(pixels(made) - pixels(other)).max() > most  # the model's own sampler goes another way


def test_every_sampler_draws_tells_its_steps_and_is_stopped(tiny):
    for sampler in own_samplers.SAMPLERS:
        shown = []

        def hear(progress, shown=shown):
            shown.append((progress.label, progress.preview and progress.preview()))

        made = diffusion(**{**SMALL, "steps": 3}, other=tiny("stable_diffusion"), sampler=sampler, report=hear)
        assert made.main.size == (64, 64) and np.isfinite(pixels(made)).all()
        assert [label for label, _ in shown[2:]] == [f"Painting: step {n} of 3" for n in (1, 2, 3)], sampler
        assert all(picture.size == (384, 384) for _, picture in shown[2:])

    def stop(progress):
        if "step 2" in progress.label:
            raise Cancelled

    with pytest.raises(Cancelled):
        diffusion(**SMALL, other=tiny("stable_diffusion"), sampler="heun", report=stop)


def test_levels_reach_from_the_networks_highest_to_nothing(tiny):
    import diffusers

    pipe = diffusers.DiffusionPipeline.from_pretrained(tiny("stable_diffusion"))
    sigmas = own_samplers.levels(pipe, 5)
    shares = pipe.scheduler.alphas_cumprod.double()
    ends = ((1 - shares) / shares).sqrt()
    torch.testing.assert_close(sigmas[[0, -2]], ends[[-1, 0]])
    assert sigmas[-1] == 0 and len(sigmas) == 6


def test_what_our_samplers_cannot_do_is_said(tiny):
    from PIL import Image

    picture = Image.linear_gradient("L").resize((96, 64)).convert("RGB")
    for kind, slots in (("stable_diffusion", (picture,)), ("stable_diffusion_xl", ()), ("flux", ())):
        with pytest.raises(Refusal, match="Stable Diffusion 1 and 2 from words alone"):
            diffusion(*slots, **SMALL, other=tiny(kind), sampler="heun")


def test_the_filters_hold_these_pictures_back_too(tiny, monkeypatch):
    from pipelines.hub import door

    seen = []
    monkeypatch.setattr(door, "held_back", lambda pictures: bool(seen.append(pictures) or True))
    with pytest.raises(Refusal, match="safety filter"):
        diffusion(**SMALL, other=tiny("stable_diffusion"), sampler="euler")
    assert len(seen) == 1
    monkeypatch.setattr(door, "held_back", lambda pictures: False)
    with pytest.raises(Refusal, match="safety filter"):
        diffusion(**SMALL, other=tiny("stable_diffusion", checker=True), sampler="euler")

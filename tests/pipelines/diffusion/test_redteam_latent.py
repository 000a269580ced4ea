"""The noise of a diffusers pipeline is attacked through its whole sampler: on a tiny Stable Diffusion made from its configuration."""

from __future__ import annotations

import json

import pytest
import torch
from PIL import Image

from pipelines.core.settings import Refusal
from pipelines.redteam import latent as module
from pipelines.redteam.parts import budget, judge, pixels

pytestmark = pytest.mark.slow

PICTURE = Image.linear_gradient("L").resize((64, 64)).convert("RGB")
ASKED = {"model": "other", "prompt": "a red fox", "drawing_steps": 2, "side": 64}


@pytest.fixture(autouse=True)
def quick_judges(monkeypatch):
    monkeypatch.setattr(module, "check_face", lambda picture, consent: None)
    monkeypatch.setattr(judge, "judged", lambda result, source, target: judge.Judgement(0.2, 0.3, True))


def test_the_noise_of_a_hub_model_is_turned_towards_a_picture_within_its_budget(tiny):
    folder = tiny("stable_diffusion")
    made = module.latent(PICTURE, **ASKED, other=folder, degrees=40.0, steps=4, seed=1)
    report = json.loads(made.files["report.json"])
    assert min(report["curve"]) < report["curve"][0] and report["measured"]["turned_degrees"] <= 40 + 1e-3
    still = json.loads(module.latent(PICTURE, **ASKED, other=folder, degrees=0.0, steps=4, seed=1).files["report.json"])
    assert still["measured"]["turned_degrees"] == 0 and len(still["curve"]) == 1


def test_the_gradient_is_that_of_finite_differences(tiny):
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(
        tiny("stable_diffusion"), use_safetensors=True, local_files_only=True
    )
    for network in (pipe.unet, pipe.vae, pipe.text_encoder):
        network.double()
    draw, shape = module.drawer(pipe, "a red fox", 2.0, 2, 64)
    start = module.unit_noise(shape, 3).double()
    way = torch.randn(start.shape, generator=torch.Generator().manual_seed(5), dtype=torch.float64)
    goal = lambda unit: draw(unit).square().sum()  # noqa: E731
    _, slope = pixels.gradient(goal, start)
    with torch.no_grad():
        measured = (goal(start + 1e-4 * way) - goal(start - 1e-4 * way)) / 2e-4
    assert float((slope * way).sum()) == pytest.approx(float(measured), rel=2e-2)
    assert budget.degrees_between(start[0], start[0]) == 0


def test_a_model_without_a_unet_is_refused(tiny):
    with pytest.raises(Refusal, match="needs a model with a U-Net"):
        module.latent(PICTURE, **ASKED, other=tiny("flux"))

"""Rows for processors: one step, the tiny decoder, and how long a picture is said to take before any was made."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from pipelines.core.models import MissingModel, load, memory
from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion
from pipelines.generate.painted import FOLLOWS, _choices_by_model
from pipelines.hub import pace, presets, steering, tiny_decoder
from pipelines.hub.preset import PINS
from tests import hub_cache, tiny_diffusion

pytestmark = pytest.mark.slow
SMALL = {"prompt": "a boat", "size": "64x64", "seed": 3}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    hub_cache.use(monkeypatch, tmp_path / "cache")
    memory().clear()  # of the same models in other places
    return tmp_path / "cache"


def test_a_model_with_the_tiny_decoder_needs_it_and_paints_through_it(cache, tmp_path):
    hub_cache.keep(cache, "stabilityai/sd-turbo", tiny_diffusion.build("stable_diffusion", tmp_path / "turbo"))
    preset = presets.chosen(presets.PICTURES, "sd-turbo-tiny", "")
    assert not preset.present and [card.name for card in presets.with_needs([preset.card])][1:] == [
        tiny_decoder.TAESD.name
    ]
    with pytest.raises(MissingModel, match="madebyollin/taesd@" + PINS["madebyollin/taesd"]):
        diffusion(**SMALL, model="sd-turbo-tiny")
    hub_cache.keep(cache, "madebyollin/taesd", tiny_diffusion.build("taesd", tmp_path / "taesd"))
    assert preset.present
    heard: list[str] = []
    picture = diffusion(**SMALL, model="sd-turbo-tiny", report=lambda progress: heard.append(progress.label)).main
    with load(preset.card) as opened:
        assert type(opened.model.vae).__name__ == "AutoencoderTiny"
    own = diffusion(**SMALL, model="sd-turbo").main
    assert (
        picture.size == own.size == (64, 64) and np.abs(np.asarray(picture, float) - np.asarray(own, float)).max() > 1
    )
    again = diffusion(**SMALL, model="sd-turbo-tiny").main
    assert picture.tobytes() == again.tobytes() and sum(": step" in label for label in heard) == 2
    begun = diffusion(picture=Image.linear_gradient("L").convert("RGB"), **SMALL, model="sd-turbo-tiny").main
    assert begun.size == (64, 64)


def test_the_one_step_model_takes_one_step_from_words_alone(cache, tmp_path):
    hub_cache.keep(cache, "IDKiro/sdxs-512-dreamshaper", tiny_diffusion.build("one_step", tmp_path / "sdxs"))
    heard: list[str] = []
    made = diffusion(**SMALL, model="sdxs", report=lambda progress: heard.append(progress.label)).main
    assert made.size == (64, 64) and sum(": step" in label for label in heard) == 1
    with pytest.raises(Refusal, match="paints from words alone"):
        diffusion(picture=made, **SMALL, model="sdxs")
    assert (
        "sdxs" not in _choices_by_model(FOLLOWS)
        and not steering.takes(presets.chosen(presets.PICTURES, "sdxs", "")).drawing
    )


def test_the_operations_of_the_table_are_those_of_the_real_shapes():
    """Stable Diffusion 1.5's network, counted on its published shape without weights, and the block that is timed."""
    import torch
    from diffusers import AutoencoderTiny, UNet2DConditionModel
    from torch.utils.flop_counter import FlopCounterMode

    def tera(network, *given) -> float:
        with FlopCounterMode(display=False) as counter, torch.no_grad():
            network(*given)
        return counter.get_total_flops() / 1e12

    known = pace.work()
    with torch.device("meta"):
        latents, words = torch.empty(1, 4, 64, 64), torch.empty(1, 77, 768)
        network = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8).eval()
        assert sum(one.numel() for one in network.parameters()) == 859_520_964  # as published
        step, decoded = tera(network, latents, 1, words), tera(AutoencoderTiny().eval().decode, latents)
        assert known["block"] == pytest.approx(tera(pace.block().eval(), *pace.inputs(device="meta")), rel=0.01)
    assert known["pictures"]["lcm-tiny"] == pytest.approx(4 * step + decoded, rel=0.01)
    assert set(known["pictures"]) == {preset.key for preset in presets.PICTURES}
    assert pace.picture_seconds("lcm-tiny", 0.5) == pytest.approx(0.5 * known["pictures"]["lcm-tiny"] / known["block"])
    assert pace.picture_seconds("other", 0.5) is None

"""A hub backbone behind the head contract and an autoencoder's reconstruction error, on tiny models built from configurations."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from pipelines.core.settings import Refusal
from pipelines.detect.parts import backbone


def picture(seed: int = 0, side: int = 320) -> Image.Image:
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 256, (side // 8, side // 8, 3), np.uint8)).resize(
        (side, side), Image.Resampling.BICUBIC
    )


def vision(kind: str, folder):
    """A tiny network of a kind, saved as the hub keeps it."""
    import transformers

    small = {
        "hidden_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 48,
        "image_size": 64,
        "patch_size": 16,
    }
    config, model = {
        "dinov3": ("DINOv3ViTConfig", "DINOv3ViTModel"),
        "metaclip2": ("MetaClip2VisionConfig", "MetaClip2VisionModel"),
    }[kind]
    getattr(transformers, model)(getattr(transformers, config)(**small)).save_pretrained(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["dinov3", "metaclip2"])
def test_a_backbone_reads_the_whole_and_cuts_and_a_head_weighs_them(kind, tmp_path, monkeypatch):
    folder = vision(kind, tmp_path / kind)
    found = backbone.features(backbone._vision(folder), picture())
    again = backbone.features(backbone._vision(folder), picture())
    assert (
        found.shape == (64,)
        and np.array_equal(found, again)
        and not np.allclose(found, backbone.features(backbone._vision(folder), picture(1)))
    )
    weight = np.random.default_rng(1).normal(0, 1, 64).astype(np.float32)
    head = tmp_path / "head.safetensors"
    save_file(
        {"mean": found - 1, "scale": np.full(64, 2, np.float32), "weight": weight, "bias": np.float32([0.25])}, head
    )
    assert backbone.ratio(found, head) == pytest.approx(np.clip(0.5 * weight.sum() + 0.25, -12, 12), abs=1e-4)
    monkeypatch.setenv(backbone.BACKBONE, str(folder))
    monkeypatch.setenv(backbone.HEAD, str(head))
    [signal] = backbone.added(picture())
    assert signal.log_likelihood_ratio == pytest.approx(backbone.ratio(found, head), abs=1e-3)
    save_file({"weight": weight[:8]}, head)
    with pytest.raises(Refusal, match="does not fit"):
        backbone.ratio(found, head)


def test_other_kinds_and_perception_encoder_are_refused_in_one_sentence(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "timm_wrapper"}))
    with pytest.raises(Refusal, match="timm"):
        backbone._vision(tmp_path)
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    with pytest.raises(Refusal, match="of the kind 'gpt2'"):
        backbone._vision(tmp_path)
    with pytest.raises(Refusal):
        backbone.card("../etc/passwd", None)


def test_what_an_autoencoder_made_comes_back_better(tmp_path, monkeypatch):
    """A stand-in for a trained autoencoder that keeps blocks of four pixels: what it made is its own fixed point."""
    pixels = np.asarray(picture(side=160))
    coarse = pixels.reshape(40, 4, 40, 4, 3).mean((1, 3)).round().repeat(4, 0).repeat(4, 1).astype(np.uint8)
    once = coarse
    assert np.median(backbone.errors(once, once)) < np.median(backbone.errors(pixels, coarse)) - 1


@pytest.mark.slow
def test_a_tiny_autoencoder_of_the_hub_is_opened_and_shown(tmp_path, monkeypatch):
    from diffusers import AutoencoderKL

    AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=("DownEncoderBlock2D",) * 2,
        up_block_types=("UpDecoderBlock2D",) * 2,
        norm_num_groups=4,
        latent_channels=4,
    ).save_pretrained(tmp_path / "whole" / "vae")
    monkeypatch.setenv(backbone.AUTOENCODER, str(tmp_path / "whole"))
    [signal] = backbone.added(picture())
    assert signal.name == "reconstruction" and signal.log_likelihood_ratio == 0
    assert np.isfinite(signal.measured["median_error"]) and signal.evidence[0].picture.size == (320, 320)

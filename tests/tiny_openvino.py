"""A tiny latent consistency model as OpenVINO's graphs, converted here: what a hub's repository of such a model holds, in miniature."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch

from tests import tiny_diffusion


class Network(torch.nn.Module):
    """The network with its inputs under the names that a graph has."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, sample: Any, timestep: Any, encoder_hidden_states: Any, timestep_cond: Any) -> Any:
        return self.network(sample, timestep, encoder_hidden_states, timestep_cond=timestep_cond).sample


class Reader(torch.nn.Module):
    """The reader of words, of which only the last layer is asked."""

    def __init__(self, network: Any) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Any) -> Any:
        return self.network(input_ids).last_hidden_state


def pipeline() -> Any:
    """In torch, with the tiny decoder."""
    from diffusers import LatentConsistencyModelPipeline, LCMScheduler

    torch.manual_seed(6)
    return LatentConsistencyModelPipeline(
        vae=tiny_diffusion.part("one_step", "vae"),
        text_encoder=tiny_diffusion.part("stable_diffusion", "text_encoder").eval(),
        tokenizer=tiny_diffusion.clip_tokenizer(),
        unet=tiny_diffusion.part("stable_diffusion", "unet", time_cond_proj_dim=256).eval(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
        scheduler=LCMScheduler(
            beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", original_inference_steps=50
        ),
    )


def lcm(folder: Path) -> Path:
    made = pipeline()
    inputs = {
        "sample": torch.randn(1, 4, 32, 32),
        "timestep": torch.tensor(5),
        "encoder_hidden_states": torch.randn(1, 16, 32),
        "timestep_cond": torch.randn(1, 256),
    }
    converted(Network(made.unet), inputs, folder / "unet")
    converted(Reader(made.text_encoder), {"input_ids": torch.ones(1, 16, dtype=torch.long)}, folder / "text_encoder")
    made.unet.save_config(folder / "unet")
    made.text_encoder.config.save_pretrained(folder / "text_encoder")
    made.tokenizer.save_pretrained(folder / "tokenizer")
    made.scheduler.save_pretrained(folder / "scheduler")
    parts = {"unet": ["diffusers", "UNet2DConditionModel"], "text_encoder": ["transformers", "CLIPTextModel"]}
    (folder / "model_index.json").write_text(json.dumps({"_class_name": "OVLatentConsistencyModelPipeline", **parts}))
    return folder


def converted(network: Any, inputs: dict[str, Any], folder: Path) -> None:
    """Write a network as a graph; the converter is told that this is no visitor, so that it reports nothing to its makers."""
    import openvino

    with patch.dict(os.environ, {"CI": "1"}):
        graph = openvino.convert_model(network, example_input=inputs)
    openvino.save_model(graph, folder / "openvino_model.xml", compress_to_fp16=False)

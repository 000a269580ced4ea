"""A painted scene for ComfyUI: every node is one of ComfyUI's own with all that it needs, links fit, and what is opened lies beside the picture."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from PIL import Image

from pipelines.generate.painted import painted
from pipelines.generate.parts.comfy import Asked, workflow
from tests.pipelines.diffusion.test_painted import SMALL, networks, scene, small  # noqa: F401

# of ComfyUI's nodes.py: what a node needs (the type of a link, or Python's type of a value), and what it gives
NODES = {
    "CheckpointLoaderSimple": ({"ckpt_name": str}, ("MODEL", "CLIP", "VAE")),
    "CLIPTextEncode": ({"text": str, "clip": "CLIP"}, ("CONDITIONING",)),
    "LoadImage": ({"image": str}, ("IMAGE", "MASK")),
    "LoadImageMask": ({"image": str, "channel": str}, ("MASK",)),
    "ImageScale": ({"image": "IMAGE", "upscale_method": str, "width": int, "height": int, "crop": str}, ("IMAGE",)),
    "VAEEncode": ({"pixels": "IMAGE", "vae": "VAE"}, ("LATENT",)),
    "VAEDecode": ({"samples": "LATENT", "vae": "VAE"}, ("IMAGE",)),
    "SetLatentNoiseMask": ({"samples": "LATENT", "mask": "MASK"}, ("LATENT",)),
    "ControlNetLoader": ({"control_net_name": str}, ("CONTROL_NET",)),
    "ControlNetApplyAdvanced": (
        {
            "positive": "CONDITIONING",
            "negative": "CONDITIONING",
            "control_net": "CONTROL_NET",
            "image": "IMAGE",
            "strength": float,
            "start_percent": float,
            "end_percent": float,
        },
        ("CONDITIONING", "CONDITIONING"),
    ),
    "KSampler": (
        {
            "model": "MODEL",
            "seed": int,
            "steps": int,
            "cfg": float,
            "sampler_name": str,
            "scheduler": str,
            "positive": "CONDITIONING",
            "negative": "CONDITIONING",
            "latent_image": "LATENT",
            "denoise": float,
        },
        ("LATENT",),
    ),
    "SaveImage": ({"images": "IMAGE", "filename_prefix": str}, ()),
}


def check(nodes: dict) -> list[str]:
    """Read a workflow as ComfyUI does; gives the files that it opens."""
    opened = []
    for number, node in nodes.items():
        needs, _ = NODES[node["class_type"]]
        assert set(node["inputs"]) == set(needs), node
        for name, wanted in needs.items():
            value = node["inputs"][name]
            if isinstance(wanted, str):
                other, place = value
                assert NODES[nodes[other]["class_type"]][1][place] == wanted, (node, name)
                assert int(other) < int(number), "what a node needs stands before it, so nothing goes in a circle"
            else:
                assert type(value) is wanted, (node, name)
        if node["class_type"] in ("LoadImage", "LoadImageMask"):
            opened.append(node["inputs"]["image"])
    assert [node["class_type"] for node in nodes.values()].count("SaveImage") == 1
    return opened


def test_each_run_goes_on_from_the_one_before_and_follows_every_map():
    asked = Asked("owner/some-model", "drawn.png", (640, 448), 0.5, 0.8, 20, 0.0, 7)
    nodes = workflow(asked, [("a fox by the sea", ""), ("a red fox", "mask-2.png")], ("depth", "pose"))
    assert check(nodes) == ["drawn.png", "depth.png", "pose.png", "mask-2.png"]
    runs = [node["inputs"] for node in nodes.values() if node["class_type"] == "KSampler"]
    assert [(one["seed"], one["steps"], one["denoise"], one["cfg"]) for one in runs] == [
        (7, 10, 0.5, 1.0),
        (8, 10, 0.5, 1.0),
    ]
    masked = nodes[runs[1]["latent_image"][0]]
    assert masked["class_type"] == "SetLatentNoiseMask"
    assert nodes[masked["inputs"]["samples"][0]]["class_type"] == "KSampler"
    assert nodes["1"]["inputs"]["ckpt_name"] == "some-model.safetensors"


@pytest.mark.slow
def test_the_workflow_lies_beside_the_picture_with_all_that_it_opens(tiny, networks):  # noqa: F811
    how = SMALL | {"other": tiny("stable_diffusion"), "passes": "each", "follow": "depth", "seed": 2}
    made = painted(scene(), **how)
    nodes = json.loads(made.files["comfyui.json"])
    opened = check(nodes)
    assert set(opened) <= set(made.files) and "mask-2.png" in opened and "drawn.png" in opened
    told = [node["inputs"]["text"] for node in nodes.values() if node["class_type"] == "CLIPTextEncode"]
    assert all(f": {words}" in made.files["prompts.txt"].decode() for words in told if words)
    inside = np.asarray(Image.open(io.BytesIO(made.files["mask-2.png"])).convert("L")) > 127
    assert 0 < inside.mean() < 0.5
    again = painted(scene(), made.main, **how | {"passes": "", "only": "girl-1", "follow": ""})
    assert check(json.loads(again.files["comfyui.json"])) == ["before.png", "mask-1.png"]


@pytest.mark.slow
def test_a_model_that_needs_other_nodes_has_no_workflow(tiny, monkeypatch):
    from pipelines.hub import steering

    monkeypatch.setitem(steering.BY_CLASS, "FluxPipeline", steering.Takes("noised", True))
    assert "comfyui.json" not in painted(scene(), **SMALL, other=tiny("flux")).files

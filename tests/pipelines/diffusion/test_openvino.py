"""A model through OpenVINO, an optional extra: on a tiny model that is converted here, against the same model in torch."""

from __future__ import annotations

import importlib.util
import shutil

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.models import MissingModel, load, memory
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion
from pipelines.hub import openvino_graphs, presets
from pipelines.media import Network
from tests import hub_cache, tiny_diffusion, tiny_openvino

pytestmark = pytest.mark.slow
REPOSITORY = "OpenVINO/LCM_Dreamshaper_v7-int8-ov"
SMALL = {"prompt": "a boat", "size": "64x64", "seed": 3, "model": "lcm-openvino"}
extra = pytest.mark.skipif(importlib.util.find_spec("openvino") is None, reason="the extra “openvino” is not installed")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    hub_cache.use(monkeypatch, tmp_path / "cache")
    memory().clear()  # of the same models in other places
    hub_cache.keep(tmp_path / "cache", "madebyollin/taesd", tiny_diffusion.build("taesd", tmp_path / "taesd"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Made once: tracing a network takes some seconds."""
    return tiny_openvino.lcm(tmp_path_factory.mktemp("graphs") / "lcm")


@pytest.fixture
def graphs(cache, tmp_path, converted):
    return hub_cache.keep(cache, REPOSITORY, shutil.copytree(converted, tmp_path / "lcm"))


def test_without_the_extra_a_sentence_says_how_to_get_it(cache, tmp_path, monkeypatch):
    with pytest.raises(MissingModel, match="OpenVINO/LCM_Dreamshaper_v7-int8-ov@c5f8c2ddb9d7"):
        diffusion(**SMALL)
    (tmp_path / "lcm").mkdir()
    (tmp_path / "lcm" / "model_index.json").write_text("{}")
    hub_cache.keep(cache, REPOSITORY, tmp_path / "lcm")
    monkeypatch.setattr(openvino_graphs.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Refusal, match=r"pip install 'afternoon-studio\[openvino\]'"):
        diffusion(**SMALL)
    assert not presets.chosen(presets.PICTURES, "lcm-openvino", "").runs


@extra
def test_a_converted_model_paints_what_it_paints_in_torch(graphs):
    heard: list[str] = []
    made = diffusion(**SMALL, steps=3, report=lambda progress: heard.append(progress.label)).main
    assert made.size == (64, 64) and sum(": step" in label for label in heard) == 3
    assert made.tobytes() == diffusion(**SMALL, steps=3).main.tobytes()
    with load(presets.chosen(presets.PICTURES, "lcm-openvino", "").card) as opened:
        assert type(opened.model.unet).__name__ == "Graph" and opened.bytes > 10_000
    from pipelines.diffusion import sampling

    generator = sampling.generators(3, 1, 0)[0]
    plain = tiny_openvino.pipeline()
    with torch.inference_mode():
        wanted = plain("a boat", num_inference_steps=3, guidance_scale=8.0, width=64, height=64, generator=generator)
    difference = np.abs(np.asarray(made, float) - np.asarray(wanted.images[0], float))
    other = np.abs(np.asarray(made, float) - np.asarray(diffusion(**SMALL | {"seed": 4}, steps=3).main, float))
    assert difference.mean() < 3 and other.mean() > 4 * difference.mean()  # a processor may count in bfloat16


@extra
def test_it_begins_from_a_picture_and_is_stopped_at_a_step(graphs):
    drawn = Image.linear_gradient("L").convert("RGB")
    made = diffusion(picture=drawn, **SMALL, strength=0.6).main
    assert made.size == (64, 64) and made.tobytes() != diffusion(**SMALL).main.tobytes()

    def stop(progress) -> None:
        if ": step 2" in progress.label:
            raise Cancelled

    with pytest.raises(Cancelled):
        diffusion(**SMALL, report=stop)
    lora = Network(
        {
            "unet.conv_in.lora_A.weight": np.ones((2, 4), np.float32),
            "unet.conv_in.lora_B.weight": np.ones((16, 2), np.float32),
        },
        {},
    )
    for more, said in (
        ({"weights": "float8"}, "only be used as they are"),
        ({"lora": lora}, "does not fit this model"),
    ):
        with pytest.raises(Refusal, match=said):
            diffusion(**SMALL, **more)


@extra
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("unet/openvino_model.xml", "\x08\x07not a graph"),
        ("unet/openvino_model.xml", "<?xml version='1.0'?><net name='x' version='11'><layers/></net>"),
        ("unet/openvino_model.bin", ""),
        ("scheduler/scheduler_config.json", '{"_class_name": "DiffusionPipeline"}'),
        ("model_index.json", '{"_class_name": "StableDiffusionXLPipeline"}'),
        ("unet/config.json", '{"auto_map": {"x": "y.py"}}'),
    ],
)
def test_a_repository_that_is_no_such_model_is_refused(graphs, name, text):
    (graphs / name).write_text(text)
    with pytest.raises(Refusal, match=r"could not be opened|wants code|would not take this"):
        diffusion(**SMALL)

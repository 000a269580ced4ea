"""`measure.hub_proof` on tiny pipelines in the places of the real models, fetched from a hub on loopback: it paints, times, writes its sheet, and fails loudly."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from measure import hub_proof
from pipelines.core import hub_fetching
from pipelines.core.models import memory
from pipelines.generate.parts import painted_checks
from pipelines.hub import presets
from pipelines.hub.preset import PINS
from tests import hub_cache, scripted_hub, tiny_diffusion
from tests.pipelines.diffusion import test_painted

pytestmark = pytest.mark.slow
SDXS, SD15, DEPTH = (
    "IDKiro/sdxs-512-dreamshaper",
    "stable-diffusion-v1-5/stable-diffusion-v1-5",
    "lllyasviel/control_v11f1p_sd15_depth",
)


def halved(folder):
    """Weights under the names of half-precision files, as the card wants them."""
    for path in folder.rglob("*.safetensors"):
        path.rename(path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")))
    return folder


@pytest.fixture
def hub(tmp_path, monkeypatch):
    from huggingface_hub import constants

    hub_cache.use(monkeypatch, tmp_path / "cache")
    memory().clear()  # of the same models in other places
    monkeypatch.setattr(painted_checks.matte, "salient", lambda picture: np.ones(picture.shape[:2], np.float32))
    monkeypatch.setattr(
        "pipelines.generate.storybook.storybook", lambda prompt, seed: type("Made", (), {"main": test_painted.scene()})
    )
    small = [replace(one, size=(64, 64), steps=min(one.steps, 3)) for one in presets.PICTURES]
    monkeypatch.setattr(
        presets, "chosen", lambda table, key, other, usual=None: next(one for one in small if one.key == key)
    )
    with scripted_hub.served() as hub:
        hub.add(SDXS, PINS[SDXS], tiny_diffusion.build("one_step", tmp_path / "sdxs"))
        hub.add(SD15, PINS[SD15], halved(tiny_diffusion.build("stable_diffusion", tmp_path / "sd15")))
        hub.add(DEPTH, PINS[DEPTH], tiny_diffusion.build("controlnet", tmp_path / "depth"))
        monkeypatch.setattr(constants, "ENDPOINT", hub.url)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", hub.url + "/{repo_id}/resolve/{revision}/{filename}"
        )
        yield hub


def test_the_proof_paints_with_and_without_control_and_says_what_is_not_as_the_table_says(hub, tmp_path, capsys):
    out = tmp_path / "proof.jpg"
    assert hub_proof.main(["--models", "sdxs", "sd15", "--scenes", "1", "--out", str(out)]) == 1
    printed = capsys.readouterr()
    said = printed.err
    assert "SDXS-512 Dreamshaper: Its network says cross_attention_dim = 32; 768 was expected." in said
    assert "mid_block_type" not in said and "AutoencoderTiny" not in said  # as expected
    assert "Stable Diffusion 1.5: The table says 2.7 GB; the weights here have 0.0 GB." in said
    assert "SDXS-512 Dreamshaper: 1 pictures" in printed.out and "Stable Diffusion 1.5: 3 pictures" in printed.out
    with Image.open(out) as sheet:
        assert sheet.width > 640


def test_another_class_a_missing_part_and_a_model_that_does_not_open_are_problems(hub, tmp_path):
    preset, layers = presets.chosen(presets.PICTURES, "sdxs", ""), test_painted.scene()
    hub_proof.fetching.fetch([preset.card])
    folder = hub_proof.where(preset.card)
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    assert not any("class" in problem for problem in hub_proof.compared(preset, {}, folder))
    (folder / "model_index.json").unlink()
    (folder / "model_index.json").write_text(
        json.dumps(index | {"_class_name": "FluxPipeline", "image_encoder": ["transformers", "CLIPVisionModel"]})
    )
    found = hub_proof.prove(preset, {"parts": {"vae": "AutoencoderKL"}}, {"a scene": layers})
    assert "Its class is FluxPipeline; the table says StableDiffusionPipeline." in found.problems
    assert "Its part image_encoder (CLIPVisionModel) has no file here." in found.problems
    assert "Its part vae is AutoencoderTiny; AutoencoderKL was expected." in found.problems
    assert any(problem.startswith("Refusal: ") for problem in found.problems) and not found.pictures
    hub_fetching.remove(preset.card)
    assert "is not on this machine" in hub_proof.prove(preset, {}, {}).problems[0]


def test_without_a_hub_it_says_so_and_ends_with_1(hub, tmp_path, monkeypatch, capsys):
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "ENDPOINT", "http://127.0.0.1:9")
    assert hub_proof.main(["--models", "sdxs", "--out", str(tmp_path / "none.jpg")]) == 1
    assert "the model hub cannot be reached from this machine" in capsys.readouterr().err
    assert not (tmp_path / "none.jpg").exists()


def test_a_picture_of_one_colour_is_a_problem(hub, monkeypatch):
    preset = presets.chosen(presets.PICTURES, "sdxs", "")
    hub_proof.fetching.fetch([preset.card])
    flat = hub_proof.Painted("a scene", "from words alone", Image.new("RGB", (8, 8), "red"), 1.0)
    monkeypatch.setattr(hub_proof, "ways", lambda *given: [flat])
    assert "“a scene” (from words alone) is of one colour." in hub_proof.prove(preset, {}, {"a scene": None}).problems


def test_the_twelve_scenes_and_the_models_are_known():
    known = json.loads(hub_proof.SCENES.read_text("utf-8"))
    assert len(set(known["scenes"])) == 12 and {"sdxs", "sd15"} <= set(known["models"]) <= {
        one.key for one in presets.PICTURES
    }

"""`generate.diffusion` on tiny pipelines: Stable Diffusion, SDXL and a flow-matching transformer, in all its ways."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion
from pipelines.hub import asking, presets
from pipelines.hub.preset import KINDS as KINDS_OF_PRESETS
from pipelines.media import load_network
from tests import tiny_diffusion

pytestmark = pytest.mark.slow

KINDS = ("stable_diffusion", "stable_diffusion_xl", "flux")
SMALL = {"model": "other", "prompt": "a red fox", "steps": 2, "size": "64x64", "guidance": 3.0}
PICTURE = Image.linear_gradient("L").resize((96, 64)).convert("RGB")


def pixels(made) -> np.ndarray:
    return np.asarray(getattr(made, "main", made), np.float32)


@pytest.mark.parametrize("kind", KINDS)
def test_words_become_the_picture_that_diffusers_itself_makes(tiny, kind):
    from diffusers import DiffusionPipeline

    from pipelines.diffusion.sampling import generators

    shown = []
    picture = diffusion(
        **SMALL, other=tiny(kind), seed=4, report=lambda p: shown.append((p.label, p.preview and p.preview()))
    )
    pipe = DiffusionPipeline.from_pretrained(tiny(kind))
    pipe.set_progress_bar_config(disable=True)
    own = pipe(
        "a red fox", num_inference_steps=2, width=64, height=64, guidance_scale=3.0, generator=generators(4, 1)[0]
    ).images[0]
    assert np.abs(pixels(picture) - np.asarray(own, np.float32)).max() <= 1
    labels = [label for label, _ in shown]
    assert labels[:2] == [f"Opening {Path(tiny(kind)).name}", "Putting the model in place"]
    assert labels[2:] == ["Painting: step 1 of 2", "Painting: step 2 of 2"] and all(
        p.size == (384, 384) for _, p in shown[2:]
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_a_mask_and_grown_edges(tiny, kind):
    near = diffusion(PICTURE, **SMALL, other=tiny(kind), strength=0.5)
    assert near.main.size == (64, 64)
    mask = Image.new("L", PICTURE.size)
    mask.paste(255, (30, 20, 60, 50))
    filled = diffusion(PICTURE, mask, **SMALL | {"size": "96x64"}, other=tiny(kind))
    own = np.asarray(PICTURE.resize(filled.main.size, Image.Resampling.LANCZOS), np.float32)
    outside = np.asarray(mask.resize(filled.main.size, Image.Resampling.NEAREST)) == 0
    change = np.abs(pixels(filled) - own).max(-1)
    assert change[outside].max() == 0 and change[~outside].max() > 20
    if kind == "stable_diffusion":
        grown = diffusion(PICTURE.resize((64, 64)), **SMALL, other=tiny(kind), grow="right")
        assert grown.main.size == (80, 64)
        kept = np.asarray(PICTURE.resize((64, 64)), np.float32)[:, :50]
        assert np.abs(pixels(grown)[:, :50] - kept).max() == 0


def test_item_i_is_the_same_in_every_count_and_a_stop_is_heard_at_every_step(tiny):
    folder = tiny("stable_diffusion")
    two = diffusion(**SMALL, other=folder, count=2, seed=3)
    assert two.main.size == (128, 64) and set(two.files) == {"1.png", "2.png"}
    single = pixels(diffusion(**SMALL, other=folder, seed=3))
    first = np.asarray(Image.open(io.BytesIO(two.files["1.png"])), np.float32)
    assert (first == single).all() and two.files["1.png"] != two.files["2.png"]
    heard = []

    def stop(progress):
        heard.append(progress.label)
        if "step 2" in progress.label:
            raise Cancelled

    with pytest.raises(Cancelled):
        diffusion(**SMALL | {"steps": 5}, other=folder, report=stop)
    assert heard[-1] == "Painting: step 2 of 5"
    assert (pixels(diffusion(**SMALL, other=folder, seed=3)) == single).all()  # the model is whole after a stop


@pytest.mark.parametrize("kind", ["stable_diffusion", "stable_diffusion_xl"])
def test_a_control_network_follows_lines(tiny, kind):
    control = tiny("controlnet", **(tiny_diffusion.SDXL if kind.endswith("xl") else {}))
    plain = pixels(diffusion(**SMALL, other=tiny(kind)))
    for start in ({}, {"picture": PICTURE}):
        with_map = {**SMALL, **start, "map": PICTURE, "other": tiny(kind), "loras": f"control {control}"}
        held = pixels(diffusion(**with_map, follow="user"))
        loose = pixels(diffusion(**with_map, follow="user", follow_strength=0.0))
        assert np.abs(held - loose).mean() > 0.5
        if not start:
            assert np.abs(loose - plain).max() <= 1
    assert diffusion(**SMALL, map=PICTURE, other=tiny(kind), loras=f"control {control}", follow="canny").main.size == (
        64,
        64,
    )
    if kind == "stable_diffusion":
        mask = Image.new("L", PICTURE.size, 255)
        assert diffusion(PICTURE, mask, PICTURE, **SMALL, other=tiny(kind), loras=f"control {control}").main.size == (
            64,
            64,
        )


@pytest.mark.parametrize("kind", ["stable_diffusion", "stable_diffusion_xl"])
def test_lora_files_of_both_kinds_count_as_much_as_they_are_told_to(tiny, kind, tmp_path):
    folder = tiny(kind)
    weights = Path(folder) / "unet" / "diffusion_pytorch_model.safetensors"
    diffusers_file, kohya = (
        tiny_diffusion.lora_diffusers(tmp_path, weights),
        tiny_diffusion.lora_kohya(tmp_path, weights),
    )
    plain = pixels(diffusion(**SMALL, other=folder))
    with_lora = pixels(diffusion(**SMALL, other=folder, loras=f"{diffusers_file} 0.7"))
    assert np.abs(with_lora - plain).max() > 2
    if kind == "stable_diffusion":
        assert (
            np.abs(
                pixels(diffusion(**SMALL, other=folder, lora=load_network(kohya), loras="sent 0.7")) - with_lora
            ).max()
            <= 1
        )
        both = pixels(diffusion(**SMALL, other=folder, loras=f"{diffusers_file} 0.5\n{kohya} 0.2"))
        assert np.abs(both - with_lora).max() <= 1
    else:
        assert np.abs(pixels(diffusion(**SMALL, other=folder, lora=load_network(kohya))) - plain).max() > 2
    none = pixels(diffusion(**SMALL, other=folder, loras=f"{diffusers_file} 0"))
    assert np.abs(none - plain).max() <= 1
    assert (pixels(diffusion(**SMALL, other=folder)) == plain).all()  # taken off again


def test_a_lora_of_a_flow_transformer_and_one_that_does_not_fit(tiny, tmp_path):
    folder = tiny("flux")
    fits = tiny_diffusion.lora_flux(tmp_path, Path(folder) / "transformer" / "diffusion_pytorch_model.safetensors")
    plain = pixels(diffusion(**SMALL, other=folder))
    assert np.abs(pixels(diffusion(**SMALL, other=folder, loras=str(fits))) - plain).max() > 2
    other = tiny("stable_diffusion")
    before = pixels(diffusion(**SMALL, other=other))
    for wrong in (
        fits,
        tiny_diffusion.lora_diffusers(
            tmp_path, Path(tiny("stable_diffusion_xl")) / "unet" / "diffusion_pytorch_model.safetensors"
        ),
    ):
        with pytest.raises(Refusal, match="does not fit this model"):
            diffusion(**SMALL, other=other, loras=str(wrong))
    assert (pixels(diffusion(**SMALL, other=other)) == before).all()


def test_who_is_shown_changes_the_picture_and_is_taken_off_again(tiny):
    folder, adapter = tiny("stable_diffusion"), tiny("image_prompt")
    plain = pixels(diffusion(**SMALL, other=folder))
    with_her = {**SMALL, "other": folder, "loras": f"shown {adapter}"}
    shown = pixels(diffusion(reference=PICTURE, **with_her))
    assert np.abs(shown - plain).max() > 2
    assert np.abs(shown - pixels(diffusion(reference=PICTURE.rotate(90), **with_her))).max() > 1
    two = pixels(diffusion(reference=PICTURE, reference_2=PICTURE.rotate(90), **with_her))
    assert np.abs(two - shown).max() > 0
    assert (pixels(diffusion(**SMALL, other=folder)) == plain).all()
    with pytest.raises(Refusal, match="No IP-Adapter for this model"):
        diffusion(reference=PICTURE, **SMALL, other=tiny("flux"))
    with pytest.raises(Refusal, match=r"IP-Adapter for 1\.5 "):
        diffusion(reference=PICTURE, **SMALL, other=folder)


def test_the_safety_checker_of_a_model_is_used(tiny):
    with pytest.raises(Refusal, match="safety filter"):
        diffusion(**SMALL, other=tiny("stable_diffusion", checker=True))


def test_what_does_not_fit_together_is_one_sentence(tiny):
    folder = tiny("stable_diffusion")
    mask = Image.new("L", (96, 64))
    for arguments, sentence in [
        ({"mask": mask}, "need a picture"),
        ({"picture": PICTURE, "mask": mask}, "mask is black"),
        ({"prompt": " "}, "Say what to paint"),
        ({"map": PICTURE, "follow": "user", "other": tiny("flux")}, "No ControlNet"),
        ({"loras": "ink.pt 0.5"}, "safetensors"),
        ({"loras": "/nowhere/ink.safetensors"}, "administrator has listed it"),
        ({"loras": "a/b:c.safetensors 9"}, "between -2 and 2"),
        ({"other": "not an id"}, "owner/name"),
        ({"other": ""}, "Write the model's id"),
        ({"other": "/nowhere"}, "administrator has listed it"),
    ]:
        with pytest.raises(Refusal, match=sentence) as caught:
            diffusion(**{**SMALL, "other": folder, **arguments})
        assert str(caught.value).count(". ") == 0


def test_every_preset_says_size_licence_memory_and_speed_and_the_libraries_have_its_class():
    import diffusers
    import transformers

    assert len({(preset.kind, preset.key) for preset in presets.TABLE}) == len(presets.TABLE)
    for preset in presets.TABLE:
        card = preset.card
        assert card.size_bytes and card.licence and card.about and preset.kind in KINDS_OF_PRESETS
        assert all(side % 16 == 0 for side in preset.size)
        assert preset.kind in ("control", "decoder") or preset.memory_gb
        assert (
            preset.kind == "control"
            or hasattr(diffusers, preset.made_by)
            or hasattr(transformers, preset.made_by)
            or "code of its own" in card.caveat
        )


# what is opened


def copy_model(folder: str, to: Path) -> Path:
    import shutil

    shutil.copytree(folder, to)
    return to


def test_a_models_own_code_is_never_run(tiny, tmp_path):
    folder = copy_model(tiny("stable_diffusion"), tmp_path / "model")
    ran = tmp_path / "ran"
    (folder / "trap.py").write_text(f"open({str(ran)!r}, 'w').close()\nclass Trap: pass\n")
    whole = json.loads((folder / "model_index.json").read_text())
    for change in (
        {"_class_name": ["trap", "Trap"]},
        {"_class_name": "Trap"},
        {"unet": ["trap", "Trap"]},
        {"vae": ["os", "system"]},
    ):
        (folder / "model_index.json").write_text(json.dumps(whole | change))
        with pytest.raises(Refusal, match="never runs a model's own code"):
            diffusion(**SMALL, other=str(folder))
    assert not ran.exists()
    for broken in ("{", "[]", "[" * 100_000):
        (folder / "model_index.json").write_text(broken)
        with pytest.raises(Refusal, match="cannot be read"):
            diffusion(**SMALL, other=str(folder))


def test_pickled_weights_are_not_opened(tiny, tmp_path):
    folder = copy_model(tiny("stable_diffusion"), tmp_path / "model")
    for path in folder.rglob("*.safetensors"):
        torch.save({}, path.with_suffix(".bin"))
        path.unlink()
    with pytest.raises(Refusal, match="no weights in safetensors"):
        diffusion(**SMALL, other=str(folder))


def test_a_pipeline_that_cannot_be_stopped_is_refused():
    silent = SimpleNamespace(scheduler=None)
    with pytest.raises(Refusal, match="could not be stopped"), asking._listening(silent, {"prompt": None}, print):
        pass


def test_a_pipeline_that_tells_nothing_is_heard_by_its_scheduler():
    scheduler = tiny_diffusion.part("stable_diffusion", "scheduler")
    scheduler.set_timesteps(2)
    heard, x = [], torch.ones(1, 4, 2, 2)
    with asking._listening(SimpleNamespace(scheduler=scheduler), {}, lambda done, x: heard.append((done, x.shape))):
        for t in scheduler.timesteps:
            x = scheduler.step(torch.zeros_like(x), t, x).prev_sample
    assert heard == [(1, x.shape), (2, x.shape)] and "step" not in vars(scheduler)

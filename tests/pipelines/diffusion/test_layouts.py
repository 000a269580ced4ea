"""Each model of the table opens from a tiny repository that is laid out as its real one, with only those files that its card has fetched."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from huggingface_hub.utils import filter_repo_objects
from safetensors.torch import load_file, save_file

from pipelines.core.models import wanted_files
from pipelines.hub.preset import Preset
from pipelines.hub.table import TABLE
from tests import hub_cache, tiny_diffusion
from tests.pipelines.compose import tiny as tiny_sound
from tests.pipelines.infill import test_hub as tiny_texts
from tests.studio import engine_film

pytestmark = pytest.mark.slow
REAL: dict[str, Any] = json.loads((Path(__file__).parents[2] / "hub_files.json").read_text("utf-8"))
JUNK = b"what the studio does not want"


def rename_class(make: Callable[[Path], Path], kind: str, **scheduler: str) -> Callable[[Path], Path]:
    """The same parts, opened by another class."""

    def make_renamed(folder: Path) -> Path:
        index = make(folder) / "model_index.json"
        said = json.loads(index.read_text("utf-8")) | {"_class_name": kind}
        index.write_text(json.dumps(said | {name: ["diffusers", value] for name, value in scheduler.items()}))
        return folder

    return make_renamed


MAKERS: dict[str, Callable[[Path], Path]] = {
    **{
        plan.get("kind") or plan["model"][0]: tiny_diffusion.maker(name) for name, plan in tiny_diffusion.MODELS.items()
    },
    "StableDiffusionPipeline": tiny_diffusion.maker("stable_diffusion", checker=True),
    "StableDiffusionInpaintPipeline": rename_class(
        tiny_diffusion.maker("stable_diffusion"), "StableDiffusionInpaintPipeline"
    ),
    "LatentConsistencyModelPipeline": rename_class(
        tiny_diffusion.maker("stable_diffusion"), "LatentConsistencyModelPipeline", scheduler="LCMScheduler"
    ),
    "MusicgenForConditionalGeneration": tiny_sound.musicgen,
    "StableAudioPipeline": tiny_sound.stable_audio,
    "AceStepPipeline": tiny_sound.ace_step,
    "VitsModel": engine_film.tiny_voice,
    "ModernBertForMaskedLM": tiny_texts.tiny_bert,
}
OTHERS = {"sdxs": tiny_diffusion.maker("one_step")}
APART = ("CLIPVisionModelWithProjection",)  # IP-Adapter: its two layouts have a test of their own below
ROWS = [preset for preset in TABLE if preset.made_by and preset.made_by not in APART]


@pytest.fixture(scope="module")
def make_once(tmp_path_factory):
    """make_once(preset) is a folder with a tiny model of its class, made once."""
    kept: dict[Any, Path] = {}
    home = tmp_path_factory.mktemp("layouts")

    def of(preset: Preset) -> Path:
        make = OTHERS.get(preset.key) or MAKERS[preset.made_by]
        if make not in kept:
            kept[make] = make(home / str(len(kept)))
        return kept[make]

    return of


def shard_weights(weights: Path, count: int) -> None:
    """The weights of a part in so many files with an index, as large ones are kept."""
    tensors = load_file(weights)
    names, stem = sorted(tensors), weights.name.removesuffix(".safetensors")
    where = {name: f"{stem}-{n * count // len(names) + 1:05}-of-{count:05}.safetensors" for n, name in enumerate(names)}
    for file in set(where.values()):
        save_file(
            {name: tensors[name] for name in names if where[name] == file}, weights.with_name(file), {"format": "pt"}
        )
    total = sum(one.numel() * one.element_size() for one in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": where}
    weights.with_name(weights.name + ".index.json").write_text(json.dumps(index))
    weights.unlink()


def laid_out(folder: Path, real: dict[str, Any]) -> None:
    """Give a tiny repository the files that the real one has."""
    weights = list(folder.rglob("*.safetensors"))
    for path in weights:
        if real.get("variant"):
            halves = {
                name: value.half() if value.is_floating_point() else value for name, value in load_file(path).items()
            }
            save_file(halves, path.with_name(path.name.replace(".safetensors", ".fp16.safetensors")), {"format": "pt"})
    for part, count in real.get("shards", {}).items():
        shard_weights(next((folder / part).glob("*.safetensors")), count)
    for name in real.get("beside", ()):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(JUNK)
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")


def fetch_files(repository: Path, preset: Preset, to: Path) -> list[str]:
    """Copy those files that the card's patterns choose."""
    names = [path.relative_to(repository).as_posix() for path in repository.rglob("*") if path.is_file()]
    wanted, unwanted = wanted_files(preset.card)
    chosen = list(filter_repo_objects(names, allow_patterns=wanted, ignore_patterns=unwanted))
    for name in chosen:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(repository / name, to / name)
    return chosen


def network_of(opened: Any) -> Any:
    return opened[0] if isinstance(opened, tuple) else getattr(opened, "model", opened)


@pytest.mark.parametrize("preset", ROWS, ids=lambda preset: preset.key)
def test_a_row_opens_from_what_is_fetched_of_a_repository_like_its_own(make_once, tmp_path, monkeypatch, preset):
    real = REAL.get(preset.repository, {})
    repository = shutil.copytree(make_once(preset), tmp_path / "repository")
    laid_out(repository, real)
    chosen = fetch_files(repository, preset, tmp_path / "fetched")
    assert not set(chosen) & set(real.get("beside", ()))  # neither pickles, code, nor the same weights once more
    weights = [name for name in chosen if name.endswith(".safetensors")]
    whole = (repository / "model_index.json").exists()
    assert not (whole and real.get("variant")) or all(".fp16." in name for name in weights)
    hub_cache.use(monkeypatch, tmp_path / "cache")
    for need in preset.needs:
        hub_cache.keep(
            tmp_path / "cache", need.source.removeprefix("hub:"), tiny_diffusion.build("taesd", tmp_path / "need")
        )
    with torch.device("cpu"):
        model = network_of(preset.card.build(tmp_path / "fetched"))
    assert type(model).__name__ == preset.made_by


def test_an_image_prompt_opens_from_its_files_among_those_of_others(tmp_path):
    for preset in (one for one in TABLE if one.made_by in APART):
        tiny, repository = tiny_diffusion.image_prompt(tmp_path / f"{preset.key}/tiny"), tmp_path / f"{preset.key}/real"
        folder = "sdxl_models" if preset.key.startswith("sdxl") else "models"
        shutil.copytree(tiny / "models", repository / folder)
        stem = "ip-adapter_sdxl" if folder == "sdxl_models" else "ip-adapter_sd15"
        (repository / folder / "ip-adapter_tiny.safetensors").rename(repository / folder / f"{stem}.safetensors")
        for name in (f"{stem}.bin", f"{stem}_light.safetensors", f"{stem}_vit-G.safetensors"):
            (repository / folder / name).write_bytes(JUNK)
        assert len(fetch_files(repository, preset, tmp_path / f"{preset.key}/fetched")) == 3
        opened = preset.card.build(tmp_path / f"{preset.key}/fetched")
        assert type(opened.encoder).__name__ == preset.made_by and opened.tensors["ip_adapter"]


def test_every_class_of_the_table_is_among_these():
    assert {preset.made_by for preset in TABLE if preset.made_by} == {*MAKERS, *APART}
    assert set(REAL) - {"about"} <= {preset.repository for preset in TABLE}

"""What a Space with lent GPUs reads before the first of its seconds: models on the device, blocks behind a switch; nothing is opened afterwards."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch

from pipelines.core.models import MissingModel, memory
from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion
from pipelines.hub import opening, previews
from studio.engine import preload
from tests import hub_cache, tiny_diffusion

pytestmark = pytest.mark.slow
SMALL = {"prompt": "a boat", "size": "64x64", "seed": 3}


@pytest.fixture
def hold_named(tmp_path, monkeypatch):
    """hold_named() holds what the environment names, and lets go at the end."""
    hub_cache.use(monkeypatch, tmp_path / "cache")
    hub_cache.keep(
        tmp_path / "cache", "stabilityai/sd-turbo", tiny_diffusion.build("stable_diffusion", tmp_path / "turbo")
    )
    memory().clear()
    stacks = []

    def now():
        stacks.append(preload.hold("cpu"))
        return stacks[-1]

    yield now
    for stack in stacks:
        stack.close()
    memory().clear()


def test_a_held_model_is_opened_once_and_nothing_is_read_in_a_run(hold_named, monkeypatch, caplog):
    monkeypatch.setenv(preload.MODELS, "sd-turbo sdxs no-such")
    monkeypatch.setenv(preload.DEVICE, "cpu")
    hold_named()
    said = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(said) == 2 and "SDXS-512 Dreamshaper" in said[0] and "no model “no-such”" in said[1]
    memory().clear()  # what is held stays

    def lazy(*given, **more):
        raise AssertionError("read in a run that was lent a GPU")

    for place, name in ((opening, "_open_parts"), (previews, "fit_colours")):
        monkeypatch.setattr(place, name, lazy)
    assert diffusion(**SMALL, model="sd-turbo").main.size == (64, 64)
    with pytest.raises(MissingModel):
        diffusion(**SMALL, model="sdxs")


def test_compiled_blocks_are_loaded_only_where_the_switch_names_them(hold_named, monkeypatch):
    spaces, asked = pytest.importorskip("spaces"), []
    monkeypatch.setattr(spaces, "aoti_blocks_load", lambda network, name: asked.append((type(network).__name__, name)))
    monkeypatch.setenv(preload.MODELS, "sd-turbo")
    hold_named()
    assert asked == []
    monkeypatch.setenv(preload.BLOCKS, "sd-turbo=owner/blocks")
    hold_named()
    assert asked == [("UNet2DConditionModel", "owner/blocks")]
    for wrong in ("sd-turbo", "sd-turbo=../x", "sd-turbo=a/b:c"):
        monkeypatch.setenv(preload.BLOCKS, wrong)
        with pytest.raises(Refusal, match="owner/name"):
            preload.hold("cpu")


def test_what_lies_on_the_device_already_needs_no_more_of_it(monkeypatch):
    weights = torch.nn.Linear(1000, 1000)
    there = SimpleNamespace(numel=lambda: 2**31, element_size=lambda: 2, device=torch.device("cuda"))
    pipe = SimpleNamespace(components={"unet": SimpleNamespace(parameters=lambda: [there]), "vae": weights})
    assert opening.weight_bytes(pipe, "cuda") == 2**32 and opening.weight_bytes(pipe) > 2**32
    monkeypatch.setattr("pipelines.core.models.device", lambda: "cuda")
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (3 * 2**30, 2**33))
    assert opening.plan_memory(pipe).offload == "none"

"""Faster ways on tiny pipelines: exact ways keep the picture, reused steps do not, each is undone; what was measured is used and shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion
from pipelines.hub import measuring, presets, speed
from pipelines.hub.presets import PICTURES

pytestmark = pytest.mark.slow

SMALL = {"model": "other", "prompt": "a boat", "steps": 4, "width": 64, "height": 64, "seed": 2}


@pytest.fixture(autouse=True)
def own_models_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("STUDIO_MODELS", str(tmp_path))


def painted(**settings) -> np.ndarray:
    return np.asarray(diffusion(**SMALL, **settings).main).astype(np.float32)


def test_what_was_measured_is_on_by_itself_shown_and_can_be_switched_off(tiny, monkeypatch):
    monkeypatch.setattr(
        torch.nn.Module, "compile", lambda self, **more: setattr(self, "_compiled_call_impl", self.forward)
    )
    folder = tiny("stable_diffusion")
    preset = replace(PICTURES[0], card=presets.other(folder), made_by="StableDiffusionPipeline")
    said: list[str] = []
    measured = measuring.measure(preset, (64, 64), 4, said.append)
    assert set(measured.seconds) == {"plain", "channels_last", "compiled"} and len(said) == 3
    assert max(measured.levels.values()) <= 1 and measured == speed.read(preset.card)

    plain = painted(other=folder, speed="plain")
    speed.write(preset.card, replace(measured, seconds={"plain": 2.0, "channels_last": 1.0, "compiled": 1.9}))
    assert speed.chosen(preset.card, "") == ("channels_last", "compiled") and speed.chosen(preset.card, "plain") == ()
    assert "channels last in memory and compiled blocks, 2.0 times as fast" in speed.words(preset, "", "")
    assert np.abs(painted(other=folder) - plain).max() <= 1
    with load(preset.card) as opened:  # everything is as it was
        blocks = [one for one in opened.model.unet.modules() if type(one).__name__ == "BasicTransformerBlock"]
        assert blocks and all(one._compiled_call_impl is None for one in blocks)
        assert opened.model.unet.conv_in.weight.is_contiguous()
    speed.write(preset.card, replace(measured, seconds={"plain": 1.0, "channels_last": 1.1}))
    assert speed.chosen(preset.card, "") == () and "no way was faster" in speed.words(preset, "", "")
    monkeypatch.setenv("SPACE_ID", "a/b")
    assert not speed.may_compile()


def test_steps_are_reused_where_the_model_can(tiny, monkeypatch):
    monkeypatch.setattr(speed, "THRESHOLD", 1e9)  # after the first step everything is reused
    calls = 0
    with load(presets.other(tiny("flux"))) as opened:
        block = opened.model.transformer.single_transformer_blocks[-1].attn

        def count(*_) -> None:
            nonlocal calls
            calls += 1

        hook = block.register_forward_hook(count)
        try:
            plain = painted(other=tiny("flux"))
            assert calls == 4
            fast = painted(other=tiny("flux"), speed="reuse")
            assert calls < 8 and np.abs(fast - plain).max() > 0
            assert np.array_equal(painted(other=tiny("flux")), plain)  # and the cache is off again
        finally:
            hook.remove()
    with pytest.raises(Refusal, match="cannot reuse steps"):
        painted(other=tiny("stable_diffusion"), speed="reuse")


def test_smaller_weights_paint_nearly_the_same(tiny, tmp_path):
    plain = painted(other=tiny("flux"))
    small = painted(other=tiny("flux"), weights="float8")
    assert 0 < np.abs(small - plain).mean() < 20
    file = gguf_of(Path(tiny("flux")) / "transformer" / "diffusion_pytorch_model.safetensors", tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_LOCAL_MODELS", f"{tmp_path}:{tmp_path.parent.parent}")
        read = painted(other=tiny("flux"), gguf=str(file))
        assert np.abs(read - plain).mean() < 20
        file.write_bytes(b"GGUF" + b"\xff" * 64)
        broken = file.rename(file.with_name("broken.gguf"))
        with pytest.raises(Refusal, match="GGUF file does not fit"):
            painted(other=tiny("flux"), gguf=str(broken))
    with pytest.raises(Refusal, match=r"file\.gguf"):
        painted(other=tiny("flux"), gguf="a/b:c.safetensors")
    if not _has_torchao():
        with pytest.raises(Refusal, match="torchao, which is not installed"):
            painted(other=tiny("flux"), weights="int8")


def gguf_of(weights: Path, folder: Path) -> Path:
    """The same tensors in a GGUF file, matrices of whole blocks with 8 bits (Q8_0)."""
    import gguf
    from safetensors.numpy import load_file

    file = folder / "tiny.gguf"
    writer = gguf.GGUFWriter(str(file), "flux")
    for name, one in load_file(weights).items():
        if one.ndim == 2 and one.shape[1] % 32 == 0:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(one, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, one.astype(np.float32))
    for write in (
        writer.write_header_to_file,
        writer.write_kv_data_to_file,
        writer.write_tensors_to_file,
        writer.close,
    ):
        write()
    return file


def _has_torchao() -> bool:
    import importlib.util

    return importlib.util.find_spec("torchao") is not None

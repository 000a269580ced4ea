"""Smaller weights on tiny pipelines: floats of 8 bits, a GGUF file, and what cannot be opened."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pipelines.core.settings import Refusal
from pipelines.generate.diffusion import diffusion

pytestmark = pytest.mark.slow

SMALL = {"model": "other", "prompt": "a boat", "steps": 4, "size": "64x64", "seed": 2}


def paint_pixels(**settings) -> np.ndarray:
    return np.asarray(diffusion(**SMALL, **settings).main).astype(np.float32)


def test_smaller_weights_paint_nearly_the_same(tiny, tmp_path):
    plain = paint_pixels(other=tiny("flux"))
    small = paint_pixels(other=tiny("flux"), weights="float8")
    assert 0 < np.abs(small - plain).mean() < 20
    file = gguf_of(Path(tiny("flux")) / "transformer" / "diffusion_pytorch_model.safetensors", tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STUDIO_LOCAL_MODELS", f"{tmp_path}:{tmp_path.parent.parent}")
        read = paint_pixels(other=tiny("flux"), loras=str(file))
        assert np.abs(read - plain).mean() < 20
        file.write_bytes(b"GGUF" + b"\xff" * 64)
        broken = file.rename(file.with_name("broken.gguf"))
        with pytest.raises(Refusal, match="GGUF file does not fit"):
            paint_pixels(other=tiny("flux"), loras=str(broken))


def gguf_of(weights: Path, folder: Path) -> Path:
    """The same tensors in a GGUF file, matrices of whole blocks with 8 bits (Q8_0)."""
    import gguf
    from safetensors.numpy import load_file

    file = folder / "tiny.gguf"
    writer = gguf.GGUFWriter(str(file), "flux")
    for name, tensor in load_file(weights).items():
        if tensor.ndim == 2 and tensor.shape[1] % 32 == 0:
            kind = gguf.GGMLQuantizationType.Q8_0
            writer.add_tensor(name, gguf.quants.quantize(tensor, kind), raw_dtype=kind)
        else:
            writer.add_tensor(name, tensor.astype(np.float32))
    for write in (
        writer.write_header_to_file,
        writer.write_kv_data_to_file,
        writer.write_tensors_to_file,
        writer.close,
    ):
        write()
    return file

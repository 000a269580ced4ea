"""Real-ESRGAN: ncnn files read, tiles, transparency, refusals; the landed compact network end to end."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

from pipelines.core.models import Memory, MissingModel
from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.enlarge import enlarge
from pipelines.generate.parts import superresolution
from pipelines.nets import esrgan


def as_ncnn(net: nn.Module) -> bytes:
    """A network's weights as ncnn's optimiser writes them."""
    out = b""
    for layer in net.modules():
        if isinstance(layer, nn.Conv2d):
            kernel = layer.weight.detach().half().numpy().tobytes()
            out += (0x01306B47).to_bytes(4, "little") + kernel + bytes(-len(kernel) % 4)
            out += layer.bias.detach().numpy().tobytes()
        elif isinstance(layer, nn.PReLU):
            out += layer.weight.detach().numpy().tobytes()
    return out


@pytest.mark.parametrize("kind", ["quick", "anime"])
def test_an_ncnn_file_becomes_the_same_network(kind, tmp_path):
    torch.manual_seed(1)
    net = esrgan.build_network(kind).eval()
    with torch.no_grad():
        for weight in net.parameters():
            weight.copy_(weight.half().float())
    (tmp_path / "net.bin").write_bytes(as_ncnn(net))
    esrgan.from_ncnn(tmp_path / "net.bin", tmp_path / "net.safetensors", kind)
    x = torch.rand(1, 3, 12, 10)
    with torch.inference_mode():
        made, wanted = esrgan.load(tmp_path / "net.safetensors", kind, "cpu")(x), net(x)
    assert made.shape == (1, 3, 48, 40)
    torch.testing.assert_close(made, wanted, atol=1e-5, rtol=1e-4)
    (tmp_path / "net.bin").write_bytes(as_ncnn(net)[:-4])
    with pytest.raises(ValueError):
        esrgan.from_ncnn(tmp_path / "net.bin", tmp_path / "other.safetensors", kind)


def test_transparent_places_take_their_neighbours_colours():
    rgba = np.zeros((40, 40, 4), np.float32)
    rgba[10:30, 10:30] = (0.9, 0.2, 0.1, 1)
    colour = superresolution.spread(rgba)
    assert (
        np.abs(colour[20, 5] - (0.9, 0.2, 0.1)).max() < 0.02 and np.abs(colour[20, 20] - (0.9, 0.2, 0.1)).max() < 1e-6
    )


def test_what_it_cannot_do_is_one_sentence(monkeypatch, tmp_path):
    with pytest.raises(Refusal, match="two or four times"):
        enlarge(Image.new("RGB", (20, 20)), engine="photo", factor="8")
    monkeypatch.setenv("STUDIO_MODELS", str(tmp_path))
    monkeypatch.setattr("pipelines.core.models.memory", lambda: Memory(10**9))
    with pytest.raises(MissingModel, match=r"Real-ESRGAN x4plus \(33 MB, BSD-3-Clause"):
        enlarge(Image.new("RGB", (20, 20)), engine="photo")


@pytest.mark.weights
def test_compact_network_sharpens_keeps_alpha_and_leaves_no_seam(monkeypatch):
    drawing = Image.new("RGBA", (48, 40), (0, 0, 0, 0))
    drawing.paste((220, 60, 40, 255), (8, 8, 40, 32))
    drawing.paste((250, 240, 220, 255), (20, 14, 28, 26))
    whole = enlarge(drawing, engine="quick")
    monkeypatch.setitem(superresolution.TILES_PX, "quick", 20)
    stops = []
    tiled = enlarge(drawing, engine="quick", report=lambda p: stops.append(p.label))
    assert whole.size == tiled.size == (192, 160) and whole.mode == "RGBA" and len(stops) == 6
    a, b = (np.asarray(p, np.float32) for p in (whole, tiled))
    assert np.abs(a - b)[a[..., 3] > 128].mean() < 0.5
    assert a[0, 0, 3] == 0 and a[80, 96, 3] == 255
    assert np.abs(a[80, 60, :3] - (220, 60, 40)).max() < 12
    twice = enlarge(drawing.convert("RGB"), engine="quick", factor="2")
    assert twice.size == (96, 80) and twice.mode == "RGB"

    def stop(progress):
        raise Cancelled

    with pytest.raises(Cancelled):
        enlarge(drawing, engine="quick", report=stop)

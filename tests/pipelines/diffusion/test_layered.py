"""`generate.layered` on a tiny Qwen-Image-Layered: a picture becomes layers that the layer editor and `animate.layers` take."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from pipelines.core.progress import Cancelled
from pipelines.core.settings import Refusal
from pipelines.generate.layered import document_of, layered
from pipelines.hub import presets
from pipelines.hub.presets import LAYERED
from pipelines.media.openraster import read_document

pytestmark = pytest.mark.slow

PICTURE = Image.linear_gradient("L").resize((96, 64)).convert("RGB")


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """The pipeline works at 640 or 1024 pixels only; a tiny one is asked for fewer by its own arithmetic."""
    from diffusers.pipelines.qwenimage import pipeline_qwenimage_layered as module

    monkeypatch.setattr(module, "calculate_dimensions", lambda area, ratio: (96, 64))


def use_model(monkeypatch, folder: str) -> None:
    """The model of that folder is the one that takes pictures apart."""
    preset = replace(LAYERED[0], card=presets.other(folder), steps=2)
    monkeypatch.setattr("pipelines.generate.layered.LAYERED", (preset,))


def test_a_picture_becomes_layers_with_their_transparency(tiny, monkeypatch):
    heard = []
    use_model(monkeypatch, tiny("qwen_layered"))
    result = layered(PICTURE, prompt="a fox", count=2, report=lambda p: heard.append(p.label))
    assert result.main.picture.size == PICTURE.size and heard[-1] == "Taking apart: step 2 of 2"
    with zipfile.ZipFile(io.BytesIO(result.files["layers.ora"])) as archive:
        assert archive.read("mimetype") == b"image/openraster"
    again = layered(PICTURE, prompt="a fox", count=2)
    assert again.files == result.files

    def stop(progress):
        if "step 1" in progress.label:
            raise Cancelled

    with pytest.raises(Cancelled):
        layered(PICTURE, prompt="a fox", report=stop)
    use_model(monkeypatch, tiny("stable_diffusion"))
    with pytest.raises(Refusal, match="does not take pictures apart"):
        layered(PICTURE)


def test_empty_layers_are_left_out_and_the_rest_lie_where_they_were():
    clear, dot = Image.new("RGBA", (32, 32)), Image.new("RGBA", (32, 32))
    dot.paste((255, 0, 0, 255), (8, 8, 16, 16))
    made = document_of([Image.new("RGBA", (32, 32), (0, 0, 255, 255)), clear, dot], (64, 64))
    document = read_document(made.files["layers.ora"])
    assert [one.name for one in document.layers] == ["Background", "Layer 2"] and 8 <= document.layers[1].x <= 16
    assert tuple(np.asarray(made.main.picture)[24, 24]) == (255, 0, 0)
    with pytest.raises(Refusal, match="no layers"):
        document_of([clear], (8, 8))

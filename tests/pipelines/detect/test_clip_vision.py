"""CLIP's graph: integer products are rewritten to the same function, every block is shown."""

import numpy as np
import pytest
from PIL import Image

from pipelines.core.models import ASSETS, onnx_session
from pipelines.detect.parts import clip
from pipelines.nets import clip_vision


def integer_product(path, rng):
    """One dynamically quantised product y = x W as the published graph has them; the exact W."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    stored = rng.integers(-127, 128, (6, 4)).astype(np.int8)
    scale = rng.uniform(0.01, 0.02, 4).astype(np.float32)
    weights = {"w": stored, "w_scale": scale, "w_zero": np.zeros(4, np.int8)}
    nodes = [
        helper.make_node("DynamicQuantizeLinear", ["x"], ["q", "q_scale", "q_zero"]),
        helper.make_node("MatMulInteger", ["q", "w", "q_zero", "w_zero"], ["whole"], name="/product/MatMul_quant"),
        helper.make_node("Cast", ["whole"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["q_scale", "w_scale"], ["scales"]),
        helper.make_node("Mul", ["cast", "scales"], ["y"]),
    ]
    value = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "tiny",
        [value("x", TensorProto.FLOAT, [3, 6])],
        [value("y", TensorProto.FLOAT, [3, 4])],
        [numpy_helper.from_array(array, name) for name, array in weights.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=9), path)
    return stored.astype(np.float32) * scale


def as_it_stands(path):
    """A session that merges nothing."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def test_an_integer_product_becomes_the_float_product_of_the_same_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(clip_vision, "BLOCKS", 1)
    rng = np.random.default_rng(0)
    weights = integer_product(tmp_path / "whole.onnx", rng)
    clip_vision.in_floats(tmp_path / "whole.onnx", tmp_path / "float.onnx")
    x = rng.normal(0, 1, (3, 6)).astype(np.float32)
    x[0, 0] = 40.0  # one large activation makes all steps coarse where the whole is rounded
    rounded = onnx_session(tmp_path / "whole.onnx").run(None, {"x": x})[0]
    exact = as_it_stands(tmp_path / "float.onnx").run(None, {"x": x})[0]
    run = onnx_session(tmp_path / "float.onnx").run(None, {"x": x})[0]
    assert exact == pytest.approx(x @ weights, abs=1e-4)
    off = [np.abs(each - x @ weights)[1:].max() for each in (rounded, run)]
    assert off[1] < off[0] / 3


def test_an_adapter_adds_its_two_thin_matrices_to_its_layer(tmp_path, monkeypatch):
    monkeypatch.setattr(clip_vision, "BLOCKS", 1)
    rng = np.random.default_rng(0)
    weights = integer_product(tmp_path / "whole.onnx", rng)
    adapter = {"product.down": rng.normal(0, 1, (6, 2)), "product.up": rng.normal(0, 1, (2, 4))}
    clip_vision.in_floats(tmp_path / "whole.onnx", tmp_path / "adapted.onnx", adapter)
    x = rng.normal(0, 1, (3, 6)).astype(np.float32)
    exact = as_it_stands(tmp_path / "adapted.onnx").run(None, {"x": x})[0]
    assert exact == pytest.approx(x @ (weights + adapter["product.down"] @ adapter["product.up"]), abs=1e-4)


@pytest.fixture(scope="module")
def see_photo():
    photo = Image.open(ASSETS / "samples" / "raccoon.jpg").convert("RGB").resize((384, 288))
    return clip.features(clip.prepare_picture(np.asarray(photo)))


@pytest.mark.weights
def test_tokens_of_the_chosen_blocks_are_normalised(see_photo):
    whole, tokens = see_photo
    assert whole.shape == (512,)
    assert np.linalg.norm(whole) == pytest.approx(1, abs=1e-4)
    assert tokens.shape == (len(clip.BLOCKS), 197, clip.WIDTH)
    assert tokens.mean(-1) == pytest.approx(0, abs=1e-4)
    assert tokens.std(-1) == pytest.approx(1, abs=1e-3)

"""CLIP's picture encoder as published in 8-bit integers, turned into one that does not round whole activations, shows its blocks and takes an adapter.

The published graph measures the range of every activation anew and rounds all of it to 256 steps, which makes the same photograph as PNG and as JPEG
differ more than it has to. The weights stay as they are stored; the products are of what they stand for. onnxruntime may still round activations
inside such a product, but by rows and blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

BLOCKS = 12
LAST = "onnx::Gather_1524"  # the last block's tokens, an output of the published graph


def block(number: int) -> str:
    """Name of the output that holds the tokens [1,197,768] after a block, 0 to 11."""
    return LAST if number == BLOCKS - 1 else f"/vision_model/encoder/layers.{number}/Add_1_output_0"


def in_floats(source: Path, kept: Path, adapter: Mapping[str, np.ndarray] | None = None) -> None:
    """Every integer product of the graph as a product with what its weights stand for; every block's tokens an output.

    `adapter`: low-rank changes (Hu et al. 2021, section 4.1) by layer, "vision_model.encoder.layers.0.mlp.fc1.down" [in,r] and ".up" [r,out].
    Raises ValueError for a layer that the graph lacks.
    """
    import onnx

    model = onnx.load(source)
    graph = model.graph
    nodes = _adapt_nodes(graph, _multiplied_in_floats(graph), adapter or {})
    for number in range(BLOCKS - 1):
        graph.output.append(onnx.ValueInfoProto(name=block(number)))
    kept_nodes = _find_needed(nodes, {output.name for output in graph.output})
    del graph.node[:]
    graph.node.extend(kept_nodes)
    onnx.save(model, kept)


def _multiplied_in_floats(graph: Any) -> list[Any]:
    """DynamicQuantizeLinear, MatMulInteger, Cast, Mul by both scales -> DequantizeLinear of the weights, MatMul."""
    from onnx import helper

    maker = {output: node for node in graph.node for output in node.output}
    users: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    nodes, replaced = [], set()
    for node in graph.node:
        if node.op_type != "MatMulInteger":
            nodes.append(node)
            continue
        quantised = maker[node.input[0]]
        (cast,) = users[node.output[0]]
        (scaled,) = users[cast.output[0]]
        scales = maker[next(name for name in scaled.input if name != cast.output[0])]
        scale = next(name for name in scales.input if name != quantised.output[1])
        weights = f"{node.name}_weights"
        nodes.append(helper.make_node("DequantizeLinear", [node.input[1], scale, node.input[3]], [weights], axis=1))
        nodes.append(
            helper.make_node("MatMul", [quantised.input[0], weights], [scaled.output[0]], name=f"{node.name}_float")
        )
        replaced.add(scaled.output[0])
    made = {name for node in nodes if node.op_type == "MatMul" for name in node.output}
    return [node for node in nodes if not (node.op_type == "Mul" and node.output[0] in made & replaced)]


def _adapt_nodes(graph: Any, nodes: list[Any], adapter: Mapping[str, np.ndarray]) -> list[Any]:
    """x W -> x W + x down up, where the adapter has these two for the layer."""
    import numpy as np
    from onnx import helper, numpy_helper

    layers = {name.rpartition(".")[0] for name in adapter}
    adapted = []
    for node in nodes:
        layer = node.name.removesuffix("/MatMul_quant_float").strip("/").replace("/", ".")
        if layer not in layers:
            adapted.append(node)
            continue
        layers.remove(layer)
        thin, wide, whole = f"{layer}.thin", f"{layer}.wide", node.output[0]
        for name in (f"{layer}.down", f"{layer}.up"):
            graph.initializer.append(numpy_helper.from_array(np.asarray(adapter[name], np.float32), name))
        node.output[0] = f"{layer}.plain"
        adapted += [
            node,
            helper.make_node("MatMul", [node.input[0], f"{layer}.down"], [thin]),
            helper.make_node("MatMul", [thin, f"{layer}.up"], [wide]),
            helper.make_node("Add", [node.output[0], wide], [whole]),
        ]
    if layers:
        raise ValueError(f"the graph has no layers {sorted(layers)}")
    return adapted


def _find_needed(nodes: list[Any], wanted: set[str]) -> list[Any]:
    """The nodes that `wanted` outputs rest on, in their order."""
    kept = []
    for node in reversed(nodes):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    return kept[::-1]

"""One feed-forward painter for many styles: the network of Johnson et al. 2016 with conditional instance normalisation.

Dumoulin et al. 2017 ("A learned representation for artistic style") keep a scale and a shift per style and normalisation; Ghiasi et
al. 2017 compute both from a style vector. The published graphs of the two are rebuilt here, at fetch time, as one graph:

    picture uint8 [n,h,w,3], style [s]  ->  painted uint8 [n,h,w,3], mean [c], variance [c]

h and w are multiples of 4, at least 8; the n pictures are normalised together, as parts of one. `mean` and `variance` are the statistics
of all normalisations; with own=0 the graph uses `given_mean` and `given_variance` instead of its own, so that tiles of a large picture
share one tone. Departures from the published graphs, none of which moves a pixel by more than rounding: a normalisation is one scale
and one shift, and convolutions with few channels at full size run as convolutions at half size followed by depth-to-space.
Departure for Ghiasi's: the published graph is quantised to 8 bits; here its weights are float32 and its activations unquantised,
which takes the noise out of flat areas.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

EPSILON = 1e-5
REACH_PX = 64  # how far a pixel's influence goes: 4 + 1 + 2 + 4*2*6 + 2 + 1 + 4 = 62, and a multiple of 4


@dataclass(frozen=True)
class Layer:
    """A convolution, weights [out,in,k,k]; normalised (scale, shift: [s,out] each, plus constants [out]) or with a plain bias."""

    weight: np.ndarray
    bias: np.ndarray | None = None
    scale: tuple[np.ndarray, np.ndarray] | None = None
    shift: tuple[np.ndarray, np.ndarray] | None = None


def rebuild_multistyle(source: Path, kept: Path) -> None:
    """The 26-style network (its style input: 26 weights) as the graph above."""
    import onnx
    from onnx import numpy_helper

    have = {each.name: numpy_helper.to_array(each) for each in onnx.load(source).graph.initializer}
    names = [name.removesuffix(".w") for name in have if name.endswith(".w")]  # contract, res, expand: in order
    layers = []
    for name in names:
        scale, shift = have[f"{name}.norm.gamma"], have[f"{name}.norm.beta"]  # [26,out]
        zero = np.zeros(scale.shape[1], np.float32)
        layers.append(Layer(have[f"{name}.w"], None, (scale, zero), (shift, zero)))
    onnx.save(graph(layers), kept)


def rebuild_arbitrary(source: Path, kept: Path) -> None:
    """The any-painting network (its style input: 100 numbers of the prediction network) as the graph above, in float32."""
    import onnx

    published = onnx.load(source).graph
    have = _dequantise(published)
    names = [f"contract/conv{i}" for i in (1, 2, 3)]
    names += [f"residual/residual{i}/conv{j}" for i in range(1, 6) for j in (1, 2)]
    names += [f"expand/conv{i}/conv" for i in (1, 2, 3)]
    biases = {node.input[1]: node.input[2] for node in published.node if node.op_type == "Conv" and len(node.input) > 2}
    layers = []
    for name in names:
        weight = f"transformer/{name}/weights_dequant"
        if name.startswith("contract"):
            layers.append(Layer(have[weight], have[biases[weight]]))
            continue
        at = f"style_params/transformer/{name}/StyleNorm"
        shift, scale = (
            (have[f"{at}/{one}/weights_dequant"][:, :, 0, 0].T, have[f"{at}/{one}/Conv2D_bias_dequant"])
            for one in ("Conv", "Conv_1")
        )
        layers.append(Layer(have[weight], None, scale, shift))
    onnx.save(graph(layers), kept)


def _dequantise(published: Any) -> dict[str, np.ndarray]:
    """Every constant that the graph dequantises, by the name of the result: (integers - zero point) * scale per channel."""
    from onnx import numpy_helper

    stored = {each.name: numpy_helper.to_array(each) for each in published.initializer}
    constants = {}
    for node in published.node:
        if node.op_type == "DequantizeLinear" and node.input[0] in stored:
            integers, scale, zero = (stored[name].astype(np.float32) for name in node.input)
            per_channel = (-1, *[1] * (integers.ndim - 1)) if scale.size > 1 else ()
            constants[node.output[0]] = (integers - zero.reshape(per_channel)) * scale.reshape(per_channel)
    return constants


def graph(layers: list[Layer]) -> Any:
    """The ONNX model: three layers down, residual pairs at a quarter of the size, three layers up; the last ends in a sigmoid."""
    import onnx
    from onnx import TensorProto, helper

    make = _Maker()
    normalised = [layer for layer in layers if layer.scale is not None]
    channels = sum(layer.weight.shape[0] for layer in normalised)
    styles = normalised[0].scale[0].shape[0]  # type: ignore[index]
    make.style_parameters(normalised, channels)
    x = make("Cast", "picture", to=TensorProto.FLOAT)
    x = make("Mul", make("Transpose", x, perm=[0, 3, 1, 2]), make.constant(np.float32(1 / 255)))
    # contract: [n,3,h,w] -> [n,c,h/4,w/4]
    for layer, stride in zip(layers[:3], (1, 2, 2)):
        x = make("Relu", make.layer(x, layer, stride))
    # residual blocks
    for first, second in zip(layers[3:-3:2], layers[4:-3:2]):
        inner = make("Relu", make.layer(x, first))
        x = make("Add", x, make.layer(inner, second))
    # expand: nearest-neighbour doubling before the first two -> [n,3,h,w] in 0..1
    for layer in layers[-3:-1]:
        x = make("Relu", make.layer(x, layer, double=True))
    x = make("Sigmoid", make.layer(x, layers[-1], halve=True))
    x = make("Add", make("Mul", x, make.constant(np.float32(255))), make.constant(np.float32(0.5)))
    make("Transpose", make("Cast", x, to=TensorProto.UINT8), to_name="painted", perm=[0, 2, 3, 1])
    make("Concat", *make.means, to_name="mean", axis=0)
    make("Concat", *make.variances, to_name="variance", axis=0)

    def value(name: str, shape: list[Any], kind: int = TensorProto.FLOAT) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    statistics = [value("given_mean", [channels]), value("given_variance", [channels])]
    model = helper.make_model(
        helper.make_graph(
            make.nodes,
            "painter",
            [
                value("picture", ["n", "h", "w", 3], TensorProto.UINT8),
                value("style", [styles]),
                value("own", []),
                *statistics,
            ],
            [
                value("painted", ["n", "h", "w", 3], TensorProto.UINT8),
                value("mean", [channels]),
                value("variance", [channels]),
            ],
            make.constants,
        ),
        opset_imports=[helper.make_opsetid("", 15)],
        ir_version=9,
    )
    onnx.checker.check_model(model)
    return model


def layers_of(model: Any) -> list[Layer]:
    """The layers that a model of `graph` was made of: what a painter is trained on from."""
    from onnx import numpy_helper

    have = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    makers = {node.output[0]: node for node in model.graph.node}
    turned = {node.input[0] for node in model.graph.node if node.op_type == "DepthToSpace"}
    parts = {}
    for name in ("scale", "shift"):
        added, ends = makers[name], np.cumsum(have[makers[f"{name}.0"].input[1]])[:-1]
        table, offset = have[makers[added.input[0]].input[1]], have[added.input[1]]
        parts[name] = zip(np.split(table, ends, axis=1), np.split(offset, ends))
    layers = []
    for node in model.graph.node:
        if node.op_type != "Conv":
            continue
        weight = have[node.input[1]]
        if node.output[0] in turned:
            weight = _from_phases(weight) if weight.shape[2] > 3 else _from_phases_of_doubled(weight)
        if len(node.input) > 2:
            layers.append(Layer(weight, have[node.input[2]]))
        else:
            layers.append(Layer(weight, None, next(parts["scale"]), next(parts["shift"])))
    return layers


class _Maker:
    """Nodes and constants of a graph in the making; a call adds one node and gives back the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.means: list[str] = []
        self.variances: list[str] = []

    def __call__(self, kind: str, *inputs: str, to_name: str = "", **attributes: Any) -> str:
        from onnx import helper

        result = to_name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [result], **attributes))
        return result

    def constant(self, value: Any, name: str = "") -> str:
        from onnx import numpy_helper

        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def style_parameters(self, normalised: list[Layer], channels: int) -> None:
        """Scale and shift of every normalisation from the style vector; the statistics that may be given, with defaults."""
        from onnx import helper

        self.constant(np.float32(1), "own")
        for name in ("given_mean", "given_variance"):
            self.constant(np.zeros(channels, np.float32), name)
        for name in ("scale", "shift"):
            parts = [getattr(layer, name) for layer in normalised]
            table, offset = (np.concatenate([part[i] for part in parts], axis=-1) for i in (0, 1))
            product = self("MatMul", "style", self.constant(np.ascontiguousarray(table, np.float32)))
            self("Add", product, self.constant(offset.astype(np.float32)), to_name=name)
        self("Sub", self.constant(np.float32(1)), "own", to_name="frozen")
        sizes = self.constant(np.array([layer.weight.shape[0] for layer in normalised], np.int64))
        for name in ("scale", "shift", "given_mean", "given_variance"):
            parts = [f"{name}.{i}" for i in range(len(normalised))]
            self.nodes.append(helper.make_node("Split", [name, sizes], parts, axis=0))

    def layer(self, x: str, layer: Layer, stride: int = 1, *, double: bool = False, halve: bool = False) -> str:
        """Reflection padding, convolution, normalisation; `double` enlarges first; `halve` convolves at half size for speed."""
        weight, padding, mode = layer.weight, layer.weight.shape[2] // 2, "reflect"
        at_half = halve or (double and weight.shape[0] <= 8)  # few channels leave most of a vector unit idle
        if double and at_half:
            weight, mode = _phases_of_doubled(weight), "edge"  # what reflection of doubled pixels is at half size
        elif halve:
            weight, stride = _phases(weight), 2
        elif double:
            twice = self.constant(np.array([1, 1, 2, 2], np.float32))
            x = self(
                "Resize",
                x,
                "",
                twice,
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        pads = self.constant(np.array([0, 0, padding, padding, 0, 0, padding, padding], np.int64))
        bias = [] if layer.bias is None else [self.constant(layer.bias.astype(np.float32))]
        stored = self.constant(np.ascontiguousarray(weight, np.float32))
        x = self("Pad", x, pads, mode=mode)
        x = self("Conv", x, stored, *bias, strides=[stride, stride], kernel_shape=list(weight.shape[2:]))
        if at_half:
            x = self("DepthToSpace", x, blocksize=2)
        return x if layer.scale is None else self.normalise(x)

    def normalise(self, x: str) -> str:
        """Conditional instance normalisation, Dumoulin et al. 2017, equation 5: scale * (x - mean) / deviation + shift."""
        index, flat = len(self.means), self.constant(np.array([-1], np.int64))
        mean = self("ReduceMean", x, axes=[0, 2, 3], keepdims=0)
        square = self("ReduceMean", self("Mul", x, x), axes=[0, 2, 3], keepdims=0)
        variance = self("Relu", self("Sub", square, self("Mul", mean, mean)))
        self.means.append(self("Reshape", mean, flat))
        self.variances.append(self("Reshape", variance, flat))
        used = [
            self("Add", self("Mul", own, "own"), self("Mul", f"{given}.{index}", "frozen"))
            for own, given in ((mean, "given_mean"), (variance, "given_variance"))
        ]
        deviation = self("Sqrt", self("Add", used[1], self.constant(np.float32(EPSILON))))
        scale = self("Div", f"scale.{index}", deviation)
        shift = self("Sub", f"shift.{index}", self("Mul", used[0], scale))
        column = self.constant(np.array([1, -1, 1, 1], np.int64))
        return self("Add", self("Mul", x, self("Reshape", scale, column)), self("Reshape", shift, column))


def _phases(weight: np.ndarray) -> np.ndarray:
    """[c,in,9,9] at stride 1 as [4c,in,10,10] at stride 2: one output pixel of each 2x2 block after the other."""
    c, inputs, k, _ = weight.shape
    phases = np.zeros((2, 2, c, inputs, k + 1, k + 1), np.float32)
    for row in (0, 1):
        for column in (0, 1):
            phases[row, column, :, :, row : row + k, column : column + k] = weight
    return phases.reshape(4 * c, inputs, k + 1, k + 1)


def _from_phases(phases: np.ndarray) -> np.ndarray:
    """What `_phases` was given."""
    k = phases.shape[-1] - 1
    return np.ascontiguousarray(phases[: len(phases) // 4, :, :k, :k])


def _phases_of_doubled(weight: np.ndarray) -> np.ndarray:
    """[c,in,3,3] over doubled pixels as [4c,in,3,3] over the pixels before doubling."""
    c, inputs, k, _ = weight.shape
    phases = np.zeros((2, 2, c, inputs, k, k), np.float32)
    for row, column, u, v in np.ndindex(2, 2, k, k):
        phases[row, column, :, :, (row + u - 1) // 2 + 1, (column + v - 1) // 2 + 1] += weight[:, :, u, v]
    return phases.reshape(4 * c, inputs, k, k)


def _from_phases_of_doubled(phases: np.ndarray) -> np.ndarray:
    """What `_phases_of_doubled` was given: along each side, one phase is (w0, w1 + w2, 0) and the other (0, w0 + w1, w2)."""
    quarter, inputs, k, _ = phases.shape[0] // 4, *phases.shape[1:]
    both = phases.reshape(2, 2, quarter, inputs, k, k).astype(np.float64)

    def along(first: np.ndarray, second: np.ndarray, axis: int) -> np.ndarray:
        w0, w0_w1, w2 = first.take(0, axis), second.take(1, axis), second.take(2, axis)
        return np.stack([w0, w0_w1 - w0, w2], axis)

    rows = [along(both[0, column], both[1, column], -2) for column in (0, 1)]
    return along(rows[0], rows[1], -1).astype(np.float32)

"""An ONNX graph evaluated by torch, so that gradients reach its input: the operations of CLIP's picture encoder (`clip_vision`), no others.

onnxruntime gives values only. What does not depend on the input is computed once. ONNX operator set 14.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Operation = Callable[[list[Tensor], dict[str, Any]], Tensor]


def _reshape(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    wanted = [x[0].shape[i] if size == 0 else size for i, size in enumerate(x[1].tolist())]
    return x[0].reshape(wanted)


def _unsqueeze(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    made = x[0]
    for axis in sorted(x[1].flatten().tolist()):
        made = made.unsqueeze(axis)
    return made


def _gather(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    axis, index = how.get("axis", 0), x[1]
    found = x[0].index_select(axis, index.flatten().long() % x[0].shape[axis])
    return found.reshape([*x[0].shape[:axis], *index.shape, *x[0].shape[axis + 1 :]])


def _slice(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    starts, ends = x[1].tolist(), x[2].tolist()
    axes = x[3].tolist() if len(x) > 3 else list(range(len(starts)))
    steps = x[4].tolist() if len(x) > 4 else [1] * len(starts)
    places = [slice(None)] * x[0].ndim
    for axis, start, end, step in zip(axes, starts, ends, steps, strict=True):
        places[axis] = slice(start, end, step)
    return x[0][tuple(places)]


def _convolve(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    pads = how.get("pads", [0, 0, 0, 0])
    if any(pads) or how.get("group", 1) != 1 or any(one != 1 for one in how.get("dilations", [1, 1])):
        raise ValueError("this convolution is not of the kind that is known here")
    return F.conv2d(x[0], x[1], x[2] if len(x) > 2 else None, stride=tuple(how.get("strides", [1, 1])))


def _dequantise(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    axis = how.get("axis", 1)

    def along(one: Tensor) -> Tensor:
        return one.reshape([-1 if i == axis else 1 for i in range(x[0].ndim)]) if one.numel() > 1 else one.reshape(())

    zero = along(x[2]).int() if len(x) > 2 else 0
    return (x[0].int() - zero).float() * along(x[1]).float()


def _fill(x: list[Tensor], how: dict[str, Any]) -> Tensor:
    value = torch.as_tensor(how["value"]).flatten()[0] if "value" in how else torch.tensor(0.0)
    return value.repeat(x[0].tolist())


OPERATIONS: dict[str, Operation] = {
    "Add": lambda x, how: x[0] + x[1],
    "Cast": lambda x, how: x[0].float() if how["to"] == 1 else x[0].long(),
    "Concat": lambda x, how: torch.cat(x, how["axis"]),
    "Constant": lambda x, how: torch.as_tensor(how["value"]),
    "ConstantOfShape": _fill,
    "Conv": _convolve,
    "DequantizeLinear": _dequantise,
    "Div": lambda x, how: x[0] / x[1] if x[0].is_floating_point() else x[0] // x[1],
    "Equal": lambda x, how: x[0] == x[1],
    "Expand": lambda x, how: x[0] * torch.ones(x[1].tolist(), dtype=x[0].dtype),
    "Gather": _gather,
    "MatMul": lambda x, how: x[0] @ x[1],
    "Mul": lambda x, how: x[0] * x[1],
    "Pow": lambda x, how: x[0] ** x[1],
    "ReduceMean": lambda x, how: x[0].mean(how["axes"], keepdim=bool(how.get("keepdims", 1))),
    "Reshape": _reshape,
    "Shape": lambda x, how: torch.tensor(x[0].shape),
    "Sigmoid": lambda x, how: x[0].sigmoid(),
    "Slice": _slice,
    "Softmax": lambda x, how: x[0].softmax(how.get("axis", -1)),
    "Sqrt": lambda x, how: x[0].sqrt(),
    "Sub": lambda x, how: x[0] - x[1],
    "Transpose": lambda x, how: x[0].permute(how["perm"]),
    "Unsqueeze": _unsqueeze,
    "Where": lambda x, how: torch.where(x[0], x[1], x[2]),
}


class Graph:
    """The graph of a file. Raises ValueError where it has an operation that is not known here."""

    def __init__(self, path: Path) -> None:
        import onnx
        from onnx import numpy_helper

        graph = onnx.load(str(path)).graph
        self.input = graph.input[0].name
        self.known = {item.name: torch.from_numpy(numpy_helper.to_array(item).copy()) for item in graph.initializer}
        self.nodes: list[tuple[str, list[str], str, dict[str, Any]]] = []
        for node in graph.node:
            if node.op_type not in OPERATIONS:
                raise ValueError(f"the operation {node.op_type} is not known here")
            how = {item.name: _value(item) for item in node.attribute}
            place = (node.op_type, [name for name in node.input if name], node.output[0], how)
            if all(name in self.known for name in place[1]):
                self.known[place[2]] = OPERATIONS[place[0]]([self.known[name] for name in place[1]], how)
            else:
                self.nodes.append(place)
        used = {name for _, inputs, _, _ in self.nodes for name in inputs}
        self.last = {name: number for number, node in enumerate(self.nodes) for name in node[1]}  # who reads it last
        self.known = {name: value for name, value in self.known.items() if name in used}

    def __call__(self, x: Tensor, outputs: Sequence[str]) -> list[Tensor]:
        """The named outputs for an input [1,3,h,w] float32; gradients go back to it. Nothing is held after the last operation that reads it."""
        values = {self.input: x}
        for number, (kind, inputs, output, how) in enumerate(self.nodes):
            given = [values[name] if name in values else self.known[name] for name in inputs]
            values[output] = OPERATIONS[kind](given, how)
            for name in inputs:
                if self.last[name] == number and name not in outputs:
                    values.pop(name, None)
        return [values[name] for name in outputs]


def _value(attribute: Any) -> Any:
    from onnx import helper, numpy_helper

    found = helper.get_attribute_value(attribute)
    return torch.from_numpy(numpy_helper.to_array(found).copy()) if attribute.name == "value" else found

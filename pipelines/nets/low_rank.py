"""Low-rank adapters (LoRA): Hu et al. 2021, section 4.1. A frozen matrix W becomes W + B A, with B [out,r] and A [r,in] learned.

A convolution is a matrix [out, in * height * width]; A is then a convolution with r outputs and B mixes them at every pixel. B starts at
zero, so nothing changes at first. The paper's alpha is r here: its scale alpha / r is 1 and needs no place in a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Layer = nn.Linear | nn.Conv2d


class Adapters:
    """A and B of every linear layer and convolution of a network, by the layer's name; float32."""

    def __init__(self, down: dict[str, Tensor], up: dict[str, Tensor]) -> None:
        self.down, self.up = down, up

    @classmethod
    def fresh(cls, net: nn.Module, rank: int, seed: int = 0) -> Adapters:
        """For all layers of `net`: A Gaussian with the variance 1 / in, B zero; a layer smaller than `rank` gets its own full rank."""
        generator = torch.Generator().manual_seed(seed)
        down, up = {}, {}
        for name, layer in layers_of(net).items():
            out, inputs = layer.weight.flatten(1).shape
            r = min(rank, out, inputs)
            down[name] = torch.randn(r, inputs, generator=generator) / inputs**0.5
            up[name] = torch.zeros(out, r)
        return cls(down, up)

    def tensors(self) -> dict[str, Tensor]:
        """All of them by one name each: `NAME.down`, `NAME.up`."""
        return {f"{n}.down": t for n, t in self.down.items()} | {f"{n}.up": t for n, t in self.up.items()}

    def save(self, path: Path, about: dict) -> None:
        """float16 safetensors, `about` as JSON in its metadata. Raises ValueError if a number does not fit float16."""
        from safetensors.torch import save_file

        half = {name: t.detach().to(torch.float16).contiguous() for name, t in self.tensors().items()}
        if not all(t.isfinite().all() for t in half.values()):
            raise ValueError("an adapter does not fit float16")
        save_file(half, path, metadata={"card": json.dumps(about)})

    @classmethod
    def read(cls, path: Path) -> tuple[Adapters, dict]:
        """The inverse of `save`: adapters in float32 and what the file says about them."""
        from safetensors import safe_open

        with safe_open(path, "pt") as file:
            about = json.loads(file.metadata()["card"])
            found = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (no dict)
        ends = ("down", "up")
        down, up = ({n.removesuffix(f".{e}"): t for n, t in found.items() if n.endswith(f".{e}")} for e in ends)
        return cls(down, up), about

    @torch.no_grad()
    def merge(self, net: nn.Module) -> None:
        """Add B A to the weights of `net`: no cost at work (section 4.1). Raises KeyError, RuntimeError for another network."""
        layers = layers_of(net)
        for name, a in self.down.items():
            weight = layers[name].weight
            weight += (self.up[name] @ a).reshape(weight.shape).to(weight)

    @contextmanager
    def beside(self, net: nn.Module) -> Iterator[None]:
        """In this block `net` answers W x + B (A x); gradients go to A and B, W needs none."""
        hooks = [
            layer.register_forward_hook(self._hook(name)) for name, layer in layers_of(net).items() if name in self.down
        ]
        try:
            yield
        finally:
            for hook in hooks:
                hook.remove()

    def _hook(self, name: str):
        def add(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
            a, b, x = self.down[name], self.up[name], inputs[0]
            if not len(a):
                return output
            if isinstance(layer, nn.Conv2d):
                low = F.conv2d(x, a.reshape(-1, *layer.weight.shape[1:]), None, layer.stride, layer.padding)
                return output + F.conv2d(low, b[:, :, None, None])
            return output + F.linear(F.linear(x, a), b)

        return add


def layers_of(net: nn.Module) -> dict[str, Layer]:
    """Every linear layer and every convolution in one group, by name."""
    return {
        name: m
        for name, m in net.named_modules()
        if isinstance(m, nn.Linear) or (isinstance(m, nn.Conv2d) and m.groups == 1)
    }

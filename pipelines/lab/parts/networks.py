"""The playground's network: three layers over a point and a time, small enough that the page evaluates it itself.

`studio/web/static/lab/net.js` computes the same numbers from the same tensors; a test in Chromium compares them to 1e-5.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from pipelines.core.progress import workspace
from pipelines.media import Network

FORMAT = "afternoon-studio/lab-plane"
FEATURES = 11
WIDTH = 64


def features(x: Tensor, t: Tensor) -> Tensor:
    """x [n,2], t [n] -> [n,11]: the point, the time, and two octaves of sines of the point."""
    turns = [f(math.pi * k * x) for k in (1, 2) for f in (torch.sin, torch.cos)]
    return torch.cat([x, t[:, None], *turns], 1)


class PlaneNet(nn.Module):
    """Three linear layers with SiLU between them: (x [n,2], t [n]) -> [n,outputs]."""

    def __init__(self, outputs: int = 2, inputs: int = FEATURES, width: int = WIDTH) -> None:
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(inputs, width), nn.Linear(width, width), nn.Linear(width, outputs)])
        self.plain = inputs != FEATURES  # takes what it is given, without features of a point

    def forward(self, x: Tensor, t: Tensor | None = None) -> Tensor:
        if not self.plain:
            x = features(x, x.new_zeros(len(x)) if t is None else t)
        for layer in self.layers[:-1]:
            x = nn.functional.silu(layer(x))
        return self.layers[-1](x)


def pack_networks(networks: Mapping[str, nn.Module], about: Mapping[str, Any]) -> Network:
    """Networks as one file: tensors `name.layers.k.weight`, and what is said of them."""
    tensors = {
        f"{name}.{key}": value.detach().float().cpu().numpy().copy()
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }
    return Network(tensors, {"format": FORMAT, **{key: str(value) for key, value in about.items()}})


def unpack_network(network: Network, name: str) -> PlaneNet:
    """One network of a file. Raises KeyError when the file has none of that name."""
    own = {key.removeprefix(name + "."): value for key, value in network.tensors.items() if key.startswith(name + ".")}
    made = PlaneNet(len(own["layers.2.bias"]), own["layers.0.weight"].shape[1], len(own["layers.0.bias"]))
    made.load_state_dict({key: torch.from_numpy(np.array(value)) for key, value in own.items()})
    return made.eval()


def level(x: Tensor, sigma: Tensor, dimensions: float) -> Tensor:
    """The Gaussian noise level [n] that a noisy point x [n,2] speaks of: sigma itself, or under the kernel of PFGM++ also by how far out x is.

    That kernel is a mixture of Gaussians of all sizes; given x about the origin, their mean precision is (N + D) / (|x|^2 + r^2). With it the
    preconditioning of Karras et al. 2022 holds for heavy tails, which few extra dimensions have in the plane. A departure from PFGM++.
    """
    if math.isinf(dimensions):
        return sigma
    return ((x.square().sum(1) + dimensions * sigma**2) / (2 + dimensions)).sqrt()


def scales(x: Tensor, sigma: Tensor, spread: float, dimensions: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """c_in, c_skip, c_out [n,1] and c_noise [n]: Karras et al. 2022, table 1, at `level`."""
    s = level(x, sigma, dimensions)
    total = (s**2 + spread**2)[:, None]
    return 1 / total.sqrt(), spread**2 / total, s[:, None] * spread / total.sqrt(), s.log() / 4


def precondition(
    network: PlaneNet, spread: float, dimensions: float = math.inf
) -> Callable[[Tensor, Tensor | float], Tensor]:
    """The network as `denoiser(x [n,2], sigma) -> x0`: Karras et al. 2022, section 5."""

    def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
        near = x.float()
        s = torch.as_tensor(sigma, dtype=torch.float32).expand(len(x))
        c_in, c_skip, c_out, c_noise = scales(near, s, spread, dimensions)
        return (c_skip * near + c_out * network(c_in * near, c_noise)).to(x.dtype)

    return denoise


class Streamed:
    """Leaves the newest weights in the job's workspace, from where the page reads them while the training goes on."""

    def __init__(self) -> None:
        self.folder = workspace()

    def __call__(self, network: Network) -> None:
        if self.folder is None:
            return
        from pipelines.media import save_network

        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / "weights.new.safetensors"
        save_network(network, unfinished)
        unfinished.replace(self.folder / "weights.safetensors")

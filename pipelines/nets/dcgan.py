"""The generator of DCGAN: 100 numbers become a picture of 64x64 pixels (Radford et al. 2016, figure 1)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor

LATENT, WIDTH, SIDE_PX = 100, 64, 64


class Generator(nn.Module):
    """z [n,100] -> RGB pictures [n,3,64,64] in -1..1: five fractionally-strided convolutions, batch norm, ReLU, tanh at the end."""

    def __init__(self) -> None:
        super().__init__()
        w = WIDTH
        layers: list[nn.Module] = []
        for i, (a, b) in enumerate([(LATENT, 8 * w), (8 * w, 4 * w), (4 * w, 2 * w), (2 * w, w)]):
            stride, padding = (1, 0) if i == 0 else (2, 1)
            layers += [
                nn.ConvTranspose2d(a, b, 4, stride, padding, bias=False),
                nn.BatchNorm2d(b),
                nn.ReLU(inplace=True),
            ]
        self.main = nn.Sequential(*layers, nn.ConvTranspose2d(w, 3, 4, 2, 1, bias=False), nn.Tanh())

    def forward(self, z: Tensor) -> Tensor:
        return self.main(z[:, :, None, None])


def from_checkpoint(source: Path, kept: Path) -> None:
    """The generator's tensors of a PyTorch checkpoint as safetensors; only tensors are read, nothing in the file is run."""
    from safetensors.torch import save_file

    found = torch.load(source, map_location="cpu", weights_only=True)["netG_state_dict"]
    save_file({name: t.contiguous() for name, t in found.items() if not name.endswith("num_batches_tracked")}, kept)


def load(path: Path, device: str) -> Generator:
    """The generator with landed weights, at rest."""
    from safetensors.torch import load_file

    net = Generator()
    net.load_state_dict(load_file(path), strict=False)  # batch norm's counters are of no use here
    return net.eval().requires_grad_(False).to(device)

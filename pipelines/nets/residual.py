"""A small network on what high-pass filters leave of a picture (Fridrich & Kodovský 2012; Bayar & Stamm 2016): a score for every place."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

CLIPPED = 12.0  # residuals in grey levels, past which nothing is learned but edges
WIDTHS = (24, 32, 48, 64)
STRIDES = (1, 2, 2, 2)  # the finest traces are read before anything is halved


def filters() -> Tensor:
    """Five high-pass kernels [5,1,5,5]: second differences both ways, the square 3x3 and 5x5 of SRM, the diagonal difference."""
    kernels = torch.zeros(5, 1, 5, 5)
    kernels[0, 0, 2, 1:4] = torch.tensor([0.5, -1.0, 0.5])
    kernels[1, 0, 1:4, 2] = torch.tensor([0.5, -1.0, 0.5])
    kernels[2, 0, 1:4, 1:4] = torch.tensor([[-1.0, 2, -1], [2, -4, 2], [-1, 2, -1]]) / 4
    kernels[3, 0] = torch.tensor(
        [[-1.0, 2, -2, 2, -1], [2, -6, 8, -6, 2], [-2, 8, -12, 8, -2], [2, -6, 8, -6, 2], [-1, 2, -2, 2, -1]]
    )
    kernels[3, 0] /= 12
    kernels[4, 0, 1:4, 1:4] = torch.tensor([[0.0, 0, 0.5], [0, -1, 0], [0.5, 0, 0]])
    return kernels


class ResidualNet(nn.Module):
    """Pixels [n,3,h,w] in 0..255 -> log-likelihood ratios [n,1,h/8,w/8] (about); their mean is the picture's."""

    high_pass: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("high_pass", filters())
        layers: list[nn.Module] = []
        for before, after, stride in zip((7, *WIDTHS), WIDTHS, STRIDES):
            layers += [nn.Conv2d(before, after, 3, stride, 1, bias=False), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
        self.body = nn.Sequential(*layers)
        self.mix = nn.Sequential(
            nn.Conv2d(WIDTHS[-1], 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU(inplace=True)
        )
        self.head = nn.Conv2d(64, 1, 1)

    def residuals(self, pixels: Tensor) -> Tensor:
        """[n,3,h,w] -> [n,7,h,w]: five residuals of the luma, one of each colour difference, clipped and scaled to about 1."""
        red, green, blue = pixels.unbind(1)
        luma = 0.299 * red + 0.587 * green + 0.114 * blue
        planes = nn.functional.conv2d(luma[:, None], self.high_pass, padding=2)
        colours = torch.stack([blue - luma, red - luma], 1)
        n, _, h, w = colours.shape
        fine = nn.functional.conv2d(colours.reshape(2 * n, 1, h, w), self.high_pass[2:3], padding=2).reshape(n, 2, h, w)
        return torch.cat([planes, fine], 1).clamp(-CLIPPED, CLIPPED) / 3

    def forward(self, pixels: Tensor) -> Tensor:
        return self.head(self.mix(self.body(self.residuals(pixels))))


def load(path: Path) -> ResidualNet:
    """The trained network, ready to be asked."""
    network = ResidualNet()
    network.load_state_dict(load_file(path))
    return network.eval()

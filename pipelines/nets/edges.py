"""The side outputs of the holistic edge detector (Xie & Tu 2015) on its VGG-16 trunk."""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.nets import vgg

SIDES = ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3")


class Edges(nn.Module):
    """Picture [1,3,h,w] in 0..1 -> edge probability of every side output and of their fusion: [6,h,w], fine to broad, fused last."""

    def __init__(self, trunk: vgg.Vgg, weights: dict[str, Tensor]) -> None:
        super().__init__()
        self.trunk, self.names = trunk, [f"dsn{i}" for i in range(1, 6)]
        for name in [*self.names, "fuse"]:
            self.register_buffer(f"{name}_weight", weights[f"{name}.weight"].float())
            self.register_buffer(f"{name}_bias", weights[f"{name}.bias"].float())

    def forward(self, x: Tensor) -> Tensor:
        features = self.trunk(x, SIDES)
        size, sides = x.shape[-2:], []
        for name, layer in zip(self.names, SIDES):
            side = F.conv2d(features[layer].float(), self.get_buffer(f"{name}_weight"), self.get_buffer(f"{name}_bias"))
            sides.append(F.interpolate(side, size, mode="bilinear", align_corners=False))
        together = torch.cat(sides, 1)
        fused = F.conv2d(together, self.get_buffer("fuse_weight"), self.get_buffer("fuse_bias"))
        return torch.cat([together, fused], 1)[0].sigmoid()


def build(path: Path) -> Edges:
    """Trunk and side outputs from the kept safetensors."""
    from safetensors.torch import load_file

    trunk = vgg.build(path)
    device = next(trunk.parameters()).device
    return Edges(trunk, load_file(path)).to(device).eval().requires_grad_(False)

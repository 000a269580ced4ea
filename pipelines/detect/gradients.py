"""The signal that decides on pictures as a function with a gradient, for those who test the detector: squares of 256 pixels only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import load
from pipelines.detect.parts.clip import CLIP
from pipelines.detect.parts.wild_head import HEAD

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

__all__ = ["CLIP_IN_TORCH", "ratio_of"]
SIDE_PX = 256


def _graph(path: Path) -> Any:
    from pipelines.nets.onnx_torch import Graph

    return Graph(path)


CLIP_IN_TORCH = replace(CLIP, build=_graph)


def ratio_of(x: Tensor) -> Tensor:
    """The log-likelihood ratio of a picture [1,3,256,256] in 0..1, as `scores.deciding` gives it for the same picture in whole grey levels.

    Exact are the gradients of CLIP and of the head. JPEG and the resizing by Pillow have the gradients of
    the identity and of torch's resizing (Athalye et al. 2018, backward pass differentiable approximation). Raises ValueError for another
    size, MissingModel.
    """
    return _join_scores(parts_of(x))


def parts_of(x: Tensor) -> dict[str, Tensor]:
    """What the head reads of a picture [1,3,256,256] in 0..1, with its gradient: whole [9728] and cuts [9728]. Raises ValueError, MissingModel."""
    import torch

    from pipelines.detect.parts import canonical, clip, native

    if tuple(x.shape) != (1, 3, SIDE_PX, SIDE_PX):
        raise ValueError(f"the picture is {tuple(x.shape)}, not one of {SIDE_PX} by {SIDE_PX}")
    picture = _picture(x)
    pixels = torch.from_numpy(picture).permute(2, 0, 1)[None].to(x) / 255
    whole_levels = x + (pixels - x).detach()
    from PIL import Image as PillowImage

    saved = canonical.re_encoded(PillowImage.fromarray(picture))
    small = x + (torch.from_numpy(saved.copy()).permute(2, 0, 1)[None].to(x) / 255 - x).detach()
    seen = torch.from_numpy(clip.prepare_picture(saved)).to(x)
    resized = torch.nn.functional.interpolate(small, (clip.SEEN_PX,) * 2, mode="bicubic", antialias=True)
    view = _normal(resized)
    view = view + (seen - view).detach()
    places = dict.fromkeys(native.places(picture))  # in a square of 256 pixels both cuts are the same
    cuts = [_normal(whole_levels[..., top : top + native.CUT_PX, left : left + native.CUT_PX]) for left, top in places]
    with load(CLIP_IN_TORCH) as graph:
        return {
            "whole": pool_features(graph, view),
            "cuts": torch.stack([pool_features(graph, cut) for cut in cuts]).mean(0),
        }


def _picture(x: Tensor) -> np.ndarray:
    """uint8 [h,w,3]."""
    import numpy as np

    values = x[0].detach().permute(1, 2, 0).clamp(0, 1).numpy() * 255
    return np.ascontiguousarray(values.round().astype(np.uint8))


def _normal(x: Tensor) -> Tensor:
    import torch

    from pipelines.detect.parts import clip

    mean, deviation = (torch.tensor(one, dtype=x.dtype).view(1, 3, 1, 1) for one in (clip.MEAN, clip.DEVIATION))
    return (x - mean) / deviation


def pool_features(graph: Callable[..., list[Tensor]], view: Tensor) -> Tensor:
    """What the head reads of a view: `clip.pooled(*clip.features(view))` with a gradient."""
    import torch

    from pipelines.detect.parts import clip
    from pipelines.nets import clip_vision

    whole, *tokens = graph(view.float(), ["image_embeds", *map(clip_vision.block, clip.BLOCKS)])
    stacked = torch.cat(tokens)
    stacked = stacked - stacked.mean(2, keepdim=True)
    stacked = stacked / (stacked.std(2, keepdim=True, correction=0) + 1e-6)
    unit = whole[0] / (whole[0].norm() + 1e-9)
    return torch.cat([unit * 512**0.5, stacked[:, 0].flatten(), stacked[:, 1:].mean(1).flatten()])


def _join_scores(parts: dict[str, Tensor]) -> Tensor:
    """`wild_head.ratio` with a gradient."""
    import torch

    from pipelines.detect.parts import wild_head

    with load(HEAD) as head:
        total = torch.tensor(float(head["bias"][0]), dtype=torch.float64)
        for part, value in parts.items():
            mean, scale, weight = (
                torch.from_numpy(head[f"{part}.{name}"].astype("float64")) for name in ("mean", "scale", "weight")
            )
            total = total + ((value.double() - mean) / scale).clamp(-4, 4) @ weight
    return total.clamp(-wild_head.MOST, wild_head.MOST)

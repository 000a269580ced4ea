"""The lines of a picture by holistically-nested edge detection (HED, Xie & Tu 2015)."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.vision.perceptual import VGG16

CONTRAST = 1.5  # more removes weak lines and blackens strong ones
LONGEST_PX = 768  # larger pictures are looked at in this size: the detector was trained on 480 x 320


def _build(path: Path) -> Any:
    from pipelines.nets import edges as net

    return net.build(path)


HED = replace(VGG16, name="HED edge detector", build=_build, about="Finds the lines of a picture.")
OUTPUTS = {"all": 5, "fine": 1, "middle": 2, "broad": 3}


def line_drawing(picture: Image, *, detail: str = "all", white_lines: bool = False, report: Report = silent) -> Image:
    """Grey lines on white (or white on black) in the picture's size; `detail` names one of OUTPUTS. Raises MissingModel."""
    import numpy as np
    import torch

    report(Progress(0, 2, "Looking for lines"))
    scale = min(1.0, LONGEST_PX / max(picture.size))
    seen = picture.convert("RGB").resize(
        [max(16, round(s * scale)) for s in picture.size], PillowImage.Resampling.LANCZOS
    )
    x = torch.from_numpy(np.asarray(seen, np.float32) / 255).permute(2, 0, 1)[None]
    with load(HED) as net, torch.inference_mode():
        found = net(x.to(next(net.trunk.parameters()).device))[OUTPUTS[detail]].float().cpu().numpy()
    report(Progress(1, 2, "Drawing them"))
    top = max(float(np.quantile(found, 0.995)), 0.05)
    strength = ((found / top).clip(0, 1) ** CONTRAST * 255).round().astype(np.uint8)
    lines = PillowImage.fromarray(strength if white_lines else 255 - strength)
    return lines.resize(picture.size, PillowImage.Resampling.BICUBIC).convert("RGB")

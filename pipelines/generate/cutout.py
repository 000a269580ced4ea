"""What stands out in a picture, on a transparent ground."""

from __future__ import annotations

from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Refusal, Toggle
from pipelines.vision.matte import U2NETP

__all__ = ["U2NETP", "cutout"]


@pipeline(models=(U2NETP,))
def cutout(
    picture: Annotated[Image, Input(help="A picture with one thing that stands out.")],
    *,
    trimmed: Annotated[bool, Toggle(label="Cut off empty edges")] = False,
    report: Report = silent,
) -> Image:
    """Remove the background of a picture.

    The matte of U²-Net (Qin et al. 2020, small version), its edges drawn at full size by a guided filter (He et al. 2010). RGBA.
    Raises Refusal where nothing stands out, MissingModel without its network (5 MB).
    """
    import numpy as np

    from pipelines.vision import matte

    report(Progress(0, 2, "Looking for what stands out"))
    rgb = np.asarray(picture.convert("RGB"), np.float32) / 255
    alpha = matte.salient(rgb)
    if (alpha > 0.5).mean() < 0.001:
        raise Refusal("Nothing stands out in this picture; try a single thing on a calm ground.")
    report(Progress(1, 2, "Cutting it out"))
    rgba = np.concatenate([remove_ground_colour(rgb, alpha), alpha[..., None]], -1)
    made = PillowImage.fromarray((rgba.clip(0, 1) * 255).round().astype(np.uint8))
    return made.crop(made.getchannel("A").point(lambda a: 255 * (a > 12)).getbbox()) if trimmed else made


def remove_ground_colour(rgb, alpha):
    """The thing's own colour at its soft edge, where the ground shines through: taken from the nearest pixels that are wholly its own."""
    import cv2
    import numpy as np

    sure = (alpha > 0.95).astype(np.float32)
    radius = max(3, round(max(alpha.shape) / 120)) | 1
    side = (2 * radius + 1, 2 * radius + 1)
    weight = cv2.blur(sure, side)[..., None]
    near = cv2.blur(rgb * sure[..., None], side) / np.maximum(weight, 1e-4)
    edge = ((alpha < 0.95)[..., None] & (weight > 1e-3)).astype(np.float32)
    return rgb + edge * (near - rgb)

"""Drawings made larger with clean edges, by our own network."""

from __future__ import annotations

from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.generate.drawing.enlarger import EDGE, ENLARGER, FACTOR
from pipelines.progress import Report, part, silent
from pipelines.settings import Choice, Input, Refusal, Toggle

__all__ = ["ENLARGER", "enlarge"]
MOST_PIXELS = 24_000_000


def enlarge(
    picture: Annotated[Image, Input(help="A drawing, an icon, pixels from an old screen; photographs gain little.", alpha=True)],
    *,
    factor: Annotated[str, Choice({"2": "twice", "4": "four times", "8": "eight times"}, help="Of each side.")] = "4",
    transparent: Annotated[
        bool, Toggle(label="Transparent ground", help="An even ground that touches the border is taken away.")
    ] = False,
    report: Report = silent,
) -> Image:
    """Make a drawing larger, its edges clean.

    Sub-pixel convolution, Shi et al. 2016, trained on vector drawings from 64 to 512 pixels: always eightfold, then averaged down. Works
    in tiles of any picture; keeps transparency. Raises Refusal past 24 megapixels, MissingModel without its weights (1 MB).
    """
    import numpy as np
    import torch

    from pipelines.generate.drawing import enlarger, pictures
    from pipelines.models import load
    from pipelines.nets.object_unet import from_pixels, to_pixels

    times = int(factor)
    width, height = picture.size
    if width * height * times**2 > MOST_PIXELS:
        fits = (MOST_PIXELS / times**2) ** 0.5
        raise Refusal(
            f"That would pass 24 megapixels; give a picture of about {fits:.0f} by {fits:.0f} pixels or a smaller factor."
        )
    rgba = pictures.straight(picture) if transparent else np.asarray(picture.convert("RGBA"), np.float32) / 255
    x = to_pixels(torch.from_numpy(rgba).permute(2, 0, 1))[None]
    bands, step = [], 128  # of rows: the eightfold picture of one band is in memory at a time
    with load(ENLARGER) as net, torch.inference_mode():
        for top in range(0, height, step):
            above, below = min(16, top), min(16, max(0, height - top - step))
            band = x[..., top - above : top + step + below, :]
            stage = part(report, top / height, min(1.0, (top + step) / height))
            large = enlarger.eightfold(net, band, stage)
            large = large[..., FACTOR * above : large.shape[-2] - FACTOR * below, :]
            bands.append(torch.nn.functional.avg_pool2d(large, FACTOR // times))
    made = from_pixels(torch.cat(bands, -2)[0], EDGE)
    pixels = (made.permute(1, 2, 0) * 255).round().byte().numpy()
    result = PillowImage.fromarray(np.ascontiguousarray(pixels))
    opaque = rgba[..., 3].min() > 0.99
    return result.convert("RGB") if opaque else result

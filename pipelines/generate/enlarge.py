"""Pictures made larger: drawings with clean edges by our own network, photographs by Real-ESRGAN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal
from pipelines.drawing.enlarger import EDGE, ENLARGER, FACTOR
from pipelines.generate.parts.superresolution import CARDS

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ENLARGER", "enlarge"]
MOST_PIXELS = 24_000_000
ENGINES = {
    "drawing": "Our own, for drawings and icons",
    "photo": "Real-ESRGAN, for photographs (slow)",
    "anime": "Real-ESRGAN, for painted and drawn scenes",
    "quick": "Real-ESRGAN compact (quick)",
}
ALSO = tuple(CARDS.values())


@pipeline(models=(ENLARGER,), optional=ALSO)
def enlarge(
    picture: Annotated[Image, Input(help="A drawing, an icon, a photograph.", alpha=True)],
    *,
    engine: Annotated[str, Choice(ENGINES)] = "drawing",
    factor: Annotated[
        str,
        Choice(
            {"2": "twice", "4": "four times", "8": "eight times"},
        ),
    ] = "4",
    report: Report = silent,
) -> Image:
    """Make a picture larger.

    Our own: sub-pixel convolution, Shi et al. 2016, trained on vector drawings from 64 to 512 pixels: always eightfold, then averaged
    down. Real-ESRGAN, Wang et al. 2021: always fourfold, then averaged down. Both work in tiles of any picture and keep transparency.
    Raises Refusal past 24 megapixels, MissingModel without the network (1 to 33 MB).
    """
    import numpy as np

    from pipelines.generate.parts import superresolution

    times = int(factor)
    width, height = picture.size
    if width * height * times**2 > MOST_PIXELS:
        fits = (MOST_PIXELS / times**2) ** 0.5
        raise Refusal(f"That would pass 24 megapixels; give about {fits:.0f} by {fits:.0f} pixels or a smaller factor.")
    if engine != "drawing" and times > superresolution.FACTOR:
        raise Refusal("Real-ESRGAN enlarges two or four times; for eight choose our own.")
    rgba = np.asarray(picture.convert("RGBA"), np.float32) / 255
    if engine == "drawing":
        made = _enlarge_drawing(rgba, times, report)
    else:
        made = superresolution.fourfold(rgba, engine, report)
        made = made if times == superresolution.FACTOR else _halve(made)
    result = PillowImage.fromarray(np.ascontiguousarray((made * 255).round().astype(np.uint8)))
    return result.convert("RGB") if rgba[..., 3].min() > 0.99 else result


def _enlarge_drawing(rgba: np.ndarray, times: int, report: Report) -> np.ndarray:
    """Straight RGBA 0..1 [h,w,4] `times` as large by our own network."""
    import torch

    from pipelines.core.models import load
    from pipelines.drawing import enlarger
    from pipelines.nets.object_unet import from_pixels, to_pixels

    x = to_pixels(torch.from_numpy(rgba).permute(2, 0, 1))[None]
    height, bands, step = len(rgba), [], 128  # of rows: the eightfold picture of one band is in memory at a time
    with load(ENLARGER) as net, torch.inference_mode():
        for top in range(0, height, step):
            above, below = min(16, top), min(16, max(0, height - top - step))
            band = x[..., top - above : top + step + below, :]
            stage = part(report, top / height, min(1.0, (top + step) / height))
            large = enlarger.eightfold(net, band, stage)
            large = large[..., FACTOR * above : large.shape[-2] - FACTOR * below, :]
            bands.append(torch.nn.functional.avg_pool2d(large, FACTOR // times))
    return from_pixels(torch.cat(bands, -2)[0], EDGE).permute(1, 2, 0).numpy()


def _halve(rgba: np.ndarray) -> np.ndarray:
    """Each two by two pixels of straight RGBA [h,w,4] become their mean, colours weighed by alpha."""
    import numpy as np

    def pool_pixels(a: np.ndarray) -> np.ndarray:
        return (a[::2, ::2] + a[1::2, ::2] + a[::2, 1::2] + a[1::2, 1::2]) / 4

    alpha = pool_pixels(rgba[..., 3:])
    weighed = pool_pixels(rgba[..., :3] * rgba[..., 3:]) / np.maximum(alpha, 1e-6)
    colour = np.where(alpha > 1e-6, weighed, pool_pixels(rgba[..., :3]))
    return np.concatenate([colour, alpha], -1)

"""The plane of alpha against beta: how much of the photo, how much of the painting, and from how deep a layer."""

from __future__ import annotations

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Seed
from pipelines.lab.layers import Painting, Photo, Pixels, _check, descended
from pipelines.vision.perceptual import VGG16

CONTENT_LAYERS = ("conv2_1", "conv4_1")  # rows
RATIOS = (0.1, 1.0, 10.0, 100.0)  # columns: beta over alpha
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1", "conv4_1")
SIDE_PX, GAP_PX = 128, 6


@pipeline(models=(VGG16,))
def balance(photo: Photo, painting: Painting, *, steps: Pixels = 40, seed: Seed = 0, report: Report = silent) -> Image:
    """Paints a photo like a painting eight times: content from two depths, style counting from little to much.

    Gatys et al. 2016, equation 7 and figures 4 and 5: columns have beta/alpha 0.1, 1, 10 and 100 with losses over their own energies, rows take the
    content from conv2_1 and conv4_1. Each begins from the photo; departures as in `layers`. Raises Refusal, MissingModel.
    """
    from pipelines.vision import perceptual

    _check(photo, painting)
    small = perceptual.resized(photo, SIDE_PX)
    width, height = small.size
    sheet = PillowImage.new(
        "RGB", (len(RATIOS) * (width + GAP_PX) - GAP_PX, len(CONTENT_LAYERS) * (height + GAP_PX) - GAP_PX), "#FBF8F3"
    )
    with load(VGG16) as vgg:
        device = next(vgg.parameters()).device.type
        shown = perceptual.to_tensor(small, device)
        like = perceptual.to_tensor(perceptual.resized(painting, SIDE_PX), device)
        targets = perceptual.style_targets(vgg, like, STYLE_LAYERS, average=True)
        total = len(RATIOS) * len(CONTENT_LAYERS)
        for row, layer in enumerate(CONTENT_LAYERS):
            content = vgg(shown, [layer], average=True)[layer]
            for column, ratio in enumerate(RATIOS):

                def loss(x, layer=layer, content=content, ratio=ratio):
                    features = vgg(x, {layer, *STYLE_LAYERS}, average=True)
                    style = perceptual.style_loss(features, targets)
                    return (perceptual.content_loss(features[layer], content) + ratio * style) / (1 + ratio)

                at = row * len(RATIOS) + column
                listen = part(report, at / total, (at + 1) / total)
                made = descended(shown, loss, steps, seed, listen, start=shown)
                sheet.paste(made, (column * (width + GAP_PX), row * (height + GAP_PX)))
    return sheet

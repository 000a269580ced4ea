"""What one layer of VGG keeps of a picture: the picture made again from noise so that this layer sees the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal
from pipelines.vision.perceptual import VGG16

if TYPE_CHECKING:
    from torch import Tensor

LAYERS: Mapping[str, str] = {
    "conv1_1": "first (conv1_1)",
    "conv2_1": "second block (conv2_1)",
    "conv3_1": "third block (conv3_1)",
    "conv4_1": "fourth block (conv4_1)",
    "conv5_1": "fifth block (conv5_1)",
}
RATE = 0.03  # of Adam on pixels between 0 and 1
SMALLEST_PX = 16
SIDE_PX, STEPS = 160, 80


@pipeline(models=(VGG16,))
def layers(
    photo: Annotated[Image, Input(label="Photo")],
    painting: Annotated[Image, Input(label="Painting")],
    *,
    keep: Annotated[
        str, Choice({"content": "the photo's content", "style": "the painting's Gram matrix"}, label="Rebuild")
    ] = "content",
    layer: Annotated[str, Choice(LAYERS, label="Layer")] = "conv4_1",
    report: Report = silent,
) -> Image:
    """Makes a picture again from noise, from what one layer of VGG sees: the photo's content or the painting's Gram matrix.

    Gatys et al. 2016, sections 2.1 and 2.2, figure 1: equation 1 for content, equation 4 for style, each over its own energy, with average
    pooling. Departures: Adam in place of L-BFGS, a little total variation. Raises Refusal for pictures under 16 px, MissingModel.
    """
    from pipelines.vision import perceptual

    if min(*photo.size, *painting.size) < SMALLEST_PX:
        raise Refusal(f"A picture is smaller than {SMALLEST_PX} pixels.")
    with load(VGG16) as vgg:
        device = next(vgg.parameters()).device.type
        if keep == "content":
            shown = perceptual.to_tensor(perceptual.resize_picture(photo, SIDE_PX), device)
            wanted = vgg(shown, [layer], average=True)[layer]
            loss: Callable[[Any], Any] = lambda f: perceptual.content_loss(f[layer], wanted)  # noqa: E731
        else:
            shown = perceptual.to_tensor(perceptual.resize_picture(painting, SIDE_PX), device)
            target = perceptual.style_targets(vgg, shown, [layer], average=True)
            loss = lambda f: perceptual.style_loss(f, target)  # noqa: E731
        return descend_loss(shown, lambda x: loss(vgg(x, [layer], average=True)), report)


def descend_loss(shown: Tensor, loss: Callable[[Tensor], Tensor], report: Report) -> Image:
    """A picture of `shown`'s shape from grey noise, by Adam on its pixels."""
    import torch

    from pipelines.vision import perceptual

    noise = torch.randn(shown.shape, generator=torch.Generator().manual_seed(0))
    x = (0.5 + 0.15 * noise).clamp(0, 1).to(shown.device).requires_grad_(True)
    optimiser = torch.optim.Adam([x], lr=RATE)
    for step in range(STEPS):
        value = loss(x) + 0.5 * perceptual.roughness(x)
        optimiser.zero_grad()
        value.backward()
        optimiser.step()
        with torch.no_grad():
            x.clamp_(0, 1)
        seen = partial(perceptual.to_picture, x)
        report(Progress(step + 1, STEPS, f"Step {step + 1} of {STEPS}", seen, {"loss": float(value.detach())}))
    made: Image = perceptual.to_picture(x)
    return made

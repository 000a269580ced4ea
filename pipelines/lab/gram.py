"""The first layer of VGG as a file, with which the page draws a Gram matrix while one paints."""

from __future__ import annotations

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.media import Network
from pipelines.vision.perceptual import VGG16


@pipeline(models=(VGG16,))
def gram(*, report: Report = silent) -> Network:
    """Gives the first convolution of VGG-16 (64 filters of 3 × 3) with the mean that it takes away from a picture.

    Gatys et al. 2016, equation 3: G = F Fᵀ over the size of the map, F = ReLU(conv1_1). The page computes both. Raises MissingModel.
    """
    report(Progress(0, 1, "Opening the network"))
    with load(VGG16) as vgg:
        first = vgg.convolutions["conv1_1"]
        tensors = {"weight": first.weight, "bias": first.bias, "mean": vgg.feed.mean.flatten()}
        kept = {name: value.detach().float().contiguous().cpu().numpy().copy() for name, value in tensors.items()}
    return Network(kept, {"format": "afternoon-studio/lab-gram", "order": "BGR", "scale": "255"})

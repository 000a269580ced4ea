"""One photograph painted like one painting by optimising its pixels (Gatys et al. 2016): slow, and the best there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed
from pipelines.stylize.parts.descent import descend
from pipelines.vision.perceptual import VGG16

if TYPE_CHECKING:
    from torch import Tensor

CONTENT_LAYER, STYLE_LAYERS = "conv4_2", ("conv1_1", "conv2_1", "conv3_1", "conv4_1")
SMOOTHNESS = 0.2  # total variation, which takes grain away
SMALLEST_SCALE_PX = 192
FINER_STEPS = 0.6  # of the steps of the scale before: what is coarse is already in place
FIRST_LAYER = "conv2_2"  # from noise, the photo is first sought here, where shapes are still exact
SMALLEST_SIDE_PX = 16


Balance = Annotated[
    float,
    Range(
        0,
        1,
        0.05,
        help="0 keeps the photo, 1 follows the painting.",
    ),
]
Start = Annotated[
    str,
    Choice(
        {"content": "the photo", "noise": "noise"},
        label="Begin with",
        help="From noise, shapes change freely; each seed gives another picture.",
    ),
]
KeepColours = Annotated[
    str,
    Choice(
        {"no": "no", "luminance": "exactly the photo's", "histogram": "the painting in the photo's palette"},
        help="Keeps the colours of the photo.",
    ),
]
Size = Annotated[int, Range(256, 1024, 64, help="Longest side in pixels.")]
Steps = Annotated[
    int,
    Range(20, 500, 10, scales_time=True, help="60 are enough. 150 give a calmer picture."),
]


@pipeline(models=(VGG16,))
def gatys(
    content: Annotated[Image, Input(label="Photo")],
    style: Annotated[Image, Input(label="Painting")],
    *,
    balance: Balance = 0.5,
    start: Start = "content",
    keep_colours: KeepColours = "no",
    size: Size = 512,
    steps: Steps = 60,
    seed: Seed = 0,
    report: Report = silent,
) -> Image:
    """Paint a photo like a painting, step by step; this is slow and exact.

    Gatys et al. 2016, eq. 1-7: x = argmin α·content + β·style, by L-BFGS, with average pooling. Departures: losses over their own
    energies, from coarse to fine, total variation. Colours: Gatys et al. 2016 (Preserving Color), sections 3 and 4. Raises
    Refusal for pictures under 16 px, MissingModel when the network is not on this machine.
    """
    for picture, word in ((content, "photo"), (style, "painting")):
        if min(picture.size) < SMALLEST_SIDE_PX:
            raise Refusal(f"This {word} is only {min(picture.size)} px high or wide; give 16 px or more.")
    photo, painting, finished = colours(content, style, keep_colours)
    stages = plan(size, steps, from_noise=start == "noise")
    total, x, done = sum(stage.work for stage in stages), None, 0.0
    with load(VGG16) as vgg:
        for stage in stages:
            # targets: P of the photo, A of the painting, both at this scale
            ratio, rough = 10 ** (3 * balance - 0.5), 10 * SMOOTHNESS
            objective = Objective.at(stage, vgg, photo, painting, ratio, rough)
            x = objective.first(x, from_noise=start == "noise", seed=seed)

            # gradient descent on the pixels
            for i, numbers in enumerate(descend(x, objective.loss, stage.steps)):
                label = f"{stage.longest_px} px: step {i + 1} of {stage.steps}"
                at = done + stage.work * (i + 1) / stage.steps
                report(Progress(at, total, label, partial(_preview_of, finished, x), numbers))
            done += stage.work
    return _preview_of(finished, x)


@dataclass(frozen=True)
class ScaleStage:
    """Optimisation steps at one scale. While `seeking` the photo from noise, content is measured in an early layer and style has little weight."""

    longest_px: int
    steps: int
    seeking: bool = False

    @property
    def work(self) -> float:
        """A measure of how long the stage takes: steps times pixels."""
        return self.steps * self.longest_px**2


def plan(size: int, steps: int, *, from_noise: bool) -> list[ScaleStage]:
    """Halves of `size` down to 192 px, smallest first. Noise first finds the photo: at full style weight it never would."""
    sizes = [size]
    while sizes[0] // 2 >= SMALLEST_SCALE_PX:
        sizes.insert(0, sizes[0] // 2)
    stages = [ScaleStage(longest, max(10, round(steps * FINER_STEPS ** min(i, 1)))) for i, longest in enumerate(sizes)]
    if from_noise:
        stages.insert(0, ScaleStage(sizes[0], max(10, round(0.4 * steps)), seeking=True))
    return stages


@dataclass
class Objective:
    """What is minimised at one scale: eq. 7 with total variation."""

    vgg: Any
    photo: Tensor  # [1,3,H,W] in 0..1
    p: Tensor  # the photo's features
    a: dict[str, Tensor]  # the painting's Gram matrices
    content_layer: str
    ratio: float  # β/α
    rough: float

    @classmethod
    def at(cls, stage: ScaleStage, vgg: Any, photo: Image, painting: Image, ratio: float, rough: float) -> Objective:
        """Prepare the targets of a stage: features of the photo and Gram matrices of the painting."""
        import torch

        from pipelines.vision import perceptual

        device, content_layer = next(vgg.parameters()).device.type, CONTENT_LAYER
        if stage.seeking:
            content_layer, ratio = FIRST_LAYER, 0.02 * ratio
        y_c, y_s = (
            perceptual.to_tensor(perceptual.resize_picture(p, stage.longest_px), device) for p in (photo, painting)
        )
        a = perceptual.style_targets(vgg, y_s, STYLE_LAYERS, average=True)
        with torch.no_grad():
            p = vgg(y_c, [content_layer], average=True)[content_layer]
        return cls(vgg, y_c, p, a, content_layer, ratio, rough)

    def loss(self, x: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Return the loss of a picture and its parts as numbers for the curves."""
        from pipelines.vision import perceptual

        features = self.vgg(x, [*self.a, self.content_layer], average=True)
        content = perceptual.content_loss(features[self.content_layer], self.p)
        style = perceptual.style_loss(features, self.a)
        loss = content + self.ratio * style + self.rough * perceptual.roughness(x)
        return loss, {"loss": loss.item(), "content": content.item(), "style": style.item()}

    def first(self, coarse: Tensor | None, *, from_noise: bool, seed: int) -> Tensor:
        """Where this scale starts: the photo, soft noise around its colours, or the coarser result with the photo's detail."""
        import torch
        import torch.nn.functional as F

        y_c, size = self.photo, self.photo.shape[-2:]
        if coarse is None and not from_noise:
            return y_c.clone().contiguous()
        if coarse is None:
            noise = torch.randn(1, 3, *size, generator=torch.Generator().manual_seed(seed)).to(y_c.device)
            soft = (
                F.avg_pool2d(F.pad(noise, [2] * 4, mode="reflect"), 5, stride=1) * 5
            )  # the grain of a photo, not of a screen
            return (y_c.mean((2, 3), keepdim=True) + 0.1 * soft).clamp(0, 1).contiguous()
        if coarse.shape[-2:] == size:
            return coarse.clone()
        larger = F.interpolate(coarse, size, mode="bicubic", align_corners=False)
        if not from_noise:
            reduced = F.interpolate(y_c, coarse.shape[-2:], mode="area")
            larger = larger + y_c - F.interpolate(reduced, size, mode="bicubic", align_corners=False)
        return larger.clamp(0, 1).contiguous()


def colours(content: Image, style: Image, keep: str) -> tuple[Image, Image, Callable[[Image], Image]]:
    """The photo and painting to work on, and what turns the result back (Gatys et al. 2016, Preserving Color)."""
    import numpy as np
    from PIL import Image as PillowImage

    content, style = content.convert("RGB"), style.convert("RGB")
    if keep == "no":
        return content, style, lambda result: result
    c, s = (np.asarray(p, np.float32).reshape(-1, 3) / 255 for p in (content, style))
    if keep == "histogram":
        # section 3: s' = Σc^½ Σs^-½ (s − μs) + μc, so its mean and covariance are the photo's
        matched = (s - s.mean(0)) @ (_root(c, 0.5) @ _root(s, -0.5)).T + c.mean(0)
        return content, _picture_of(matched, style.size), lambda result: result
    # section 4: only luminance is painted, the photo's chroma put back
    weights = np.array([0.299, 0.587, 0.114], np.float32)
    c_y, s_y = c @ weights, s @ weights
    s_y = (s_y - s_y.mean()) * (c_y.std() / max(float(s_y.std()), 1e-4)) + c_y.mean()
    grey = [_picture_of(np.repeat(y[:, None], 3, 1), p.size) for y, p in ((c_y, content), (s_y, style))]

    def with_chroma(result: Image) -> Image:
        luma = result.convert("YCbCr").getchannel(0)
        chroma = content.resize(result.size, PillowImage.Resampling.LANCZOS).convert("YCbCr")
        return PillowImage.merge("YCbCr", (luma, chroma.getchannel(1), chroma.getchannel(2))).convert("RGB")

    return grey[0], grey[1], with_chroma


def _root(pixels: Any, power: float) -> Any:
    """The covariance of pixels [n,3] to a power, by its eigenvalues."""
    import numpy as np

    values, vectors = np.linalg.eigh(np.cov(pixels, rowvar=False) + 1e-5 * np.eye(3))
    return (vectors * values**power) @ vectors.T


def _picture_of(pixels: Any, size: tuple[int, int]) -> Image:
    import numpy as np
    from PIL import Image as PillowImage

    levels = (pixels.reshape(size[1], size[0], 3).clip(0, 1) * 255).round().astype(np.uint8)
    return PillowImage.fromarray(levels)


def _preview_of(finished: Callable[[Image], Image], x: Any) -> Image:
    from pipelines.vision import perceptual

    return finished(perceptual.to_picture(x))

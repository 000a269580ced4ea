"""A painting becomes a feed-forward network (Johnson et al. 2016): minutes of training, then any picture in one pass."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Refusal, Seed, Text
from pipelines.media import Network
from pipelines.stylize.parts.stylers import PREDICT, TRANSFORM, painter_for
from pipelines.vision.perceptual import VGG16

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["PREDICT", "TRANSFORM", "VGG16", "train"]
SIDE_PX = 192
BATCH = 1  # instance normalisation needs no more, and more steps beat larger ones in the same time
RATE = 0.003  # of Muon
STEPS_BETWEEN_CHECKPOINTS = 20
SMALLEST_PAINTING_PX = 64

Painting = Annotated[Image, Input(help="One painting with a clear style.")]
Preview = Annotated[Image | None, Input(label="Preview photo", help="The preview shows this photo.")]
Before = Annotated[
    Network | None,
    Input(
        label="Begin with your network",
    ),
]
Name = Annotated[
    str,
    Text(
        label="Name of the style",
        placeholder="Night café",
        max_characters=60,
    ),
]
Steps = Annotated[
    int,
    Range(
        50,
        4000,
        50,
        scales_time=True,
        help="More steps come closer to the painting.",
    ),
]
StyleWeight = Annotated[
    float,
    Range(
        0.5,
        50,
        0.5,
        help="How strongly the painting counts.",
    ),
]
Stroke = Annotated[
    int,
    Range(
        128,
        512,
        16,
        label="Stroke size",
        help="Larger values give larger strokes.",
    ),
]


@pipeline(models=(PREDICT, TRANSFORM, VGG16))
def train(
    painting: Painting,
    photo: Preview = None,
    network: Before = None,
    *,
    name: Name = "My style",
    steps: Steps = 100,
    style_weight: StyleWeight = 3.0,
    stroke: Stroke = 384,
    seed: Seed = 0,
    report: Report = silent,
) -> Network:
    """Train a style on a painting; the style then paints any picture in a second.

    Johnson et al. 2016, sections 3-4: the network is trained to lower content loss (conv2_2) plus `style_weight` times style
    loss (conv1_2, 2_2, 3_3, 4_1) on cuts of the studio's sample photographs. It begins from a painter of many styles with this
    painting's scales and shifts (Dumoulin et al. 2017, section 3.2), and all of it learns.
    Departures: instance normalisation, losses over their own energies (the style's by its logarithm), Muon in place of Adam (at
    equal steps a sixth lower), few pictures, so it is measured on two photographs never trained on. Raises Refusal for a painting
    under 64 px, MissingModel without VGG-16 or the painter.
    """
    from pipelines.nets import transform
    from pipelines.optim.checkpoints import Checkpoints
    from pipelines.stylize.parts import photographs
    from pipelines.stylize.parts.learning import Losses, Run, painted
    from pipelines.vision import perceptual

    _check(painting)
    with load(VGG16) as vgg:
        # the painting's Gram matrices, eq. 4
        device = next(vgg.parameters()).device.type
        y_s = perceptual.to_tensor(perceptual.resize_picture(painting, stroke), device)
        losses = Losses.of_painting(vgg, y_s, style_weight)

        # f_W and its optimiser, as it begins or as the newest checkpoint left them
        first, origin = _first_network(network, painting)
        run = Run(first.to(device), steps, RATE)
        settings = f"steps={steps} style_weight={style_weight:g} stroke={stroke} seed={seed}"
        store = Checkpoints({"painting": _sha256_of(painting), "settings": settings, "begun_from": origin})
        run.restore(*store.newest())

        # W* = argmin E[content + style + roughness], eq. 5
        shown = perceptual.resize_picture(photo or _held_out_portrait(), 384)
        while run.step < steps:
            x = photographs.batch(seed, run.step, BATCH, SIDE_PX)
            numbers = run.descend(losses, _as_tensor(x, device))
            if run.step % STEPS_BETWEEN_CHECKPOINTS == 0 or run.step == steps:
                store.write(run.step, run.tensors())
            label = f"Learning: step {run.step} of {steps}"
            report(Progress(run.step, steps, label, partial(painted, run.network, shown), numbers))

        # what it reaches on photographs it has never seen
        measured = {name: f"{value:.4f}" for name, value in losses.held_out(partial(painted, run.network)).items()}
    about = {"architecture": run.network.architecture, "style": name.strip() or "My style", "steps": str(steps)}
    return Network(transform.tensors_of(run.network), {**about, **store.fingerprint, **measured})


PAINTER = "the painter for any painting (Ghiasi et al. 2017; Google Magenta, Apache-2.0)"


def _check(painting: Image) -> None:
    if min(painting.size) < SMALLEST_PAINTING_PX:
        raise Refusal(f"This painting is only {min(painting.size)} px high or wide; give 64 px or more.")


def _first_network(network: Network | None, painting: Image) -> tuple[Any, str]:
    """What is trained, before its first step, and what tells one beginning from another."""
    from pipelines.nets import transform

    if network is None:
        return painter_for(painting), PAINTER
    return transform.build(network.tensors).train().requires_grad_(True), _name_of(network)


def _name_of(network: Network) -> str:
    import hashlib

    digest = hashlib.sha256()
    for name in sorted(network.tensors):
        digest.update(name.encode() + network.tensors[name].tobytes())
    return f"{network.about.get('style', 'a network')}, sha256:{digest.hexdigest()}"


def _sha256_of(painting: Image) -> str:
    import hashlib

    pixels = painting.convert("RGB")
    return "sha256:" + hashlib.sha256(repr(pixels.size).encode() + pixels.tobytes()).hexdigest()


def _as_tensor(pictures: Any, device: str) -> Tensor:
    import torch

    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255


def _held_out_portrait() -> Image:
    from PIL import Image as PillowImage

    from pipelines.stylize.parts import photographs

    return PillowImage.fromarray(photographs.held_out()["astronaut"])

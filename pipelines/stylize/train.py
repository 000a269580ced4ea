"""A painting becomes a feed-forward network (Johnson et al. 2016): minutes of training, then any picture in one pass."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.media import Network
from pipelines.models import load
from pipelines.progress import Progress, Report, silent, workspace
from pipelines.settings import Input, Range, Refusal, Seed, Text
from pipelines.stylize.perceptual import VGG16

if TYPE_CHECKING:
    from torch import Tensor


CONTENT_LAYER = "conv3_3"
STYLE_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_1")
ARCHITECTURE = "Johnson 2016, 16-32-64 channels, 5 blocks, instance norm"
SIDE_PX = 256
BATCH = 1  # instance normalisation needs no more, and more steps beat larger ones in the same time
RATE = 0.01  # of Muon, for the convolutions inside
PIXEL_RATE = 5e-4  # of AdamW, for what touches pixels, or the palette swings from step to step
ROUGHNESS_WEIGHT = 2.0
STEPS_BETWEEN_CHECKPOINTS = 20
SMALLEST_PAINTING_PX = 64


def train(
    painting: Annotated[Image, Input(help="One strong painting; 400 pixels or more are best.")],
    photo: Annotated[
        Image | None, Input(label="Preview photo", help="You see it repainted as the network learns.")
    ] = None,
    network: Annotated[
        Network | None,
        Input(
            label="Begin from a network",
            help="One trained before, to go on with it or to give a new painting a head start.",
        ),
    ] = None,
    *,
    name: Annotated[
        str,
        Text(
            label="Name of the style",
            placeholder="Night café",
            max_characters=60,
            help="It appears in the list of styles.",
        ),
    ] = "My style",
    steps: Annotated[
        int,
        Range(
            50,
            4000,
            50,
            scales_time=True,
            help="More steps, closer to the painting; hundreds give the palette, thousands the strokes.",
        ),
    ] = 1000,
    style_weight: Annotated[
        float, Range(1, 100, help="How much the painting counts against the photo, β/α; photos stay plainer when low.")
    ] = 10.0,
    stroke: Annotated[
        int,
        Range(
            128,
            512,
            16,
            label="Stroke size",
            help="Longest side of the painting as the network sees it; larger, larger strokes.",
        ),
    ] = 320,
    seed: Seed = 0,
    report: Report = silent,
) -> Network:
    """A painting becomes a style of your own, which paints any picture in a second.

    Johnson et al. 2016, sections 3-4: the network is trained to lower content loss (conv3_3) plus `style_weight` times style
    loss (conv1_2, 2_2, 3_3, 4_1) on 256 px cuts of the studio's sample photographs. Departures: instance normalisation, losses
    over their own energies (the style's by its logarithm), Muon in place of Adam (at equal steps a sixth lower), few pictures,
    so it is measured on two photographs never trained on. Raises Refusal for a painting under 64 px, MissingModel without VGG-16.
    """
    from pipelines.nets import transform
    from pipelines.stylize import perceptual, photographs

    if min(painting.size) < SMALLEST_PAINTING_PX:
        raise Refusal(
            f"This painting is only {min(painting.size)} px on its short side; please give one of 64 px or more."
        )
    with load(VGG16) as vgg:
        # the painting's Gram matrices, eq. 4
        device = next(vgg.parameters()).device.type
        y_s = perceptual.to_tensor(perceptual.resized(painting, stroke), device)
        losses = Losses.of_painting(vgg, y_s, style_weight)

        # f_W and its optimiser, new or as the newest checkpoint left them
        run = Run(_in_palette(_first_network(network, seed).to(device), y_s), steps)
        settings = f"steps={steps} style_weight={style_weight:g} stroke={stroke} seed={seed}"
        store = Checkpoints({"painting": _sha256_of(painting), "settings": settings, "begun_from": _origin(network)})
        run.restore(*store.newest())

        # W* = argmin E[content + style + roughness], eq. 5
        shown = perceptual.resized(photo or _held_out_portrait(), 384)
        while run.step < steps:
            x = photographs.batch(seed, run.step, BATCH, SIDE_PX)
            numbers = run.descend(losses, _as_tensor(x, device))
            if run.step % STEPS_BETWEEN_CHECKPOINTS == 0 or run.step == steps:
                store.write(run)
            label = f"Learning: step {run.step} of {steps}"
            report(Progress(run.step, steps, label, partial(_painted, run, shown), numbers))

        # what it reaches on photographs it has never seen
        measured = {name: f"{value:.4f}" for name, value in losses.held_out(run).items()}
    about = {"architecture": ARCHITECTURE, "style": name.strip() or "My style", "steps": str(steps)}
    return Network(transform.tensors_of(run.network), {**about, **store.fingerprint, **measured})


def _first_network(network: Network | None, seed: int) -> Any:
    from pipelines.nets import transform

    return transform.build(network.tensors).train().requires_grad_(True) if network else transform.fresh(seed)


def _origin(network: Network | None) -> str:
    """What tells one beginning from another."""
    import hashlib

    if network is None:
        return "nothing"
    digest = hashlib.sha256()
    for name in sorted(network.tensors):
        digest.update(name.encode() + network.tensors[name].tobytes())
    return f"{network.about.get('style', 'a network')}, sha256:{digest.hexdigest()}"


@dataclass
class Losses:
    """The losses of Johnson et al. 2016, section 3.2, for one painting."""

    vgg: Any
    style: dict[str, Tensor]
    energy: (
        float  # of the painting's features in the content layer: a photo's own would make calm ones too dear to touch
    )
    style_weight: float

    @classmethod
    def of_painting(cls, vgg: Any, y_s: Tensor, style_weight: float) -> Losses:
        """y_s [1,3,H,W] in 0..1."""
        import torch

        from pipelines.stylize import perceptual

        with torch.no_grad():
            energy = float(vgg(y_s, [CONTENT_LAYER])[CONTENT_LAYER].float().square().mean())
        return cls(vgg, perceptual.style_targets(vgg, y_s, STYLE_LAYERS, average=False), energy, style_weight)

    def of(self, x: Tensor, y: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Content, style and roughness of painted pictures y [B,3,H,W] of photographs x."""
        import torch

        from pipelines.stylize import perceptual

        features = self.vgg(y, [*self.style, CONTENT_LAYER])
        with torch.no_grad():
            target = self.vgg(x, [CONTENT_LAYER])[CONTENT_LAYER]
        content = perceptual.content_loss(features[CONTENT_LAYER], target, self.energy)
        distances = perceptual.style_distances(features, self.style)
        descended = distances.log1p().mean()  # a glaring picture can be 800 away and would drown all others
        loss = content + self.style_weight * descended + ROUGHNESS_WEIGHT * perceptual.roughness(y)
        return loss, {"loss": loss.item(), "content": content.item(), "style": distances.mean().item()}

    def held_out(self, run: Run) -> dict[str, float]:
        """Mean losses over the photographs never trained on, at 512 px, painted and (photo_…) as they are."""
        import numpy as np
        import torch
        from PIL import Image

        from pipelines.stylize import perceptual, photographs

        device = next(self.vgg.parameters()).device.type
        rows = []
        for array in photographs.held_out().values():
            picture = perceptual.resized(Image.fromarray(array), 512)
            x, y = (perceptual.to_tensor(p, device) for p in (picture, _painted(run, picture)))
            with torch.no_grad():
                painted, plain = self.of(x, y)[1], self.of(x, x)[1]
            rows.append((painted["content"], painted["style"], plain["style"]))
        content, style, photo_style = np.mean(rows, axis=0)
        return {"content_loss": content, "style_loss": style, "photo_style_loss": photo_style}


class Run:
    """The network, its optimiser and how many steps were taken: all that a checkpoint holds."""

    def __init__(self, network: Any, steps: int) -> None:
        from pipelines.training.muon import Muon

        self.network, self.steps, self.step = network, steps, 0
        self.optimiser = Muon(network.named_parameters(), RATE, decay=0.0, adam_rate=PIXEL_RATE)

    def descend(self, losses: Losses, x: Tensor) -> dict[str, float]:
        """One step on photographs x [B,3,h,w]; gives the losses before it."""
        with _autocast(x.device.type):
            y = self.network(x).float()
        loss, numbers = losses.of(x, y)
        if not math.isfinite(numbers["loss"]):
            raise Refusal("The training ran away; a lower style weight or another seed helps.")
        self.network.zero_grad()
        loss.backward()
        self.step += 1
        warm = min(1.0, self.step / 20)
        self.optimiser.step(self.step, warm * 0.5 * (1 + math.cos(math.pi * self.step / (self.steps + 1))))
        return numbers

    def restore(self, step: int, tensors: dict[str, Tensor]) -> None:
        """Go on from a checkpoint's tensors; step 0 means there was none."""
        if step == 0:
            return
        self.step = step
        self.network.load_state_dict({k[2:]: v for k, v in tensors.items() if k.startswith("w.")})
        for name, state in self.optimiser.state.items():
            state.copy_(tensors[f"o.{name}"])

    def tensors(self) -> dict[str, Tensor]:
        weights = {f"w.{name}": value for name, value in self.network.state_dict().items()}
        states = {f"o.{name}": value for name, value in self.optimiser.state.items()}
        return {name: value.detach().cpu().contiguous() for name, value in {**weights, **states}.items()}


@dataclass
class Checkpoints:
    """Files step-N.safetensors in this call's workspace, written whole or not at all; the two newest are kept."""

    fingerprint: dict[str, str]

    def write(self, run: Run) -> None:
        from safetensors.torch import save_file

        folder = workspace()
        if folder is None:
            return
        part = folder / "checkpoint.part"
        save_file(run.tensors(), part, metadata={**self.fingerprint, "step": str(run.step)})
        part.replace(folder / f"step-{run.step:06d}.safetensors")
        for old in sorted(folder.glob("step-*.safetensors"))[:-2]:
            old.unlink(missing_ok=True)

    def newest(self) -> tuple[int, dict[str, Tensor]]:
        """Step and tensors of the newest whole checkpoint of this very training, or 0 and nothing."""
        from safetensors import SafetensorError, safe_open

        folder = workspace()
        for path in sorted(folder.glob("step-*.safetensors"), reverse=True) if folder else []:
            try:
                with safe_open(path, "pt") as file:
                    said = dict(file.metadata() or {})
                    step = int(said.pop("step", "0"))
                    if said == self.fingerprint:
                        return step, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
            except (SafetensorError, OSError, ValueError):
                continue  # cut off while it was written, or damaged: an older one serves
        return 0, {}


def _sha256_of(painting: Image) -> str:
    import hashlib

    pixels = painting.convert("RGB")
    return "sha256:" + hashlib.sha256(repr(pixels.size).encode() + pixels.tobytes()).hexdigest()


def _in_palette(network: Any, y_s: Tensor) -> Any:
    """An untrained network begins with the mean and contrast of each of the painting's colours (before the tanh)."""
    import torch

    z = torch.atanh((2 * y_s - 1).clamp(-0.95, 0.95))
    with torch.no_grad():
        network.photo.weight.copy_(0.4 * z.std((0, 2, 3)))
        network.photo.bias.copy_(z.mean((0, 2, 3)))
    return network


@contextmanager
def _autocast(device: str) -> Iterator[None]:
    """bfloat16 convolutions where the processor has them (a fifth faster here); weights and moments stay float32."""
    import torch

    from pipelines import models

    with torch.autocast("cpu", torch.bfloat16, enabled=device == "cpu" and models.has_fast_bfloat16()):
        yield


def _as_tensor(pictures: Any, device: str) -> Tensor:
    import torch

    return torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255


def _held_out_portrait() -> Image:
    from PIL import Image as PillowImage

    from pipelines.stylize import photographs

    return PillowImage.fromarray(photographs.held_out()["astronaut"])


def _painted(run: Run, picture: Image) -> Image:
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.nets import transform

    return PillowImage.fromarray(transform.paint(run.network, np.asarray(picture.convert("RGB"))))

"""The object network at work: captions and noise in, drawings out, through the contract of `pipelines.diffusion.denoisers`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Report, part, silent

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.diffusion.denoisers import Denoiser

LOW, HIGH = 0.05, 40.0  # noise levels a drawing is sampled between; below LOW one step leads to 0
GUIDED = (
    0.25,
    math.inf,
)  # below it guidance only costs evaluations (Kynkäänniemi et al. 2024); this network wants it from the first step on
TEACHER_STEPS, FEW_GUIDANCE = 26, 3.0  # what the few-step network was taught to draw in one step a level
FEW_LEVELS = tuple(
    (HIGH ** (1 / 7) + i / 25 * (LOW ** (1 / 7) - HIGH ** (1 / 7))) ** 7 for i in range(0, 24, 4)
)  # every fourth of the teacher's (Karras et al. 2022, equation 5) down to 0.35
FINISHED_PX = 512  # side of a finished drawing
GRAIN, GRAIN_PASSES = 0.22, 2  # how far colours of one area may differ, and how often they are smoothed
PAPER = (0.929, 0.902, 0.855)


def _build(path: Path) -> ObjectModel:
    return ObjectModel.read(path)


OBJECTS = ModelCard(
    name="Objects: single drawings",
    source="builtin:weights/objects.safetensors",
    sha256="",
    licence="Apache-2.0 AND MIT (drawings of Noto Emoji, Google, and Fluent Emoji, Microsoft; attribution in assets/weights/objects.json)",
    size_bytes=59_931_872,
    build=_build,
    about="Draws one thing on a transparent background.",
)


def _load_tuned(path: Path) -> ObjectModel:
    return ObjectModel.tuned(path)


DISTILLED = ModelCard(
    name="Objects in six steps",
    source="builtin:weights/few.safetensors",
    sha256="",
    licence=OBJECTS.licence,
    size_bytes=3_133_824,
    build=_load_tuned,
    about="Draws the same in six steps.",
)


@dataclass(frozen=True)
class Condition:
    """A caption's features [t,384] and how much they weigh; no features stand for no caption."""

    features: Tensor | None
    weight: float


def load_shipped(path: Path) -> Any:
    """Load the shipped network in float32: float16 safetensors whose metadata hold the card in brief."""
    import json

    from safetensors import safe_open

    from pipelines.nets.object_unet import ObjectUNet, Shape

    with safe_open(path, "pt") as file:
        made = json.loads(file.metadata()["card"])
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    net = ObjectUNet(Shape.from_dict(made["shape"]))
    net.load_state_dict(weights)
    return net.eval().requires_grad_(False)


def halves(device: str) -> bool:
    """Whether products are taken in bfloat16 there: on a GPU, and on a processor that has them."""
    from pipelines.core.models import has_fast_bfloat16

    return device.startswith("cuda") or (device == "cpu" and has_fast_bfloat16())


def ready(net: Any, device: str) -> Any:
    """A network put to work: on the device, and weights of products in bfloat16 where they are taken in it.

    Autocast would turn 30 million numbers into bfloat16 again at every evaluation; the results are the same to the bit.
    """
    import torch
    from torch import nn

    net = net.to(device).to(memory_format=torch.channels_last)
    if halves(device):
        for layer in net.modules():
            if isinstance(layer, nn.Linear | nn.Conv2d):
                layer.to(torch.bfloat16)
    return net


class ObjectModel:
    """The network and what it takes to ask it; on the studio's device, at rest between calls."""

    def __init__(self, net: Any, device: str) -> None:
        self.net, self.device = net, device
        self.size_px: int = net.shape.size_px

    @classmethod
    def read(cls, path: Path) -> ObjectModel:
        """Load the shipped weights onto the studio's device."""
        from pipelines.core import models

        return cls(ready(load_shipped(path), models.device()), models.device())

    @classmethod
    def tuned(cls, path: Path) -> ObjectModel:
        """Load the shipped network with low-rank adapters merged into it. Raises MissingModel without it, ValueError where it is another
        network than the one that the adapters were learned beside, or taught other levels.
        """
        from pipelines.core.models import MissingModel, device, sha256_of, where
        from pipelines.nets.low_rank import Adapters

        base = where(OBJECTS)
        if base is None:
            raise MissingModel(OBJECTS)
        adapters, about = Adapters.read(path)
        if about["base"]["sha256"] != sha256_of(base):
            raise ValueError(f"{path.name} belongs to another edition of {base.name}")
        if "levels" in about and not all(math.isclose(a, b) for a, b in zip(about["levels"], FEW_LEVELS, strict=True)):
            raise ValueError(f"{path.name} was taught other noise levels")
        net = load_shipped(base)
        adapters.merge(net)
        return cls(ready(net, device()), device())

    def one(self, conditions: Sequence[Condition], *, guided: tuple[float, float] = (0.0, math.inf)) -> Denoiser:
        """The denoiser of one item: the weighted sum of what the network says under each condition, weights summing to 1.

        Classifier-free guidance (Ho & Salimans 2022, equation 6) is [(caption, g), (none, 1-g)]; outside the levels `guided` the
        conditions with negative weight are left out and the others' weights scaled to 1 (Kynkäänniemi et al. 2024).
        """
        import torch

        positive = [c for c in conditions if c.weight > 0]
        scale = sum(c.weight for c in positive)
        plainly = [Condition(c.features, c.weight / scale) for c in positive]
        batches = {True: self._batch(conditions), False: self._batch(plainly)}

        def denoise(x: Tensor, sigma: Tensor | float) -> Tensor:
            level = float(torch.as_tensor(sigma).flatten()[0])
            text, mask, weights = batches[guided[0] < level <= guided[1]]
            return self._said(x, level, text, mask, weights)

        return denoise

    def _batch(self, conditions: Sequence[Condition]) -> tuple[Tensor, Tensor, Tensor]:
        """Features [k,t,384], mask [k,t] and weights [k,1,1,1] of k conditions."""
        import torch

        longest = max([len(c.features) for c in conditions if c.features is not None], default=1)
        text, mask = torch.zeros(len(conditions), longest, 384), torch.zeros(len(conditions), longest, dtype=torch.bool)
        for i, c in enumerate(conditions):
            if c.features is not None:
                text[i, : len(c.features)], mask[i, : len(c.features)] = c.features.float(), True
        weights = torch.tensor([c.weight for c in conditions])[:, None, None, None]
        return text.to(self.device), mask.to(self.device), weights.to(self.device)

    def _said(self, x: Tensor, level: float, text: Tensor, mask: Tensor, weights: Tensor) -> Tensor:
        import torch

        from pipelines.nets.object_unet import denoise, upright

        count = len(text)
        sigma = torch.full((count,), level, device=x.device)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=halves(x.device.type)):
            pose = upright(count).to(x.device)
            tensor = denoise(self.net, x.float().expand(count, -1, -1, -1), sigma, text, mask, pose)
        return (weights * tensor.float()).sum(0, keepdim=True).to(x.dtype)


def encode_captions(captions: Sequence[str]) -> list[Tensor]:
    """MiniLM's token features of captions."""
    from pipelines.language.minilm import MINILM

    with load(MINILM) as encoder:
        return encoder.tokens(captions)


def conditions(conditioning: Tensor, guidance: float) -> list[Condition]:
    """One caption with guidance away from no caption."""
    return [Condition(conditioning, guidance), Condition(None, 1.0 - guidance)]


@dataclass(frozen=True)
class Sampling:
    """How drawings are drawn: the same for all of them."""

    sampler: str = "dpm"
    steps: int = 18
    guidance: float = 3.0

    @property
    def card(self) -> ModelCard:
        """Whose weights draw: the six-step network's or the first one's."""
        return DISTILLED if self.sampler == "few" else OBJECTS

    @property
    def solver(self) -> str:
        """The sampler of `pipelines.diffusion.sampling`: the six-step network is followed by Euler's steps, for which it was taught."""
        return "euler" if self.sampler == "few" else self.sampler

    def sigmas(self) -> Tensor:
        """The sampler's own schedule."""
        from pipelines.diffusion import sampling

        return few_sigmas() if self.sampler == "few" else sampling.karras_sigmas(self.steps, LOW, HIGH)


def few_sigmas() -> Tensor:
    """The six levels that the six-step network was taught, and 0."""
    import torch

    return torch.tensor([*FEW_LEVELS, 0.0], dtype=torch.float64)


def draw(
    captions: Sequence[str],
    *,
    seed: int,
    how: Sampling = Sampling(),
    first: int = 0,
    begin: Tensor | None = None,
    level: float = HIGH,
    report: Report = silent,
) -> Tensor:
    """Drawings of captions at the network's own size: straight RGBA 0..1 [n,4,64,64] on the CPU.

    Item i draws its noise from (seed, first + i) and is the same in every batch. `begin` [n,4,64,64], in the network's pixels, is where
    SDEdit (Meng et al. 2022) starts, at noise `level`. Raises MissingModel.
    """
    with load(how.card) as painter:
        asked = [painter.one(conditions(t, how.guidance), guided=GUIDED) for t in encode_captions(captions)]
        return draw_asked(painter, asked, seed=seed, how=how, first=first, begin=begin, level=level, report=report)


def redrawn(begin: Tensor, *, seed: int, how: Sampling, level: float, report: Report = silent) -> Tensor:
    """Drawings [n,4,64,64], in the network's pixels, taken to noise `level` and back without a caption; see `draw`."""
    with load(OBJECTS) as painter:
        asked = [painter.one([Condition(None, 1.0)])] * len(begin)
        return draw_asked(painter, asked, seed=seed, how=how, begin=begin, level=level, report=report)


def draw_asked(
    painter: ObjectModel,
    asked: Sequence[Denoiser],
    *,
    seed: int,
    how: Sampling,
    first: int = 0,
    begin: Tensor | None = None,
    level: float = HIGH,
    report: Report = silent,
) -> Tensor:
    """Drawings of one denoiser an item; see `draw`."""
    import torch

    from pipelines.diffusion import denoisers, sampling
    from pipelines.nets.object_unet import from_pixels

    count = len(asked)
    of = sampling.generators(seed, count, first)
    sigmas = how.sigmas() if begin is None else sampling.begun_at(how.sigmas(), level)
    with torch.inference_mode():
        x0 = sampling.sample(
            how.solver,
            denoisers.one_by_one(asked),
            (4, painter.size_px, painter.size_px),
            sigmas,
            of,
            start=None if begin is None else begin.to(painter.device),
            device=painter.device,
            report=report,
            show=sheet,
        )
    return torch.stack([calm_grain(one) for one in from_pixels(x0.float()).cpu()])


def calm_grain(drawing: Tensor) -> Tensor:
    """A straight RGBA drawing [4,h,w] without the grain that the network leaves in even areas: its colours, not its outline, go twice
    through a bilateral filter (Tomasi & Manduchi 1998).
    """
    import cv2
    import numpy as np
    import torch

    colour = np.ascontiguousarray(drawing[:3].permute(1, 2, 0).numpy())
    inside = (drawing[3].numpy() > 0.5).astype(np.float32)[..., None]
    around = cv2.GaussianBlur(colour * inside, (0, 0), 2) / np.maximum(
        cv2.GaussianBlur(inside, (0, 0), 2)[..., None], 1e-3
    )
    colour = colour * inside + around * (1 - inside)  # the drawing's colours go on outside it, or its edge would darken
    for _ in range(GRAIN_PASSES):
        colour = cv2.bilateralFilter(colour, 7, GRAIN, 2.0)
    return torch.cat([torch.from_numpy(colour).permute(2, 0, 1).clamp(0, 1), drawing[3:]])


def sheet(x0: Tensor, side_px: int = 192) -> Image:
    """A preview of the network's pixels [n,4,s,s] on paper, up to three in a row."""
    from pipelines.nets.object_unet import from_pixels

    pictures = [on_paper(p, side_px) for p in from_pixels(x0.float()).cpu()]
    columns = min(3, len(pictures))
    page = PillowImage.new("RGB", (columns * side_px, -(-len(pictures) // columns) * side_px), _paper())
    for i, picture in enumerate(pictures):
        page.paste(picture, (i % columns * side_px, i // columns * side_px))
    return page


def _paper() -> tuple[int, int, int]:
    r, g, b = (round(255 * c) for c in PAPER)
    return r, g, b


def on_paper(rgba: Tensor, side_px: int) -> Image:
    """One straight RGBA drawing [4,s,s] over the studio's paper."""
    import numpy as np

    pixels = rgba.numpy()
    over = pixels[:3] * pixels[3] + np.array(PAPER)[:, None, None] * (1 - pixels[3])
    image = PillowImage.fromarray((over.transpose(1, 2, 0).clip(0, 1) * 255).round().astype(np.uint8))
    return image.resize((side_px, side_px), PillowImage.Resampling.BICUBIC)


def strength_level(strength: float) -> float:
    """SDEdit's noise level for a strength 0..1: log sigma is linear in the strength, from 0.3 (hardly changed) to 20 (nearly new)."""
    return math.exp(math.log(0.3) + strength * math.log(20 / 0.3))


def finish_drawings(drawings: Tensor, size_px: int, report: Report = silent) -> list[Image]:
    """Straight RGBA 0..1 [n,4,64,64] through the enlarger: RGBA pictures of size_px."""
    from pipelines.drawing.enlarger import enlarge

    pictures = []
    for i, drawing in enumerate(drawings):
        stage = part(report, i / len(drawings), (i + 1) / len(drawings), "Drawing clean edges")
        pictures.append(enlarge(drawing, size_px, stage))
    return pictures

"""What training a style is made of: the losses of Johnson et al. 2016, the run (network, optimiser, steps taken), checkpoints."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from torch import Tensor

CONTENT_LAYER = "conv2_2"  # of the late conv3_3 faces and tones were lost within a hundred steps
STYLE_LAYERS = ("conv1_2", "conv2_2", "conv3_3", "conv4_1")
PIXEL_RATE = 5e-4  # of AdamW, for what touches pixels, or the palette swings from step to step
ROUGHNESS_WEIGHT = 4.0


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

        from pipelines.vision import perceptual

        with torch.no_grad():
            energy = float(vgg(y_s, [CONTENT_LAYER])[CONTENT_LAYER].float().square().mean())
        return cls(vgg, perceptual.style_targets(vgg, y_s, STYLE_LAYERS, average=False), energy, style_weight)

    def of(self, x: Tensor, y: Tensor) -> tuple[Tensor, dict[str, float]]:
        """Content, style and roughness of painted pictures y [B,3,H,W] of photographs x."""
        import torch

        from pipelines.vision import perceptual

        features = self.vgg(y, [*self.style, CONTENT_LAYER])
        with torch.no_grad():
            target = self.vgg(x, [CONTENT_LAYER])[CONTENT_LAYER]
        content = perceptual.content_loss(features[CONTENT_LAYER], target, self.energy)
        distances = perceptual.style_distances(features, self.style)
        descended = distances.log1p().mean()  # a glaring picture can be 800 away and would drown all others
        loss = content + self.style_weight * descended + ROUGHNESS_WEIGHT * perceptual.roughness(y)
        return loss, {"loss": loss.item(), "content": content.item(), "style": distances.mean().item()}

    def held_out(self, paint: Callable[[Image], Image], side_px: int = 512) -> dict[str, float]:
        """Mean losses over the photographs never trained on, painted and (photo_…) as they are."""
        import numpy as np
        import torch
        from PIL import Image as PillowImage

        from pipelines.stylize.parts import photographs
        from pipelines.vision import perceptual

        device = next(self.vgg.parameters()).device.type
        rows = []
        for array in photographs.held_out().values():
            photo = perceptual.resize_picture(PillowImage.fromarray(array), side_px)
            x, y = (perceptual.to_tensor(picture, device) for picture in (photo, paint(photo)))
            with torch.no_grad():
                painted, plain = self.of(x, y)[1], self.of(x, x)[1]
            rows.append((painted["content"], painted["style"], plain["style"]))
        content, style, photo_style = np.mean(rows, axis=0)
        return {"content_loss": content, "style_loss": style, "photo_style_loss": photo_style}


class Run:
    """The network, its optimiser and how many steps were taken: all that a checkpoint holds."""

    def __init__(self, network: Any, steps: int, rate: float) -> None:
        """`rate` is Muon's, for the convolutions inside."""
        from pipelines.optim.muon import Muon

        self.network, self.steps, self.step = network, steps, 0
        self.optimiser = Muon(network.named_parameters(), rate, decay=0.0, adam_rate=PIXEL_RATE)

    def descend(self, losses: Losses, x: Tensor) -> dict[str, float]:
        """One step on photographs x [B,3,h,w]; gives the losses before it."""
        with autocast(x.device.type):
            y = self.network(x).float()
        loss, numbers = losses.of(x, y)
        if not math.isfinite(numbers["loss"]):
            raise Refusal("The training ran away; try another seed.")
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
        """Return weights and the optimiser's state under names of their own, for a checkpoint."""
        weights = {f"w.{name}": value for name, value in self.network.state_dict().items()}
        states = {f"o.{name}": value for name, value in self.optimiser.state.items()}
        return {name: value.detach().cpu().contiguous() for name, value in {**weights, **states}.items()}


@contextmanager
def autocast(device: str) -> Iterator[None]:
    """bfloat16 convolutions where the processor has them (a fifth faster here); weights and moments stay float32."""
    import torch

    from pipelines.core import models

    with torch.autocast("cpu", torch.bfloat16, enabled=device == "cpu" and models.has_fast_bfloat16()):
        yield


def painted(network: Any, picture: Image) -> Image:
    """The picture as the network paints it now."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.nets import transform

    return PillowImage.fromarray(transform.paint(network, np.asarray(picture.convert("RGB"))))

"""Training one encoder and two decoders on the aligned faces of two people."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from pipelines.nets.two_decoders import TwoDecoders

BATCH, RATE, ADAM_RATE = 8, 5e-3, 2e-3
KEPT_EVERY = 25  # steps


def warp_faces(faces: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Each face [n,64,64,3] bent by a coarse 5x5 field of up to three pixels."""
    import cv2

    bent = np.empty_like(faces)
    s = faces.shape[1]
    ys, xs = np.mgrid[:s, :s].astype(np.float32)
    for i, face in enumerate(faces):
        dx, dy = (
            cv2.resize(generator.uniform(-3, 3, (5, 5)).astype(np.float32), (s, s), interpolation=cv2.INTER_CUBIC)
            for _ in range(2)
        )
        bent[i] = cv2.remap(face, xs + dx, ys + dy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return bent


def pixels(faces: np.ndarray) -> Tensor:
    """uint8 [n,s,s,3] -> [n,3,s,s] in -1..1."""
    return torch.from_numpy(faces.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1)


def tensor_to_pixels(faces: Tensor) -> np.ndarray:
    """[n,3,s,s] in -1..1 -> float32 [n,s,s,3] in 0..255."""
    return ((faces.detach().float().clamp(-1, 1) + 1) * 127.5).permute(0, 2, 3, 1).numpy()


def pyramid_distance(x: Tensor, y: Tensor) -> Tensor:
    """Mean absolute difference at full, half and quarter size, added up."""
    total = (x - y).abs().mean()
    for _ in range(2):
        x, y = functional.avg_pool2d(x, 2), functional.avg_pool2d(y, 2)
        total = total + (x - y).abs().mean()
    return total


class Training:
    """The networks, their optimiser and how many steps were taken. `people`: faces uint8 [n,64,64,3] of the first and of the second."""

    def __init__(self, people: tuple[np.ndarray, np.ndarray], steps: int, seed: int, begin: TwoDecoders | None) -> None:
        from pipelines.nets.two_decoders import TwoDecoders
        from pipelines.optim.muon import Muon

        with torch.random.fork_rng():
            torch.manual_seed(seed)
            self.net = TwoDecoders()
        if begin is not None:
            self.net.load_state_dict(begin.state_dict())
        self.people, self.steps, self.seed, self.step = people, steps, seed, 0
        self.muon = Muon(self.net.named_parameters(), RATE, adam_rate=ADAM_RATE)

    def descend(self) -> float:
        """One step on warped faces of both; gives the mean distance before it. Raises Refusal where the training runs away."""
        from pipelines.core.models import has_fast_bfloat16

        generator = np.random.default_rng([self.seed, self.step])
        total = torch.zeros(())
        for who, faces in enumerate(self.people):
            chosen = faces[generator.integers(0, len(faces), BATCH)]
            chosen = np.where(generator.random(len(chosen))[:, None, None, None] < 0.5, chosen[:, :, ::-1], chosen)
            with torch.autocast("cpu", torch.bfloat16, enabled=has_fast_bfloat16()):
                made = self.net(pixels(warp_faces(chosen, generator)), who)
            total = total + pyramid_distance(made.float(), pixels(chosen))
        distance = float(total.detach()) / 2
        if not math.isfinite(distance):
            raise Refusal("The training ran away; try another seed.")
        self.net.zero_grad()
        (50 * total).backward()
        self.step += 1
        warm = min(1.0, self.step / 50)
        self.muon.step(self.step, warm * min(1.0, 2 * (1 - self.step / (self.steps + 1))))
        return distance

    def tensors(self) -> dict[str, Tensor]:
        """The networks and the state of their optimiser under names of their own, for a checkpoint."""
        named = {f"net.{k}": v for k, v in self.net.state_dict().items()}
        named |= {f"muon.{k}": v for k, v in self.muon.state.items()}
        return {k: v.detach().contiguous() for k, v in named.items()}

    def restore(self, step: int, tensors: Mapping[str, Tensor]) -> None:
        """Goes on from a checkpoint; step 0 means that there was none."""
        if step:
            self.net.load_state_dict({k[4:]: v for k, v in tensors.items() if k.startswith("net.")})
            for name, state in self.muon.state.items():
                state.copy_(tensors[f"muon.{name}"])
            self.step = step

    @torch.no_grad()
    def preview(self) -> Image:
        """Three faces of each person: as it is, by its own decoder, by the other's."""
        from PIL import Image as PillowImage

        rows = []
        for who, faces in enumerate(self.people):
            chosen = faces[[0, len(faces) // 2, len(faces) - 1]]
            given = pixels(chosen)
            shown = [
                chosen.astype(np.float32),
                tensor_to_pixels(self.net(given, who)),
                tensor_to_pixels(self.net(given, 1 - who)),
            ]
            rows.append(np.concatenate([np.concatenate(list(one), 1) for one in shown], 1))
        return PillowImage.fromarray(np.concatenate(rows).round().astype(np.uint8)).resize((1152, 256))


def swapped(net: Any, face: np.ndarray, who: int) -> np.ndarray:
    """A face uint8 [64,64,3] as the decoder of person `who` (0 or 1) draws it, float32 in 0..255."""
    with torch.no_grad():
        return np.asarray(tensor_to_pixels(net(pixels(face[None]), who))[0])

"""Portraits of people who do not exist, by our own small StyleGAN2: from seeds, mixed, walked between, added, and found for a drawn face."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard
from pipelines.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    from torch import Tensor

SIZE_PX, LATENT, LAYERS = 64, 128, 7


def _build(path: Path) -> Portraitist:
    return Portraitist.read(path)


PORTRAITS = ModelCard(
    name="Portraits of nobody (StyleGAN2)",
    source="builtin:weights/portraits.safetensors",
    sha256="",
    licence="Apache-2.0 (trained here on pictures that this repository's code draws)",
    size_bytes=4_588_390,
    build=_build,
    about="Draws the studio's portraits.",
)


class Portraitist:
    """Generator and encoder at rest, and named directions of w, each 0.4 as long as styles lie from their mean."""

    def __init__(self, generator: Any, encoder: Any, directions: dict[str, Tensor]) -> None:
        self.generator, self.encoder, self.directions = generator, encoder, directions

    @classmethod
    def read(cls, path: Path) -> Portraitist:
        """Load shipped weights: float16 safetensors whose metadata hold the shape."""
        from safetensors import safe_open

        from pipelines.nets import stylegan2

        generator, encoder = stylegan2.load(path)
        with safe_open(path, "pt") as file:
            named = [name for name in file.keys() if name.startswith("directions.")]  # noqa: SIM118
            directions = {name.partition(".")[2]: file.get_tensor(name).float() for name in named}
        return cls(generator, encoder, {name: way * (step(generator) / way.norm()) for name, way in directions.items()})

    def noise(self, seed: int = 0) -> list[Tensor]:
        """One set of noise maps, the same for the same seed."""
        import torch

        return self.generator.noise(1, torch.Generator().manual_seed(seed))

    def draw(self, w: Tensor, noise_seed: int = 0, noisy: bool = True) -> Tensor:
        """Styles [n,layers,latent] -> pictures [n,3,64,64] in -1..1, each drawn alone, so that it is the same in any company."""
        import torch

        noise = self.noise(noise_seed) if noisy else None
        with torch.inference_mode():
            return torch.cat([self.generator.synthesis(one[None], noise) for one in w])


def step(generator: Any) -> float:
    """0.4 of the mean distance of 64 styles from the mean style."""
    import torch

    with torch.inference_mode():
        w = generator.mapping(torch.randn(64, LATENT, generator=torch.Generator().manual_seed(9)))
    return 0.4 * float((w - generator.mean).norm(dim=1).mean())


def latents(seed: int, count: int) -> Tensor:
    """z [n,latent] of portraits 1..n of a seed; portrait i is the same on every sheet."""
    import torch

    from pipelines.diffusion import sampling

    return torch.stack([torch.randn(LATENT, generator=g) for g in sampling.generators(seed, count)])


def styles_of(portraitist: Portraitist, z: Tensor, truncation: float) -> Tensor:
    """One w for each layer: [n,layers,latent]."""
    import torch

    with torch.inference_mode():
        return portraitist.generator.spread(portraitist.generator.styles(z, truncation))


def as_picture(pixels: Tensor, side_px: int = SIZE_PX) -> Image:
    """A picture [3,s,s] in -1..1, enlarged smoothly; nothing is added to its 64 pixels."""
    levels = ((pixels.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    image = PillowImage.fromarray(levels)
    return image if side_px == SIZE_PX else image.resize((side_px, side_px), PillowImage.Resampling.BICUBIC)


def from_picture(picture: Image) -> Tensor:
    """A portrait as the network's pixels [1,3,64,64]: the middle square, shrunk."""
    import numpy as np
    import torch

    rgb = picture.convert("RGB")
    side = min(rgb.size)
    left, top = (rgb.width - side) // 2, (rgb.height - side) // 2
    square = rgb.crop((left, top, left + side, top + side)).resize((SIZE_PX, SIZE_PX), PillowImage.Resampling.LANCZOS)
    return torch.from_numpy(np.asarray(square, np.float32).transpose(2, 0, 1) / 127.5 - 1)[None]


def mix_styles(first: Tensor, second: Tensor, layers: Sequence[int]) -> Tensor:
    """Styles of the first [layers,latent], those of the named layers from the second (Karras et al. 2019, section 3.1)."""
    made = first.clone()
    for layer in layers:
        made[layer] = second[layer]
    return made


def project(
    portraitist: Portraitist, target: Tensor, steps: int, report: Report = silent
) -> tuple[Tensor, list[float]]:
    """The styles [layers,latent] whose picture is nearest to a portrait [1,3,64,64], and the distance after each step.

    It begins where the encoder puts the portrait, and moves one w for every layer (W+, Abdal et al. 2019) by Adam on the difference at full,
    half and quarter size, held near the beginning.
    """
    import torch
    import torch.nn.functional as F

    generator = portraitist.generator
    with torch.enable_grad():
        begin = generator.spread(portraitist.encoder(target)[0].detach()).clone()
        w = begin.clone().requires_grad_()
        adam = torch.optim.Adam([w], 0.05)
        curve = []
        for step in range(steps):
            for group in adam.param_groups:
                group["lr"] = 0.05 * min(1.0, (step + 1) / 5) * min(1.0, 1.5 * (1 - step / steps))
            made = generator.synthesis(w)
            distance = sum((F.avg_pool2d(made, k) - F.avg_pool2d(target, k)).abs().mean() for k in (1, 2, 4))
            held = 0.01 * (w - begin).square().mean()
            adam.zero_grad()
            (distance + held).backward()
            adam.step()
            curve.append(float((made - target).abs().mean().detach()) * 127.5)
            seen = made.detach()[0]
            report(Progress(step + 1, steps, "Looking for this face", partial(as_picture, seen, 256)))
    return w.detach()[0], curve

"""Faces as points of a space of numbers: drawn, kept near the middle, walked between, added and taken away.

Two networks draw them: our own StyleGAN2 of drawn portraits, whose points are w (Karras et al. 2019), and a DCGAN of computer-made photographs,
whose points are z (Radford et al. 2016).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.settings import Choice, Range, Refusal
from pipelines.drawing.face_network import PORTRAITS

if TYPE_CHECKING:
    from torch import Tensor

MOST = 36  # faces on a sheet
LATENT = 100


def _build(path: Path) -> Any:
    from pipelines.core import models
    from pipelines.nets import dcgan

    return dcgan.load(path, models.device())


def _convert(source: Path, kept: Path) -> None:
    from pipelines.nets import dcgan

    dcgan.from_checkpoint(source, kept)


DCGAN = ModelCard(
    name="Faces of nobody (DCGAN)",
    source="package:gan_face_generate==1.1.1:gan_face_generate/weights.tar",
    sha256="0c3b90b138cfc4e8a73310b9fd5ce2a8f1f3a542a037de277412307fcd28771f",
    licence="MIT (the package's LICENSE, by Chien Liu)",
    size_bytes=14_322_251,
    build=_build,
    about="A generator of faces at 64x64 pixels, from 100 numbers each. Radford et al. 2016.",
    commercial=False,
    caveat=(
        "It learned from DigiFace-1M (Bae et al. 2023), renderings of people who do not exist. The package puts its weights under MIT and "
        "names no terms for those pictures; Microsoft offers them for non-commercial research."
    ),
    convert=_convert,
    ending=".safetensors",
)
Truncation = Annotated[
    float,
    Range(
        0.3,
        4,
        0.1,
        help="Lower values give more average faces. Drawn portraits are best from 0.5 to 1, the others from 1 to 4.",
    ),
]
NETWORKS = {
    "portraits": "drawn portraits (StyleGAN2)",
    "photographs": "like photographs (DCGAN, not for commercial use)",
}
Network = Annotated[str, Choice(NETWORKS, label="Network", help="Which network draws the faces.")]


def latents(seed: int, count: int, truncation: float) -> Tensor:
    """z [n,100] of faces 1..n of a seed: unit normal, what lies beyond `truncation` drawn again (Brock et al. 2019, section 3.1).

    Brought to the length sqrt(100) that drawn ones have, which the paper does not do: this generator turns short ones into haze.
    Face i draws from (seed, i) and is the same on every sheet.
    """
    import torch

    from pipelines.diffusion import sampling

    rows = []
    for generator in sampling.generators(seed, count):
        z = torch.randn(LATENT, generator=generator)
        while (far := z.abs() > truncation).any():
            z[far] = torch.randn(int(far.sum()), generator=generator)
        rows.append(z * (LATENT**0.5 / z.norm()))
    return torch.stack(rows)


def faces(z: Tensor) -> list[Image]:
    """The faces [64,64] of z [n,100], each asked for alone so that it is the same in every number of them. Raises MissingModel."""
    import torch

    made = []
    with load(DCGAN) as net, torch.inference_mode():
        device = next(net.parameters()).device
        for one in z:
            pixels = (net(one[None].to(device))[0].float().cpu().permute(1, 2, 0) + 1) * 127.5
            made.append(PillowImage.fromarray(pixels.round().clamp(0, 255).byte().numpy()))
    return made


def drawn_points(seed: int, count: int, truncation: float) -> Tensor:
    """w [n,128] of portraits 1..n of a seed, brought a share of the way to the mean (Karras et al. 2019, section 2.2); above 1.5 as 1.5."""
    import torch

    from pipelines.drawing import face_network

    with load(PORTRAITS) as artist, torch.inference_mode():
        return artist.generator.styles(face_network.latents(seed, count), min(truncation, 1.5)).clone()


def drawn_faces(w: Tensor) -> list[Image]:
    """The portraits [64,64] of w [n,128]. Raises MissingModel."""
    from pipelines.drawing import face_network

    with load(PORTRAITS) as artist:
        made = artist.draw(artist.generator.spread(w))
    return [face_network.as_picture(one) for one in made]


def straight_between(a: Tensor, b: Tensor, w: float) -> Tensor:
    """The point a share w of the way from a to b on a straight line, which suits w."""
    import torch

    return torch.lerp(a, b, w)


def drawn_sum(w: Tensor, groups: Sequence[tuple[int, tuple[int, ...]]]) -> Tensor:
    """The mean face and the signed differences of the groups' means from it: [128]."""
    with load(PORTRAITS) as artist:
        mean = artist.generator.mean
    total = mean.clone()
    for sign, numbers in groups:
        total = total + sign * (w[[n - 1 for n in numbers]].mean(0) - mean)
    return total


@dataclass(frozen=True)
class Engine:
    """What one of the networks does: points of a seed, faces of points, the way between two, sums."""

    points: Callable[[int, int, float], Tensor]
    faces: Callable[[Tensor], list[Image]]
    between: Callable[[Tensor, Tensor, float], Tensor]
    added: Callable[[Tensor, Sequence[tuple[int, tuple[int, ...]]]], Tensor]


def engine(network: str) -> Engine:
    """The engine of a name of NETWORKS."""
    if network == "portraits":
        return Engine(drawn_points, drawn_faces, straight_between, drawn_sum)
    return Engine(latents, faces, between, added)


def enlarged(face: Image, side_px: int) -> Image:
    """A face at another size; nothing is added to its 64 pixels."""
    return face.resize((side_px, side_px), PillowImage.Resampling.BICUBIC)


def between(a: Tensor, b: Tensor, w: float) -> Tensor:
    """The point a share w of the way from a to b on the arc between them: spherical interpolation, White 2016, section 2.1."""
    import torch

    cosine = torch.nn.functional.cosine_similarity(a, b, dim=0).clamp(-1, 1)
    angle = torch.arccos(cosine)
    if float(angle) < 1e-4:
        return torch.lerp(a, b, w)
    return (torch.sin((1 - w) * angle) * a + torch.sin(w * angle) * b) / torch.sin(angle)


Sum = list[tuple[int, tuple[int, ...]]]


def read_sum(text: str) -> Sum:
    """ "3 - 7,8 + 12" as signed groups of face numbers: [(1, (3,)), (-1, (7, 8)), (1, (12,))]. Raises Refusal."""
    plain = text.replace("−", "-").replace("–", "-").strip()
    parts = re.findall(r"([+-]?)\s{0,9}(\d{1,6}(?:\s{0,9},\s{0,9}\d{1,6})*)\s{0,9}", plain)
    written = "".join(sign + numbers for sign, numbers in parts)
    signs = [sign for sign, _ in parts[1:]]
    if not parts or re.sub(r"\s", "", plain) != re.sub(r"\s", "", written) or "" in signs:
        raise Refusal(
            "Please write face numbers with + and - between them, for example 3 - 7 + 12, or 3,5 - 7,8 + 12 for means."
        )
    if len(parts) > 8:
        raise Refusal("A sum has at most eight parts.")
    groups = [(-1 if sign == "-" else 1, tuple(int(n) for n in numbers.split(","))) for sign, numbers in parts]
    for _, numbers in groups:
        if not all(1 <= n <= MOST for n in numbers):
            raise Refusal(
                f"Faces are numbered from 1 to {MOST}; there is no face {next(n for n in numbers if not 1 <= n <= MOST)}."
            )
    return groups


def added(z: Tensor, groups: Sequence[tuple[int, tuple[int, ...]]]) -> Tensor:
    """The sum of the groups' means (Radford et al. 2016, section 6.3.2), brought to the length of a drawn z, sqrt(100); [100]."""
    import torch

    total = torch.stack([sign * z[[n - 1 for n in numbers]].mean(0) for sign, numbers in groups]).sum(0)
    length = float(total.norm())
    if length < 1e-3:
        raise Refusal("This sum comes to nothing; please leave one of the faces over.")
    return total * (LATENT**0.5 / length)

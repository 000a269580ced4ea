"""From one drawing to another through the noise of our own drawing model: each is taken along the probability-flow ODE to the noise that
it comes from, the way between is a great circle there, and every place on it is taken back.

Song et al. 2021, "Score-based generative modeling through stochastic differential equations", section 4.3 and appendix D.3 (encoding,
interpolation); the ODE is dx/dsigma = (x - D(x, sigma)) / sigma as in Karras et al. 2022. Drawings are [1,4,64,64] in the network's pixels.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.diffusion.denoisers import Denoiser

STEPS = 16  # of the way into noise; back it takes DRAWN_STEPS
DRAWN_STEPS = 18
GUIDANCE = 3.0  # of what comes from words alone


@dataclass(frozen=True)
class End:
    """One end of the way: a drawing [1,4,64,64] or none, a caption or none, and what it is called. One of the two is there."""

    drawing: Tensor | None
    caption: str
    title: str


def end_of(picture: Image | None, words_said: str, which: str) -> End:
    """A drawing, a drawing with a word, or a word alone. Raises Refusal for neither, for an empty drawing, and for an unknown word."""
    from pipelines.core.settings import Refusal
    from pipelines.drawing import pictures, words

    if picture is None and not words_said.strip():
        raise Refusal(f"Give a drawing or words to morph {which}.")
    wish = words.vocabulary().read(words_said).wish if words_said.strip() else None
    drawing = None if picture is None else pictures.small(picture, 64)[None]
    return End(drawing, wish.caption if wish else "", wish.title if wish else "your drawing")


def rising(low: float, high: float, steps: int) -> Tensor:
    """Noise levels from `low` to `high`, spaced as Karras et al. 2022, equation 5, the other way round."""
    from pipelines.diffusion import sampling

    return sampling.karras_sigmas(steps, low, high)[:-1].flip(0)


def into_noise(
    denoiser: Denoiser, drawing: Tensor, low: float, high: float, steps: int = STEPS, report: Report = silent
) -> Tensor:
    """Along the ODE from noise level `low` to `high`: the x(high) that the sampler would make this drawing from. float64."""
    from pipelines.diffusion import sampling

    return sampling.heun(denoiser, drawing, rising(low, high, steps), report=report)


def out_of_noise(
    denoiser: Denoiser, x: Tensor, low: float, high: float, steps: int = DRAWN_STEPS, report: Report = silent
) -> Tensor:
    """Back along the same ODE: x(high) -> the drawing."""
    from pipelines.diffusion import sampling

    return sampling.dpm_solver(denoiser, x, sampling.karras_sigmas(steps, low, high), report=report)


def slerp(tensor: Tensor, two: Tensor, share: float) -> Tensor:
    """A great circle from one to two, lengths in between: Shoemake 1985, so that every place on it is as likely as its ends."""
    import torch

    a, b = tensor.double().flatten(), two.double().flatten()
    angle = torch.arccos((a @ b / (a.norm() * b.norm())).clamp(-1, 1))
    if angle < 1e-4:
        return torch.lerp(tensor.double(), two.double(), share)
    direction = (torch.sin((1 - share) * angle) * a / a.norm() + torch.sin(share * angle) * b / b.norm()) / torch.sin(
        angle
    )
    length = a.norm() ** (1 - share) * b.norm() ** share
    return (length * direction).reshape(tensor.shape)


def asked_at(painter: Any, ends: tuple[End, End], told: tuple[Tensor | None, Tensor | None], share: float) -> Denoiser:
    """The denoiser at a place of the way: both captions by their shares; words alone are guided, drawings are followed as they are."""
    from pipelines.drawing.network import GUIDED, Condition

    conditions, rest = [], 0.0
    for end, features, weight in zip(ends, told, (1 - share, share)):
        if weight <= 0:
            continue
        strength = GUIDANCE if end.drawing is None else 1.0
        conditions.append(Condition(features, weight * strength))
        rest += weight * (1 - strength)
    if abs(rest) > 1e-9:
        conditions.append(Condition(None, rest))
    return painter.one(conditions, guided=GUIDED if rest else (0.0, float("inf")))


def way(ends: tuple[End, End], count: int, seed: int, report: Report) -> list[Tensor]:
    """Straight RGBA drawings [4,64,64] at `count` even places from one end to the other. Raises MissingModel."""
    import torch

    from pipelines.core.models import load
    from pipelines.diffusion import sampling
    from pipelines.drawing.network import HIGH, LOW, OBJECTS, calm_grain, encode_captions, sheet
    from pipelines.nets.object_unet import from_pixels

    captions = [end.caption for end in ends if end.caption]
    features = dict(zip(captions, encode_captions(captions))) if captions else {}
    told = features.get(ends[0].caption), features.get(ends[1].caption)
    tensors = []
    with load(OBJECTS) as painter, torch.inference_mode():
        size = (4, painter.size_px, painter.size_px)
        fresh = sampling.noise(size, sampling.generators(seed, 1)).to(painter.device) * HIGH
        noises = []
        for number, end in enumerate(ends):
            stage = part(report, 0.1 * number, 0.1 * (number + 1), f"Taking {end.title} to noise")
            asked = asked_at(painter, ends, told, float(number))
            noises.append(
                fresh
                if end.drawing is None
                else into_noise(asked, end.drawing.to(painter.device), LOW, HIGH, report=stage)
            )
        for index in range(count):
            share = index / max(1, count - 1)
            stage = part(
                report,
                0.2 + 0.8 * index / count,
                0.2 + 0.8 * (index + 1) / count,
                f"Picture {index + 1} of {count} on the way",
            )
            x = out_of_noise(
                asked_at(painter, ends, told, share), slerp(noises[0], noises[1], share), LOW, HIGH, report=stage
            )
            stage(Progress(1, 1, "", _preview_of(sheet, x)))
            tensors.append(calm_grain(from_pixels(x.float()).cpu()[0]))
    return tensors


def _preview_of(sheet: Callable[[Tensor], Image], x: Tensor) -> Callable[[], Image]:
    return lambda: sheet(x)

"""An attack on the noise that a drawing begins from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Refusal, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied
from pipelines.redteam.parts.judge import CLIP

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CLIP", "DISTILLED", "MINILM", "OBJECTS", "noise"]


def asked_for(help: str) -> Text:
    """The field of the prompt that is attacked; `help` says what the attack leaves and what it changes."""
    return Text(
        label="What is asked for",
        help=help,
        placeholder="a red apple",
        max_characters=200,
        required=True,
        suggests=words.names_of_engine,
    )


Source = Annotated[str, asked_for("Only the noise changes.")]
Target = Annotated[
    str,
    Text(
        label="What the attack wants",
        help="What should be drawn instead.",
        placeholder="a blue fish",
        max_characters=200,
        required=True,
        suggests=words.names_of_engine,
    ),
]
Steps = Annotated[int, Range(1, 60, 1, label="Attack steps", scales_time=True)]


@pipeline(models=(OBJECTS, DISTILLED, MINILM, CLIP))
def noise(
    *,
    source: Source,
    target: Target,
    degrees: Annotated[
        float, Range(0, 90, 1, label="Change of the noise", help="In degrees; 0 changes nothing.")
    ] = 30.0,
    steps: Steps = 20,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Attacks the noise of a drawing, so that the same words draw something else.

    The gradient goes through the whole sampler (six steps of Euler on the six-step network, guided), as in MEFA. The noise keeps the mean, spread and norm of each channel and turns by
    `degrees` at most. CLIP judges, whose gradient is not used. Raises Refusal, MissingModel.
    """
    from pipelines.redteam.parts import judge
    from pipelines.redteam.parts import report as paper

    asked, wanted = captions(source, target)
    attack = attack_noise(asked, wanted, degrees, steps, seed, part(report, 0.0, 0.9))
    report(Progress(92, 100, "Asking the judge"))
    before, after, aim = (paper.as_picture(attack[name]) for name in ("before", "after", "aim"))
    verdict = judge.judge_result(after, [before], [aim])
    measured = {**verdict.told(), **attack["measured"]}
    sentence = (
        f"“{asked}” {'now looks more like' if verdict.succeeded else 'still does not look like'} “{wanted}” to the judge "
        f"({verdict.like_target:.2f} against {verdict.like_source:.2f}); the noise turned by {attack['measured']['turned_degrees']:.1f} degrees."
    )
    finding = paper.Finding(
        "initial noise",
        "generate.object, six steps",
        "noise",
        {"source": source, "target": target, "degrees": degrees, "steps": steps, "seed": seed},
        int(verdict.succeeded),
        1,
        sentence,
        measured,
        attack["curve"],
        "Distance to the target",
        steps + 1,
        (OBJECTS, DISTILLED, MINILM, CLIP),
    )
    return paper.deliver_finding(
        {
            "Before": before,
            "After": after,
            "Difference times 10": paper.difference(before, after),
            "What the attack wanted": aim,
        },
        finding,
    )


def captions(source: str, target: str) -> tuple[str, str]:
    """The captions of two prompts. Raises Refusal for what is not in the vocabulary, or where both mean the same."""
    known = words.vocabulary()
    asked, wanted = (known.read(one).wish.caption for one in (source, target))
    if asked == wanted:
        raise Refusal("Both prompts mean the same; choose another target.")
    return asked, wanted


def attack_noise(
    asked: str, wanted: str, degrees: float, steps: int, seed: int, report: Report = silent
) -> dict[str, Any]:
    """The drawing before, after and the aim [1,3,64,64] in 0..1, the distance after every step, and what became of the noise."""
    import torch

    from pipelines.diffusion import sampling
    from pipelines.drawing.network import FEW_GUIDANCE, few_sigmas
    from pipelines.redteam.parts import sampler
    from pipelines.redteam.parts.beat import Beat

    sigmas, beat = few_sigmas(), Beat(report)
    start = sampling.noise((4, 64, 64), sampling.generators(seed, 1))
    other = sampling.noise((4, 64, 64), sampling.generators(seed, 1, first=1))
    of_source, of_target = sampler.features_of([asked, wanted])
    with load(DISTILLED) as painter:
        denoiser = beat.heard(sampler.differentiable(painter, of_source, FEW_GUIDANCE))

        def draw(unit: Tensor) -> Tensor:
            return sampler.on_paper(sampler.draw_by_euler(denoiser, unit, sigmas))

        with torch.no_grad():
            before = draw(start)
            aim = sampler.on_paper(
                sampler.draw_by_euler(sampler.differentiable(painter, of_target, FEW_GUIDANCE), other, sigmas)
            )
        unit, curve = descend_to_aim(draw, start, aim, degrees, steps, beat)
        with torch.no_grad():
            after = draw(unit) if degrees > 0 else before
    return {"before": before, "after": after, "aim": aim, "curve": curve, "measured": statistics(unit, start)}


def descend_to_aim(
    draw: Any, start: Tensor, aim: Tensor, degrees: float, steps: int, report: Report = silent
) -> tuple[Tensor, list[float]]:
    """The noise [1,4,s,s] whose drawing comes nearest to `aim` within `degrees` of `start`, and the distance at every step.

    Gradient descent with momentum on the great circles of each channel; a step is a fifth of the budget at first.
    """
    import torch

    from pipelines.redteam.parts import budget

    unit, best, nearest, momentum = start.clone(), start.clone(), float("inf"), torch.zeros_like(start)
    curve = []
    for step in range(steps + 1):
        at = unit.detach().requires_grad_(True)
        distance = apart(draw(at), aim)
        curve.append(float(distance.detach()))
        if curve[-1] < nearest:
            best, nearest = unit.clone(), curve[-1]
        report(Progress(step, steps + 1, "Turning the noise", numbers={"distance": curve[-1]}))
        if step == steps or degrees <= 0:
            break
        (slope,) = torch.autograd.grad(distance, at)
        slope = slope / slope.norm().clamp(min=1e-12)
        momentum = 0.75 * momentum + slope
        stride = 0.2 * min(degrees, 60.0) / 57.3 * start.norm() * (1 - 0.8 * step / max(1, steps))
        wanted = unit - stride * momentum / momentum.norm().clamp(min=1e-12)
        unit = budget.turn_noise(wanted[0], start[0], degrees)[None]
    return best, curve


def apart(one: Tensor, other: Tensor) -> Tensor:
    """How far two pictures [1,3,s,s] are from each other: mean square at full size and at a quarter."""
    from torch.nn import functional

    coarse = functional.avg_pool2d(one, 4) - functional.avg_pool2d(other, 4)
    return (one - other).square().mean() + coarse.square().mean()


def statistics(unit: Tensor, start: Tensor) -> dict[str, float]:
    """Does the noise still look like noise: its mean, spread, kurtosis (3 for a Gaussian) and how alike neighbours are (0)."""
    from pipelines.redteam.parts import budget

    def of(x: Tensor) -> tuple[float, float, float, float]:
        z = (x - x.mean()) / x.std()
        return float(x.mean()), float(x.std()), float((z**4).mean()), float((z[..., 1:] * z[..., :-1]).mean())

    mean, spread, kurtosis, alike = of(unit)
    named = {
        "mean": mean,
        "spread": spread,
        "kurtosis": kurtosis,
        "neighbours_alike": alike,
        "neighbours_alike_before": of(start)[3],
    }
    return {**named, "turned_degrees": budget.degrees_between(unit[0], start[0])}

"""An attack on the codes of a drawing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Refusal, Seed
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied
from pipelines.redteam.noise import Target, apart, asked_for
from pipelines.redteam.parts.judge import CLIP

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CLIP", "CODES", "MINILM", "codes"]
TRIED = 16  # changes that are decoded at every step, out of all that the gradient ranks


@pipeline(models=(CODES, MINILM, CLIP))
def codes(
    *,
    source: Annotated[str, asked_for("The words stay as they are; only codes of their drawing change.")],
    target: Target,
    places: Annotated[
        int,
        Range(
            0,
            64,
            1,
            label="Codes that may change",
            help="Of the 64 codes of the drawing; 0 changes nothing.",
            scales_time=True,
        ),
    ] = 8,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Changes few of the 64 codes of a drawing, so that something else is drawn.

    Greedy coordinate search (Zou et al. 2023, algorithm 1, on codes instead of words): the gradient of the distance to the target ranks every
    other digit of every place, and the target's own code there; the best of 16 decoded changes is kept. CLIP judges. Raises Refusal,
    MissingModel.
    """
    from pipelines.drawing import code_network
    from pipelines.drawing.code_sampling import How
    from pipelines.redteam.parts import judge
    from pipelines.redteam.parts import report as paper

    known = words.vocabulary("codes")
    asked, wanted = (known.read(one).wish for one in (source, target))
    if asked == wanted:
        raise Refusal("Both prompts mean the same drawing; please choose another target.")
    written = code_network.write([asked, wanted], seed=seed, how=How(), report=part(report, 0.0, 0.3))
    with load(CODES) as scribe:
        changed, curve, decoded = searched(
            scribe.autoencoder, written.codes[0], written.codes[1], places, part(report, 0.3, 0.9)
        )
        before, after, aim = (
            paper.as_picture(shown(scribe.autoencoder, c)) for c in (written.codes[0], changed, written.codes[1])
        )
    verdict = judge.judged(after, [before], [aim])
    count = int((changed != written.codes[0]).sum())
    said = (
        f"{count} of {len(changed)} codes changed; the judge sees "
        f"{'the target' if verdict.succeeded else 'still the first drawing'} ({verdict.like_target:.2f} against {verdict.like_source:.2f})."
    )
    finding = paper.Finding(
        "codes",
        "generate.codes",
        {"places": places, "seed": seed},
        int(verdict.succeeded),
        1,
        said,
        {**verdict.told(), "changed": count},
        curve,
        "Distance to the target",
        decoded,
        (CODES, MINILM, CLIP),
        paper.command("codes", source=source, target=target, places=places, seed=seed),
    )
    return paper.delivered(
        {
            "Before": before,
            "After": after,
            "Difference times 10": paper.difference(before, after),
            "What the attack wanted": aim,
        },
        finding,
    )


def shown(autoencoder: Any, numbers: Tensor) -> Tensor:
    """Codes [places] as a picture over paper [1,3,64,64]."""
    import torch

    from pipelines.redteam.parts import sampler

    grid = autoencoder.shape.grid
    with torch.no_grad():
        return sampler.on_paper(autoencoder.decode(numbers.view(1, grid, grid)))


def searched(
    autoencoder: Any, numbers: Tensor, aimed: Tensor, places: int, report: Report = silent
) -> tuple[Tensor, list[float], int]:
    """Codes [places] with at most `places` changed, the distance after every change, and how many pictures were decoded."""
    import torch

    from pipelines.redteam.parts import sampler

    quantiser, grid = autoencoder.quantiser, autoencoder.shape.grid
    aim, now = shown(autoencoder, aimed), numbers.clone()
    curve, decoded = [float(apart(shown(autoencoder, now), aim))], 1
    for step in range(places):
        values = quantiser.values(now.view(1, grid, grid)).requires_grad_(True)
        distance = apart(sampler.on_paper(autoencoder.decode_values(values)), aim)
        (slope,) = torch.autograd.grad(distance, values)
        tried = ranked(quantiser, now, aimed, numbers, slope.reshape(len(now), -1))[:TRIED]
        if not len(tried):
            break
        with torch.no_grad():
            made = sampler.on_paper(autoencoder.decode(tried.view(-1, grid, grid)))
            apart_each = torch.stack([apart(one[None], aim) for one in made])
        decoded += len(tried) + 1
        best = int(apart_each.argmin())
        if float(apart_each[best]) >= curve[-1]:
            break
        now = tried[best]
        curve.append(float(apart_each[best]))
        report(Progress(step + 1, places, "Changing a code", numbers={"distance": curve[-1]}))
    return now, curve, decoded


def ranked(quantiser: Any, now: Tensor, aimed: Tensor, first: Tensor, slope: Tensor) -> Tensor:
    """Codes [k,places], each with one place changed that was not changed before, those first that the gradient [places,digits] promises most."""
    import torch

    values, digits = quantiser.values(now), quantiser.digits(now)
    found: list[tuple[float, int, int]] = []
    for place in (now == first).nonzero().flatten().tolist():
        others = [int(aimed[place])]
        for channel, size in enumerate(quantiser.levels):
            for digit in range(size):
                changed = digits[place].clone()
                changed[channel] = digit
                others.append(int((changed * quantiser.steps).sum()))
        for other in sorted(set(others) - {int(now[place])}):
            gain = float((slope[place] * (quantiser.values(torch.tensor(other)) - values[place])).sum())
            found.append((gain, place, other))
    found.sort()
    made = now.repeat(min(TRIED, len(found)), 1)
    for row, (_, place, other) in enumerate(found[:TRIED]):
        made[row, place] = other
    return made

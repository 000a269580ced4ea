"""Defences and the attacks that know them, in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed
from pipelines.detect.examine import ADAPTER, CLIP, HEAD
from pipelines.detect.gradients import CLIP_IN_TORCH
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied
from pipelines.redteam.noise import asked_for

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.redteam.parts.pixels import Found
    from pipelines.redteam.parts.report import Finding

__all__ = ["ADAPTER", "CLIP", "CLIP_IN_TORCH", "CODES", "DISTILLED", "HEAD", "MINILM", "OBJECTS", "defence"]
TITLES = {
    "none": "No defence",
    "diffpure": "Noise and back (DiffPure, Nie 2022)",
    "autoencoder": "Through our autoencoder",
    "jpeg": "JPEG",
    "smooth": "Random smoothing",
}
SUBMISSIONS = 5  # of a random defence, judged by their majority
STEPS_BACK = 6  # of DiffPure


@pipeline(models=(OBJECTS, DISTILLED, MINILM, CODES, ADAPTER, CLIP, CLIP_IN_TORCH, HEAD))
def defence(
    *,
    source: Annotated[str, asked_for("The studio draws this, and the attacks change the drawing.")],
    purifier: Annotated[
        str, Choice(TITLES, label="Defence", help="What cleans the picture before it is judged.")
    ] = "diffpure",
    strength: Annotated[float, Range(0.05, 1, 0.05, label="Strength of the defence")] = 0.3,
    size: Annotated[
        float, Range(0, 16, 1, label="Budget", help="In grey levels of 255 for each value; 0 changes nothing.")
    ] = 8.0,
    steps: Annotated[int, Range(1, 60, 1, label="Attack steps", scales_time=True)] = 4,
    questions: Annotated[
        int,
        Range(
            0,
            2000,
            20,
            label="Questions of the search without gradients",
            help="How many changed pictures the search may send through the defence; 0 changes nothing.",
            scales_time=True,
        ),
    ] = 40,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Lets a defence and attacks take turns, and says which attack passes.

    The victim is the signal that decides in Detect, on a drawing of 64 pixels that is enlarged for it. The attack (L-infinity) first knows nothing of the defence, then
    has the gradient through it, estimated straight through or exact, and last only asks questions (Square attack, Andriushchenko et al. 2020);
    all are judged by the majority of five submissions with fresh seeds, as DiffBreak (2024) asks. Raises Refusal, MissingModel.
    """
    import torch

    from pipelines.redteam.parts import report as paper

    clean = drawing_of(source, seed, part(report, 0.0, 0.1))
    with ExitStack() as held:
        clean_by = chosen(purifier, strength, held)
        found = turns(
            beyond_limit, clean_by, clean, size / 255, Effort(steps, questions), seed, part(report, 0.1, 0.95)
        )
        with torch.no_grad():
            cleaned = clean_by(found["pictures"]["exact"], seed)
    settings = {"source": source, "purifier": purifier, "strength": strength, "size": size}
    settings |= {"steps": steps, "questions": questions, "seed": seed}
    before, after = paper.as_picture(clean), paper.as_picture(found["pictures"]["exact"])
    pictures = {
        "Before": before,
        "Attacked, exact gradients": after,
        "Difference times 10": paper.difference(before, after),
    }
    return paper.delivered(pictures | {"What the judge saw": paper.as_picture(cleaned)}, told(found, settings))


def beyond_limit(picture: Tensor) -> Tensor:
    """How far the signal that decides stands above its limit on a picture [1,3,64,64] in 0..1, enlarged to the side that it reads."""
    from torch.nn import functional

    from pipelines.detect.gradients import SIDE_PX, ratio_of
    from pipelines.detect.scores import deciding

    large = functional.interpolate(picture.double(), (SIDE_PX, SIDE_PX), mode="bicubic").clamp(0, 1)
    return ratio_of(large) - deciding(None)[1]


def told(found: dict[str, Any], settings: dict[str, Any]) -> Finding:
    """What the report says of a duel (`turns`)."""
    from pipelines.redteam.parts import report as paper

    rows, title = found["rows"], TITLES[settings["purifier"]]
    passed = [name for name, row in rows.items() if name != "clean" and row["passed"]]
    sides = ", ".join(f"{way} {rows[name]['flipped']} of {SUBMISSIONS}" for name, way in WAYS.items())
    said = (
        f"Against “{title}”: {sides} submissions changed sides. "
        f"The exact gradient and the straight-through estimate have a cosine of {found['likeness']:.2f}."
    )
    return paper.Finding(
        "Auto-PGD with and without knowledge, and Square",
        f"the signal that decides behind {title}",
        settings | {"submissions": SUBMISSIONS},
        len(passed),
        len(WAYS),
        said,
        {"ways": rows, "likeness_of_gradients": found["likeness"]},
        found["curve"],
        "Goal with exact gradients",
        found["queries"],
        (ADAPTER, CLIP, HEAD, OBJECTS, DISTILLED, CODES, MINILM),
        paper.command("defence", **settings),
    )


WAYS = {
    "blind": "without knowledge",
    "straight": "straight through",
    "exact": "exact gradients",
    "asked": "without gradients",
}


@dataclass(frozen=True)
class Effort:
    """How long an attack may search: steps with a gradient, and questions without one."""

    steps: int
    questions: int


def drawing_of(source: str, seed: int, report: Report = silent) -> Tensor:
    """A drawing over white in whole grey levels, [1,3,64,64] in 0..1. Raises Refusal for words that the network does not know."""
    from pipelines.drawing import network
    from pipelines.nets.object_unet import to_pixels
    from pipelines.redteam.parts import purifiers
    from pipelines.redteam.parts import report as paper

    caption = words.vocabulary().read(source).wish.caption
    drawing = network.draw([caption], seed=seed, how=network.Sampling("few"), report=report)[:1]
    return paper.as_tensor(paper.as_picture(purifiers.seen(to_pixels(drawing).double())))


def chosen(name: str, strength: float, held: ExitStack) -> Any:
    """The purifier of that name; the models that it needs stay loaded as long as `held`."""
    from pipelines.drawing.network import strength_level
    from pipelines.redteam.parts import purifiers

    if name == "diffpure":
        return purifiers.diffpure(held.enter_context(load(OBJECTS)), strength_level(strength), STEPS_BACK)
    if name == "autoencoder":
        return purifiers.autoencoder(held.enter_context(load(CODES)).autoencoder)
    if name == "jpeg":
        return purifiers.jpeg(round(95 - 75 * strength))
    if name == "smooth":
        return purifiers.smooth(32 * strength)
    return lambda picture, seed: picture


def turns(
    score: Callable[[Tensor], Tensor],
    purifier: Any,
    clean: Tensor,
    size: float,
    effort: Effort,
    seed: int,
    report: Report = silent,
    ways: Iterable[str] = tuple(WAYS),
) -> dict[str, Any]:
    """These attacks against one defence, each judged by SUBMISSIONS fresh submissions: on which side of 0 the score lies.

    The side to be left is that of the majority of clean submissions. The attacks see one seed a step, never those that judge.
    """
    import torch

    from pipelines.redteam.parts import budget, pixels, purifiers

    def sides(picture: Tensor) -> list[bool]:
        with torch.no_grad():
            return [bool(score(purifier(picture, 10_000 + seed * 100 + i)) > 0) for i in range(SUBMISSIONS)]

    def untouched(x: Tensor, seed: int) -> Tensor:
        return x

    before = sides(clean)
    side = sum(before) * 2 > SUBMISSIONS
    sign = -1.0 if side else 1.0
    straight = purifiers.straight_through(purifier)
    defences = {"blind": untouched, "straight": straight, "exact": purifier, "asked": purifier}
    found: dict[str, Any] = {"pictures": {}, "curve": [], "queries": 0}
    rows: dict[str, Any] = {"clean": {"flipped": sum(one != side for one in before)}}
    chosen_ways = list(ways)
    for number, name in enumerate(chosen_ways):
        seen = iter(range(1, 1_000_000))

        def goal(x: Tensor, known: Any = defences[name], seen: Any = seen) -> Tensor:
            return sign * score(known(x, seed * 1000 + next(seen)))

        stage = part(report, number / len(chosen_ways), (number + 1) / len(chosen_ways), WAYS[name].capitalize())
        one = attacked(name, goal, clean, size, effort, seed, stage)
        picture = budget.whole_levels(one.picture, clean)
        flipped = sum(now != side for now in sides(picture))
        spent = 255 * budget.spent(picture, clean, "linf")
        rows[name] = {"flipped": flipped, "passed": flipped * 2 > SUBMISSIONS, "spent_levels": spent}
        found["pictures"][name] = picture
        found["queries"] += one.queries
        if name == "exact":
            found["curve"] = one.curve

    def slope(by: Any) -> Tensor:
        return pixels.gradient(lambda x: score(by(x, seed)), clean)[1]

    slopes = slope(purifier), slope(straight)
    return found | {"rows": rows, "likeness": purifiers.likeness(*slopes)}


def attacked(
    way: str,
    goal: Callable[[Tensor], Tensor],
    clean: Tensor,
    size: float,
    effort: Effort,
    seed: int,
    report: Report = silent,
) -> Found:
    """What the attack of one of WAYS finds: Square without gradients, Auto-PGD else."""
    import torch

    from pipelines.redteam.parts import pixels

    if way != "asked":
        return pixels.apgd(goal, clean, "linf", size, effort.steps, report)
    with torch.no_grad():
        return pixels.square(goal, clean, "linf", size if effort.questions else 0.0, effort.questions, seed, report)

"""Defences and the attacks that know them, in turn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed
from pipelines.detect.examine import RESIDUAL
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES
from pipelines.drawing.network import FEW, OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied
from pipelines.redteam.noise import asked_for

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODES", "FEW", "MINILM", "OBJECTS", "RESIDUAL", "defence"]
TITLES = {
    "none": "No defence",
    "diffpure": "Noise and back (DiffPure, Nie 2022)",
    "autoencoder": "Through our autoencoder",
    "jpeg": "JPEG",
    "smooth": "Random smoothing",
}
SUBMISSIONS = 5  # of a random defence, judged by their majority
STEPS_BACK = 6  # of DiffPure


@pipeline(models=(OBJECTS, FEW, MINILM, CODES, RESIDUAL))
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
    steps: Annotated[int, Range(1, 60, 1, label="Attack steps", scales_time=True)] = 10,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Lets a defence and attacks take turns, and says which attack passes.

    The victim is Detect's network of fine traces on a drawing of 64 pixels. The attack (L-infinity) first knows nothing of the defence, then
    has the gradient through it, estimated straight through or exact; all are judged by the majority of five submissions with fresh seeds, as
    DiffBreak (2024) asks. Raises Refusal, MissingModel.
    """
    import torch

    from pipelines.redteam.parts import report as paper

    clean = drawing_of(source, seed, part(report, 0.0, 0.1))
    with ExitStack() as held:
        judge = held.enter_context(load(RESIDUAL))
        clean_by = chosen(purifier, strength, held)

        def score(picture: Tensor) -> Tensor:
            return judge(picture.float() * 255).mean().double()

        found = turns(score, clean_by, clean, size / 255, steps, seed, part(report, 0.1, 0.95))
        with torch.no_grad():
            cleaned = clean_by(found["pictures"]["exact"], seed)
    rows = found["rows"]
    passed = [name for name, row in rows.items() if name != "clean" and row["passed"]]
    sides = ", ".join(f"{title} {rows[name]['flipped']} of {SUBMISSIONS}" for name, title in WAYS.items())
    said = (
        f"Against “{TITLES[purifier]}”: {sides} submissions changed sides. "
        f"The exact gradient and the straight-through estimate have a cosine of {found['likeness']:.2f}."
    )
    settings = {
        "source": source,
        "purifier": purifier,
        "strength": strength,
        "size": size,
        "steps": steps,
        "seed": seed,
    }
    finding = paper.Finding(
        "Auto-PGD with and without knowledge", f"fine traces behind {TITLES[purifier]}", settings | {"submissions": SUBMISSIONS},
        len(passed), len(WAYS), said, {"ways": rows, "likeness_of_gradients": found["likeness"]}, found["curve"],
        "Goal with exact gradients", found["queries"], (RESIDUAL, OBJECTS, FEW, CODES, MINILM), paper.command("defence", **settings),
    )  # fmt: skip
    before, after = paper.as_picture(clean), paper.as_picture(found["pictures"]["exact"])
    return paper.delivered(
        {"Before": before, "Attacked, exact gradients": after, "Difference times 10": paper.difference(before, after),
         "What the judge saw": paper.as_picture(cleaned)}, finding,
    )  # fmt: skip


WAYS = {"blind": "without knowledge", "straight": "straight through", "exact": "exact gradients"}


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
    steps: int,
    seed: int,
    report: Report = silent,
) -> dict[str, Any]:
    """Every attack against one defence, each judged by SUBMISSIONS fresh submissions: on which side of 0 the score lies.

    The side to be left is that of the majority of clean submissions. The attacks see one seed a step, never those that judge.
    """
    import torch

    from pipelines.redteam.parts import budget, pixels, purifiers

    def sides(picture: Tensor) -> list[bool]:
        with torch.no_grad():
            return [bool(score(purifier(picture, 10_000 + seed * 100 + i)) > 0) for i in range(SUBMISSIONS)]

    before = sides(clean)
    side = sum(before) * 2 > SUBMISSIONS
    sign = -1.0 if side else 1.0

    def untouched(x: Tensor, seed: int) -> Tensor:
        return x

    defences = {"blind": untouched, "straight": purifiers.straight_through(purifier), "exact": purifier}
    rows: dict[str, Any] = {"clean": {"flipped": sum(one != side for one in before)}}
    pictures, curve, queries, slopes = {}, [], 0, {}
    for number, (name, known) in enumerate(defences.items()):
        seen = iter(range(1, 1_000_000))

        def goal(x: Tensor, known: Any = known, seen: Any = seen) -> Tensor:
            return sign * score(known(x, seed * 1000 + next(seen)))

        stage = part(report, number / 3, (number + 1) / 3, WAYS[name].capitalize())
        found = pixels.apgd(goal, clean, "linf", size, steps, stage)
        picture = budget.whole_levels(found.picture, clean)
        after = sides(picture)
        flipped = sum(one != side for one in after)
        rows[name] = {
            "flipped": flipped,
            "passed": flipped * 2 > SUBMISSIONS,
            "spent_levels": 255 * budget.spent(picture, clean, "linf"),
        }
        pictures[name], queries = picture, queries + found.queries

        def fixed(x: Tensor, known: Any = known) -> Tensor:
            return score(known(x, seed))

        slopes[name] = pixels.gradient(fixed, clean)[1]
        curve = found.curve
    alike = purifiers.likeness(slopes["exact"], slopes["straight"])
    return {"rows": rows, "pictures": pictures, "curve": curve, "queries": queries, "likeness": alike}

"""Attacks on the detector: small changes of a picture that move what Detect says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Toggle
from pipelines.detect.examine import ADAPTER, CLIP, HEAD
from pipelines.detect.gradients import CLIP_IN_TORCH
from pipelines.detect.scores import deciding
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["ADAPTER", "CLIP", "CLIP_IN_TORCH", "HEAD", "detector"]
ATTACKS = {"apgd": "The strongest", "robust": "Survives saving as JPEG"}
VICTIM = "The signal that decides"
AIMS = {"hide": "Look recorded", "accuse": "Look made by AI"}
SUCCEEDED = {True: "The attack succeeded, also after JPEG.", False: "The attack succeeded, but not after JPEG."}
SIDE_PX = 256
NO_FACE = "There is a face in this picture; please choose another, or confirm that it is computer-made or that the person has agreed."


@pipeline(models=(ADAPTER, CLIP, CLIP_IN_TORCH, HEAD))
def detector(
    content: Annotated[Image, Input(label="Picture", help="It is cut to a square of 256 pixels.")],
    *,
    attack: Annotated[str, Choice(ATTACKS)] = "apgd",
    aim: Annotated[str, Choice(AIMS, label="What it should look like")] = "hide",
    size: Annotated[float, Range(0, 16, 1, label="Budget", help="In grey levels of 255; 0 changes nothing.")] = 4.0,
    steps: Annotated[int, Range(1, 400, 1, scales_time=True)] = 8,
    consent: Annotated[bool, Toggle(label="The face is computer-made, or the person has agreed", page="law")] = False,
    report: Report = silent,
) -> Accompanied[Image]:
    """Changes a picture a little so that the detector says something else, and measures whether it holds.

    White-box on the signal that decides (Auto-PGD, or PGD on the mean over JPEG and scaling).
    The change is cut to whole grey levels before it is judged, as it is and saved as JPEG 75.
    Raises Refusal for a face without consent, MissingModel.
    """
    from pipelines.redteam.parts import report as paper

    clean = crop_to_square(content)
    check_face(clean, consent)
    wanted = Wanted(attack, aim, size, steps)
    goal = deciding_goal(wanted.sign)
    attacked = run(attack, goal, paper.as_tensor(clean), size / 255, steps, part(report, 0.02, 0.9))
    report(Progress(92, 100, "Asking the detector again"))
    after = round_within_budget(attacked, clean)
    asked = {"before": clean, "after": after, "after_jpeg_75": jpeg(after, 75)}
    scores = {name: round(deciding(picture)[0], 4) for name, picture in asked.items()}
    finding = describe_attack(wanted, attacked, scores, spent(after, clean))
    limit = wanted.sign * wanted.limit
    curves = {"Goal after so many questions": paper.plot(attacked.curve, limit)}
    pictures = {"Before": clean, "After": after, "Difference times 10": paper.difference(clean, after)}
    return paper.deliver_finding(pictures | {"What the judge saw": jpeg(after, 90)} | curves, finding)


@dataclass(frozen=True)
class Wanted:
    """The settings of one attack, by the names of the form."""

    attack: str
    aim: str
    size: float
    steps: int

    @property
    def sign(self) -> float:
        """-1 where the score is to fall."""
        return -1.0 if self.aim == "hide" else 1.0

    @property
    def limit(self) -> float:
        """The score from which the detector accuses."""
        return deciding(None)[1]

    def crossed(self, before: float, after: float) -> bool:
        """Whether a score went over the limit in the direction that was wanted."""
        return (before >= self.limit) != (after >= self.limit) and (after < self.limit) == (self.aim == "hide")


def round_within_budget(found: Any, clean: Image) -> Image:
    """The picture that was found in whole grey levels, never further from the clean one than it was."""
    from pipelines.redteam.parts import budget
    from pipelines.redteam.parts import report as paper

    return paper.as_picture(budget.whole_levels(found.picture, paper.as_tensor(clean)))


def describe_attack(wanted: Wanted, attacked: Any, scores: Mapping[str, float], change: Mapping[str, float]) -> Any:
    """What came of the attack, as the report tells it."""
    from pipelines.redteam.parts import report as paper

    before, after, saved = (scores[name] for name in ("before", "after", "after_jpeg_75"))
    crossed = wanted.crossed(before, after)
    sentence = (
        f"The score went from {before:+.2f} to {after:+.2f} (the limit is {wanted.limit:+.1f}), and is {saved:+.2f} after JPEG 75. "
        + (SUCCEEDED[wanted.crossed(before, saved)] if crossed else "The attack did not cross the limit.")
    )
    limit = wanted.sign * wanted.limit
    measured = {
        "scores": scores,
        "limit": wanted.limit,
        "spent": change,
        "goal": attacked.best,
        "questions": next((number for number, value in enumerate(attacked.curve, 1) if value > limit), None),
    }
    return paper.Finding(
        ATTACKS[wanted.attack],
        VICTIM,
        "detector",
        asdict(wanted),
        int(crossed),
        1,
        sentence,
        measured,
        attacked.curve,
        "",
        attacked.queries,
        (ADAPTER, CLIP, HEAD),
    )


def crop_to_square(picture: Image) -> Image:
    """The middle of a picture as 256 by 256 pixels. Raises Refusal for a picture smaller than that."""
    from PIL import Image as PillowImage
    from PIL import ImageOps

    if min(picture.size) < SIDE_PX:
        raise Refusal(f"This picture is smaller than {SIDE_PX} pixels.")
    return ImageOps.fit(picture.convert("RGB"), (SIDE_PX, SIDE_PX), PillowImage.Resampling.LANCZOS)


def check_face(picture: Image, consent: bool) -> None:
    """Raises Refusal where there is a face and nobody said that it may be used."""
    import numpy as np

    from pipelines.vision.faces import find_faces

    if not consent and find_faces(np.asarray(picture)):
        raise Refusal(NO_FACE)


def deciding_goal(sign: float) -> Callable[[Tensor], Tensor]:
    """The signal that decides with its gradient, on the picture in whole grey levels."""
    from pipelines.detect.gradients import ratio_of

    return lambda x: sign * ratio_of(x)


def run(attack: str, goal: Any, before: Tensor, budget: float, steps: int, report: Report = silent) -> Any:
    """The attack of that name; the result stays within the budget."""
    from pipelines.redteam.parts import pixels

    if attack == "apgd":
        return pixels.apgd(goal, before, budget, steps, report)
    return pixels.pgd(pixels.average_goal(goal, changes()), before, budget, steps, report)


def changes() -> list[Callable[[Tensor], Tensor]]:
    """What a picture may go through: nothing, JPEG at two qualities (the gradient passes as if nothing were rounded), smaller and back."""
    from torch.nn import functional

    def scale_down_and_up(x: Tensor) -> Tensor:
        small = functional.interpolate(x, scale_factor=0.75, mode="bilinear", antialias=True)
        return functional.interpolate(small, x.shape[-2:], mode="bilinear")

    return [lambda x: x, lambda x: straight(x, 75), lambda x: straight(x, 50), scale_down_and_up]


def straight(x: Tensor, quality: int) -> Tensor:
    """JPEG whose gradient is that of the identity (Athalye et al. 2018, backward pass differentiable approximation)."""
    from pipelines.redteam.parts import report as paper

    saved = paper.as_tensor(jpeg(paper.as_picture(x), quality)).to(x)
    return x + (saved - x).detach()


def jpeg(picture: Image, quality: int) -> Image:
    """Saved and opened again."""
    import io

    from PIL import Image as PillowImage

    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality)
    return PillowImage.open(io.BytesIO(held.getvalue())).convert("RGB")


def spent(after: Image, clean: Image) -> dict[str, float]:
    """The change in whole grey levels: the largest, and the root of the mean square."""
    import numpy as np

    change = np.asarray(after, np.float64) - np.asarray(clean, np.float64)
    return {"largest_levels": float(np.abs(change).max()), "rms_levels": float(np.sqrt((change**2).mean()))}

"""Noise that should protect a picture from being edited by AI, and what is left of it after a purification."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Toggle
from pipelines.drawing.code_network import CODES
from pipelines.drawing.network import OBJECTS
from pipelines.media import Accompanied
from pipelines.redteam.detector import check_face, crop_to_square
from pipelines.vision.faces import YUNET

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODES", "OBJECTS", "YUNET", "protect"]
STEPS = 40  # of improving the noise
SEEN_PX = 64  # the side at which the autoencoder sees pictures
PURIFIERS = {"jpeg": 75, "smooth": 8.0, "diffpure": 0.15}  # quality, grey levels, strength
TITLES = {"jpeg": "JPEG 75", "smooth": "Smoothed", "diffpure": "Noise and back"}


@pipeline(models=(CODES, OBJECTS, YUNET))
def protect(
    content: Annotated[Image, Input(label="Picture", help="It is made a square of 64 pixels.")],
    *,
    size: Annotated[float, Range(0, 16, 1, label="Budget", help="In grey levels of 255; 0 changes nothing.")] = 8.0,
    consent: Annotated[bool, Toggle(label="The face is computer-made, or the person has agreed", page="law")] = False,
    report: Report = silent,
) -> Accompanied[Image]:
    """Adds noise that should keep AI from editing a picture, and measures what a purification leaves of it.

    PhotoGuard (Salman et al. 2023, section 3.2) against the autoencoder of `generate.codes`: PGD through all of it.
    Then the picture is purified by JPEG, smoothing, and noise and back, as an editor would do. Measured is how near the autoencoder comes to the
    picture in each case. Raises Refusal for a face without consent, MissingModel.
    """
    from pipelines.redteam.parts import budget, pixels
    from pipelines.redteam.parts import report as paper

    clean = crop_to_square(content)
    check_face(clean, consent)
    clean = clean.resize((SEEN_PX, SEEN_PX))
    before = paper.as_tensor(clean)
    with load(CODES) as scribe:
        network = scribe.autoencoder
        protected = pixels.pgd(spoil_goal(network, before), before, size / 255, STEPS, part(report, 0.0, 0.7))
        guarded = budget.whole_levels(protected.picture, before)
        seen = {"the picture": before, "the protected picture": guarded}
        for number, name in enumerate(PURIFIERS):
            report(Progress(70 + 8 * number, 100, f"Purifying: {TITLES[name]}"))
            seen[TITLES[name]] = purify_picture(name, guarded)
        edited = {name: regenerate_picture(network, picture) for name, picture in seen.items()}
    near = {name: decibels(picture, before) for name, picture in edited.items()}
    whole, lost = near["the picture"], near["the picture"] - near["the protected picture"]
    back = {name: near[TITLES[name]] - near["the protected picture"] for name in PURIFIERS}
    undone = [TITLES[name] for name, gained in back.items() if lost > 0 and gained >= lost / 2]
    sentence = (
        f"The autoencoder gives the picture back with {whole:.1f} dB, the protected one with {near['the protected picture']:.1f} dB. "
        + ", ".join(f"{TITLES[name]}: {near[TITLES[name]]:.1f} dB" for name in PURIFIERS)
        + f". {len(undone)} of {len(PURIFIERS)} purifications gave back at least half of what the noise had taken."
    )
    finding = paper.Finding(
        "purification of protective noise",
        "the autoencoder of generate.codes",
        "protect",
        {"size": size},
        len(undone),
        len(PURIFIERS),
        sentence,
        {"decibels": {name: round(value, 2) for name, value in near.items()}},
        protected.curve,
        "Goal of the noise",
        protected.queries,
        (CODES, OBJECTS),
    )
    shown = paper.as_picture(guarded)
    return paper.deliver_finding(
        {"Before": clean, "Protected": shown, "Difference times 10": paper.difference(clean, shown)}
        | {f"Edited: {name}": paper.as_picture(picture) for name, picture in edited.items()},
        finding,
    )


def spoil_goal(network: Any, before: Tensor) -> Any:
    """A goal that rises as the autoencoder's picture goes away from the picture (Salman et al. 2023, section 3.2, on an autoencoder)."""
    from pipelines.redteam.parts.purifiers import opaque

    aim = opaque(before)[:, :3]
    return lambda x: (network(opaque(x).float())[:, :3].double() - aim).square().mean()


def regenerate_picture(network: Any, picture: Tensor) -> Tensor:
    """A picture through the codes and back, which is where every edit by this model begins."""
    import torch

    from pipelines.redteam.parts.purifiers import opaque, seen

    with torch.no_grad():
        return seen(network(opaque(picture).float())).to(picture)


def purify_picture(name: str, picture: Tensor) -> Tensor:
    """The picture [1,3,64,64] cleaned by the purifier of that name."""
    import torch

    from pipelines.drawing.network import strength_level
    from pipelines.redteam.parts import purifiers

    if name == "jpeg":
        return purifiers.jpeg(int(PURIFIERS[name]))(picture, 0)
    if name == "smooth":
        return purifiers.smooth(PURIFIERS[name])(picture, 0)
    with load(OBJECTS) as painter, torch.no_grad():
        return purifiers.diffpure(painter, strength_level(PURIFIERS[name]), 6)(picture, 0)


def decibels(one: Tensor, other: Tensor) -> float:
    """Peak signal to noise of pictures in 0..1."""
    import math

    return min(99.0, -10 * math.log10(max(float((one - other).square().mean()), 1e-10)))

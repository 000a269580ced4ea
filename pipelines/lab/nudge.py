"""Small nudges with large effects: to the noise that a drawing begins with, to the numbers of its words, to a picture that Detect reads."""

from __future__ import annotations

import json
from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Seed, Text
from pipelines.detect.examine import ADAPTER, CLIP, HEAD, YUNET
from pipelines.detect.gradients import CLIP_IN_TORCH
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.lab.parts.pictures import png
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ADAPTER", "CLIP", "CLIP_IN_TORCH", "DISTILLED", "HEAD", "MINILM", "OBJECTS", "YUNET", "nudge"]
WHAT = {
    "noise": "the noise it begins with",
    "words": "the numbers of the words",
    "picture": "a picture that Detect reads",
}
TILE, STEPS = 256, 8  # steps of the search


@pipeline(models=(OBJECTS, DISTILLED, MINILM, CLIP), optional=(ADAPTER, CLIP_IN_TORCH, HEAD, YUNET))
def nudge(
    picture: Annotated[Image | None, Input(help="For a picture that Detect reads.")] = None,
    *,
    what: Annotated[str, Choice(WHAT, label="Nudge", help="What is changed a little.")] = "noise",
    prompt: Annotated[
        str, Text(label="Drawn", help="What is drawn.", placeholder="a fox", max_characters=120)
    ] = "a fox",
    towards: Annotated[
        str, Text(label="Towards", help="What it shall become.", placeholder="a boat", max_characters=120)
    ] = "a house",
    budget: Annotated[
        float, Range(0, 0.6, 0.01, help="How long the nudge may be, as a share of what is nudged. 0 changes nothing.")
    ] = 0.2,
    levels: Annotated[
        float, Range(0, 8, 0.5, label="Levels", help="For a picture: the most that a pixel may change, of 255.")
    ] = 2.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Find a small nudge that changes what comes out, and take it away again with noise.

    Projected gradient steps (Madry et al. 2018) on the initial noise, whose length is kept, or on the words' features, through the first two of six
    sampling steps; or on a picture against the signal that decides in Detect, after which the whole of Detect reads both pictures. Then noise of several levels is added and removed (Nie et al.
    2022; Meng et al. 2022). nudge.json holds the curves. CLIP judges the drawings, a network that the nudge has not seen. Raises Refusal
    for an unknown word, MissingModel.
    """
    from pipelines.lab.parts import nudging

    if what == "picture":
        source = picture if picture is not None else _somebody(seed)
        found = nudging.on_picture(source, levels, STEPS, report)
    else:
        found = nudging.on_drawing(what, prompt, towards, budget, STEPS, seed, report)
    pictures, details = found
    page = PillowImage.new("RGB", (TILE * len(pictures), TILE), (251, 248, 243))
    files = {}
    for i, (name, one) in enumerate(pictures.items()):
        tile = one.resize((TILE, TILE), PillowImage.Resampling.LANCZOS)
        page.paste(tile, (i * TILE, 0))
        files[f"{name}.png"] = png(tile)
    return Accompanied(page, {**files, "nudge.json": json.dumps({"what": what, **details}).encode()})


def _somebody(seed: int) -> Image:
    from pipelines.figures.portraits import picture, portrait_of, somebody

    return PillowImage.fromarray(picture(portrait_of(somebody(seed + 77), seed + 77), 256))

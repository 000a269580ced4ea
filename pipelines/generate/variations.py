"""The same drawing again, but different: noise added and taken away again (Meng et al. 2022)."""

from __future__ import annotations

from typing import Annotated

from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.generate.object import Size, together
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "variations"]


@pipeline(models=(ENLARGER, OBJECTS, MINILM))
def variations(
    drawing: Annotated[Image, Input(help="A drawing on a transparent or plain background.", alpha=True)],
    *,
    prompt: Annotated[
        str,
        Text(
            label="What it shows",
            help="You can leave this empty. A word keeps the drawing closer to that thing.",
            placeholder="a fox",
            max_characters=200,
        ),
    ] = "",
    strength: Annotated[
        float, Range(0, 1, 0.02, help="How much changes: 0.3 changes details, 0.8 changes the pose.")
    ] = 0.5,
    count: Annotated[int, Range(1, 9, 1, scales_time=True, help="How many results; each one is different.")] = 4,
    size: Size = 512,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw a drawing again with small or large changes.

    Meng et al. 2022, section 3, from the drawing brought to 64x64 and centred; without a word the network follows the picture alone.
    RGBA, several as a contact sheet. Raises Refusal for an empty picture or an unknown word, MissingModel without weights.
    """
    from pipelines.drawing import network, pictures

    begin = pictures.small(drawing, 64)[None].expand(count, -1, -1, -1)
    level, how = network.strength_level(strength), network.Sampling()
    stage = part(report, 0.0, 0.85, "Drawing variations")
    if prompt.strip():
        reading = words.vocabulary().read(prompt)
        drawings = network.draw(
            [reading.wish.caption] * count, seed=seed, how=how, begin=begin, level=level, report=stage
        )
    else:
        drawings = network.redrawn(begin, seed=seed, how=how, level=level, report=stage)
    return together(network.finished(drawings, size, part(report, 0.85, 1.0)), {})

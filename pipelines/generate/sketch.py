"""A doodle and a word become a drawing: SDEdit (Meng et al. 2022)."""

from __future__ import annotations

import json
from typing import Annotated

from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Seed
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.generate.object import Prompt, Size, together
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "sketch"]


@pipeline(models=(ENLARGER, OBJECTS, MINILM))
def sketch(
    doodle: Annotated[
        Image,
        Input(
            help="Broad strokes of colour on a plain or transparent background are enough.", alpha=True, editor="doodle"
        ),
    ],
    *,
    prompt: Prompt,
    strength: Annotated[float, Range(0, 1, 0.02, help="0 keeps your strokes, 1 redraws nearly everything.")] = 0.6,
    count: Annotated[int, Range(1, 9, 1, scales_time=True, help="How many results; each one is different.")] = 1,
    size: Size = 512,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Turn a doodle into a drawing of what you say it is.

    SDEdit, Meng et al. 2022, section 3: noise of a level set by `strength` is added to the doodle at 64x64 and taken away again by the
    denoiser under the caption. An even ground becomes transparent; RGBA. Raises Refusal for an empty doodle or an unknown word,
    MissingModel without weights.
    """
    from pipelines.drawing import network, pictures

    reading = words.vocabulary().read(prompt)
    label = f"Drawing {reading.wish.title}" + (f" ({reading.explanation})" if reading.explanation else "")
    begin = pictures.small(doodle, 64, centred=False)
    drawings = network.draw(
        [reading.wish.caption] * count,
        seed=seed,
        how=network.Sampling(),
        begin=begin[None].expand(count, -1, -1, -1),
        level=network.strength_level(strength),
        report=part(report, 0.0, 0.85, label),
    )
    finished = network.finished(drawings, size, part(report, 0.85, 1.0))
    return together(finished, {"reading.json": json.dumps(reading.as_dict(), indent=1, ensure_ascii=False).encode()})

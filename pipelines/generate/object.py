"""Single drawings with alpha from a few words, or from a doodle and words: our own score-based model, then the enlarger."""

from __future__ import annotations

import io
import json
from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "object"]
Prompt = Annotated[
    str,
    Text(
        label="What to draw",
        help="One thing, perhaps with a colour or a size.",
        placeholder="a small red fox, soft 3d",
        max_characters=200,
        required=True,
        suggests=words.names_of_engine,
        pictured="objects",
    ),
]
Style = Annotated[str, Choice(words.styles, help="This overrides the description.")]
Count = Annotated[int, Range(1, 9, 1, scales_time=True)]


@pipeline(models=(ENLARGER, OBJECTS, MINILM))
def object(
    doodle: Annotated[
        Image | None,
        Input(
            label="Begin with",
            help="A drawing or broad strokes. Empty: all is drawn.",
            alpha=True,
            editor="doodle",
        ),
    ] = None,
    *,
    prompt: Prompt,
    style: Style = "",
    strength: Annotated[float, Range(0, 1, 0.02, help="0 keeps your strokes, 1 redraws nearly everything.")] = 0.6,
    count: Count = 1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw one thing on a transparent background, up to nine times, from words alone or from a doodle and words.

    Our own denoiser D(x; sigma) at 64x64 (Karras et al. 2022), captions by MiniLM, classifier-free guidance (Ho & Salimans 2022),
    DPM-Solver++ (Lu et al. 2022), then 64 -> 512. A doodle gets noise of a level set by `strength`, which is taken away again (SDEdit,
    Meng et al. 2022). RGBA; several come as a contact sheet with the single drawings beside it (1.png, 2.png, …), and reading.json
    says how the prompt was understood. Raises Refusal for what is not in the vocabulary or an empty doodle, MissingModel without weights.
    """
    from pipelines.drawing import network, pictures

    reading = words.vocabulary().read(prompt, style=style)
    label = f"Drawing {reading.wish.title}" + (f" ({reading.explanation})" if reading.explanation else "")
    begin = None if doodle is None else pictures.small(doodle, 64, centred=False)[None].expand(count, -1, -1, -1)
    drawings = network.draw(
        [reading.wish.caption] * count,
        seed=seed,
        begin=begin,
        level=network.strength_level(strength),
        report=part(report, 0.0, 0.85, label),
    )
    enlarged = network.finish_drawings(drawings, network.FINISHED_PX, part(report, 0.85, 1.0))
    return together(enlarged, {"reading.json": json.dumps(reading.as_dict(), indent=1, ensure_ascii=False).encode()})


def together(pictures: list[Image], files: dict[str, bytes]) -> Accompanied[Image]:
    """One picture as it is; several as a contact sheet with alpha, the single ones beside it."""
    if len(pictures) == 1:
        return Accompanied(pictures[0], files)
    columns = 2 if len(pictures) in (2, 4) else 3
    width, height = pictures[0].size
    page = PillowImage.new("RGBA", (columns * width, -(-len(pictures) // columns) * height))
    single = {}
    for i, picture in enumerate(pictures):
        page.paste(picture, (i % columns * width, i // columns * height))
        single[f"{i + 1}.png"] = as_png(picture)
    return Accompanied(page, {**single, **files})


def as_png(picture: Image) -> bytes:
    """A picture as PNG bytes without metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()

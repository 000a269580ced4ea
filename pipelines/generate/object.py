"""Single drawings with alpha from a few words: our own score-based model, then the enlarger."""

from __future__ import annotations

import io
import json
from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import DISTILLED, OBJECTS, PFGM
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "TUNED", "object"]
TUNED = (DISTILLED, PFGM)  # of two samplers
SAMPLERS = {
    "dpm": "DPM-Solver++ 2M (Lu 2022)",
    "heun": "Heun (Karras 2022)",
    "euler": "Euler (Karras 2022)",
    "ddim": "DDIM (Song 2021)",
    "ddpm": "Ancestral DDPM (Ho 2020)",
    "langevin": "Annealed Langevin (Song & Ermon 2019)",
    "adaptive": "Adaptive ODE (Song 2021)",
    "pfgm": "PFGM++ (Xu 2023)",
    "few": "Six steps, distilled (Salimans & Ho 2022)",
}
Prompt = Annotated[
    str,
    Text(
        label="What to draw",
        help="One thing, with a colour, a size or a style if you like.",
        placeholder="a small red fox, soft 3d",
        max_characters=200,
        required=True,
        suggests=words.known,
        pictured="objects",
    ),
]
Style = Annotated[str, Choice(words.styles, help="How it is drawn. This overrides the description.")]
Sampler = Annotated[str, Choice(SAMPLERS, help="The mathematical method that turns noise into a drawing.", more=True)]
Steps = Annotated[
    int,
    Range(
        2,
        120,
        1,
        scales_time=True,
        help="More steps are more exact; above 18 little changes. The six-step sampler always takes six steps and was trained with guidance 3.",
        more=True,
    ),
]
Guidance = Annotated[
    float,
    Range(1, 6, 0.1, help="How closely the model follows the words; 1 adds nothing.", more=True),
]
Negative = Annotated[
    str,
    Text(
        label="Not this",
        help="Things that the picture should not show.",
        placeholder="a flat blue one",
        max_characters=200,
        more=True,
    ),
]
Dimensions = Annotated[
    float,
    Range(
        8,
        16384,
        1,
        label="PFGM++ dimensions",
        help="D of the PFGM++ sampler: large is diffusion. At 128 the network draws that was tuned with it; any other small D starts from heavier tails than were trained on.",
        more=True,
    ),
]
Size = Annotated[int, Range(64, 1024, 64, label="Size", help="Side of the picture in pixels.", more=True)]


@pipeline(models=(ENLARGER, OBJECTS, MINILM), optional=TUNED)
def object(
    *,
    prompt: Prompt,
    style: Style = "",
    count: Annotated[int, Range(1, 9, 1, scales_time=True, help="How many results; each one is different.")] = 1,
    negative: Negative = "",
    sampler: Sampler = "dpm",
    steps: Steps = 18,
    guidance: Guidance = 3.0,
    size: Size = 512,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw one thing on a transparent background, up to nine times.

    Our own denoiser D(x; sigma) at 64x64 (Karras et al. 2022), captions by MiniLM, classifier-free guidance (Ho & Salimans 2022), any of
    nine samplers, then 64 -> 512. RGBA; several come as a contact sheet with the single drawings beside it (1.png, 2.png, …), and
    reading.json says how the prompt was understood. Raises Refusal for what is not in the vocabulary, MissingModel without weights.
    """
    from pipelines.drawing import network

    reading = words.vocabulary().read(prompt, style=style)
    label = f"Drawing {reading.wish.title}" + (f" ({reading.explanation})" if reading.explanation else "")
    how = network.Sampling(sampler, steps, guidance)
    drawings = network.draw(
        [reading.wish.caption] * count,
        seed=seed,
        how=how,
        negative=negative,
        report=part(report, 0.0, 0.85, label),
    )
    pictures = network.finished(drawings, size, part(report, 0.85, 1.0))
    return together(pictures, {"reading.json": json.dumps(reading.as_dict(), indent=1, ensure_ascii=False).encode()})


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

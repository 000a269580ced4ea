"""Single drawings written as codes: an 8x8 grid, one code after another, by our own transformer."""

from __future__ import annotations

import json
from typing import Annotated

from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Seed
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES, Written
from pipelines.drawing.enlarger import ENLARGER
from pipelines.generate.object import Count, Prompt, together
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

__all__ = ["CODES", "ENLARGER", "MINILM", "codes"]
Style = Annotated[str, Choice(words.code_styles, help="This overrides the description.")]


@pipeline(models=(CODES, ENLARGER, MINILM))
def codes(
    *,
    prompt: Prompt,
    style: Style = "",
    count: Count = 1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw one thing on a transparent background, code by code, up to nine times.

    A transformer writes 64 codes (Ramesh et al. 2021) of an autoencoder with finite scalar quantisation (Mentzer et al. 2024), told the
    thing by MiniLM, its colour and its style; classifier-free guidance; then 64 -> 512 pixels. RGBA; several come as a contact sheet with
    the single drawings beside it, codes.json holds the codes and reading.json how the prompt was understood. A
    drawing that comes in another colour than asked for is painted over, which reading.json says too. Raises Refusal for what is
    not in the vocabulary, MissingModel without weights.
    """
    from pipelines.drawing import code_network, network
    from pipelines.drawing.code_sampling import How

    reading = words.vocabulary("codes").read(prompt, style=style)
    label = f"Writing {reading.wish.title}" + (f" ({reading.explanation})" if reading.explanation else "")
    written = code_network.write(
        [reading.wish] * count,
        seed=seed,
        how=How(),
        report=part(report, 0.0, 0.8, label),
    )
    pictures = network.finish_drawings(written.pictures, network.FINISHED_PX, part(report, 0.8, 1.0))
    return together(pictures, files_of(reading, written))


def files_of(reading: words.ParsedPrompt, written: Written) -> dict[str, bytes]:
    """reading.json and codes.json of drawings."""
    said = json.dumps({**reading.as_dict(), "painted_over": written.painted}, indent=1, ensure_ascii=False)
    return {"reading.json": said.encode(), "codes.json": json.dumps({"codes": written.codes.tolist()}).encode()}

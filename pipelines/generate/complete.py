"""A half-erased drawing is completed: the codes of what is left stay, the rest is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import numpy as np
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Seed
from pipelines.drawing import words
from pipelines.drawing.code_network import CODES
from pipelines.drawing.enlarger import ENLARGER
from pipelines.generate.codes import files_of
from pipelines.generate.object import Count, Prompt, together
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODES", "ENLARGER", "MINILM", "complete"]
ANEW: dict[str, str] = {
    "empty": "where nothing is drawn",
    "mask": "where the mask is painted",
    "right": "the right half",
    "left": "the left half",
    "top": "the upper half",
    "bottom": "the lower half",
}
HALVES: dict[str, Callable[[np.ndarray, np.ndarray, int], np.ndarray]] = {
    "right": lambda rows, columns, grid: columns >= grid // 2,
    "left": lambda rows, columns, grid: columns < grid // 2,
    "top": lambda rows, columns, grid: rows < grid // 2,
    "bottom": lambda rows, columns, grid: rows >= grid // 2,
}
PAINTED = 0.25  # of a code's cell: so much of it must be painted or drawn on to count


@pipeline(models=(CODES, ENLARGER, MINILM))
def complete(
    drawing: Annotated[
        Image,
        Input(
            help="A drawing with a transparent or empty part.",
            alpha=True,
        ),
    ],
    mask: Annotated[
        Image | None,
        Input(
            label="Mask",
            help="Paint white what should be redrawn.",
            samples=False,
            alpha=True,
        ),
    ] = None,
    *,
    prompt: Prompt,
    anew: Annotated[str, Choice(ANEW, label="Draw anew", help="The rest of the drawing stays as it is.")] = "empty",
    count: Count = 1,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Complete a drawing: what is left of it stays, and the rest is written.

    The drawing becomes 8x8 codes (Mentzer et al. 2024); those that stay are read first, then the transformer writes the others, whatever
    their places (Pannatier et al. 2024 give the order of writing as an input). What stays is seen through its codes, so it looks a
    little different too. RGBA. Raises Refusal for an empty picture, an unknown word, or where nothing or everything would be drawn anew.
    """
    import torch

    from pipelines.core.models import load
    from pipelines.drawing import code_network, network, pictures
    from pipelines.drawing.code_sampling import How, Kept

    reading = words.vocabulary("codes").read(prompt)
    with load(CODES) as scribe:
        begin = pictures.small(drawing, scribe.autoencoder.shape.size_px, centred=False)
        written, grid = scribe.codes(begin), scribe.grid
    left = np.ones((grid, grid), bool) & ~_anew(anew, begin, mask, grid)
    if left.all():
        raise Refusal("Nothing would be drawn; erase a part of the drawing, or choose a half.")
    if not left.any():
        raise Refusal("Nothing of the drawing would stay; leave a part of it.")
    written_codes = code_network.write(
        [reading.wish] * count,
        seed=seed,
        how=How(),
        kept=Kept(written, torch.from_numpy(left.reshape(-1))),
        report=part(report, 0.0, 0.8, f"Completing {reading.wish.title}"),
    )
    finished = network.finish_drawings(written_codes.pictures, network.FINISHED_PX, part(report, 0.8, 1.0))
    return together(finished, files_of(reading, written_codes))


def _anew(what: str, begin: Tensor, mask: Image | None, grid: int) -> np.ndarray:
    """Which cells [grid,grid] are drawn anew. begin: the network's pixels [4,s,s]. Raises Refusal where a mask is wanted and missing."""
    rows, columns = np.mgrid[:grid, :grid]
    if what in HALVES:
        return HALVES[what](rows, columns, grid)
    if what == "empty":
        return by_cell((begin[3].numpy() + 1) / 2, grid) < PAINTED / 8
    if mask is None:
        raise Refusal("Give a mask that is white where to draw, or choose a half.")
    return by_cell(_cover_of_mask(mask, begin.shape[-1]), grid) >= PAINTED


def _cover_of_mask(mask: Image, size_px: int) -> np.ndarray:
    """How much of every pixel is painted, 0..1 [size,size]: opacity where there is any transparency, lightness where there is none."""
    from PIL import Image as PillowImage

    rgba = mask.convert("RGBA")
    alpha = rgba.getchannel("A")
    channel = alpha if np.asarray(alpha).min() < 250 else rgba.convert("L")
    side = max(channel.size)
    square = PillowImage.new("L", (side, side), 0)
    square.paste(channel, ((side - channel.width) // 2, (side - channel.height) // 2))
    return np.asarray(square.resize((size_px, size_px), PillowImage.Resampling.BOX), np.float32) / 255


def by_cell(values: np.ndarray, grid: int) -> np.ndarray:
    """The mean in every cell: [s,s] -> [grid,grid]."""
    cell = len(values) // grid
    return values.reshape(grid, cell, grid, cell).mean((1, 3))

"""The codebook itself as a picture, and a drawing's codes beside the drawing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL import ImageDraw
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input
from pipelines.core.threads import one_torch_thread
from pipelines.drawing.code_network import CODES
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODES", "codebook"]
PAPER, LINE, INK = (237, 230, 218), (214, 204, 188), (84, 74, 62)
SPACING_PX = 1  # between codes


@pipeline(models=(CODES,))
def codebook(
    drawing: Annotated[
        Image | None,
        Input(help="Shows the codes of this drawing. Without a drawing, shows the whole codebook.", alpha=True),
    ] = None,
    *,
    report: Report = silent,
) -> Accompanied[Image]:
    """Show what each code stands for, or which 64 codes a drawing is made of.

    Finite scalar quantisation (Mentzer et al. 2024): a code is five digits of 8, 6, 5, 5 and 5 levels, and all 6,000 combinations are the
    book. Each is shown as the decoder paints it when the eight places around it hold the same code: the first two digits run over
    the blocks' places, the other three across a block. codes.json gives a drawing's codes with their digits. RGB. Raises Refusal for an
    empty drawing, MissingModel without weights.
    """
    from pipelines.core.models import load

    with load(CODES) as scribe, one_torch_thread():
        if drawing is None:
            return Accompanied(_book(scribe, report), {})
        return _codes_of(scribe, drawing, report)


def patches(scribe: Any, numbers: Tensor, report: Report = silent) -> Tensor:
    """Each code alone [n] -> straight RGBA patches [n,4,cell,cell]: four codes share a grid, each in a quarter, its inner cell cut out."""
    import torch

    grid, count = scribe.grid, len(numbers)
    half = grid // 2
    padded = torch.cat([numbers, numbers[-1:].expand(-count % 4)]).view(-1, 2, 2)
    found = []
    for first in range(0, len(padded), 25):
        four = padded[first : first + 25].repeat_interleave(half, 1).repeat_interleave(half, 2)
        report(Progress(first, len(padded), "Painting every code"))
        large = scribe.pixels(four.flatten(1))
        cell = large.shape[-1] // grid
        inner = half // 2 * cell
        for row in range(2):
            for column in range(2):
                top, left = row * half * cell + inner, column * half * cell + inner
                found.append(large[:, :, top : top + cell, left : left + cell])
    n = [f.shape[0] for f in found[::4]]
    blocks = [torch.stack(found[4 * i : 4 * i + 4], 1).flatten(0, 1) for i in range(len(n))]
    return torch.cat(blocks)[:count]


def _book(scribe: Any, report: Report) -> Image:
    """All codes: levels of the first two digits down and across in blocks, the other three inside each block."""
    import torch

    a, b, c, d, e = scribe.autoencoder.shape.levels
    every = patches(scribe, torch.arange(a * b * c * d * e), report).view(e, d, c, b, a, 4, *([64 // scribe.grid] * 2))
    cell, step = every.shape[-1], every.shape[-1] + SPACING_PX
    gap = 3 * step // 2
    wide, high = c * e * step + gap, d * step + gap
    page = PillowImage.new("RGB", (gap + b * wide, gap + a * high), PAPER)
    for i in range(a):
        for j in range(b):
            for k in range(c):
                for m in range(d):
                    for n in range(e):
                        at = gap + j * wide + (n * c + k) * step, gap + i * high + m * step
                        page.paste(_tile(every[n, m, k, j, i], cell), at)
    return page


def _tile(rgba: Tensor, side_px: int) -> Image:
    from pipelines.drawing.network import on_paper

    return on_paper(rgba, side_px)


def _codes_of(scribe: Any, drawing: Image, report: Report) -> Accompanied[Image]:
    """The drawing, the same through its codes, and its codes one by one with their numbers."""
    from pipelines.drawing import pictures
    from pipelines.drawing.network import on_paper
    from pipelines.nets.object_unet import from_pixels

    pixels = pictures.small(drawing, scribe.autoencoder.shape.size_px)
    codes, grid = scribe.codes(pixels), scribe.grid
    side, cell = 480, 60
    seen = [from_pixels(pixels[None])[0], scribe.pixels(codes[None])[0]]
    page = PillowImage.new("RGB", (3 * side + 4 * 24, side + 2 * 24), PAPER)
    for i, picture in enumerate(seen):
        page.paste(on_paper(picture, side), (24 + i * (side + 24), 24))
    draw = ImageDraw.Draw(page)
    left, top = 24 + 2 * (side + 24), 24
    alone = patches(scribe, codes, report)
    for place, number in enumerate(codes.tolist()):
        x, y = left + place % grid * cell, top + place // grid * cell
        page.paste(_tile(alone[place], cell - SPACING_PX), (x, y))
        draw.text((x + 3, y + cell - SPACING_PX - 13), str(number), fill=INK)
    digits = scribe.autoencoder.quantiser.digits(codes)
    facts = {
        "levels": list(scribe.autoencoder.shape.levels),
        "codes": codes.view(grid, grid).tolist(),
        "digits": digits.tolist(),
    }
    return Accompanied(page, {"codes.json": json.dumps(facts).encode()})

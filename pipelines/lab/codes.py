"""A picture as 64 codes: what each stands for, what changes when one is swapped, and how a gradient passes the rounding."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Any

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Refusal, Text
from pipelines.drawing.code_network import CODES
from pipelines.lab.parts.pictures import png
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CODES", "codes"]
CAST = ("man", "girl", "grandmother", "fox", "cat", "owl", "robot", "frog", "penguin", "horse", "pirate", "elephant")
MOST_EDITS = 64


@pipeline(models=(CODES,))
def codes(
    drawing: Annotated[Image | None, Input(help="Empty: the studio's fox.", alpha=True)] = None,
    *,
    edits: Annotated[
        str,
        Text(
            label="Changed codes",
            help="Place and new code, for example 27=4012 28=4012. Places go from 0 to 63, row by row.",
            placeholder="27=4012 28=4012",
            max_characters=800,
        ),
    ] = "",
    place: Annotated[int, Range(0, 63, 1, label="Place", help="The place whose rounding is looked at.")] = 27,
    report: Report = silent,
) -> Accompanied[Image]:
    """See a picture as 64 codes, change some of them and decode it again.

    Finite scalar quantisation (Mentzer et al. 2024), with the straight-through gradient (Bengio et al. 2013; van den Oord et al. 2017, section
    3.1). codes.json holds the codes before and after, their five digits, which of the 6,000 are used here and in twelve drawn figures, and for one
    place the numbers before rounding, the gradient that is passed and what a small change really does. Raises Refusal,
    MissingModel.
    """
    from pipelines.core.models import load
    from pipelines.core.threads import one_torch_thread
    from pipelines.drawing import pictures
    from pipelines.drawing.code_network import patches
    from pipelines.drawing.network import on_paper
    from pipelines.nets.object_unet import from_pixels

    with load(CODES) as scribe, one_torch_thread():
        book = scribe.autoencoder.shape.codes
        wanted = read_edits(edits, book)
        report(Progress(0.1, 1.0, "Encoding"))
        pixels = pictures.small(drawing if drawing is not None else figure("fox"), scribe.autoencoder.shape.size_px)
        before = scribe.codes(pixels)
        after = before.clone()
        for where, code in wanted.items():
            after[where] = code
        edited = scribe.pixels(after[None])[0]
        plain = scribe.pixels(before[None])[0]
        report(Progress(0.5, 1.0, "Painting the codes one by one"))
        alone = patches(scribe, after)
        details = {
            "grid": scribe.grid,
            "book": book,
            "before": before.tolist(),
            "after": after.tolist(),
            "digits": scribe.autoencoder.quantiser.digits(after).tolist(),
            "levels": list(scribe.autoencoder.shape.levels),
            "different": len(set(before.tolist())),
            "used": count_used_codes(scribe, before),
            "rounding": rounding(scribe, pixels, place),
            "changed": compare_cells(plain, edited, scribe.grid),
        }
    files = {
        "codes.json": json.dumps(details).encode(),
        "source.png": png(on_paper(from_pixels(pixels[None])[0], 384)),
        "plain.png": png(on_paper(plain, 384)),
        "tiles.png": png(tiles(alone, scribe.grid)),
        "after.png": png(on_paper(edited, 384)),
    }
    return Accompanied(on_paper(edited, 384), files)


def read_edits(text: str, book: int) -> dict[int, int]:
    """Place and code of each edit. Raises Refusal for what is not a place or a code."""
    edits: dict[int, int] = {}
    for part in text.replace(",", " ").split():
        pair = re.fullmatch(r"(\d{1,3})=(\d{1,5})", part)
        if pair is None:
            raise Refusal("Write changed codes as 27=4012.")
        where, code = int(pair[1]), int(pair[2])
        if where > 63 or code >= book:
            raise Refusal(f"Places go from 0 to 63 and codes from 0 to {book - 1}.")
        edits[where] = code
    if len(edits) > MOST_EDITS:
        raise Refusal("At most 64 codes can be changed.")
    return edits


def figure(kind: str) -> Image:
    """A figure of the cast on a transparent ground."""
    from pipelines.figures import Character, act, draw

    who = Character(kind)
    return PillowImage.fromarray(draw(who, act(who.figure, "stand", 0.0), 200.0, "three_quarters").rgba)


def count_used_codes(scribe: Any, own: Tensor) -> dict[str, Any]:
    """How many of the codes twelve drawn figures and this drawing use, and how evenly: the perplexity of their codes."""
    import torch

    from pipelines.drawing import pictures

    drawings = [own]
    for kind in CAST:
        drawings.append(scribe.codes(pictures.small(figure(kind), scribe.autoencoder.shape.size_px)))
    every = torch.cat(drawings)
    counts = torch.bincount(every, minlength=scribe.autoencoder.shape.codes).float()
    share = counts[counts > 0] / counts.sum()
    digits = scribe.autoencoder.quantiser.digits(every)
    levels = scribe.autoencoder.shape.levels
    return {
        "drawings": len(drawings),
        "places": len(every),
        "different": int((counts > 0).sum()),
        "perplexity": round(float(torch.exp(-(share * share.log()).sum())), 1),
        "digits": [torch.bincount(digits[:, i], minlength=n).tolist() for i, n in enumerate(levels)],
    }


def rounding(scribe: Any, pixels: Tensor, place: int) -> dict[str, Any]:
    """One place before rounding: the five numbers, bounded and rounded; the gradient of the drawing's squared error that the straight-through
    estimator passes to each, and the true change of that error for a change of 0.001, which is 0 unless a number jumps.
    """
    import torch

    net = scribe.autoencoder
    row, column = divmod(place, scribe.grid)
    with torch.enable_grad():
        z = net.features(pixels[None]).detach().requires_grad_()
        error = (net.decode_values(net.quantiser(z)) - pixels[None]).square().mean()
        (slope,) = torch.autograd.grad(error, z)
    with torch.inference_mode():
        bounded = net.quantiser.bounded(z)[0, row, column]
        moved = []
        for digit in range(z.shape[-1]):
            other = z.detach().clone()
            other[0, row, column, digit] += 1e-3
            new = (net.decode_values(net.quantiser(other)) - pixels[None]).square().mean()
            moved.append(float(new - error) / 1e-3)
    return {
        "place": place,
        "z": [round(float(v), 4) for v in z[0, row, column]],
        "bounded": [round(float(v), 4) for v in bounded],
        "rounded": [int(v) for v in bounded.round()],
        "passed": [float(f"{float(v):.4g}") for v in slope[0, row, column]],
        "true": [float(f"{v:.4g}") for v in moved],
    }


def compare_cells(before: Tensor, after: Tensor, grid: int) -> list[float]:
    """The mean absolute difference of two drawings [4,s,s] in each cell, in levels of 255."""
    import torch.nn.functional as F

    from pipelines.nets.object_unet import to_pixels

    apart = (to_pixels(before[None]) - to_pixels(after[None])).abs().mean(1, keepdim=True)
    return [round(float(v) * 127.5, 2) for v in F.avg_pool2d(apart, apart.shape[-1] // grid).flatten()]


def tiles(alone: Tensor, grid: int, cell_px: int = 48) -> Image:
    """Every code as the decoder paints it alone, in its place."""
    from pipelines.drawing.network import on_paper

    page = PillowImage.new("RGB", (grid * cell_px, grid * cell_px))
    for i, one in enumerate(alone):
        page.paste(on_paper(one, cell_px), (i % grid * cell_px, i // grid * cell_px))
    return page

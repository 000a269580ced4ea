"""Faces of people who do not exist, on a sheet; and sums of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed, Text
from pipelines.generate.parts.latent_faces import MOST, PORTRAITS
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["PORTRAITS", "faces"]
SIDE_PX = 160  # of a face; the network draws 64
PAPER, INK = (251, 248, 243), (30, 27, 24)


@pipeline(models=(PORTRAITS,))
def faces(
    *,
    count: Annotated[int, Range(1, MOST, 1)] = 12,
    truncation: Annotated[
        float, Range(0.3, 1.5, 0.1, label="Variety", help="Low values give average faces. Best from 0.5 to 1.")
    ] = 0.8,
    sum: Annotated[
        str,
        Text(
            label="A sum of faces",
            help="Add and subtract faces by their numbers: 3 - 7 + 12.",
            placeholder="3 - 7 + 12",
            max_characters=120,
        ),
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw faces of people who do not exist, and add and subtract them.

    Our own StyleGAN2 (Karras et al. 2020) of drawn portraits, with truncation and sums in w. A sheet, or the terms of a sum and its
    result; the single faces beside it. Raises Refusal for a sum that cannot be read, MissingModel.
    """
    from pipelines.generate.object import as_png
    from pipelines.generate.parts import latent_faces

    groups = latent_faces.read_sum(sum) if sum.strip() else []
    wanted = max([count, *(n for _, ns in groups for n in ns)])
    points = latent_faces.points(seed, wanted, truncation)
    report(Progress(0, 2, "Drawing faces"))
    drawn = latent_faces.faces(points if groups else points[:count], SIDE_PX)
    report(Progress(1, 2, "Drawing faces", lambda: sheet(drawn[:count])))
    if not groups:
        return Accompanied(
            sheet(drawn), {f"{i + 1}.png": as_png(face) for i, face in enumerate(drawn)} if count > 1 else {}
        )
    result = latent_faces.faces(latent_faces.add_faces(points, groups)[None], SIDE_PX)[0]
    return Accompanied(equation(groups, points, drawn, result), {"result.png": as_png(result)})


def sheet(made: list[Image]) -> Image:
    """Faces in rows, each with its number below; a single one has none."""
    side, band = made[0].width, 24 if len(made) > 1 else 0
    columns = next((c for c in (6, 4, 5, 3, 2) if len(made) % c == 0 and len(made) // c <= c), min(6, len(made)))
    rows = -(-len(made) // columns)
    page = PillowImage.new("RGB", (columns * side, rows * (side + band)), PAPER)
    for i, face in enumerate(made):
        x, y = i % columns * side, i // columns * (side + band)
        page.paste(face, (x, y))
        if band:
            _write_text(page, (x + side // 2, y + side + band // 2), str(i + 1), 14)
    return page


def equation(groups: list[tuple[int, tuple[int, ...]]], points: Tensor, made: list[Image], result: Image) -> Image:
    """The terms of a sum in a row with their signs, and what they come to; a mean of several is shown as the face of that mean."""
    from pipelines.generate.parts import latent_faces

    size, terms = result.width, []
    for sign, numbers in groups:
        mean = latent_faces.add_faces(points, [(1, numbers)])[None]
        face = made[numbers[0] - 1] if len(numbers) == 1 else latent_faces.faces(mean, size)[0]
        terms.append(("–" if sign < 0 else "+", face, ", ".join(map(str, numbers))))
    terms.append(("=", result, ""))
    gap, band = 40, 24
    lead = gap if terms[0][0] == "–" else 0
    page = PillowImage.new("RGB", (lead + len(terms) * size + (len(terms) - 1) * gap, size + band), PAPER)
    x = 0
    for i, (mark, face, name) in enumerate(terms):
        if i or lead:
            _write_text(page, (x + gap // 2, size // 2), mark, 28)
            x += gap
        page.paste(face, (x, 0))
        _write_text(page, (x + size // 2, size + band // 2), name, 14)
        x += size
    return page


def _write_text(page: Image, middle: tuple[int, int], text: str, size_px: int) -> None:
    ImageDraw.Draw(page).text(middle, text, INK, ImageFont.load_default(size_px), anchor="mm")

"""Faces of people who do not exist, on a sheet; and sums of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL import ImageDraw
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed, Text, Toggle
from pipelines.generate.parts.latent_faces import DCGAN, MOST, PORTRAITS, Engine, Network, Truncation
from pipelines.media import Accompanied

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["DCGAN", "PORTRAITS", "faces"]
PAPER, INK = (251, 248, 243), (30, 27, 24)


@pipeline(models=(PORTRAITS,), optional=(DCGAN,))
def faces(
    *,
    count: Annotated[int, Range(1, MOST, 1, help="How many faces; each one is different.")] = 12,
    network: Network = "portraits",
    truncation: Truncation = 0.8,
    sum: Annotated[
        str,
        Text(
            label="A sum of faces",
            help="Add and subtract faces by their number on the sheet of this seed: 3 - 7 + 12. Commas take the mean of several faces: 3,5 - 7,8 + 12.",
            placeholder="3 - 7 + 12",
            max_characters=120,
        ),
    ] = "",
    numbers: Annotated[bool, Toggle(help="Write each face's number on the sheet.", more=True)] = True,
    size: Annotated[int, Range(64, 512, 32, help="Side of one face in pixels; the network draws 64.", more=True)] = 160,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Image]:
    """Draw faces of people who do not exist, and add and subtract them.

    Our own StyleGAN2 (Karras et al. 2020) of drawn portraits, with truncation and sums in w; or DCGAN, Radford et al. 2016, with truncation as in
    Brock et al. 2019, section 3.1, and sums as in Radford's section 6.3.2. A sheet, or the terms of a sum and its result; the single faces beside it. Raises Refusal for a sum that cannot be read, MissingModel.
    """
    from pipelines.generate.object import as_png
    from pipelines.generate.parts import latent_faces

    groups = latent_faces.read_sum(sum) if sum.strip() else []
    wanted = max([count, *(n for _, ns in groups for n in ns)])
    how = latent_faces.engine(network)
    z = how.points(seed, wanted, truncation)
    report(Progress(0, 2, "Drawing faces"))
    made = [latent_faces.enlarged(face, size) for face in how.faces(z if groups else z[:count])]
    report(Progress(1, 2, "Drawing faces", lambda: sheet(made[:count], numbers)))
    if not groups:
        page = sheet(made, numbers)
        return Accompanied(page, {f"{i + 1}.png": as_png(face) for i, face in enumerate(made)} if count > 1 else {})
    result = latent_faces.enlarged(how.faces(how.added(z, groups)[None])[0], size)
    return Accompanied(equation(how, groups, z, made, result, size), {"result.png": as_png(result)})


def sheet(made: list[Image], numbers: bool) -> Image:
    """Faces in rows; each with its number below where wanted."""
    side, band = made[0].width, 24 if numbers and len(made) > 1 else 0
    columns = next((c for c in (6, 4, 5, 3, 2) if len(made) % c == 0 and len(made) // c <= c), min(6, len(made)))
    rows = -(-len(made) // columns)
    page = PillowImage.new("RGB", (columns * side, rows * (side + band)), PAPER)
    for i, face in enumerate(made):
        x, y = i % columns * side, i // columns * (side + band)
        page.paste(face, (x, y))
        if band:
            _written(page, (x + side // 2, y + side + band // 2), str(i + 1), 14)
    return page


def equation(
    how: Engine, groups: list[tuple[int, tuple[int, ...]]], z: Tensor, made: list[Image], result: Image, size: int
) -> Image:
    """The terms of a sum in a row with their signs, and what they come to; a mean of several is shown as the face of that mean."""
    from pipelines.generate.parts import latent_faces

    terms = []
    for sign, numbers in groups:
        mean = how.added(z, [(1, numbers)])[None]
        face = made[numbers[0] - 1] if len(numbers) == 1 else latent_faces.enlarged(how.faces(mean)[0], size)
        terms.append(("–" if sign < 0 else "+", face, ", ".join(map(str, numbers))))
    terms.append(("=", result, ""))
    gap, band = 40, 24
    lead = gap if terms[0][0] == "–" else 0
    page = PillowImage.new("RGB", (lead + len(terms) * size + (len(terms) - 1) * gap, size + band), PAPER)
    x = 0
    for i, (mark, face, name) in enumerate(terms):
        if i or lead:
            _written(page, (x + gap // 2, size // 2), mark, 28)
            x += gap
        page.paste(face, (x, 0))
        _written(page, (x + size // 2, size + band // 2), name, 14)
        x += size
    return page


def _written(page: Image, middle: tuple[int, int], text: str, size_px: int) -> None:
    from PIL import ImageFont

    ImageDraw.Draw(page).text(middle, text, INK, ImageFont.load_default(size_px), anchor="mm")

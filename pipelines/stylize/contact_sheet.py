"""All styles of the list on one's own photo, small and with their names, to choose from."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont, ImageOps
from PIL.Image import Image

from pipelines.core.models import ASSETS
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input
from pipelines.stylize.parts import tiles
from pipelines.stylize.parts.stylers import MULTISTYLE, by_name, named_styles, trained_cards

SIDE_PX = 240  # the longest side of each picture
PAPER, INK = "#faf8f4", "#2b2926"
SHARPER = 2  # painted this many times larger than shown, so that strokes look as they do on a picture of some size
FONT = ASSETS / "fonts" / "inter-latin-wght-normal.woff2"


@pipeline(models=(MULTISTYLE,), optional=trained_cards())
def contact_sheet(
    content: Annotated[Image, Input(label="Photo")],
    *,
    report: Report = silent,
) -> Image:
    """Show every style of the list on one photo, each with its name.

    Dumoulin et al. 2017; an RGB picture of any size gives a sheet
    of about 7 x 5 small ones. Raises MissingModel without the 26-style network (1 MB).
    """
    seen = ImageOps.contain(
        content.convert("RGB"), (SHARPER * SIDE_PX, SHARPER * SIDE_PX), PillowImage.Resampling.LANCZOS
    )
    photo, small = np.asarray(seen), ImageOps.contain(seen, (SIDE_PX, SIDE_PX)).size
    styles = list(named_styles().values())
    cells = [("Your photo", seen.resize(small, PillowImage.Resampling.LANCZOS))]
    for index, style in enumerate(styles):
        report(Progress(index, len(styles), style.name, cells[-1][1].copy))
        with by_name(style) as styler:
            painted = PillowImage.fromarray(tiles.paint_tiles(styler, photo))
        cells.append((style.name, painted.resize(small, PillowImage.Resampling.LANCZOS)))
    return _laid_out(cells, SIDE_PX)


def _laid_out(cells: list[tuple[str, Image]], side: int) -> Image:
    """The pictures in rows, their names below in one size of type, as near to 3:2 as whole rows come."""
    picture_width, picture_height = cells[0][1].size
    gap, type_px = max(10, side // 16), max(12, side // 15)
    font = _font(type_px)
    longest_name = math.ceil(max(font.getlength(name) for name, _ in cells))
    width, height = max(picture_width, min(side, longest_name)), picture_height + type_px * 2
    widest = max(1, round(math.sqrt(1.5 * len(cells) * (height + gap) / (width + gap))))
    columns = min(range(max(1, widest - 1), widest + 2), key=lambda count: (-len(cells) % count, abs(count - widest)))
    rows = math.ceil(len(cells) / columns)
    sheet = PillowImage.new("RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), PAPER)
    draw = ImageDraw.Draw(sheet)
    for place, (name, picture) in enumerate(cells):
        left = gap + place % columns * (width + gap)
        top = gap + place // columns * (height + gap)
        sheet.paste(picture, (left + (width - picture_width) // 2, top))
        draw.text(
            (left + width / 2, top + picture_height + type_px * 0.45), name, INK, _fitting(font, name, width), "ma"
        )
    return sheet


def _font(size_px: int) -> Any:
    return ImageFont.truetype(str(FONT), size_px) if FONT.exists() else ImageFont.load_default(size_px)


def _fitting(font: Any, name: str, width: int) -> Any:
    """The font, smaller where a long name would run into its neighbour's."""
    length = font.getlength(name)
    return font if length <= width else font.font_variant(size=max(8, int(font.size * width / length)))

"""Any painting's style on any photo, in one pass: Ghiasi et al. 2017, "Exploring the structure of a real-time, arbitrary style network"."""

from __future__ import annotations

from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Toggle
from pipelines.stylize.parts import scales
from pipelines.stylize.parts.colour import keep_colours as with_colours_of
from pipelines.stylize.parts.colour import mix_pictures
from pipelines.stylize.parts.stylers import PREDICT, TRANSFORM, by_paintings

__all__ = ["PREDICT", "TRANSFORM", "painting"]
FADE_BELOW = 0.25  # strengths under this let the photo through, so that 0 is the photo

Brush = Annotated[
    float,
    Range(
        0.25,
        4,
        0.05,
        label="Brush size",
        help="A broad brush makes large strokes.",
    ),
]
Size = Annotated[
    int,
    Range(
        0,
        8192,
        8,
        label="Longest side",
        help="In pixels. 0 keeps the photo's own size.",
        more=True,
    ),
]
KeepColours = Annotated[
    bool, Toggle(label="Keep the photo's colours", help="Only light and texture come from the style.")
]


@pipeline(models=(PREDICT, TRANSFORM))
def painting(
    content: Annotated[Image, Input(label="Photo", help="Any size up to 24 megapixels.")],
    style: Annotated[Image, Input(label="Painting", help="Its strokes and colours are used, not what it shows.")],
    second_style: Annotated[Image | None, Input(label="Second painting", help="Blended with the first.")] = None,
    third_style: Annotated[Image | None, Input(label="Third painting", help="Blended with the others.")] = None,
    *,
    strength: Annotated[
        float,
        Range(0, 1.3, 0.05, help="0 keeps the photo, 1 is the painting's style."),
    ] = 1.0,
    brush: Brush = 1.0,
    keep_colours: KeepColours = False,
    second_weight: Annotated[
        float,
        Range(0, 3, 0.05, label="Weight of the second painting", help="The first painting has weight 1.", more=True),
    ] = 1.0,
    third_weight: Annotated[
        float,
        Range(0, 3, 0.05, label="Weight of the third painting", help="The first painting has weight 1.", more=True),
    ] = 1.0,
    size: Size = 0,
    report: Report = silent,
) -> Image:
    """Paint a photo in the style of one to three paintings.

    Ghiasi et al. 2017, sections 3 and 5.4: a network reads 100 numbers off each painting, their weighted mean steers the painter.
    RGB pictures of any size; the result has the photo's size or `size` pixels on its longest side.
    Raises MissingModel without its two networks (3 MB), Refusal past 24 megapixels.
    """
    photo = scales.size_photo(content, size)
    others = [(second_style, second_weight), (third_style, third_weight)]
    paintings = [(style, 1.0)] + [(picture, weight) for picture, weight in others if picture is not None]
    with by_paintings(photo, paintings, strength) as styler:
        painted = scales.paint_with_brush(styler, photo, brush, report)
    if keep_colours:
        painted = with_colours_of(painted, photo)
    # departure from the paper, where strength 0 is the photo painted in its own style
    return PillowImage.fromarray(mix_pictures(photo, painted, strength / FADE_BELOW))

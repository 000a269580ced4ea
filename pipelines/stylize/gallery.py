"""A style from the list, or two blended: Dumoulin et al. 2017, "A learned representation for artistic style", and trained networks."""

from __future__ import annotations

from typing import Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range
from pipelines.media import Network
from pipelines.stylize.painting import Brush, KeepColours, Size
from pipelines.stylize.parts import scales
from pipelines.stylize.parts.colour import keep_colours as with_colours_of
from pipelines.stylize.parts.colour import mix_pictures
from pipelines.stylize.parts.stylers import MULTISTYLE, by_name, by_network, named_styles, style_names, trained_cards

__all__ = ["MULTISTYLE", "gallery"]


def or_none() -> dict[str, str]:
    """List the named styles, and the choice of none."""
    return {"none": "None", **style_names()}


@pipeline(models=(MULTISTYLE,), optional=trained_cards())
def gallery(
    content: Annotated[Image, Input(label="Photo", help="Any size up to 24 megapixels.")],
    network: Annotated[
        Network | None,
        Input(label="Your own network", help="A style from “Train a style”. It replaces the style below."),
    ] = None,
    *,
    style: Annotated[
        str, Choice(style_names, help="How the photo is painted.", pictures="looks/{value}.webp")
    ] = "autumn-oils",
    second_style: Annotated[str, Choice(or_none, label="Second style", help="Blended with the first.")] = "none",
    blend: Annotated[float, Range(0, 1, 0.05, help="0 is the first style alone, 1 the second.")] = 0.5,
    strength: Annotated[float, Range(0, 1, 0.05, help="0 keeps the photo as it is.")] = 1.0,
    brush: Brush = 1.0,
    keep_colours: KeepColours = False,
    size: Size = 0,
    report: Report = silent,
) -> Image:
    """Paint a photo in a style from the list, in a blend of two, or with a network of your own.

    Dumoulin et al. 2017, sections 2.2 and 3.4: every style is a scale and a shift after each convolution, and blends are their means.
    RGB pictures of any size; the result has the photo's size or `size` pixels on its longest side.
    Raises MissingModel without its network (1 MB), Refusal past 24 megapixels or for a network that does not paint.
    """
    photo = scales.size_photo(content, size)
    styles = named_styles()
    second = styles.get(second_style)
    with by_network(network, second, blend) if network else by_name(styles[style], second, blend) as styler:
        painted = scales.paint_with_brush(styler, photo, brush, report)
    if keep_colours:
        painted = with_colours_of(painted, photo)
    return PillowImage.fromarray(mix_pictures(photo, painted, strength))

"""A photo as a linocut: one ink on paper, cut in steps of light."""

from __future__ import annotations

from typing import Annotated

from PIL import Image as PillowImage
from PIL import ImageFilter, ImageOps
from PIL.Image import Image

from afternoon_studio.plugin import Choice, Input, Method, Progress, Range, Refusal, Report, pipeline, silent

INKS = {"midnight": "Midnight blue", "oxide": "Red oxide", "moss": "Moss green"}
COLOURS = {"midnight": (24, 34, 68), "oxide": (140, 48, 36), "moss": (44, 72, 40)}
PAPER = (246, 240, 226)
LEAST_PX = 16


@pipeline(family="stylize", models=())
def linocut(
    content: Annotated[Image, Input(label="Photo")],
    *,
    ink: Annotated[str, Choice(INKS, help="The colour that is printed.")] = "midnight",
    cuts: Annotated[int, Range(2, 6, help="How many steps from paper to ink.")] = 3,
    softness: Annotated[float, Range(0, 6, help="How far small details are smoothed away.", more=True)] = 2.0,
    report: Report = silent,
) -> Image:
    """Print a photo as a linocut of one ink.

    Posterization of a smoothed grey picture (median filter and histogram equalization). Raises Refusal for a picture under 16 pixels a side.
    """
    if min(content.size) < LEAST_PX:
        raise Refusal(f"This picture is smaller than {LEAST_PX} pixels; please choose a larger one.")
    report(Progress(0, 2, "Cutting the block"))
    grey = ImageOps.equalize(ImageOps.grayscale(content).filter(ImageFilter.GaussianBlur(softness)))
    steps = [round(255 * (level * cuts // 256) / (cuts - 1)) for level in range(256)]
    report(Progress(1, 2, "Printing it"))
    mask = grey.point(steps).filter(ImageFilter.MedianFilter(5))
    return PillowImage.composite(
        PillowImage.new("RGB", content.size, PAPER), PillowImage.new("RGB", content.size, COLOURS[ink]), mask
    )


METHODS = (Method("stylize.linocut", "Linocut", "Prints your photo as a linocut of one ink.", "Print it"),)

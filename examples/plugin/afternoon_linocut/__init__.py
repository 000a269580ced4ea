"""A photo as a linocut, one ink on paper cut in steps of light; and a signal of Detect that says whether a picture has the colours of one print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL import ImageChops, ImageFilter, ImageOps, ImageStat
from PIL.Image import Image

from afternoon_studio.plugin import (
    Choice,
    Input,
    Method,
    Observation,
    Progress,
    Range,
    Refusal,
    Report,
    pipeline,
    signal,
    silent,
)

if TYPE_CHECKING:
    import numpy as np

INKS = {"midnight": "Midnight blue", "oxide": "Red oxide", "moss": "Moss green"}
COLOURS = {"midnight": (24, 34, 68), "oxide": (140, 48, 36), "moss": (44, 72, 40)}
PAPER = (246, 240, 226)
LEAST_PX = 16
NEAR = 16.0  # of 255: how far the pixels of a print may be from its two colours on average


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


@signal("Printed in one ink", "Line drawings and scanned text are in two colours too.", of="picture")
def one_ink(pixels: np.ndarray) -> Observation:
    """Say whether the picture is almost the same in two colours."""
    picture = PillowImage.fromarray(pixels)
    off = ImageChops.difference(picture, picture.quantize(2).convert("RGB"))
    distance = sum(ImageStat.Stat(off).mean) / 3
    finding = "Two colours cover nearly all of it, as in a print of one ink."
    if distance >= NEAR:
        finding = "It has more colours than one ink and its paper."
    return Observation(finding, {"distance": distance})


METHODS = (Method("stylize.linocut", "Linocut", "Prints your photo as a linocut of one ink.", "Print it"),)

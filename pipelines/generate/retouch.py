"""Something is taken out of a picture: what was behind it is made up from the rest. Needs no model and no GPU."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Refusal
from pipelines.vision.inpainting import fill_hole

MOST_SHARE = 0.6  # of the picture that may be filled


@pipeline()
def retouch(
    picture: Annotated[Image, Input(help="The picture from which something should go.")],
    mask: Annotated[
        Image,
        Input(
            label="What should go",
            help="Paint white over what should go.",
            samples=False,
            editor="mask",
            over="picture",
        ),
    ],
    *,
    grow: Annotated[int, Range(0, 64, label="Margin", help="Pixels around the painted part that go too.")] = 4,
    report: Report = silent,
) -> Image:
    """Fill the painted part of a picture with patches from the rest of it.

    Wexler et al. 2007, "Space-time completion of video", with PatchMatch (Barnes et al. 2009), coarse to fine. Pixels that are not painted keep
    their values. Raises Refusal for an empty mask, one that covers most of the picture, and pictures smaller than 32 pixels a side.
    """
    import cv2

    if min(picture.size) < 32:
        raise Refusal("This picture is smaller than 32 pixels.")
    painted = mask.convert("L").resize(picture.size, PillowImage.Resampling.BILINEAR)
    hole = np.asarray(painted) > 127
    if not hole.any():
        raise Refusal("Nothing is painted in the mask; paint over what should go.")
    if grow:
        round_brush = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * grow + 1, 2 * grow + 1))
        hole = cv2.dilate(hole.astype(np.uint8), round_brush).astype(bool)
    if hole.mean() > MOST_SHARE:
        raise Refusal(f"More than {MOST_SHARE:.0%} of the picture is painted; paint less.")
    whole = np.asarray(picture.convert("RGB"))
    report(Progress(0, 100, "Looking for what fits"))
    filled = fill_hole(
        whole.astype(np.float32) / 255, hole, lambda done: report(Progress(round(100 * done), 100, "Filling the part"))
    )
    made = np.where(hole[..., None], np.clip(np.rint(filled * 255), 0, 255).astype(np.uint8), whole)
    return PillowImage.fromarray(made)

"""Colour of a painted picture: the photo's own colours kept, and the photo itself shining through."""

from __future__ import annotations

import numpy as np
from PIL import Image as PillowImage


def keep_colours(painted: np.ndarray, photo: np.ndarray) -> np.ndarray:
    """The painting's light with the photo's colours, uint8 [h,w,3] both (Gatys et al. 2016, section 5.2, luminance only)."""
    light = PillowImage.fromarray(painted).convert("YCbCr").getchannel("Y")
    _, blue, red = PillowImage.fromarray(photo).convert("YCbCr").split()
    return np.asarray(PillowImage.merge("YCbCr", (light, blue, red)).convert("RGB"))


def mix_pictures(photo: np.ndarray, painted: np.ndarray, amount: float) -> np.ndarray:
    """`photo` at amount 0, `painted` at 1, uint8 [h,w,3]; the ends are exact."""
    if amount >= 1:
        return painted
    if amount <= 0:
        return photo
    return np.asarray(PillowImage.blend(PillowImage.fromarray(photo), PillowImage.fromarray(painted), amount))

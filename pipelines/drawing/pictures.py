"""Between a visitor's picture and the network's pixels: transparency found, the drawing centred, brought to 64 pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

GROUND_TOLERANCE = 12  # levels of 255 that the ground may differ from its own median
MARGIN = 0.06  # of the square, left free around a drawing


def straight(picture: Image) -> np.ndarray:
    """A picture as straight RGBA 0..1 [h,w,4]; where it has no transparency, an even ground that touches the border is taken away."""
    import numpy as np

    rgba = np.asarray(picture.convert("RGBA"), np.float32) / 255
    if rgba[..., 3].min() < 0.99:
        return rgba
    rgba = rgba.copy()
    rgba[..., 3] = 1 - _ground(rgba[..., :3])
    return rgba


def _ground(rgb: np.ndarray) -> np.ndarray:
    """1 where an even ground reaches in from the border, 0 on the drawing; soft over the edge's own width. rgb [h,w,3]."""
    import cv2
    import numpy as np

    border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
    colour = np.median(border, axis=0)
    away = np.abs(rgb - colour).max(-1) * 255
    if (np.abs(border - colour).max(-1) * 255 < GROUND_TOLERANCE).mean() < 0.6:
        return np.zeros(rgb.shape[:2], np.float32)  # a photograph, or a drawing that fills its frame
    like = np.pad((away < GROUND_TOLERANCE).astype(np.uint8), 1, constant_values=1)
    _, reached = cv2.connectedComponents(like, connectivity=4)
    outside = (reached == reached[0, 0])[1:-1, 1:-1]
    soft = np.clip(1 - (away - GROUND_TOLERANCE) / 90, 0, 1)  # antialiased pixels next to it
    near = cv2.dilate(outside.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(outside, 1.0, np.where(near, soft, 0.0)).astype(np.float32)


def small(picture: Image, size_px: int, *, centred: bool = True) -> Tensor:
    """A picture in the network's pixels [4,size,size]; with `centred` its drawing fills the square as training drawings do.

    Raises Refusal for a picture on which nothing is drawn.
    """
    import numpy as np
    import torch

    from pipelines.nets.object_unet import to_pixels

    rgba = straight(picture)
    rows, columns = (np.flatnonzero((rgba[..., 3] > 0.1).any(axis=axis)) for axis in (1, 0))
    if len(rows) == 0 or len(columns) == 0:
        raise Refusal("Nothing is drawn on this picture.")
    if centred:
        rgba = rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    square = _pad_to_square(rgba, MARGIN if centred else 0.0)
    large = to_pixels(torch.from_numpy(square).permute(2, 0, 1))[None]
    how = "area" if large.shape[-1] >= size_px else "bicubic"
    return torch.nn.functional.interpolate(large, (size_px, size_px), mode=how)[0]


def _pad_to_square(rgba: np.ndarray, margin: float) -> np.ndarray:
    """Transparent borders to a square."""
    import numpy as np

    height, width = rgba.shape[:2]
    side = max(1, round(max(height, width) / (1 - 2 * margin)))
    square = np.zeros((side, side, 4), np.float32)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = rgba
    return square


def over(picture: Image, colour: str = "white") -> Image:
    """RGBA on an even ground, as RGB."""
    ground = PillowImage.new("RGBA", picture.size, colour)
    return PillowImage.alpha_composite(ground, picture.convert("RGBA")).convert("RGB")

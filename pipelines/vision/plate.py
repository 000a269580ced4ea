"""A picture that is sampled at any scale and place without shimmer: prefiltered levels, twice as dense as what is shown.

Bilinear sampling alone softens a picture by an amount that depends on where the samples fall between its pixels; in a slow pan that is
seen as breathing. Here every level is band-limited to what the frame can show (Lanczos) and then held at twice that density, where the difference is
small; between two levels, half an octave apart, the weights follow the scale (Williams 1983, "Pyramidal parametrics").
Pixels are uint8 [h,w,4], colour multiplied by alpha; coordinates are in pixels of the picture, the centre of the first at 0. OpenCV 5 samples bytes at exact
fractions of a pixel and rounds once, at a fraction of what floating point takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

STEP = math.sqrt(2.0)  # between two levels
LONGEST_PX = 4400  # of a level


def resize_pixels(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Lanczos with the right footprint in both directions, float32 [h,w,c]."""
    from PIL import Image

    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(pixels[..., i])).resize((width, height), Image.Resampling.LANCZOS)
        )
        for i in range(pixels.shape[-1])
    ]
    return np.stack(planes, axis=-1)


@dataclass
class Plate:
    """Sampled by `at` or `warped`; a scale is how many frame pixels one pixel of the picture covers.

    `pixels` may be given as float 0..1. `anchor` is the scale at which it is shown most: one level is made for exactly that, so that nothing has to be
    mixed there.
    """

    pixels: np.ndarray
    anchor: float = 1.0
    levels: dict[int, np.ndarray] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8:
            self.pixels = (self.pixels * 255 + 0.5).clip(0, 255).astype(np.uint8)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]

    def at(self, x: np.ndarray, y: np.ndarray, scale: float) -> np.ndarray:
        """Pixels at places x, y [h,w]; beyond the border the nearest pixel."""
        import cv2

        def sample_level(level: np.ndarray) -> np.ndarray:
            dense_x, dense_y = self._density(level)
            at_x = _dense(x, dense_x)
            at_y = _dense(y, dense_y)
            return cv2.remap(level, at_x, at_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

        return self._mix_levels(sample_level, scale)

    def warped(self, back: np.ndarray, size: tuple[int, int], scale: float) -> np.ndarray:
        """The same for an affine map: `back` [2,3] leads from pixels of the result, `size` (width, height), to those of the picture."""
        import cv2

        def sample_warped(level: np.ndarray) -> np.ndarray:
            matrix = np.array(back, np.float64)
            matrix[:, 2] += 0.5
            matrix *= np.array(self._density(level), np.float64)[:, None]
            matrix[:, 2] -= 0.5
            flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
            return cv2.warpAffine(level, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE)

        return self._mix_levels(sample_warped, scale)

    def _mix_levels(self, sampled: Callable[[np.ndarray], np.ndarray], scale: float) -> np.ndarray:
        import cv2

        exact = math.log(max(scale, 1e-3) / self.anchor, STEP)
        nearest = round(exact)
        found, share = sampled(self._level(nearest)), 2 * abs(exact - nearest) - 0.5
        if share > 0:  # within a quarter of a step the nearest level is enough
            other = sampled(self._level(nearest + (1 if exact > nearest else -1)))
            found = cv2.addWeighted(found, 1 - share, other, share, 0, dst=found)
        return found

    def _density(self, level: np.ndarray) -> tuple[float, float]:
        return level.shape[1] / self.size[0], level.shape[0] / self.size[1]

    def _level(self, number: int) -> np.ndarray:
        """The picture band-limited to anchor * STEP**number of its own density, held at twice that."""
        if number not in self.levels:
            width, height = self.size
            most = min(LONGEST_PX / max(width, height), 8.0)
            shown = min(self.anchor * STEP**number, most)
            pixels = self.pixels
            if shown < 1:
                pixels = _resized_bytes(pixels, max(1, round(width * shown)), max(1, round(height * shown)))
            dense = min(2 * shown, most)
            wide, tall = max(1, round(width * dense)), max(1, round(height * dense))
            self.levels[number] = _resized_bytes(pixels, wide, tall)
            for old in list(self.levels)[:-3]:  # a move goes through few levels at a time
                del self.levels[old]
        return self.levels[number]


def _dense(places: np.ndarray, density: float) -> np.ndarray:
    """Places in pixels of a picture -> in pixels of a denser level of it, float32 [h,w]."""
    made = np.multiply(places, np.float32(density), dtype=np.float32)
    made += np.float32(0.5 * density - 0.5)
    return made


def _resized_bytes(pixels: np.ndarray, width: int, height: int) -> np.ndarray:
    """Premultiplied uint8 [h,w,4] made smaller by Lanczos, or larger by a cubic; where it overshoots, colour is cut to what alpha allows."""
    import cv2
    from PIL import Image

    if width >= pixels.shape[1] and height >= pixels.shape[0]:
        values = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    else:
        picture = Image.frombuffer("RGBa", pixels.shape[1::-1], np.ascontiguousarray(pixels), "raw", "RGBa", 0, 1)
        values = np.array(picture.resize((width, height), Image.Resampling.LANCZOS))
    return cv2.min(values, cv2.merge([cv2.extractChannel(values, 3)] * 4), dst=values)


def opaque(colours: np.ndarray) -> Plate:
    """[h,w,3] -> a plate without holes."""
    return Plate(np.concatenate([colours, np.ones_like(colours[..., :1])], axis=-1))


def kept_of(front: np.ndarray) -> np.ndarray:
    """What a premultiplied uint8 [h,w,4] lets through of what is behind, the same in all four channels."""
    import cv2

    through = cv2.bitwise_not(cv2.extractChannel(front, 3))
    return cv2.merge([through] * 4)


def put_over(front: np.ndarray, back: np.ndarray) -> None:
    """Porter and Duff 1984: premultiplied uint8 [h,w,4] put over [h,w,4], in place."""
    import cv2

    cv2.multiply(back, kept_of(front), dst=back, scale=1 / 255)
    cv2.add(back, front, dst=back)

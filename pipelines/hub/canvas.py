"""What a painting model begins from: sizes it can work in, masks, canvases grown beyond a picture's edges, maps of lines."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image as PillowImage
from PIL import ImageChops, ImageFilter, ImageOps
from PIL.Image import Image

from pipelines.core.settings import Refusal

STEP_PX = (
    16  # sides are multiples of this: eightfold autoencoders, and transformers that take two by two of their latents
)
MOST_PX = 2048
GROWN = 0.25  # of the side that grows
SOFT_PX = 6  # over which a mask's edge is blended


def read_size(text: str) -> tuple[int, int]:
    """Width and height as they are written, such as 768x512; (0, 0) for nothing, 0 for a side that follows from the other. Raises Refusal."""
    if not text.strip():
        return 0, 0
    width, _, height = text.strip().lower().partition("x")
    sides = [int(side) if side.isdigit() and len(side) < 5 else -1 for side in (width.strip(), height.strip())]
    if any(side and not 32 <= side <= MOST_PX for side in sides):
        raise Refusal(f"A size is like 768x512, at most {MOST_PX} a side.")
    return sides[0], sides[1]


def check_size(text: str) -> None:
    """The check of a form's field for a size. Raises Refusal."""
    read_size(text)


@dataclass(frozen=True)
class Canvas:
    """The picture and mask as the model gets them, their size, and what is put back where the mask is black."""

    size: tuple[int, int]
    picture: Image | None = None
    mask: Image | None = None
    grown: bool = False

    def put_back(self, painted: Image) -> Image:
        """The model's picture inside the mask, the visitor's own pixels outside it, blended inwards over a few pixels."""
        painted = painted.convert("RGB")
        if self.mask is None or self.picture is None:
            return painted
        own = self.picture if painted.size == self.size else self.picture.resize(painted.size)
        mask = self.mask if painted.size == self.size else self.mask.resize(painted.size)
        soft = mask.filter(ImageFilter.MinFilter(3)).filter(ImageFilter.GaussianBlur(SOFT_PX / 2))
        return PillowImage.composite(painted, own, ImageChops.darker(soft, mask))


def laid(
    picture: Image | None,
    mask: Image | None,
    grow: str,
    wished: tuple[int, int],
    usual: tuple[int, int],
    *,
    step_px: int = STEP_PX,
) -> Canvas:
    """The canvas for what was given, its sides multiples of `step_px`. Raises Refusal for a mask without a picture, or one with nothing to fill."""
    if picture is None:
        if mask is not None or grow:
            raise Refusal("A mask and growing need a picture; add one.")
        return Canvas((_side(wished[0] or usual[0], step_px), _side(wished[1] or usual[1], step_px)))
    picture = picture.convert("RGB")
    size = _sides(picture.size, wished, usual, step_px)
    if mask is not None:
        mask = mask.convert("L").resize(picture.size).point(lambda v: 255 * (v > 127))
        if mask.getextrema()[1] == 0:
            raise Refusal("The mask is black; paint white where something new should come.")
    picture = picture.resize(size, PillowImage.Resampling.LANCZOS)
    mask = mask.resize(size, PillowImage.Resampling.NEAREST) if mask is not None else None
    if not grow:
        return Canvas(size, picture, mask)
    return _grown(picture, mask, grow)


def _grown(picture: Image, mask: Image | None, grow: str) -> Canvas:
    """A larger canvas: the picture mirrored and blurred beyond its edges, and a mask that is white there."""
    width, height = picture.size
    across, down = (max(STEP_PX, round(s * GROWN / STEP_PX) * STEP_PX) for s in picture.size)
    left, right = across * (grow in ("left", "all")), across * (grow in ("right", "all"))
    up, below = down * (grow in ("up", "all")), down * (grow in ("down", "all"))
    size = width + left + right, height + up + below
    if max(size) > MOST_PX:
        raise Refusal(f"This picture would be longer than {MOST_PX} pixels; give a smaller one.")
    wide = PillowImage.new("RGB", size)
    mirrored, turned = ImageOps.mirror(picture), ImageOps.flip(picture)
    corner = ImageOps.flip(mirrored)
    for x, by_x in ((left - width, True), (left, False), (left + width, True)):
        for y, by_y in ((up - height, True), (up, False), (up + height, True)):
            tile = (corner if by_y else mirrored) if by_x else turned if by_y else picture
            wide.paste(tile, (x, y))
    wide = wide.filter(ImageFilter.GaussianBlur(8))
    wide.paste(picture, (left, up))
    open_ = PillowImage.new("L", size, 255)
    inset = SOFT_PX  # a little of the picture's own rim is painted anew, so that no line shows
    own = mask if mask is not None else PillowImage.new("L", picture.size, 0)
    open_.paste(own, (left, up))
    rim = ImageChops.lighter(open_, open_.filter(ImageFilter.MaxFilter(2 * inset + 1)))
    return Canvas(size, wide, rim, True)


def _side(pixels: float, step_px: int) -> int:
    return min(MOST_PX, max(64, round(pixels / step_px) * step_px))


def _sides(own: tuple[int, int], wished: tuple[int, int], usual: tuple[int, int], step_px: int) -> tuple[int, int]:
    """The picture's own shape at the model's usual number of pixels, unless a size was wished."""
    if wished[0] and wished[1]:
        return _side(wished[0], step_px), _side(wished[1], step_px)
    scale = (usual[0] * usual[1] / (own[0] * own[1])) ** 0.5
    scale = wished[0] / own[0] if wished[0] else wished[1] / own[1] if wished[1] else scale
    return _side(own[0] * scale, step_px), _side(own[1] * scale, step_px)


def lines(map: Image, follow: str, size: tuple[int, int]) -> Image:
    """White lines on black of a picture: Canny 1986, HED (Xie & Tu 2015), or the map as it is; RGB of that size."""
    map = map.convert("RGB").resize(size, PillowImage.Resampling.LANCZOS)
    if follow == "canny":
        import cv2
        import numpy as np

        grey = cv2.GaussianBlur(cv2.cvtColor(np.asarray(map), cv2.COLOR_RGB2GRAY), (3, 3), 0)
        return PillowImage.fromarray(cv2.Canny(grey, 100, 200)).convert("RGB")
    if follow == "hed":
        from pipelines.vision.edges import line_drawing

        return line_drawing(map, white_lines=True)
    return map

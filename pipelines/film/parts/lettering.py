"""Words on a frame in the studio's own faces: subtitles, titles, credits. Fraunces and Inter, both under the SIL Open Font License."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS
from pipelines.media.video import planes_of

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FACES = {
    "serif": ("fraunces-latin-opsz-normal.woff2", "inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2"),
    "sans": ("inter-latin-wght-normal.woff2", "inter-latin-ext-wght-normal.woff2"),
}
STYLES = {
    "plain": "White with a soft shadow",
    "box": "White on a dark band",
    "story": "Serif, cream, as in a picture book",
}
SIZES = {"small": "Small", "medium": "Medium", "large": "Large"}
_OF_HEIGHT = {"small": 0.040, "medium": 0.050, "large": 0.062}
CREAM, WHITE = (250, 241, 222), (255, 255, 255)
FILLED = 0.9  # of the width, at most
MARGIN = 0.062  # of the height, under the last line


@dataclass(frozen=True)
class Overlay:
    """Premultiplied uint8 colour [h,w,3], what it lets through [h,w,3], and where its first pixel goes."""

    colour: np.ndarray
    through: np.ndarray
    x: int
    y: int

    @classmethod
    def of(cls, pixels: np.ndarray, x: int, y: int) -> Overlay:
        """Of float [h,w,4], 0..255 (premultiplied colour) and 0..1 (cover), without the columns that have nothing in them."""
        import numpy as np

        columns = np.flatnonzero(pixels[..., 3].max(axis=0) > 1 / 510)
        first, end = (int(columns[0]), int(columns[-1]) + 1) if len(columns) else (0, 1)
        kept = pixels[:, first:end]
        through = np.repeat(((1 - kept[..., 3:]) * 255 + 0.5).astype(np.uint8), 3, axis=2)
        return cls((kept[..., :3] + 0.5).clip(0, 255).astype(np.uint8), through, x + first, y)

    def over(self, frame: np.ndarray, strength: float = 1.0) -> np.ndarray:
        """A copy of the frame (uint8 [h,w,3], or in planes) with the words on it; what lies outside is left out."""
        import cv2

        height, width = frame.shape[:2]
        if frame.ndim == 2:
            return self._over_planes(frame, strength)
        top, left = max(0, self.y), max(0, self.x)
        bottom, right = min(height, self.y + len(self.colour)), min(width, self.x + self.colour.shape[1])
        result = frame.copy()
        if top >= bottom or left >= right or strength <= 0:
            return result
        own = slice(top - self.y, bottom - self.y), slice(left - self.x, right - self.x)
        colour, through = self.colour[own], self.through[own]
        if strength < 1:
            colour = cv2.convertScaleAbs(colour, alpha=strength)
            through = cv2.convertScaleAbs(through, alpha=strength, beta=255 * (1 - strength))
        ground = cv2.multiply(result[top:bottom, left:right], through, scale=1 / 255)
        result[top:bottom, left:right] = cv2.add(ground, colour)
        return result

    def _over_planes(self, frame: np.ndarray, strength: float) -> np.ndarray:
        """Words on yuv420p [h*3/2,w]: only the rows behind them become a picture and planes again."""
        import cv2
        import numpy as np

        result, height = frame.copy(), len(frame) * 2 // 3
        top, end = max(0, self.y // 2), max(0, (self.y + len(self.colour) + 1) // 2)
        bright = result[:height][2 * top : 2 * end]
        tints = result[height:].reshape(2, height // 2, -1)[:, top:end]
        picture = cv2.cvtColorTwoPlane(bright, np.ascontiguousarray(tints.transpose(1, 2, 0)), cv2.COLOR_YUV2RGB_NV12)
        painted = planes_of(replace(self, y=self.y - 2 * top).over(picture, strength))
        bright[:] = painted[: len(bright)]
        tints[:] = painted[len(bright) :].reshape(tints.shape)
        return result


@lru_cache(maxsize=64)
def _fonts(face: str, size_px: int, weight: int) -> tuple[FreeTypeFont, ...]:
    from PIL import ImageFont

    fonts = []
    for name in FACES[face]:
        font = ImageFont.truetype(str(ASSETS / "fonts" / name), size_px)
        axes = {(axis["name"] or b"").decode(): axis for axis in font.get_variation_axes()}
        values = [
            float(weight if name == "Weight" else min(axis["maximum"] or size_px, size_px))
            for name, axis in axes.items()
        ]
        font.set_variation_by_axes(values)
        fonts.append(font)
    return tuple(fonts)


@lru_cache(maxsize=4096)
def _has(face: str, number: int, sign: str) -> bool:
    """Whether a font has a glyph of its own for a sign: one that does not look like what stands for all missing ones."""
    font = _fonts(face, 32, 400)[number]
    return sign.isspace() or bytes(font.getmask(sign)) != bytes(font.getmask("\uffff"))


def _runs(face: str, text: str) -> list[tuple[int, str]]:
    """The text in runs that one font of the face can draw; what none has is left to the first."""
    ways = range(len(FACES[face]))
    runs = groupby(text, lambda sign: next((number for number in ways if _has(face, number, sign)), 0))
    return [(number, "".join(signs)) for number, signs in runs]


@dataclass(frozen=True)
class Type:
    """A face at a size in pixels and a weight from 100 to 900."""

    face: str
    size_px: int
    weight: int = 400

    @property
    def line_px(self) -> int:
        return round(self.size_px * 1.32)

    def width(self, text: str) -> float:
        fonts = _fonts(self.face, self.size_px, self.weight)
        return sum(fonts[number].getlength(run) for number, run in _runs(self.face, text))

    def draw(self, pen: Any, x: float, baseline: float, text: str, fill: int) -> None:
        fonts = _fonts(self.face, self.size_px, self.weight)
        for number, run in _runs(self.face, text):
            pen.text((x, baseline), run, font=fonts[number], fill=fill, anchor="ls")
            x += fonts[number].getlength(run)

    def wrapped(self, text: str, width_px: float) -> list[str]:
        """Lines no wider than `width_px` where words allow it; given line breaks are kept."""
        lines = []
        for paragraph in text.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and self.width(longer) > width_px:
                    lines.append(line)
                    longer = word
                line = longer
            lines.append(line)
        return lines

    def even_lines(self, text: str, width_px: float) -> list[str]:
        """As few lines as that width asks for, alike in length."""
        ways = [self.wrapped(text, width_px * share / 20) for share in range(5, 21)]
        return next(lines for lines in ways if len(lines) == len(ways[-1]))

    def fit_lines(self, text: str, width_px: float) -> list[str]:
        """The given lines where they all fit; else the text flows anew."""
        lines = text.split("\n")
        return lines if max(map(self.width, lines)) <= width_px else self.wrapped(" ".join(text.split()), width_px)


def cover(lines: Sequence[tuple[str, Type]], width: int, gaps: Sequence[int] = ()) -> Image:
    """Lines centred under one another as an L picture of that width; `gaps` are pixels added above each."""
    from PIL import Image, ImageDraw

    above = list(gaps) + [0] * (len(lines) - len(gaps))
    picture = Image.new("L", (width, max(1, sum(kind.line_px for _, kind in lines) + sum(above))))
    pen, y = ImageDraw.Draw(picture), 0
    for (text, kind), gap in zip(lines, above):
        y += gap
        kind.draw(pen, (width - kind.width(text)) / 2, y + kind.size_px, text, 255)
        y += kind.line_px
    return picture


def paint_words(
    shape: Image, colour: tuple[int, int, int], x: int, y: int, shadow_px: float, shadow: float = 0.75
) -> Overlay:
    """Words in a colour with a soft shadow around them, whose strength is 0..1."""
    import cv2
    import numpy as np

    pad = round(3 * shadow_px) + 2
    alpha = np.pad(np.asarray(shape, np.float32) / 255, pad)
    blurred = cv2.GaussianBlur(alpha, (0, 0), max(0.6, shadow_px))
    dark = (np.roll(blurred, round(shadow_px * 0.6), 0) * 1.6).clip(0, 1) * shadow
    total = alpha + dark * (1 - alpha)
    pixels = np.concatenate([alpha[..., None] * np.array(colour, np.float32), total[..., None]], -1)
    return Overlay.of(pixels, x - pad, y - pad)


def type_of(style: str, size: str, frame: tuple[int, int]) -> Type:
    """The letters of subtitles in a frame (width, height)."""
    high = max(9, round(_OF_HEIGHT[size] * min(frame[0], frame[1] * 4 // 3)))
    return Type("serif", high, 500) if style == "story" else Type("sans", high, 560)


@lru_cache(maxsize=32)
def subtitle(text: str, style: str, size: str, frame: tuple[int, int]) -> Overlay:
    """One subtitle as it lies at the bottom of a frame (width, height)."""
    import numpy as np

    width, height = frame
    kind = type_of(style, size, frame)
    lines = kind.fit_lines(text, width * FILLED)
    shape = cover([(line, kind) for line in lines], width)
    y = height - round(MARGIN * height) - shape.height
    colour = CREAM if style == "story" else WHITE
    if style != "box":
        return paint_words(shape, colour, 0, y, kind.size_px * 0.09, 0.8)
    wide = max(kind.width(line) for line in lines)
    pad = round(kind.size_px * 0.45)
    left, right = round((width - wide) / 2) - pad, round((width + wide) / 2) + pad
    words = np.asarray(shape, np.float32)[:, max(0, left) : right] / 255
    words = np.pad(words, ((pad // 2, pad // 2), (0, 0)))
    total = words + 0.62 * (1 - words)
    pixels = np.concatenate(
        [words[..., None] * np.array(colour, np.float32) + (1 - words[..., None]) * 0.62 * 18, total[..., None]], -1
    )
    return Overlay.of(pixels, max(0, left), y - pad // 2)

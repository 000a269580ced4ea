"""One form for all pictures before they are scored, so that size and format of the file move the score little.

A picture is uint8 [h,w,3] in RGB. Canonical: its short side at most SHORT_PX, then JPEG at QUALITY without colour subsampling.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

SHORT_PX = (
    256  # what a copy at half the size of a picture of 512 pixels still has, so that both are scored in the same form
)
LONGEST = 2.0  # of the short side: panoramas are cut to their middle
QUALITY = 90


def re_encoded(picture: Image) -> np.ndarray:
    """The canonical form uint8 [h,w,3] of a PIL picture."""
    import numpy as np

    return np.asarray(decode_jpeg(encode_jpeg(shrunk(middle(picture)), QUALITY)))


def middle(picture: Image) -> Image:
    """The middle of a panorama, at most LONGEST times as long as high."""
    picture = picture.convert("RGB")
    width, height = picture.size
    most = int(min(width, height) * LONGEST)
    wide, high = min(width, most), min(height, most)
    left, top = (width - wide) // 2, (height - high) // 2
    return picture.crop((left, top, left + wide, top + high)) if (wide, high) != picture.size else picture


def shrunk(picture: Image, short_px: int = SHORT_PX) -> Image:
    """Made smaller, never larger, until the short side is `short_px`."""
    from PIL import Image as PillowImage

    scale = short_px / min(picture.size)
    if scale >= 1:
        return picture
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.resize(size, PillowImage.Resampling.BOX if scale < 0.25 else PillowImage.Resampling.LANCZOS)


def encode_jpeg(picture: Image, quality: int, *, subsampled: bool = False) -> bytes:
    """JPEG bytes."""
    held = io.BytesIO()
    picture.convert("RGB").save(held, "JPEG", quality=quality, subsampling=2 if subsampled else 0)
    return held.getvalue()


def decode_jpeg(content: bytes) -> Image:
    """The picture in JPEG bytes."""
    from PIL import Image as PillowImage

    return PillowImage.open(io.BytesIO(content)).convert("RGB")


def grey(picture: np.ndarray) -> np.ndarray:
    """Luma 0..255, float32 [h,w]."""
    import numpy as np

    return picture.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)


def curve(lines: dict[str, np.ndarray], *, label_x: str, label_y: str) -> Image:
    """Curves over 0..1 as a small picture: the first dark, the others pale."""
    import numpy as np
    from PIL import Image as PillowImage
    from PIL import ImageDraw, ImageFont

    width, height, edge = 640, 400, 44
    picture = PillowImage.new("RGB", (width, height), (250, 248, 243))
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(15)
    everything = np.concatenate([np.asarray(line, np.float64) for line in lines.values()])
    low, high = float(everything.min()), float(everything.max()) + 1e-9
    draw.line([(edge, 16), (edge, height - edge), (width - 16, height - edge)], fill=(120, 115, 105))
    tints = [(178, 58, 44), (110, 125, 140), (170, 165, 150), (90, 140, 110)]
    for (name, line), tint in list(zip(lines.items(), tints))[::-1]:
        x = np.linspace(edge, width - 16, len(line))
        y = height - edge - (np.asarray(line) - low) / (high - low) * (height - edge - 24)
        draw.line(list(zip(x.tolist(), y.tolist())), fill=tint, width=3 if tint == tints[0] else 2)
        spot = list(lines).index(name)
        draw.text((width - 200, 20 + 20 * spot), name, fill=tint, font=font)
    draw.text((width // 2 - 60, height - 28), label_x, fill=(90, 85, 75), font=font)
    draw.text((edge + 6, 14), label_y, fill=(90, 85, 75), font=font)
    return picture

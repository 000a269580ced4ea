"""The picture's part of the intake's child: caps from the header, then every pixel, then a thumbnail."""

from __future__ import annotations

import base64
import io
import warnings
from contextlib import suppress
from types import SimpleNamespace
from typing import IO, TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from PIL.Image import Image

PILLOW = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "tiff": "TIFF", "avif": "AVIF", "bmp": "BMP"}
DECLARED = ("png", "webp", "avif")  # whose headers say how many frames there are


class Unfit(Exception):
    """A reason of `studio.intake.examiner.REASONS`, with the values of its sentence."""

    def __init__(self, reason: str, **values: float | str) -> None:
        super().__init__(reason)
        self.reason, self.values = reason, values


def read_picture(file: IO[bytes], name: str, limits: SimpleNamespace) -> tuple[dict[str, Any], Image]:
    """Caps from the header, then checksums, then every pixel of the first frame: the facts, and the decoded picture."""
    from PIL import Image

    data = file.read(limits.image_bytes + 1)
    _check_size(_claimed_size(name, data), limits)
    Image.MAX_IMAGE_PIXELS = limits.image_pixels if name == "gif" else None  # _check_size says it with numbers
    warnings.simplefilter("ignore")
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(io.BytesIO(data), formats=[PILLOW[name]]) as first:
            _check_size(first.size, limits)
            first.verify()
        picture = Image.open(io.BytesIO(data), formats=[PILLOW[name]])
        frames = _frames(picture, name, data, limits.video_frames)
        picture.load()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Unfit("giant", most=limits.image_pixels / 1e6) from None
    _check_size(picture.size, limits)
    seen = _upright(picture)
    facts = {
        "width": seen.width,
        "height": seen.height,
        "frames": frames,
        "seconds": 0.0,
        "rate_hz": 0.0,
        "has_sound": False,
        "has_alpha": picture.has_transparency_data,
        "thumbnail": as_webp(made_small(seen, limits.thumbnail_px)),
    }
    return facts, picture


def _check_size(size: tuple[int, int], limits: SimpleNamespace) -> None:
    width, height = size
    if max(width, height) > limits.image_side_px:
        raise Unfit("side", width=width, height=height, most=limits.image_side_px)
    if width * height > limits.image_pixels:
        raise Unfit("pixels", width=width, height=height, most=limits.image_pixels / 1e6)


def _claimed_size(name: str, data: bytes) -> tuple[int, int]:
    """What a GIF's screen or a WebP's first chunk (RFC 9649, sections 2.5 to 2.7) claims, since Pillow reserves that before
    it tells the size; 0 × 0 for other formats, whose headers Pillow only reads.
    """
    if name == "gif":
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    chunk, body = data[12:16] if name == "webp" else b"", data[20:30]
    if chunk == b"VP8X":
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    return 0, 0


def _frames(picture: Image, name: str, data: bytes, most: int) -> int:
    """How many frames or pages there are, counted up to `most`; a GIF and a TIFF are walked here, since a small one can hold millions."""
    if name == "gif":
        return _gif_frames(data, most)
    if name == "tiff":
        return _tiff_pages(data, most)
    return max(1, min(most, getattr(picture, "n_frames", 1))) if name in DECLARED else 1


def _gif_frames(data: bytes, most: int) -> int:
    """Image descriptors of a GIF (GIF89a, sections 20 and 23 to 27)."""
    frames, at = 0, 13 + _colours(data[10:11])
    while frames < most and at < len(data):
        kind = data[at : at + 1]
        if kind == b"\x2c":
            frames += 1
            at += 11 + _colours(data[at + 9 : at + 10])
        elif kind == b"\x21":
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return max(1, frames)


def _colours(flags: bytes) -> int:
    """The bytes of a colour table, by the flags before it."""
    return 3 * (2 << (flags[0] & 7)) if flags and flags[0] & 0x80 else 0


def _tiff_pages(data: bytes, most: int) -> int:
    """Directories of a TIFF or BigTIFF, each met once (TIFF 6.0, section 2)."""
    order: Literal["little", "big"] = "little" if data[:2] == b"II" else "big"
    big = int.from_bytes(data[2:4], order) == 43
    counted, entry, wide = (8, 20, 8) if big else (2, 12, 4)
    at, seen = int.from_bytes(data[8:16] if big else data[4:8], order), set[int]()
    while at and at not in seen and at + counted <= len(data) and len(seen) < most:
        seen.add(at)
        following = at + counted + entry * int.from_bytes(data[at : at + counted], order)
        at = int.from_bytes(data[following : following + wide], order)
    return max(1, len(seen))


def _upright(picture: Image) -> Image:
    """Turned as EXIF asks; an unreadable EXIF block asks for nothing."""
    from PIL import ImageOps

    try:
        return ImageOps.exif_transpose(picture)
    except Exception:  # noqa: BLE001 - hostile EXIF raises struct.error, KeyError, SyntaxError …
        return picture


def made_small(picture: Image, longest_px: int) -> Image:
    """At most `longest_px` on its longer side, in sRGB, over white: made small first, because colour costs per pixel."""
    from PIL import Image

    profile, transparent = picture.info.get("icc_profile"), picture.has_transparency_data
    if picture.mode.startswith(("I", "F")):
        small = _eight_bits(picture)
    elif transparent:
        small = picture.convert("RGBA")
    else:
        small = picture.copy() if picture.mode in ("RGB", "L", "CMYK", "LAB") else picture.convert("RGB")
    small.thumbnail((longest_px, longest_px))
    alpha = small.getchannel("A") if small.mode == "RGBA" else None
    coloured = _to_srgb(small.convert("RGB") if alpha else small, profile)
    if alpha:
        white = Image.new("RGB", coloured.size, "white")
        white.paste(coloured, mask=alpha)
        return white
    return coloured


def _eight_bits(picture: Image) -> Image:
    """One grey channel of 16 or 32 bits or of floats, as 8 bits."""
    highest: Any = picture.getextrema()[1]
    top = 65535.0 if highest > 255 else 255.0
    wide = picture.convert("I") if picture.mode.startswith("I;") else picture
    return wide.point(lambda value: value * (255.0 / top) + 0).convert("L")


def _to_srgb(picture: Image, profile: bytes | None) -> Image:
    """Through the picture's own colour profile; a profile that is broken or does not fit is ignored, as every viewer does."""
    from PIL import ImageCms

    if profile:
        with suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError):
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if turned is not None:
                return turned
    return picture.convert("RGB")


def as_webp(picture: Image) -> str:
    """A picture as WebP without any metadata, in base64."""
    picture.info.clear()
    buffer = io.BytesIO()
    picture.save(buffer, "WEBP", quality=80, method=2)
    return base64.b64encode(buffer.getvalue()).decode()


def shown_on_paper(pixels: Any, small_px: int) -> tuple[dict[str, Any], bytes]:
    """The facts of a drawing of the studio's own brush, whose thumbnail stands on paper, and its PNG."""
    from PIL import Image

    from pipelines.figures.sheets import png

    picture = Image.fromarray(pixels)
    paper = Image.alpha_composite(Image.new("RGBA", picture.size, "#F4EFE7"), picture).convert("RGB")
    thumbnail = as_webp(made_small(paper, small_px))
    return {"width": picture.width, "height": picture.height, "thumbnail": thumbnail}, png(picture)

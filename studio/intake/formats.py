"""What a file is, by its first bytes: the formats that the studio takes, and what a visitor calls the ones it does not."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

HEAD_BYTES = 4096  # as much of a file as `recognise` wants


class Format(NamedTuple):
    """A format is a kind of file that the intake knows by its first bytes."""

    kind: str
    media_type: str
    extension: str
    called: str  # as a visitor calls it

    @property
    def with_article(self) -> str:
        """The format's name behind "a" or "an"."""
        return ("an " if self.called.startswith(("AVI", "MP", "MKV", "OGG")) else "a ") + self.called


FORMATS = {
    "png": Format("image", "image/png", ".png", "PNG picture"),
    "jpeg": Format("image", "image/jpeg", ".jpg", "JPEG picture"),
    "webp": Format("image", "image/webp", ".webp", "WebP picture"),
    "gif": Format("image", "image/gif", ".gif", "GIF picture"),
    "tiff": Format("image", "image/tiff", ".tif", "TIFF picture"),
    "avif": Format("image", "image/avif", ".avif", "AVIF picture"),
    "bmp": Format("image", "image/bmp", ".bmp", "BMP picture"),
    "mp4": Format("video", "video/mp4", ".mp4", "MP4 video"),
    "mov": Format("video", "video/quicktime", ".mov", "MOV video"),
    "webm": Format("video", "video/webm", ".webm", "WebM video"),
    "mkv": Format("video", "video/x-matroska", ".mkv", "MKV video"),
    "avi": Format("video", "video/x-msvideo", ".avi", "AVI video"),
    "wav": Format("sound", "audio/wav", ".wav", "WAV sound"),
    "mp3": Format("sound", "audio/mpeg", ".mp3", "MP3 sound"),
    "flac": Format("sound", "audio/flac", ".flac", "FLAC sound"),
    "ogg": Format("sound", "audio/ogg", ".ogg", "OGG sound"),
}
TAKEN = {
    "image": "PNG, JPEG, WebP, GIF, TIFF, AVIF or BMP pictures",
    "video": "MP4, MOV, WebM, MKV or AVI videos",
    "sound": "WAV, MP3, FLAC or OGG sounds",
}

# First bytes -> a format above, or what a visitor calls the file and the kind that they probably meant ("" for any).
STARTS: tuple[tuple[bytes, str | tuple[str, str]], ...] = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"ID3", "mp3"),
    (b"II*\0\x10\0\0\0CR", ("a camera's raw picture", "image")),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0\x08\0\0\0", "tiff"),
    (b"MM\0+\0\x08\0\0", "tiff"),
    (b"8BPS", ("a Photoshop document", "image")),
    (b"\0\0\1\0", ("an ICO icon", "image")),
    (b"\xff\x0a", ("a JPEG XL picture", "image")),
    (b"\0\0\0\x0cJXL ", ("a JPEG XL picture", "image")),
    (b"\0\0\0\x0cjP  ", ("a JPEG 2000 picture", "image")),
    (b"\xff\x4f\xff\x51", ("a JPEG 2000 picture", "image")),
    (b"\x76\x2f\x31\x01", ("an OpenEXR picture", "image")),
    (b"#?RADIANCE", ("a Radiance HDR picture", "image")),
    (b"qoif", ("a QOI picture", "image")),
    (b"%!PS", ("a PostScript document", "image")),
    (b"%PDF", ("a PDF document", "")),
    (b"PK\3\4", ("a ZIP archive or an office document", "")),
    (b"PK\5\6", ("an empty ZIP archive", "")),
    (b"Rar!", ("a RAR archive", "")),
    (b"7z\xbc\xaf\x27\x1c", ("a 7-Zip archive", "")),
    (b"\x1f\x8b", ("a gzip archive", "")),
    (b"BZh", ("a bzip2 archive", "")),
    (b"\xfd7zXZ", ("an xz archive", "")),
    (b"MZ", ("a Windows program", "")),
    (b"\x7fELF", ("a program", "")),
    (b"#!", ("a script", "")),
    (b"FLV\1", ("a Flash video", "video")),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", ("a Windows Media file", "video")),
    (b"\0\0\1\xba", ("an MPEG programme stream", "video")),
    (b"\0\0\1\xb3", ("a raw MPEG video", "video")),
    (b"FORM", ("an AIFF sound", "sound")),
    (b"MThd", ("a MIDI score", "sound")),
    (b"#!AMR", ("an AMR sound", "sound")),
    (b"caff", ("a CAF sound", "sound")),
    (b"SQLite format 3", ("a database", "")),
    (b"\x80\x04\x95", ("a pickle", "")),
)
HEIF_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
OLD_MOV_BOXES = frozenset((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))


def recognise(head: bytes) -> str | tuple[str, str]:
    """A key of FORMATS, or (what a visitor calls it, the kind they probably meant), from a file's first bytes."""
    if head[:4] in (b"RIFF", b"RF64", b"RIFX"):
        inside: dict[bytes, str | tuple[str, str]] = {b"WEBP": "webp", b"WAVE": "wav", b"AVI ": "avi"}
        return inside.get(head[8:12], ("a RIFF file of another sort", ""))
    if head[4:8] == b"ftyp":
        return _recognise_boxes(head)
    if head[4:8] in OLD_MOV_BOXES:
        return "mov"
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return "webm" if b"webm" in head[:80] else "mkv"
    if head[:2] == b"BM" and head[14:18] in (
        b"\x0c\0\0\0",
        b"\x28\0\0\0",
        b"\x34\0\0\0",
        b"\x38\0\0\0",
        b"\x40\0\0\0",
        b"\x6c\0\0\0",
        b"\x7c\0\0\0",
    ):
        return "bmp"
    for start, what in STARTS:
        if head.startswith(start):
            return what
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _mpeg_sound(head)
    if head[:1] == b"\x47" and head[188:189] == b"\x47":
        return "an MPEG transport stream", "video"
    return _recognise_text(head)


def _recognise_boxes(head: bytes) -> str | tuple[str, str]:
    """The ISO media family (MP4, MOV, AVIF, HEIC …) by its brands: the major one, then the compatible ones."""
    size = int.from_bytes(head[:4], "big")
    major = head[8:12]
    brands = {major} | {head[at : at + 4] for at in range(16, min(size, 256), 4)}
    if major in (b"avif", b"avis") or (major in HEIF_BRANDS and brands & {b"avif", b"avis"}):
        return "avif"
    if major in HEIF_BRANDS:
        return "a HEIC picture", "image"
    if major == b"crx ":
        return "a camera's raw picture", "image"
    if major in (b"M4A ", b"M4B ", b"M4P "):
        return "an M4A sound", "sound"
    return "mov" if major == b"qt  " else "mp4"


def _mpeg_sound(head: bytes) -> str | tuple[str, str]:
    """MP3 without an ID3 tag, or another MPEG sound, from the four bytes of a frame's header (ISO 11172-3, 2.4.1.3)."""
    layer, version = head[1] >> 1 & 3, head[1] >> 3 & 3
    if layer == 0 and head[1] & 0xF0 == 0xF0:
        return "a raw AAC sound", "sound"
    if layer == 1 and version != 1 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3:
        return "mp3"
    return "an unknown kind of file", ""


def _recognise_text(head: bytes) -> tuple[str, str]:
    """What a file of letters is: a drawing, a page, a text; else unknown."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "a text file", ""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if b"<svg" in text and text.startswith(b"<"):
        return "an SVG drawing", "image"
    if text.startswith((b"<!doctype html", b"<html", b"<head", b"<body", b"<script")):
        return "a web page", ""
    if text.startswith(b"<?xml"):
        return "an XML file", ""
    if text.startswith((b"#extm3u", b"ffconcat")):
        return "a list of other files", "video"
    if not any((byte < 32 and byte not in b"\t\n\r\f\x1b") or byte == 127 for byte in head):
        with suppress(UnicodeDecodeError):
            (head[:-4] if len(head) == HEAD_BYTES else head).decode("utf-8")  # the last letter may be cut in two
            return "a text file", ""
    return "an unknown kind of file", ""

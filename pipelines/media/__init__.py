"""What pipelines take and give: pictures (PIL, RGB), Layers, Video, Sound, Score, Words, Book, Network, Media, Verdict; how each is read and written.

Every reader applies what a viewer would apply (EXIF orientation, colour profile, transparency), so a pipeline sees what the
visitor saw. Files are checked by the studio's intake before they get here; these readers still raise Refusal, not garbage.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipelines.core.kinds import KINDS
from pipelines.core.settings import Refusal
from pipelines.media.book import load_book
from pipelines.media.containers import open_container
from pipelines.media.image import MAX_PIXELS, PICTURE_FORMATS, as_seen, load_image, save_image, thumbnail
from pipelines.media.layers import CHARACTER_FILE, MOST_CHARACTER_BYTES, load_character, load_layers, save_picture_of
from pipelines.media.network import NUMPY_TYPES, load_network, save_network
from pipelines.media.sound import at_rate, load_sound, save_sound
from pipelines.media.text import load_score, load_verdict, load_words, save_score, save_verdict, save_words
from pipelines.media.values import (
    Accompanied,
    Book,
    Character,
    Layers,
    Main,
    Media,
    Network,
    Score,
    Sound,
    Verdict,
    Video,
    Witness,
    Words,
    beside,
)
from pipelines.media.video import load_video, save_video

__all__ = [
    "CHARACTER_FILE",
    "MAX_PIXELS",
    "MEDIA_TYPES",
    "MOST_CHARACTER_BYTES",
    "NUMPY_TYPES",
    "PICTURE_FORMATS",
    "Accompanied",
    "Book",
    "Character",
    "Layers",
    "Main",
    "Media",
    "Network",
    "Score",
    "Sound",
    "Verdict",
    "Video",
    "Witness",
    "Words",
    "as_seen",
    "at_rate",
    "beside",
    "load",
    "load_book",
    "load_character",
    "load_image",
    "load_layers",
    "load_media",
    "load_network",
    "load_score",
    "load_sound",
    "load_verdict",
    "load_video",
    "load_words",
    "open_container",
    "save_image",
    "save_network",
    "save_picture_of",
    "save_score",
    "save_sound",
    "save_verdict",
    "save_video",
    "save_words",
    "thumbnail",
]

MEDIA_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".avif": "image/avif",
    ".bmp": "image/bmp",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".webm": "video/webm",
    ".mkv": "video/x-matroska",
    ".avi": "video/x-msvideo",
    ".wav": "audio/wav",
    ".mp3": "audio/mpeg",
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".m4b": "audio/mp4",
    ".ogg": "audio/ogg",
    ".mid": "audio/midi",
    ".musicxml": "application/vnd.recordare.musicxml+xml",
    ".ora": "image/openraster",
    ".psd": "image/vnd.adobe.photoshop",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt",
    ".txt": "text/plain",
    ".html": "text/html",
    ".zip": "application/zip",
    ".pdf": "application/pdf",
    ".safetensors": "application/octet-stream",
    ".json": "application/json",
}


def load_media(path: Path) -> Media:
    """The file itself, its kind by its ending (the studio gives every file that of its first bytes). Raises Refusal."""
    kinds = {"image": "image", "video": "video", "audio": "sound"}
    kind = kinds.get(MEDIA_TYPES.get(path.suffix.lower(), "").split("/")[0])
    if kind is None or path.suffix.lower() in (".mid", ".ora", ".psd"):
        raise Refusal("Only a picture, a video or a sound can be examined.")
    return Media(path, kind, path.stem)


def load(kind: str, path: Path, *, alpha: bool = False) -> Any:
    """Read a file as one of the media kinds; a picture with its transparency (RGBA) where `alpha` asks for it."""
    if kind == "image":
        return load_image(Path(os.fspath(path)), alpha=alpha)
    return KINDS[kind].read()(Path(os.fspath(path)))

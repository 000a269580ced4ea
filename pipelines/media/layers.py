"""Reading and writing pictures with files beside them: layers and characters."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as PillowImage

from pipelines.core.settings import Refusal
from pipelines.media.image import as_seen, load_image, save_image
from pipelines.media.values import Character, Layers, beside

CHARACTER_FILE = "character.json"  # beside the picture of a character
MOST_CHARACTER_BYTES = 100_000


def load_layers(path: Path) -> Layers:
    """A picture of the studio with its layers, or an OpenRaster file as other programs write it. Raises Refusal."""
    import zipfile

    if path.suffix.lower() == ".ora":
        try:
            with zipfile.ZipFile(path) as archive, archive.open("mergedimage.png") as merged:
                picture = PillowImage.open(io.BytesIO(merged.read(200_000_000)), formats=("PNG",))
                picture.load()
                return Layers(as_seen(picture), path.read_bytes())
        except (zipfile.BadZipFile, KeyError, OSError, ValueError) as problem:
            raise Refusal("This OpenRaster file cannot be read; save it again.") from problem
    archive_path = beside(path) / "layers.ora"
    if not archive_path.is_file():
        raise Refusal("This picture has no layers.")
    return Layers(load_image(path), archive_path.read_bytes())


def load_character(path: Path) -> Character:
    """A character of the studio: its picture, and who it is. Raises Refusal."""
    return Character(load_image(path, alpha=True), _character_text(beside(path) / CHARACTER_FILE))


def save_picture_of(result: Layers | Character, path: Path) -> None:
    """Write the picture; what belongs to it lies beside it."""
    save_image(result.picture, path)


def _character_text(path: Path) -> str:
    try:
        if path.stat().st_size > MOST_CHARACTER_BYTES:
            raise Refusal("This file is too long to be a character.")
        return path.read_text("utf-8")
    except (OSError, ValueError) as problem:
        raise Refusal("This picture has no character; choose one made with Characters.") from problem

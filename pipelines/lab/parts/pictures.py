"""Pictures of the Lab as files."""

from __future__ import annotations

import io

from PIL.Image import Image


def png(picture: Image) -> bytes:
    """A picture as PNG bytes without metadata."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()

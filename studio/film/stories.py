"""Reading a story, in a worker: the parser takes 100 MB of memory, which the page's process does without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.storage.store import Store


def told_in_worker(store: Store, *, text: str) -> dict[str, Any]:
    """A story as a title, scenes and notes. Raises Refusal."""
    from pipelines.film.parts.story import told

    return told(text)


MOST_PICTURED = 8


def pictured(store: Store, *, words: list[str], height_px: int = 96) -> dict[str, str]:
    """Small pictures of words as WebP in data addresses, for a choice between them; words that no painter draws are left out."""
    import base64
    import io

    from pipelines.scenes import painted_things, performers

    found = {}
    for word in words[:MOST_PICTURED]:
        if performers.is_figure(word):
            picture = performers.placed(performers.character_of(word), size_px=height_px).picture
        elif painted_things.is_painted(word):
            picture = painted_things.picture(word, height_px, "", 0)
        else:
            continue
        held = io.BytesIO()
        picture.convert("RGBA").save(held, "WEBP", quality=82, method=2)
        found[word] = "data:image/webp;base64," + base64.b64encode(held.getvalue()).decode()
    return found

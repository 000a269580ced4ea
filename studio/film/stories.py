"""Reading a story, in a worker: the parser takes 100 MB of memory, which the page's process does without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.storage.store import Store


def told_in_worker(store: Store, *, text: str) -> dict[str, Any]:
    """A story as a title, scenes and notes. Raises Refusal."""
    from pipelines.film.parts.story import told

    return told(text)

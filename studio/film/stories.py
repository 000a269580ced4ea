"""Reading a story, in a worker: the parser takes 100 MB of memory, which the page's process does without."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from studio.storage.store import Store

NONE = "No language model reads stories here; the administrator can name one."


def told_in_worker(store: Store, *, text: str, director: str = "rules") -> dict[str, Any]:
    """A story as a title, scenes and notes, read by our rules or by the administrator's language model. Raises Refusal, MissingModel."""
    if director == "model":
        return _directed(text)
    from pipelines.film.parts.story import told

    return told(text)


def _directed(text: str) -> dict[str, Any]:
    from pipelines.core.models import load
    from pipelines.film.parts.directing.director import told
    from pipelines.film.parts.directing.endpoint import endpoint
    from pipelines.film.parts.directing.local import local_card

    if (there := endpoint()) is not None:
        return told(text, there)
    if (card := local_card()) is None:
        raise Refusal(NONE)
    with load(card) as model:
        return told(text, model)


def director() -> dict[str, str] | None:
    """The language model that may read stories, and the host that it is on ("" for this machine); None where the administrator names none. Raises Refusal."""
    from pipelines.film.parts.directing.endpoint import endpoint
    from pipelines.film.parts.directing.local import local_card

    if (there := endpoint()) is not None:
        return {"name": there.model, "host": there.host}
    card = local_card()
    return None if card is None else {"name": card.name, "host": ""}


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

"""What the detector says of a picture of the quiz, from its pixels only; a task of the workers."""

from __future__ import annotations

from typing import Any

from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal
from studio.storage.store import Store


def examine_quiz_picture(store: Store, *, file: str) -> dict[str, Any]:
    """Verdict, sentence and reasons by the looks of one file of assets/quiz alone. Raises Refusal, MissingModel."""
    from pipelines.core.progress import silent
    from pipelines.detect.examine import look
    from pipelines.detect.parts.fusion import NOTHING, fuse
    from pipelines.detect.parts.record import sentence
    from pipelines.detect.provenance import open_media
    from pipelines.media import Media

    path = ASSETS / "quiz" / file
    if path.parent != ASSETS / "quiz" or not path.is_file():
        raise Refusal("The quiz has no such picture.")
    media = Media(path, "image", "", None)
    judgement = fuse("image", look(media, open_media(media), silent))
    return {
        "verdict": judgement.verdict,
        "sentence": sentence(judgement, "image", NOTHING, True),
        "reasons": list(judgement.reasons),
    }

"""What is seen, in words for whoever does not see it: a sentence a scene, from what the scene shows."""

from __future__ import annotations

import re

from studio.film.storyboard import Scene
from studio.storage.artifacts import Artifact

MOST_CHARACTERS = 300  # some twenty seconds of speech


def description_of(scene: Scene, shown: Artifact | None = None) -> str:
    """The sentence that describes a scene: its picture as it was asked for, and what moves in it; "" where nobody said what is seen."""
    seen = scene.picture.prompt or (shown.title if shown is not None else "")
    parts = [_sentence(seen), _sentence(scene.motion.text)]
    return " ".join(dict.fromkeys(part for part in parts if part))[:MOST_CHARACTERS]


def _sentence(text: str) -> str:
    """A phrase as a sentence: a capital at the beginning and a mark at the end."""
    words = re.sub(r"\s+", " ", text).strip()
    if not re.search(r"[^\W\d_]", words):
        return ""
    return words[0].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")

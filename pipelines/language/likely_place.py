"""Where lines that name no place are likely to be: MiniLM's vector of the words, turned by a learned matrix, points at the vector of a place (DeViSE, Frome et al. 2013)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.core.models import ModelCard, load
from pipelines.language.minilm import MINILM

MOST_PIECES = 100  # of a line with the two before it
SURE = 0.5  # a family of places that is less likely is not taken; chosen on the stories set aside


def read_weights(path: Path) -> dict[str, Any]:
    """The arrays of a file of weights, and the lists of its metadata."""
    from safetensors import safe_open

    with safe_open(path, "np") as file:
        lists = {key: json.loads(value) for key, value in file.metadata().items()}
        return lists | {key: file.get_tensor(key).astype("float32") for key in file.keys()}  # noqa: SIM118 - it is no mapping


LIKELY_PLACES = ModelCard(
    name="Likely places",
    source="builtin:weights/places.safetensors",
    sha256="",
    licence="CC0-1.0, as the stories from which it learned; MiniLM's vectors are Apache-2.0",
    size_bytes=556_000,
    build=read_weights,
    about="Finds a place for words without one.",
)


def likely_place(texts: Sequence[str]) -> str:
    """The one place that texts are likely to be in; "" where that is not sure. Raises MissingModel."""
    import numpy as np

    with load(MINILM) as encoder, load(LIKELY_PLACES) as learned:
        vectors = encoder.sentences(texts, MOST_PIECES)
        scores = (vectors @ learned["turn"] + learned["shift"]) @ learned["places"].T + learned["often"]
        chances = np.exp(scores - scores.max(1, keepdims=True))
        logs, weights = np.log(chances / chances.sum(1, keepdims=True) + 1e-6), 0.5 ** np.arange(len(texts))
        mean = weights @ logs / weights.sum()  # the first lines say most
        chances = np.exp(mean - mean.max()) / np.exp(mean - mean.max()).sum()
        shared = np.array([chances[np.array(learned["families"]) == family].sum() for family in learned["families"]])
        best = int((chances * shared).argmax())
        return str(learned["names"][best]) if shared[best] > SURE else ""

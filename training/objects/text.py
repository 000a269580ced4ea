"""MiniLM token features of captions (`pipelines.language.minilm`), computed once for a run and kept."""

from pathlib import Path

import numpy as np

from pipelines.language.minilm import SentenceEncoder


def write_features(path: Path, captions: list[str], encoder: SentenceEncoder) -> None:
    """All tokens of all captions end to end, float16 [total,384], and where each caption's begin, beside it."""
    different = sorted(set(captions))
    tokens = dict(zip(different, (t.numpy() for t in encoder.tokens(different))))
    lengths = [len(tokens[c]) for c in captions]
    np.save(path.with_suffix(".starts.npy"), np.concatenate([[0], np.cumsum(lengths)]))
    np.save(path, np.concatenate([tokens[c] for c in captions]))


def read_features(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Token features (a read-only file map) and starts."""
    return np.load(path, mmap_mode="r"), np.load(path.with_suffix(".starts.npy"))

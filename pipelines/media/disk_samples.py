"""Samples that need not be in memory: a long sound lies in a temporary file and is read where it is touched.

A tape is an array like any other (a NumPy memory map over a file without a name), so what takes samples takes a tape. It goes with its last
reader. Sounds up to `IN_MEMORY_SECONDS` are plain arrays.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

IN_MEMORY_SECONDS = 300.0


def blank(length: int, channels: int, rate_hz: int, folder: Path | None = None) -> np.ndarray:
    """Silence [length,channels] float32 to be written over: in memory, or a tape in `folder` where it is long."""
    import numpy as np

    if length <= IN_MEMORY_SECONDS * rate_hz:
        return np.zeros((length, channels), np.float32)
    with _file(folder) as file:
        file.truncate(4 * length * channels)
        return np.memmap(file, np.float32, "r+", shape=(length, channels))


def join_blocks(blocks: Iterable[np.ndarray], rate_hz: int) -> np.ndarray:
    """All blocks [n,channels] after one another, as one array; [0,1] for none. Only the short ones are ever whole in memory."""
    import numpy as np

    kept: list[np.ndarray] = []
    length, file, channels = 0, None, 1
    try:
        for block in blocks:
            channels = block.shape[1]
            length += len(block)
            kept.append(np.asarray(block, np.float32))
            if length > IN_MEMORY_SECONDS * rate_hz:
                file = file or _file(None)
                for one in kept:
                    file.write(np.ascontiguousarray(one).data)
                kept.clear()
        if file is None:
            return np.ascontiguousarray(np.concatenate(kept)) if kept else np.zeros((0, 1), np.float32)
        file.flush()
        return np.memmap(file, np.float32, "r+", shape=(length, channels))
    finally:
        if file is not None:
            file.close()  # the map holds the file open


def _file(folder: Path | None) -> tempfile._TemporaryFileWrapper[bytes]:
    return tempfile.TemporaryFile(prefix="sound-", dir=folder)  # type: ignore[return-value]

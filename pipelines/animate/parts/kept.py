"""A sound as a file beside the frames that it goes with."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from pipelines.core.progress import workspace
from pipelines.media import Sound, save_sound


def kept_sound(sound: Sound, holder: Callable[[], Iterator[np.ndarray]]) -> Path:
    """The sound as a file that stays as long as what reads the frames: in the job's workspace, or a temporary one."""
    folder = workspace()
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "speech.wav"
    else:
        with tempfile.NamedTemporaryFile(prefix="talk-", suffix=".wav", delete=False) as file:
            path = Path(file.name)
        weakref.finalize(holder, path.unlink, missing_ok=True)
    save_sound(sound, path)
    return path


def fitted_sound(sound: Sound, begins: float, seconds: float) -> Sound:
    """A sound that begins `begins` seconds after a clip does and ends with it, `seconds` long."""
    lead = round(begins * sound.rate_hz)
    count = round(seconds * sound.rate_hz)
    samples = np.zeros((count, sound.samples.shape[1]), np.float32)
    kept = sound.samples[: max(0, count - lead)]
    samples[lead : lead + len(kept)] = kept
    return Sound(samples, sound.rate_hz, same_sounds=sound.same_sounds)

"""Who speaks which sentence: an embedding of each voice, and sentences that sound alike grouped.

Wan et al. 2018, "Generalized end-to-end loss for speaker verification"; the weights are Resemblyzer's (Jemine 2019): three LSTM layers on mel frames.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard
from pipelines.narrate.parts.timing import TimedSentence

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 16_000
CHOICES = {"off": "Not told apart", "auto": "As many as are heard", "2": "Two", "3": "Three", "4": "Four"}
MOST = 6  # speakers that are told apart without being asked for a number
ALIKE = 0.78  # cosine of the mean voices of two groups from which they are one person: between what six voices that are not measured had
_WINDOW, _STEP, _HOP, _FFT, _MELS = 160, 80, 160, 400, 40  # frames of 10 ms
_ENOUGH_SECONDS = 0.8  # of a sentence, for its voice to be known by itself
_LEVEL = 10 ** (-30 / 20)


def _convert(source: Path, kept: Path) -> None:
    """The tensors of the checkpoint as safetensors; only tensors are read, nothing in the file is run."""
    import torch
    from safetensors.torch import save_file

    found = torch.load(source, map_location="cpu", weights_only=True)["model_state"]
    save_file({name: one.contiguous() for name, one in found.items() if name.startswith(("lstm.", "linear."))}, kept)


def _build(path: Path) -> Any:
    from safetensors.torch import load_file
    from torch import nn

    net = nn.ModuleDict({"lstm": nn.LSTM(_MELS, 256, 3, batch_first=True), "linear": nn.Linear(256, 256)})
    net.load_state_dict(load_file(path))
    return net.eval().requires_grad_(False)


ENCODER = ModelCard(
    name="Voices told apart (Resemblyzer)",
    source="package:Resemblyzer==0.1.4:resemblyzer/pretrained.pt",
    sha256="39373b86598fa3da9fcddee6142382efe09777e8d37dc9c0561f41f0070f134e",
    licence="Apache-2.0 (Resemble AI)",
    size_bytes=17_090_379,
    build=_build,
    about="256 numbers for a voice.",
    convert=_convert,
    ending=".safetensors",
)


def told_apart(net: Any, samples: Any, lines: Sequence[TimedSentence], wanted: str) -> list[TimedSentence]:
    """The sentences with "Speaker 1", "Speaker 2", … in the order in which they first speak; 16 kHz samples [n]."""
    import numpy as np

    voices = [embed_voice(net, samples[round(one.start * RATE_HZ) : round(one.end * RATE_HZ)]) for one in lines]
    long = [at for at, one in enumerate(lines) if one.end - one.start >= _ENOUGH_SECONDS] or list(range(len(lines)))
    groups = group_voices(np.stack([voices[at] for at in long]), None if wanted == "auto" else int(wanted))
    means = [_unit(np.sum([voices[long[at]] for at in group], axis=0)) for group in groups]
    owner = {long[at]: number for number, group in enumerate(groups) for at in group}
    found = [owner.get(at, int(np.argmax([mean @ voices[at] for mean in means]))) for at in range(len(lines))]
    order = {group: number for number, group in enumerate(dict.fromkeys(found), 1)}
    return [replace(line, speaker=f"Speaker {order[group]}") for line, group in zip(lines, found)]


def without_names(text: str) -> str:
    """A corrected text without the names that stand before its lines."""
    return re.sub(r"^Speaker \d+: ", "", text, flags=re.MULTILINE)


def group_voices(voices: np.ndarray, wanted: int | None) -> list[list[int]]:
    """Unit vectors [n,256] in groups: the two groups whose mean voices are most alike become one, until `wanted` are left, or none are ALIKE."""
    import numpy as np

    groups = [[at] for at in range(len(voices))]
    while len(groups) > (wanted or 1):
        means = np.stack([_unit(voices[group].sum(axis=0)) for group in groups])
        alike = means @ means.T
        np.fill_diagonal(alike, -1)
        first, second = sorted(divmod(int(alike.argmax()), len(groups)))
        if wanted is None and alike[first, second] < ALIKE and len(groups) <= MOST:
            break
        groups[first] += groups.pop(second)
    return groups


def embed_voice(net: Any, samples: np.ndarray) -> np.ndarray:
    """The voice in a stretch [n] at 16 kHz as a unit vector [256]: the mean over windows of 1.6 s."""
    import numpy as np
    import torch

    level = float(np.sqrt(np.square(samples).mean())) if len(samples) else 0.0
    loud = samples * (max(1.0, _LEVEL / level) if level else 1.0)
    frames = mel_frames(np.pad(loud, (0, max(0, _WINDOW * _HOP - len(loud)))))
    starts = range(0, len(frames) - _WINDOW + 1, _STEP)
    windows = torch.from_numpy(np.stack([frames[at : at + _WINDOW] for at in starts]))
    with torch.inference_mode():
        _, (hidden, _) = net["lstm"](windows)
        raw = torch.relu(net["linear"](hidden[-1])).numpy()
    return _unit(np.mean([_unit(one) for one in raw], axis=0))


def _unit(vector: np.ndarray) -> np.ndarray:
    import numpy as np

    return vector / max(float(np.linalg.norm(vector)), 1e-9)


def mel_frames(samples: np.ndarray) -> np.ndarray:
    """Power in forty mel bands [frames,40] float32, a frame every 10 ms (Slaney's scale, bands of equal area)."""
    import numpy as np
    from transformers.audio_utils import mel_filter_bank

    padded = np.pad(samples, _FFT // 2)
    pieces = np.lib.stride_tricks.sliding_window_view(padded, _FFT)[::_HOP]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_FFT) / _FFT)
    power = np.abs(np.fft.rfft(pieces * window)) ** 2
    bands = mel_filter_bank(_FFT // 2 + 1, _MELS, 0, RATE_HZ / 2, RATE_HZ, norm="slaney", mel_scale="slaney")
    return (power @ bands).astype(np.float32)

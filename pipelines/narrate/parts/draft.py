"""A quick voice for drafts: hibari (Williams 2026), 2 million parameters distilled from Kokoro's Heart; and the sound made of what it gives.

The network gives, for every frame of 12.5 ms, a pitch and five parts of a spectrum; the sound is a train of pulses filtered by the first two, noise shaped by
the third, and a part with phases of its own (after hibari's dsp.py, Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, onnx_session
from pipelines.narrate.parts import kokoro

if TYPE_CHECKING:
    import numpy as np

_DURATIONS = "/Clip_output_0"  # of every token, in frames of kokoro.FRAME samples; the spectra have two each
_WINDOW, _HOP = 1200, 300
_VOICED_HZ, _HIGHEST_HZ = 40.0, 11_000.0
_LOUDEST = 7.0  # of a logarithm, so that no frame can explode


def _convert(source: Path, kept: Path) -> None:
    """Let the graph give its durations too, and take one speed for every token."""
    import onnx

    model = onnx.load(str(source))
    model.graph.output.append(onnx.helper.make_tensor_value_info(_DURATIONS, onnx.TensorProto.FLOAT, None))
    speed = next(entry for entry in model.graph.input if entry.name == "speed")
    speed.type.tensor_type.shape.dim[0].dim_param = "L"
    onnx.save(model, str(kept))


HIBARI = ModelCard(
    name="hibari, a quick voice",
    source="package:hibari-tts==0.2.1:hibari/assets/hibari.onnx",
    sha256="5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
    licence="Apache-2.0 (Maureese Williams; distilled from Kokoro-82M, hexgrad, Apache-2.0)",
    size_bytes=7_936_868,
    build=onnx_session,
    about="Speaks drafts with one quick English voice.",
    caveat="One voice only.",
    convert=_convert,
    ending=".onnx",
)


def utter(
    session: Any, phonemes: str, deliveries: Sequence[kokoro.Delivery], waiting: Callable[[], None]
) -> kokoro.Spoken:
    """Speak phonemes of Kokoro's alphabet; the noise comes from a fixed seed, so equal phonemes give equal samples."""
    import numpy as np

    waiting()
    ids = np.array([[0, *(kokoro.SYMBOLS[symbol] for symbol in phonemes), 0]], np.int64)
    edged = [deliveries[0], *deliveries, deliveries[-1]]
    feed = {"ids": ids, "speed": np.array([one.pace for one in edged], np.float32)}
    *spectra, f0, frames = session.run(["lh", "theta", "ln", "lr", "phi", "f0", _DURATIONS], feed)
    frames = frames.reshape(-1)
    pitched = _melody(f0[0], np.repeat([one.pitch for one in edged], 2 * frames.astype(int)), edged[0].liveliness)
    return kokoro.Spoken(_sound([part[0] for part in spectra], pitched), frames.astype(np.int64))


def _melody(f0: np.ndarray, pitch: np.ndarray, liveliness: float) -> np.ndarray:
    import numpy as np

    voiced = f0 >= _VOICED_HZ
    if not voiced.any():
        return f0
    steps = np.maximum(f0, _VOICED_HZ) / f0[voiced].mean()
    return np.asarray(np.where(voiced, f0 * steps ** (liveliness - 1) * pitch[: len(f0)], 0), np.float32)


def _sound(spectra: Sequence[np.ndarray], f0: np.ndarray) -> np.ndarray:
    """Samples [300 F] from five spectra [601,F] and a pitch [F]: sum of exp(lh) e^(iπ tanh θ) pulses, exp(ln) noise and exp(lr) e^(iφ)."""
    import numpy as np

    harmonic, turn, noise, rest, phase = spectra
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    padded = np.pad(_pulses(f0), _WINDOW // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP][: len(f0)] * (window / (_WINDOW / 4))
    spectrum = np.fft.rfft(frames, axis=1).T * _exp(harmonic) * np.exp(1j * np.pi * np.tanh(turn))
    rng = np.random.default_rng(0)
    drawn = rng.standard_normal((len(noise), 2 * noise.shape[1]), dtype=np.float32)
    spectrum += (drawn[:, ::2] + 1j * drawn[:, 1::2]) * _exp(noise) + _exp(rest) * np.exp(1j * phase)
    parts = np.fft.irfft(spectrum.T, _WINDOW, axis=1) * window
    count = _WINDOW // _HOP
    whole, weight = np.zeros((len(f0) + count - 1, _HOP)), np.zeros((len(f0) + count - 1, _HOP))
    for at in range(count):
        whole[at : at + len(f0)] += parts.reshape(len(f0), count, _HOP)[:, at]
        weight[at : at + len(f0)] += np.square(window).reshape(count, _HOP)[at]
    made = (whole / np.maximum(weight, 1e-11)).reshape(-1)
    return made[_WINDOW // 2 : _WINDOW // 2 + len(f0) * _HOP].astype(np.float32)


def _exp(values: np.ndarray) -> np.ndarray:
    import numpy as np

    return np.exp(np.minimum(values, _LOUDEST))


def _pulses(f0: np.ndarray) -> np.ndarray:
    """A train of pulses without aliases: every harmonic below 11 kHz with amplitude 1, sin((H + 1/2) t) / (2 sin(t / 2)) - 1/2."""
    import numpy as np

    places = np.arange(len(f0) * _HOP) / _HOP + 0.5 / _HOP - 0.5
    hertz = np.interp(places, np.arange(len(f0)), f0)
    voiced = hertz > _VOICED_HZ
    hertz = np.maximum(hertz, _VOICED_HZ)
    turn = 2 * np.pi * np.modf(np.cumsum(hertz) / kokoro.RATE_HZ)[0]
    half = np.floor(_HIGHEST_HZ / hertz) + 0.5
    below = 2 * np.sin(turn / 2)
    near = np.abs(below) <= 2e-3
    train = np.where(near, half, np.sin(half * turn) / np.where(near, 1.0, below)) - 0.5
    return np.where(voiced, train, 0.0)

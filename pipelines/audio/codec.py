"""The studio's codec of sounds, and Opus at a rate for comparison."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.facts import uses
from pipelines.core.models import open_weights, own_card
from pipelines.media import at_rate

if TYPE_CHECKING:
    import numpy as np

RATE_HZ = 24_000
OPUS_FRAME_S = 0.06  # the longest frame, which costs the fewest bits


def build(path: Path) -> Any:
    """Open the codec, as a model card asks for it."""
    from pipelines.nets.sound_codec import Shape, SoundCodec

    return open_weights(path, lambda shape: SoundCodec(Shape.from_dict(shape)))


OWN = "Apache-2.0, trained here on sounds that were made here"
CODEC = own_card(
    "Codec of sounds",
    "weights/sound-codec.safetensors",
    1_900_000,
    OWN,
    build,
    "Turns sounds into codes and back.",
)


def mono(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """Samples [n,channels] as float32 [n] at the codec's rate."""
    import numpy as np

    return np.asarray(at_rate(np.asarray(samples, np.float64).mean(1), rate_hz, RATE_HZ), np.float32)


def through_opus(samples: np.ndarray, bits_a_second: int) -> tuple[np.ndarray, float]:
    """Samples [n] at 24 kHz through Opus (RFC 6716) and back, and the bits a second that its packets really took."""
    import av
    import numpy as np

    uses("av")
    held, spent = io.BytesIO(), 0
    with av.open(held, "w", format="ogg") as out:
        options = {"frame_duration": str(round(1000 * OPUS_FRAME_S)), "vbr": "off", "application": "audio"}
        stream = out.add_stream("libopus", rate=RATE_HZ, options=options, layout="mono")
        stream.bit_rate = bits_a_second
        frame = av.AudioFrame.from_ndarray(samples[None].astype(np.float32), format="flt", layout="mono")
        frame.sample_rate = RATE_HZ
        for packet in (*stream.encode(frame), *stream.encode(None)):
            spent += packet.size
            out.mux(packet)
    held.seek(0)
    with av.open(held, "r") as back:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE_HZ)
        blocks = [b.to_ndarray()[0] for frame in back.decode(audio=0) for b in resampler.resample(frame)]
        blocks += [b.to_ndarray()[0] for b in resampler.resample(None)]
    array = np.concatenate(blocks)
    late = _delay(array, samples)
    out_samples = np.zeros(len(samples), np.float32)
    kept = array[late : late + len(samples)]
    out_samples[: len(kept)] = kept
    return out_samples, 8 * spent / (len(samples) / RATE_HZ)


def _delay(array: np.ndarray, source: np.ndarray) -> int:
    """By how many samples what was decoded comes late: the peak of their correlation, up to 50 ms."""
    import numpy as np
    from scipy.signal import correlate

    together = correlate(array[: len(source)], source[: len(array)], "full", "fft")
    middle = len(source[: len(array)]) - 1
    return int(np.argmax(together[middle : middle + RATE_HZ // 20]))

"""Reading and writing sounds; long ones lie on disk while they are read."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.facts import uses
from pipelines.core.settings import Refusal
from pipelines.media.containers import open_container
from pipelines.media.values import Sound, beside

if TYPE_CHECKING:
    import numpy as np


def at_rate(samples: np.ndarray, from_hz: int, to_hz: int) -> np.ndarray:
    """Samples [n] or [n,channels] at another rate, float32 (polyphase filter)."""
    if from_hz == to_hz:
        return samples
    import numpy as np
    from scipy.signal import resample_poly

    shared = gcd(from_hz, to_hz)
    return np.asarray(resample_poly(samples, to_hz // shared, from_hz // shared, axis=0), np.float32)


def load_sound(path: Path) -> Sound:
    """A sound, or the sound track of a video, at its own rate, with one or two channels. Raises Refusal."""
    import av

    from pipelines.media import disk_samples as tape

    try:
        with open_container(path) as container:
            if not container.streams.audio:
                raise Refusal("There is no sound in this file.")
            rate = int(container.streams.audio[0].codec_context.sample_rate)
            samples = tape.join_blocks(_blocks(container), rate)
    except (av.error.FFmpegError, PermissionError) as problem:
        raise Refusal("This sound cannot be read; save it again as WAV or MP3.") from problem
    if not len(samples):
        raise Refusal("There is no sound in this file.")
    cover = beside(path) / "cover.jpg"  # of an audiobook
    return Sound(samples, rate, words=_timings(path), cover=cover.read_bytes() if cover.is_file() else b"")


def _blocks(container: Any) -> Iterator[np.ndarray]:
    """What is decoded of the first sound track, piece by piece [n,channels]."""
    import av

    stream = container.streams.audio[0]
    layout = "stereo" if stream.codec_context.channels > 1 else "mono"
    resampler = av.AudioResampler(format="fltp", layout=layout, rate=int(stream.codec_context.sample_rate))
    for frame in container.decode(stream):
        frame.pts = None
        for block in resampler.resample(frame):
            yield block.to_ndarray().T
    for block in resampler.resample(None):
        yield block.to_ndarray().T


def _timings(path: Path) -> dict[str, Any] | None:
    """The words.json that the studio keeps beside speech, or that the command line wrote as NAME.words.json; None without one."""
    import json

    for place in (beside(path) / "words.json", path.with_name(path.stem + ".words.json")):
        try:
            found = json.loads(place.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return None


def save_sound(sound: Sound, path: Path) -> None:
    """Write WAV (16 bits, triangular dither from a fixed seed), FLAC, MP3 (192 kbit/s) or an audiobook (M4B) by the ending of `path`."""
    extension = path.suffix.lower()
    if extension == ".wav":
        _save_wav(sound, path)
    elif extension == ".m4b":
        _save_audiobook(sound, path)
    elif extension in (".flac", ".mp3"):
        _encode_sound(sound, path, extension[1:])
    else:
        raise Refusal(f"Sound is written as .wav, .flac, .mp3 or .m4b, not {extension or 'without an ending'}.")


def _sixteen_bits(sound: Sound) -> Iterator[np.ndarray]:
    """int16 [n, channels], a second at a time; the dither hides the steps and is the same for the same sound. Digital silence stays silent."""
    import numpy as np

    rng = np.random.default_rng(0)
    for start in range(0, len(sound.samples), sound.rate_hz):
        block = np.asarray(sound.samples[start : start + sound.rate_hz])
        dither = rng.random(block.shape, np.float32) - rng.random(block.shape, np.float32)
        scaled = block * 32767.0 + np.where(block == 0, 0, dither)
        yield np.clip(np.round(scaled), -32768, 32767).astype("<i2")


def _save_wav(sound: Sound, path: Path) -> None:
    import wave

    with wave.open(str(path), "wb") as out:
        out.setnchannels(sound.samples.shape[1])
        out.setsampwidth(2)
        out.setframerate(sound.rate_hz)
        out.setnframes(len(sound.samples))
        for block in _sixteen_bits(sound):
            out.writeframesraw(block.tobytes())


def _encode_sound(sound: Sound, path: Path, codec: str) -> None:
    import av

    uses("av")
    layout = "stereo" if sound.samples.shape[1] == 2 else "mono"
    name, options = ("flac", {}) if codec == "flac" else ("libmp3lame", {"b": "192k"})
    with av.open(str(path), "w", format=codec, options={"fflags": "+bitexact"}) as out:
        stream: Any = out.add_stream(name, rate=sound.rate_hz, options=options)
        stream.codec_context.layout = layout
        _encode_blocks(sound, out, stream)


def _encode_blocks(sound: Sound, out: Any, stream: Any) -> None:
    import av
    import numpy as np

    for number, block in enumerate(_sixteen_bits(sound)):
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block).reshape(1, -1), "s16", stream.layout.name)
        frame.rate = sound.rate_hz
        frame.pts = number * sound.rate_hz
        out.mux(stream.encode(frame))
    out.mux(stream.encode(None))


def _save_audiobook(sound: Sound, path: Path) -> None:
    """M4B (AAC, 64 kbit/s a channel) with the title, author, chapter marks and cover that the sound brings."""
    import av

    uses("av")
    words = sound.words or {}
    starts = [(str(one["title"]), round(1000 * one["start"])) for one in words.get("chapters", ())]
    ends = [*(start for _, start in starts[1:]), round(1000 * sound.seconds)]
    channels = sound.samples.shape[1]
    with av.open(str(path), "w", format="mp4", options={"brand": "M4B ", "fflags": "+bitexact"}) as out:
        named = {"title": words.get("title"), "artist": words.get("author"), "genre": "Audiobook" if starts else ""}
        out.metadata.update({name: str(value) for name, value in named.items() if value})
        stream: Any = out.add_stream("aac", rate=sound.rate_hz, options={"b": f"{64 * channels}k"})
        stream.codec_context.layout = "stereo" if channels == 2 else "mono"
        out.set_chapters(
            [
                {"id": number, "start": start, "end": end, "time_base": Fraction(1, 1000), "metadata": {"title": title}}
                for number, ((title, start), end) in enumerate(zip(starts, ends))
            ]
        )
        if sound.cover:
            _add_cover(out, sound.cover)
        _encode_blocks(sound, out, stream)


def _add_cover(out: Any, cover: bytes) -> None:
    import io

    import av
    from PIL import Image

    with Image.open(io.BytesIO(cover), formats=("JPEG",)) as picture:
        width, height = picture.size
    stream = out.add_stream("mjpeg")
    stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
    stream.disposition = av.stream.Disposition.attached_pic
    packet = av.Packet(cover)
    packet.stream, packet.pts, packet.dts, packet.time_base = stream, 0, 0, Fraction(1, 1000)
    packet.is_keyframe = True
    out.mux(packet)

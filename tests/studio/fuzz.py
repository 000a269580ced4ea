"""Makes small valid files of every format that the studio takes, and malformed ones from them; equal seeds give equal files."""

from __future__ import annotations

import itertools
import json
import math
import os
import random
import tempfile
import wave
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from PIL import Image

from studio.intake.examiner import Intake, Refused

EXTENSIONS = {
    "png": ".png",
    "jpeg": ".jpg",
    "webp": ".webp",
    "gif": ".gif",
    "tiff": ".tif",
    "avif": ".avif",
    "bmp": ".bmp",
    "mp4": ".mp4",
    "mov": ".mov",
    "webm": ".webm",
    "mkv": ".mkv",
    "avi": ".avi",
    "wav": ".wav",
    "mp3": ".mp3",
    "flac": ".flac",
    "ogg": ".ogg",
}
PICTURES = ("png", "jpeg", "webp", "gif", "tiff", "avif", "bmp")
SIZE_PX = (96, 64)
FRAMES, RATE_HZ = 12, 12
SOUND_RATE_HZ, SOUND_SECONDS = 48_000, 1.0


def picture(size: tuple[int, int] = SIZE_PX, mode: str = "RGB") -> Image.Image:
    """A smooth picture with a red left, a green right and a blue lower edge: turning it shows."""
    width, height = size
    across = Image.linear_gradient("L").rotate(90).resize(size)
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, across.transpose(Image.Transpose.FLIP_LEFT_RIGHT), down)).convert(mode)


def tone(seconds: float = SOUND_SECONDS, rate_hz: int = SOUND_RATE_HZ) -> array[int]:
    """A mono 440 Hz tone that grows louder, in 16 bits."""
    count = round(seconds * rate_hz)
    return array("h", (round(20_000 * n / count * math.sin(math.tau * 440 * n / rate_hz)) for n in range(count)))


@contextmanager
def _ordinary_priority() -> Iterator[None]:
    """SVT-AV1 gives root's calling thread the highest real-time priority and leaves it there; every child would inherit it."""
    try:
        yield
    finally:
        if hasattr(os, "sched_setscheduler"):
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


def write_video(
    path: Path,
    codec: str,
    *,
    size: tuple[int, int] = SIZE_PX,
    frames: int = FRAMES,
    rate_hz: int = RATE_HZ,
    sound: str | None = None,
    format: str | None = None,
    pix_fmt: str = "yuv420p",
) -> Path:
    """Moving stripes, with a tone when `sound` names an encoder."""
    import av

    with _ordinary_priority(), av.open(str(path), "w", format=format) as out:
        stream = out.add_stream(codec, rate=rate_hz)
        stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
        audio = out.add_stream(sound, rate=SOUND_RATE_HZ) if sound else None
        still = picture(size)
        for n in range(frames):
            frame = av.VideoFrame.from_image(still.rotate(n * 3, fillcolor="white"))
            frame.pts, frame.time_base = n, Fraction(1, rate_hz)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
        if audio is not None:
            _encode_tone(out, audio, frames / rate_hz)
    return path


def write_sound(path: Path, codec: str, *, seconds: float = SOUND_SECONDS, format: str | None = None) -> Path:
    """A tone in any format that FFmpeg writes."""
    import av

    with av.open(str(path), "w", format=format) as out:
        _encode_tone(out, out.add_stream(codec, rate=SOUND_RATE_HZ), seconds)
    return path


def _encode_tone(out, stream, seconds: float) -> None:
    import av

    samples = tone(seconds)
    frame = av.AudioFrame(format="s16", layout="mono", samples=len(samples))
    frame.planes[0].update(samples.tobytes() + bytes(frame.planes[0].buffer_size - 2 * len(samples)))
    frame.sample_rate, frame.pts = SOUND_RATE_HZ, 0
    out.mux(stream.encode(frame))
    out.mux(stream.encode())


def write_wav(path: Path, seconds: float = SOUND_SECONDS, rate_hz: int = SOUND_RATE_HZ, channels: int = 1) -> Path:
    with wave.open(str(path), "wb") as out:
        out.setparams((channels, 2, rate_hz, 0, "NONE", ""))
        out.writeframes(array("h", (value for value in tone(seconds, rate_hz) for _ in range(channels))).tobytes())
    return path


def valid_files(folder: Path) -> dict[str, Path]:
    """One small valid file of each format."""
    files = {name: folder / f"valid{extension}" for name, extension in EXTENSIONS.items()}
    for name in PICTURES:
        picture().save(files[name])
    write_video(files["mp4"], "libx264", sound="aac")
    write_video(files["mov"], "libx264", sound="pcm_s16le")
    write_video(files["webm"], "libvpx-vp9", sound="libopus")
    write_video(files["mkv"], "libx264", sound="flac")
    write_video(files["avi"], "mjpeg", sound="pcm_s16le", pix_fmt="yuvj420p")
    write_wav(files["wav"])
    write_sound(files["mp3"], "libmp3lame")
    write_sound(files["flac"], "flac")
    write_sound(files["ogg"], "libopus")
    return files


def spoil_file(name: str, data: bytes, others: list[bytes], seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Twenty-three ways to spoil a valid file: what was done, and the bytes. `others` are valid files of other formats."""
    chance = random.Random(f"{name} {seed}")
    size = len(data)
    for part in (0.02, 0.2, 0.5, 0.9, 0.99):
        yield f"cut at {part}", data[: max(1, int(size * part))]
    for flips in (1, 8, 64, 512):
        yield f"{flips} bytes flipped", _flip_bytes(data, flips, chance)
    for other in chance.sample(others, 3):
        length = chance.choice((8, 16, 48))
        yield f"head of another format, {length} bytes", other[:length] + data[length:]
    for word in (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"):
        yield f"lengths {word.hex()}", _overwrite_words(data, word, chance)
    yield "first kilobyte flipped", _flip_bytes(data[:1024], 12, chance) + data[1024:]
    yield "zeros in the middle", data[: size // 3] + bytes(size // 3) + data[2 * (size // 3) :]
    yield "zeros after the head", data[:64] + bytes(max(0, size - 64))
    yield "garbage behind", data + chance.randbytes(5000)
    yield "garbage inside", data[: size // 2] + chance.randbytes(200) + data[size // 2 :]
    yield "a part twice", data[: size // 2] + data[size // 4 :]
    yield "a part missing", data[: size // 4] + data[size // 2 :]
    yield "renamed", chance.choice(others)


def _flip_bytes(data: bytes, flips: int, chance: random.Random) -> bytes:
    spoiled = bytearray(data)
    for _ in range(flips):
        spoiled[chance.randrange(len(spoiled))] ^= chance.randrange(1, 256)
    return bytes(spoiled)


def _overwrite_words(data: bytes, word: bytes, chance: random.Random) -> bytes:
    """Four-byte words in the first 400 bytes overwritten, where formats keep their lengths and sizes."""
    spoiled = bytearray(data)
    for _ in range(3):
        at = chance.randrange(4, min(400, len(spoiled) - 4)) // 4 * 4
        spoiled[at : at + 4] = word
    return bytes(spoiled)


# what a visitor reads


def sentence_of(intake: Intake, path: Path, **options) -> str:
    """What a visitor reads about a file that must be refused."""
    try:
        found = intake.examine(path, **options)
    except Refused as refused:
        check_sentence(str(refused), path)
        return str(refused)
    raise AssertionError(f"{path.name} was found to be {found.media_type}")


def check_sentence(text: str, path: Path) -> None:
    """One sentence, without a path, a name or a trace of Python."""
    assert (
        text.startswith(("This ", "The ", "Many files "))
        and text.endswith(".")
        and "\n" not in text
        and len(text) < 200
    ), text
    assert ". " not in text and "Traceback" not in text and "Error" not in text and "{" not in text, text
    assert str(path.parent) not in text and path.name not in text, text


# every accepted format


MIDI = (
    b"MThd\0\0\0\6\0\1\0\2\0\x60"
    + b"MTrk\0\0\0\x0c\0\x90\x3c\x40\x60\x80\x3c\x40\0\xff\x2f\0"
    + b"MTrk\0\0\0\4\0\xff\x2f\0"
)
WRITTEN = {"mid": ".mid", "ora": ".ora", "json": ".json", "txt": ".txt", "safetensors": ".safetensors"}
ACCEPTED = {**EXTENSIONS, **WRITTEN}  # format -> the ending of its files


def written_files() -> dict[str, bytes]:
    """One small valid file of each format that is no picture, film or sound."""
    from tests.kinds import archive

    style = json.dumps(
        {
            "w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]},
            "__metadata__": {"architecture": "t", "style": "Ink"},
        }
    )
    return {
        "mid": MIDI,
        "ora": archive(picture()),
        "json": json.dumps({"text": "one two three " * 20, "kind": "none"}).encode(),
        "txt": b"Late in the afternoon, the light turned gold. " * 12,
        "safetensors": len(style).to_bytes(8, "little") + style.encode() + bytes(8),
    }


@lru_cache(maxsize=1)
def accepted_files() -> dict[str, bytes]:
    """One small valid file of each of the twenty-one formats that the studio takes."""
    with tempfile.TemporaryDirectory() as folder:
        return {name: path.read_bytes() for name, path in valid_files(Path(folder)).items()} | written_files()


def mutants(name: str, seed: int, count: int) -> Iterator[bytes]:
    """`count` malformed files of one accepted format (a key of ACCEPTED); equal seeds give equal files."""
    files = accepted_files()
    rounds = (
        spoil_file(name, files[name], [data for other, data in files.items() if other != name], number)
        for number in itertools.count(seed * 1_000_003)
    )
    for _, data in itertools.islice(itertools.chain.from_iterable(rounds), count):
        yield data


def playlists(port: int) -> dict[str, bytes]:
    """Lists of other files, bare and behind the heads of other formats."""
    url = f"http://127.0.0.1:{port}/secret.ts"
    hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n".encode()
    concat = f"ffconcat version 1.0\nfile '{url}'\nfile /etc/passwd\n".encode()
    heads = {
        "ftyp": b"\0\0\0\x18ftypisom\0\0\2\0isomiso2",
        "moov": b"\0\0\0\x08moov",
        "id3": b"ID3\4\0\0\0\0\0\0",
        "wave": b"RIFF\xff\0\0\0WAVE",
        "ebml": b"\x1a\x45\xdf\xa3\x84\x42\x82\x81w",
        "ogg": b"OggS\0\2",
        "flac": b"fLaC",
    }
    made = {"hls": hls, "concat": concat, "sdp": f"v=0\nm=video {port} RTP/AVP 96\nc=IN IP4 127.0.0.1\n".encode()}
    for name, head in heads.items():
        made |= {f"{name} + hls": head + b"\n" + hls, f"{name} + concat": head + b"\n" + concat}
    return made

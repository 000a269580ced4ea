"""The child of the intake: `python -m studio.intake_child` examines one file and dies. `studio.intake` is the other side.

It imports all it needs, waits for one line of JSON on its standard input, opens the file, and then gives up what it does not
need: after `_confine` it can open no file and no socket, write nothing to disk, and use only so much memory and processor
time. Only then is the file parsed. The answers are lines of JSON: `{"allow": seconds}` when work begins and again when a
header promises a long video; then the facts, or `{"refused": reason, "values": {…}}`.
"""

from __future__ import annotations

import io
import json
import os
import sys
import time
from contextlib import suppress
from types import SimpleNamespace
from typing import IO, Any

from studio.intake_media import open_container, read_sound, read_video
from studio.intake_pictures import Unfit, read_picture

PLUGINS = ("Png", "Jpeg", "Mpo", "WebP", "Gif", "Tiff", "Avif", "Bmp")
SILENCE = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\x08\0\0\0" + b"\x80" * 8
)  # a WAV


def main() -> None:
    """Waits for one request and answers it."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # to nowhere: what a library prints must not mix with the answers
    _warm_up()
    line = sys.stdin.buffer.readline(1 << 16)
    if not line:
        return  # the studio ended
    request = json.loads(line)
    limits = SimpleNamespace(**request["limits"])
    _say(answers, allow=0)
    try:
        facts = _examine(request["path"], request["format"], request["kind"], limits, answers)
    except Unfit as problem:
        _say(answers, refused=problem.reason, values=problem.values)
    except MemoryError:
        _say(answers, refused="memory")
    except Exception as problem:  # noqa: BLE001 - parsers of hostile files raise anything
        _say(
            answers,
            refused="memory" if _out_of_memory(problem) else "damaged",
            detail=f"{type(problem).__name__}: {problem}"[:300],
        )
    else:
        _say(answers, **facts)


def _warm_up() -> None:
    """Imports everything now: once confined, no module can be read."""
    import importlib

    import av
    from PIL import Image, ImageCms

    late = [f"PIL.{name}ImagePlugin" for name in PLUGINS] + [
        "encodings.latin_1",
        "encodings.utf_16_be",
        "encodings.idna",
    ]
    for module in late:
        importlib.import_module(module)
    Image.preinit()
    ImageCms.createProfile("sRGB")
    av.VideoFrame(16, 16, "yuv420p").to_image().rotate(90, expand=True)
    rehearsal = SimpleNamespace(video_frame_pixels=1, sound_seconds=1, sound_rate_hz=8000, sound_channels=1)
    with open_container(
        io.BytesIO(SILENCE), "wav", rehearsal
    ) as container:  # PyAV imports parts of itself on first use
        read_sound(container, rehearsal)


def _confine(limits: SimpleNamespace, kind: str) -> None:
    """From here on: no new descriptor, no byte on disk, bounded memory and processor time. What a system lacks is skipped."""
    try:
        import resource
    except ImportError:  # Windows: the deadline of the other side is what remains
        return
    longest = limits.longest_seconds if kind == "video" else limits.seconds
    wanted = {
        "RLIMIT_NOFILE": 0,
        "RLIMIT_FSIZE": 0,
        "RLIMIT_CORE": 0,
        "RLIMIT_AS": int(limits.memory_bytes),
        # two threads decode; the wall clock is the real deadline
        "RLIMIT_CPU": int(time.process_time() + 2 * longest) + 2,
    }
    for name, most in wanted.items():
        with suppress(AttributeError, ValueError, OSError):
            number = getattr(resource, name)
            hard = resource.getrlimit(number)[1]
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (most, most))


def _examine(path: str, name: str, kind: str, limits: SimpleNamespace, answers: IO[bytes]) -> dict[str, Any]:
    """Opens, confines, decodes; gives the facts."""
    try:
        file = open(path, "rb")  # noqa: SIM115, PTH123 - a path may hold bytes that are no letters; death closes it
    except OSError:
        raise Unfit("gone") from None
    _confine(limits, kind)
    if kind == "image":
        return read_picture(file, name, limits)
    with open_container(file, name, limits) as container:
        if kind == "sound":
            return read_sound(container, limits)
        return read_video(container, limits, lambda seconds: _say(answers, allow=seconds))


def _out_of_memory(problem: Exception) -> bool:
    return getattr(problem, "errno", None) == 12 or "allocate" in str(problem).lower()


def _say(answers: IO[bytes], **answer: Any) -> None:
    answers.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    main()

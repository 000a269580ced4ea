"""The child of the intake: `python -m studio.intake.child` examines one file and dies. `studio.intake.examiner` is the other side.

It has imported all it needs (`studio.intake.nursery` forks it, or a new interpreter is started), waits for one line of JSON on its standard input, opens the file, and then gives up what it does not
need (`studio.intake.confine`): it can open no file and no socket, start nothing, write nothing to disk, and use only so much memory and
processor time. Only then is the file parsed. The answers are lines of JSON: `{"allow": seconds}` when work begins and again when a
header promises a long video; `{"credential": …}` before any decoder has seen the file; `{"part": …}` for bytes that the other side keeps;
then the facts, or `{"refused": reason, "values": {…}}`.
"""

from __future__ import annotations

import base64
import io
import json
import os
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import IO, Any

from studio.intake import confine as intake_confine
from studio.intake import origin as intake_origin
from studio.intake.books import read_a_book
from studio.intake.books import warm_up as warm_up_books
from studio.intake.characters import read_character
from studio.intake.characters import warm_up as warm_up_characters
from studio.intake.drawings import read_drawing
from studio.intake.drawings import warm_up as warm_up_drawings
from studio.intake.layers import read_layers
from studio.intake.media import open_container, read_sound, read_video
from studio.intake.networks import read_network
from studio.intake.pictures import Unfit, read_picture
from studio.intake.projects import read_project
from studio.intake.scores import read_score
from studio.intake.texts import read_text, read_words

PLUGINS = ("Png", "Jpeg", "Mpo", "WebP", "Gif", "Tiff", "Avif", "Bmp")
SILENCE = (
    b"RIFF\x2c\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0data\x08\0\0\0" + b"\x80" * 8
)  # a WAV
MOST_REQUEST_BYTES = 16 << 20  # the lists of known signers are in it
PART_BYTES = 3 << 18
HASHED_PER_SECOND = 50e6  # bytes of a signed file, on one busy core

Say = Callable[..., None]


def main() -> None:
    """Waits for one request and answers it."""
    warm_up()
    answer()


def answer() -> None:
    """Answers the one request that comes on the standard input."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # to nowhere: what a library prints must not mix with the answers
    line = sys.stdin.buffer.readline(MOST_REQUEST_BYTES)
    if not line:
        return  # the studio ended
    request = json.loads(line)

    def say(**answer: Any) -> None:
        answers.write(json.dumps(answer).encode() + b"\n")

    say(allow=0)
    try:
        facts = _examine(SimpleNamespace(**request), SimpleNamespace(**request["limits"]), say)
    except Unfit as problem:
        say(refused=problem.reason, values=problem.values)
    except MemoryError:
        say(refused="memory")
    except Exception as problem:  # noqa: BLE001 - parsers of hostile files raise anything
        say(
            refused="memory" if _out_of_memory(problem) else "damaged",
            detail=f"{type(problem).__name__}: {problem}"[:300],
        )
    else:
        say(**facts)


def warm_up() -> None:
    """Imports everything now: once confined, no module can be read."""
    import importlib

    import av
    from PIL import Image, ImageCms

    late = [f"PIL.{name}ImagePlugin" for name in PLUGINS] + [
        "encodings.ascii",
        "encodings.latin_1",
        "encodings.utf_8_sig",
        "encodings.utf_16_be",
        "encodings.utf_16_le",
        "encodings.cp437",
        "encodings.idna",
        "xml.etree.ElementTree",
        "zipfile",
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
    intake_origin.warm_up(SILENCE)


def _examine(asked: SimpleNamespace, limits: SimpleNamespace, say: Say) -> dict[str, Any]:
    """Opens, confines, parses; gives the facts."""
    try:
        file = open(asked.path, "rb")  # noqa: SIM115, PTH123 - a path may hold bytes that are no letters; death closes it
    except OSError:
        raise Unfit("gone") from None
    size = os.fstat(file.fileno()).st_size
    longest = (
        limits.longest_seconds
        if asked.task in ("video", "credential", "book")
        else limits.seconds + size / HASHED_PER_SECOND
    )
    if asked.task in WARM_UPS:
        WARM_UPS[asked.task]()
    # two threads decode; the wall clock is the real deadline
    intake_confine.confine(int(limits.memory_bytes), time.process_time() + 2 * longest)
    return TASKS[asked.task](file, asked, limits, say)


def _media(file: IO[bytes], asked: SimpleNamespace, limits: SimpleNamespace, say: Say) -> dict[str, Any]:
    """A picture, a video or a sound. The credential is reported first, before any decoder runs that a hostile file could take over."""
    begun, unsigned = time.monotonic(), False
    if asked.trust is not None:
        say(allow=limits.seconds + os.fstat(file.fileno()).st_size / HASHED_PER_SECOND)
        credential = intake_origin.credential_of(file, asked.media_type, **asked.trust)
        say(credential=credential)
        unsigned = credential["state"] == "none"
        file.seek(0)
    picture = None
    if asked.task == "image":
        facts, picture = read_picture(file, asked.format, limits)
    else:
        with open_container(file, asked.format, limits) as container:
            if asked.task == "sound":
                facts = read_sound(container, limits)
            else:
                facts = read_video(container, limits, lambda seconds: say(allow=seconds + time.monotonic() - begun))
    if unsigned:
        facts["traces"] = intake_origin.traces(file, asked.task, picture, facts["thumbnail"])
    return facts


def _credential(file: IO[bytes], asked: SimpleNamespace, limits: SimpleNamespace, say: Say) -> dict[str, Any]:
    say(allow=limits.longest_seconds)
    return {"credential": intake_origin.credential_of(file, asked.media_type, **asked.trust)}


def _book(file: IO[bytes], asked: SimpleNamespace, limits: SimpleNamespace, say: Say) -> dict[str, Any]:
    say(allow=limits.longest_seconds if asked.format == ".pdf" else limits.seconds)
    return _handed_over(*read_a_book(file, asked.format), say)


def _handed_over(facts: dict[str, Any], flat: bytes, say: Say) -> dict[str, Any]:
    """The facts of a picture or a book, whose bytes are said in parts."""
    for start in range(0, len(flat), PART_BYTES):
        say(part=base64.b64encode(flat[start : start + PART_BYTES]).decode())
    return facts


TASKS: dict[str, Callable[..., dict[str, Any]]] = {
    "image": _media,
    "video": _media,
    "sound": _media,
    "credential": _credential,
    "layers": lambda file, asked, limits, say: _handed_over(*read_layers(file, limits), say),
    "character": lambda file, asked, limits, say: _handed_over(*read_character(file, limits), say),
    "drawing": lambda file, asked, limits, say: _handed_over(*read_drawing(file, limits), say),
    "book": _book,
    "network": lambda file, asked, limits, say: read_network(file),
    "project": lambda file, asked, limits, say: read_project(file),
    "score": lambda file, asked, limits, say: read_score(file),
    "words": lambda file, asked, limits, say: read_words(file, asked.format),
    "text": lambda file, asked, limits, say: read_text(file, asked.format),
}
WARM_UPS: dict[str, Callable[[], None]] = {
    "character": warm_up_characters,
    "drawing": warm_up_drawings,
    "book": warm_up_books,
}


def _out_of_memory(problem: Exception) -> bool:
    return getattr(problem, "errno", None) == 12 or "allocate" in str(problem).lower()


if __name__ == "__main__":
    main()

"""Starting a child process of the intake, asking it one question within a deadline, and ending it."""

from __future__ import annotations

import base64
import binascii
import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

from studio.intake.limits import Limits
from studio.intake.reasons import refusal

log = logging.getLogger(__name__)

ANSWER_BYTES = 4 << 20  # the longest line that a child may answer
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}  # idle threads of a pool burn a busy machine's time
ANSWER_LINES = 8  # without those that hold parts of a file


def start_child() -> subprocess.Popen[bytes]:
    """A child that imports what it needs and then waits for one request; it inherits no variables but these."""
    root = os.fspath(Path(__file__).resolve().parents[2])
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    paths = os.pathsep.join([root, *(entry for entry in sys.path if entry)])
    return subprocess.Popen(
        [sys.executable, "-m", "studio.intake.child"],
        cwd=root,
        env=kept | {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"} | ONE_THREAD,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def end_child(child: subprocess.Popen[bytes]) -> None:
    """Kills a child, whatever it is doing, and lets go of its pipes."""
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            stream.close()  # type: ignore[union-attr]


def ask_child(
    child: subprocess.Popen[bytes], request: dict[str, Any], called: str, limits: Limits, keep: IO[bytes] | None = None
) -> dict[str, Any]:
    """The child's answer to `request`; raises Refused when it is late, dead or makes no sense."""
    lines: queue.SimpleQueue[bytes | OSError] = queue.SimpleQueue()
    with suppress(OSError):  # a child that is already dead shows itself below, by its silence
        child.stdin.write(json.dumps(request).encode() + b"\n")  # type: ignore[union-attr]
        child.stdin.close()  # type: ignore[union-attr]
    most = limits.image_bytes if keep is not None else 0
    threading.Thread(target=_read_lines, args=(child.stdout, lines, keep, most), daemon=True).start()
    credential: dict[str, Any] = {}
    started, deadline = None, time.monotonic() + limits.start_seconds
    while True:
        try:
            line = lines.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty:
            raise refusal("slow" if started else "busy", called) from None
        if isinstance(line, OSError):
            raise line
        answer = _understood(line)
        if answer is None:
            raise refusal(_why_dead(child), called)
        if "allow" in answer:
            started = started or time.monotonic()
            wished = answer["allow"] if isinstance(answer["allow"], int | float) else 0.0
            deadline = started + min(max(wished, limits.seconds), max(limits.longest_seconds, limits.seconds))
        elif set(answer) == {"credential"} and request["task"] != "credential" and not credential:
            credential = answer  # told before any decoder ran; what comes later cannot change it
        else:
            return answer | credential


def _understood(line: bytes) -> dict[str, Any] | None:
    """A line of a child as an object; None when it is none."""
    try:
        answer = json.loads(line) if line else None
    except (ValueError, RecursionError):
        return None
    return answer if isinstance(answer, dict) else None


def _read_lines(
    stream: IO[bytes], lines: queue.SimpleQueue[bytes | OSError], keep: IO[bytes] | None, most: int
) -> None:
    """Passes on a few bounded lines, then an empty one; its own thread, because only that has a timeout on every system.

    Lines that begin as parts of a file go to `keep`, at most `most` bytes of them.
    """
    left = ANSWER_LINES
    with suppress(OSError, ValueError):  # the pipe was closed meanwhile, or a part is none
        while left:
            line = stream.readline(ANSWER_BYTES)
            if keep is not None and line.startswith(PART):
                try:
                    most -= _kept_part(line, keep, most)
                except OSError as problem:  # the disk is full: the other side says so
                    lines.put(problem)
                    return
                continue
            left -= 1
            lines.put(line)
            if not line:
                return
    lines.put(b"")


PART = b'{"part": "'


def _kept_part(line: bytes, keep: IO[bytes], most: int) -> int:
    """Writes one part; gives back its length. Raises ValueError for one that is damaged or too much."""
    try:
        data = base64.b64decode(line.removeprefix(PART).rstrip().removesuffix(b'"}'), validate=True)
    except binascii.Error:
        raise ValueError("a damaged part") from None
    if not data or len(data) > most:
        raise ValueError("more than the studio takes")
    keep.write(data)
    return len(data)


def _why_dead(child: subprocess.Popen[bytes]) -> str:
    """The reason for a child that stopped answering: out of processor time, or crashed."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=1.0)
    log.warning("an intake child ended with %s", child.returncode)
    slow = {-getattr(signal, name) for name in ("SIGXCPU",) if hasattr(signal, name)}
    return "slow" if child.returncode in slow else "crashed"

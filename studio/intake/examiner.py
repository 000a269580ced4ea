"""Every upload is examined here before anything else in the studio touches it.

The kind of a file is read from its first bytes, never from its name or from what the browser says. Decoding, parsing and the reading of
its credential happen in a child process (`studio.intake.child`) that serves one file and dies; this side only reads the first few kilobytes,
waits with a deadline, kills, and turns a reason into one sentence. Nothing the child says is kept unchecked (`studio.intake.answers`).

On Linux the child also confines itself (`studio.intake.confine`: memory, processor time, no new descriptors, few system calls). macOS honours
only some of these and Windows has none of them: there the deadline and the kill still hold, and the caps are still checked.
"""

from __future__ import annotations

import base64
import binascii
import json
import logging
import math
import os
import queue
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, TypeVar

from studio.intake import answers
from studio.intake.formats import FORMATS, HEAD_BYTES, TAKEN, recognise
from studio.intake.limits import DEFAULT_LIMITS, Found, Limits, Trust
from studio.intake.nursery import Forked, Nursery
from studio.intake.reasons import Refused, plain_values, refusal

log = logging.getLogger(__name__)
T = TypeVar("T")
ANSWER_BYTES = 4 << 20  # the longest line that a child may answer
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
}  # idle threads of a pool burn a busy machine's time
ANSWER_LINES = 8  # without those that hold parts of a file
SLOW_TASKS = ("book", "project")
FORKS = sys.platform == "linux"  # elsewhere a fork of a process with threads is not safe
Child = Forked | subprocess.Popen[bytes]


def _format_of(path: Path, kinds: Collection[str] | None, limits: Limits) -> str:
    """The format of the file at `path`, refused here when its first bytes, its size or `kinds` already say no."""
    try:
        with open(path, "rb", opener=_open_plainly) as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(HEAD_BYTES)
    except OSError as error:
        log.info("upload unreadable: %r", error)
        raise refusal("gone") from None
    if not head:
        raise Refused("This file is empty; choose another one.", "empty")
    what = recognise(head)
    if not isinstance(what, str):
        called, meant = what
        raise Refused(f"This is {called}; {_takes(kinds, meant)}.", "format")
    kind, _, _, called = FORMATS[what]
    if kinds is not None and kind not in kinds:
        raise Refused(f"This is {FORMATS[what].with_article}; {_takes(kinds, '')}.", "kind")
    most = getattr(limits, f"{kind}_bytes")
    if size > most:
        raise refusal("bytes", called, size=math.ceil(size / 1e6), most=most / 1e6)
    return what


def _open_plainly(name: str, flags: int) -> int:
    """Opens a regular file only; a pipe or a device neither blocks nor is read."""
    descriptor = os.open(name, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return descriptor


def _takes(kinds: Collection[str] | None, meant: str) -> str:
    """ "the studio takes PNG, … pictures", of the kind that was meant if it is among `kinds`."""
    asked = [kind for kind in TAKEN if kinds is None or kind in kinds]
    if not asked:
        return "no picture, video or sound goes here"
    shown = [meant] if meant in asked else asked
    where = "the studio takes" if kinds is None or shown == [meant] else "what goes here is"
    return f"{where} " + ", ".join(TAKEN[kind] for kind in shown)


class Intake:
    """Examines files, each in a child process of its own: forked from a warm process, or one of the spares. Safe to use from several threads.

    Without `spares` nothing is kept warm.
    """

    def __init__(self, *, spares: int = 2, concurrency: int = 2, wait_seconds: float = 60.0) -> None:
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(concurrency)
        self._slow_turns = threading.BoundedSemaphore(1)  # a lane of their own, so that no photo waits for a book
        self._wait_seconds = wait_seconds
        self._nursery = _nursery() if spares and FORKS else None
        self._wanted = 0 if self._nursery else spares
        self._spares: list[Child] = []
        self._closed = False
        self._refill(min(self._wanted, 1))  # one at first: the page has to come up too

    def __enter__(self) -> Intake:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Ends the spares; files under examination still finish."""
        with self._lock:
            self._closed = True
            spares, self._spares = self._spares, []
        for child in spares:
            _end(child)
        if self._nursery is not None:
            self._nursery.close()

    def examine(
        self,
        path: Path,
        *,
        kinds: Collection[str] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        trust: Trust | None = None,
    ) -> Found:
        """The facts and the thumbnail of the picture, video or sound at `path`; with a `trust` also where it comes from.

        Raises Refused with one sentence for the visitor.
        """
        name = _format_of(path, kinds, limits)
        kind, media_type, _, called = FORMATS[name]
        given = asdict(trust) if trust else None
        answer = self.ask(path, kind, called, limits, format=name, media_type=media_type, trust=given)
        return check_answer(lambda: _facts_of_answer(answer, name), called)

    def credential(self, path: Path, media_type: str, trust: Trust, limits: Limits = DEFAULT_LIMITS) -> dict[str, Any]:
        """What the file's own credential says, as a summary; hostile bytes give "none" or "broken". Raises Refused."""
        answer = self.ask(path, "credential", "file", limits, media_type=media_type, trust=asdict(trust))
        return check_answer(lambda: answers.credential(answer["credential"]), "file")

    def ask(
        self,
        path: Path,
        task: str,
        called: str,
        limits: Limits = DEFAULT_LIMITS,
        keep: IO[bytes] | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """A child's answer to one task of `studio.intake.child`, unchecked: the caller checks it. `keep` takes the bytes that it hands over.

        Raises Refused, and OSError where `keep` cannot be written.
        """
        request = {"path": os.fspath(path), "task": task, "limits": asdict(limits), **more}
        with self._turn(self._slow_turns if task in SLOW_TASKS else self._turns):
            child = self._take()
            try:
                answer = _ask(child, request, called, limits, keep)
            finally:
                _end(child)
        self._refill()
        if answer.get("detail"):
            log.info("upload refused: %.300r", answer["detail"])
        if "refused" in answer:
            values = answer.get("values")
            raise refusal(str(answer["refused"]), called, **(plain_values(values) if isinstance(values, dict) else {}))
        return answer

    @contextmanager
    def _turn(self, turns: threading.BoundedSemaphore) -> Iterator[None]:
        """One of the few places for files under examination; waits for one, not for ever."""
        if not turns.acquire(timeout=self._wait_seconds):
            raise refusal("busy")
        try:
            yield
        finally:
            turns.release()

    def _take(self) -> Child:
        """A child that is ready, or a new one when no spare is left alive."""
        while True:
            with self._lock:
                if self._closed:
                    raise RuntimeError("this intake is closed")
                child = self._spares.pop(0) if self._spares else None  # the oldest is the warmest
            if child is None:
                return self._fork_child() if self._nursery is not None else _start()
            if child.poll() is None:
                return child
            _end(child)

    def _fork_child(self) -> Child:
        assert self._nursery is not None
        try:
            return self._nursery.child()
        except OSError as problem:
            log.warning("no child of the intake could be forked: %r", problem)
            raise refusal("busy") from None

    def _refill(self, wanted: int | None = None) -> None:
        """Starts the spares that are missing, after an answer rather than before it, so that they never compete with it."""
        with self._lock:
            while not self._closed and len(self._spares) < (self._wanted if wanted is None else wanted):
                self._spares.append(_start())


def examine(path: Path, *, kinds: Collection[str] | None = None, limits: Limits = DEFAULT_LIMITS) -> Found:
    """`Intake.examine` for one file and no spare: slower to start, nothing to close."""
    with Intake(spares=0) as intake:
        return intake.examine(path, kinds=kinds, limits=limits)


ROOT = os.fspath(Path(__file__).resolve().parents[2])


def _environment() -> dict[str, str]:
    """The variables of a child: none of the studio's own."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ}
    paths = os.pathsep.join([ROOT, *(entry for entry in sys.path if entry)])
    return kept | {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"} | ONE_THREAD


def _nursery() -> Nursery:
    command = [sys.executable, "-m", "studio.intake.nursery"]
    return Nursery(command, _environment(), ROOT, DEFAULT_LIMITS.start_seconds)


def _start() -> Child:
    """A child that imports what it needs and then waits for one request."""
    return subprocess.Popen(
        [sys.executable, "-m", "studio.intake.child"],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _end(child: Child) -> None:
    """Kills a child, whatever it is doing, and lets go of its pipes."""
    child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout):
        with suppress(OSError):
            stream.close()  # type: ignore[union-attr]


def _ask(
    child: Child, request: dict[str, Any], called: str, limits: Limits, keep: IO[bytes] | None = None
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


def _why_dead(child: Child) -> str:
    """The reason for a child that stopped answering: out of processor time, or crashed."""
    with suppress(subprocess.TimeoutExpired):
        child.wait(timeout=1.0)
    log.warning("an intake child ended with %s", child.returncode)
    slow = {-getattr(signal, name) for name in ("SIGXCPU",) if hasattr(signal, name)}
    return "slow" if child.returncode in slow else "crashed"


def check_answer(reading: Callable[[], T], called: str) -> T:
    """What `reading` makes of an answer; an answer that does not fit counts as a child that broke down."""
    try:
        return reading()
    except (KeyError, ValueError, TypeError, OverflowError, RecursionError) as error:
        log.warning("an intake child answered nonsense: %r", error)
        raise refusal("crashed", called) from None


def _facts_of_answer(answer: dict[str, Any], name: str) -> Found:
    """A child's facts, each checked for its type and range, as a Found."""
    kind, media_type, extension, _ = FORMATS[name]
    return Found(
        kind,
        media_type,
        extension,
        answers.whole(answer, "width"),
        answers.whole(answer, "height"),
        answers.whole(answer, "frames"),
        answers.number(answer, "seconds"),
        answers.number(answer, "rate_hz"),
        answer.get("has_sound") is True,
        answer.get("has_alpha") is True,
        answers.thumbnail(answer),
        answers.credential(answer["credential"]) if "credential" in answer else None,
        answers.traces(answer.get("traces", {})),
    )

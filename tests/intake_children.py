"""Children of the intake without an interpreter's start for each: one process has imported what they need and forks itself.

A child runs the code of `studio.intake.child` under its limits, as one that was started anew does. Tests of how a child is started ask
for the fixture `real_children`.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import IO

import pytest

from studio.intake.examiner import ONE_THREAD

ROOT = Path(__file__).resolve().parents[1]
NUMBER_BYTES = 4


class Nursery:
    """The process that forks children."""

    def __init__(self) -> None:
        own, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.intake_children", str(theirs.fileno())],
                cwd=ROOT, env=os.environ | ONE_THREAD | {"MALLOC_ARENA_MAX": "2"}, pass_fds=[theirs.fileno()], start_new_session=True,
            )  # fmt: skip
        self.connection, self.one_at_a_time = own, threading.Lock()

    def fork(self, *descriptors: int) -> int:
        """The number of a new child; it reads from the first descriptor, writes to the second, and its end is told to the third."""
        with self.one_at_a_time:
            socket.send_fds(self.connection, [b"+"], descriptors)
            return int.from_bytes(self.connection.recv(NUMBER_BYTES), "big")


@cache
def nursery() -> Nursery:
    """The one of this process; it ends with it."""
    return Nursery()


class Forked:
    """A forked child: what `studio.intake.examiner` needs of a subprocess.Popen."""

    stdin: IO[bytes]
    stdout: IO[bytes]

    def __init__(self) -> None:
        pipes = [os.pipe() for _ in range(3)]
        (asked, ask), (answer, answered), (self._ended, ended) = pipes
        self.pid = nursery().fork(asked, answered, ended)
        for one in (asked, answered, ended):
            os.close(one)
        self.returncode: int | None = None
        self.stdin, self.stdout = os.fdopen(ask, "wb"), os.fdopen(answer, "rb")

    def poll(self) -> int | None:
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("child", timeout or 0)
        return code

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            self.returncode = int.from_bytes(os.read(self._ended, NUMBER_BYTES), "big", signed=True)
            os.close(self._ended)
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def real_children() -> None:
    """For tests in which every child is started as the studio starts it."""


@pytest.fixture(autouse=True)
def forked_children(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if sys.platform == "linux" and "real_children" not in request.fixturenames:
        monkeypatch.setattr("studio.intake.examiner._start", Forked)


def become_child(asked: int, answered: int) -> None:
    """The forked process answers one request and is gone."""
    from studio.intake import child

    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for old, new in ((asked, 0), (answered, 1), (nowhere, 2)):
            os.dup2(old, new)
        os.closerange(3, 256)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the child's own
        child.main()
    finally:
        os._exit(0)


def tell_ended(pipes: dict[int, int]) -> None:
    """Say of every child that has ended how it ended."""
    while pipes:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        with contextlib.suppress(BrokenPipeError):
            os.write(pipes[pid], os.waitstatus_to_exitcode(status).to_bytes(NUMBER_BYTES, "big", signed=True))
        os.close(pipes.pop(pid))


def serve(connection: socket.socket) -> None:
    """Fork a child for each message, until the other side is gone."""
    from studio.intake import child

    child._warm_up()
    child._warm_up = lambda: None
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    pipes: dict[int, int] = {}
    while True:
        ready = select.select([connection, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 100)
            tell_ended(pipes)
        if connection in ready:
            asked, (reads, writes, ends) = _received(connection)
            if not asked:
                return
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                become_child(reads, writes)
            os.close(reads)
            os.close(writes)
            pipes[pid] = ends
            connection.sendall(pid.to_bytes(NUMBER_BYTES, "big"))


def _received(connection: socket.socket) -> tuple[bytes, tuple[int, ...]]:
    said, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
    return said, tuple(descriptors) if said else (-1, -1, -1)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

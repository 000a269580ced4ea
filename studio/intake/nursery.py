"""Children of the intake without an interpreter's start for each: a process that has imported what they need and forks itself (Linux).

`python -m studio.intake.nursery DESCRIPTOR` is that process. It sees no file and no request: it is handed the ends of pipes, and the child that it
forks reads its one request from there, confines itself and dies (`studio.intake.child`). It ends when the studio does.
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
from collections.abc import Callable
from typing import IO, Any

NUMBER_BYTES = 4
NAME = b"studio-intake"
PR_SET_NAME = 15


class Forked:
    """A forked child: what `studio.intake.examiner` needs of a subprocess.Popen."""

    stdin: IO[bytes]
    stdout: IO[bytes]

    def __init__(self, fork: Callable[..., int]) -> None:
        pipes = [os.pipe() for _ in range(3)]
        (asked, ask), (answer, answered), (self._ended, ended) = pipes
        self.returncode: int | None = None
        self.stdin, self.stdout = os.fdopen(ask, "wb"), os.fdopen(answer, "rb")
        try:
            self.pid = fork(asked, answered, ended)
        except OSError:
            self.stdin.close()
            self.stdout.close()
            os.close(self._ended)
            raise
        finally:
            for end in (asked, answered, ended):
                os.close(end)

    def poll(self) -> int | None:
        """How it ended; None while it runs."""
        return self._look(0)

    def wait(self, timeout: float | None = None) -> int:
        """How it ended, once it has. Raises subprocess.TimeoutExpired."""
        code = self._look(timeout)
        if code is None:
            raise subprocess.TimeoutExpired("child", timeout or 0)
        return code

    def _look(self, timeout: float | None) -> int | None:
        if self.returncode is None and select.select([self._ended], [], [], timeout)[0]:
            status = os.read(self._ended, NUMBER_BYTES)
            os.close(self._ended)
            if not status:  # whoever forked it is gone
                with contextlib.suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            self.returncode = int.from_bytes(status, "big", signed=True) if status else -signal.SIGKILL
        return self.returncode

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


class Nursery:
    """The process that forks children; one that has died is started again. Safe to use from several threads."""

    def __init__(self, command: list[str], environment: dict[str, str], root: str, patience_seconds: float) -> None:
        self.command, self.environment, self.root, self.patience_seconds = command, environment, root, patience_seconds
        self._turn, self._closed = threading.Lock(), False
        self._start()

    def _start(self) -> None:
        self._connection, theirs = socket.socketpair()
        self._connection.settimeout(self.patience_seconds)
        with theirs:
            self.process = subprocess.Popen(
                [*self.command, str(theirs.fileno())],
                cwd=self.root,
                env=self.environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )

    def child(self) -> Forked:
        """A new child that waits for its request. Raises OSError where none can be had."""
        return Forked(self._fork)

    def _fork(self, *descriptors: int) -> int:
        """The number of a new child, which reads from the first descriptor and writes to the second; its end is told to the third."""
        with self._turn:
            if self._closed:
                raise OSError("this nursery is closed")
            with contextlib.suppress(OSError):
                return self._ask_for_child(descriptors)
            self._stop()
            self._start()
            return self._ask_for_child(descriptors)

    def _ask_for_child(self, descriptors: tuple[int, ...]) -> int:
        socket.send_fds(self._connection, [b"+"], descriptors)
        told = self._connection.recv(NUMBER_BYTES)
        if not told:
            raise ConnectionResetError("the process that forks children is gone")
        return int.from_bytes(told, "big")

    def close(self) -> None:
        """End the process, for good."""
        with self._turn:
            self._closed = True
            self._stop()

    def _stop(self) -> None:
        self._connection.close()
        self.process.kill()
        self.process.wait()


def become_child(asked: int, answered: int) -> None:
    """The forked process answers one request and is gone."""
    import ctypes

    from studio.intake import child

    try:
        ctypes.CDLL(None).prctl(PR_SET_NAME, NAME, 0, 0, 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for old, new in ((asked, 0), (answered, 1), (nowhere, 2)):
            os.dup2(old, new)
        os.closerange(3, 256)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - the child's own
        child.answer()
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

    child.warm_up()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    pipes: dict[int, int] = {}
    watched: list[Any] = [connection, woken]
    while True:
        ready = select.select(watched, [], [])[0]
        if woken in ready:
            os.read(woken, 100)
            tell_ended(pipes)
        if connection in ready:
            asked, descriptors, _, _ = socket.recv_fds(connection, 1, 3)
            if not asked:
                return
            reads, writes, ends = descriptors
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                become_child(reads, writes)
            os.close(reads)
            os.close(writes)
            pipes[pid] = ends
            connection.sendall(pid.to_bytes(NUMBER_BYTES, "big"))


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))

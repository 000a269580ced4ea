"""What a database or a disk that does not do its part means, in one sentence for the visitor."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.core.settings import Refusal

FULL = "The disk is full; delete something from the shelf, then try again."
READ_ONLY = "The studio's folder cannot be written to, so nothing new can be kept."
BUSY = "The studio is very busy; try again in a minute."
UNREACHABLE = "The studio's database cannot be reached; try again in a minute."
NO_VALUE = "This request cannot be kept."


class DiskFull(Refusal):
    """There is no space left on the disk."""


class Unreachable(Refusal):
    """The database server does not answer; what was asked of it may or may not have been done."""

    status = 503


class Fenced(Refusal):
    """A job was given to another worker, so what this one made of it is not kept."""


@contextmanager
def plain_words() -> Iterator[None]:
    """Turns a full or read-only disk into one sentence."""
    try:
        yield
    except sqlite3.OperationalError as problem:
        message = str(problem)
        if "full" in message or "disk I/O" in message:
            raise DiskFull(FULL) from None
        if "readonly" in message or "unable to open" in message:
            raise Refusal(READ_ONLY) from None
        if "locked" in message:
            raise Refusal(BUSY) from None
        raise
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(FULL) from None
        if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise Refusal(READ_ONLY) from None
        if problem.errno in (errno.EMFILE, errno.ENFILE):
            raise Refusal("The studio is very busy; try again in a minute.") from None
        raise

"""Progress of one piece of work, and how a listener stops it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PIL.Image import Image


class Cancelled(BaseException):
    """Raised by a Report when its listener wants the work to stop; a BaseException, so `except Exception` lets it pass."""


@dataclass(frozen=True)
class Progress:
    """One moment of a run: `done` of `total` steps, what is happening, and a picture of it made only on demand."""

    done: float
    total: float
    label: str = ""
    preview: Callable[[], Image] | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)  # e.g. {"loss": 0.31}; drawn as curves

    @property
    def fraction(self) -> float:
        """What is done as a share 0..1; 0 where the whole is unknown."""
        return min(1.0, max(0.0, self.done / self.total)) if self.total > 0 else 0.0


class Report(Protocol):
    """Takes a Progress; raises Cancelled when the work should stop."""

    def __call__(self, progress: Progress) -> None: ...


def silent(progress: Progress) -> None:
    """The Report of someone who is not listening."""


def part(report: Report, start: float, end: float, label: str = "") -> Report:
    """A Report for a stage that fills the stretch from `start` to `end` (fractions) of a longer run."""

    def stage(progress: Progress) -> None:
        done = start + (end - start) * progress.fraction
        report(Progress(done, 1.0, progress.label or label, progress.preview, progress.numbers))

    return stage


_workspace: ContextVar[Path | None] = ContextVar("workspace", default=None)


def workspace() -> Path | None:
    """The folder in which a long run may keep checkpoints and find them again after a restart; None: keep none."""
    return _workspace.get()


@contextmanager
def working_in(folder: Path | None) -> Iterator[None]:
    """Sets `workspace()` for a block."""
    token = _workspace.set(folder)
    try:
        yield
    finally:
        _workspace.reset(token)

"""Find a pipeline by its name and run it as a stream: Progress, Progress, …, Done.

`pipelines.core.registry` finds it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.core.facts import Facts, recording
from pipelines.core.models import ModelCard
from pipelines.core.progress import Cancelled, Progress, Report, working_in
from pipelines.core.registry import FAMILIES, declaration, find, names

log = logging.getLogger(__name__)
__all__ = ["FAMILIES", "Done", "find", "names", "stream"]


@dataclass(frozen=True)
class Done:
    """The last item of a stream: what the pipeline gave back, and what it was made with."""

    result: Any
    facts: Facts = field(default_factory=Facts)


def notice_undeclared(name: str, cards: Sequence[ModelCard]) -> None:
    """Say in the log that a pipeline loaded what it did not declare; the tests make an error of it."""
    log.error("%s loaded models that it does not declare: %s", name, ", ".join(card.name for card in cards))


class Mailbox:
    """One place for the newest Progress: a listener that is late sees only the latest, and the worker never waits."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._newest: Progress | None = None
        self._closed = False

    def put(self, progress: Progress) -> None:
        """Replace what was reported before and has not been read."""
        with self._condition:
            self._newest = progress
            self._condition.notify()

    def close(self) -> None:
        """Say that nothing more will come."""
        with self._condition:
            self._closed = True
            self._condition.notify()

    def take(self, timeout_seconds: float) -> tuple[Progress | None, bool]:
        """The newest Progress if there is one, and whether the worker has ended."""
        with self._condition:
            if self._newest is None and not self._closed:
                self._condition.wait(timeout_seconds)
            newest, self._newest = self._newest, None
            return newest, self._closed


def stream(
    name: str,
    arguments: Mapping[str, Any],
    *,
    cancelled: Callable[[], bool] = lambda: False,
    workspace: Path | None = None,
    finish: Callable[[Any, Report, Facts], Any] | None = None,
) -> Iterator[Progress | Done]:
    """Run a pipeline in a thread and yield its Progress, then Done. Raises what the pipeline raised, or Cancelled.

    `cancelled` is asked at every report; `workspace` is where a long run keeps checkpoints. `finish` runs in the same thread on the result (media that are made lazily, such as a
    Video's frames, are made there, still under the same report), and what it returns is Done's result.
    """
    function, mailbox = find(name), Mailbox()
    declared = declaration(function)
    outcome: dict[str, Any] = {}

    def report(progress: Progress) -> None:
        if cancelled() or outcome.get("abandoned"):
            raise Cancelled
        mailbox.put(progress)

    def work() -> None:
        try:
            with recording() as facts, working_in(workspace):
                outcome["facts"] = facts
                result = function(**arguments, report=report)
                outcome["result"] = finish(result, report, facts) if finish else result
                if undeclared := [card for card in facts.cards if not declared.covers(card)]:
                    notice_undeclared(name, undeclared)
        except BaseException as problem:  # noqa: BLE001 - carried to the listener's thread and raised there
            outcome["problem"] = problem
        finally:
            mailbox.close()

    worker = threading.Thread(target=work, name=name, daemon=True)
    worker.start()
    try:
        ended = False
        while not ended:
            progress, ended = mailbox.take(timeout_seconds=0.25)
            if not ended and cancelled():  # do not wait for the next report: the thread ends there by itself
                raise Cancelled
            if progress is not None:
                yield progress
    finally:
        outcome["abandoned"] = True  # the listener went away: the next report stops the work
    worker.join()
    if "problem" in outcome:
        raise outcome["problem"]
    yield Done(outcome["result"], outcome["facts"])

"""One job as its row says it, and what is known of it in memory while it runs."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field, fields
from typing import Any

from studio.engine.making import Curves
from studio.storage.artifacts import Call
from studio.storage.database import Row

LANES = ("quick", "heavy", "film")


@dataclass(frozen=True)
class Job:
    """One row: what was asked, by whom, and how far it is. `problem` is one sentence."""

    id: int
    session: str
    tab: str
    call: Call
    state: str
    lane: str
    place: float
    options: dict[str, Any]
    fraction: float
    label: str
    problem: str | None
    size: float
    created: float
    started: float | None
    ended: float | None
    attempts: int
    measure: str = ""
    not_before: float = 0.0
    fence: int = 0  # which attempt this is; a later one is the only one that may write
    holder: str = ""  # the process that has it by a lease
    joined: bool = False  # whether it was there already when it was asked for

    @property
    def artifact_id(self) -> str:
        """The id that the result has or will have."""
        return self.call.id


@dataclass
class Live:
    """What is known of a running job only in memory: the newest preview and the curves drawn so far."""

    cancel: threading.Event = field(default_factory=threading.Event)
    preview: bytes = b""
    previews: int = 0
    written: float = 0.0
    fraction: float = 0.0
    heard: float = 0.0  # seconds into the run when it was last said to be another
    tenth: float = 0.0  # seconds into the run until a tenth was done
    shown: float = 0.0  # when other servers were last told
    saved: float = 0.0  # when the newest file of the checkpoint that others can have was written
    curves: Curves = field(default_factory=Curves)

    def note(self, fraction: float, seconds: float) -> None:
        """Remember when the run was how far, `seconds` after it began."""
        if fraction == self.fraction:
            return
        self.fraction, self.heard = fraction, seconds
        if not self.tenth and 0.1 <= fraction < 0.3:
            self.tenth = seconds * 0.1 / fraction


def job_of(row: Row) -> Job:
    """The job of a row of `jobs`."""
    read = {
        "call": Call.from_dict(json.loads(row["call"])),
        "options": json.loads(row["options"]),
        "size": row["size"] or 0.0,
        "joined": False,
    }
    return Job(**read, **{field.name: row[field.name] for field in fields(Job) if field.name not in read})

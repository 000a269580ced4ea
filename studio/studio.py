"""One running studio: its store, queue, intake and identity, made once at start and handed to everything that needs them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from studio.certificate import Certificate, certificate
from studio.intake import Intake
from studio.jobs import Jobs
from studio.runners import Runner, runner_from_environment
from studio.store import Store


@dataclass
class Studio:
    """The parts that outlive a request."""

    store: Store
    jobs: Jobs
    intake: Intake

    @cached_property
    def certificate(self) -> Certificate:
        return certificate(self.store.home / "identity")

    def close(self) -> None:
        self.jobs.stop()
        self.intake.close()
        self.store.close()


def open_studio(home: Path | None = None, runner: Runner | None = None, *, spares: int = 1) -> Studio:
    """A studio on `home` (STUDIO_HOME or the user's data folder); its workers are not started yet."""
    store = Store(home)
    return Studio(store, Jobs(store, runner or runner_from_environment()), Intake(spares=spares))

"""A worker without a page: it claims jobs from the database, makes them in worker processes of its own, and puts the results into common storage."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from pipelines.core.settings import Refusal
from studio import process
from studio.engine.job import LANES
from studio.engine.runners import Runner, server_runner
from studio.storage.store import home_folder
from studio.studio import Studio, check_settings_of_deployment, open_studio

log = logging.getLogger(__name__)
TIDY_SECONDS = 600.0
NO_DATABASE = "A worker needs the database of its studio: set STUDIO_DATABASE=postgresql://… (docs/operations.md)."


def lanes_of(given: str) -> list[str]:
    """`quick,heavy,film,film` as a list: one job at a time for each word. Raises Refusal."""
    lanes = [one.strip() for one in given.split(",") if one.strip()]
    if not lanes or len(lanes) > 64 or any(one not in LANES for one in lanes):
        raise Refusal(f"Lanes are {', '.join(LANES)}, separated by commas; name one twice for two jobs at a time.")
    return lanes


class Work:
    """One worker from its start to its end."""

    def __init__(self, lanes: Sequence[str], home: Path | None = None, runner: Runner | None = None) -> None:
        process.environment()
        check_settings_of_deployment()
        home = home or home_folder()
        self.lanes, self.studio = lanes, open_studio(home, runner or server_runner(home), spares=0)
        if not self.studio.store.database.shared:
            self.studio.close()
            raise Refusal(NO_DATABASE)
        self._stop = threading.Event()

    def start(self) -> None:
        """Begin to take jobs of the lanes, and to tidy."""
        self.studio.jobs.start(self.lanes)
        self.studio.jobs.runner.start()
        threading.Thread(target=self._tidy, name="tidy", daemon=True).start()

    def _tidy(self) -> None:
        while not self._stop.wait(TIDY_SECONDS):
            try:
                if self.studio.store.files is not None:
                    self.studio.store.files.trim()
            except Exception:
                log.exception("the cache is trimmed later")

    def busy(self) -> int:
        """How many jobs it makes now."""
        return len(self.studio.jobs.held)

    def stop(self) -> None:
        """What it was making goes back in the queue at once; another worker goes on from the checkpoint."""
        self._stop.set()
        self.studio.close()


def count_waiting_jobs(studio: Studio) -> dict[str, int]:
    """How many jobs wait in each lane."""
    rows = studio.store.rows("SELECT lane, COUNT(*) AS n FROM jobs WHERE state = 'queued' GROUP BY lane")
    return {row["lane"]: row["n"] for row in rows}


def serve(lanes: Sequence[str], home: Path | None = None, runner: Runner | None = None) -> int:
    """Work until SIGTERM or SIGINT. Raises Refusal."""
    process.write_log()
    work, stop = Work(lanes, home, runner), threading.Event()
    process.when_told_to_end(stop.set)
    work.start()
    print(f"This worker takes jobs: {', '.join(lanes)}.", flush=True)
    while not stop.wait(1.0):
        pass
    work.stop()
    return 0

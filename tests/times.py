"""What each test file cost in wall seconds, by phase; the dearest are printed, and all are written to test-times.json."""

from __future__ import annotations

import json
import os
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRINTED = 30


class Times:
    """In the process that reports: adds up the seconds of every test."""

    def __init__(self) -> None:
        self.began, self.tests = time.time(), 0
        self.files: dict[str, dict[str, float]] = defaultdict(lambda: {"setup": 0.0, "call": 0.0, "teardown": 0.0})

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.files[report.nodeid.partition("::")[0]][report.when] += report.duration
        self.tests += report.when == "setup"

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        rows = {
            file: {phase: round(seconds, 1) for phase, seconds in phases.items()} for file, phases in self.files.items()
        }
        dearest = sorted(rows, key=lambda file: -sum(rows[file].values()))
        load, wall = os.getloadavg()[0], time.time() - self.began
        told = {"wall": round(wall, 1), "load": round(load, 1), "files": {file: rows[file] for file in dearest}}
        (ROOT / "test-times.json").write_text(json.dumps(told, indent=1), "utf-8")
        terminalreporter.section(f"the {PRINTED} dearest of {len(rows)} files")
        terminalreporter.write_line(f"{self.tests} tests in {wall:.0f} s; load {load:.1f}")
        for file in dearest[:PRINTED]:
            phases = "".join(f"{rows[file][phase]:8.1f}" for phase in ("setup", "call", "teardown"))
            terminalreporter.write_line(f"{sum(rows[file].values()):8.1f} {phases}  {file}")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(), "times")

"""Wall and processor seconds of each test, by phase, written to test-times.json; the dearest are printed."""

from __future__ import annotations

import json
import os
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
PRINTED = 30
PHASES = ("collect", "setup", "call", "teardown")


def processor_seconds() -> float:
    """User and system seconds of this process and of those children that it has waited for."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


class Measures:
    """In each process that runs tests: notes on a report what its phase cost."""

    def __init__(self) -> None:
        self.before = 0.0

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self) -> Iterator[None]:
        self.before = processor_seconds()
        return (yield)

    pytest_runtest_call = pytest_runtest_teardown = pytest_runtest_setup

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Iterator[None]:
        report = yield
        report.processor = processor_seconds() - self.before
        return report

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(self, collector: pytest.Collector) -> Iterator[None]:
        wall, before = time.perf_counter(), processor_seconds()
        report = yield
        if isinstance(collector, pytest.Module):
            report.wall, report.processor = time.perf_counter() - wall, processor_seconds() - before
        return report

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(session.config, "workeroutput", None)
        if output is not None:
            output["collected"] = session.config.stash.get(COLLECTED, {})

    def pytest_collectreport(self, report: Any) -> None:
        pass


COLLECTED: pytest.StashKey[dict[str, list[float]]] = pytest.StashKey()


class Collection:
    """What importing each test module cost in this process, [wall, processor] seconds."""

    def __init__(self, config: pytest.Config) -> None:
        self.modules = config.stash.setdefault(COLLECTED, {})

    def pytest_collectreport(self, report: Any) -> None:
        if hasattr(report, "wall"):
            self.modules[report.nodeid] = [report.wall, report.processor]


class Times:
    """In the process that reports: gathers what all others measured."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.began = time.time()
        self.tests: dict[str, dict[str, list[float]]] = defaultdict(dict)
        self.modules: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.tests[report.nodeid][report.when] = [report.duration, getattr(report, "processor", 0.0)]

    def add_modules(self, modules: dict[str, list[float]]) -> None:
        for module, seconds in modules.items():
            self.modules[module] = [a + b for a, b in zip(self.modules[module], seconds, strict=True)]

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self.add_modules(getattr(node, "workeroutput", {}).get("collected", {}))

    def files(self) -> dict[str, dict[str, list[float]]]:
        """Per file and phase, [wall, processor] seconds."""
        files: dict[str, dict[str, list[float]]] = defaultdict(lambda: {phase: [0.0, 0.0] for phase in PHASES})
        for module, seconds in self.modules.items():
            files[module]["collect"] = seconds
        for test, phases in self.tests.items():
            for phase, seconds in phases.items():
                sums = files[test.partition("::")[0]][phase]
                sums[0], sums[1] = sums[0] + seconds[0], sums[1] + seconds[1]
        return files

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        self.add_modules(self.config.stash.get(COLLECTED, {}))
        wall = time.time() - self.began
        files = self.files()
        rounded = {
            "wall": round(wall, 1),
            "load": [round(load, 1) for load in os.getloadavg()],
            "files": {
                file: {p: [round(s, 2) for s in sums[p]] for p in PHASES} for file, sums in sorted(files.items())
            },
            "tests": {
                test: {phase: [round(second, 3) for second in seconds] for phase, seconds in phases.items()}
                for test, phases in sorted(self.tests.items())
            },
        }
        target = Path(os.environ.get("TEST_TIMES", ROOT / "test-times.json"))
        target.write_text(json.dumps(rounded, indent=1), "utf-8")
        total = [sum(sums[phase][index] for sums in files.values() for phase in PHASES) for index in (0, 1)]
        terminalreporter.section(f"the {PRINTED} dearest of {len(files)} files")
        terminalreporter.write_line(
            f"{len(self.tests)} tests in {wall:.0f} s; {total[0]:.0f} s in all processes, {total[1]:.0f} s of processor;"
            f" load {os.getloadavg()[0]:.1f}"
        )
        terminalreporter.write_line("   wall  processor   collect   setup    call  (wall seconds)")
        dearest = sorted(files.items(), key=lambda item: -sum(seconds[0] for seconds in item[1].values()))
        for file, sums in dearest[:PRINTED]:
            seconds = [sum(sums[phase][index] for phase in PHASES) for index in (0, 1)]
            terminalreporter.write_line(
                f"{seconds[0]:7.1f}  {seconds[1]:9.1f}  {sums['collect'][0]:8.1f}{sums['setup'][0]:8.1f}{sums['call'][0]:8.1f}  {file}"
            )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Measures(), "measures")
    config.pluginmanager.register(Collection(config), "collection-times")
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Times(config), "times")

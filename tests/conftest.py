"""A studio in a temporary folder, with stub pipelines; pictures made on the spot."""

from __future__ import annotations

import asyncio
import inspect
import os
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest
from PIL import Image

from studio.engine.runners import InProcess
from studio.engine.uploads import receive
from studio.storage.artifacts import Artifact
from studio.studio import Studio, open_studio
from tests import stubs
from tests.cluster.servers import S3, WITHOUT, Cluster, Postgres, postgres_folder

ROOT = Path(__file__).resolve().parents[1]
Result = TypeVar("Result")
PATIENCE = (
    180_000  # milliseconds that a Chromium is waited for: a busy machine is slow; what is there at once costs nothing
)

# Files and folders whose tests take more than some seconds or start a server: `make quick` leaves them out, `make test` runs them.
SLOW = (
    "tests/browser", "tests/pipelines/animate/test_camera.py", "tests/pipelines/animate/test_layers.py",
    "tests/pipelines/animate/test_loop_morph.py", "tests/pipelines/compose/test_sound.py",
    "tests/pipelines/detect/test_fitting.py", "tests/pipelines/detect/test_made_pictures.py",
    "tests/pipelines/detect/test_picture_measures.py", "tests/pipelines/detect/test_pulse_lips.py",
    "tests/pipelines/detect/test_stability.py", "tests/pipelines/diffusion", "tests/pipelines/figures",
    "tests/pipelines/film/test_cut.py", "tests/pipelines/generate/test_sampling.py",
    "tests/pipelines/generate/test_scene_backdrop.py", "tests/pipelines/generate/test_scene_layers.py",
    "tests/pipelines/generate/test_tuned.py", "tests/pipelines/infill/test_energy.py", "tests/pipelines/infill/test_hub.py",
    "tests/pipelines/infill/test_infill.py", "tests/pipelines/infill/test_samplers.py",
    "tests/pipelines/infill/test_uniform.py", "tests/pipelines/test_codes_training.py",
    "tests/pipelines/test_infill_training.py", "tests/pipelines/test_mark.py",
    "tests/pipelines/test_objects_training.py", "tests/pipelines/test_tape.py", "tests/pipelines/test_train_style.py",
    "tests/pipelines/test_wheels.py", "tests/security", "tests/studio/test_credential_faults.py",
    "tests/studio/test_detect.py", "tests/studio/test_doors.py", "tests/studio/test_film.py",
    "tests/studio/test_forgeries.py", "tests/studio/test_intake.py", "tests/studio/test_intake_hostile.py",
    "tests/studio/test_kinds.py", "tests/studio/test_no_network.py", "tests/studio/test_provenance.py",
    "tests/test_contributing.py", "tests/test_wild.py", "tests/cluster",
)  # fmt: skip
# Suites that run on SQLite and a folder, and on PostgreSQL and S3; the films' take minutes, so `make cluster` runs them there.
ON_BOTH = ("tests/studio/test_store.py", "tests/studio/test_jobs.py", "tests/studio/test_batches.py")
ON_BOTH += ("tests/studio/test_film.py",) if os.environ.get("STUDIO_TESTS_EVERYWHERE") else ()
# And on PostgreSQL and S3 with a Ray actor for a worker, where `make cluster` finds Ray: the tests of these suites
# that start the queue. The others make what they make in their own process, or make nothing; a worker on Ray has no part in them.
ON_RAY = ("tests/studio/test_jobs.py", "tests/studio/test_batches.py", "tests/studio/test_film.py")
BACKENDS = ("sqlite", "cluster")
# Files that take longest, by processor seconds: they begin first, or one of them would decide when the run ends (`--schedule` prints who did).
LONGEST = (
    "tests/browser/test_film_takes.py", "tests/browser/test_film.py", "tests/browser/test_flows.py",
    "tests/browser/test_every_view.py", "tests/browser/test_rewording.py", "tests/browser/test_making.py",
    "tests/browser/test_detect.py", "tests/browser/test_page_lost.py", "tests/browser/test_sound_and_words.py",
    "tests/studio/test_film.py", "tests/security/test_04_uploads_in_the_child.py", "tests/studio/test_intake_hostile.py",
    "tests/pipelines/generate/test_tuned.py", "tests/security/test_12_half_sent.py", "tests/studio/test_intake.py",
)  # fmt: skip
QUICK_AFTER_ALL = ("tests/security/test_1_hub_id.py", "tests/security/test_address.py")
# What `make quick` chooses; `make test` runs that first and then the rest.
QUICK = "not weights and not browser and not slow"
MARK_OF_THE_REST = re.compile(r"\bmark\.(weights|browser|slow)\b")


def is_slow(path: str) -> bool:
    """Whether every test of a file is marked slow."""
    return path.startswith(SLOW) and path not in QUICK_AFTER_ALL


def has_nothing(path: str, chosen: str) -> bool:
    """Whether no test of a file is among the `chosen` marks, as its place and its text say, so that it need not be imported."""
    if chosen == QUICK:
        return is_slow(path)
    if chosen == f"not ({QUICK})":
        return not is_slow(path) and not MARK_OF_THE_REST.search((ROOT / path).read_text("utf-8"))
    return False


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out files of which every test would be deselected: importing all of them takes half a minute in each process."""
    if not (collection_path.match("test_*.py") and collection_path.is_relative_to(ROOT)):
        return None
    return has_nothing(collection_path.relative_to(ROOT).as_posix(), config.option.markexpr) or None


@cache
def needs_browser(path: str) -> bool:
    """Whether a file's tests drive a Chromium or start a page beside one."""
    return path.startswith("tests/browser/") or "chromium" in (ROOT / path).read_text("utf-8")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests; those that need a Chromium begin first, and the longest files before the others."""
    tests = Counter(item.nodeid.partition("::")[0] for item in items)
    for item in items:
        if is_slow(item.nodeid.partition("::")[0]):
            item.add_marker(pytest.mark.slow)
    places = {path: place for place, path in enumerate(LONGEST)}

    def turn(item: pytest.Item) -> tuple[bool, int, int, str]:
        path = item.nodeid.partition("::")[0]
        return not needs_browser(path), places.get(path, len(LONGEST)), -tests[path], path

    items.sort(key=turn)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--schedule", action="store_true", help="print which process ran which files from when to when (-n)"
    )


class Schedule:
    """Which process ran which file from when to when, in seconds since the run began."""

    def __init__(self) -> None:
        self.began, self.times = time.time(), {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        key = (getattr(report, "worker_id", "main"), report.nodeid.partition("::")[0])
        first, _ = self.times.get(key, (report.start, 0.0))
        self.times[key] = (min(first, report.start), report.stop)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        terminalreporter.section("schedule")
        for (process, path), (start, stop) in sorted(self.times.items(), key=lambda one: (one[0][0], one[1])):
            terminalreporter.write_line(
                f"{process}  {start - self.began:6.0f} to {stop - self.began:6.0f} s  {stop - start:6.0f} s  {path}"
            )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--schedule") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Schedule(), "schedule")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log):
    """Share tests between processes file by file; files that need a Chromium go to at most two of them, and begin first.

    A test in a Chromium waits half of its time, so two of them and one process of other tests keep two cores busy. The order is the one of
    pytest_collection_modifyitems: xdist's own, by the number of tests, would begin a file of one test of two minutes last.
    """
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return nodeid.partition("::")[0]

        def _assign_work_unit(self, node) -> None:
            wished = self._wished(node)
            if wished:
                self.workqueue.move_to_end(wished[0], last=False)
            super()._assign_work_unit(node)

        def _reschedule(self, node) -> None:
            if self.workqueue and not self._wished(node) and not self._has_chromium(node):
                node.shutdown()  # the others have what is left
            else:
                super()._reschedule(node)

        def _has_chromium(self, node) -> bool:
            nodes = list(self.assigned_work)
            return node in nodes[: max(1, min(2, len(nodes) - 1))]

        def _wished(self, node) -> list[str]:
            return [file for file in self.workqueue if needs_browser(file) == self._has_chromium(node)]

    config.option.loadscopereorder = False
    return ByFile(config, log)


@pytest.fixture(scope="session")
def playwright():
    """The one Playwright of the run: a second in the same thread is refused."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def chromium(playwright):
    from tests.browser.chromium import FLAGS, system_chromium

    browser = playwright.chromium.launch(executable_path=system_chromium(), args=FLAGS)
    begin = browser.new_context

    def patient(**settings: Any) -> Any:
        context = begin(**settings)
        context.set_default_timeout(PATIENCE)
        return context

    browser.new_context = patient
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def nothing_undeclared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipeline that loads a model that it does not declare fails its test."""

    def complain(name: str, cards: list) -> None:
        raise AssertionError(f"{name} loaded models that it does not declare: {[card.name for card in cards]}")

    monkeypatch.setattr("pipelines.core.run.notice_undeclared", complain)


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine returns, run in a thread of its own: a process whose Playwright is open refuses a second loop in the main thread."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


@pytest.fixture
def board():
    return stubs.install()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Postgres]:
    """One PostgreSQL server of this process's tests; each test has a schema of its own."""
    if postgres_folder() is None:
        pytest.skip(WITHOUT)
    server = Postgres()
    yield server
    server.close()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3]:
    server = S3()
    yield server
    server.stop()


@pytest.fixture
def cluster(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """PostgreSQL and S3 for one test: a schema and a prefix that no other test uses."""
    return Cluster.begin(request.getfixturevalue("postgres_server"), request.getfixturevalue("s3_server"), monkeypatch)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Where the studio of a test keeps its rows and files. The suites in ON_BOTH run on each of BACKENDS, the tests in ON_RAY that start the queue on Ray too."""
    chosen = getattr(request, "param", "sqlite")
    if chosen != "sqlite":
        request.getfixturevalue("cluster")
    if chosen == "ray" and (marked := request.node.get_closest_marker("not_on_ray")):
        pytest.skip(marked.args[0])
    return str(chosen)


@pytest.fixture(scope="session")
def ray_nodes() -> Iterator[Any]:
    """Ray on this machine, started by the first test that needs it."""
    from tests.cluster.on_ray import ray_nodes

    with ray_nodes() as nodes:
        yield nodes


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    path = metafunc.definition.nodeid.partition("::")[0]
    if "backend" in metafunc.fixturenames and path in ON_BOTH:
        queue = path in ON_RAY and "jobs.start(" in inspect.getsource(metafunc.function)
        everywhere = queue and os.environ.get("STUDIO_TESTS_EVERYWHERE") and find_spec("ray")
        metafunc.parametrize("backend", (*BACKENDS, "ray") if everywhere else BACKENDS, indirect=True)


@pytest.fixture
def studio(tmp_path: Path, board, backend: str, request: pytest.FixtureRequest) -> Iterator[Studio]:
    stubs.RUNS.clear()
    opened = open_studio(tmp_path / "home", InProcess(), spares=0)
    with worker_of(request, opened, backend, tmp_path):
        yield opened
    opened.close()


def worker_of(
    request: pytest.FixtureRequest, opened: Studio, backend: str, folder: Path
) -> AbstractContextManager[None]:
    """Who works a studio's queue once it is started: its own threads, or on Ray an actor."""
    if backend != "ray":
        return nullcontext()
    from tests.cluster.on_ray import worked_by_an_actor

    return worked_by_an_actor(opened, folder, lambda: request.getfixturevalue("ray_nodes"))


def picture(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    """Smooth colours and a little noise: something a codec and a mark have to work on."""
    rng = np.random.default_rng(seed)
    small = rng.uniform(0, 255, (4, 4, 3)).astype(np.uint8)
    smooth = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
    return Image.fromarray((smooth + rng.normal(0, 6, smooth.shape)).clip(0, 255).astype(np.uint8))


def put(studio: Studio, session: str, seed: int = 0, **size: int) -> Artifact:
    """A picture on a session's shelf, through the real intake."""
    path = studio.store.new_file(".png")
    picture(seed=seed, **size).save(path)
    return receive(studio.store, studio.intake, studio.certificate, session, path, f"photo {seed}.png")


def wait_for(
    studio: Studio,
    session: str,
    job_id: int,
    states: tuple[str, ...] = ("done", "failed", "cancelled"),
    seconds: float = 120.0,
):
    """The job once it is in one of `states`."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        job = studio.jobs.job(session, job_id)
        if job.state in states:
            return job
        time.sleep(0.02)
    raise AssertionError(f"job {job_id} is still {job.state} after {seconds} s")


@pytest.fixture
def listener():
    """A port that remembers whether anyone came."""
    heard: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(20)

        def wait() -> None:
            try:
                while True:
                    heard.append(server.accept()[1])
            except OSError:
                pass

        threading.Thread(target=wait, daemon=True).start()
        yield server.getsockname()[1], heard

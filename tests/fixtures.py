"""A studio in a temporary folder, with stub pipelines; pictures made on the spot."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

if TYPE_CHECKING:
    from PIL import Image

    from pipelines.media import Network
    from studio.storage.artifacts import Artifact
    from studio.studio import Studio

Result = TypeVar("Result")


def run_async(work: Coroutine[Any, Any, Result]) -> Result:
    """What a coroutine returns, run in a thread of its own: a process whose Playwright is open refuses a second loop in the main thread."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


def own_network(seed: int = 0) -> Network:
    """A small untrained network of Johnson's shape, as visitors of earlier versions trained them."""
    import torch

    from pipelines.media import Network
    from pipelines.nets import transform

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Network(transform.tensors_of(transform.Transformer((4, 6, 8), 2)), {"name": "Mine"})


@pytest.fixture
def board():
    from tests import stubs

    return stubs.install()


@pytest.fixture
def studio(tmp_path: Path, board, backend: str) -> Iterator[Studio]:
    from studio.engine.runners import InProcess
    from studio.studio import open_studio
    from tests import stubs

    stubs.RUNS.clear()
    opened = open_studio(tmp_path / "home", InProcess(), spares=0)
    yield opened
    opened.close()


def picture(width: int = 64, height: int = 48, seed: int = 0) -> Image.Image:
    """Smooth colours and a little noise: something a codec and a mark have to work on."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(seed)
    small = rng.uniform(0, 255, (4, 4, 3)).astype(np.uint8)
    smooth = np.asarray(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC), dtype=np.float32)
    return Image.fromarray((smooth + rng.normal(0, 6, smooth.shape)).clip(0, 255).astype(np.uint8))


def put_picture(studio: Studio, session: str, seed: int = 0, **size: int) -> Artifact:
    """A picture on a session's shelf, through the real intake."""
    from studio.engine.uploads import receive

    path = studio.store.new_file(".png")
    picture(seed=seed, **size).save(path)
    return receive(studio.store, studio.intake, studio.certificate, session, path, f"photo {seed}.png")


class Clock:
    """A clock that a test moves."""

    now = 6_000_000.0

    def __call__(self) -> float:
        return self.now


def until(true: Callable[[], object]) -> None:
    """Wait for what comes true by itself, on a busy machine too."""
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.02)


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

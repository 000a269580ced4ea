"""How fast this machine is: measured once, so that times can be told before anything was made here."""

from __future__ import annotations

import logging
import math
import threading
import time
from typing import Any

from pipelines.core.settings import Refusal
from studio.engine.runners import Runner
from studio.storage.store import Store
from studio.storage.timing import Painter, keep_painter, keep_probed, painter_probed, probe_seconds

log = logging.getLogger(__name__)
TRIES = 5


def in_worker(store: Store) -> float:
    """The task "probe": processor seconds of a small piece of arithmetic, the best of a few tries, so that other work counts little."""
    import numpy as np

    def once() -> float:
        begun = time.thread_time()
        values = np.random.default_rng(1).random(300_000)
        np.sort(np.exp(-np.square(values)))
        sum(math.isqrt(n) for n in range(60_000))
        return time.thread_time() - begun

    return min(once() for _ in range(TRIES))


def probe_once(store: Store, runner: Runner) -> None:
    """Measure the machine in the background, where that was not done before."""
    if probe_seconds(store.home) is None:
        threading.Thread(target=_probe, args=(store, runner), name="probe", daemon=True).start()


def _probe(store: Store, runner: Runner) -> None:
    try:
        keep_probed(store.home, float(runner.run_in_worker(store, "probe")))
    except (Refusal, OSError) as problem:  # times are told after the first runs, then
        log.info("the machine was not measured: %s", problem)


def painter_in_worker(store: Store) -> dict[str, Any]:
    """The task "painter": how long one block of a hub model's network takes here, and on what."""
    import torch

    from pipelines.core.models import device
    from pipelines.hub.pace import block_seconds

    gpu = torch.cuda.mem_get_info()[1] if device().startswith("cuda") else 0
    return {"device": device(), "gpu_bytes": gpu, "seconds": block_seconds()}


class PainterProbe:
    """Measures once for a machine how quick models of a hub would paint, in a worker, when somebody looks at them."""

    def __init__(self, store: Store, runner: Runner) -> None:
        self.store, self.runner, self.lock, self.asked = store, runner, threading.Lock(), False

    def begin(self) -> None:
        """Measure in the background, where that was not done before."""
        with self.lock:
            if self.asked or painter_probed(self.store.home) is not None:
                return
            self.asked = True
        threading.Thread(target=self._measure, name="painter-probe", daemon=True).start()

    def _measure(self) -> None:
        try:
            keep_painter(self.store.home, Painter(**self.runner.run_in_worker(self.store, "painter")))
        except (Refusal, OSError, MemoryError) as problem:  # no time is told before the first picture, then
            log.info("painters were not measured: %s", problem)

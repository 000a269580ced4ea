"""How fast this machine is: measured once, so that times can be told before anything was made here."""

from __future__ import annotations

import logging
import math
import threading
import time

from pipelines.core.settings import Refusal
from studio.engine.runners import Runner
from studio.storage.store import Store
from studio.storage.timing import keep_probed, probed

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
    if probed(store.home) is None:
        threading.Thread(target=_probe, args=(store, runner), name="probe", daemon=True).start()


def _probe(store: Store, runner: Runner) -> None:
    try:
        keep_probed(store.home, float(runner.apart(store, "probe")))
    except (Refusal, OSError) as problem:  # times are told after the first runs, then
        log.info("the machine was not measured: %s", problem)

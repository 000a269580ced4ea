"""What a piece of work takes, by the clock and by the processor, and several ways of doing it by turns."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Spent:
    """Seconds of the clock and of this process's processor time."""

    clock: float = 0.0
    processor: float = 0.0


@contextmanager
def spent() -> Iterator[Spent]:
    """What the block takes, when it is over."""
    found, clock, processor = Spent(), time.perf_counter(), time.process_time()
    yield found
    found.clock, found.processor = time.perf_counter() - clock, time.process_time() - processor


def by_turns(ways: Mapping[str, Callable[[int], object]], rounds: int) -> dict[str, list[float]]:
    """Processor seconds of each way; every round calls all of them (A B A B), so that what else the machine does falls on all. The first does not count."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, work in ways.items():
            with spent() as took:
                work(number)
            if number:
                found[name].append(took.processor)
    return found

"""Gibbs sampling of a row of choices (Geman & Geman 1984, section 5): one choice is drawn again, given all others, by the target itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Generator

State = tuple[int, ...]  # which option each choice has
Target = Callable[[Sequence[State]], Sequence[float]]  # log-densities of some states, up to one constant


def swept(
    state: State, options: Sequence[int], target: Target, generator: Generator, *, temperature: float = 1.0
) -> Iterator[State]:
    """The state after each choice of one sweep, in an order that is drawn. `options` says how many each choice has.

    At temperature 1 the target is left as it is, so a chain of sweeps follows it in the limit; a falling temperature makes it a
    search (simulated annealing, section 7). States with a log-density of minus infinity are never taken.
    """
    import torch

    for at in torch.randperm(len(options), generator=generator).tolist():
        if options[at] < 2:
            continue
        states = [(*state[:at], k, *state[at + 1 :]) for k in range(options[at])]
        log_p = torch.tensor(list(target(states)), dtype=torch.float64) / temperature
        if not bool(torch.isfinite(log_p).any()):
            continue
        state = states[int(torch.multinomial(log_p.softmax(0), 1, generator=generator))]
        yield state


def annealed(sweeps: int, start: float, end: float) -> list[float]:
    """Temperatures of so many sweeps, falling by the same factor each time."""
    if sweeps < 2:
        return [end] * sweeps
    return [start * (end / start) ** (k / (sweeps - 1)) for k in range(sweeps)]

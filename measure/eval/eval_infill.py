"""How well does infill fill? `python -m measure.eval.eval_infill [PART …]`; writes its table into docs/infill.md.

On Alice's Adventures in Wonderland, which training never read (whole works are held out). `--folder` holds the packed text of
`training.infill.data`, which is made there first if it is missing. The baselines are counted from the same training text.
What was measured, and when, is kept in bench/infill.json.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from measure import pages, results
from pipelines.core.fetching import fetch
from pipelines.core.models import load
from pipelines.infill.parts.autoregressive import SMOLLM2, LeftToRight, filled
from pipelines.infill.parts.blanks import read
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.scoring import timed_bound
from pipelines.infill.parts.vocabulary import MARK, WORD
from pipelines.infill.parts.work import Work
from training.infill.data import Text, pack
from training.infill.sources import SOURCES

WORK = "Alice's Adventures in Wonderland"
DISCOUNT = 0.75


class Trigram:
    """Interpolated Kneser-Ney over word pieces (Chen & Goodman 1999, section 2.7), one discount for all orders."""

    def __init__(self, pieces: np.ndarray, vocabulary: int):
        p = pieces.astype(np.int64)
        self.v = vocabulary
        self.three = self._counted(p[:-2] * vocabulary**2 + p[1:-1] * vocabulary + p[2:])
        self.two_context = self._counted(p[:-2] * vocabulary + p[1:-1])
        self.kinds_after_two = self._counted(self.three[0] // vocabulary)
        pairs = self._counted(p[:-1] * vocabulary + p[1:])
        self.before_two = self._counted(self.three[0] % vocabulary**2)  # how many pieces a pair follows
        self.before_context = self._summed(self.before_two[0] // vocabulary, self.before_two[1])
        self.kinds_after_one = self._counted(self.before_two[0] // vocabulary)
        self.one = np.bincount(pairs[0] % vocabulary, minlength=vocabulary).astype(
            float
        )  # how many pieces a piece follows
        self.plain = np.bincount(p, minlength=vocabulary).astype(float)

    @staticmethod
    def _counted(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.unique(keys, return_counts=True)

    @staticmethod
    def _summed(keys: np.ndarray, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        unique, index = np.unique(keys, return_inverse=True)
        return unique, np.bincount(index, counts)

    @staticmethod
    def _look(table: tuple[np.ndarray, np.ndarray], keys: np.ndarray) -> np.ndarray:
        at = np.minimum(np.searchsorted(table[0], keys), len(table[0]) - 1)
        return np.where(table[0][at] == keys, table[1][at], 0).astype(float)

    def unigram(self, piece: np.ndarray) -> np.ndarray:
        """p [n] by plain counts, one added to each."""
        return (self.plain[piece] + 1) / (self.plain.sum() + self.v)

    def p(self, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> np.ndarray:
        """p(c | a b) [n]."""
        lowest = (
            np.maximum(self.one[c] - DISCOUNT, 0) / self.one.sum()
            + DISCOUNT * (self.one > 0).sum() / self.one.sum() / self.v
        )
        context = self._look(self.before_context, b)
        kept = np.maximum(self._look(self.before_two, b * self.v + c) - DISCOUNT, 0)
        spare = DISCOUNT * self._look(self.kinds_after_one, b)
        seen = context > 0
        middle = np.where(seen, (kept + spare * lowest) / np.where(seen, context, 1), lowest)
        context = self._look(self.two_context, a * self.v + b)
        kept = np.maximum(self._look(self.three, (a * self.v + b) * self.v + c) - DISCOUNT, 0)
        spare = DISCOUNT * self._look(self.kinds_after_two, a * self.v + b)
        seen = context > 0
        return np.where(seen, (kept + spare * middle) / np.where(seen, context, 1), middle)


# the held-out text


def paragraphs(folder: Path, least: int = 200, most: int = 450) -> list[str]:
    """Paragraphs of the held-out work, of a length that fits a window, in its order."""
    source = next(source for source in SOURCES if source.name == WORK)
    return [text for text in source.read(folder / "downloads") if least <= len(text) <= most]


def spread(items: Sequence[Any], count: int) -> list[Any]:
    return [items[int(i)] for i in np.linspace(0, len(items) - 1, min(count, len(items)))]


def tokens_of(text: str, network: Masked) -> torch.Tensor:
    v = network.vocabulary
    return torch.tensor([[*v.begin, *(piece.id for piece in v.encode(text)), *v.paragraph]])


# what is measured


def likelihood(texts: list[str], network: Masked, smol: LeftToRight, trigram: Trigram, times: int) -> dict[str, float]:
    """Bits a character of the same paragraphs: the bound of ours, exact for the others; all in lower case but one."""
    generator = torch.Generator().manual_seed(0)
    nats = dict.fromkeys(("bound", "unigram", "trigram", "smollm2", "smollm2_as_written"), 0.0)
    square = 0.0
    for text in texts:
        tokens = tokens_of(text, network)
        scored = torch.ones_like(tokens, dtype=torch.bool)
        scored[:, 0] = scored[:, -1] = False
        cost, error = timed_bound(
            network, tokens, scored, mask=network.vocabulary.mask, generator=generator, times=times
        )
        nats["bound"], square = nats["bound"] + float(cost), square + float(error) ** 2
        ids = tokens[0].numpy()[1:-1]
        end = np.int64(network.vocabulary.paragraph[0])
        before = np.concatenate([[end, end], ids])
        nats["unigram"] -= float(np.log(trigram.unigram(ids)).sum())
        nats["trigram"] -= float(np.log(trigram.p(before[:-2], before[1:-1], ids)).sum())
        nats["smollm2"] += smol.nats(text.lower())
        nats["smollm2_as_written"] += smol.nats(text)
    scale = math.log(2) * sum(map(len, texts))
    return {**{name: value / scale for name, value in nats.items()}, "standard_error": math.sqrt(square) / scale}


def single_blanks(texts: list[str], network: Masked, each: int) -> dict[str, float]:
    """How often the true piece is first, or among five, when it alone is missing: whole words, and words and marks."""
    draw = random.Random(0)
    v = network.vocabulary
    hits: dict[str, list[int]] = {"words": [], "words and marks": []}
    first: dict[str, list[int]] = {"words": [], "words and marks": []}
    for text in texts:
        tokens = tokens_of(text, network)
        places = [i for i in range(1, tokens.shape[1] - 1) if v.kinds[tokens[0, i]] in (WORD, MARK)]
        places = draw.sample(places, min(each, len(places)))
        rows = tokens.repeat(len(places), 1)
        at = torch.zeros_like(rows, dtype=torch.bool)
        at[torch.arange(len(places)), torch.tensor(places)] = True
        best = network(rows.masked_fill(at, v.mask), at).topk(5, 1).indices
        for k, place in enumerate(places):
            true = int(tokens[0, place])
            for kind in hits if v.kinds[true] == WORD else ("words and marks",):
                hits[kind].append(int(true in best[k].tolist()))
                first[kind].append(int(true == int(best[k, 0])))
    out = {f"top-5, {kind}": float(np.mean(found)) for kind, found in hits.items()}
    out |= {f"top-1, {kind}": float(np.mean(found)) for kind, found in first.items()}
    return {**out, "blanks": len(hits["words and marks"])}


def cut(text: str, words: int, draw: random.Random) -> tuple[str, str, str]:
    """A run of so many plain words somewhere inside: what is before, the run, what is after."""
    run = f"(?:[a-z]+ ){{{words - 1}}}[a-z]+"
    runs = list(re.finditer(f"(?=(?<=[a-z,] )({run})(?= [a-z]))", text))
    if not runs:
        return "", "", ""
    found = draw.choice(runs)
    return text[: found.start(1)], found[1], text[found.end(1) :]


def spans(
    texts: list[str], network: Masked, smol: LeftToRight, trigram: Trigram, manner: Manner, left: bool = True
) -> dict[str, float]:
    """Spans of 3-8 words, filled; SmolLM2's log-probability of the whole, in nats a span, against the original."""
    draw = random.Random(1)
    v = network.vocabulary
    common = [w for w in v.known or {} if w in v.places][:5000]
    chances = [trigram.plain[v.places[w]] for w in common]
    costs: dict[str, list[float]] = {"infill": [], "random": [], "original": [], "left to right": []}
    seconds = {"infill": 0.0, "left to right": 0.0}
    for k, text in enumerate(texts):
        words = 3 + k % 6
        before, original, after = cut(text, words, draw)
        if not original:
            continue
        started = time.monotonic()
        work = Work(
            network,
            read(f"{before}[{words} words]{after}"),
            manner,
            torch.Generator().manual_seed(k),
            seek_alternatives=False,
        )
        work.run()
        seconds["infill"] += time.monotonic() - started
        costs["infill"].append(smol.nats(work.result()[0]))
        costs["random"].append(smol.nats(before + " ".join(draw.choices(common, chances, k=words)) + after))
        costs["original"].append(smol.nats(before + original + after))
        if left:
            generator = torch.Generator().manual_seed(k)
            text, _, account = filled(
                smol, [before, words, after], generator, tries=manner.drafts, temperature=0.8, top_p=0.9
            )
            seconds["left to right"] += account.seconds
            costs["left to right"].append(smol.nats(text))
    mean = {name: float(np.mean(found)) if found else math.nan for name, found in costs.items()}
    out = {f"{name} minus original": mean[name] - mean["original"] for name in ("infill", "random", "left to right")}
    out["infill better than random"] = float(np.mean(np.array(costs["infill"]) < np.array(costs["random"])))
    out["infill better than original"] = float(np.mean(np.array(costs["infill"]) < np.array(costs["original"])))
    if left:
        out["infill better than left to right"] = float(
            np.mean(np.array(costs["infill"]) < np.array(costs["left to right"]))
        )
    return {
        **out,
        "spans": len(costs["infill"]),
        "seconds a span": seconds["infill"] / len(costs["infill"]),
        "seconds a span, left to right": seconds["left to right"] / len(costs["infill"]),
    }


def speed(network: Masked, smol: LeftToRight, text: str) -> dict[str, float]:
    """Pieces a second in the same process: read in one go, and written (eight masks at a time; one piece at a time)."""
    from pipelines.infill.parts import samplers

    def timed(work: Callable[[], float]) -> float:
        work()
        started = time.process_time()
        count = sum(work() for _ in range(3))
        return count / (time.process_time() - started)

    tokens = tokens_of(text, network)[:, :128]
    rows = tokens.repeat(8, 1)
    at = torch.zeros_like(rows, dtype=torch.bool)
    at[:, 20:28] = True

    def written(steps: int) -> float:
        samplers.ordered(
            network,
            rows[:1].masked_fill(at[:1], network.vocabulary.mask),
            at[:1],
            mask=network.vocabulary.mask,
            steps=steps,
            generator=torch.Generator().manual_seed(0),
        )
        return 8.0

    def read_both() -> float:
        network(rows.masked_fill(at, network.vocabulary.mask), at)
        return float(rows.numel())

    def smol_read() -> float:
        ids = smol.encode(text)
        smol.ask(torch.tensor([ids]))
        return float(len(ids))

    def smol_written() -> float:
        before = smol.pieces
        smol.write(text[:300], 8, torch.Generator().manual_seed(0), 0.8, 0.9)
        return float(smol.pieces - before - len(smol.encode(text[:300])) + 1)

    return {
        "infill reads": timed(read_both),
        "SmolLM2 reads": timed(smol_read),
        "infill writes, 8 pieces in 8 steps": timed(lambda: written(8)),
        "infill writes, 8 pieces in 2 steps": timed(lambda: written(2)),
        "SmolLM2 writes": timed(smol_written),
    }


def measure(folder: Path, parts: Sequence[str], size: float, keep: Callable[[str, Any], None]) -> None:
    """The parts that are asked for, each kept as soon as it is measured; `size` scales the number of texts."""
    if not (folder / "sources.json").exists():
        folder.mkdir(parents=True, exist_ok=True)
        pack(folder)
    fetch([SMOLLM2])
    trigram = Trigram(np.asarray(Text(folder, "train").pieces), 30522)
    texts = paragraphs(folder)

    def some(count: int) -> list[str]:
        return spread(texts, max(2, round(count * size)))

    with load(OWN) as network, load(SMOLLM2) as smol:

        def span(count: int, left: bool = False, **manner: Any) -> dict[str, float]:
            return spans(some(count), network, smol, trigram, Manner(**manner), left)

        work: dict[str, Callable[[], Any]] = {
            "single": lambda: single_blanks(some(80), network, 10),
            "likelihood": lambda: likelihood(some(60), network, smol, trigram, 16),
            "spans": lambda: span(48, left=True),
            "steps": lambda: {str(n): span(32, steps=n, drafts=1)["infill minus original"] for n in (1, 2, 4, 8)},
            "samplers": lambda: {
                name: span(32, sampler=name, drafts=1, steps=16)["infill minus original"]
                for name in ("confidence", "entropy", "margin", "ancestral")
            },
            "speed": lambda: speed(network, smol, texts[3]),
        }
        for name in parts or work:
            keep(name, work[name]())


def table(found: dict[str, Any]) -> str:
    """The measured figures as Markdown."""
    rows = [f"| What, on {WORK} | Measured |", "|---|---|"]
    if single := found.get("single"):
        rows += [
            f"| one blank ({single['blanks']} of them), whole words: top-1; top-5 | {single['top-1, words']:.1%}; {single['top-5, words']:.1%} |",
            f"| the same, words and marks | {single['top-1, words and marks']:.1%}; {single['top-5, words and marks']:.1%} |",
        ]
    if like := found.get("likelihood"):
        rows += [
            f"| bits a character, lower case: infill (upper bound, ± standard error) | {like['bound']:.3f} ± {like['standard_error']:.3f} |",
            f"| unigram; trigram (Kneser-Ney), of the same training text | {like['unigram']:.3f}; {like['trigram']:.3f} |",
            f"| SmolLM2 135M, exact: lower case; as written | {like['smollm2']:.3f}; {like['smollm2_as_written']:.3f} |",
        ]
    if span := found.get("spans"):
        cost = [span[f"{name} minus original"] for name in ("infill", "left to right", "random")]
        wins = [span[f"infill better than {name}"] for name in ("random", "left to right", "original")]
        rows += [
            f"| spans of 3–8 words ({span['spans']}), SmolLM2's nats of the whole above the original's: infill; SmolLM2 left to right; random words | "
            + "; ".join(f"{value:.1f}" for value in cost)
            + " |",
            "| infill likelier, by SmolLM2, than random words; than SmolLM2's own filling; than the original | "
            + "; ".join(f"{value:.0%}" for value in wins)
            + " |",
        ]
    if steps := found.get("steps"):
        rows.append(
            "| one draft in 1, 2, 4, 8 steps: nats above the original | "
            + "; ".join(f"{value:.1f}" for value in steps.values())
            + " |"
        )
    if samplers := found.get("samplers"):
        said = "; ".join(f"{name} {value:.1f}" for name, value in samplers.items())
        rows.append(f"| one draft by sampler: nats above the original | {said} |")
    if speeds := found.get("speed"):
        said = "; ".join(f"{name} {value:.0f}" for name, value in speeds.items())
        rows.append(f"| pieces a second of processor time | {said} |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "parts", nargs="*", help="single, likelihood, spans, steps, samplers, speed; all where none is named"
    )
    default = results.cache("infill-text")
    parser.add_argument("--folder", type=Path, default=default, help="the packed text")
    parser.add_argument("--size", type=float, default=1.0, help="scales the number of texts")
    asked = parser.parse_args()
    found = results.kept("infill")

    def keep(name: str, measured: Any) -> None:
        found[name] = measured
        results.keep("infill", found)
        print(name, json.dumps(measured), flush=True)

    measure(asked.folder, asked.parts, asked.size, keep)
    pages.into(results.DOCS / "infill.md", {"measured": table(found)})


if __name__ == "__main__":
    main()

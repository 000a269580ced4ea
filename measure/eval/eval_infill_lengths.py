"""Does `[…]` find its length? `python -m measure.eval.eval_infill_lengths --count 48 --rows FILE`: trained, and eight lengths side by side.

Spans of 3 to 8 words of the modern prose that no network here was trained on, without and with the energy; the same spans and
seeds for every way. A stopped run goes on from its rows.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from measure import results
from measure.eval.eval_infill_prose import spans_of, whole
from measure.eval.gemma_judge import judge
from measure.eval.infill_blanks import prose
from pipelines.core.fetching import fetch
from pipelines.core.models import load
from pipelines.infill.diffuse import diffuse
from pipelines.infill.parts.autoregressive import SMOLLM2

WAYS: dict[str, dict[str, Any]] = {
    "eight lengths, drafts": {"energy": False, "lengths": "side_by_side"},
    "found, drafts": {"energy": False, "lengths": "found"},
    "eight lengths, energy": {"energy": True, "lengths": "side_by_side"},
    "found, energy": {"energy": True, "lengths": "found"},
    "told, energy": {"energy": True},  # the number of words is given: what knowing the length would bring
}
Row = dict[str, Any]


def one(way: str, before: str, said: str, after: str, seed: int) -> Row:
    """One filling, and what it cost."""
    sign = f"[{len(said.split())} words]" if way.startswith("told") else "[…]"
    clock = time.process_time()
    made = diffuse(text=f"{before}{sign}{after}", seed=seed, **WAYS[way])
    return {
        "way": way, "span": seed, "true": len(said.split()), "text": made.text,
        "words": made.detail["blanks"][0]["words"], "processor ms": 1000 * (time.process_time() - clock),
        "calls": made.detail["cost"]["network_calls"], "pieces": made.detail["cost"]["pieces_read"],
    }  # fmt: skip


def judged(rows: list[Row], folder: Path) -> None:
    """Nats of each whole text, by SmolLM2 and by a judge that is neither; those already there stay."""
    with load(SMOLLM2) as causal:
        for row in rows:
            row.setdefault("SmolLM2", causal.nats(row["text"]))
    read = judge(folder)
    for row in rows:
        row.setdefault("Gemma", read.nats(row["text"]))


def told(rows: list[Row]) -> None:
    """A line for each way, and one for the best constant length."""
    true = np.array([row["true"] for row in rows if row["way"] == "original"])
    best = min((float(np.abs(true - n).mean()), n) for n in range(1, 10))
    print(f"{len(true)} spans, {true.mean():.2f} words on average; the best constant, {best[1]}, is {best[0]:.2f} off and exact in {(true == best[1]).mean():.0%}")  # fmt: skip
    for way in dict.fromkeys(row["way"] for row in rows):
        own = [row for row in rows if row["way"] == way]
        found, wanted = np.array([len(row["words"].split()) for row in own]), np.array([row["true"] for row in own])
        off = np.abs(found - wanted)
        size = sum(len(row["text"].split()) for row in own)
        nats = {by: sum(row[by] for row in own) / size for by in ("SmolLM2", "Gemma")}
        print(f"{way} ({len(own)}): exact {(off == 0).mean():.1%}, off {off.mean():.2f} words (± {off.std() / len(off) ** 0.5:.2f}), found {found.mean():.2f}; "
              f"nats a word of the whole: SmolLM2 {nats['SmolLM2']:.3f}, Gemma {nats['Gemma']:.3f}; "
              f"processor ms {np.mean([r['processor ms'] for r in own]):.0f}, calls {np.mean([r['calls'] for r in own]):.0f}, pieces {np.mean([r['pieces'] for r in own]):.0f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=results.cache("infill-text"), help="where downloads are kept")
    parser.add_argument("--count", type=int, default=48, help="spans")
    parser.add_argument("--rows", type=Path, required=True, help="a file that keeps each filling")
    parser.add_argument("--ways", nargs="+", choices=tuple(WAYS), default=list(WAYS))
    parser.add_argument("--split", choices=("measured", "tuning"), default="measured")
    parser.add_argument("--minutes", type=float, default=1e9, help="end after this time and tell what there is")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    fetch([SMOLLM2])
    found = prose(asked.folder / "downloads", 100, asked.split)
    cuts = spans_of(whole([case for row in zip(*found.values()) for case in row]), asked.count)
    lines = results.Lines(asked.rows)
    done, end = {(row["way"], row["span"]) for row in lines.rows}, time.monotonic() + 60 * asked.minutes
    for seed, (before, said, after) in enumerate(cuts):
        for way in asked.ways:
            if (way, seed) not in done and time.monotonic() < end:
                lines.add(one(way, before, said, after, seed))
    rows: list[Row] = lines.rows
    spans = {row["span"] for row in rows}
    rows = [row for row in rows if {(way, row["span"]) for way in asked.ways} <= {(r["way"], r["span"]) for r in rows}]
    for seed in sorted(spans & {row["span"] for row in rows}):
        before, said, after = cuts[seed]
        rows.append({"way": "original", "span": seed, "true": len(said.split()), "text": before + said + after, "words": said,
                     "processor ms": 0, "calls": 0, "pieces": 0})  # fmt: skip
    judged(rows, asked.folder / "downloads")
    told(rows)


if __name__ == "__main__":
    main()

"""Is the missing word found? `python -m measure.eval.eval_infill_words`; before and after the energy, on the same sentences."""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from itertools import zip_longest
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from measure import results
from measure.eval.infill_blanks import Case, everyday, prose
from measure.timing import spent
from pipelines.core.fetching import fetch
from pipelines.core.models import load
from pipelines.infill.parts import suggest
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.blanks import read
from pipelines.infill.parts.both_ways import BOTH_WAYS
from pipelines.infill.parts.fill import Draft, Manner, alternatives
from pipelines.infill.parts.lexicon import Lexicon, lexicon_of
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.passage import Passage, items_of, passages
from pipelines.infill.parts.reader import Reader, reader_of
from pipelines.infill.parts.vocabulary import laid_out
from pipelines.infill.parts.weighing import by_mask
from pipelines.nets.both_ways import Deltas

MANNER = Manner(alternatives=6)


def passage_of(case: Case, network: Masked) -> Passage:
    template = read(f"{case.before}____{case.after}")
    return passages(items_of(template, network.vocabulary), network.limit - 2, {0: 2})[0]


def before(case: Case, network: Masked) -> list[str]:
    """What was offered before: the masked network's own list, likeliest first."""
    v = network.vocabulary
    draft = Draft({0: (v.places["the"],)}, {}, 0.0, {0: []})
    made = alternatives(network, passage_of(case, network), draft, 0, 1, MANNER, torch.Generator().manual_seed(0), [])
    return [laid_out(one.pieces, v, case.before)[0].lower() for one in made]


def after(case: Case, network: Masked, reader: Reader, lexicon: Lexicon, pooled: float = suggest.POOLED) -> list[str]:
    """What is offered with the energy; `pooled` 0 is the energy alone. A reader of both sides proposes in the network's place."""
    log_q = None
    if reader.changes is None:
        log_q = by_mask(network, passage_of(case, network), {}, 0, lexicon, MANNER)[0]
    ruled = lexicon.ruled(case.before, case.after, set(), MANNER.taste)
    return [
        lexicon.words[i]
        for i in suggest.one_word(reader, lexicon, case.before, case.after, log_q, ruled, pooled=pooled)[0]
    ]


class Rows:
    """What was measured, a row for each case and way; kept in a file, from which a stopped run goes on."""

    def __init__(self, path: Path | None) -> None:
        self.lines = results.Lines(path)  # set, way, sentence, and [rank, ms, processor ms]
        self.found = {(name, way, sentence): row for name, way, sentence, row in self.lines.rows}

    def measure(self, name: str, way: str, case: Case, offer: Callable[[Case], list[str]]) -> None:
        """The rank of the missing word (999: not offered), and milliseconds of the clock and of the processor."""
        key = (name, way, f"{case.before}<{case.word}>{case.after}")
        if key in self.found:
            return
        with spent() as took:
            words = offer(case)
        rank = words.index(case.word) if case.word in words else 999
        self.found[key] = [rank, 1000 * took.clock, 1000 * took.processor]
        self.lines.add([*key, self.found[key]])

    def told(self) -> None:
        """A line for each set and way, and for all sets together."""
        ways = list(dict.fromkeys(way for _, way, _ in self.found))
        for name in [*dict.fromkeys(name for name, _, _ in self.found), None]:
            for way in ways:
                rows = np.array([row for (n, w, _), row in self.found.items() if w == way and name in (n, None)])
                if len(rows):
                    ranks, clock, processor = rows.T
                    print(
                        f"{name or 'all'}, {way}: of {len(rows)} first {(ranks < 1).mean():.1%}, among 5 {(ranks < 5).mean():.1%}, "
                        f"offered {(ranks < 999).mean():.1%}; ms {np.median(clock):.0f}, of the processor {np.median(processor):.0f}"
                    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=results.cache("infill-text"))
    parser.add_argument("--each", type=int, default=100, help="sentences of each source")
    parser.add_argument("--only", nargs="+", choices=("before", "energy", "after", "both"), help="some of the ways")
    parser.add_argument("--split", choices=("measured", "tuning"), default="measured")
    parser.add_argument("--rows", type=Path, help="a file that keeps each result, from which a stopped run goes on")
    parser.add_argument("--minutes", type=float, default=1e9, help="end after this time and tell what there is")
    parser.add_argument("--weights", type=Path, help="changes in place of the landed ones (for the way “both”)")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    fetch([SMOLLM2])
    sets = {} if asked.split == "tuning" else {"everyday": everyday()}
    sets |= prose(asked.folder / "downloads", asked.each, asked.split)
    turns = [(name, case) for row in zip_longest(*sets.values()) for name, case in zip(sets, row) if case]
    end, rows = time.monotonic() + 60 * asked.minutes, Rows(asked.rows)
    with load(OWN) as network, load(SMOLLM2) as causal, load(BOTH_WAYS) as changes:
        if asked.weights:
            changes = Deltas(load_file(asked.weights), causal.network.lm_head.weight.dtype)
        reader, both = reader_of(causal), reader_of(causal, changes=changes)
        lexicon = lexicon_of(network.vocabulary, causal.tokenizer)
        ways: dict[str, Callable[[Case], list[str]]] = {
            "before": lambda c: before(c, network),
            "energy": lambda c: after(c, network, reader, lexicon, 0.0),
            "after": lambda c: after(c, network, reader, lexicon),
            "both": lambda c: after(c, network, both, lexicon),
        }
        chosen = {label: ways[label] for label in asked.only or ways}
        for offer in chosen.values():
            offer(everyday()[0])  # so that what is made once is not measured
        for name, case in turns:
            for label, offer in chosen.items():
                rows.measure(name, f"{label} {asked.weights.name}" if asked.weights else label, case, offer)
            if time.monotonic() > end:
                break
    rows.told()


if __name__ == "__main__":
    main()

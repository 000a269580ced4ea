"""Is the missing word found? `python -m tests.eval.eval_infill_words`; before and after the energy, on the same sentences."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import torch

from pipelines.core.models import fetch, load
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
from tests.eval.infill_blanks import Case, everyday, prose

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


def measured(cases: list[Case], offer: Any) -> dict[str, Any]:
    """Top-1 and top-5, and milliseconds a blank: of the clock, and of the processor."""
    ranks, clock, processor = [], [], []
    for case in cases:
        started, used = time.perf_counter(), time.process_time()
        words = offer(case)
        clock.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - used))
        ranks.append(words.index(case.word) if case.word in words else 999)
    found = np.array(ranks)
    return {"blanks": len(cases), "top-1": float((found < 1).mean()), "top-5": float((found < 5).mean()),
            "offered at all": float((found < 999).mean()), "ms": float(np.median(clock)), "processor ms": float(np.median(processor)),
            "ranks": ranks}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--folder", type=Path, default=Path(platformdirs.user_cache_dir("afternoon-studio")) / "infill-text"
    )
    parser.add_argument("--each", type=int, default=100, help="sentences of each source")
    parser.add_argument(
        "--only", nargs="+", choices=("before", "energy", "after", "both"), help="only some of the ways"
    )
    parser.add_argument("--split", choices=("measured", "tuning"), default="measured")
    asked = parser.parse_args()
    fetch([SMOLLM2])
    sets = {} if asked.split == "tuning" else {"everyday": everyday()}
    sets |= prose(asked.folder / "downloads", asked.each, asked.split)
    with load(OWN) as network, load(SMOLLM2) as causal, load(BOTH_WAYS) as changes:
        reader, both = reader_of(causal), reader_of(causal, changes=changes)
        lexicon = lexicon_of(network.vocabulary, causal.tokenizer)
        after(everyday()[0], network, reader, lexicon)
        for name, cases in sets.items():
            for label, offer in (
                ("before", lambda c: before(c, network)),
                ("energy", lambda c: after(c, network, reader, lexicon, 0.0)),
                ("after", lambda c: after(c, network, reader, lexicon)),
                ("both", lambda c: after(c, network, both, lexicon, suggest.POOLED_BOTH)),
            ):
                if asked.only and label not in asked.only:
                    continue
                found = measured(cases, offer)
                print(name, label, {k: round(v, 3) for k, v in found.items() if k != "ranks"}, flush=True)
                if name == "everyday" and label == "both":
                    print([(c.word, r) for c, r in zip(cases, found["ranks"]) if r > 0])


if __name__ == "__main__":
    main()

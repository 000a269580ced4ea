"""How good are proposals for one blank by themselves? `python -m tests.eval.eval_infill_proposals [--both-ways FOLDER]`.

Ranks of the missing word in the whole lexicon by the masked network, by SmolLM2 after what stands before, by SmolLM2 that has read the
end first, and by the network that `training.infill.both_ways` makes of it, as landed, or from the checkpoint in FOLDER.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import platformdirs
import torch
from safetensors import safe_open
from torch import Tensor

from pipelines.core.models import fetch, load, where
from pipelines.infill.parts import suggest
from pipelines.infill.parts.autoregressive import SMOLLM2
from pipelines.infill.parts.both_ways import BOTH_WAYS
from pipelines.infill.parts.lexicon import Lexicon, lexicon_of
from pipelines.infill.parts.networks import OWN
from pipelines.infill.parts.reader import Reader, reader_of
from pipelines.infill.parts.weighing import by_mask
from pipelines.nets.both_ways import Deltas
from tests.eval.eval_infill_words import MANNER, passage_of
from tests.eval.infill_blanks import Case, everyday, prose
from training.infill.both_ways import begin, deltas


def both_ways(reader: Reader, lexicon: Lexicon, case: Case) -> Tensor:
    """log q [n] of the lexicon's words: one mask in the blank's place, read off the piece before it (the shift)."""
    lead, spaced, capital = suggest.opened(case.before)
    found = reader.open(lead, (suggest.near(lead), suggest.following(case.after)))
    assert found is not None
    first, share = lexicon.begun(spaced, capital)
    return found[first] + share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    kept = Path(platformdirs.user_cache_dir("afternoon-studio")) / "infill-text"
    parser.add_argument("--folder", type=Path, default=kept)
    parser.add_argument("--both-ways", type=Path, help="folder of the training run")
    parser.add_argument("--each", type=int, default=30)
    asked = parser.parse_args()
    torch.set_num_threads(1)
    fetch([SMOLLM2])
    cases = everyday() + [
        c for some in prose(asked.folder / "downloads", asked.each, "measured").values() for c in some
    ]
    ranks: dict[str, list[int]] = {}
    with load(OWN) as network, load(SMOLLM2) as causal:
        changes = None
        if asked.both_ways:
            with safe_open(asked.both_ways / "checkpoint.safetensors", framework="pt") as file:
                print("both ways:", file.metadata()["state"])
            changes = Deltas(deltas(begin(asked.both_ways, causal.network)), causal.network.lm_head.weight.dtype)
        elif where(BOTH_WAYS) is not None:
            with load(BOTH_WAYS) as landed:
                changes = landed
        lexicon, reader = lexicon_of(network.vocabulary, causal.tokenizer), reader_of(causal, changes=changes)
        for case in cases:
            lead, spaced, capital = suggest.opened(case.before)
            reader.open(lead)
            ahead = reader.other()
            ahead.open(suggest.turned(lead, case.after))
            first, share = lexicon.begun(spaced, capital)
            assert reader.after is not None and ahead.after is not None
            ways = {
                "masked network": by_mask(network, passage_of(case, network), {}, 0, lexicon, MANNER)[0],
                "SmolLM2, before": reader.after[first] + share,
                "SmolLM2, end first": ahead.after[first] + share,
            }
            if changes is not None:
                ways["SmolLM2 both ways"] = both_ways(reader, lexicon, case)
            true = lexicon.index.get(case.word)
            for name, log_q in ways.items():
                ranks.setdefault(name, []).append(10**6 if true is None else int((log_q > log_q[true]).sum()))
    for name, found in ranks.items():
        got = np.array(found)
        print(f"{name:20s}", *(f"among {k}: {(got < k).mean():.1%}" for k in (1, 5, 32)), f"of {len(got)}")


if __name__ == "__main__":
    main()

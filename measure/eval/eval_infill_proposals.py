"""How good are proposals by themselves? `python -m measure.eval.eval_infill_proposals [--spans 30] [--both-ways FOLDER]`.

Ranks of the missing word in the whole lexicon by the masked network, by SmolLM2 after what stands before, by SmolLM2 that has read the
end first (alone, and with the masked network's share, as phrases and rewriting use it), and by the network that
`training.infill.both_ways` makes of it, as landed, or from the checkpoint in FOLDER. With `--spans`, the missing word is the first of a
span of 3 to 8 words, whose number is known.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from measure import results
from measure.eval.eval_infill_prose import spans_of, whole
from measure.eval.eval_infill_words import MANNER
from measure.eval.infill_blanks import everyday, prose
from pipelines.core.fetching import fetch
from pipelines.core.models import load, where
from pipelines.infill.parts import suggest
from pipelines.infill.parts.autoregressive import SMOLLM2, LeftToRight
from pipelines.infill.parts.blanks import read
from pipelines.infill.parts.both_ways import BOTH_WAYS
from pipelines.infill.parts.lexicon import FLOOR, Lexicon, lexicon_of
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.passage import items_of, passages
from pipelines.infill.parts.reader import Reader, reader_of
from pipelines.infill.parts.weighing import AHEAD, by_mask
from pipelines.nets.both_ways import Deltas
from training.infill.both_ways import begin, deltas
from training.run import read as read_checkpoint

MASKS_A_WORD = 1.2  # pieces of a word in running text, about


def both_ways(reader: Reader, lexicon: Lexicon, before: str, after: str, words: int = 1) -> Tensor:
    """log q [n] of the lexicon's words: masks in the blank's place, read off the piece before the first of them (the shift)."""
    lead, spaced, capital = suggest.opened(before)
    masks = 1 if words == 1 else round(MASKS_A_WORD * words)
    found = reader.open(lead, (suggest.near(lead), suggest.following(after)), masks)
    assert found is not None
    first, share = lexicon.begun(spaced, capital)
    return found[first] + share


def ways(
    network: Masked, reader: Reader, lexicon: Lexicon, before: str, after: str, words: int, changed: bool
) -> dict[str, Tensor]:
    """log q [n] of the lexicon's words for the first of some words between two texts, by each proposer."""
    lead, spaced, capital = suggest.opened(before)
    reader.open(lead)
    ahead = reader.other()
    ahead.open(suggest.turned(lead, after))
    first, share = lexicon.begun(spaced, capital)
    assert reader.after is not None and ahead.after is not None
    template = read(f"{before}____{after}")
    passage = passages(items_of(template, network.vocabulary), network.limit - 2, {0: 2 * words})[0]
    masked = by_mask(network, passage, {}, 0, lexicon, MANNER, more=words - 1)[0]
    end_first = ahead.after[first] + share
    found = {
        "masked network": masked,
        "SmolLM2, before": reader.after[first] + share,
        "SmolLM2, end first": end_first,
        "end first and masked network": end_first + AHEAD * masked.clamp(min=FLOOR),
    }
    if changed:
        found["SmolLM2 both ways"] = both_ways(reader, lexicon, before, after, words)
        found["both ways and before"] = found["SmolLM2 both ways"] + suggest.BY_LEFT * found["SmolLM2, before"]
    return found


def changes_of(folder: Path | None, causal: LeftToRight) -> Deltas | None:
    """The low-rank changes: those of the checkpoint in a folder, else the landed ones."""
    if folder:
        print("both ways:", read_checkpoint(folder / "checkpoint.safetensors").facts["state"])
        return Deltas(deltas(begin(folder, causal.network)), causal.network.lm_head.weight.dtype)
    if where(BOTH_WAYS) is None:
        return None
    with load(BOTH_WAYS) as landed:
        return landed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=results.cache("infill-text"))
    parser.add_argument("--both-ways", type=Path, help="folder of the training run")
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--spans", type=int, default=0, help="so many spans in place of single words")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    fetch([SMOLLM2])
    found = prose(asked.folder / "downloads", asked.each, "measured")
    cases = [case for row in zip(*found.values()) for case in row]
    rows = [(c.before, c.word, c.after, 1) for c in everyday() + cases]
    if asked.spans:
        rows = [
            (a, said.split()[0].strip(",;").lower(), b, len(said.split()))
            for a, said, b in spans_of(whole(cases), asked.spans)
        ]
    ranks: dict[str, list[int]] = {}
    with load(OWN) as network, load(SMOLLM2) as causal:
        changes = changes_of(asked.both_ways, causal)
        lexicon, reader = lexicon_of(network.vocabulary, causal.tokenizer), reader_of(causal, changes=changes)
        for before, word, after, words in rows:
            true = lexicon.index.get(word)
            for name, log_q in ways(network, reader, lexicon, before, after, words, changes is not None).items():
                ranks.setdefault(name, []).append(10**6 if true is None else int((log_q > log_q[true]).sum()))
    for name, one in ranks.items():
        got = np.array(one)
        print(f"{name:30s}", *(f"among {k}: {(got < k).mean():.1%}" for k in (1, 5, 32)), f"of {len(got)}")


if __name__ == "__main__":
    main()

"""The masked-text network with a piece for a stretch of unknown length: it says whether another piece stands there or none is left."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from pipelines.nets.low_rank import Adapters
from pipelines.nets.masked_text import MASK, MaskedText

EXPAND, DELETE = 1, 2  # two of MiniLM's unused pieces: answers at a stretch, which is itself written as EXPAND
RANK = 16
BESIDE = 17  # numbers of masks beside a stretch that have odds of their own: 0 to 16, and more


def fresh(base: MaskedText, rank: int = RANK, seed: int = 0) -> dict[str, Tensor]:
    """What is learned, by name: low-rank changes that change nothing yet, the stretch's vector (the mask's) and its two answers."""
    made = Adapters.fresh(base, rank, seed).tensors()
    made["stretch"] = base.words.weight[MASK].detach().clone()
    made["answers"] = torch.zeros(2, base.shape.width)
    made["beside"] = torch.zeros(BESIDE, 2)
    return made


def beside(tokens: Tensor) -> Tensor:
    """How many masks stand right beside each stretch [k] of tokens [b,n], before it and after it, at most BESIDE - 1."""
    counts = []
    rows = tokens.tolist()
    for row, place in (tokens == EXPAND).nonzero().tolist():
        left, right = place, place
        while left > 0 and rows[row][left - 1] == MASK:
            left -= 1
        while right + 1 < len(rows[row]) and rows[row][right + 1] == MASK:
            right += 1
        counts.append(min(right - left, BESIDE - 1))
    return torch.tensor(counts, dtype=torch.long, device=tokens.device)


def length_logits(tensors: Mapping[str, Tensor], x: Tensor, counts: Tensor) -> Tensor:
    """Logits [k,2] of expand and delete, from features x [k,width] at stretches and the masks beside them [k]."""
    return F.linear(x.float(), tensors["answers"]) + tensors["beside"][counts]


def adapters_of(tensors: Mapping[str, Tensor]) -> Adapters:
    """The low-rank changes among what is learned; the tensors are not copied."""
    ends = ("down", "up")
    down, up = ({n.removesuffix(f".{e}"): t for n, t in tensors.items() if n.endswith(f".{e}")} for e in ends)
    return Adapters(down, up)


def features(network: MaskedText, stretch: Tensor, tokens: Tensor, seen: Tensor | None) -> Tensor:
    """tokens [b,n], EXPAND for a stretch, seen [b,n] (1 = text, 0 = padding) or None -> [b,n,width] ahead of the decoder."""
    embedded = torch.where((tokens == EXPAND)[..., None], stretch, network.words(tokens))
    x = network.features(tokens, seen, embedded)
    return network.head_norm(F.gelu(network.head(x)))


class FreeLength(nn.Module):
    """A network with the changes worked into copies of its layers; the tables of words and places are the base network's own."""

    def __init__(self, base: MaskedText, tensors: Mapping[str, Tensor]) -> None:
        super().__init__()
        shared = {id(base.words): base.words, id(base.places): base.places, id(base.bias): base.bias}
        self.network = copy.deepcopy(base, shared)
        adapters_of({name: value.float() for name, value in tensors.items()}).merge(self.network)
        self.stretch, self.answers, self.beside = (
            nn.Parameter(tensors[name].float(), requires_grad=False) for name in ("stretch", "answers", "beside")
        )

    def forward(self, tokens: Tensor, seen: Tensor | None, at: Tensor) -> Tensor:
        """Logits [k,vocabulary] at the k stretches `at` [b,n]: of EXPAND and DELETE, all other pieces have none."""
        x = features(self.network, self.stretch, tokens, seen)[at]
        counts = beside(tokens)[at[tokens == EXPAND]]
        answers = length_logits({"answers": self.answers, "beside": self.beside}, x, counts)
        out = answers.new_full((len(x), self.network.shape.vocabulary), -torch.inf)
        out[:, EXPAND], out[:, DELETE] = answers[:, 0], answers[:, 1]
        return out

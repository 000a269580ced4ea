"""A small network over whole words that is told which words may be noise and, for noise that cannot be seen, how much of it there is."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from pipelines.nets.masked_text import MaskedText, Shape

TIMES = 32  # signs that tell the time
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[.,]")
KINDS = ("masks", "uniform")


def words_of(text: str) -> list[str]:
    """Words and marks of a text, in lower case."""
    return WORD.findall(text.lower())


@dataclass
class NoisedWords:
    """One of the two: `kind` "masks" fills what is missing, "uniform" finds out what is wrong. Words are numbers 0 to len(words) - 1.

    A word that is known to be right has another embedding than the same word where it may be noise, so the rest of a text is never doubted.
    """

    kind: str
    network: MaskedText
    words: list[str]

    @property
    def mask(self) -> int:
        """The number that stands for a missing word."""
        return 2 * len(self.words)

    def log_p(self, tokens: Tensor, open: Tensor, t: Tensor, seen: Tensor | None = None) -> Tensor:
        """log p(x | z_t) [b,n,words]: tokens [b,n], which of them may be noise `open` [b,n], times t [b], which are text `seen` [b,n]."""
        count = len(self.words)
        sign = 2 * count + 1 + (t * (TIMES - 1)).long()
        if self.kind == "masks":
            sign = torch.full_like(sign, 2 * count + 1)  # the number of masks tells the time
            shown = torch.where(tokens == self.mask, tokens, tokens + count)
        else:
            shown = torch.where(open, tokens, tokens + count)
        if seen is not None:
            seen = torch.cat([torch.ones_like(seen[:, :1]), seen], 1)
        logits = self.network(torch.cat([sign[:, None], shown], 1), seen)[:, 1:, :count].float()
        if self.kind == "uniform":
            logits = logits + self.evidence(tokens, t)
        return logits.log_softmax(-1)

    def evidence(self, tokens: Tensor, t: Tensor) -> Tensor:
        """log q(z_t | x) [b,n,words] for each x: what a word itself says, so that the network need only learn what its neighbours say (Bayes)."""
        count = len(self.words)
        t = t.clamp(1e-4, 1)[:, None, None]
        own = torch.nn.functional.one_hot(tokens.clamp(max=count - 1), count)
        return ((1 - t) * own + t / count).log()


def shape_for(words: int, width: int = 96, layers: int = 2, places: int = 48) -> Shape:
    """Sizes of a network for so many words."""
    return Shape(2 * words + 1 + TIMES, width, layers, 4, 4 * width, places)


def save(made: NoisedWords, path: Path) -> None:
    """float16 weights with sizes and words in the header."""
    from safetensors.torch import save_file

    about = {"kind": made.kind, "shape": json.dumps(vars(made.network.shape)), "words": json.dumps(made.words)}
    weights = {name: value.detach().half().contiguous() for name, value in made.network.state_dict().items()}
    save_file(weights, path, metadata=about)


def load(path: Path) -> NoisedWords:
    """Read what `save` wrote."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        about = file.metadata()
        weights = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118 (not a dict)
    network = MaskedText(Shape(**json.loads(about["shape"])))
    network.load_state_dict(weights)
    return NoisedWords(about["kind"], network.eval(), json.loads(about["words"]))

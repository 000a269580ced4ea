"""How likely a text is: a bound on its perplexity by masked diffusion, and how surprising each piece of it is."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Refusal, Text
from pipelines.infill.parts.english import ENGLISH_ONLY, is_foreign
from pipelines.infill.parts.networks import OWN, Masked
from pipelines.infill.parts.scoring import surprises, timed_bound
from pipelines.infill.parts.vocabulary import Piece, Vocabulary
from pipelines.media import Words

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["OWN", "score"]
WINDOW = 126  # pieces, as in training
SHORT = 64  # pieces that are masked one at a time; longer texts, every eighth at once
STRIDE = 8


@pipeline(models=(OWN,))
def score(
    *,
    text: Annotated[str, Text(lines=6, max_characters=40_000, required=True, receives=True, help="Any English text.")],
    report: Report = silent,
) -> Words:
    """Says how likely a text is, and which of its words surprise.

    The bound of masked diffusion on the text's perplexity (Sahoo et al. 2024, MDLM, equation 10), given where paragraphs end, over
    windows of 126 word pieces; and the surprise of each piece with its neighbours known, in bits (texts of up to 64 pieces: one
    masked at a time, Salazar et al. 2020; longer: every eighth at once). Capitals are not scored. Raises Refusal, MissingModel.
    """
    import torch

    started = time.monotonic()
    with load(OWN) as loaded:
        count = max(1, len(loaded.vocabulary.encode(text)))
        total = 1.2 * count * (32 + min(STRIDE, count)) / WINDOW / 64 + 2
        asked = [0]

        def tell_progress() -> None:
            asked[0] += 1
            report(Progress(min(asked[0], total), total, "Reading"))

        network = loaded.again(tell_progress)
        windows = list(windows_of(text, network))
        if not windows:
            raise Refusal("There is no word in this text.")
        generator = torch.Generator().manual_seed(0)
        nats, square, pieces = 0.0, 0.0, 0
        for tokens, scored, _ in windows:
            bound, error = timed_bound(network, tokens, scored, mask=network.vocabulary.mask, generator=generator)
            nats, square, pieces = (
                nats + float(bound.sum()),
                square + float((error**2).sum()),
                pieces + int(scored.sum()),
            )
        surprises_found = surprise_of(text, network)
    words = len(text.split())
    detail = {
        "kind": "score",
        "bits_a_character": round(nats / math.log(2) / len(text.strip()), 4),
        "standard_error": round(math.sqrt(square) / math.log(2) / len(text.strip()), 4),
        "perplexity_a_word": _finite(math.exp(min(700, nats / words))),
        "perplexity_a_piece": _finite(math.exp(nats / pieces)),
        "nats": round(nats, 2),
        "characters": len(text.strip()),
        "words": words,
        "pieces": [said.shown(network) for said in surprises_found],
        "cost": {
            "network_calls": network.calls,
            "pieces_read": network.pieces,
            "seconds": round(time.monotonic() - started, 3),
        },
        "notes": notes_on(text, network.vocabulary),
    }
    return Words(text, detail)


@dataclass(frozen=True)
class Surprise:
    """A piece of the text: its characters, nats of the piece that stands there, nats of the likeliest, and the likeliest few."""

    start: int
    end: int
    nats: float
    best_nats: float
    likeliest: tuple[tuple[int, float], ...]

    def shown(self, network: Masked) -> dict[str, Any]:
        """As JSON: bits, and what was expected."""
        expected = [{"words": network.vocabulary.texts[i], "probability": round(p, 4)} for i, p in self.likeliest]
        return {"start": self.start, "end": self.end, "bits": round(self.nats / math.log(2), 2), "expected": expected}


def windows_of(text: str, network: Masked) -> Iterator[tuple[Tensor, Tensor, list[Piece]]]:
    """Windows of a text: tokens [1,n], which of them are scored [1,n], and their pieces with characters in the text."""
    import torch

    v = network.vocabulary
    row: list[tuple[int, Piece | None]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        row += [(p.id, Piece(p.id, at + p.start, at + p.end)) for p in v.encode(line.rstrip("\r\n"))]
        row += [(i, None) for i in v.paragraph]
        at += len(line)
    for start in range(0, len(row), WINDOW):
        part = row[start : start + WINDOW]
        if not any(piece for _, piece in part):
            continue
        ids = [*v.begin, *(i for i, _ in part)]
        scored = [False] * len(v.begin) + [piece is not None for _, piece in part]
        yield torch.tensor([ids]), torch.tensor([scored]), [piece for _, piece in part if piece]


def surprise_of(text: str, network: Masked) -> list[Surprise]:
    """The surprise of every piece of a text, in its order."""
    out = []
    for tokens, scored, pieces in windows_of(text, network):
        stride = len(pieces) if len(pieces) <= SHORT else STRIDE
        order = {place: k for k, place in enumerate(scored[0].nonzero()[:, 0].tolist())}
        for _, place, nats, likeliest in surprises(
            network, tokens, scored, mask=network.vocabulary.mask, stride=stride
        ):
            piece = pieces[order[place]]
            out.append(Surprise(piece.start, piece.end, nats, -math.log(max(1e-30, likeliest[0][1])), tuple(likeliest)))
    return sorted(out, key=lambda said: said.start)


def notes_on(text: str, v: Vocabulary) -> list[str]:
    """What a reader should know of a text that the network was not made for. Networks of a hub may know other languages."""
    return [ENGLISH_ONLY] if v.known is not None and is_foreign(text, v.known) else []


def _finite(value: float) -> float:
    return round(value, 2) if value < 1e9 else 1e9

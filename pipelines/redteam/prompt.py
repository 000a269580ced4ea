"""An attack on the words of a drawing: an embedding, then harmless-looking words, that draw something else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from PIL.Image import Image

from pipelines.core.models import load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range
from pipelines.drawing.network import DISTILLED, OBJECTS
from pipelines.language.minilm import MINILM, tokenizer
from pipelines.media import Accompanied
from pipelines.redteam.noise import Target, asked_for, captions
from pipelines.redteam.parts.judge import CLIP

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["CLIP", "DISTILLED", "MINILM", "OBJECTS", "prompt"]
STEPS = 15  # searches for a better word
LEVELS = (40.0, 6.0)  # noise levels at which two captions are compared
TOP, TRIED = 64, 12  # words that the gradient promises for each place, and how many prompts are read a step


@pipeline(models=(OBJECTS, DISTILLED, MINILM, CLIP))
def prompt(
    *,
    source: Annotated[str, asked_for("The attack adds words to these.")],
    target: Target,
    words: Annotated[int, Range(0, 6, 1, label="Words that may be added", help="0 changes nothing.")] = 3,
    report: Report = silent,
) -> Accompanied[Image]:
    """Adds ordinary words to a prompt, so that the picture model draws something else.

    Greedy coordinate gradient (Zou et al. 2023, algorithm 1) through MiniLM and the object network: what it says of noise under the prompt
    comes near to what it says under the target. Words of the target, and words that share their beginning, may not be added. The same goal is
    also followed on the embedding itself, which no words need to reach. CLIP judges. Raises Refusal, MissingModel.
    """
    import torch

    from pipelines.diffusion import sampling
    from pipelines.drawing.network import FEW_GUIDANCE, few_sigmas
    from pipelines.redteam.parts import judge, sampler
    from pipelines.redteam.parts import report as paper

    asked, wanted = captions(source, target)
    start = sampling.noise((4, 64, 64), sampling.generators(0, 1))
    with load(MINILM) as encoder, load(DISTILLED) as painter:
        search = Search(encoder.network, painter, wanted, start)
        ids, curve = search.words(asked, words, STEPS, part(report, 0.0, 0.7))
        said_words = tokenizer().decode(ids[1:-1])
        free = search.embedding(asked, 0.3 if words else 0.0, STEPS, part(report, 0.7, 0.85))
        of = {
            "Before": search.read(search.ids(asked)),
            "After, by words": search.read(ids),
            "After, by embedding": free,
        }
        of["What the attack wanted"] = search.read(search.ids(wanted))
        pictures = {}
        for name, features in of.items():
            with torch.no_grad():
                denoiser = sampler.differentiable(painter, features.detach(), FEW_GUIDANCE)
                pictures[name] = paper.as_picture(
                    sampler.on_paper(sampler.draw_by_euler(denoiser, start, few_sigmas()))
                )
    report(Progress(92, 100, "Asking the judge"))
    by = {
        name: judge.judge_result(
            pictures[f"After, by {name}"], [pictures["Before"]], [pictures["What the attack wanted"]]
        )
        for name in ("words", "embedding")
    }
    sentence = (
        f"The prompt became “{said_words}”. The judge sees {'the target' if by['words'].succeeded else 'still the first drawing'} by the words, and "
        f"{'the target' if by['embedding'].succeeded else 'still the first drawing'} by the embedding. Generate reads a prompt into known nouns first, "
        "so such words do not reach this model through its tab."
    )
    finding = paper.Finding(
        "prompt",
        "the object network and MiniLM",
        "prompt",
        {"source": source, "target": target, "words": words},
        int(by["words"].succeeded),
        1,
        sentence,
        {"prompt": said_words, **{name: one.told() for name, one in by.items()}},
        curve,
        "Distance to the target",
        search.queries,
        (OBJECTS, DISTILLED, MINILM, CLIP),
    )
    return paper.deliver_finding(pictures, finding)


def harmless(wanted: str) -> Tensor:
    """Which word pieces may be added, bool [vocabulary]: ordinary whole words that share no beginning with the target's. Raises Refusal."""
    import torch

    from pipelines.redteam.parts.ordinary import ordinary

    vocabulary, pleasant = tokenizer().get_vocab(), ordinary()
    stems = [one[:4] for one in re.findall(r"[a-z]{3,}", wanted.lower())]
    allowed = torch.zeros(len(vocabulary), dtype=torch.bool)
    for piece, number in vocabulary.items():
        allowed[number] = piece in pleasant and not any(s in piece for s in stems)
    return allowed


class Search:
    """What both searches share: the networks, the noise that is asked about, and what the target's caption makes of it."""

    def __init__(self, encoder: Any, painter: Any, wanted: str, start: Tensor) -> None:
        import torch

        self.encoder, self.painter, self.start, self.queries = encoder, painter, start, 0
        self.draw = torch.Generator().manual_seed(0)
        self.allowed = harmless(wanted)
        with torch.no_grad():
            self.aim = self.said(self.read(self.ids(wanted)))

    @staticmethod
    def ids(text: str) -> list[int]:
        """Word pieces of a text, both ends included."""
        return list(tokenizer().encode(text).ids)

    def read(self, ids: list[int]) -> Tensor:
        """MiniLM's features [t,384] of word pieces."""
        return self.read_by(self.encoder, ids)

    @classmethod
    def read_by(cls, encoder: Any, ids: list[int]) -> Tensor:
        """The same without a search."""
        import torch

        with torch.no_grad():
            return cls.through(encoder, encoder.words.weight[torch.tensor(ids)].detach())

    def of(self, embedded: Tensor) -> Tensor:
        """MiniLM's features [t,384] of embedded pieces [t,384], with their gradient."""
        return self.through(self.encoder, embedded)

    @staticmethod
    def through(net: Any, embedded: Tensor) -> Tensor:
        """MiniLM on embedded pieces [t,384]."""
        x = net.embed_norm((embedded + net.places.weight[: len(embedded)])[None])
        for layer in net.layers:
            x = layer(x, None)
        return x[0]

    def said(self, features: Tensor) -> Tensor:
        """What the network makes of the noise under these features: its pictures x0 at LEVELS, [n,4,64,64]."""
        import torch

        from pipelines.redteam.parts import sampler

        self.queries += 1
        denoiser = sampler.differentiable(self.painter, features, 1.0)
        return torch.cat([denoiser(self.start * level, level) for level in LEVELS])

    def distance(self, features: Tensor) -> Tensor:
        """How far that is from what the target makes of it."""
        return (self.said(features) - self.aim).square().mean()

    def words(self, asked: str, count: int, steps: int, report: Report = silent) -> tuple[list[int], list[float]]:
        """The prompt's pieces with at most `count` words before its end, and the distance after every step."""
        import torch

        ids = self.ids(asked)
        with torch.no_grad():
            curve = [float(self.distance(self.read(ids)))]
        if count == 0:
            return ids, curve
        first = len(ids) - 1
        begun = torch.nonzero(self.allowed).flatten()[
            torch.randint(0, int(self.allowed.sum()), (count,), generator=self.draw)
        ]
        best, lowest = ids, curve[0]
        now = [*ids[:-1], *begun.tolist(), ids[-1]]
        with torch.no_grad():
            here = float(self.distance(self.read(now)))
        for step in range(steps):
            tried = self._try_words(now, range(first, first + count))
            with torch.no_grad():
                apart = [float(self.distance(self.read(one))) for one in tried]
            if min(apart) < here:
                here, now = min(apart), tried[apart.index(min(apart))]
            if here < lowest:
                best, lowest = now, here
            curve.append(lowest)
            report(Progress(step + 1, steps, "Looking for words", numbers={"distance": lowest}))
        return best, curve

    def _try_words(self, ids: list[int], places: range) -> list[list[int]]:
        """Prompts with one word changed, drawn from the TOP words that the gradient promises at each place."""
        import torch

        table = self.encoder.words.weight
        embedded = table[torch.tensor(ids)].detach().requires_grad_(True)
        (slope,) = torch.autograd.grad(self.distance(self.of(embedded)), embedded)
        gains = torch.where(self.allowed, slope[list(places)].float() @ table.T.float(), torch.inf)
        promised = gains.topk(TOP, largest=False).indices
        prompts = []
        for _ in range(TRIED):
            place, rank = (int(torch.randint(0, n, (1,), generator=self.draw)) for n in (len(places), TOP))
            one = list(ids)
            one[places[place]] = int(promised[place, rank])
            prompts.append(one)
        return prompts

    def embedding(self, asked: str, budget: float, steps: int, report: Report = silent) -> Tensor:
        """Features [t,384] that come nearest to the target, each token changed by at most `budget` of its length."""
        import torch

        clean = self.read(self.ids(asked))
        if budget <= 0:
            return clean
        most = budget * clean.norm(dim=1, keepdim=True)
        change = torch.zeros_like(clean)
        for step in range(steps):
            at = change.clone().requires_grad_(True)
            distance = self.distance(clean + at)
            (slope,) = torch.autograd.grad(distance, at)
            change = change - 2.5 / steps * most * slope / slope.norm(dim=1, keepdim=True).clamp(min=1e-12)
            change = change * (most / change.norm(dim=1, keepdim=True).clamp(min=1e-12)).clamp(max=1)
            report(Progress(step + 1, steps, "Following the embedding", numbers={"distance": float(distance.detach())}))
        return clean + change

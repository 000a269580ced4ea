"""Two ways to forget and to remember, side by side: words that go missing, and words that become other words."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Refusal, Seed, Text
from pipelines.infill.parts import samplers, uniform_noise
from pipelines.infill.parts.blanks import Template, read
from pipelines.infill.parts.records import record_of
from pipelines.media import Words

if TYPE_CHECKING:
    from torch import Tensor

    from pipelines.nets.noised_words import NoisedWords

ANY_LENGTH = 3  # words for […]: neither network can change how many there are
LONGEST = 40
TEMPERATURE = 0.8


def _build(path: Path) -> NoisedWords:
    from pipelines.nets import noised_words

    return noised_words.load(path)


def _card(kind: str, about: str) -> ModelCard:
    return ModelCard(
        name=f"Caption words, {about}",
        source=f"builtin:weights/noise-{kind}.safetensors",
        sha256=record_of("noise").get(kind, {}).get("sha256", ""),
        licence="Apache-2.0",
        size_bytes=record_of("noise").get(kind, {}).get("bytes", 1_400_000),
        build=_build,
        about="One of two networks of the same size, trained for the same few minutes to compare forward processes. Austin et al. 2021.",
        caveat="For comparison only: it knows a few hundred words of scene captions.",
    )


MASKS = _card("masks", "masked")
UNIFORM = _card("uniform", "uniform noise")


@pipeline(models=(MASKS, UNIFORM))
def noise(
    *,
    text: Annotated[
        str,
        Text(
            label="Caption with blanks",
            lines=3,
            max_characters=400,
            required=True,
            editor="blanks",
            placeholder="A small ____ waits beside [3 words] in the rain.",
            help="Only words of scene captions: foxes, lighthouses, sunsets. ____ is one word, [3 words] is three, […] is three here.",
        ),
    ],
    steps: Annotated[int, Range(2, 64, 1, help="Number of steps of both models.")] = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Words:
    """The same blanks filled by two small networks: one was trained with masks, the other with random words (uniform noise).

    D3PM (Austin et al. 2021, sections 3.1 and 5.1): absorbing and uniform forward processes, the same network, the same captions, the same
    number of steps. Both are far smaller than the network of “Fill”. Raises Refusal for words that are in no caption, MissingModel.
    """
    import torch

    template = read(text)
    if not template.blanks:
        raise Refusal("There is no blank in this text yet: write ____ for a word or [3 words] for three.")
    columns = []
    for number, (card, name) in enumerate(
        ((MASKS, "Masks: words were missing"), (UNIFORM, "Noise: words were others"))
    ):
        with load(card) as made:
            place = _placed(template, made)
            work = _Work(made, place, part(report, number / 2, (number + 1) / 2))
            began = time.monotonic()
            filled = work.run(steps, torch.Generator().manual_seed(seed))
            columns.append(_column(name, template, place, work, filled, time.monotonic() - began))
    asked = [blank.words or ANY_LENGTH for blank in template.blanks]
    return Words(columns[0]["text"], {"kind": "compare", "asked": asked, "columns": columns, "notes": [_honest()]})


@dataclass(frozen=True)
class _Placed:
    """A template as numbers: tokens [1,n], which are open [1,n], and the places of each blank."""

    tokens: Tensor
    open: Tensor
    blanks: list[range]


def _placed(template: Template, made: NoisedWords) -> _Placed:
    import torch

    from pipelines.nets.noised_words import words_of

    numbers = {word: number for number, word in enumerate(made.words)}
    tokens: list[int] = []
    blanks, strange = [], []
    for piece in template.parts:
        if isinstance(piece, str):
            found = words_of(piece)
            strange += [word for word in found if word not in numbers]
            tokens += [numbers.get(word, 0) for word in found]
        else:
            blanks.append(range(len(tokens), len(tokens) + (piece.words or ANY_LENGTH)))
            tokens += [0] * len(blanks[-1])
    if strange:
        named = ", ".join(f"“{word}”" for word in list(dict.fromkeys(strange))[:4])
        raise Refusal(f"These two networks know {len(made.words)} words of scene captions, and not {named}.")
    if len(tokens) > LONGEST:
        raise Refusal(f"This caption has {len(tokens)} words; these two networks read at most {LONGEST}.")
    open = torch.zeros(1, len(tokens), dtype=torch.bool)
    for places in blanks:
        open[0, places.start : places.stop] = True
    return _Placed(torch.tensor([tokens]), open, blanks)


@dataclass
class _Work:
    """One network at work; `frames` are what stood in the open places after each step that changed something (None: a mask)."""

    made: NoisedWords
    place: _Placed
    report: Report
    calls: int = 0
    frames: list[list[str | None]] = field(default_factory=list)

    def run(self, steps: int, generator: Any) -> Tensor:
        """The filled tokens [1,n]."""
        import torch

        choose: Callable[..., Tensor] = partial(samplers.draw, temperature=TEMPERATURE)
        tokens, open = self.place.tokens, self.place.open
        if self.made.kind == "masks":
            tokens = tokens.masked_fill(open, self.made.mask)
            self.watch(tokens, open, None)
            return samplers.ancestral(
                lambda z, at: self.scores(z, torch.zeros(len(z)), steps)[at],
                *(tokens, open),
                mask=self.made.mask,
                steps=steps,
                generator=generator,
                choose=choose,
                watch=self.watch,
            )
        words = torch.tensor([number for number, word in enumerate(self.made.words) if word[0].isalpha()])
        return uniform_noise.uniform(
            lambda z, at, t: self.scores(z, t, steps)[at],
            *(tokens, open),
            pieces=words,
            steps=steps,
            generator=generator,
            choose=choose,
            watch=self.watch,
        )

    def scores(self, z: Tensor, t: Tensor, steps: int) -> Tensor:
        """log p [1,n,words] over words: a blank holds no marks."""
        import torch

        self.calls += 1
        self.report(Progress(self.calls, steps, f"{self.made.kind.capitalize()}: {self.calls} network calls"))
        if not self.frames:  # the noise that uniform noise begins with
            self.watch(z, self.place.open, None)
        with torch.inference_mode():
            log_p = self.made.log_p(z, self.place.open, t)
            marks = torch.tensor([not word[0].isalpha() for word in self.made.words])
            return log_p.masked_fill(marks, -torch.inf).log_softmax(-1)

    def watch(self, tokens: Tensor, at: Tensor, log_p: Tensor | None) -> None:
        words = [None if i == self.made.mask else self.made.words[i] for i in tokens[self.place.open].tolist()]
        if not self.frames or words != self.frames[-1]:
            self.frames.append(words)


def _column(
    name: str, template: Template, place: _Placed, work: _Work, filled: Tensor, seconds: float
) -> dict[str, Any]:
    words = work.made.words
    fillings = [" ".join(words[i] for i in filled[0, p.start : p.stop].tolist()) for p in place.blanks]
    begins = [not "".join(_before(template, n)).strip() for n in range(len(fillings))]
    shown = [said[:1].upper() + said[1:] if first else said for said, first in zip(fillings, begins)]
    text, spans = template.filled(shown)
    mine = record_of("noise").get(work.made.kind, {})
    bound = f"at most {mine['bits']:.2f} ± {mine['error']:.2f} bits a word on captions it never read" if mine else ""
    return {
        "name": name,
        "text": text,
        "blanks": [{"start": a, "end": b} for a, b in spans],
        "lengths": [len(p) for p in place.blanks],
        "frames": work.frames,
        "said": bound,
        "cost": {"network_calls": work.calls, "pieces_read": work.calls * place.tokens.numel(), "seconds": seconds},
    }


def _before(template: Template, blank: int) -> list[str]:
    """The fixed text before a blank, and a sign for each blank there."""
    seen, out = 0, []
    for piece in template.parts:
        if isinstance(piece, str):
            out.append(piece)
        elif seen == blank:
            break
        else:
            out.append("_")
            seen += 1
    return out


def _honest() -> str:
    card = record_of("noise")
    trained = f"{card['steps']:,} steps, {card['captions']:,} captions" if card else "no steps yet"
    counted = card.get("counted", {}).get("after the word before")
    beside = f" Counting pairs of words gives {counted:.2f} bits a word." if counted else ""
    return (
        f"Both were trained briefly ({trained}) on captions that a generator writes, for this comparison only; “Fill” uses a larger network."
        f"{beside} A word that became another must first be found out, so noise is the harder of the two."
    )

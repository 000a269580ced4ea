"""Whether a picture shows what a word means where it stands: the senses of WordNet, ranked by how near their glosses are to the sentence (MiniLM)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.core.models import ASSETS, load
from pipelines.reading import senses as S
from pipelines.reading import wordnet as W

if TYPE_CHECKING:
    import numpy as np

    from pipelines.reading.pictured import Pictures

MARGIN = 0.16  # of the cosine, by which another meaning must be nearer (docs/notes/senses-in-context.md)
MOST_SENSES = 10
PIECES = 64  # of a gloss and of a sentence
FAR = 2  # steps up to a picture of what is meant instead


@lru_cache(maxsize=1)
def _glosses() -> Mapping[int, str]:
    text = gzip.decompress((ASSETS / "words" / "glosses.txt.gz").read_bytes()).decode()
    lines = (line.partition("\t") for line in text.partition("\n\n")[2].splitlines())
    return {int(number): gloss for number, _, gloss in lines}


@lru_cache(maxsize=4000)
def _meaning(words: str) -> np.ndarray:
    from pipelines.language.minilm import MINILM

    with load(MINILM) as encoder:
        return encoder.sentences([words], PIECES)[0]


@lru_cache(maxsize=4000)
def meant_instead(word: str, noun: str, sentence: str) -> W.Sense | None:
    """The sense of a word that the sentence is clearly nearer to than to what the picture of `noun` shows; None where the picture fits. Raises MissingModel."""
    shown = S.shown_by(noun)
    senses = [sense for sense in W.senses(word)[:MOST_SENSES] if not sense.proper and sense.number in _glosses()]
    if shown is None or len(senses) < 2:
        return None
    fits = [sense for sense in senses if _same(sense.number, shown.number)]
    others = [sense for sense in senses if sense not in fits]
    if not fits or not others:
        return None
    here = _meaning(sentence)
    near = {sense.number: float(here @ _meaning(f"{word}: {_glosses()[sense.number]}")) for sense in senses}
    best = max(others, key=lambda one: near[one.number])
    return best if near[best.number] - max(near[one.number] for one in fits) > MARGIN else None


def _same(number: int, other: int) -> bool:
    """Whether one sense is a kind of the other."""
    return other in dict(W.chain(number)) or number in dict(W.chain(other))


def gloss_of(sense: W.Sense) -> str:
    """What a sense means, in a few words."""
    return _glosses().get(sense.number, sense.words[0].replace("_", " ")).split(";")[0].strip()


def picture_of(sense: W.Sense, drawn: Pictures) -> str:
    """The noun whose picture shows a sense, what it is a kind of, or the plainest kind of it ("chessboard" for a board of games); "" for none."""
    shown = S.pictures_of(drawn.nouns)
    noun_shown = next((shown[up] for up, steps in W.chain(sense.number) if steps <= FAR and up in shown), "")
    kinds = (
        noun
        for word, noun in drawn.names.items()
        for one in W.senses(word)[:1]
        if dict(W.chain(one.number)).get(sense.number, FAR + 1) <= FAR
    )
    return noun_shown or next((noun for noun in kinds if noun in drawn.nouns), "")

"""Tones of a rewriting, each as nats that are added to a sentence's log-density."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pipelines.infill.parts.frames import Frame
    from pipelines.infill.parts.gibbs import State
    from pipelines.infill.parts.lexicon import Lexicon
    from pipelines.infill.parts.rewriting import Rewriting

TONES = {
    "same": "Say it differently",
    "shorter": "Shorter",
    "plainer": "Plainer words",
    "children": "For children",
    "warmer": "Warmer",
}
WARM_WORDS = ("dear",)  # adjectives that a noun may get and that say nothing new of it
WARMER_BY = 0.01  # along the direction of warmth, in units of a sentence's vector
SHORTER_SHARE = 0.6  # of the original's words
CHILD_WORDS = 10  # words of a sentence that a child of seven reads at ease
LONG_WORD = 6  # letters
# What a warm and a cold sentence are like; the direction between their mean vectors is the tone.
WARM = (
    "Thank you so much, my dear friend.",
    "We are so happy that you came.",
    "She smiled kindly and took his hand.",
    "It was a lovely, gentle evening with good people.",
    "I am glad to help you, and I care about you.",
    "He hugged her warmly.",
    "What a wonderful, sweet child.",
    "They welcomed us with open hearts.",
)
COLD = (
    "The request was received and will be processed.",
    "He left without a word.",
    "This is not acceptable.",
    "The item was removed from the list.",
    "She stated that the work was late.",
    "Payment is due by Friday.",
    "They gave no reason.",
    "It is not our problem.",
)


@dataclass(frozen=True)
class Tone:
    """One tone; `words` is the length that is aimed at, 0 for the tone's own."""

    name: str
    words: int = 0

    @property
    def drops(self) -> bool:
        """Whether stretches may go."""
        return self.name in ("shorter", "plainer", "children") or self.words > 0

    @property
    def adds(self) -> bool:
        """Whether words may come in."""
        return self.name == "warmer"

    @property
    def each(self) -> float:
        """Nats for each word that was changed, so that a rewriting is one."""
        return 2.5 if self.name == "same" else 0.5

    def log_density(self, rewriting: Rewriting, words: Sequence[str], vector: np.ndarray) -> float:
        """Nats for a sentence's words and its MiniLM vector [384] under this tone."""
        count = len(rewriting.sentence.split())
        aim = self.words or {"shorter": round(SHORTER_SHARE * count), "children": min(count, CHILD_WORDS)}.get(
            self.name, 0
        )
        nats = -5.0 * max(0, len(words) - aim) if aim else -0.7 * abs(len(words) - count)
        if self.name in ("plainer", "children"):
            nats -= (3.0 if self.name == "children" else 2.5) * burden(rewriting.lexicon, words)
        if self.name == "warmer":
            nats += 60.0 * float(vector @ direction(rewriting.encoder))
        return nats

    def moved(self, frame: Frame, state: State) -> float:
        """Nats for what was changed, so that a rewriting is one; up to a third of the words."""
        gone = frame.gone(state)
        changed = sum(k > 0 for slot, k in zip(frame.slots, state) if slot.at not in gone)
        return self.each * min(changed, max(2, len(frame.slots) // 2)) + (
            3.0 if state[-1] and self.name == "same" else 0.0
        )

    def reached(self, rewriting: Rewriting, text: str) -> bool:
        """Whether a wording says the tone more than the original does: shorter, easier, or warmer by MiniLM."""
        words, own = text.split(), rewriting.sentence.split()
        easier = burden(rewriting.lexicon, words) < burden(rewriting.lexicon, own)
        if self.name == "shorter" or self.words:
            return len(words) < len(own)
        if self.name == "warmer":
            vector = rewriting.encoder.sentences([text], pieces=96)[0] - rewriting.vector
            return float(vector @ direction(rewriting.encoder)) > WARMER_BY
        return self.name == "same" or easier or (self.name == "children" and len(words) < len(own))

    def eases(self, rewriting: Rewriting, word: str, other: str) -> bool:
        """Whether another word may stand for one: where plainer words are wanted, only one that is easier."""
        if self.name not in ("plainer", "children"):
            return True
        return burden(rewriting.lexicon, [other]) < burden(rewriting.lexicon, [word])


def burden(lexicon: Lexicon, words: Sequence[str]) -> float:
    """How hard words are: tens of times that each is rarer than a common word, and letters beyond LONG_WORD."""
    plain = [word.strip(".,;:!?\"'“”‘’()").lower() for word in words]
    rare = [
        max(0.0, 3.5 - float(np.log10(1 + lexicon.counts[lexicon.index[w]]))) if w in lexicon.index else 1.5
        for w in plain
    ]
    return sum(rare) + 0.35 * sum(max(0, len(word) - LONG_WORD) for word in plain)


def direction(encoder: Any) -> np.ndarray:
    """The unit vector [384] from cold sentences to warm ones, by MiniLM."""
    found = getattr(encoder, "warm", None)
    if found is None:
        way = encoder.sentences(WARM, pieces=96).mean(0) - encoder.sentences(COLD, pieces=96).mean(0)
        encoder.warm = found = way / np.linalg.norm(way)
    return np.asarray(found)

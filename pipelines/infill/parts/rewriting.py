"""What a rewritten sentence should be: its log-density, the words that are proposed for each place, and the search."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.infill.parts import suggest
from pipelines.infill.parts.blanks import Blank, Template
from pipelines.infill.parts.facts import changed_fact
from pipelines.infill.parts.faithful import faithful, stray_verbs
from pipelines.infill.parts.fill import Manner
from pipelines.infill.parts.frames import LIGHT, NEGATIONS, Frame, frame_of
from pipelines.infill.parts.gibbs import State, annealed, swept
from pipelines.infill.parts.lexicon import FLOOR, WORDS, Lexicon
from pipelines.infill.parts.networks import Masked
from pipelines.infill.parts.passage import items_of, passages
from pipelines.infill.parts.politeness import polite
from pipelines.infill.parts.reader import Branch, Reader
from pipelines.infill.parts.tones import WARM_WORDS
from pipelines.infill.parts.weighing import by_mask

if TYPE_CHECKING:
    from torch import Generator

    from pipelines.infill.parts.tones import Tone

PIECES = 96  # of a sentence that MiniLM reads
RELATED, ADDED = 4, 5  # words for a place, and for a gap
SENSES = 2  # of a word, the commonest, whose other words may stand for it
MEANING_NATS = 110.0  # nats for all of the meaning, by MiniLM's cosine
LEAST_ALIKE = 0.7  # a rewriting whose cosine with the original is smaller is never offered
LEAST_NATS = -14.0  # above the original: what is worse than this is never offered
WARM_KINDS = frozenset(("person",))  # of nouns that may be called dear
NO_DATIVE = frozenset(
    "say says said saying suggest suggests suggested explain explains explained describe describes described state states stated".split()  # noqa: SIM905
)  # never for a verb that has an indirect object ("say me")
AGAIN = 12.0  # nats taken for each time that a word stands twice and in the original does not
APART = 2  # words by which two ways must differ


@dataclass
class Rewriting:
    """One sentence between two texts, and the density of its rewritings.

    log pi(x) = log p(x, after | before) by the causal model, with the original's nats a word given back for each word, so that length is
    neutral; + MEANING_NATS times the cosine of x with the original by MiniLM; + the tone. It is UPSA's objective (Liu et al. 2020, section
    3.1) as a sum of logs, over the choices of a Frame.
    """

    network: Masked
    reader: Reader
    encoder: Any  # pipelines.language.minilm.Encoder
    lexicon: Lexicon
    manner: Manner
    before: str
    sentence: str
    after: str
    tone: Tone
    locked: Sequence[tuple[int, int]] = ()
    offered: Sequence[str] = ()  # whole sentences that are judged beside what the chain finds
    parse: Callable[[Sequence[str]], list[Any]] | None = None
    frame: Frame = field(init=False)
    values: dict[State, float] = field(default_factory=dict)
    texts: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from pipelines.reading.english import parsed_as_written

        self.parse = self.parse or parsed_as_written
        self.doc = self.parse([self.sentence])[0]
        self.vector = self.encoder.sentences([self.sentence], pieces=PIECES)[0]
        self.nats_a_word = -self._log_p([self.sentence])[0] / max(1, len(self.sentence.split()))
        self.frame = frame_of(
            self.doc,
            self._is_locked,
            self._candidates,
            self._additions,
            self.lexicon,
            dropping=self.tone.drops,
            adding=self.tone.adds,
            small=self.tone.name == "plainer" and not self.tone.words,
        )

    def _is_locked(self, start: int, end: int) -> bool:
        return any(a < end and start < b for a, b in self.locked)

    # the density

    def log_density(self, states: Sequence[State]) -> list[float]:
        """log pi of some choices, up to a constant."""
        fresh = [state for state in dict.fromkeys(states) if state not in self.values]
        written = {state: self.frame.text(state) for state in fresh}
        self._value(list(written.values()))
        for state in fresh:
            again = _repeated(written[state]) - _repeated(self.sentence)
            self.values[state] = (
                self.texts[written[state]] + self.tone.moved(self.frame, state) - AGAIN * sum(again.values())
            )
        return [self.values[state] for state in states]

    def _value(self, texts: Sequence[str]) -> None:
        """Give each text its log-density without what it changed."""
        new = [text for text in dict.fromkeys(texts) if text not in self.texts]
        if not new:
            return
        vectors = self.encoder.sentences(new, pieces=PIECES)
        for text, log_p, vector in zip(new, self._log_p(new), vectors):
            words = text.split()
            value = log_p + self.nats_a_word * len(words) + MEANING_NATS * (float(vector @ self.vector) - 1)
            self.texts[text] = value + self.tone.log_density(self, words, vector)

    def alike(self, text: str) -> float:
        """The cosine between the meaning of a text and the original's."""
        return float(self.encoder.sentences([text], pieces=PIECES)[0] @ self.vector)

    def _log_p(self, texts: Sequence[str]) -> list[float]:
        """log p(sentence, what follows | what stands before) of each text, in one row of the causal model; their common beginning is read once."""
        lead = self.before.rstrip(" ")
        apart = " " if len(lead) < len(self.before) else ""
        rest = suggest.following(self.after, 40)
        shared = _common([apart + text + rest for text in texts]) if len(texts) > 1 else ""
        self.reader.open(lead)
        start = 0.0
        if shared:
            first = Branch(self.reader.encode(shared))
            self.reader.weigh([first], [len(first.pieces)])
            start = first.log_p
            self.reader.open(lead + shared)
        branches = [Branch(self.reader.encode((apart + text + rest)[len(shared) :])) for text in texts]
        self.reader.weigh(branches, [len(branch.pieces) for branch in branches])
        return [start + branch.log_p for branch in branches]

    # the choices

    def _candidates(self, place: int) -> list[str]:
        """Words for a place, in the form that the sentence wants: those that share a common sense with the word, the most fitting first."""
        token = self.doc[place]
        both = self._fit(token.idx, token.idx + len(token.text))
        near = _related(token.lower_, self.lexicon, token.pos_, token.tag_)
        picked = [int(i) for i in near[np.argsort(-both[near])] if np.isfinite(both[i])]
        words = [self.lexicon.words[i] for i in picked]
        barred = NEGATIONS | LIGHT | (NO_DATIVE if any(c.dep_ == "dative" for c in token.children) else set())
        words = [word for word in words if word not in barred and word != token.lower_]
        words = [word for word in words if self.tone.eases(self, token.lower_, word)][: 3 * RELATED]
        return [self.lexicon.surface(word, False) for word in self._same_form(token, words)][:RELATED]

    def _same_form(self, token: Any, words: Sequence[str]) -> list[str]:
        """Those words that the parser reads in this place as it reads the original: the same part of speech, number and tense."""
        assert self.parse is not None
        a, b = token.idx, token.idx + len(token.text)
        read = self.parse([self.sentence[:a] + word + self.sentence[b:] for word in words])
        return [
            word
            for word, doc in zip(words, read)
            if len(doc) == len(self.doc) and doc[token.i].tag_ == token.tag_ and doc[token.i].dep_ == token.dep_
        ]

    def _additions(self, place: int) -> list[str]:
        """The warm words that fit best into the gap before a living being, a place or a thing, and that the parser reads there as adjectives."""
        from pipelines.reading.wordnet import senses

        token = self.doc[place]
        meant = senses(token.lemma_.lower(), "n")[:1]
        if not meant or meant[0].file not in WARM_KINDS:
            return []
        both = self._fit(token.idx, token.idx)
        known = [self.lexicon.index[word] for word in WARM_WORDS if word in self.lexicon.index]
        words = [self.lexicon.words[i] for i in sorted(known, key=lambda i: -both[i]) if np.isfinite(both[i])]
        assert self.parse is not None
        read = self.parse([f"{self.sentence[: token.idx]}{word} {self.sentence[token.idx :]}" for word in words])
        fit = [word for word, doc in zip(words, read) if len(doc) == len(self.doc) + 1 and doc[token.i].pos_ == "ADJ"]
        return fit[:ADDED]

    def _fit(self, start: int, end: int) -> np.ndarray:
        """How well each word of the lexicon fits between two places of the sentence: by both models and the rules, in nats."""
        before, after = self.before + self.sentence[:start], self.sentence[end:] + self.after
        if start == end:
            after = " " + after
        lead, spaced, capital = suggest.opened(before)
        ahead = self.reader.other()
        ahead.open(suggest.turned(lead, after))
        assert ahead.after is not None
        first, share = self.lexicon.begun(spaced, capital)
        template = Template([*([before[-400:]] if before else []), Blank(1, 0, 0), after[:200]])
        passage = passages(items_of(template, self.network.vocabulary), self.network.limit - 2, {0: 2})[0]
        log_q = by_mask(self.network, passage, {}, 0, self.lexicon, self.manner)[0]
        ruled = self.lexicon.ruled(before, after, set(), self.manner.taste)
        found: np.ndarray = (ahead.after[first] + share + suggest.BY_MASK * log_q.clamp(min=FLOOR) + ruled).numpy()
        return np.where(found > -1e6, found, -np.inf)

    # the search

    def search(
        self, ways: int, sweeps: int, generator: Generator, told: Callable[[int, int], None]
    ) -> list[tuple[str, float]]:
        """The best rewritings that differ from the original and from each other, with their log-density above the original's.

        One chain of `sweeps` sweeps at a falling temperature, begun at the original: all that it came past is judged, beside `self.offered`.
        """
        frame = self.frame
        total = sweeps * len(frame.options)
        start = self.log_density([frame.unchanged])[0]
        state, done = frame.unchanged, 0
        for temperature in annealed(sweeps, 4.0, 0.7):
            for now in swept(state, frame.options, self.log_density, generator, temperature=temperature):
                state, done = now, done + 1
                told(min(done, total), total)
        found: dict[str, float] = {}
        for state, value in self.values.items():
            text = frame.text(state)
            found[text] = max(found.get(text, -np.inf), value - start)
        kinder = polite(self.doc) if self.tone.adds else []
        for text, value in self._judged([*self._faithful(), *kinder]):
            found[text] = max(found.get(text, -np.inf), value - start)
        kept: list[tuple[str, float]] = []
        aim = self.tone.words or 10**6
        # those that are short enough come first, then by length above the aim, then by value
        for text, value in sorted(found.items(), key=lambda item: (max(0, len(item[0].split()) - aim), -item[1])):
            least = APART if self.tone.name == "same" else 1  # one easier word is a plainer sentence
            apart = differing(text, self.sentence) >= least and all(differing(text, one) >= APART for one, _ in kept)
            fits = text in kinder or self.tone.reached(self, text)
            same = (
                value >= LEAST_NATS and apart and self.alike(text) >= LEAST_ALIKE and fits and self._well_formed(text)
            )
            if same and (text in kinder or self._keeps_facts(text)):
                kept.append((text, value))
            if len(kept) == ways:
                break
        return kept

    def _well_formed(self, text: str) -> bool:
        """Whether no verb came in that has no subject."""
        assert self.parse is not None
        return stray_verbs(self.parse([text])[0]) <= stray_verbs(self.doc)

    def _keeps_facts(self, text: str) -> bool:
        """Whether nothing is said in other words that the original does not say."""
        assert self.parse is not None
        return not changed_fact(self.doc, self.parse([text])[0], dropping=self.tone.drops)

    def _faithful(self) -> list[str]:
        """The whole sentences that were offered and that could say the same."""
        from pipelines.reading.wordnet import synonyms

        assert self.parse is not None
        read = self.parse(self.offered) if self.offered else []
        return [text for text, doc in zip(self.offered, read) if faithful(self.doc, doc, self.tone.name, synonyms)]

    def _judged(self, texts: Sequence[str]) -> list[tuple[str, float]]:
        """Whole sentences with their log-density; what each changed is told by its words."""
        if not texts:
            return []
        self._value(texts)
        most = max(2, len(self.frame.slots) // 2)
        return [(text, self.texts[text] + self.tone.each * min(most, differing(text, self.sentence))) for text in texts]


def _repeated(text: str) -> Counter[str]:
    """How often each word of more than three letters stands there after its first time."""
    found = Counter(word for word in WORDS.findall(text.lower()) if len(word) > 3)
    return Counter({word: count - 1 for word, count in found.items() if count > 1})


def differing(one: str, other: str) -> int:
    """How many words two texts do not share at the same place of their common order (the longer's length less the longest common run)."""
    from difflib import SequenceMatcher

    a, b = one.lower().split(), other.lower().split()
    same = sum(block.size for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks())
    return max(len(a), len(b)) - same


def _common(texts: Sequence[str]) -> str:
    """What all texts begin with, cut before the last space, so that pieces are the same with it and without it."""
    low, high = min(texts), max(texts)
    same = next((k for k, (a, b) in enumerate(zip(low, high)) if a != b), len(low))
    cut = low[:same].rfind(" ")
    return low[:cut] if cut > 0 else ""


def _related(word: str, lexicon: Lexicon, pos: str, tag: str) -> np.ndarray:
    """Numbers of the words that share a WordNet sense with this one, in the form of its tag ("sent": VBD), as far as the lexicon has them."""
    from pipelines.reading import wordnet

    kind = {"NOUN": "n", "VERB": "v", "ADJ": "a", "ADV": "r"}[pos]
    forms = [form for other in wordnet.synonyms(word, kind, SENSES) for form in _forms(other, kind, tag)]
    return np.array(sorted({lexicon.index[form] for form in forms if form in lexicon.index}), dtype=int)


def _forms(plain: str, kind: str, tag: str) -> list[str]:
    """A word in the regular and irregular forms of a tag; those that are no words are not in the lexicon, and the parser chooses among the rest."""
    from pipelines.reading.english import irregular

    cut = plain[:-1] if plain.endswith("e") else plain
    soft = plain[:-1] + "i" if plain.endswith("y") else plain
    doubled = plain + plain[-1]
    several = [f"{plain}s", f"{plain}es", f"{soft}es"]
    past = [f"{cut}ed", f"{soft}ed", f"{doubled}ed"]
    odd = {name: [form for form, bases in irregular()[name].items() if plain in bases] for name in ("noun", "verb")}
    ends = {
        "NNS": several + odd["noun"],
        "VBZ": several,
        "VBG": [f"{cut}ing", f"{plain}ing", f"{doubled}ing"],
        "VBD": past + odd["verb"],
        "VBN": past + odd["verb"],
        "JJR": [f"{cut}er", f"{soft}er"],
        "JJS": [f"{cut}est", f"{soft}est"],
        "RBR": [],
        "RBS": [],
    }
    return ends.get(tag, [plain])

"""What somebody is likely to be seen doing where a verb has no movement of its own: one layer on MiniLM's vectors of the words, learned from stories with their scenes."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from pipelines.core.models import ModelCard, load
from pipelines.language.likely_place import read_weights
from pipelines.language.minilm import MINILM

MOST_PIECES = 60
SURE = 0.5  # an act that is less likely is not taken; chosen on the stories set aside and on cases of our own
SCALE, NOTHING = 6, "stand"  # of unit vectors; what is seen of somebody who does nothing
OF_A_NOUN, JOINED = frozenset(["acl", "relcl"]), frozenset(["conj", "xcomp", "advcl", "ccomp"])  # as spaCy calls them
PARTS = frozenset(["dobj", "obj", "prt", "attr", "dative", "advmod", "acomp"])
SUBJECT, NAMED, WITHIN, BEFORE = "nsubj", "pobj", "prep", "compound"
KINDS = frozenset(["NOUN", "PROPN", "ADP", "ADV", "PRON", "ADJ", "PART"])

LIKELY_ACTS = ModelCard(
    name="Likely acts",
    source="builtin:weights/acts.safetensors",
    sha256="",
    licence="CC0-1.0, as the stories from which it learned; MiniLM's vectors are Apache-2.0",
    size_bytes=228_000,
    build=read_weights,
    about="Finds a movement for a verb without one.",
)


def doer_of(verb: Any) -> Any:
    """The parsed word that says who does what a verb says; None where no word does."""
    while not (subjects := [child for child in verb.children if child.dep_ == SUBJECT]):
        if verb.dep_ in OF_A_NOUN:
            return verb.head
        if verb.dep_ not in JOINED:
            return None
        verb = verb.head
    return subjects[0]


def words_of_deed(verb: Any, plain: str) -> str:
    """A verb's plain form with what depends on it, without articles and adjectives: "scale face with ropes"."""
    words = [plain]
    for child in verb.children:
        heads = [child] if (child.dep_ in PARTS and child.pos_ in KINDS) or child.dep_ == WITHIN else []
        heads += [noun for noun in child.children if noun.dep_ == NAMED][:1] if child.dep_ == WITHIN else []
        words += [word.text for head in heads for word in (*(c for c in head.children if c.dep_ == BEFORE), head)]
    return " ".join(words)


def texts_of(who: str, deed: str, line: str) -> tuple[str, ...]:
    """The four texts whose vectors say what is done; `deed` begins with its verb."""
    return deed, f"{who} {deed}", line, deed.split()[0]


@lru_cache(maxsize=2000)
def likely_act(who: str, deed: str, line: str) -> str:
    """The act that shows a deed, as in "baker", "wipe counter with cloth" and the sentence; "" where that is not sure or nothing is seen. Raises MissingModel."""
    import numpy as np

    with load(MINILM) as encoder, load(LIKELY_ACTS) as learned:
        vectors = encoder.sentences(texts_of(who, deed, line), MOST_PIECES)
        scores = SCALE * vectors.ravel() @ learned["turn"] + learned["shift"]
        chances = np.exp(scores - scores.max())
        best = int(chances.argmax())
        sure = chances[best] / chances.sum() > SURE and learned["names"][best] != NOTHING
        return str(learned["names"][best]) if sure else ""

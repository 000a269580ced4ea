"""Whether a whole sentence that a language model wrote could say the same as another: persons, modal verbs, and what it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

PERSONS = (
    frozenset("i me my mine myself we us our ours ourselves".split()),  # noqa: SIM905
    frozenset("you your yours yourself yourselves".split()),  # noqa: SIM905
    frozenset("he she they him her them his hers their theirs himself herself themselves".split()),  # noqa: SIM905
)
MODALS = (
    frozenset(("must", "should", "ought", "need", "needs")),
    frozenset(("can", "ca", "could", "may", "might")),
    frozenset(("will", "wo", "would", "shall", "'ll", "’ll", "'d", "’d")),
)
CONTENT = {"NOUN": "n", "VERB": "v", "ADJ": "a", "ADV": "r"}
LIGHT = frozenset(
    "be have do go get make take let very really so too then there here now just also thing one way".split()  # noqa: SIM905
)  # lemmas that say little by themselves
NOBODY = frozenset(("it", "there", "this", "that", "who", "which", "what"))  # subjects that bring nobody in
NEW = {"same": 2}  # lemmas that a sentence may have and the original not, by tone; one for the others
LONGER = 2  # words more than the original

Synonyms = Callable[[str, str], Collection[str]]


def faithful(original: Any, other: Any, tone: str, synonyms: Synonyms) -> bool:
    """Whether one parsed sentence could say the same as another.

    Whoever does or suffers something in it does so in the original. It has no person and no kind of modal verb that the original has not, no exclamation of its own, few new words, and what the
    original is about: its nouns and verbs, or words of the same sense, all but one of them (of the shorter half).
    """
    if _kinds(other, PERSONS) - _kinds(original, PERSONS) or _kinds(other, MODALS) - _kinds(original, MODALS):
        return False
    if any(t.pos_ == "INTJ" for t in other) and not any(t.pos_ == "INTJ" for t in original):
        return False
    if len(other.text.split()) > len(original.text.split()) + LONGER:
        return False
    doing = {word for lemma in _subjects(original) for word in (lemma, *synonyms(lemma, "n"))} | NOBODY
    if not _subjects(other) <= doing:
        return False
    own, its = _meant(original), _meant(other)
    near = {lemma: {lemma, *synonyms(lemma, kind)} for lemma, kind in own.items()}
    fresh = [lemma for lemma in its if not any(lemma in words for words in near.values())]
    about = [lemma for lemma, kind in own.items() if kind in "nv"]
    lost = [lemma for lemma in about if not near[lemma] & its.keys()]
    most = len(about) // 2 if tone == "shorter" else 1
    return len(fresh) <= NEW.get(tone, 1) and len(lost) <= most


def stray_verbs(doc: Any) -> int:
    """How many finite verbs of a parsed sentence have no subject of their own: "their expense goes" has one more than "their expense reports"."""
    finite = sum(t.tag_ in ("VBZ", "VBP", "VBD", "MD") for t in doc)
    return finite - sum(t.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for t in doc)


def _subjects(doc: Any) -> set[str]:
    return {t.lemma_.lower() for t in doc if t.dep_ in ("nsubj", "nsubjpass")}


def _kinds(doc: Any, groups: Collection[frozenset[str]]) -> set[int]:
    return {number for number, words in enumerate(groups) for t in doc if t.lower_ in words}


def _meant(doc: Any) -> dict[str, str]:
    """The lemmas that carry a sentence's meaning, with their kind."""
    return {
        t.lemma_.lower(): CONTENT[t.pos_]
        for t in doc
        if t.pos_ in CONTENT and t.dep_ not in ("aux", "auxpass") and t.lemma_.lower() not in LIGHT
    }

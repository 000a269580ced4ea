"""Whether a wording adds or changes a fact: two parsed sentences are compared word by word, by lemma and by the senses of WordNet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

from pipelines.infill.parts.faithful import CONTENT, MODALS
from pipelines.language.lexicon import Words, lexicon

DENIALS, JOINS, QUANTITIES = Words("facts", "denials"), Words("facts", "joins"), Words("facts", "quantities")
TIMES, PLACED, LIGHT = Words("facts", "times"), Words("facts", "placed"), Words("facts", "light")
UNMADE = Words("facts", "unmade")  # a former president is no president
DEAR = "dear"  # said of people by whoever speaks, no fact
WHICH = frozenset(("who", "which", "that", "it", "there"))  # stand for somebody who is named elsewhere in the sentence
AGENT, PATIENT = ("nsubj", "agent"), ("dobj", "nsubjpass")
SENSES = {"n": 2, "v": 2, "a": 3, "r": 2}  # the commonest of both words, one of which they must share


def changed_fact(original: Any, other: Any, *, dropping: bool = False) -> str:
    """What a parsed wording says that the original does not, in a few words; "" where it adds and changes nothing.

    Numbers, names, times, denials, doubts and quantities stay. No noun, verb, adjective or adverb comes in that shares no common sense with
    one that was there. Who does what to whom, what is said of whom, and where, stay together. `dropping`: other words may go.
    """
    for what, compared in CHECKS:
        if compared(original, other):
            return what
    if not dropping and (lost := [t for t in _content(original) if not _counterpart(t, other)]):
        return f"“{lost[0].text}” is gone"
    fresh = [t for t in _content(other) if not _counterpart(t, original) and not _kind_word(t)]
    return f"“{fresh[0].text}” is new" if fresh else ""


def near(word: str, other: str, kind: str) -> bool:
    """Whether two lemmas are the same or share a sense that is common for both: "buy" and "purchase", not "receive" and "find"."""
    from pipelines.reading.wordnet import synonyms

    if word == other or any(word in same and other in same for same in lexicon("facts")["same"]):
        return True
    most = SENSES.get(kind, 2)
    return other in synonyms(word, kind, most) and word in synonyms(other, kind, most)


def _content(doc: Any) -> list[Any]:
    return [
        t
        for t in doc
        if t.pos_ in CONTENT
        and t.dep_ not in ("aux", "auxpass", "neg")
        and t.lemma_.lower() not in LIGHT
        and not _urging(t)
    ]


def _urging(token: Any) -> bool:
    """Whether a word stands for "must" (have to, need to, be required to), or is in "in order to"."""
    if (
        token.lower_ == "order"
        and token.i
        and token.nbor(-1).lower_ == "in"
        and token.doc[token.i + 1 :][:1].text == "to"
    ):
        return True
    return token.lemma_.lower() in ("have", "need", "require") and any(c.dep_ == "xcomp" for c in token.children)


def _counterpart(token: Any, doc: Any) -> bool:
    """Whether a content word has one of the same meaning in another sentence, a noun in the same number."""
    return any(_alike(token, other) for other in doc)


def _alike(one: Any, other: Any) -> bool:
    if {one.tag_, other.tag_} == {"NN", "NNS"}:
        return False
    if one.lower_ != other.lower_ and (_in_compound(one) or _in_compound(other)):
        return one.lemma_.lower() == other.lemma_.lower()
    if one.lower_ == other.lower_ or any(
        one.lower_ in words and other.lower_ in words for words in lexicon("facts")["pronouns"]
    ):
        return True
    kinds = {CONTENT[t.pos_] for t in (one, other) if t.pos_ in CONTENT}
    return any(near(one.lemma_.lower(), other.lemma_.lower(), kind) for kind in kinds)


def _in_compound(token: Any) -> bool:
    """Whether a noun is part of a name of two nouns, which no other word replaces: "town hall"."""
    return token.dep_ == "compound" or (token.pos_ == "NOUN" and any(c.dep_ == "compound" for c in token.children))


def _kind_word(token: Any) -> bool:
    """Whether a new word is "dear" before a person who belongs to the one who speaks."""
    from pipelines.reading.wordnet import senses

    noun = token.head
    return bool(
        token.lower_ == DEAR
        and token.dep_ == "amod"
        and noun.pos_ == "NOUN"
        and any(c.dep_ == "poss" for c in noun.children)
        and (found := senses(noun.lemma_.lower(), "n"))
        and found[0].file == "person"
    )


# what must stay


def _classes(doc: Any, words: Collection[str]) -> Counter[str]:
    """How often each of some words stands there; words of one meaning count as the first of them."""
    return Counter(_first(t.lower_) for t in doc if t.lower_ in words or t.lemma_.lower() in words)


def _first(word: str) -> str:
    return next((same[0] for same in lexicon("facts")["same"] if word in same), word)


def _numbers(doc: Any) -> Counter[str]:
    return Counter(t.lower_ for t in doc if t.like_num or t.pos_ == "NUM" or any(sign.isdigit() for sign in t.text))


def _names(doc: Any) -> set[str]:
    return {t.lower_ for t in doc if t.pos_ == "PROPN"}


def _other_names(original: Any, other: Any) -> bool:
    words, own = {t.lower_ for t in other}, {t.lower_ for t in original}
    return bool(_names(original) - words or _names(other) - own)


def _times(doc: Any) -> set[str]:
    """Adverbs of time, and nouns whose commonest sense is a time."""
    from pipelines.reading.wordnet import senses

    nouns = {
        t.lemma_.lower()
        for t in doc
        if t.pos_ == "NOUN" and (found := senses(t.lemma_.lower(), "n")) and found[0].file == "time"
    }
    return nouns | {_first(t.lower_) for t in doc if t.lower_ in TIMES}


def _modal_kinds(doc: Any) -> set[int]:
    kinds = {number for number, words in enumerate(MODALS) for t in doc if t.lower_ in words and t.tag_ == "MD"}
    return kinds | {0 for t in doc if t.pos_ != "NOUN" and _urging(t)}


def _doubts(original: Any, other: Any) -> bool:
    return _modal_kinds(original) != _modal_kinds(other)


def _pronouns(doc: Any) -> set[int]:
    return {number for number, words in enumerate(lexicon("facts")["pronouns"]) for t in doc if t.lower_ in words}


def _tenses(doc: Any) -> set[str]:
    """Whether what the sentence says is past or present; a perfect is past."""
    root = next((t for t in doc if t.dep_ == "ROOT"), None)
    if root is None:
        return set()
    parts = [root, *(c for c in root.children if c.dep_ in ("aux", "auxpass"))]
    if any(t.tag_ == "VBD" or (t.lemma_ == "have" and t.dep_ == "aux" and root.tag_ == "VBN") for t in parts):
        return {"past"}
    return {"present"} if any(t.tag_ in ("VBZ", "VBP", "MD") for t in parts) else set()


def _denied(doc: Any) -> list[Any]:
    return [t.head for t in doc if t.dep_ == "neg"]


def _denials(original: Any, other: Any) -> bool:
    """Whether something else is denied."""
    if _classes(original, DENIALS) != _classes(other, DENIALS):
        return True
    heads = _denied(original)
    return bool(heads) and any(all(not _alike(head, own) for own in heads) for head in _denied(other))


def _quantities(original: Any, other: Any) -> bool:
    own, its = _classes(original, QUANTITIES), _classes(other, QUANTITIES)
    return own != its or bool(
        _classes(other, UNMADE) - _classes(original, UNMADE) or _classes(original, UNMADE) - _classes(other, UNMADE)
    )


def _conditions(original: Any, other: Any) -> bool:
    """Whether something is joined in another way, or a condition is set to something else."""
    if _classes(other, JOINS).keys() - {_first(t.lower_) for t in original}:
        return True
    own = [(_first(t.lower_), t.head) for t in original if t.dep_ == "mark"]
    its = [(_first(t.lower_), t.head) for t in other if t.dep_ == "mark"]
    return any(
        word in dict(own) and not any(word == of and _alike(head, verb) for of, verb in own) for word, head in its
    )


# what belongs together


def _said_of(doc: Any) -> list[tuple[Any, Any]]:
    """Words that say something of a noun, with the noun: adjectives, numbers, owners."""
    pairs = [(t, t.head) for t in doc if t.dep_ in ("amod", "nummod", "poss", "compound")]
    for t in doc:
        if t.dep_ == "acomp":
            pairs += [(t, c) for c in t.head.children if c.dep_ == "nsubj"]
    return pairs


def _roles(doc: Any) -> list[tuple[Any, bool, Any]]:
    """Verbs, whether somebody does it rather than has it done to them, and who."""
    found = [(t.head, t.dep_ in AGENT, t) for t in doc if t.dep_ in ("nsubj", *PATIENT)]
    by = [(t.head.head, True, t) for t in doc if t.dep_ == "pobj" and t.head.dep_ == "agent"]
    return [*found, *by]


def _places(doc: Any) -> list[tuple[str, Any]]:
    return [(t.head.lower_, t) for t in doc if t.dep_ in ("pobj", "pcomp") and t.head.pos_ in ("ADP", "SCONJ")]


def _moved(original: Any, other: Any) -> bool:
    """Whether what is said of one is said of another, whoever did it has it done to them, or a place or time is another."""
    said = _said_of(original)
    for word, noun in _said_of(other):
        known = [own for what, own in said if _alike(what, word)]
        if known and not any(_alike(own, noun) or own.pos_ == "PRON" or noun.pos_ == "PRON" for own in known):
            return True
    return _swapped(_roles(original), _roles(other)) or _elsewhere(_places(original), _places(other))


def _swapped(own: Iterable[tuple[Any, bool, Any]], its: Iterable[tuple[Any, bool, Any]]) -> bool:
    known = list(own)
    for verb, does, who in its:
        roles = {role for act, role, whom in known if _alike(act, verb) and _alike(whom, who)}
        doers = [whom for act, role, whom in known if _alike(act, verb) and role == does]
        if roles == {not does} or (
            does and doers and not any(_alike(whom, who) or whom.lower_ in WHICH for whom in doers)
        ):
            return True
    return False


def _elsewhere(own: Iterable[tuple[str, Any]], its: Iterable[tuple[str, Any]]) -> bool:
    known = list(own)
    for where, what in its:
        before = [at for at, thing in known if _alike(thing, what)]
        telling = {_first(at) for at in (where, *before) if at in PLACED}
        if before and telling and _first(where) not in {_first(at) for at in before}:
            return True
    return False


CHECKS = (
    ("another number", lambda a, b: _numbers(a) != _numbers(b)),
    ("another name", _other_names),
    (
        "another time",
        lambda a, b: _times(a) != _times(b) or bool(_tenses(a) and _tenses(b) and _tenses(a) != _tenses(b)),
    ),
    ("another denial", _denials),
    ("another quantity", _quantities),
    ("another certainty", _doubts),
    ("somebody else", lambda a, b: bool(_pronouns(b) - _pronouns(a))),
    ("another condition", _conditions),
    ("a question", lambda a, b: (a.text.rstrip()[-1:] == "?") != (b.text.rstrip()[-1:] == "?")),
    ("who, what or where", _moved),
)

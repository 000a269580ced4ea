"""A sentence made plainer before it is parsed: what somebody is called is set aside, and joined clauses are parsed one by one.

The small parser takes "Marta the baker opens" for a baker whom Marta is beside, and "played her violin and the octopus danced" for a violin and
an octopus. So "the baker" and "named Kwame" are taken out and kept in `doc.user_data`: `role` (number of the name -> its adjectives and noun),
`called` (number of the noun -> its name). Where each word that is left stands in the text is in `at`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.language.lexicon import Words
from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.actions import DITRANSITIVE

JOINING = frozenset(["and", "but", "so", "while", "then"])
OPEN_ENDED = Words("verbs", "open ended")


def without_titles(pipeline: Any, doc: Any) -> Any:
    """The sentence without "the baker" behind a name and without "Merlin" behind "the old wizard", parsed again; itself where there is neither."""
    role: dict[int, tuple[str, ...]] = {}
    called: dict[int, str] = {}
    left_out: set[int] = set()
    for token in doc:
        if token.i in left_out:
            continue
        if words := _role_behind(token):
            role[token.i] = tuple(word.lower_ for word in words[1:])
            left_out |= {word.i for word in words}
        elif words := _bare_name_behind(token):
            called[token.i] = " ".join(word.text for word in words if word.text[:1].isupper())
            left_out |= {word.i for word in words}
    if not left_out:
        return doc
    kept = [token for token in doc if token.i not in left_out]
    if (len(kept) > 1 and kept[-1].text == ",") or len(kept) < 3:
        return doc
    return _again(pipeline, kept, role, called)


def _again(pipeline: Any, kept: Sequence[Any], role: dict[int, tuple[str, ...]], called: dict[int, str]) -> Any:
    from spacy.tokens import Doc

    number = {token.i: at for at, token in enumerate(kept)}
    words = [token.text for token in kept]
    again = pipeline(Doc(kept[0].doc.vocab, words=words, spaces=_spaces(kept)))
    again.user_data["at"] = [token.idx for token in kept]
    again.user_data["role"] = {number[at]: said for at, said in role.items()}
    again.user_data["called"] = {number[at]: name for at, name in called.items()}
    return again


def _spaces(kept: Sequence[Any]) -> list[bool]:
    return [bool(token.whitespace_) or one.i != token.i + 1 for token, one in zip(kept, [*kept[1:], kept[-1]])]


def _role_behind(token: Any) -> list[Any]:
    """ "the baker" behind "Marta", "the old painter" behind "Yuki"; empty elsewhere."""
    doc, at = token.doc, token.i + 1
    if not is_name(token) or at >= len(doc) or doc[at].lower_ != "the" or not token.whitespace_:
        return []
    words = [doc[at]]
    while len(words) < 4 and at + len(words) < len(doc) and doc[at + len(words)].pos_ in ("ADJ", "NOUN", "PROPN"):
        words.append(doc[at + len(words)])
    while len(words) > 1 and not (words[-1].pos_ != "ADJ" and N.kind_of(words[-1].lower_, True) in N.FIGURES):
        words.pop()
    if len(words) < 2:
        return []
    after = doc[words[-1].i + 1] if words[-1].i + 1 < len(doc) else None
    if after is not None and after.tag_ == "POS":
        return []
    before = doc[token.i - 1] if token.i else None
    gives = (
        before is not None
        and before.pos_ == "VERB"
        and (W.base(before.lower_, "v") or before.lemma_) in DITRANSITIVE | {"buy", "ask"}
    )
    return [] if gives and (after is None or after.pos_ not in ("DET", "VERB")) else words


def is_name(token: Any) -> bool:
    """Whether a word is somebody's name by its capital letter, and no adverb or day at the beginning of a sentence."""
    if not token.text.istitle() or token.pos_ not in ("PROPN", "NOUN", "ADJ", "X", "INTJ", "VERB"):
        return False
    low = token.lower_
    if low in given.TITLES or low in given.KIN or W.known(low, "r") or N.kind_of(low) == "place":
        return False
    first = token.i == 0 or token.doc[token.i - 1].is_punct
    return not first or token.pos_ == "PROPN" or bool(N.gender_of_name(token.text))


def _bare_name_behind(token: Any) -> list[Any]:
    """ "Merlin" behind "the old wizard", where the parser takes them for two: "the old wizard Merlin sat down"."""
    name = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if (
        name is None
        or name.pos_ != "PROPN"
        or not name.text.istitle()
        or (name.dep_ not in ("nsubj", "nsubjpass") and not _surname(name))
        or (token.head == name and not _surname(name))
    ):
        return []
    described = any(child.dep_ in ("det", "poss") for child in token.children)
    return (
        [name, *_surname(name)]
        if described and token.text.islower() and token.pos_ == "NOUN" and N.kind_of(token.lower_) in N.FIGURES
        else []
    )


def _surname(title: Any) -> list[Any]:
    """ "Miller" behind "Mr"."""
    after = title.nbor(1) if title.i + 1 < len(title.doc) else None
    titled = given.plain(title.text) in given.TITLES and after is not None and after.text.istitle()
    return [after] if titled else []


def _finite(token: Any) -> bool:
    from pipelines.reading.english import may_be_verb

    return token.text.islower() and may_be_verb(token.lower_)


def clause_by_clause(pipeline: Any, doc: Any) -> Any:
    """A sentence whose second clause was read into the first is parsed in two halves, joined again as one Doc."""
    for token in doc[1:-2]:
        if token.lower_ not in JOINING or doc.user_data.get("written"):
            continue
        subject = _subject_behind(token)
        if subject is None or not _misread(token, subject):
            continue
        left = _half(pipeline, doc, 0, token.i - (doc[token.i - 1].text == ","))
        right = _half(pipeline, doc, token.i + 1, len(doc), subject.i)
        if left is not None and right is not None:
            return _joined(doc, left, token, right)
    return doc


def _subject_behind(token: Any) -> Any:
    """The figure that stands right behind "and", before what can be a finite verb; None elsewhere."""
    doc = token.doc
    at = token.i + 1
    while (at < len(doc) and doc[at].pos_ in ("DET", "ADJ", "ADV")) or (at < len(doc) and doc[at].tag_ == "PRP$"):
        at += 1
    while (
        at + 1 < len(doc)
        and doc[at].pos_ in ("NOUN", "PROPN")
        and doc[at + 1].pos_ in ("NOUN", "PROPN")
        and not _finite(doc[at + 1])
    ):
        at += 1
    if at + 1 >= len(doc) or doc[at].pos_ not in ("NOUN", "PROPN", "PRON") or at - token.i > 5:
        return None
    head = doc[at]
    noun = W.base(head.lower_, "n") or head.lower_
    if head.pos_ == "NOUN" and N.kind_of(given.KIN.get(noun, noun), True) not in N.FIGURES:
        return None
    verb = doc[at + 1] if doc[at + 1].pos_ != "ADV" or at + 2 >= len(doc) else doc[at + 2]
    return head if _finite(verb) or verb.pos_ == "AUX" else None


def _misread(token: Any, subject: Any) -> bool:
    """Whether the words behind "and" were not read as a clause of their own."""
    if any(
        one.lower_ in ("that", "who", "which", "when", "if", "because", "how", "why") for one in token.doc[: token.i]
    ):
        return False
    if subject.dep_ not in ("nsubj", "nsubjpass"):
        return True
    return any(
        child.dep_ in ("nsubj", "ccomp") and child.i < token.i
        for child in subject.head.children
        if child.i != subject.i
    )


def _half(pipeline: Any, doc: Any, start: int, end: int, subject: int = -1) -> Any:
    """Words from `start` to `end` as a sentence of their own, that begins with its subject where one is given; None without a verb that has one."""
    from spacy.tokens import Doc

    words = [token.text for token in doc[start:end]]
    if len(words) < 2:
        return None
    words += [] if words[-1] in ".!?" else ["."]
    half = pipeline(Doc(doc.vocab, words=words))
    if subject < 0:
        root = next(one for one in half if one.dep_ == "ROOT")
        open_ended = root.lemma_ in OPEN_ENDED and not any(
            c.dep_ in ("dobj", "prep", "advmod", "prt") for c in root.children
        )
        has_subject = any(child.dep_ in ("nsubj", "nsubjpass", "expl") for child in root.children)
        return half if root.pos_ in ("VERB", "AUX") and has_subject and not open_ended else None
    if _begins_with(half, subject - start):
        return half
    verb = next(at for at in range(subject + 1 - start, len(words)) if _finite(half[at]) or at > subject + 1 - start)
    plain = [*words[:verb], "goes" if words[verb].endswith("s") else "went", *words[verb + 1 :]]
    again = pipeline(Doc(doc.vocab, words=plain))
    again.user_data["written"] = {verb: words[verb]}
    return again if _begins_with(again, subject - start) else None


def _begins_with(half: Any, subject: int) -> bool:
    root = next(one for one in half if one.dep_ == "ROOT")
    return (
        half[subject].head == root
        and half[subject].dep_ in ("nsubj", "nsubjpass")
        and root.tag_ in ("VBD", "VBZ", "VBP")
    )


def _joined(doc: Any, left: Any, token: Any, right: Any) -> Any:
    from spacy.tokens import Doc

    before = doc.user_data.get("at") or [one.idx for one in doc]
    start, stop = token.i - (doc[token.i - 1].text == ","), token.i + 1
    number = {at: at for at in range(start)} | {at: at - stop + len(left) for at in range(stop, len(doc))}
    from_docs: Any = Doc.from_docs  # spaCy's type stub leaves `exclude` out
    docs = from_docs([left, right], ensure_whitespace=True, exclude=["user_data"])
    tail = [*before, before[-1]]
    docs.user_data["at"] = [*before[:start], *([before[start]] * (len(left) - start)), *tail[stop:]][: len(docs)]
    docs.user_data["at"] += [before[-1]] * (len(docs) - len(docs.user_data["at"]))
    docs.user_data["written"] = {at + len(left): word for at, word in right.user_data.get("written", {}).items()}
    for key in ("role", "called"):
        docs.user_data[key] = {number[at]: said for at, said in doc.user_data.get(key, {}).items() if at in number}
    return docs

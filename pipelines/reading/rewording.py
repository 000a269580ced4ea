"""A sentence made plainer before it is parsed: what somebody is called is set aside.

The small parser takes "Marta the baker opens" for a baker whom Marta is beside. So "the baker" and a name behind its noun are taken out and kept
in `doc.user_data`: `role` (number of the name -> its adjectives and noun), `called` (number of the noun -> its name). Where each word that is
left stands in the text is in `at`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.actions import DITRANSITIVE
from pipelines.reading.english import with_sure_names


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
    again = with_sure_names(pipeline, pipeline(Doc(kept[0].doc.vocab, words=words, spaces=_spaces(kept))))
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
    if low in given.TITLES or low in given.KIN or W.count_of(low, "r") or N.kind_of(low) == "place":
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

"""The parser: spaCy 3.8 (Honnibal et al. 2020) with its small English pipeline, opened without torch."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from pipelines.core.models import load
from pipelines.core.settings import Refusal
from pipelines.language.compounds import parse_compounds, parse_sure
from pipelines.reading import wordnet as W
from pipelines.reading.cards import ENGLISH, LEFT_OUT
from pipelines.scenes.words import HOUR_OF

# thinc imports them wherever they are installed; this pipeline uses none
OPTIONAL = ("torch", "tensorflow", "mxnet", "cupy")
MOST_TOKENS = 300  # of one sentence: words and signs
SURE_VERBS = (("went",), ("goes", "thinks"))  # in the past, and in the present


class _Hidden:
    """A finder that knows nothing, for one thread: a package in OPTIONAL is not found by it."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        if threading.get_ident() == self.thread and name.partition(".")[0] in OPTIONAL:
            raise ModuleNotFoundError(f"{name} is not needed to read a story", name=name)


@contextmanager
def _without_torch() -> Iterator[None]:
    """In this block, and in this thread only, torch is not imported; where it is loaded already nothing changes."""
    finder = _Hidden()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def open_parser(folder: Path) -> Any:
    """The pipeline of a folder: tagger, parser, lemmatizer. Takes about 100 MB of memory, so it belongs in a worker process."""
    with _without_torch():
        import spacy
    return spacy.load(folder, exclude=list(LEFT_OUT))


@lru_cache(maxsize=1)
def irregular() -> Mapping[str, Mapping[str, list[str]]]:
    """The dictionary's forms of irregular verbs and nouns ("sang": sing), by kind. Raises MissingModel."""
    with load(ENGLISH) as pipeline:
        table = pipeline.get_pipe("lemmatizer").lookups.get_table("lemma_exc")
        return {kind: dict(table[kind]) for kind in ("verb", "noun")}


def parse(texts: Sequence[str]) -> list[Any]:
    """Each text as a spaCy Doc, alone: what stands beside it changes nothing. Raises MissingModel, Refusal."""
    with load(ENGLISH) as pipeline:
        if any(len(pipeline.make_doc(text)) > MOST_TOKENS for text in texts):
            raise Refusal(f"A sentence has more than {MOST_TOKENS} words; split it.")
        return [_parse_again(partial(parse_compounds, pipeline), text) for text in texts]


def parsed_as_written(texts: Sequence[str]) -> list[Any]:
    """Each text as a spaCy Doc whose tokens are its own words: nothing is read as another word first. Raises MissingModel."""
    with load(ENGLISH) as pipeline:
        return [pipeline(text) for text in texts]


def _parse_again(pipeline: Any, text: str) -> Any:
    from pipelines.reading.rewording import without_titles
    from pipelines.reading.standing_in import with_pronoun

    first = without_titles(pipeline, with_sure_names(pipeline, pipeline(text)))
    return _mend_verb(pipeline, with_pronoun(pipeline, first))


def with_sure_names(pipeline: Any, doc: Any) -> Any:
    """A sentence in which a given name right before a verb was read as another kind of word ("Lily sleeps") is read again with a sure name there."""
    from pipelines.reading import nouns as N

    wrong = [
        t.i
        for t in doc[:-1]
        if t.text.istitle() and (t.tag_ == "MD" or N.gender_of_name(t.text) is not None)
        if (t.i and t.whitespace_ and t.nbor(-1).lower_ in HOUR_OF)  # "in the morning Pia and Tom"
        or (
            t.nbor(1).tag_ in ("VBZ", "VBD")
            and (t.pos_ in ("ADV", "ADJ", "AUX", "INTJ", "X", "VERB") or (t.pos_ == "PROPN" and t.dep_ == "npadvmod"))
        )
    ]
    again = parse_sure(pipeline, doc, {doc[at : at + 1]: "she" if at else "She" for at in wrong})
    for at in wrong:
        again[at].tag_, again[at].pos_ = "NNP", "PROPN"
    return again


def _mend_verb(pipeline: Any, doc: Any) -> Any:
    """A sentence that was read without a verb ("a fox lives" as a noun) is read again with a verb that cannot be mistaken in its place."""
    root = next((token for token in doc if token.dep_ == "ROOT"), None)
    if root is None:
        return doc
    if root.pos_ in ("VERB", "AUX") or any(
        token.pos_ in ("VERB", "AUX") and token.dep_ not in ("acl", "amod") for token in doc
    ):
        return with_hidden_verb(pipeline, doc)
    for token in doc[1:]:
        word = token.lower_
        if (
            token.pos_ not in ("NOUN", "ADJ", "PROPN", "ADV", "INTJ")
            or not (may_be_verb(word) or _may_be_plain(token))
            or token.nbor(-1).pos_ not in ("NOUN", "PROPN", "PRON", "ADV", "PUNCT", "X")
        ):
            continue
        sure = "go" if not may_be_verb(word) else "goes" if word.endswith("s") and not word.endswith("ss") else "went"
        again = parse_sure(pipeline, doc, {doc[token.i : token.i + 1]: sure})
        if again[token.i].pos_ == "VERB" and any(c.dep_ in ("nsubj", "nsubjpass") for c in again[token.i].children):
            return with_hidden_verb(pipeline, again)
    return doc


def with_hidden_verb(pipeline: Any, doc: Any) -> Any:
    """A sentence in which a verb was read as a noun of several ("sees the light and sails home") is read again, if that gives it a subject."""
    tried = [(token, sure) for token in doc[1:] if _hides_verb(token) for sure in SURE_VERBS[token.tag_ == "NNS"]]
    for token, sure in tried:
        again = parse_sure(pipeline, doc, {doc[token.i : token.i + 1]: sure})
        verb = again[token.i]
        between = [other for other in again[: verb.i] if other.i > verb.head.i and other.dep_ in ("cc", "punct")]
        joined = verb.dep_ == "conj" and verb.head.pos_ == "VERB" and bool(between)
        if verb.pos_ == "VERB" and (joined or any(c.dep_ == "nsubj" for c in verb.children)):
            return again
    return doc


def _hides_verb(token: Any) -> bool:
    """Whether a noun of several is rather a verb: behind "and" or a single noun, and more often a verb or followed as one ("waves to the whale")."""
    word = token.lower_
    verb = W.base(word, "v") if token.tag_ == "NNS" and not word.endswith("ss") else ""
    if not verb:
        return False
    before, noun = token.nbor(-1), W.base(word, "n")
    as_verb, as_noun = W.count_of(verb, "v"), W.count_of(noun, "n") if noun else 0
    if before.lower_ == "and" and token.dep_ == "conj" and token.head.tag_ == "VBZ" and token.head.pos_ == "VERB":
        alone = not any(c.dep_ in ("dobj", "prep", "attr") and c.i < token.i for c in token.head.children)
        return alone or as_verb >= as_noun  # "smiles and points", "puts the book on the table and sneezes"
    return before.tag_ in ("NN", "NNP") and token.dep_ != "ROOT" and before.head == token and as_verb > as_noun


def may_be_verb(word: str) -> bool:
    """Whether a word can be a verb in the past or in the third person."""
    return word in irregular()["verb"] or (word.endswith(("s", "ed")) and bool(W.base(word, "v")))


def _may_be_plain(token: Any) -> bool:
    """ "Two astronauts, Kim and Lee, land on the moon": a plain verb behind several."""
    before = token.doc[: token.i]
    several = any(one.tag_ == "NNS" for one in before) or any(one.lower_ == "and" for one in before)
    after = token.i + 1 < len(token.doc) and token.nbor(1).pos_ in ("ADP", "DET", "ADV", "PUNCT")
    return several and after and W.count_of(token.lower_, "v") > 1


def offset(token: Any) -> int:
    """Where the word stands in its text."""
    at = token.doc.user_data.get("at")
    return int(at[token.i] if at else token.idx)

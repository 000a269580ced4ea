"""A sentence whose verb was read as a noun behind a figure ("Grandpa smiles and points") is read again with a pronoun in the figure's place.

The small parser takes "the alien claps" for claps of an alien. "It claps" cannot be mistaken. So the words that name the figure are parsed on
their own, the rest with a pronoun before it, and both are joined to one Doc of the real words: nothing moves.
"""

from __future__ import annotations

from typing import Any

from pipelines.reading import given
from pipelines.reading import nouns as N
from pipelines.reading import wordnet as W
from pipelines.reading.english import may_be_verb, with_hidden_verb

NAMING = frozenset(["DET", "ADJ", "NOUN", "PROPN", "NUM"])
LONGEST = 9  # words that name who acts
COUNTED = 3  # a noun that is counted so many times as often as its verb stays a noun, unless the words behind it are those of a verb
BEHIND_VERBS = frozenset(["DT", "PRP", "PRP$", "TO", "IN", "RB", "RP", ".", ",", "CC", "CD"])
AUXILIARIES = frozenset(
    ["is", "are", "was", "were", "has", "have", "had", "do", "does", "did", "will", "can", "would", "could"]
)


def with_pronoun(pipeline: Any, doc: Any) -> Any:
    """The sentence with each such verb as a verb; itself where there is none."""
    for _ in range(3):
        for verb in doc[1:]:
            start = _figure_before(verb) if _verb_in_disguise(verb) else None
            again = _join_parses(pipeline, doc, start, verb.i) if start is not None else None
            if again is not None:
                doc = again
                break
        else:
            return doc
    return doc


def _verb_in_disguise(token: Any) -> bool:
    """Whether a word that was tagged as a noun can be a finite verb here."""
    word = token.lower_
    if token.pos_ not in ("NOUN", "PROPN", "ADJ", "ADV") or not token.text.islower():
        return False
    after = token.nbor(1) if token.i + 1 < len(token.doc) else None
    if after is not None and (after.lower_ in AUXILIARIES or after.tag_ in ("MD", "POS") or after.text in ("-", "'s")):
        return False
    if (
        after is not None
        and after.pos_ in ("NOUN", "VERB")
        and _names_figure(token)
        and W.count_of(after.lower_, "v") > 1
    ):
        return False  # "the bear cubs sleep"
    if after is not None and after.tag_ in ("VBZ", "VBD") and after.dep_ not in ("acl", "relcl", "amod"):
        return False
    if may_be_verb(word) and not word.endswith("ss"):
        verb, noun = W.base(word, "v") or word, W.base(word, "n")
        followed = after is None or after.tag_ in BEHIND_VERBS
        return W.count_of(verb, "v") >= (W.count_of(noun, "n") if noun else 0) / COUNTED or (
            followed and token.tag_ != "NN"
        )
    several = any(one.lower_ == "and" for one in token.doc[max(0, token.i - LONGEST) : token.i])
    followed = after is None or after.tag_ in BEHIND_VERBS or after.tag_ == "NNS"
    if after is not None and several and after.pos_ == "NOUN":
        followed = followed or W.count_of(word, "v") > W.count_of(word, "n")  # "a cow and a goat drink tea"
    plain = W.count_of(word, "v") > 1 and followed
    return plain and (several or token.nbor(-1).tag_ == "NNS") and token.tag_ != "NNS"


def _figure_before(verb: Any) -> int | None:
    """Where the words begin that name who acts, right before the verb; None where they name no figure, or are not all that stands there."""
    doc, at = verb.doc, verb.i
    several = not (may_be_verb(verb.lower_))
    while at and verb.i - at < LONGEST:
        before = doc[at - 1]
        joins = before.lower_ == "and" and at - 1 > 0 and several
        if not (before.pos_ in NAMING or before.tag_ in ("PRP$", "POS") or joins):
            break
        at -= 1
    if at == verb.i or not _names_figure(doc[verb.i - 1]):
        return None
    opened = (
        at == 0
        or doc[at - 1].is_punct
        or doc[at - 1].pos_ in ("CCONJ", "SCONJ", "ADV", "INTJ")
        or doc[at - 1].tag_ == "WRB"
    )
    words = doc[at : verb.i]
    bare = len(words) == 1 and not _is_name(words[0]) and words[0].tag_ != "NNS"
    return at if opened and words[-1].lower_ != "and" and not bare else None


def _names_figure(token: Any) -> bool:
    if _is_name(token):
        return True
    word = token.lower_
    noun = W.base(word, "n") or word
    return N.kind_of(given.KIN.get(noun, noun), True) in N.FIGURES and W.count_of(noun, "n") > 0


def _is_name(token: Any) -> bool:
    kin = token.lower_ in given.KIN
    return token.text.istitle() and (token.pos_ == "PROPN" or kin or N.gender_of_name(token.text) is not None)


def _join_parses(pipeline: Any, doc: Any, start: int, verb: int) -> Any:
    """The words of the figure and the rest, parsed apart and put together; None where that gives no verb with a subject."""
    from spacy.tokens import Doc

    words = [word.text for word in doc]
    several = any(word.lower_ == "and" for word in doc[start:verb]) or (
        doc[verb - 1].tag_ == "NNS" or not may_be_verb(doc[verb].lower_)
    )
    pronoun = "They" if several else "He"
    pronoun = pronoun if start == 0 else pronoun.lower()
    rest = _with_verb(pipeline, doc.vocab, [*words[:start], pronoun, *words[verb:]], start)
    figure = pipeline(Doc(doc.vocab, words=[*words[start:verb], "went", "away", "."]))
    count = verb - start
    heads = [word for word in figure[:count] if word.head.i >= count or word.dep_ == "ROOT"]
    if rest is None or len(heads) != 1:
        return None
    acts = rest[start + 1]
    number = {at: at if at <= start else at + count - 1 for at in range(len(rest))}
    number[start] = start + heads[0].i
    parts = [
        *((word, number) for word in rest[:start]),
        *((word, None) for word in figure[:count]),
        *((word, number) for word in rest[start + 1 :]),
    ]
    tokens = [word for word, _ in parts]
    result = Doc(
        doc.vocab,
        words=words,
        spaces=[bool(word.whitespace_) for word in doc],
        tags=[token.tag_ for token in tokens],
        pos=[token.pos_ for token in tokens],
        lemmas=[token.lemma_ if token.text == word else word.lower() for token, word in zip(tokens, words)],
        deps=["nsubj" if token is heads[0] else token.dep_ for token in tokens],
        heads=[
            number[word.head.i] if kind is not None else number[acts.i] if word is heads[0] else start + word.head.i
            for word, kind in parts
        ],
    )
    result.user_data.update(doc.user_data)
    result.user_data.setdefault("at", [word.idx for word in doc])
    return result


def _with_verb(pipeline: Any, vocab: Any, words: list[str], pronoun: int) -> Any:
    """A sentence whose pronoun is the subject of the word behind it, if need be with a verb there that cannot be mistaken; None where it is not."""
    from spacy.tokens import Doc

    verb = words[pronoun + 1]
    sure = "went" if verb.endswith("ed") else "goes" if verb.endswith("s") else "go"
    plain = pipeline(Doc(vocab, words=words))
    surely = pipeline(Doc(vocab, words=[*words[: pronoun + 1], sure, *words[pronoun + 2 :]]))
    for read in (with_hidden_verb(pipeline, plain), plain, with_hidden_verb(pipeline, surely), surely):
        who, acts = read[pronoun], read[pronoun + 1]
        if acts.pos_ == "VERB" and who.head == acts and who.dep_ == "nsubj":
            return read
    return None

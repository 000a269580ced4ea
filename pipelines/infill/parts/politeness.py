"""Polite wordings of one sentence: please, an apology, and "gladly" (of the strategies of Danescu-Niculescu-Mizil et al. 2013, table 3)."""

from __future__ import annotations

from typing import Any

URGING = frozenset(("must", "should", "have", "need"))  # "You must send …", "You need to send …"
FIRST = frozenset(("i", "we"))
SORRY = {"i": "I am sorry, but", "we": "We are sorry, but"}


def polite(doc: Any) -> list[str]:
    """Ways to say a parsed sentence more kindly; none where it asks for nothing, refuses nothing and promises nothing."""
    root = next((t for t in doc if t.dep_ == "ROOT"), None)
    if (
        root is None
        or doc[-1].text == "?"
        or (root.lemma_ == "be" and root.i)
        or doc[-2:].text.lower().startswith("please")
    ):
        return []
    subject = next((c for c in root.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    if subject is None:
        return _asked(doc, root)
    if subject.i != 0 or subject.lower_ not in FIRST | {"you"}:
        return []
    if subject.lower_ == "you":
        return _told(doc, root)
    if any(t.dep_ == "neg" for t in root.children) and root.pos_ == "VERB":
        rest = doc.text if subject.lower_ == "i" else doc.text[:1].lower() + doc.text[1:]
        return [f"{SORRY[subject.lower_]} {rest}"]
    will = [t for t in root.children if t.dep_ == "aux" and t.lower_ in ("will", "'ll", "’ll")]
    if will and will[0].i + 1 == root.i and root.pos_ == "VERB":
        return [f"{doc.text[: root.idx]}gladly {doc.text[root.idx :]}"]
    return []


def _asked(doc: Any, root: Any) -> list[str]:
    """An imperative: with "please", and as a question."""
    if root.tag_ not in ("VB", "VBP"):
        return []
    words = [t.lower_ for t in doc[: root.i]]
    if words == ["please"]:
        return _question(doc, root)
    if not words or (words[0] == "do" and "please" not in words):
        begun = doc.text[:1].lower() + doc.text[1:]
        return [f"Please {begun}", *(_question(doc, root) if not words else [])]
    return []


def _question(doc: Any, root: Any) -> list[str]:
    if any(t.dep_ == "conj" and t.head is root for t in doc) or doc[-1].text not in (".", "!"):
        return []
    return [f"Could you please {root.lower_}{doc.text[root.idx + len(root.text) : doc[-1].idx].rstrip()}?"]


def _told(doc: Any, root: Any) -> list[str]:
    """What "you" must do, as a request."""
    lead = [t.lower_ for t in doc[1 : root.i]]
    if root.lower_ in URGING:  # "You need to send …", "You have to send …"
        verb = next((c for c in root.children if c.dep_ == "xcomp" and c.tag_ == "VB"), None)
        if verb is None or verb.lemma_ == "be" or [t.lower_ for t in doc[root.i + 1 : verb.i]] != ["to"] or root.i != 1:
            return []
        return _request(doc, verb, False)
    if root.tag_ == "VB" and lead[:1] and lead[0] in URGING and set(lead[1:]) <= {"not", "n't", "n’t"}:
        return _request(doc, root, len(lead) > 1)
    return []


def _request(doc: Any, verb: Any, denied: bool) -> list[str]:
    return [f"Please {'do not ' if denied else ''}{doc.text[verb.idx :]}"]

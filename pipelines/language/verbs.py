"""Which thing does what, read from sentences: "The fox runs to the sea. The bird flies away." By rules, no network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.language.lexicon import Table, Words
from pipelines.language.plurals import singular

GAIT_OF = Table("verbs", "verbs", of="moving", by="gait")
GONE = Words("verbs", "going away")
ARRIVING = Words("verbs", "coming in")
WATERS = Words("verbs", "waters")
AFAR = Words("verbs", "afar")
HIGH = Words("verbs", "high")


@dataclass(frozen=True)
class Act:
    """What one thing does. `to` is left, right, up, down, water, afar, out, or "noun:…"; `way` is "", "enter", "leave" or "stay"."""

    gait: str
    to: str = ""
    way: str = ""


ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")


def told_apart(text: str, names: Sequence[tuple[str, ...]]) -> tuple[str, list[set[str]]]:
    """The text in small letters, and by which words each thing goes; "the second girl" is one word for the second of several girls."""
    known = [{singular(name.lower()) for name in group if name} for group in names]
    text = text.lower()
    for noun in {name for group in known for name in group}:
        alike = [number for number, group in enumerate(known) if noun in group]
        if len(alike) < 2 or noun not in text:
            continue
        for ordinal, number in zip(ORDINALS, alike):
            text = text.replace(f"{ordinal} {noun}", f"{ordinal}-{noun.replace(' ', '-')}")
            known[number].add(f"{ordinal}-{noun.replace(' ', '-')}")
    return text, known


def acts_of(text: str, names: Sequence[tuple[str, ...]]) -> list[Act | None]:
    """An Act for every thing, named by the words it goes by; None where the text says nothing of it. The last that is said counts."""
    acts: list[Act | None] = [None] * len(names)
    text, known = told_apart(text, names)
    spoken_of: list[int] = []
    waiting: list[str] = []  # "the girl, the boy" before "and the cat run"
    for clause in re.split(r"([.;!?\n])|,? and (?=(?:the|a|an|it|they|then)\b)|, ", text):
        words = [*waiting, *re.findall(r"[a-z][a-z'-]*", clause or "")]
        at = next((i for i, word in enumerate(words) if word in GAIT_OF or word in GONE or word in ARRIVING), None)
        waiting = words if at is None and clause not in tuple(".;!?\n") else []
        if at is None:
            continue
        before, after = words[:at], words[at + 1 :]
        subjects = _subjects(before, known, spoken_of)
        act = _act(words[at], after, known, subjects)
        for index in subjects:
            acts[index] = act
        spoken_of = subjects or spoken_of
    return acts


def _subjects(before: list[str], known: Sequence[set[str]], spoken_of: list[int]) -> list[int]:
    """The numbers of those who are named before a verb; a pronoun means whoever was spoken of last."""
    subjects = [i for i, group in enumerate(known) if any(_says(before, name) for name in group)]
    if not subjects and (not before or {"it", "they", "he", "she", "then"} & set(before)):
        subjects = spoken_of
    if not subjects and {"everyone", "everybody", "everything", "all"} & set(before):
        subjects = list(range(len(known)))
    return subjects


def _act(verb: str, after: list[str], known: Sequence[set[str]], subjects: list[int]) -> Act:
    things = [i for i, group in enumerate(known) if i not in subjects and any(_says(after, name) for name in group)]
    return way_said(GAIT_OF.get(verb, "walk"), verb, after, things[-1:])


def _direction(word: str) -> str:
    """Where a word leads: left, right, down, water, afar or up; "" for any other word."""
    if word in ("left", "right", "down"):
        return word
    return "water" if word in WATERS else "afar" if word in AFAR else "up" if word in HIGH else ""


def _way(verb: str, after: list[str]) -> str:
    if verb in GONE or {"away", "off", *(["out"] if verb not in ARRIVING else [])} & set(after):
        return "leave"
    return "enter" if verb in ARRIVING or after in (["in"], ["into", "view"]) else ""


def _says(words: list[str], name: str) -> bool:
    parts = name.split()
    plain = [singular(word) for word in words]
    return any(plain[i : i + len(parts)] == parts for i in range(len(plain) - len(parts) + 1))


def third(verb: str) -> str:
    """The third person of a plain verb."""
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}{'es' if verb.endswith(('s', 'x', 'ch', 'sh', 'o')) else 's'}"


def ways_of(
    text: str, names: Sequence[tuple[str, ...]]
) -> list[tuple[list[int], list[str], list[str], list[tuple[int, int]]]]:
    """Clause by clause: the numbers of its subjects, its words up to and with the verb, the words after it, and which things stand where among those."""
    from pipelines.language.doings import FACES, verb_of

    text, known = told_apart(text, names)
    ways, spoken_of = [], list[int]()
    for clause in _clauses(text):
        words = re.findall(r"[a-z][a-z'-]*", clause)
        at = next((i for i, word in enumerate(words) if i and verb_of(word)), None)
        at = at if at is not None else next((i for i, word in enumerate(words) if i and word in FACES), None)
        if at is None:
            continue
        before, after = words[:at], words[at + 1 :]
        subjects = _subjects(before, known, spoken_of)
        if subjects:
            ways.append((subjects, words[: at + 1], after, _things(after, known)))
            spoken_of = subjects
    return ways


def _clauses(text: str) -> list[str]:
    """What is told one after the other; "the girl, the boy and the cat eat" stays one, because only its end has a verb."""
    from pipelines.language.doings import verb_of

    clauses = []
    for sentence in re.split(r"[.;!?\n]", text):
        waiting = ""
        for clause in re.split(r",? and (?=(?:the|a|an|it|they|then|he|she)\b)|, ", sentence):
            clause = f"{waiting} and {clause}" if waiting else clause
            waiting = "" if any(verb_of(word) for word in re.findall(r"[a-z][a-z'-]*", clause)[1:]) else clause
            clauses += [] if waiting else [clause]
        clauses += [waiting] if waiting else []
    return clauses


def _things(words: list[str], known: Sequence[set[str]]) -> list[tuple[int, int]]:
    """Where things are named among words: (place of the first word, number of the thing)."""
    plain, spots = [singular(word) for word in words], list[tuple[int, int]]()
    for index, group in enumerate(known):
        for name in group:
            parts = name.split()
            places = [i for i in range(len(plain) - len(parts) + 1) if plain[i : i + len(parts)] == parts]
            spots += [(place, index) for place in places[:1]]
    return sorted(set(spots))


def way_said(gait: str, verb: str, after: list[str], things: Sequence[int]) -> Act:
    """The way that a verb and the words after it ask for; `things` are numbers of what is gone to."""
    way = _way(verb, after)
    to = f"thing:{things[0]}" if things else ""
    along = next(
        (
            at
            for at, word in enumerate(after)
            if word in ("through", "along", "across", "in") or (gait == "fly" and word in ("over", "above"))
        ),
        len(after),
    )
    there = after[:along]  # "through the forest" is no way into the distance
    directions = (_direction(word) for word in [*(singular(word) for word in there), *there])
    to = to or next((side for side in directions if side), "")
    return Act(gait, to, "" if way == "enter" and to.startswith("thing") else way)

"""What each figure does, read from sentences: an action of a rigged figure, what its hands do meanwhile, its face, and to whom or with what.

"The robot carries the bicycle to the river." "She sadly gives him an apple." By rules over plain sentences, as `verbs` reads ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.language.lexicon import Table, Words
from pipelines.language.verbs import ARRIVING, GAIT_OF, GONE, WATERS, Act, way_said, ways_of

FACES = Table("verbs", "faces", turned=True)
TRAVEL = Words("verbs", "travel")
CARRYING = Words("verbs", "carrying")
POSES = Table("verbs", "verbs", of="pose")  # verb -> what the body does, and what the upper body does meanwhile
PHRASES = Table("verbs", "phrases")  # verb -> a word of its clause -> the act that both together say
PARTICLES = Words("verbs", "particles")  # words of phrases that stand beside their verb or at the end
VERB_FORMS = Table("verbs", "irregular forms")
PAST = Table("verbs", "verbs", of="past", by="")
STAYS = Act("still", way="stay")


@dataclass(frozen=True)
class Doing:
    """`action` and `also` are words of `pipelines.figures.act`; `way` is where it goes; `object` and `to` are numbers of things, or None."""

    action: str = "stand"
    also: str = ""
    expression: str = ""
    way: Act = STAYS
    object: int | None = None
    to: int | None = None
    turn: int = field(default=0, compare=False)  # which sentence says it


def verb_of(word: str) -> str:
    """The plain form of a verb that is known here, "" for any other word."""
    tried = [PAST.get(word) or VERB_FORMS.get(word, word), word]
    if word.endswith("ies"):
        tried.append(word[:-3] + "y")
    for ending in ("s", "es", "d", "ed", "ing"):
        if word.endswith(ending):
            stem = word.removesuffix(ending)
            tried += [stem, stem + "e"]
            if len(stem) > 2 and stem[-1] == stem[-2]:
                tried.append(stem[:-1])
    return next((one for one in tried if one in POSES), "")


def phrase_of(verb: str, after: Sequence[str]) -> str:
    """The act that a verb says together with words behind it: "shakes hands", "picks it up", "puts on her boots"; "" where there is none."""
    beside, clause = {*after[:1], *after[-1:]}, f" {' '.join(after)} "
    known = sorted(PHRASES.get(verb, {}).items(), key=lambda known: -len(known[0]))
    acts = [(w.split(), act) for w, act in known if w.split()[0] in PARTICLES or f" {w} " in clause]
    return next((act for words, act in acts if all(p in (beside if p in PARTICLES else after) for p in words)), "")


def doing_of(word: str, after: Sequence[str] = ()) -> tuple[str, str]:
    """What the body does for a verb or for an action of a figure, and what the upper body does meanwhile; standing for any other word.

    `after` are the words behind the verb.
    """
    if phrase := phrase_of(word, after):
        return phrase, ""
    act, *also = POSES.get(word) or (word if word in {pose[0] for pose in POSES.values()} else "stand",)
    return act, also[0] if also else ""


def deeds_of(text: str, names: Sequence[tuple[str, ...]]) -> list[list[Doing]]:
    """All that every thing does, in the order in which it is said."""
    ways = ways_of(text, names)
    doings: list[list[Doing]] = [[] for _ in names]
    for turn, (subjects, words, after, things) in enumerate(ways):
        verb = next((plain for word in words if (plain := verb_of(word))), "")
        face = next((FACES[word] for word in [*words, *after] if word in FACES), "")
        if not verb and not face:
            continue
        action, also = doing_of(verb, after)
        to, thing = _others(after, things, subjects)
        way = _way(action, verb, words, after, things, subjects)
        for index in subjects:
            doings[index].append(Doing(action, also, face, way, thing, to, turn))
    return doings


def _others(after: list[str], things: Sequence[tuple[int, int]], subjects: list[int]) -> tuple[int | None, int | None]:
    """Who something is given to or done with, and the thing: "gives him an apple", "gives an apple to the king"."""
    named = [(place, index) for place, index in things if index not in subjects]
    if not named:
        return None, None
    said_to = next(
        (index for place, index in named if {"to", "at", "with", "for"} & set(after[max(0, place - 3) : place])), None
    )
    rest = [index for _, index in named if index != said_to]
    if said_to is None and len(rest) > 1:  # "gives the king an apple"
        said_to, rest = rest[0], rest[1:]
    return said_to, rest[-1] if rest else None


def _inside(
    action: str, verb: str, after: list[str], things: Sequence[tuple[int, int]], subjects: list[int]
) -> Act | None:
    """Into, through or out of a thing: "goes into the house", "enters the cave", "climbs through the window", "comes out of the tent"."""
    if action not in ("walk", "run", "climb", "jump", "hop", "sneak", "fly"):
        return None
    gait = action if action in ("run", "hop", "fly") else "walk"
    for place, index in things:
        before = after[max(0, place - 3) : place]
        if index in subjects:
            continue
        if {"into", "through", "inside"} & set(before) or (verb == "enter" and not {"with", "for"} & set(before)):
            return Act(gait, f"into:{index}")
        if "of" in before and "out" in after[max(0, place - 4) : place]:
            return Act(gait, f"outof:{index}")
    return None


def _way(
    action: str, verb: str, words: list[str], after: list[str], things: Sequence[tuple[int, int]], subjects: list[int]
) -> Act:
    """Where a figure goes while it does something; most actions stay in their place."""
    if (inside := _inside(action, verb, after, things, subjects)) is not None:
        return inside
    if action not in TRAVEL:
        return STAYS
    goals = [
        (place, index)
        for place, index in things
        if index not in subjects
        and (
            after[place] == "home"
            or {"to", "into", "towards", "toward", "over", "at", "past"} & set(after[max(0, place - 3) : place])
        )
    ]
    if action == "climb" and (up := [index for _, index in things if index not in subjects]):
        return Act("walk", f"top:{up[0]}")
    gait = action if action in ("run", "hop", "fly", "swim") else "walk"
    others = [(index, after[max(0, place - 3) : place]) for place, index in things if index not in subjects]
    across = any({"over", "across"} & set(before) for _, before in others)
    if action in ("walk", "run") and {"over", "across"} & set(after) and not across and WATERS & set(after):
        return Act(gait, "across")
    for index, before in others:
        if "under" in before or ("from" in before and not goals):
            return Act(gait, f"under:{index}") if "under" in before else Act(gait, f"away:{index}", "leave")
    spoken = next((word for word in words if word in GONE or word in ARRIVING or word in GAIT_OF), verb)
    return way_said(gait, spoken, after, [index for _, index in goals])

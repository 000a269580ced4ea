"""Which words make a scene: a sentence each, with very short ones joined and very long ones parted, and a sentence parted where it goes elsewhere."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.film.parts.places import named_backdrop
from pipelines.language.lexicon import Words
from pipelines.reading.actions import MOTION

if TYPE_CHECKING:
    from pipelines.reading.told import Event, Sentence, Story

MOST_SCENES = 12
SHORT, LONG = 26, 240  # characters of a sentence that is joined to the next, or parted
# where the words of the second place begin: "…, and then she ran to the park"
JOINS = re.compile(r"(?:(?<=[,;])|(?<=\s)|(?<=^))(?:and|then|but|until|before)\s")
NOT_THERE = Words("verbs", "film not there")


def line_starts(story: str) -> frozenset[int]:
    """Where each line of a story begins once it is one line: a new line of a conversation is another speaker's."""
    lines = [line for line in story.splitlines() if line.strip()]
    return frozenset(len(one_line("\n".join([*lines[:number], "x"]))) - 1 for number in range(len(lines)))


def one_line(story: str) -> str:
    """The story without line breaks; a line that ends without a stop, such as a heading, gets one."""
    lines = [" ".join(line.split()) for line in story.splitlines()]
    ended = [
        line if re.search(r"[.!?…,;:—–][\"”’)]*$", line) or n == len(lines) - 1 else f"{line}."
        for n, line in enumerate(lines)
        if line
    ]
    return " ".join(ended)


def elsewhere(read: Story) -> frozenset[int]:
    """Where the sentences begin that take place elsewhere, or at another hour, than a sentence before in which somebody acts: each begins a scene of its own."""
    pairs = zip(read.sentences, read.sentences[1:])
    return frozenset(
        one.at
        for before, one in pairs
        if (one.place != before.place and (before.place or before.takes_part))
        or (before.takes_part and one.hour != before.hour)
    )


def parts_of(story: str, apart: Collection[int] = (), within: Collection[int] = ()) -> list[tuple[int, int]]:
    """Where each scene's words begin and end: a sentence a scene, very short ones joined, very long ones parted, a dozen at most.

    A sentence that begins at one of `apart` is not joined to the one before; one is parted at each of `within`, as long as there is room.
    """
    from pipelines.reading.quotes import pieces_of

    spans: list[tuple[int, int]] = []
    for piece in pieces_of(story):
        span = piece.at, piece.at + len(piece.text)
        if spans and piece.at not in apart and (_length(spans[-1]) < SHORT or _length(span) < 4):
            spans[-1] = spans[-1][0], span[1]
        else:
            spans.append(span)
    if len(spans) > 1 and _length(spans[-1]) < SHORT:
        spans[-2:] = [(spans[-2][0], spans[-1][1])]
    parts = [part for span in spans for part in _split_sentence(story, span)]
    for cut in sorted(within):
        at = next((n for n, part in enumerate(parts) if part[0] < cut < part[1]), None)
        if at is not None and len(parts) < MOST_SCENES:
            first = story[parts[at][0] : cut].rstrip()
            parts[at : at + 1] = [(parts[at][0], parts[at][0] + len(first)), (cut, parts[at][1])]
    while len(parts) > MOST_SCENES:  # the shortest neighbours share a scene
        at = min(range(len(parts) - 1), key=lambda n: _length(parts[n]) + _length(parts[n + 1]))
        parts[at : at + 2] = [(parts[at][0], parts[at + 1][1])]
    return parts


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


def _split_sentence(story: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    """A long sentence in two where it breathes nearest to its middle."""
    if _length(span) <= LONG:
        return [span]
    text = story[span[0] : span[1]]
    breaths = [match.end() for match in re.finditer(r"[,;:–—.!?][\"”’]?\s", text)]
    if not breaths:
        return [span]
    cut = min(breaths, key=lambda at: abs(at - len(text) / 2))
    first, second = (span[0], span[0] + len(text[:cut].rstrip())), (span[0] + cut, span[1])
    return [*_split_sentence(story, first), *_split_sentence(story, second)]


def turns(read: Story) -> frozenset[int]:
    """Where a sentence goes on at another place: "Anna ate in the kitchen and then she ran to the park" takes place in two."""
    return frozenset(at for sentence in read.sentences if (at := _turn(read, sentence)))


def _turn(read: Story, sentence: Sentence) -> int:
    """The offset of the words that tell of a second place, behind a deed at a first one; 0 where there is one place only."""
    events = sorted((e for e in sentence.events if e.real and not e.negated), key=lambda event: event.at)
    first = next((n for n, e in enumerate(events) if _deed_at(read, e)), None)
    if first is None:
        return 0
    before = _deed_at(read, events[first])
    for event in events[first + 1 :]:
        there = _goes_to(read, event) or _deed_at(read, event)
        if there and there != before:
            return _joint(sentence, events[first].at, event.at)
    return 0


def _deed_at(read: Story, event: Event) -> str:
    """The backdrop of a deed that is no travelling, by the place that it names."""
    figures = any(read.entity(id).figure for id in event.who)
    return (
        named_backdrop(read, event)[0] if figures and event.action not in MOTION and event.verb not in NOT_THERE else ""
    )


def _goes_to(read: Story, event: Event) -> str:
    """The backdrop of where somebody goes, home too."""
    if not any(read.entity(id).figure for id in event.who):
        return ""
    home = any(w.relation == "to" and read.entity(w.entity).noun == "home" for w in event.where)
    moves = event.action in MOTION or event.verb in ("come", "return", "drive")
    return ("home" if home else named_backdrop(read, event)[0]) if moves else ""


def _joint(sentence: Sentence, start: int, end: int) -> int:
    """Where the last joining word between two verbs stands, outside quotation marks; 0 where there is none."""
    text = sentence.text[start - sentence.at : end - sentence.at]
    joins = list(JOINS.finditer(text))
    while len(joins) > 1 and not text[joins[-2].end() : joins[-1].start()].strip():
        joins.pop()  # "and then"
    if not joins or re.search('["“”]', text):
        return 0
    return start + joins[-1].start()


def of_part(read: Story, sentence: Sentence, start: int, end: int) -> Sentence:
    """What a sentence shows in the part of it from `start` to `end`: without who and what only its other part names."""
    if start <= sentence.at and sentence.at + len(sentence.text) <= end:
        return sentence
    here = {id for event in sentence.events if start <= event.at < end for id in _names_of_event(event)}
    other = {id for event in sentence.events if not start <= event.at < end for id in _names_of_event(event)} - here
    number = read.sentences.index(sentence)
    before = read.sentences[number - 1].present if number else ()
    later = other - set(before) if start <= sentence.at else set()
    return replace(
        sentence,
        present=tuple(id for id in sentence.present if id not in later),
        takes_part=tuple(id for id in sentence.takes_part if id not in other),
        things=tuple(id for id in sentence.things if id not in other),
    )


def _names_of_event(event: Event) -> tuple[str, ...]:
    return (*event.who, *event.what, *event.whom, *event.tools, *(where.entity for where in event.where))

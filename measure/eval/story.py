"""How much of a story the reader understands: fables, tales and stories of strangers annotated by hand, sentence by sentence.

Counted against the annotation: figures, deeds (who does which verb), things, places and speakers. `found` is the share of what is annotated
that the reader says too; `wrong` the share of what the reader says that is not annotated. Figures lost: a figure that is annotated before and
after a sentence and is missing from the stage in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.reading import reader
from pipelines.reading.told import FIGURES, Sentence, Story

FILES = {
    "tuning": "stories.json",
    "test": "stories.json",
    "today": "stories_today.json",
    "strangers": "stories_strangers.json",
    "strangers kept back": "stories_strangers.json",
}
KINDS = ("figures", "deeds", "things", "places", "speakers")
Row = dict[str, set[str]]


@dataclass
class Verdict:
    """How one story was read: for each kind how many are annotated, said by both, and said wrongly; what is wrong, in words."""

    counts: dict[str, list[int]] = field(default_factory=lambda: {kind: [0, 0, 0] for kind in KINDS})
    faults: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return "\n".join(self.faults)


def stories(part: str) -> list[dict[str, Any]]:
    """The annotated stories of a part."""
    path = Path(__file__).with_name(FILES[part])
    return [story for story in json.loads(path.read_text("utf-8"))["stories"] if story["part"] == part]


def said(story: Story, found: list[Sentence]) -> Row:
    """What the reader says of the sentences that begin within one annotated sentence."""
    nouns = {one.id: one.noun for one in story.entities}
    kinds = {one.id: one.kind for one in story.entities}
    row: Row = {kind: set() for kind in KINDS}
    for sentence in found:
        row["figures"] |= {nouns[id] for id in sentence.takes_part}
        row["things"] |= {nouns[id] for id in sentence.things}
        row["places"] |= {
            nouns[w.entity]
            for e in sentence.events
            if not e.negated
            for w in e.where
            if kinds[w.entity] in ("place", "thing")
        }
        row["deeds"] |= {
            f"{nouns[id]} {e.verb}"
            for e in sentence.events
            if e.real and not e.negated and e.verb not in ("be", "have")
            for id in e.who
            if kinds[id] in FIGURES
        }
        row["speakers"] |= {nouns[id] for speech in sentence.speeches for id in speech.who}
    return row


def pairs(story: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Row, Row, list[Sentence]]]:
    """Each annotated sentence, what is annotated, what was read, and the sentences as read."""
    text = " ".join(row["text"] for row in story["sentences"])
    read = reader.read(text)
    at = 0
    for row in story["sentences"]:
        end = at + len(row["text"])
        wanted = {
            "figures": set(row["who"]),
            "deeds": set(row["do"]),
            "things": set(row["props"]),
            "places": set(row["where"]),
            "speakers": set(row["speaker"].split(" and ")) - {""},
        }
        found = [sentence for sentence in read.sentences if at <= sentence.at < end]
        yield row, wanted, said(read, found), found
        at = end + 1


def spurious(kind: str, want: Row, got: Row) -> set[str]:
    """What was said and is not annotated. A thing can be annotated as a place and the other way round; joint deeds name the first figure only."""
    if kind in ("things", "places"):
        return got[kind] - want["things"] - want["places"] if kind == "things" else set()
    if kind == "deeds":
        verbs = {deed.split()[-1] for deed in want["deeds"]}
        return {
            deed
            for deed in got["deeds"] - want["deeds"]
            if deed.split()[-1] not in verbs or deed.split()[0] not in want["figures"]
        }
    return got[kind] - want[kind]


def lost(story: dict[str, Any]) -> list[str]:
    """Figures that leave the stage though the story goes on with them."""
    text = " ".join(one["text"] for one in story["sentences"])
    nouns = {one.id: one.noun for one in reader.read(text).entities}
    rows = [
        (want["figures"], {nouns[id] for s in missing for id in s.present if id in nouns})
        for _, want, _, missing in pairs(story)
    ]
    missing = []
    for figure in set().union(*(want for want, _ in rows)):
        where = [n for n, (want, _) in enumerate(rows) if figure in want]
        missing += [f"{figure} in sentence {n + 1}" for n in where[1:] if figure not in rows[n][1]]
    return missing


def judge_story(story: dict[str, Any]) -> Verdict:
    """Read a story and compare it with its annotation."""
    verdict, title = Verdict(), story["title"]
    for sentence, want, got, _ in pairs(story):
        for kind in KINDS:
            wrong, right = spurious(kind, want, got), want[kind] & got[kind]
            for at, count in enumerate((len(want[kind]), len(right), len(wrong))):
                verdict.counts[kind][at] += count
            if (missing := want[kind] - right) | wrong:
                verdict.faults.append(
                    f"{title}: {kind} missing {sorted(missing)} wrong {sorted(wrong)} | {sentence['text']}"
                )
    verdict.lost = [f"{title}: {figure}" for figure in lost(story)]
    return verdict


def tell_stories(verdicts: Sequence[Verdict]) -> str:
    """The table of a part, and the figures lost."""
    lines = [f"| {len(verdicts)} stories | Annotated | Found | Wrong |", "|---|--:|--:|--:|"]
    for name, kinds in (*((kind, (kind,)) for kind in KINDS), ("all", KINDS)):
        wanted, right, wrong = (
            sum(verdict.counts[kind][at] for verdict in verdicts for kind in kinds) for at in range(3)
        )
        lines.append(f"| {name} | {wanted} | {right / max(1, wanted):.1%} | {wrong / max(1, right + wrong):.1%} |")
    texts = [text for verdict in verdicts for text in verdict.lost]
    return "\n".join([*lines, f"\nlost: {len(texts)}", *(f"- {text}" for text in texts)])

"""How much of a story the reader understands: 60 fables and tales annotated by hand, sentence by sentence (measure/eval/stories.json).

Counted against the annotation: figures, deeds (who does which verb), things, places and speakers. `found` is the share of what is annotated
that the reader says too; `wrong` the share of what the reader says that is not annotated. Figures lost: a figure that is annotated before and
after a sentence and is missing from the stage in it. Silent substitutions: a word drawn as another that no note names.

    make eval-story                     the 40 stories that the rules may be tuned on
    make eval-story ARGS=--test         the 20 kept back
    make eval-story ARGS=--today        20 stories of today, on which the rules were mended: no held-out figure
    make eval-story ARGS=--strangers    12 stories as strangers write them, on which the rules were mended, and 12 annotated with them and kept back
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.reading import reader
from pipelines.reading import wordnet as W
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


def stories(part: str) -> list[dict[str, Any]]:
    path = Path(__file__).with_name(FILES[part])
    return [one for one in json.loads(path.read_text("utf-8"))["stories"] if one["part"] == part]


def annotated(sentence: dict[str, Any]) -> Row:
    return {
        "figures": set(sentence["who"]),
        "deeds": set(sentence["do"]),
        "things": set(sentence["props"]),
        "places": set(sentence["where"]),
        "speakers": set(sentence["speaker"].split(" and ")) - {""},
    }


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
    text = " ".join(one["text"] for one in story["sentences"])
    read = reader.read(text)
    at = 0
    for one in story["sentences"]:
        end = at + len(one["text"])
        found = [sentence for sentence in read.sentences if at <= sentence.at < end]
        yield one, annotated(one), said(read, found), found
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
        (want["figures"], {nouns[id] for s in found for id in s.present if id in nouns})
        for _, want, _, found in pairs(story)
    ]
    found = []
    for figure in set().union(*(want for want, _ in rows)):
        where = [n for n, (want, _) in enumerate(rows) if figure in want]
        found += [f"{figure} in sentence {n + 1}" for n in where[1:] if figure not in rows[n][1]]
    return found


def measure(part: str, verbose: bool = False) -> dict[str, dict[str, int]]:
    counts = {kind: {"annotated": 0, "found": 0, "said": 0, "wrong": 0} for kind in KINDS}
    for story in stories(part):
        for one, want, got, _ in pairs(story):
            for kind in KINDS:
                wrong = spurious(kind, want, got)
                counts[kind]["annotated"] += len(want[kind])
                counts[kind]["found"] += len(want[kind] & got[kind])
                counts[kind]["said"] += len(want[kind] & got[kind]) + len(wrong)
                counts[kind]["wrong"] += len(wrong)
                if verbose and (missing := want[kind] - got[kind]) | wrong:
                    print(
                        f"{story['title'][:22]:22} {kind:8} missing {sorted(missing)} wrong {sorted(wrong)} | {one['text']}"
                    )
    return counts


def silent(story: dict[str, Any]) -> list[str]:
    """Words drawn as another that no note of the film names, and things in a prompt that stand for no word of the story."""
    from pipelines.film.parts.story import told
    from pipelines.scenes import drawings
    from pipelines.scenes.performers import described
    from pipelines.scenes.prompt import read

    made = told(" ".join(one["text"] for one in story["sentences"]))
    vocabulary, notes, found = drawings.vocabulary(), " ".join(made["notes"]), []
    for scene in made["scenes"]:
        drawn = set()
        for one in scene["told"]["entities"]:
            noun, word = one["pictured_as"], one["noun"]
            drawn.add(noun)
            if noun and noun not in (word, one["said"], f"{word}s", f"{word}es") and not same_synset(word, noun):
                named = any(f"“{said}” is drawn as “{noun}”" in notes for said in (one["said"], one.get("name", "")))
                found += [] if named else [f"{word} as {noun}"]
        if scene["picture"]["prompt"]:
            seen = read(described(scene["picture"]["prompt"]).prompt, vocabulary)
            found += [f"{thing.noun} in a picture" for thing in seen.things if thing.noun not in drawn] + list(
                seen.unknown
            )
    return found


def same_synset(word: str, noun: str) -> bool:
    return any(noun.replace(" ", "_") in (other.lower() for other in sense.words) for sense in W.senses(word))


def parts_asked(words: list[str]) -> list[str]:
    """The parts of the annotated stories that the command line asks for."""
    if "--strangers" in words:
        return ["strangers", "strangers kept back"]
    return ["test" if "--test" in words else "today" if "--today" in words else "tuning"]


def main() -> None:
    for part in parts_asked(sys.argv):
        report(part, "--verbose" in sys.argv)


def report(part: str, verbose: bool) -> None:
    """Print the table of a part, the figures lost and the silent substitutions."""
    counts = measure(part, verbose)
    print(f"{len(stories(part))} stories ({part} part)\n{'':10}{'annotated':>10}{'found':>9}{'wrong':>9}")
    for kind in KINDS:
        one = counts[kind]
        print(
            f"{kind:10}{one['annotated']:10}{one['found'] / max(1, one['annotated']):9.1%}{one['wrong'] / max(1, one['said']):9.1%}"
        )
    total = {key: sum(one[key] for one in counts.values()) for key in counts["figures"]}
    print(
        f"{'all':10}{total['annotated']:10}{total['found'] / total['annotated']:9.1%}{total['wrong'] / total['said']:9.1%}"
    )
    missing = [f"{story['title']}: {one}" for story in stories(part) for one in lost(story)]
    print(f"figures lost: {len(missing)}", *missing, sep="\n  ")
    quiet = [f"{story['title']}: {one}" for story in stories(part) for one in silent(story)]
    print(f"silent substitutions: {len(quiet)}", *quiet, sep="\n  ")


if __name__ == "__main__":
    main()

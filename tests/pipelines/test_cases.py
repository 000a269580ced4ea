"""Sentences with what must be seen of them (tests/cases): one file for each subject, and how many of its cases have to be right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.models import where
from pipelines.core.settings import Refusal
from pipelines.film.parts.story import told
from pipelines.generate.parts.prompt_verbs import bearers
from pipelines.generate.storybook import understood
from pipelines.reading import reader
from pipelines.reading.cards import CARDS
from pipelines.scenes import drawings, performers, prompt
from tests.pipelines.generate.conftest import match, vocabulary

pytestmark = [
    pytest.mark.weights,
    pytest.mark.skipif(any(where(card) is None for card in CARDS), reason="the parser is not on this machine"),
]
CASES = Path(__file__).parents[1] / "cases"
DETAILS = ("noun", "count", "colour", "size", "act", "spot")


def look_at_story(case: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What a film shows of a story, by the keys of its case."""
    film = told(case["text"])
    scenes, notes = film["scenes"], " ".join(film["notes"])
    prompts, records = [
        [scene[of][part] for scene in scenes] for of, part in (("picture", "prompt"), ("record", "scene"))
    ]
    yield "prompts", [text.replace(" in a meadow", "") or text for text in prompts]
    yield "last", prompts[-1]
    yield "ends", [word for word in case.get("ends", ()) if word in prompts[-1]]
    for key, wanted in (("has", True), ("lacks", False)):
        yield key, [[w for w in words if (w in text) is wanted] for words, text in zip(case.get(key, ()), prompts)]
    yield "said", [word for word in case.get("said", ()) if word in notes]
    yield "unsaid", [word for word in case.get("unsaid", ()) if word not in notes]
    yield (
        "count",
        [words and {word: text.count(word) for word in words} for words, text in zip(case.get("count", ()), prompts)],
    )
    yield "places", [record.get("place", "") for record in records]
    yield "shots", [record["shot"] for record in records]
    yield "moves", [word for word in case.get("moves", ()) if word in scenes[0]["motion"]["text"]]
    yield (
        "moved",
        [
            text and scene["motion"]["text"] if text is not None else None
            for text, scene in zip(case.get("moved", ()), scenes)
        ],
    )
    yield "acts", [[deed.get("act", "stand") for deed in record.get("deeds", ())] for record in records]
    yield "there", [sorted({part["noun"] for part in record.get("actors", ())}) for record in records]
    yield "place", records[-1].get("place", "")
    yield (
        "relations",
        sorted([part["subject"], part["kind"], part["object"]] for part in records[0].get("relations", ())),
    )


def look_at_reading(case: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Who does what to whom in a story, who takes part in its last sentence, who speaks and who has a name."""
    story = reader.read(case["text"])
    nouns = {part.id: part.noun for part in story.entities}
    yield "who", sorted(nouns[id] for id in story.sentences[-1].takes_part)
    yield "speaker", [nouns[speech.who[0]] for sentence in story.sentences for speech in sentence.speeches]
    events = {event.verb: event for sentence in story.sentences for event in sentence.events}
    deeds = {}
    for verb, wanted in case.get("does", {}).items():
        parts = [events[verb].who, events[verb].what, events[verb].whom] if verb in events else []
        deeds[verb] = [[nouns[id] for id in ids] for ids in parts][: len(wanted)]
    yield "does", deeds
    yield "hours", [sentence.hour for sentence in story.sentences]
    yield "weathers", [sentence.weather for sentence in story.sentences]
    yield "names", {part.name: part.noun for part in story.entities if part.name}
    yield "first", story.entities[0].noun
    yield "persons", [part.noun for part in story.entities if part.kind == "person"]


def look_at_prompt(case: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What Storybook understands of a prompt."""
    reading = understood(performers.describe_figures(case["text"], bearers(case["text"])).prompt, drawings.vocabulary())
    yield "nouns", [thing.noun for thing in reading.things]
    yield "acts", {thing.noun: thing.act for thing in reading.things}
    yield "names", {thing.cast: thing.noun for thing in reading.things if thing.cast}
    yield "counts", {thing.noun: thing.count for thing in reading.things}
    yield "act", reading.things[0].act if reading.things else ""
    yield "colour", reading.things[0].colour if reading.things else ""
    yield "place", reading.place
    yield "season", reading.season
    yield "relations", [[one.kind, one.subject, one.object] for one in reading.relations]
    left = [words for words, _ in reading.left if any(words in note for note in reading.notes)]
    yield "left", case.get("left") if case.get("left") in left else left
    yield "said", case.get("said") if case.get("said", "") in " ".join(reading.notes) else reading.notes


def look_at_rules(case: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the rules read of a prompt with a small vocabulary."""
    reading = prompt.read(case["prompt"], vocabulary(), match)
    yield "things", [{key: getattr(thing, key) for key in DETAILS if getattr(thing, key)} for thing in reading.things]
    yield (
        "relations",
        [
            [part.kind, part.subject, part.object, *([] if part.other is None else [part.other])]
            for part in reading.relations
        ],
    )
    yield from ((key, getattr(reading, key)) for key in ("place", "hour", "weather"))


SUBJECTS: dict[str, tuple[Callable[[dict[str, Any]], Iterator[tuple[str, Any]]], int]] = {
    "stories": (look_at_story, 125),
    "readings": (look_at_reading, 80),
    "prompts": (look_at_prompt, 110),
    "scene_prompts": (look_at_rules, 75),
}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_as_many_cases_as_the_floor_are_right(subject: str) -> None:
    look, floor = SUBJECTS[subject]
    cases = json.loads((CASES / f"{subject}.json").read_text("utf-8"))
    wrong = []
    for case in cases:
        try:
            shown = dict(look(case))
        except Refusal as refused:
            wrong.append(f"{case.get('text') or case['prompt']}: {refused}")
            continue
        faults = {key: shown[key] for key in shown if key in case and shown[key] != case[key]}
        wrong += [f"{case.get('text') or case['prompt']}: {faults}"] if faults else []
    right = len(cases) - len(wrong)
    assert right >= floor, f"{right} of {len(cases)} are right, {floor} have to be:\n" + "\n".join(wrong)

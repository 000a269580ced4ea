"""A sentence as the studio shows it: the record that Storybook or the film writes of it, fitted as it is painted, and what the layout cannot keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.scenes.record import LeftOut, Relation, SceneRecord, from_json

UNSAID = {"place": "", "hour": "", "weather": ""}
SIZE_PX = (1280, 720)


@dataclass(frozen=True)
class Shown:
    """A scene's record, the place that is painted, the relations the layout broke, and everything that the page says of it, also by the marks of the words above the stage."""

    scene: SceneRecord
    place: str = ""
    broken: tuple[Relation, ...] = ()
    said: str = ""


def show_sentence(sentence: str, story: bool = False, seed: int = 0) -> Shown:
    """Read a sentence as Storybook does, or as the film does the first scene of a story."""
    try:
        return _paint_record(*_of_film(sentence), seed) if story else _paint_record(_of_prompt(sentence), [], seed)
    except Refusal as refused:
        left = LeftOut(words=sentence[:120], because=str(refused)[:300])
        return Shown(SceneRecord(sentence=sentence, left_out=(left,)), said=str(refused))


def prompt_of(sentence: str, story: bool = False) -> str:
    """What is painted for a sentence: itself, or what the film shows for it. Raises Refusal."""
    from pipelines.film.parts.story import told

    return str(told(sentence)["scenes"][0]["picture"]["prompt"]) if story else sentence


def _of_film(sentence: str) -> tuple[SceneRecord, list[str]]:
    """The record of a story's first scene, and the notes that stand over the film."""
    from pipelines.film.parts.story import told

    read = told(sentence)
    return from_json(json.dumps(read["scenes"][0]["record"]["scene"])), read["notes"]


def _of_prompt(sentence: str) -> SceneRecord:
    from pipelines.generate import storybook

    return storybook._read_prompt(sentence, {}, "", lambda _: None, storybook.brought(None, ""))[0]


def _paint_record(record: SceneRecord, notes: list[str], seed: int) -> Shown:
    """The record as it is painted: with everything where it can be, laid out, and what is said of it."""
    from pipelines.generate import storybook
    from pipelines.generate.parts import scene_drawings
    from pipelines.scenes.accounted import word_coverage
    from pipelines.scenes.fitting import fit_to_place
    from pipelines.scenes.recorded import ids_of, reading_of

    record = fit_to_place(record)
    reading = reading_of(record)
    about = storybook._facts(reading, UNSAID, record.sentence, seed)
    broken = scene_drawings.laid_out(reading, about, *SIZE_PX, seed)[1]
    marked = (f"{one.word}: {one.because}" for one in word_coverage(record) if one.state not in ("shown", "spoken"))
    said = " ".join([*about["notes"], *notes, *(f"{left.words}: {left.because}" for left in record.left_out), *marked])
    return Shown(record, about["place"], _relations(broken, ids_of(reading.things)), said)


def _relations(relations: Any, ids: list[str]) -> tuple[Relation, ...]:
    """The layout's relations by the ids of their parts."""
    return tuple(
        Relation(
            kind=relation.kind,
            subject=ids[relation.subject],
            object=ids[relation.object],
            other="" if relation.other is None else ids[relation.other],
        )
        for relation in relations
        if relation.subject != relation.object
    )

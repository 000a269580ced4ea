"""A sentence as the studio shows it: the record that Storybook or the film writes of it, fitted as it is painted, and what the layout cannot keep."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pipelines.core.progress import silent
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
    from pipelines.film.parts.story import told
    from pipelines.generate import storybook

    try:
        if story:
            read = told(sentence)
            return _paint_record(from_json(json.dumps(read["scenes"][0]["record"]["scene"])), read["notes"], seed)
        return _paint_record(storybook._read_prompt(sentence, {}, "", silent, storybook.brought(None, ""))[0], [], seed)
    except Refusal as refused:
        left = LeftOut(words=sentence[:120], because=str(refused)[:300])
        return Shown(SceneRecord(sentence=sentence, left_out=(left,)), said=str(refused))


def _paint_record(record: SceneRecord, notes: list[str], seed: int) -> Shown:
    """The record as it is painted: with everything where it can be, laid out, and what is said of it."""
    from pipelines.generate import storybook
    from pipelines.generate.parts import scene_drawings
    from pipelines.scenes.accounted import word_coverage
    from pipelines.scenes.fitting import fit_to_place
    from pipelines.scenes.recorded import ids_of, reading_of

    record = fit_to_place(record)
    reading = reading_of(record)
    about = storybook.settle_scene(reading, UNSAID, seed)
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

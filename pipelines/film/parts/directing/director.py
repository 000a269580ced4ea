"""A story directed by a language model: its own lines, word for word, each with a scene record."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.film.parts.directing import brief
from pipelines.film.parts.directing.shown import motion_words, picture_words
from pipelines.hub.chat import Model
from pipelines.scenes.record import SceneRecord, Why, to_json
from pipelines.scenes.recorded import deeds_of

AT_ONCE = 2  # lines in one question and in one request: a proxy waits for that long, and a small model keeps the thread
MOST_CHARACTERS = 6000
CAMERAS = {"close": "in", "over the shoulder": "still"}


def lines_of(story: str) -> list[str]:
    """The lines of a story, one a scene, word for word. Raises Refusal for an empty or too long one."""
    from pipelines.film.parts.cutting import one_line, parts_of

    if not story.strip():
        raise Refusal("Write a story of a few sentences first.")
    if len(story) > MOST_CHARACTERS:
        raise Refusal(f"The story has {len(story):,} characters; {MOST_CHARACTERS:,} is the most.")
    whole = one_line(story)
    return [whole[start:end] for start, end in parts_of(whole)]


def direct(story: str, model: Model) -> list[SceneRecord]:
    """A scene record for each line of a story. An answer that is no scene is asked for once more, then refused. Raises Refusal, MissingModel."""
    scenes: list[SceneRecord] = []
    for part in range(parts_in(story)):
        scenes += read_part(story, part, model, met_in(scenes))
    return scenes


def parts_in(story: str) -> int:
    """How many parts a story is read in. Raises Refusal."""
    return -(-len(lines_of(story)) // AT_ONCE)


def read_part(story: str, part: int, model: Model, met: Sequence[str] = ()) -> list[SceneRecord]:
    """A scene record for each line of one part of a story; `met` says who was in the parts before. Raises Refusal, MissingModel."""
    from pipelines.figures import ACTIONS, EXPRESSIONS
    from pipelines.scenes import drawings, performers

    lines = lines_of(story)
    some = lines[AT_ONCE * part : AT_ONCE * (part + 1)]
    if part < 0 or not some:
        raise Refusal("The story has no such part.")
    nouns = drawings.vocabulary().nouns
    figures = [noun for noun in nouns if performers.is_figure(noun)]
    fitting = brief.vocabulary_for(lines, nouns, figures)
    schema = brief.answer_schema(len(some), fitting, tuple(ACTIONS), tuple(EXPRESSIONS))
    return [_mark_as_read_by_model(scene) for scene in _ask_twice(model, some, schema, met, nouns)]


def direct_story(story: str, model: Model) -> dict[str, Any]:
    """A story as a title, scenes and notes, as the rules give them (`pipelines.film.parts.story.told`). Raises Refusal, MissingModel."""
    return _storyboard_parts(direct(story, model))


def direct_part(story: str, part: int, model: Model, met: Sequence[str] = ()) -> dict[str, Any]:
    """One part of a story as `told` has the whole, with how many parts there are and who was met in this one. Raises Refusal, MissingModel."""
    scenes = read_part(story, part, model, met)
    return _storyboard_parts(scenes, 1 + AT_ONCE * part) | {"parts": parts_in(story), "met": met_in(scenes)}


def _storyboard_parts(records: Sequence[SceneRecord], first: int = 1) -> dict[str, Any]:
    scenes, notes = [], list[str]()
    for number, record in enumerate(records, first):
        prompt, motion = picture_words(record), motion_words(record)
        camera = record.camera or CAMERAS.get(record.shot, "auto")
        scenes.append(
            {
                "picture": {"prompt": prompt},
                "motion": {"text": motion, "camera": camera},
                "line": record.sentence,
                "record": {"prompt": prompt, "motion": motion, "scene": json.loads(to_json(record))},
            }
        )
        notes += [f"Scene {number}: “{left.words}” is not shown: {left.because}" for left in record.left_out]
    return {"title": "", "scenes": scenes, "notes": notes}


def _ask_twice(
    model: Model, lines: Sequence[str], schema: Mapping[str, Any], met: Sequence[str], nouns: Sequence[str]
) -> list[SceneRecord]:
    try:
        return brief.scenes_in(model.ask(brief.messages(lines, met), schema), lines, nouns)
    except Refusal as problem:
        again = brief.messages(lines, met, str(problem))
    return brief.scenes_in(model.ask(again, schema, seed=1), lines, nouns)


def met_in(scenes: Sequence[SceneRecord]) -> list[str]:
    """Who is in some scenes: "Anna (girl)"."""
    return list(
        dict.fromkeys(f"{actor.cast or actor.said} ({actor.noun})" for scene in scenes for actor in scene.actors)
    )


def _mark_as_read_by_model(scene: SceneRecord) -> SceneRecord:
    """The scene with what read it: every part is the model's, by the word that it names."""
    actors = tuple(actor.model_copy(update={"why": Why(words=actor.said, by="model")}) for actor in scene.actors)
    things = tuple(thing.model_copy(update={"why": Why(words=thing.said, by="model")}) for thing in scene.things)
    relations = tuple(relation.model_copy(update={"why": Why(by="model")}) for relation in scene.relations)
    return scene.model_copy(
        update={
            "actors": actors,
            "things": things,
            "relations": relations,
            "setting_why": Why(by="model"),
            "deeds": deeds_of(actors),
        }
    )

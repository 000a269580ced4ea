"""A scene on the stage: one change of its record made in a worker, and what the editor shows of it. Nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipelines.core.settings import Refusal
from studio.engine.making import Order, inputs_of, open_inputs
from studio.storage.artifacts import Call

MOST_KNOWN = 200


def stage_scene(
    store: Any,
    *,
    session: str,
    call: Mapping[str, Any],
    change: Any = None,
    known: Any = None,
    line: str | None = None,
    shown: str = "",
    clip: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The scene of a Storybook call after a change: its record, its layers, its words, and the call that paints it. Raises Refusal, MissingModel.

    `line` is what is said in a film's scene, None for a picture; `shown` are the words above the stage where that is empty; `clip` are the settings of the scene's clip.
    """
    from pipelines.animate.layers import frames_in_clip
    from pipelines.scenes.edited import edit_scene
    from pipelines.scenes.record import from_json, to_json
    from pipelines.scenes.scene import describe_scene

    asked = Call.from_dict(dict(call))
    if isinstance(change, Mapping):
        record, says = from_json(str(asked.settings.get("scene", ""))), change.get("do") == "say"
        if says and line is None:
            raise Refusal("A picture does not speak; only scenes of a film do.")
        record = edit_scene(record.model_copy(update={"sentence": line}) if says else record, change)
        line = record.sentence if says else line
        asked = Call(asked.pipeline, asked.inputs, {**asked.settings, "scene": to_json(record)})
    made, record, items, size = _compose_scene(store, session, asked)
    frames = frames_in_clip(describe_scene(made), clip) if clip else []
    described = _describe_scene(made, record, items, size, asked, known, line or shown)
    return described | {"narration": line, "frames": frames}


def _compose_scene(store: Any, session: str, asked: Call) -> tuple[Any, Any, Any, tuple[int, int]]:
    """What the call would paint, with its files opened."""
    from pipelines.generate.storybook import PIXELS, compose_scene

    files = open_inputs(store, Order(session, asked), inputs_of(store, session, asked))
    characters = [files.get(slot) for slot in ("character", "second", "third")]
    made, record, items = compose_scene(characters, files.get("thing"), **asked.settings)
    return made, record, items, PIXELS[asked.settings["format"]]


def _describe_scene(
    composition: Any, record: Any, items: Any, size: tuple[int, int], asked: Call, known: Any, line: str
) -> dict[str, Any]:
    from pipelines.animate.parts.recorded import times_of
    from pipelines.props.picture import varies
    from pipelines.scenes.accounted import word_coverage
    from pipelines.scenes.edited import kept_in_place, nouns_of_state
    from pipelines.scenes.record import to_json
    from pipelines.scenes.sprites import sprites

    about = composition.about
    seeds = {
        part.id: tuple(figure.seed for figure in composition.figures if figure.part == part.id) for part in record.parts
    }
    record = kept_in_place(record, items, size, {name: about[name] for name in ("place", "hour", "weather")}, seeds)
    written, own = to_json(record), asked.settings.get("thing_name")
    where = json.dumps(
        [about.get(name, "") for name in ("place", "hour", "weather", "plain_colour", "season")]
        + [asked.settings.get(name) for name in ("backdrop_seed", "seed")]
        + [size, any(entry.noun == "bed" for entry in record.parts)]
    )
    return {
        "scene": json.loads(written),
        "width": size[0],
        "height": size[1],
        "lowest": 1 - about.get("free_below", 0.0),
        "layers": sprites(
            composition,
            {str(entry)[:40] for entry in known[:MOST_KNOWN]} if isinstance(known, list) else set(),
            where,
        ),
        "members": [
            {
                "part": record.parts[item.thing].id,
                "member": item.member,
                "x": round(item.x / size[0], 4),
                "y": round(item.feet / size[1], 4),
                "z": item.z,
                "box": [round(value / size[n % 2], 4) for n, value in enumerate(item.box)],
                "spread": round(min(2.0, max(0.002, item.scale / min(size))), 5),
            }
            for item in items
        ],
        "setting": {name: about.get(name, "") for name in ("place", "hour", "weather", "season")},
        "line": line or record.sentence,
        "words": [dict(vars(entry)) for entry in word_coverage(record, line, composition)],
        "notes": list(about["notes"]),
        "deeds": times_of(record),
        "redrawable": [part.id for part in record.things if part.noun != own and varies(part.noun)],
        "states": {part.id: nouns_of_state(part.noun) for part in record.things},
        "call": {"inputs": dict(asked.inputs), "settings": {**asked.settings, "scene": written}},
    }

"""A visitor's edits of a scene, applied one after the other: every edit is a small JSON object with an `act`."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pipelines.core.progress import Report, part, silent
from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.scenes import drawings
from pipelines.scenes import things as T
from pipelines.scenes.layout import Layouter
from pipelines.scenes.performers import character_of, is_figure
from pipelines.scenes.prompt import Reading, read, sentence_of_unknown
from pipelines.scenes.relations import STAGES
from pipelines.scenes.scene import Figure, Scene, source_name, take_seed
from pipelines.vision.oklab import COLOURS

if TYPE_CHECKING:
    from pipelines.drawing.network import Sampling

MOST_EDITS, MOST_FIGURES, MOST_TAKES = 200, 24, 9
GROUNDED = ("ground", "water")


def parse(text: str) -> list[dict[str, Any]]:
    """The edits of a JSON text. Raises Refusal when it is not a list of objects that each have a known act."""
    if not text.strip():
        return []
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise Refusal(
            'The edits are not JSON; they must be a list such as [{"act": "flip", "layer": "fox-1"}].'
        ) from problem
    if not isinstance(found, list) or not all(isinstance(edit, dict) for edit in found):
        raise Refusal("The edits must be a JSON list of objects.")
    if len(found) > MOST_EDITS:
        raise Refusal(f"At most {MOST_EDITS} edits can be made at once.")
    for edit in found:
        if edit.get("act") not in ACTS:
            raise Refusal(f"There is no edit called {edit.get('act')!r}; there are {', '.join(ACTS)}.")
    return found


def apply(scene: Scene, edits: list[dict[str, Any]], how: Sampling, report: Report = silent) -> Scene:
    """The scene after all edits. Raises Refusal at the first that cannot be made, and nothing is changed."""
    for number, edit in enumerate(edits):
        stage = part(report, number / len(edits), (number + 1) / len(edits))
        scene = ACTS[edit["act"]](scene, edit, how, stage)
    return scene


def _number(edit: Mapping[str, Any], name: str, low: float, high: float) -> float:
    value = edit.get(name)
    if (
        isinstance(value, bool)
        or not isinstance(value, (int, float))
        or not math.isfinite(value)
        or not low <= value <= high
    ):
        raise Refusal(f"The edit {edit['act']!r} needs {name!r}, a number from {low:g} to {high:g}.")
    return float(value)


def _of(scene: Scene, edit: Mapping[str, Any]) -> Figure:
    return scene.figure(str(edit.get("layer", "")))


def _move(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """Feet to (x, y) in pixels. What stands on the ground comes nearer as it goes down: in haze and in order, not in size."""
    one = _of(scene, edit)
    x, y = _number(edit, "x", -scene.width, 2 * scene.width), _number(edit, "y", -scene.height, 2 * scene.height)
    changed = replace(one, x=round(x, 2), feet=round(y, 2))
    if one.habitat in GROUNDED and not one.seated:
        stage = STAGES[scene.about["place"]]
        low, high = stage.water if one.habitat == "water" and stage.water else stage.ground
        depth = float(np.clip((y / scene.height - low) / (high - low), 0, 1))
        changed = replace(changed, depth=round(depth, 4), z=round(one.z + (changed.feet - one.feet) / scene.height, 6))
    return scene.with_figure(changed)


def _scale(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """To `factor` times the size at which it was laid out."""
    return scene.with_figure(replace(_of(scene, edit), scale=round(_number(edit, "factor", 0.1, 6), 4)))


def _flip(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    one = _of(scene, edit)
    return scene.with_figure(replace(one, mirrored=not one.mirrored))


def _order(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """`to` front, back, forward or backward among the figures."""
    one, to = _of(scene, edit), edit.get("to")
    others = sorted((other for other in scene.figures if other.id != one.id), key=lambda other: other.z)
    levels = [other.z for other in others]
    if to not in ("front", "back", "forward", "backward"):
        raise Refusal("The edit 'order' needs 'to': front, back, forward or backward.")
    if not levels:
        return scene
    place = sum(level < one.z for level in levels)
    place = {"front": len(levels), "back": 0, "forward": min(len(levels), place + 1), "backward": max(0, place - 1)}[to]
    if place == len(levels):
        z = levels[-1] + 0.0005
    elif place == 0:
        z = levels[0] - 0.0005
    else:
        z = (levels[place - 1] + levels[place]) / 2
    return scene.with_figure(replace(one, z=round(z, 8)))


def _delete(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    one = _of(scene, edit)
    kept = {
        name: picture
        for name, picture in scene.drawings.items()
        if name not in {source_name(one.id, take) for take in one.takes}
    }
    return replace(scene, figures=tuple(other for other in scene.figures if other.id != one.id), drawings=kept)


def _show(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    return scene.with_figure(replace(_of(scene, edit), visible=bool(edit.get("visible", True))))


def _recolour(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """Its main colour in OKLCh; "" gives the drawing's own colours back."""
    colour = str(edit.get("colour", ""))
    if colour and colour not in COLOURS:
        raise Refusal(f"There is no colour called {colour!r}; there are {', '.join(COLOURS)}.")
    return scene.with_figure(replace(_of(scene, edit), paint=colour))


def engine_of(scene: Scene) -> str:
    """What drew a scene, and draws what is new in it; scenes of before there were two were drawn by diffusion."""
    return "" if scene.about.get("figures") else str(scene.about.get("engine", "objects"))


def _reroll(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """Another drawing of the same thing. `take` chooses one that is there or draws it; left out, the next one is drawn."""
    one = _of(scene, edit)
    take = int(_number(edit, "take", 0, MOST_TAKES)) if "take" in edit else max(one.takes) + 1
    if take > MOST_TAKES:
        raise Refusal(f"At most {MOST_TAKES + 1} takes are kept of one layer; choose one of them.")
    pictures = dict(scene.drawings)
    name = source_name(one.id, take)
    if name not in pictures:
        if one.noun in scene.about.get("brought", ()):
            raise Refusal(f"“{one.noun}” is your own thing, of which there is no other drawing.")
        request = drawings.Request(
            one.noun,
            one.style,
            one.colour,
            one.pose,
            take_seed(one.seed, take),
            one.character,
            one.play or one.act,
            take,
            one.face,
        )
        pictures[name] = drawings.draw([request], drawings.SIZE_PX, how, report, engine_of(scene))[0]
    before, after = scene.drawing_of(one), pictures[name]
    longest = max(one.wide, one.tall)
    aspect = after.width / after.height
    wide, tall = (longest, longest / aspect) if aspect >= 1 else (longest * aspect, longest)
    if before.size == after.size:
        wide, tall = one.wide, one.tall
    changed = replace(one, take=take, takes=tuple(sorted({*one.takes, take})), wide=round(wide, 2), tall=round(tall, 2))
    return replace(scene.with_figure(changed), drawings=pictures)


def _perform(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """What somebody does and with which face: `action` and `expression` of rigged figures; "" leaves either to the words. It stays where it stands."""
    from pipelines.figures import ACTIONS, EXPRESSIONS, Character
    from pipelines.scenes.performers import placed

    one, action, face = _of(scene, edit), edit.get("action", ""), edit.get("expression", "")
    if not one.character:
        raise Refusal(f"“{one.said or one.noun}” has no body that could act; people and animals have one.")
    if not isinstance(action, str) or (action and action not in ACTIONS):
        raise Refusal(f"There is no action called {str(action)[:40]!r}.")
    if not isinstance(face, str) or (face and face not in EXPRESSIONS):
        raise Refusal(f"There is no expression called {str(face)[:40]!r}.")
    who = Character.from_json(one.character)
    before, after = (
        placed(who, one.play or one.act, one.take, face=one.face, posed=one.posed),
        placed(who, action or one.act, one.take, face=face),
    )
    side = -1 if one.mirrored else 1
    stands = one.tall * before.height
    tall = stands / after.height
    wide = tall * after.picture.width / after.picture.height
    ground = (
        one.x + side * (before.ground_x - 0.5) * one.wide * one.scale,
        one.feet - (1 - before.ground_y) * one.tall * one.scale,
    )
    changed = replace(
        one,
        play=action,
        face=face,
        posed="",
        wide=round(wide, 2),
        tall=round(tall, 2),
        x=round(ground[0] - side * (after.ground_x - 0.5) * wide * one.scale, 2),
        feet=round(ground[1] + (1 - after.ground_y) * tall * one.scale, 2),
    )
    return replace(
        scene.with_figure(changed), drawings={**scene.drawings, source_name(one.id, one.take): after.picture}
    )


def _add(scene: Scene, edit: Mapping[str, Any], how: Sampling, report: Report) -> Scene:
    """Another thing by word, e.g. "a small red bird"; with `x` and `y` its feet go there, else where there is room."""
    engine = engine_of(scene)
    known = drawings.vocabulary(engine)
    reading = read(str(edit.get("words", "")), known, drawings.nearest(engine))
    if not reading.things:
        raise Refusal(
            sentence_of_unknown(reading.unknown, known)
            if reading.unknown
            else "Please name a thing to add, for example “a small red bird”."
        )
    thing = replace(reading.things[0], count=1)
    if len(scene.figures) >= MOST_FIGURES:
        raise Refusal(f"A picture has at most {MOST_FIGURES} layers; delete one first.")
    stem = thing.noun.replace(" ", "-")
    number = 1 + max(
        (int(one.id.rpartition("-")[2]) for one in scene.figures if one.id.rpartition("-")[0] == stem), default=0
    )
    seed = (
        int(_number(edit, "seed", 0, SEED_LIMIT - 1))
        if "seed" in edit
        else take_seed(int(scene.about["seed"]), 1000 + 10 * len(scene.drawings) + number)
    )
    style = reading.style or str(scene.about["style"])
    painted = drawings.paints_figures(engine) and is_figure(thing.noun)
    character = character_of(thing.noun, "", thing.colour).to_json() if painted else ""
    picture = drawings.draw(
        [drawings.Request(thing.noun, style, thing.colour, "", seed, character, thing.act)],
        drawings.SIZE_PX,
        how,
        report,
        engine,
    )[0]
    item = _room_for(scene, replace(reading, things=(thing,), relations=()), picture.width / picture.height, seed)
    made = Figure(
        f"{stem}-{number}",
        thing.noun,
        thing.said,
        style,
        thing.colour,
        "",
        thing.act,
        seed,
        item.habitat,
        round(item.x, 2),
        round(item.feet, 2),
        round(item.wide, 2),
        round(item.tall, 2),
        round(item.depth, 4),
        round(item.z, 6),
        character=character,
    )
    scene = replace(
        scene, figures=(*scene.figures, made), drawings={**scene.drawings, source_name(made.id, 0): picture}
    )
    if "x" in edit and "y" in edit:
        scene = _move(scene, {"act": "move", "layer": made.id, "x": edit["x"], "y": edit["y"]}, how, report)
    return scene


def _room_for(scene: Scene, reading: Reading, aspect: float, seed: int) -> Any:
    """A place for one more thing: among those tried, the one that hides least; as large as its kind is beside what is there."""
    from pipelines.scenes.relations import Item

    layouter = Layouter(reading, str(scene.about["place"]), scene.width, scene.height, seed, [[aspect]])
    unit = layouter.units[0]
    peers = [one for one in scene.figures if one.habitat not in ("sky",)]
    if peers and unit.habitat != "sky":
        each = [max(one.wide, one.tall) * 0.85 / (0.40 + 0.60 * one.depth) / T.height_of(one.noun) for one in peers]
        unit.scale = max(float(np.median(each)), 0.10 * min(scene.width, scene.height) / unit.metres)
    layouter.items = [
        Item(
            100 + i,
            0,
            one.noun,
            one.habitat,
            one.x,
            one.feet,
            one.wide * one.scale,
            one.tall * one.scale,
            one.depth,
            one.z,
        )
        for i, one in enumerate(scene.figures)
    ]
    return layouter.place_one()


Act = Callable[[Scene, Mapping[str, Any], "Sampling", Report], Scene]
ACTS: dict[str, Act] = {
    "move": _move,
    "scale": _scale,
    "flip": _flip,
    "order": _order,
    "delete": _delete,
    "show": _show,
    "recolour": _recolour,
    "reroll": _reroll,
    "add": _add,
    "perform": _perform,
}

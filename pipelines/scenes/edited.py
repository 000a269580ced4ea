"""Changes of a scene by hand. Each is a small JSON object whose `do` names one of CHANGES; `edited` gives the changed scene and never changes the one it got."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.props import NOUNS, record
from pipelines.scenes.painted_things import holds, is_large
from pipelines.scenes.performers import is_figure
from pipelines.scenes.record import HAND, Actor, Deed, Relation, SceneRecord, Thing, from_json, to_json
from pipelines.scenes.recorded import clean, ids_of, left_without, reading_of, set_speech
from pipelines.scenes.relations import CARRIED, HIDING, STAGES, TIES, Item, seen_to_hold
from pipelines.scenes.scaling import perspective
from pipelines.scenes.sense import can_be_held
from pipelines.scenes.things import habitat

Change = Mapping[str, Any]
FIELDS = ("colour", "size", "mood", "look", "count", "act")  # what `set` sets, beside the setting of a scene
SETTING = ("place", "hour", "weather", "season")
SMALLEST_SUPPORT = 0.8  # of the width of what is put on something: how wide the support is at least
# how far from the top of a support a thing is still put on it: of its height, and of the picture's at most
REACH, AIR = 0.35, 0.07
# of somebody's height: how far down the hands are, and how far from them a thing is still taken
HANDS, HANDS_REACH = 0.6, 0.2
# of the height of what holds things: how far below its edge something is in it and no longer on it, and the middle of its inside
EDGE, MIDDLE = 0.15, 0.5
Box = tuple[float, float, float, float]


def edit_scene(scene: SceneRecord, change: Change) -> SceneRecord:
    """The scene after one change. Raises Refusal for a change that there is not, or that leaves no scene."""
    does = CHANGES.get(str(change.get("do")))
    if does is None:
        raise Refusal(f"There is no change called {str(change.get('do'))[:40]!r}; there are {', '.join(CHANGES)}.")
    try:
        changed = does(scene, change)
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        raise Refusal(f"This change cannot be made: {first['msg']}.") from None
    return from_json(to_json(changed))


def kept_in_place(
    scene: SceneRecord,
    items: Sequence[Item],
    size: tuple[int, int],
    setting: Mapping[str, str],
    seeds: Mapping[str, tuple[int, ...]],
) -> SceneRecord:
    """The scene with everything placed where the picture shows it, in the same drawings, so that a change of one thing changes no other."""
    tied = {
        relation.object if relation.kind == "wearing" else relation.subject
        for relation in scene.relations
        if relation.kind in TIES[2:]
    }
    stands: dict[str, list[tuple[float, float, float]]] = {}
    ids = [part.id for part in scene.parts]
    for item in sorted(items, key=lambda one: (one.thing, one.member)):
        across, down = item.x / size[0], item.feet / size[1]
        spread = item.scale / min(size)
        if item.scale > 0 and -0.25 <= across <= 1.25 and -0.25 <= down <= 1.25 and 0.002 <= spread <= 2:
            stands.setdefault(ids[item.thing], []).append((round(across, 4), round(down, 4), round(spread, 5)))

    def keep_part(part: Actor | Thing) -> dict[str, Any]:
        free = part.id in stands and part.id not in tied and not part.placed and len(stands[part.id]) == part.count
        return {"seeds": seeds.get(part.id, ()), **({"placed": tuple(stands[part.id])} if free else {})}

    return _each(scene.model_copy(update={**setting, "order": scene.order or tuple(ids)}), keep_part)


def _each(scene: SceneRecord, update: Callable[[Actor | Thing], Mapping[str, Any]]) -> SceneRecord:
    return scene.model_copy(
        update={
            "actors": tuple(actor.model_copy(update=dict(update(actor))) for actor in scene.actors),
            "things": tuple(thing.model_copy(update=dict(update(thing))) for thing in scene.things),
        }
    )


def _part(scene: SceneRecord, id: object, what: str = "part") -> Actor | Thing:
    try:
        return scene.part(str(id))
    except KeyError:
        raise Refusal(f"The scene has no {what} called {str(id)[:48]!r}.") from None


def _actor(scene: SceneRecord, id: object) -> Actor:
    part = _part(scene, id)
    if not isinstance(part, Actor):
        raise Refusal(f"“{part.noun}” is a thing and does nothing.")
    return part


def _change_part(scene: SceneRecord, id: str, **update: Any) -> SceneRecord:
    return _each(scene, lambda part: update if part.id == id else {})


def _filter_relations(scene: SceneRecord, keep: Callable[[Relation], bool], *more: Relation) -> SceneRecord:
    return scene.model_copy(update={"relations": (*filter(keep, scene.relations), *more)})


def _set(scene: SceneRecord, change: Change) -> SceneRecord:
    part, field, value = _part(scene, change.get("id")), change.get("field"), change.get("value")
    if field not in FIELDS or (field in ("mood", "look", "act") and not isinstance(part, Actor)):
        raise Refusal(f"“{part.noun}” has no {str(field)[:40]!r} that could be changed.")
    if not isinstance(value, int if field == "count" else str):
        raise Refusal(f"{str(value)[:40]!r} is no {field}.")
    more = {"placed": ()} if field == "count" and value != part.count else {}
    scene = _change_part(scene, part.id, **{str(field): value}, **more)
    if field in ("act", "mood"):
        return _doing(scene, part.id, str(change.get("to", "")) if field == "act" else None)
    return scene


def _doing(scene: SceneRecord, id: str, to: str | None) -> SceneRecord:
    """Whoever's act was changed does that, and with that face, from now on; `to` is with what or to whom, None for what it was."""
    from pipelines.figures import ACTIONS
    from pipelines.language.doings import doing_of

    actor = _actor(scene, id)
    object = actor.object if to is None else to
    if object:
        _part(scene, object, "object")
    scene = _change_part(scene, id, object=object)
    if to is None:
        deeds = (deed.model_copy(update={"mood": actor.mood} if deed.who == (id,) else {}) for deed in scene.deeds)
        return scene.model_copy(update={"deeds": tuple(deeds)})
    act, also = doing_of(actor.act)
    act = actor.act if (act, also) == ("stand", "") and actor.act in ACTIONS else act
    others = [(deed, tuple(other for other in deed.who if other != id)) for deed in scene.deeds]
    kept = [deed.model_copy(update={"who": who}) for deed, who in others if who]
    ends = {"to" if object and isinstance(scene.part(object), Actor) else "object": object}
    made = Deed(who=(id,), act=act, also=also, mood=actor.mood, why=HAND, **ends)  # type: ignore[arg-type]
    return scene.model_copy(update={"deeds": (*kept, *((made,) if (act, also) != ("stand", "") else ()))})


def _hold(scene: SceneRecord, change: Change) -> SceneRecord:
    """`id` holds `what`, and nothing else; "" empties the hands."""
    actor, what = _actor(scene, change.get("id")), str(change.get("what", ""))
    if what:
        _part(scene, what, "thing")
    before = {tie.subject for tie in scene.relations if (tie.kind, tie.object) == ("held by", actor.id)}
    more = [Relation(kind="held by", subject=what, object=actor.id, why=HAND)] if what else []
    scene = _filter_relations(scene, lambda tie: tie.subject != what and tie.subject not in before, *more)
    object = what or ("" if actor.object in before else actor.object)
    scene = _each(scene, lambda part: {"placed": ()} if part.id in before | {what} else {})
    deeds = tuple(
        deed.model_copy(update={"object": object})
        if deed.who == (actor.id,) and (deed.object in before or not deed.object) and deed.toward != "thing"
        else deed
        for deed in scene.deeds
    )
    return _change_part(scene.model_copy(update={"deeds": deeds}), actor.id, object=object)


def _face(scene: SceneRecord, change: Change) -> SceneRecord:
    part, to = _part(scene, change.get("id")), str(change.get("to", ""))
    if to not in ("", "left", "right"):
        _part(scene, to)
    return _change_part(scene, part.id, facing=to)


def _stand(scene: SceneRecord, change: Change) -> SceneRecord:
    """`id` is `kind` `to`, instead of how it stood to anything before; without `to` it stands by itself."""
    part, kind, to = _part(scene, change.get("id")), str(change.get("kind", "")), str(change.get("to", ""))
    more = []
    if kind and to:
        other = _part(scene, to)
        if part.id in _carriers(scene, other.id):
            raise Refusal(f"“{other.noun}” is on or in “{part.noun}” already.")
        more.append(Relation(kind=kind, subject=part.id, object=other.id, why=HAND))  # type: ignore[arg-type]
    stays = part.placed if not more and not _carriers(scene, part.id) else ()
    return _change_part(
        _filter_relations(scene, lambda relation: relation.subject != part.id, *more), part.id, placed=stays
    )


def _carriers(scene: SceneRecord, id: str) -> list[str]:
    """What a part is on, in or held by, and what carries that, and so on."""
    under = {relation.subject: relation.object for relation in scene.relations if relation.kind in TIES[:3]}
    carriers = list[str]()
    while id in under and len(carriers) < len(under):
        carriers.append(id := under[id])
    return carriers


def _move(scene: SceneRecord, change: Change) -> SceneRecord:
    """The feet of a part (of one `member` of several) to `x`, `y`, shares of the picture; on what carries it there, by the `boxes` of the parts."""
    part, member = _part(scene, change.get("id")), change.get("member", 0)
    x, y = change.get("x"), change.get("y")
    if not all(isinstance(one, int | float) and -0.25 <= one <= 1.25 for one in (x, y)):
        raise Refusal("A thing is moved to shares of the picture's width and height.")
    boxes = _boxes(change.get("boxes"))
    kind, onto = felt(scene, part.id, (float(x), float(y)), boxes)  # type: ignore[arg-type]
    if onto and isinstance(scene.part(onto), Actor):
        return _hold(scene, {"id": onto, "what": part.id})
    stands, at = list(part.placed), member if isinstance(member, int) else 0
    carriers, stood = _carriers(scene, part.id), 0 <= at < len(stands)
    scale = stands[at][2] if stood and not carriers else change.get("spread")
    if not 0 <= at < max(1, len(stands)) or not isinstance(scale, float):
        raise Refusal("This cannot be moved by itself.")
    row = _row_below(carriers, boxes, stands[at][1] if stood else y)  # type: ignore[arg-type]
    holders = [tie.object for tie in scene.relations if (tie.kind, tie.subject) == ("held by", part.id)]
    scene = _hold(scene, {"id": holders[0]}) if holders else scene
    rests = [Relation(kind=kind, subject=part.id, object=onto, why=HAND)] if onto else []  # type: ignore[arg-type]
    now = _row_below([onto, *_carriers(scene, onto)] if onto else [], boxes, y)  # type: ignore[arg-type]
    grown = _nearness(scene, part, now) / _nearness(scene, part, row)
    true = [] if onto else _true_at(scene, part, (float(x), float(y), grown), boxes)  # type: ignore[arg-type]

    def stays(relation: Relation) -> bool:
        if relation.kind in TIES:
            return part.id != (relation.object if relation.kind == "wearing" else relation.subject)
        return part.id not in (relation.subject, relation.object) or relation in true

    if stood and part.count == 1:  # who and what is on or in it goes along
        scene = _each(scene, lambda other: _carry_along(scene, other, part, (float(x), grown)))  # type: ignore[arg-type]
    stands[at : at + 1] = [(round(float(x), 4), round(float(y), 4), round(scale * grown, 5))]  # type: ignore[arg-type]
    above = y < STAGES.get(scene.place, STAGES["meadow"]).ground[0]  # type: ignore[operator]
    return _change_part(
        _filter_relations(scene, stays, *rests),
        part.id,
        placed=tuple(stands),
        at=part.at if part.at in ("sky", "water") and above else "",
    )


def _carry_along(
    scene: SceneRecord, rider: Actor | Thing, carrier: Actor | Thing, to: Sequence[float]
) -> dict[str, Any]:
    """Where a rider is, as far from the middle of its carrier as before, with that across at `to[0]` and `to[1]` times as large."""
    if carrier.id not in _carriers(scene, rider.id):
        return {}
    (middle, _, _), (across, grown) = carrier.placed[0], to
    placed = [(across + grown * (x - middle), y, grown * spread) for x, y, spread in rider.placed]
    return {"placed": tuple((round(min(1.25, max(-0.25, x)), 4), y, round(min(2.0, s), 5)) for x, y, s in placed)}


def _row_below(carriers: Sequence[str], boxes: Mapping[str, Box], row: float) -> float:
    return next((boxes[id][3] for id in reversed(carriers) if id in boxes), row)


def _habitat(scene: SceneRecord, part: Actor | Thing) -> str:
    act = part.act if isinstance(part, Actor) else part.state
    return habitat(part.noun, act, part.at, scene.place, scene.in_water)


def _nearness(scene: SceneRecord, part: Actor | Thing, row: float) -> float:
    """How large a part is with its feet in a row of the picture, beside one at the near edge; 1 in the air."""
    stage, lives = STAGES.get(scene.place), _habitat(scene, part)
    if stage is None or lives not in ("ground", "water"):
        return 1.0
    far, near = stage.water if lives == "water" and stage.water else stage.ground
    return perspective(min(1.0, max(0.0, (row - far) / (near - far))))


def _true_at(scene: SceneRecord, part: Actor | Thing, to: Sequence[float], boxes: Mapping[str, Box]) -> list[Relation]:
    """The relations that are true with a part moved `to` its new feet and made so many times as large; of several nothing is known."""
    if part.id not in boxes or part.count > 1:
        return []
    (x0, y0, x1, y1), (x, y, grown) = boxes[part.id], to
    wide, tall = grown * (x1 - x0), grown * (y1 - y0)
    boxes = {**boxes, part.id: (x - wide / 2, y - tall, x + wide / 2, y)}
    items = [
        Item(n, 0, one.noun, _habitat(scene, one), 500 * (a + c), 1000 * d, 1000 * (c - a), 1000 * (d - b), 0.5, d)
        for n, one in enumerate(scene.parts)
        for a, b, c, d in ([boxes[one.id]] if one.id in boxes else [])
    ]
    there = {item.thing for item in items} | {None}
    pairs = zip(scene.relations, reading_of(scene).relations)
    return [
        own for own, read in pairs if {read.subject, read.object, read.other} <= there and seen_to_hold(read, items)
    ]


def _boxes(given: object) -> dict[str, Box]:
    boxes = list(given.items())[:48] if isinstance(given, Mapping) else []
    return {
        str(id): (float(box[0]), float(box[1]), float(box[2]), float(box[3]))
        for id, box in boxes
        if isinstance(box, list) and len(box) == 4 and all(isinstance(share, int | float) for share in box)
    }


def support(noun: str) -> str:
    """How something is with a thing that carries it: in what holds things, on all else; "" where it carries nothing."""
    known = record(noun)
    if known.seat is None and not known.deck and not known.least and not known.posture and not known.under:
        return "in" if holds(noun) else ""
    return "in" if holds(noun) and known.seat is None else "on"


def felt(scene: SceneRecord, id: str, at: tuple[float, float], boxes: Mapping[str, Box]) -> tuple[str, str]:
    """How something comes to rest that is let go with its feet `at` (on, in, held by), and the part that carries it; nothing for the ground. The nearest counts."""
    mine, carriers = boxes.get(id), list[tuple[float, str, str]]()
    for part in scene.parts:
        box = boxes.get(part.id)
        if box is None or mine is None or part.id == id or id in _carriers(scene, part.id):
            continue
        x0, y0, x1, y1 = box
        if isinstance(part, Actor):
            kind, share, reach, carries = "held by", HANDS, HANDS_REACH, can_be_held(scene.part(id).noun)
        else:
            kind, share, reach = support(part.noun), record(part.noun).seat or 0.0, min(REACH, AIR / max(y1 - y0, AIR))
            carries = x1 - x0 >= SMALLEST_SUPPORT * (mine[2] - mine[0]) and bool(kind)
            if mine[3] - mine[1] <= y1 - y0 and holds(part.noun) and at[1] > y0 + (share + EDGE) * (y1 - y0):
                kind, share, reach = "in", MIDDLE, MIDDLE - EDGE
        away = abs(at[1] - y0 - share * (y1 - y0))
        carriers += [(away, kind, part.id)] if carries and x0 <= at[0] <= x1 and away <= reach * (y1 - y0) else []
    return min(carriers)[1:] if carriers else ("", "")


def nouns_of_state(noun: str) -> list[str]:
    """The nouns that show a thing in another state, open or broken, itself first; one alone has no other state."""
    plain = next((name for name, prop in NOUNS.items() if prop.opened == noun), noun)
    plain = (
        plain.rpartition(" ")[2]
        if plain.split()[0] in ("broken", "dark", "open") and plain.rpartition(" ")[2] in NOUNS
        else plain
    )
    others = [f"{state} {plain}" for state in ("broken", "dark", "open") if f"{state} {plain}" in NOUNS]
    return list(dict.fromkeys(filter(None, [plain, *others, record(plain).opened])))


def _setting(scene: SceneRecord, change: Change) -> SceneRecord:
    """Place, hour, weather or season; what stands on the ground stands as near or far on the new place's."""
    field, value = change.get("field"), change.get("value")
    if field not in SETTING or not isinstance(value, str):
        raise Refusal("A scene has a place, an hour, a weather and a season.")
    changed = scene.model_copy(update={field: value, "setting_why": HAND})
    if field != "place" or scene.place not in STAGES or value not in STAGES:
        return changed
    (low, high), (far, near) = STAGES[scene.place].ground, STAGES[value].ground

    def move_down(down: float) -> float:
        return down if down < low - 0.02 else round(far + (down - low) / (high - low) * (near - far), 4)

    return _each(changed, lambda part: {"placed": tuple((x, min(1.25, move_down(y)), s) for x, y, s in part.placed)})


def _add(scene: SceneRecord, change: Change) -> SceneRecord:
    """Another thing or figure by its noun; `words` are those of the line that it stands for; `actor` is one of another scene."""
    given = change.get("actor")
    if isinstance(given, Mapping):
        noun, drawn = (
            str(given.get("noun", "")),
            {k: given[k] for k in ("look", "cast", "said", "size", "colour", "mood") if k in given},
        )
    else:
        noun, drawn = str(change.get("noun", "")), {}
    words = clean(str(change.get("words", "")))
    if not noun or len(noun) > 120:
        raise Refusal("Name what is added.")
    id = _fresh(scene, noun)
    drawn = {
        "id": id,
        "noun": clean(noun),
        "said": words or noun,
        "why": HAND.model_copy(update={"words": words}),
        **drawn,
    }
    kind = "actors" if is_figure(noun) or drawn.get("cast") else "things"
    made = (Actor if kind == "actors" else Thing)(**drawn)
    left = tuple(one for one in scene.left_out if not words or one.words != words)
    order = scene.order or tuple(part.id for part in scene.parts)
    return scene.model_copy(update={kind: (*getattr(scene, kind), made), "order": (*order, id), "left_out": left})


def _fresh(scene: SceneRecord, noun: str) -> str:
    from pipelines.scenes.prompt import Thing as Named

    stem = ids_of((Named(noun, noun),))[0].rpartition("-")[0] or "thing"
    return next(id for n in range(1, 100) if (id := f"{stem}-{n}") not in [part.id for part in scene.parts])


def _remove(scene: SceneRecord, change: Change) -> SceneRecord:
    part = _part(scene, change.get("id"))
    if len(scene.parts) == 1 and not scene.place:
        raise Refusal("Something has to stay in the scene.")
    turned = _each(scene, lambda other: {"facing": ""} if other.facing == part.id else {})
    after = left_without(turned, reading_of(turned), {part.id: "You took it out."})
    objects = {actor.id: "" if actor.object == part.id else actor.object for actor in scene.actors}
    after = _each(after, lambda other: {"object": objects[other.id]} if isinstance(other, Actor) else {})
    named = {word.lower() for word in re.findall(r"\w+", scene.sentence)}
    left = tuple(other for other in after.left_out if named & set(other.words.lower().split()))
    return after.model_copy(update={"notes": scene.notes, "left_out": left, "sentence": scene.sentence})


def _redraw(scene: SceneRecord, change: Change) -> SceneRecord:
    part = _part(scene, change.get("id"))
    drawn = part.seeds or (1,) * part.count
    return _change_part(scene, part.id, seeds=tuple((seed * 69_069 + 12_345) % SEED_LIMIT for seed in drawn))


def _swap(scene: SceneRecord, change: Change) -> SceneRecord:
    """Another noun in the place of a part; it stays where it is and to whom it belongs."""
    part, noun = _part(scene, change.get("id")), str(change.get("noun", ""))
    if not noun or len(noun) > 120:
        raise Refusal("Name what it is to be.")
    drawn = part.model_dump(exclude={"noun", "look", "cast", "act", "object", "mood", "state", "why"}) | {
        "said": getattr(part, "cast", "") or part.said  # the name stays
    }
    why, figure = part.why.model_copy(update={"by": "hand", "note": ""}), is_figure(noun)
    kept = {name: getattr(part, name) for name in ("act", "object", "mood") if figure and isinstance(part, Actor)}
    swapped = (Actor if figure else Thing)(noun=clean(noun), why=why, **drawn, **kept)
    others = {
        name: tuple(other for other in getattr(scene, name) if other.id != part.id) for name in ("actors", "things")
    }
    name = "actors" if figure else "things"

    def carry(relation: Relation) -> Relation:
        kind = relation.kind
        if relation.object != part.id or kind not in CARRIED or (kind == "in" and (holds(noun) or is_large(noun))):
            return relation
        return relation.model_copy(update={"kind": support(noun) or kind})

    others[name] = (
        tuple(swapped if other.id == part.id else other for other in getattr(scene, name))
        if figure == isinstance(part, Actor)
        else (*others[name], swapped)
    )
    scene = scene.model_copy(update={**others, "order": (scene.order or tuple(other.id for other in scene.parts))})
    loose = {tie.subject for tie in scene.relations if tie.kind in HIDING and part.id in (tie.subject, tie.object)}
    scene = _each(scene, lambda other: {"placed": ()} if other.id in loose else {})
    return scene if figure else scene.model_copy(update={"relations": tuple(map(carry, scene.relations))})


def _go(scene: SceneRecord, change: Change) -> SceneRecord:
    """Where somebody goes: to or into a part, to a side or away; "" lets them stay."""
    actor, toward, goal = _actor(scene, change.get("id")), str(change.get("toward", "")), str(change.get("goal", ""))
    kept = tuple(
        deed for deed in scene.deeds if not (deed.who == (actor.id,) and deed.way != "stay" and deed.gait != "still")
    )
    if not toward:
        return scene.model_copy(update={"deeds": kept})
    if goal:
        _part(scene, goal, "goal")
    act = actor.act if actor.act in ("run", "hop", "fly", "swim") else "walk"
    ends: Any = {"toward": toward, "goal": goal}
    made = Deed(
        who=(actor.id,), act=act, mood=actor.mood, gait=act, way="leave" if toward == "afar" else "", why=HAND, **ends
    )
    return scene.model_copy(update={"deeds": (*kept, made)})


def _say(scene: SceneRecord, change: Change) -> SceneRecord:
    actor, was, text = _actor(scene, change.get("id")), change.get("was", ""), change.get("text")
    if not isinstance(was, str) or not isinstance(text, str):
        raise Refusal("What somebody says is a text.")
    return set_speech(scene, actor.id, was, text)


CHANGES: Mapping[str, Callable[[SceneRecord, Change], SceneRecord]] = {
    "set": _set,
    "hold": _hold,
    "face": _face,
    "stand": _stand,
    "move": _move,
    "setting": _setting,
    "add": _add,
    "remove": _remove,
    "swap": _swap,
    "redraw": _redraw,
    "go": _go,
    "say": _say,
}

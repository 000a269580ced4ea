"""Acts in a still picture: who takes part in each, and the picture's items, moved and posed as the act's record says at the phase that it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.figures import ACTIONS, Character
from pipelines.figures.acts import ACTOR, Party, Stage, record
from pipelines.figures.pose import to_json
from pipelines.props import record as facts
from pipelines.scenes import painted_things, performers
from pipelines.scenes.light import above_water
from pipelines.scenes.parties import Body, Placed, arrange_cast, beside, waters
from pipelines.scenes.record import Actor, Relation, SceneRecord
from pipelines.scenes.relations import Item
from pipelines.scenes.scaling import perspective
from pipelines.scenes.staging import Play

FREE = ("", "stand", "look", "look_at", "walk", "take", "talk", "sit")  # acts that give way to somebody else's
MARGIN = 0.02  # of the width
DRAWN_PX = 512  # of what an act brings
# in the order of the layers, from the actor
NEARER = {"behind": -6e-4, "person": -2e-4, "between": -1e-4, "before": 4e-4}


@dataclass(frozen=True)
class Candidate:
    """Somebody or something that could take part: its noun, whether it has a body, what it does, where it stands."""

    noun: str
    body: bool
    act: str = ""
    x: float = 0.0


def stage_of(act: str) -> Stage | None:
    """How an act is staged; None for what one does alone, and for no act."""
    return record(act).stage if act in ACTIONS else None


def parties_of(
    act: str,
    actor: int,
    named: Sequence[int],
    candidates: Sequence[Candidate],
    taken: frozenset[int] = frozenset(),
    water: bool = False,
) -> dict[str, int] | None:
    """Who and what of a scene takes part in somebody's act, by the names of the record; None where somebody or something is missing."""
    stage = stage_of(act)
    if stage is None:
        return None
    enough = False
    parties, free = {ACTOR: actor}, [n for n in range(len(candidates)) if n != actor and n not in taken]
    for name, about in stage.parties.items():
        if not about.sought:
            continue
        fitting = [n for n in free if _fits(about, candidates[n], n in named, act)]
        fitting.sort(key=lambda n: (n not in named, abs(candidates[n].x - candidates[actor].x)))
        if fitting:
            parties[name] = fitting[0]
            free.remove(fitting[0])
        elif about.brought or (about.place and water):
            enough = True
        elif not about.beside:
            return None
    return parties if enough or len(parties) > 1 else None


def _fits(about: Party, candidate: Candidate, named: bool, act: str) -> bool:
    if candidate.body != (about.kind == "person") or (about.named and not named):
        return False
    if about.kind == "person":
        return (not about.fits or candidate.noun in about.fits) and (named or candidate.act in (*FREE, act))
    return candidate.noun in (about.fits or (about.example,)) or (named and not about.fits)


@dataclass(frozen=True)
class Staged:
    """The items and pictures of a scene with its acts played, and the numbers of items that somebody holds, by their holder."""

    items: list[Item]
    pictures: list[list[Image]]
    held: dict[int, int]


def stage_acts(
    items: Sequence[Item],
    asked: list[dict[str, Any]],
    pictures: list[list[Image]],
    scene: SceneRecord,
    width: int,
    water: float | None = None,
) -> Staged:
    """Play every act of a scene that has a stage and whose parties are there; all else stays. `water` is the row where the place's own water is."""
    placed, drawn, holders = list(items), [list(group) for group in pictures], dict[int, int]()
    candidates = [
        Candidate(one.noun, bool(asked[one.thing]["character"]), asked[one.thing]["act"], one.x) for one in placed
    ]
    taken: set[int] = set()
    for number in range(len(candidates)):
        item = placed[number]
        act = asked[item.thing]["act"]
        if (
            number in taken
            or not candidates[number].body
            or stage_of(act) is None
            or item.habitat not in ("ground", "air")
        ):
            continue
        named = _items_named(scene, asked, placed, item)
        parties = parties_of(act, number, named, candidates, frozenset(taken), water is not None)
        if parties is None:
            continue
        brought = len(asked)
        _play(act, parties, placed, asked, drawn, width, water)
        taken |= set(parties.values())
        holders |= dict.fromkeys(range(brought, len(asked)), item.thing)
        holders |= {placed[parties[name]].thing: item.thing for name in in_hands(act) if name in parties}
    return Staged(placed, drawn, holders)


def _items_named(
    scene: SceneRecord, asked: Sequence[Mapping[str, Any]], items: Sequence[Item], item: Item
) -> list[int]:
    own = asked[item.thing]["part"]
    ids = {actor.object for actor in scene.actors if actor.id == own}
    deeds = [deed for deed in scene.deeds if own in deed.who]
    deeds = [deed for deed in deeds if deed.act == asked[item.thing]["act"]] or deeds
    ids |= {end for deed in deeds for end in (deed.object, deed.to)}
    ids |= {
        relation.object if relation.subject == own else relation.subject
        for relation in scene.relations
        if own in (relation.subject, relation.object)
    }
    return [n for n, one in enumerate(items) if asked[one.thing]["part"] in ids - {"", own}]


def in_hands(act: str) -> list[str]:
    """The parties of an act that are in somebody's hands when it is over, or at a hand in its still picture."""
    return [
        name
        for name, keys in (record(act).stage or Stage()).ways.items()
        if name != ACTOR and any(".hand" in str(key.at) or "chest" in str(key.at) for key in keys)
    ]


def _play(
    act: str,
    parties: Mapping[str, int],
    items: list[Item],
    asked: list[dict[str, Any]],
    pictures: list[list[Image]],
    width: int,
    water: float | None,
) -> None:
    """Put those who take part where the act has them, and draw them anew."""
    stage = record(act).stage or Stage()
    lead = items[parties[ACTOR]]
    bodies = {
        name: _body(items[n], asked[items[n].thing], stage)
        for name, n in parties.items()
        if asked[items[n].thing]["character"]
    }
    others = [items[n].x for name, n in parties.items() if name != ACTOR]
    side = (1 if others[0] > lead.x else -1) if others and abs(others[0] - lead.x) > 1 else 1 if lead.mirrored else -1
    actor = replace(bodies.pop(ACTOR), side=side)
    spot = next((items[n] for name, n in parties.items() if rests(stage, name)), lead)
    if spot is not lead:  # what does not move stays in its place, and who acts comes to it
        tall = actor.height * perspective(spot.depth) / perspective(lead.depth)
        about = next(stage.parties[name] for name in parties if rests(stage, name))
        actor = replace(actor, height=tall, ground=beside(about, (spot.x, spot.feet), spot.wide, side, tall))
    bodies = {
        name: replace(body, height=body.height * perspective(spot.depth) / perspective(items[parties[name]].depth))
        for name, body in bodies.items()
    }
    things = {
        name: (items[n].noun, _shape(pictures, items[n]), asked[items[n].thing]["colour"])
        for name, n in parties.items()
        if name not in (ACTOR, *bodies)
    }
    cast = arrange_cast(act, actor, bodies, things)
    cast |= {name: _as_it_is(items[n]) for name, n in parties.items() if name in things and stage.parties[name].stays}
    cast |= waters(stage, cast, water)
    now = Play(act, cast, asked[lead.thing]["face"]).at(stage.shown)
    shift = _inside(now, width)
    for name, n in parties.items():
        body, item = now[name], items[n]
        if name in things and stage.parties[name].stays:
            continue
        z = spot.z + (0.0 if name == ACTOR else NEARER[stage.parties[name].layer])
        if isinstance(body, Body):
            if name == ACTOR and spot is lead:  # what lifts it is its pose, not its place
                lift = body.pose.lift + (actor.ground[1] - body.ground[1]) / body.height
                body = replace(body, ground=(body.ground[0], actor.ground[1]), pose=replace(body.pose, lift=lift))
            asked[item.thing]["posed"] = to_json(body.pose, body.yaw)
            picture, placed = _drawn_body(body, item, asked[item.thing])
        else:
            picture, placed = _drawn_thing(body, item, asked[item.thing], pictures[item.thing][item.member])
        pictures[item.thing][item.member] = picture
        items[n] = replace(placed, x=placed.x + shift, z=z, depth=spot.depth)
    for name, body in now.items():
        if name not in parties and isinstance(body, Placed) and body.seen > 0:
            z = spot.z + NEARER[stage.parties[name].layer]
            there = replace(spot, x=shift, z=z, thing=len(asked), member=0, noun=body.shown.noun, habitat="ground")
            _add(body, there, items, asked, pictures, asked[lead.thing])


def _add(
    thing: Placed,
    there: Item,
    items: list[Item],
    asked: list[dict[str, Any]],
    pictures: list[list[Image]],
    lead: Mapping[str, Any],
) -> None:
    """What an act brings, as a layer of its own; `there` has its place in the order and how far all are moved."""
    told = {"noun": there.noun, "said": "", "pose": "", "act": "", "character": "", "face": "", "part": "", "posed": ""}
    asked.append({**lead, **told, "colour": thing.colour, "seeds": lead["seeds"][:1]})
    picture = painted_things.picture(there.noun, DRAWN_PX, thing.colour, lead["seeds"][0])
    picture, placed = _drawn_thing(thing.shown, there, asked[-1], picture)
    items.append(replace(placed, x=placed.x + there.x))
    pictures.append([picture])


def rests(stage: Stage, name: str) -> bool:
    """Whether a party is a thing that rests where it is when an act begins, and where somebody touches it."""
    about = stage.parties.get(name)
    free = about is not None and about.kind == "thing" and not about.on and not about.stays
    return free and (name not in stage.ways or stage.ways[name][0].at == "rest")


def _as_it_is(item: Item) -> Placed:
    return Placed(item.noun, (item.x, item.feet), item.wide, item.tall, item.mirrored != facts(item.noun).turned)


def _shape(pictures: Sequence[Sequence[Image]], item: Item) -> float:
    return pictures[item.thing][item.member].width / pictures[item.thing][item.member].height


def _body(item: Item, asked: Mapping[str, Any], stage: Stage) -> Body:
    who = Character.from_json(asked["character"])
    still = performers.place_character(who, asked["act"], face=asked["face"])
    side = 1 if item.mirrored else -1
    return Body(
        who,
        ((item.x - side * (still.ground_x - 0.5) * item.wide), item.feet - (1 - still.ground_y) * item.tall),
        item.tall * still.height,
        side,
        stage.view,
        mood=asked["face"],
    )


def _inside(now: Mapping[str, Body | Placed], width: int) -> float:
    now = {name: one for name, one in now.items() if one.seen > 0}
    half = {name: 0.3 * one.height if isinstance(one, Body) else 0.5 * one.wide for name, one in now.items()}
    middle = {name: one.ground[0] if isinstance(one, Body) else one.point("middle")[0] for name, one in now.items()}
    left = min(middle[name] - half[name] for name in now) - MARGIN * width
    right = max(middle[name] + half[name] for name in now) + MARGIN * width - width
    return -left if left < 0 else -min(right, left) if right > 0 else 0.0


def _drawn_body(body: Body, item: Item, asked: Mapping[str, Any]) -> tuple[Image, Item]:
    still = performers.place_character(body.who, asked["act"], face=asked["face"], posed=asked["posed"])
    tall = body.height / still.height
    wide = tall * still.picture.width / still.picture.height
    x = body.ground[0] + body.side * (still.ground_x - 0.5) * wide
    feet = body.ground[1] + (1 - still.ground_y) * tall
    picture = still.picture
    if body.cut is not None:  # what is under water
        picture = picture.copy()
        shown = above_water(np.asarray(picture), picture.height * (1 - (feet - body.cut) / tall))
        picture.putalpha(PillowImage.fromarray(shown[..., 3]))
    return picture, replace(item, x=x, feet=feet, wide=wide, tall=tall, mirrored=body.side > 0)


def _drawn_thing(thing: Placed, item: Item, asked: Mapping[str, Any], picture: Image) -> tuple[Image, Item]:
    thing, noun = thing.shown, thing.noun
    if thing.noun != noun:
        picture = painted_things.picture(thing.noun, max(picture.size), asked["colour"], asked["seeds"][item.member])
    mirrored = thing.mirrored != facts(thing.noun).turned
    middle = thing.matrix @ (0.5, 0.5, 1.0)
    if not thing.turn:
        return picture, replace(
            item,
            x=float(middle[0]),
            feet=float(middle[1]) + thing.tall / 2,
            wide=thing.wide,
            tall=thing.tall,
            mirrored=mirrored,
        )
    size = picture.width, max(1, round(picture.width * thing.tall / max(1e-6, thing.wide)))
    plain = picture.resize(size, PillowImage.Resampling.LANCZOS)
    plain = plain.transpose(PillowImage.Transpose.FLIP_LEFT_RIGHT) if mirrored else plain
    turned = plain.rotate(-thing.turn, PillowImage.Resampling.BICUBIC, expand=True)
    left, top, right, bottom = turned.getchannel("A").getbbox() or (0, 0, *turned.size)
    scale = thing.wide / picture.width
    x = float(middle[0]) + scale * ((left + right) / 2 - turned.width / 2)
    feet = float(middle[1]) + scale * (bottom - turned.height / 2)
    cut = turned.crop((left, top, right, bottom))
    return cut, replace(item, x=x, feet=feet, wide=scale * cut.width, tall=scale * cut.height, mirrored=False)


def after_all(scene: SceneRecord) -> SceneRecord:
    """The scene as it is when all its deeds are over."""
    parts = scene.parts
    ids = [part.id for part in parts]
    candidates = [
        Candidate(part.noun, isinstance(part, Actor), part.act if isinstance(part, Actor) else "") for part in parts
    ]
    for deed in scene.deeds:
        named = [ids.index(id) for id in (deed.object, deed.to) if id]
        for act in (deed.act, deed.also):
            parties = parties_of(act, ids.index(deed.who[0]), named, candidates)
            scene = after(scene, act, {name: ids[number] for name, number in (parties or {}).items()})
    return scene


def after(scene: SceneRecord, act: str, parties: Mapping[str, str]) -> SceneRecord:
    """The scene as it is when an act is over: what is held, worn, open, out or gone; `parties` are ids by the names of the record."""
    for one in (stage_of(act) or Stage()).after:
        scene = _change_state(scene, one.is_, parties.get(one.what, ""), parties.get(one.of, ""))
    return scene


def _change_state(scene: SceneRecord, state: str, what: str, of: str) -> SceneRecord:
    kinds: Mapping[str, Any] = {"held by": "held by", "worn by": "wearing", "inside": "in", "on": "on"}
    if not what or (state in kinds and not of):
        return scene
    kept = tuple(
        r
        for r in scene.relations
        if r.kind not in kinds.values() or what not in ((r.object,) if r.kind == "wearing" else (r.subject,))
    )
    if state in kinds:
        ends = (of, what) if state == "worn by" else (what, of)
        return scene.model_copy(
            update={"relations": (*kept, Relation(kind=kinds[state], subject=ends[0], object=ends[1]))}
        )
    if state == "gone":
        from pipelines.scenes.recorded import still_done

        return scene.model_copy(
            update={
                "things": tuple(thing for thing in scene.things if thing.id != what),
                "deeds": still_done(scene.deeds, {what}),
                "order": tuple(id for id in scene.order if id != what),
                "relations": tuple(r for r in scene.relations if what not in (r.subject, r.object, r.other)),
                "actors": tuple(
                    actor.model_copy(update={"object": ""}) if actor.object == what else actor for actor in scene.actors
                ),
            }
        )
    things = tuple(thing.model_copy(update={"state": state}) if thing.id == what else thing for thing in scene.things)
    return scene.model_copy(update={"things": things})

"""What can be where: no tree, house or car in a room, no bed in the open that nobody put there, nothing in hands that they cannot hold. By the records of things."""

from __future__ import annotations

from pipelines.props import record
from pipelines.scenes.performers import is_figure, is_person, true_metres
from pipelines.scenes.places import everything
from pipelines.scenes.prompt import Thing as Read
from pipelines.scenes.record import HAND, Actor, Deed, SceneRecord, Thing
from pipelines.scenes.recorded import clean, left_without, reading_of
from pipelines.scenes.sense import can_be_held
from pipelines.scenes.settings import INSIDE, ROOMS
from pipelines.scenes.things import SUITS, height_of, suited_place, tall_behind

LARGEST_INDOORS = 2.0  # storybook metres, of what has no place of its own in a house
LARGEST_ANIMAL = 1.4  # metres
LIFTED = ("carry", "give", "throw", "hold", "take", "pick_up", "put_down")


def in_open_air(part: Actor | Thing | Read) -> bool:
    """Whether something is found under the open sky only; a toy of it is not."""
    if part.size in ("tiny", "small") or "toy" in part.said.split():
        return False
    if is_figure(part.noun):
        return (
            not is_person(part.noun)
            and true_metres(part.noun) >= LARGEST_ANIMAL
            and part.noun not in ("robot", "ghost", "snowman")
        )
    known = record(part.noun)
    if not known.group:
        return tall_behind(part.noun) or SUITS.get(part.noun) == "street"
    if known.room or known.indoors or known.group == "openings":
        return False
    largest = LARGEST_ANIMAL if known.vehicle else LARGEST_INDOORS
    return (
        known.outdoors
        or known.where == "sky"
        or (bool(known.vehicle) and known.where == "water")
        or known.metres >= largest
    )


def fit_to_place(scene: SceneRecord, place: str = "") -> SceneRecord:
    """The scene with everything where it can be; `place` is where the visitor wants it. What had to change is said in its notes."""
    scene = _unheld(scene)
    now = place or scene.place or suited_place([part.noun for part in scene.parts])
    chosen = bool(place) or scene.setting_why.by == HAND.by
    if now in ROOMS:
        odd = odd_in(scene, now)
        if odd and not place and not scene.place:  # nobody said that it is a room
            return scene.model_copy(update={"place": _open_place(odd)})
        odd = [part for part in odd if not is_figure(part.noun)]  # a bear that comes into the library is there
        return _out_of_rooms(scene, odd, now, chosen) if odd else scene
    return scene if chosen else _indoors(scene)


def odd_in(scene: SceneRecord, room: str) -> list[Actor | Thing]:
    """What is found in the open and not in a room."""
    at_home = {*everything()[room].people, *everything()[room].often}  # cows are in barns
    return [part for part in _read_parts(scene) if in_open_air(part) and part.noun not in at_home]


def _read_parts(scene: SceneRecord) -> list[Actor | Thing]:
    return [part for part in scene.parts if part.why.by != HAND.by]  # what a hand puts somewhere stays there


def _out_of_rooms(scene: SceneRecord, odd: list[Actor | Thing], place: str, chosen: bool) -> SceneRecord:
    """A fitting place for what cannot be in a room where the scene is about it; else it is left out."""
    about = len(odd) == len(scene.parts) or bool(({part.id for part in odd}) & _acting(scene))
    word, within = odd[0].said or odd[0].noun, place if place.startswith("inside ") else f"in a {place}"
    if about and not chosen:
        other = _open_place(odd)
        note = f"“{word}” cannot be {within}, so the picture shows a {other}."
        return scene.model_copy(update={"place": other, "notes": (*scene.notes, clean(note, 400))[:48]})
    if len(odd) == len(scene.parts):
        return scene  # the visitor's own choice
    because = {part.id: f"it cannot be {within}." for part in odd}
    return left_without(scene.model_copy(update={"place": scene.place or place}), reading_of(scene), because)


def _open_place(odd: list[Actor | Thing]) -> str:
    suited = suited_place([part.noun for part in odd])
    return suited if suited not in INSIDE else "meadow"


def _acting(scene: SceneRecord) -> set[str]:
    acting = {id for deed in scene.deeds for id in (*deed.who, deed.object, deed.goal)}
    actors = {actor.id for actor in scene.actors}
    near = {
        relation.object
        for relation in scene.relations
        if relation.subject in actors and relation.kind in ("on", "in", "under", "behind")
    }
    return (acting | near) - {""}


def _indoors(scene: SceneRecord) -> SceneRecord:
    beds = [part for part in _read_parts(scene) if record(part.noun).indoors or record(part.noun).posture == "lie"]
    if (
        scene.setting_why.sure == 1.0
        or scene.place in ("", *INSIDE)
        or not beds
        or any(in_open_air(part) for part in scene.parts)
    ):
        return scene
    room = record(beds[0].noun).room or "room"
    note = f"“{beds[0].said or beds[0].noun}” is not found in the open, so the picture shows a {room}."
    return scene.model_copy(update={"place": room, "notes": (*scene.notes, clean(note, 400))[:48]})


def _unheld(scene: SceneRecord) -> SceneRecord:
    """What no hand can hold stands beside who was said to hold it, and is not carried about."""
    nouns = {part.id: part.noun for part in scene.parts}
    notes, relations = [], []
    for relation in scene.relations:
        if relation.kind == "held by" and not can_be_held(nouns[relation.subject]):
            notes.append(clean(f"“{nouns[relation.subject]}” is not held, and stands beside.", 400))
            relation = relation.model_copy(update={"kind": "beside"})
        relations.append(relation)
    deeds = tuple(_put_down(deed, nouns.get(deed.object, "")) for deed in scene.deeds)
    notes += [
        clean(f"“{nouns[before.object]}” is too large to be carried and stays where it is.", 400)
        for before, after in zip(scene.deeds, deeds)
        if before != after
    ]
    if not notes:
        return scene
    return scene.model_copy(
        update={"relations": tuple(relations), "deeds": deeds, "notes": (*scene.notes, *notes)[:48]}
    )


def _put_down(deed: Deed, noun: str) -> Deed:
    large = bool(noun) and not is_figure(noun) and (tall_behind(noun) or height_of(noun) >= LARGEST_INDOORS)
    if not large or not {deed.act, deed.also} & set(LIFTED):
        return deed
    act, also = ("stand" if deed.act in LIFTED else deed.act), ("" if deed.also in LIFTED else deed.also)
    return deed.model_copy(update={"object": "", "act": act, "also": also})

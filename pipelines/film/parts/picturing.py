"""What was read of a scene in the words of the picture model: who is drawn and how they differ, and how things stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.film.parts.places import bathing
from pipelines.language.colours import COLOUR_WORDS
from pipelines.language.lexicon import Words
from pipelines.language.plurals import plural, singular
from pipelines.language.verbs import ORDINALS
from pipelines.props import record
from pipelines.reading.actions import MOTION
from pipelines.scenes import words as SCENE
from pipelines.scenes.prompt import Thing
from pipelines.scenes.settings import PHRASES

if TYPE_CHECKING:
    from pipelines.reading.told import Entity, Event, Sentence, Story
    from pipelines.scenes.record import Thing as Drawn

NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
HOURS = {"dawn": "at dawn", "sunset": "at sunset", "night": "at night", "day": ""}
WEATHERS = {"rain": "in the rain", "snow": "snowing", "fog": "in the fog", "clear": ""}
# verbs whose object is what is where it is said: "put the phone on the table"
PUTTING = Words("verbs", "putting")
# verbs whose "on", "in" and "under" say where who does it is
BEING = Words("verbs", "being")
STANDING = ("on", "in", "under", "behind", "in front of", "beside", "above", "below")
# How people of one picture word are told apart: (hair, a piece of clothing) by what the figure usually wears.
HAIR = ("brown hair", "black hair", "blonde hair", "brown hair", "ginger hair", "grey hair")
CLOTHES = ("red", "blue", "green", "purple", "white", "yellow")
WORN = {
    "girl": "dress",
    "woman": "dress",
    "boy": "shirt",
    "man": "shirt",
    "grandmother": "scarf",
    "grandfather": "scarf",
}


def looks_of(read: Story, drawn: Mapping[str, str]) -> dict[str, str]:
    """What tells apart people who are drawn by one word, the same in every scene: "with black hair and a blue dress"."""
    met: dict[str, list[str]] = {}
    for entity in read.entities:
        noun = drawn.get(entity.id, "")
        if noun in WORN and entity.count == 1 and entity.id not in met.setdefault(noun, []):
            met[noun].append(entity.id)
    looks = {}
    for noun, ids in met.items():
        for number, id in enumerate(ids if len(ids) > 1 else ()):
            hair, colour = HAIR[number % len(HAIR)], CLOTHES[number % len(CLOTHES)]
            looks[id] = f"with {hair} and a {colour} {WORN[noun]}"
    return looks


@dataclass(frozen=True)
class Pictured:
    """A scene of a story before it is drawn: the noun for each that is in it, what happens, where, what tells people apart, who wears and still holds what."""

    read: Story
    nouns: Mapping[str, str]
    events: Sequence[Event]
    place: str
    sentences: Sequence[Sentence]
    looks: Mapping[str, str]
    mounts: Mapping[str, str]
    faces: Mapping[str, str]
    worn: Mapping[str, str]
    held: Mapping[str, str]


def prompt_of(scene: Pictured) -> str:
    """The scene in words: things, joined by how they stand to each other, place, hour, weather."""
    nouns, sentences = scene.nouns, scene.sentences
    names = {}
    for id, noun in nouns.items():
        one = scene.read.entity(id)
        name = counted(as_drawn(one, noun), _role(one, noun))
        names[id] = " ".join(word for word in (name, *_describe_look(scene, id, scene.worn)) if word)
    joined = joined_by(scene.read, scene.events, nouns, scene.mounts)
    seconds = {second for _, second in joined.values()}
    said, named = [], set()
    for id, name in names.items():
        if id in joined:
            kind, second = joined[id]
            again = second in named
            named.add(second)
            said.append(f"{name} {kind} {f'the {nouns[second]}' if again else names[second]}")
        elif id not in seconds:
            said.append(name)
    last = sentences[-1] if sentences else None
    hour, weather = (last.hour, last.weather) if last else ("", "")
    season = "in autumn" if last and last.season == "autumn" else ""
    where = " ".join(word for word in (PHRASES.get(scene.place, ""), season, HOURS.get(hour, "")) if word)
    whole = " ".join(word for word in (", ".join(said), where) if word)
    return ", ".join(word for word in (whole, WEATHERS.get(weather, "")) if word)


def _describe_look(scene: Pictured, id: str, worn: Mapping[str, str]) -> tuple[str, str]:
    """The hair and the clothes of somebody, in words."""
    one, look = scene.read.entity(id), scene.looks.get(id, "") if id not in worn else ""
    clothes = scene.read.entity(worn[id]) if id in worn else None
    hair = f"with {one.hair}" if one.hair and one.count == 1 else ""
    look = f"{hair} and {look.partition(' and ')[2]}" if hair and look else look or hair
    coat = f"in {counted(Thing(clothes.noun, clothes.said, 1, _colour(clothes), ''))}" if clothes else ""
    return look, coat


def looks_in(scene: Pictured, id: str) -> str:
    """How a figure looks, as a character is made of words."""
    noun = scene.nouns[id]
    thing = as_drawn(scene.read.entity(id), noun)
    words = (thing.size, thing.colour, _role(scene.read.entity(id), noun), noun, *_describe_look(scene, id, scene.worn))
    return " ".join(word for word in words if word)


def worn_in(read: Story, events: Sequence[Event], before: Mapping[str, str]) -> dict[str, str]:
    """Who wears what by the words of the scene and since those `before`, and can: "a girl in a yellow dress", "the king puts on an apron"."""
    found = {one.id: one.wears for one in read.entities if one.wears and _wearable(read, one.wears)} | dict(before)
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        put_on = event.verb in ("wear", "don") or (event.verb == "put" and event.said.endswith(" on"))
        clothes = [w.entity for w in event.where if w.relation == "in"] + (list(event.what) if put_on else [])
        for id in clothes:
            if read.entity(event.who[0]).figure and _wearable(read, id):
                found[event.who[0]] = id
        if event.verb in ("take", "lose", "remove", "drop", "throw") or event.said.endswith(" off"):
            found = {id: worn for id, worn in found.items() if worn not in event.what}
    return found


def _wearable(read: Story, id: str) -> bool:
    from pipelines.scenes.performers import wearable

    return read.entity(id).noun in wearable()


def joined_by(
    read: Story, events: Sequence[Event], nouns: Mapping[str, str], mounts: Mapping[str, str] | None = None
) -> dict[str, tuple[str, str]]:
    """How what is drawn stands to one another: first -> (relation, second); each is in one pair only. Riders are on what they ride."""
    joined: dict[str, tuple[str, str]] = {}
    taken: set[str] = set()
    for first, kind, second in _relations(read, events, nouns, mounts or {}):
        on = (mounts or {}).get(first) == second
        aboard = on and first not in taken and second not in joined
        if first in nouns and second in nouns and first != second and (aboard or not {first, second} & taken):
            joined[first] = kind, second
            taken |= {first, second}
    return joined


def standing_in(scene: Pictured) -> list[tuple[str, str, str]]:
    """How all that is drawn stands to one another: (first, relation, second); each stands in one place."""
    found: dict[str, tuple[str, str]] = {}
    for first, kind, second in _relations(scene.read, scene.events, scene.nouns, scene.mounts):
        if first in found or first == second or not {first, second} <= set(scene.nouns):
            continue
        up = second
        while up in found and up != first:  # nobody is on what is on them
            up = found[up][1]
        if up != first:
            found[first] = kind, second
    return [(first, kind, second) for first, (kind, second) in found.items()]


def drawn_order(scene: Pictured) -> list[str]:
    """Who and what is drawn, in the order in which the picture's words name them."""
    return _order(scene.nouns, joined_by(scene.read, scene.events, scene.nouns, scene.mounts))


def _order(nouns: Mapping[str, str], joined: Mapping[str, tuple[str, str]]) -> list[str]:
    seconds = {second for _, second in joined.values()}
    order = [one for id in nouns if id not in seconds for one in ((id, joined[id][1]) if id in joined else (id,))]
    return list(dict.fromkeys(order))


def called_in(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], mounts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """How each is called in the words for the animation: by its noun, or "second girl" where the picture has several, in their order."""
    alike: dict[str, list[str]] = {}
    for id in _order(nouns, joined_by(read, events, nouns, mounts)):
        alike.setdefault(nouns[id], []).append(id)
    found = dict(nouns)
    for noun, ids in alike.items():
        if len(ids) > 1:
            found |= {id: f"{ordinal} {noun}" for ordinal, id in zip(ORDINALS, ids)}
    return found


def _relations(
    read: Story, events: Sequence[Event], nouns: Mapping[str, str], mounts: Mapping[str, str]
) -> list[tuple[str, str, str]]:
    """Riders on what they ride, who and what is where deeds say, and beside somebody who gives them something or hugs them."""
    from pipelines.scenes.words import RELATIONS

    relations = [(rider, "on", host) for rider, host in mounts.items()]
    near = []
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        if event.action == "ride" and event.what:
            relations.append((event.who[0], "on", event.what[0]))
        if bath := bathing(read, event):
            relations.append((event.who[0], "in", bath))
        for where in event.where:
            kind = RELATIONS.get(where.relation, "")
            if kind not in STANDING or read.entity(where.entity).noun in SCENE.WEATHER_OF:
                continue
            if event.verb in ("drop", "throw", "pour") and read.entity(where.entity).figure:
                continue  # it falls on somebody and does not stay there
            if event.verb in PUTTING and event.what:
                relations.append((event.what[0], kind, where.entity))
            elif (
                kind in ("beside", "behind", "in front of")
                or event.verb in BEING
                or event.action in ("sit", "lie", "sleep", "ride")
                or (event.action not in MOTION and _bears(nouns.get(where.entity, ""), kind))
            ):
                relations += [(who, kind, where.entity) for who in event.who]
        if event.action in ("give", "hug"):
            near += [(event.who[0], "beside", id) for id in (*event.whom, *event.what)[:1] if read.entity(id).figure]
    return [*relations, *near]


def _bears(noun: str, kind: str) -> bool:
    """Whether who does something in, on or under a thing is there: in a bed or a boat, not on the table where a letter is written."""
    from pipelines.scenes.cabins import has_cabin

    known = record(noun)
    if kind == "under":
        return bool(noun)
    return kind in ("on", "in") and (bool(known.posture) or bool(known.deck) or has_cabin(noun))


def as_drawn(entity: Entity, noun: str) -> Thing:
    """Somebody or something as a painter counts it: the noun that is drawn, with number, colour and size."""
    size = next((SCENE.SIZES[word] for word in entity.adjectives if word in SCENE.SIZES), "")
    colour = "" if _colour(entity) in noun.split() else _colour(entity)
    return Thing(noun, entity.said, min(entity.count, SCENE.MOST), colour, size)


def _colour(entity: Entity) -> str:
    return COLOUR_WORDS.get(entity.colour, "")


def _role(entity: Entity, noun: str) -> str:
    """ "female" before a profession whose figure is a man, and the other way round; "" where the figure fits."""
    from pipelines.figures import everything
    from pipelines.figures.vocabulary import vocabulary
    from pipelines.scenes.performers import kinds

    kind = kinds().get(noun, "")
    table = everything().get(kind, {})
    if (
        entity.kind != "person"
        or not entity.gender
        or table.get("face") != "person"
        or kind in WORN
        or kind in ("baby", "king", "queen", "prince", "princess")
    ):
        return ""
    usual = "f" if kind in vocabulary().female or float(str(table.get("lash", 0))) > 0 else "m"
    return "" if usual == entity.gender else {"f": "female", "m": "male"}[entity.gender]


def counted(thing: Thing | Drawn, role: str = "") -> str:
    """A thing with its number, size and colour: "two big red balls"."""
    words = " ".join(word for word in (thing.size, thing.colour, role, thing.noun) if word)
    if thing.count == 1:
        return words if singular(thing.noun) != thing.noun else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return f"{NUMBERS[min(thing.count, 12)]} {words if singular(thing.noun) != thing.noun else plural(words)}"

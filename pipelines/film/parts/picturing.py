"""What was read of a scene in the words of the picture model: who is drawn and how they differ, and how things stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.film.parts.places import bathing
from pipelines.language.verbs import ORDINALS
from pipelines.scenes import words as SCENE
from pipelines.scenes.prompt import Thing

if TYPE_CHECKING:
    from pipelines.reading.told import Entity, Event, Sentence, Story

NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLACES = {
    "meadow": "in a meadow", "forest": "in a forest", "sea": "by the sea", "lake": "by a lake", "underwater": "under the sea", "snow": "in the snow",
    "desert": "in the desert", "city": "in the city", "street": "in a street", "room": "in a room", "mountains": "in the mountains",
    "space": "in space", "clouds": "in the clouds", "river": "by a river", "kitchen": "in a kitchen", "bedroom": "in a bedroom",
    "classroom": "in a classroom", "hospital": "in a hospital", "shop": "in a shop", "hall": "in a hall", "cave": "in a cave", "garden": "in a garden", "park": "in a park",
    "playground": "at a playground", "farm": "on a farm", "village": "in a village", "hill": "on a hill", "cliff": "on a cliff", "station": "at a station", "jungle": "in a jungle",
}  # fmt: skip
HOURS = {"dawn": "at dawn", "sunset": "at sunset", "night": "at night", "day": ""}
WEATHERS = {"rain": "in the rain", "snow": "snowing", "fog": "in the fog", "clear": ""}
# verbs whose object is what is where it is said: "put the phone on the table"
PUTTING = frozenset(
    [
        "put",
        "lay",
        "set",
        "place",
        "leave",
        "hang",
        "drop",
        "pour",
        "hide",
        "keep",
        "find",
        "see",
        "spot",
        "notice",
        "forget",
        "plant",
        "throw",
        "bury",
        "store",
    ]
)
# verbs whose "on", "in" and "under" say where who does it is
BEING = frozenset(
    [
        "meet",
        "sit",
        "stand",
        "lie",
        "sleep",
        "live",
        "be",
        "stay",
        "wait",
        "rest",
        "perch",
        "climb",
        "jump",
        "land",
        "hide",
        "dance",
        "swim",
        "float",
        "sail",
        "ride",
        "kneel",
        "nap",
        "wake",
        "camp",
        "balance",
        "curl",
        "crouch",
        "hang",
    ]
)
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
    for one in read.entities:
        noun = drawn.get(one.id, "")
        if noun in WORN and one.count == 1 and one.id not in met.setdefault(noun, []):
            met[noun].append(one.id)
    found = {}
    for noun, ids in met.items():
        for number, id in enumerate(ids if len(ids) > 1 else ()):
            hair, colour = HAIR[number % len(HAIR)], CLOTHES[number % len(CLOTHES)]
            found[id] = f"with {hair} and a {colour} {WORN[noun]}"
    return found


def prompt_of(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], place: str, sentences: Sequence[Sentence],
    looks: Mapping[str, str] | None = None, mounts: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """The scene in words that the picture model knows: things, joined by how they stand to each other, place, hour, weather."""
    names = {id: _named(_thing(read.entity(id), noun), _role(read.entity(id), noun)) for id, noun in nouns.items()}
    joined = joined_by(read, events, nouns, mounts)
    worn = worn_in(read, events)
    for id, name in names.items():
        one, look = read.entity(id), (looks or {}).get(id, "") if id not in worn else ""
        clothes = read.entity(worn[id]) if id in worn else None
        hair = f"with {one.hair}" if one.hair and one.count == 1 else ""
        look = f"{hair} and {look.partition(' and ')[2]}" if hair and look else look or hair
        coat = f"in {_named(Thing(clothes.noun, clothes.said, 1, _colour(clothes), ''))}" if clothes else ""
        names[id] = " ".join(word for word in (name, look, coat) if word)
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
    where = " ".join(word for word in (PLACES.get(place, ""), season, HOURS.get(hour, "")) if word)
    whole = " ".join(word for word in (", ".join(said), where) if word)
    return ", ".join(word for word in (whole, WEATHERS.get(weather, "")) if word)


def worn_in(read: Story, events: Sequence[Event]) -> dict[str, str]:
    """Who wears what by the words of the scene, and can: "a girl in a yellow dress", "the king puts on an apron"."""
    found = {one.id: one.wears for one in read.entities if one.wears and _wearable(read, one.wears)}
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
    on = [(rider, "on", host) for rider, host in (mounts or {}).items()]
    near = [
        (event.who[0], "beside", (*event.whom, *event.what)[0])
        for event in events
        if event.real and not event.negated and event.action in ("give", "hug") and event.who
        if (*event.whom, *event.what) and read.entity((*event.whom, *event.what)[0]).figure
    ]
    for first, kind, second in [*on, *_relations(read, events), *near]:
        aboard = (first, kind, second) in on and first not in taken and second not in joined
        if first in nouns and second in nouns and first != second and (aboard or not {first, second} & taken):
            joined[first] = kind, second
            taken |= {first, second}
    return joined


def called_in(
    read: Story, nouns: Mapping[str, str], events: Sequence[Event], mounts: Mapping[str, str] | None = None
) -> dict[str, str]:
    """How each is called in the words for the animation: by its noun, or "second girl" where the picture has several, in their order."""
    joined = joined_by(read, events, nouns, mounts)
    seconds = {second for _, second in joined.values()}
    order = [one for id in nouns if id not in seconds for one in ((id, joined[id][1]) if id in joined else (id,))]
    order = list(dict.fromkeys(order))
    alike: dict[str, list[str]] = {}
    for id in order:
        alike.setdefault(nouns[id], []).append(id)
    found = dict(nouns)
    for noun, ids in alike.items():
        if len(ids) > 1:
            found |= {id: f"{ordinal} {noun}" for ordinal, id in zip(ORDINALS, ids)}
    return found


def _relations(read: Story, events: Sequence[Event]) -> list[tuple[str, str, str]]:
    from pipelines.scenes.words import RELATIONS

    found = []
    for event in events:
        if not event.real or event.negated or not event.who:
            continue
        if event.action == "ride" and event.what:
            found.append((event.who[0], "on", event.what[0]))
        if bath := bathing(read, event):
            found.append((event.who[0], "in", bath))
        for where in event.where:
            kind = RELATIONS.get(where.relation, "")
            if kind not in STANDING or read.entity(where.entity).noun in SCENE.WEATHER_OF:
                continue
            if event.verb in ("drop", "throw", "pour") and read.entity(where.entity).figure:
                continue  # it falls on somebody and does not stay there
            if event.verb in PUTTING and event.what:
                found.append((event.what[0], kind, where.entity))
            elif (
                kind in ("beside", "behind", "in front of")
                or event.verb in BEING
                or event.action in ("sit", "lie", "sleep", "ride")
            ):
                found.append((event.who[0], kind, where.entity))
    return found


def _thing(one: Entity, noun: str) -> Thing:
    size = next((SCENE.SIZES[word] for word in one.adjectives if word in SCENE.SIZES), "")
    return Thing(noun, one.said, min(one.count, SCENE.MOST), _colour(one), size)


def _colour(one: Entity) -> str:
    return SCENE.COLOUR_WORDS.get(one.colour, "")


def _role(one: Entity, noun: str) -> str:
    """ "female" before a profession whose figure is a man, and the other way round; "" where the figure fits."""
    from pipelines.figures import everything
    from pipelines.figures.vocabulary import vocabulary
    from pipelines.scenes.performers import kinds

    kind = kinds().get(noun, "")
    table = everything().get(kind, {})
    if (
        one.kind != "person"
        or not one.gender
        or table.get("face") != "person"
        or kind in WORN
        or kind in ("baby", "king", "queen", "prince", "princess")
    ):
        return ""
    usual = "f" if kind in vocabulary().female or float(str(table.get("lash", 0))) > 0 else "m"
    return "" if usual == one.gender else {"f": "female", "m": "male"}[one.gender]


def _named(thing: Thing, role: str = "") -> str:
    words = " ".join(word for word in (thing.size, thing.colour, role, thing.noun) if word)
    if thing.count == 1:
        return words if _plural(thing.noun) else f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return f"{NUMBERS[min(thing.count, 12)]} {_several(words)}"


def _plural(noun: str) -> bool:
    return noun in (
        "glasses",
        "grapes",
        "cherries",
        "pancakes",
        "stairs",
        "books",
        "fries",
        "headphones",
        "scissors",
        "crossed swords",
    )


def _several(words: str) -> str:
    from pipelines.scenes.words import IRREGULAR

    head, _, last = words.rpartition(" ")
    irregular = next((many for many, one in IRREGULAR.items() if one == last), "")
    if irregular:
        return f"{head} {irregular}".strip()
    if last.endswith("ss"):
        return f"{words}es"
    if _plural(last) or last.endswith("s"):
        return words
    if last.endswith("y") and last[-2] not in "aeiou":
        return f"{words[:-1]}ies"
    return f"{words}{'es' if last.endswith(('x', 'ch', 'sh')) else 's'}"

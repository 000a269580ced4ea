"""A story of a few sentences becomes scenes, by rules that anyone can follow: a sentence a scene, what it names is drawn, verbs move it.

A prompt holds the things that the picture model knows, with number, colour and how they stand to each other. Place, hour and weather go
on from the scene before until the story says others; a pronoun stands for what was spoken of last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    from pipelines.scenes.prompt import Reading, Relation, Thing

MOST_CHARACTERS = 6000
MOST_SCENES = 12
SHORT, LONG = 26, 240  # characters of a sentence that is joined to the next, or parted
MOST_THINGS = 4
ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof|No)\.$")
PRONOUN = re.compile(
    r"(^|[.;,!?]\s*(?:and |but |then |so )?|\b(?:and|but|then|so|soon|there|now|suddenly|at last|finally),? )(he|she|it|they)\b",
    re.I,
)
NUMBERS = ("no", "a", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PLACES = {
    "meadow": "in a meadow", "forest": "in a forest", "sea": "by the sea", "underwater": "under the sea", "snow": "in the snow",
    "desert": "in the desert", "city": "in the city", "street": "in a street", "room": "in a room", "mountains": "in the mountains",
    "space": "in space", "clouds": "in the clouds",
}  # fmt: skip
HOURS = {"dawn": "at dawn", "sunset": "at sunset", "night": "at night", "day": ""}
WEATHERS = {"rain": "in the rain", "snow": "snowing", "fog": "in the fog", "clear": ""}


@dataclass(frozen=True)
class Told:
    """What is carried from scene to scene."""

    place: str = ""
    hour: str = ""
    weather: str = ""
    things: tuple[Thing, ...] = ()  # those spoken of last
    cast: tuple[Thing, ...] = ()  # everyone that was met so far


def scenes_of(story: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Scenes as a storyboard has them (picture, motion, line), and notes on what could not be drawn. Raises Refusal, MissingModel."""
    from pipelines.scenes import drawings

    if not story.strip():
        raise Refusal("Please write a story of a few sentences first.")
    if len(story) > MOST_CHARACTERS:
        raise Refusal(
            f"The story has {len(story):,} characters; {MOST_CHARACTERS:,} is the most. A film holds about a dozen scenes."
        )
    known, nearest = drawings.vocabulary(), drawings.nearest()
    told, scenes, notes = Told(), [], []
    for number, sentence in enumerate(parts_of(story), 1):
        reading = _read(sentence, known, nearest)
        for said, noun, cosine in reading.matched:
            notes.append(
                f"Scene {number}: “{said}” is drawn as “{noun}”, the nearest word that the picture model knows ({cosine:.0%} alike)."
            )
        before, told = told, _carried(told, reading)
        prompt = prompt_of(told, reading.relations if reading.things else ())
        if not prompt:
            notes.append(f"Scene {number}: nothing in it can be drawn; please say what the picture shows.")
        scenes.append(
            {"picture": {"prompt": prompt}, "motion": {"text": _motion(sentence, before.things)}, "line": sentence}
        )
    return scenes, list(dict.fromkeys(notes))


def parts_of(story: str) -> list[str]:
    """The story's sentences, a scene each: very short ones joined, very long ones parted, a dozen at most."""
    sentences: list[str] = []
    for part in re.split(r"(?<=[.!?…])[\"”’)]*\s+|\n+", " ".join(story.split(" "))):
        part = " ".join(part.split())
        if not part:
            continue
        if sentences and (ABBREVIATED.search(sentences[-1]) or len(sentences[-1]) < SHORT):
            sentences[-1] = f"{sentences[-1]} {part}"
        else:
            sentences.append(part)
    if len(sentences) > 1 and len(sentences[-1]) < SHORT:
        last = sentences.pop()
        sentences[-1] = f"{sentences[-1]} {last}"
    made = [piece for sentence in sentences for piece in _parted(sentence)]
    while len(made) > MOST_SCENES:  # the shortest neighbours share a scene
        at = min(range(len(made) - 1), key=lambda n: len(made[n]) + len(made[n + 1]))
        made[at : at + 2] = [f"{made[at]} {made[at + 1]}"]
    return made


def _parted(sentence: str) -> list[str]:
    """A long sentence in two where it breathes nearest to its middle."""
    if len(sentence) <= LONG:
        return [sentence]
    breaths = [match.end() for match in re.finditer(r"[,;:–—.!?]\s", sentence)]
    if not breaths:
        return [sentence]
    cut = min(breaths, key=lambda at: abs(at - len(sentence) / 2))
    return [*_parted(sentence[:cut].strip()), *_parted(sentence[cut:].strip())]


def _read(sentence: str, known: Any, nearest: Any) -> Reading:
    from pipelines.scenes.prompt import Reading, read

    try:
        return read(sentence, known, nearest)
    except Refusal:
        return Reading(sentence)


def _carried(before: Told, reading: Reading) -> Told:
    """What the scene shows: its own things, or those spoken of last; the place, hour and weather that hold now."""
    place = reading.place if reading.place != "plain" else ""
    things = list(reading.things[:MOST_THINGS])
    if before.things and (not things or PRONOUN.search(reading.prompt)):
        who = replace(before.things[0], spot="")
        if all(thing.noun != who.noun for thing in things):
            things = [who, *things][:MOST_THINGS]
    cast = {thing.noun: thing for thing in before.cast}
    things = [_again(thing, cast.get(thing.noun)) for thing in things]
    cast |= {thing.noun: thing for thing in things}
    weather = reading.weather or ("" if reading.hour else before.weather)
    return Told(place or before.place, reading.hour or before.hour, weather, tuple(things), tuple(cast.values()))


def _again(thing: Thing, known: Thing | None) -> Thing:
    """Who is met again keeps the colour and size that it had."""
    if known is None or known.count != thing.count:
        return thing
    return replace(thing, colour=thing.colour or known.colour, size=thing.size or known.size)


def prompt_of(told: Told, relations: Sequence[Relation] = ()) -> str:
    """The scene in words that the picture model knows."""
    names = [_named(thing) for thing in told.things]
    joined: dict[int, str] = {}
    for relation in relations:
        a, b = relation.subject, relation.object
        if (
            relation.other is None
            and a < len(names)
            and b < len(names)
            and a not in joined
            and b not in joined
            and a != b
        ):
            joined[a], joined[b] = f"{names[a]} {relation.kind} {names[b]}", ""
    said = [text for number, name in enumerate(names) if (text := joined.get(number, name))]
    where = " ".join(word for word in (PLACES.get(told.place, ""), HOURS.get(told.hour, "")) if word)
    whole = " ".join(word for word in (", ".join(said), where) if word)
    weather = WEATHERS.get(told.weather, "")
    return ", ".join(word for word in (whole, weather) if word)


def _named(thing: Thing) -> str:
    words = " ".join(word for word in (thing.size, thing.colour, thing.noun) if word)
    if thing.count == 1:
        return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"
    return f"{NUMBERS[min(thing.count, 12)]} {words}{'' if words.endswith('s') else 'es' if words.endswith(('x', 'ch', 'sh')) else 's'}"


def _motion(sentence: str, before: Sequence[Thing]) -> str:
    """The sentence with who is meant instead of a pronoun; empty where it can be taken as it is."""
    if not before or not PRONOUN.search(sentence):
        return ""
    who = f"the {before[0].noun}"
    return PRONOUN.sub(lambda found: found[1] + (who.capitalize() if found[2][0].isupper() else who), sentence, count=2)

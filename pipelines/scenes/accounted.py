"""What became of every word of a scene's line: shown, replaced by another picture, left out, or not shown at all. Joining words count for nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.language.colours import COLOUR_WORDS
from pipelines.language.doings import FACES, doing_of, verb_of
from pipelines.language.lexicon import Words
from pipelines.language.plurals import singular
from pipelines.scenes.record import Actor, SceneRecord, Thing
from pipelines.scenes.settings import shows
from pipelines.scenes.words import COUNTS, HOUR_OF, PLACE_OF, RELATIONS, SEASON_OF, SIZES, SPOTS, WEATHER_OF

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
JOINING = (Words("small", "english small"), Words("small", "english also"), Words("small", "definite"))
MORE_JOINING = Words("small", "joining")
NOT_SHOWN = "Nothing in the picture shows this word."


@dataclass(frozen=True)
class Told:
    """One word of the line, where it stands, and what it became: `state` is shown, replaced, left, spoken, or unseen; `part` is whom or what it is."""

    start: int
    end: int
    word: str
    state: str
    part: str = ""
    because: str = ""
    field: str = ""  # of an actor or a thing, that a verb or an adjective speaks of: act, mood, colour or size
    value: str = ""  # that it has there

    def as_json(self) -> dict[str, Any]:
        """Return it as the page gets it."""
        return asdict(self)


def word_coverage(scene: SceneRecord, line: str = "") -> list[Told]:
    """Every word that means something of a line, or of the sentence that the scene was read from, in order."""
    scene = scene.model_copy(update={"sentence": line[:2000]}) if line else scene
    quoted = [match.span() for match in QUOTED.finditer(scene.sentence)]
    parts = _parts_by_word(scene)
    left = {word: one.because for one in scene.left_out for word in _words(one.words)}
    tolds = []
    for match in WORD.finditer(scene.sentence):
        plain = match[0].lower().removesuffix("'s").removesuffix("’s")
        if any(a <= match.start() < b for a, b in quoted):
            tolds.append(Told(*match.span(), match[0], "spoken"))
        elif found := _became(scene, plain, parts, left):
            says = ("", "") if {plain, singular(plain)} & parts.keys() else _says_of_somebody(plain)
            tolds.append(Told(*match.span(), match[0], *found, *says))
    return tolds


def _says_of_somebody(word: str) -> tuple[str, str]:
    """The field of an actor or a thing that a verb or an adjective speaks of, and its value there; both empty for other words."""
    tables = {"mood": FACES, "colour": COLOUR_WORDS, "size": SIZES}
    verb = verb_of(word)
    return next(
        ((field, table[word]) for field, table in tables.items() if word in table),
        ("act", doing_of(verb)[0]) if verb else ("", ""),
    )


def _words(text: str) -> list[str]:
    return [match[0].lower() for match in WORD.finditer(text)]


def _parts_by_word(scene: SceneRecord) -> Mapping[str, Actor | Thing]:
    """The words by which each part goes; a word goes to the first part that it names."""
    return {
        word: part
        for part in reversed(scene.parts)
        for text in (part.said, part.why.words, part.cast if isinstance(part, Actor) else "", part.noun)
        for word in _words(text)
    }


def _became(
    scene: SceneRecord, word: str, parts: Mapping[str, Actor | Thing], left: Mapping[str, str]
) -> tuple[str, str, str] | None:
    """What a word became, its part and the reason; None for a word that only joins others."""
    part = parts.get(word) or parts.get(singular(word))
    if part is not None and word not in MORE_JOINING:
        replaced = (
            bool(part.why.note) or part.why.by in ("WordNet", "MiniLM") or singular(word) not in _drawn_words(part)
        )
        if part.why.by == "hand" and singular(word) not in _drawn_words(part):
            return "replaced", part.id, f"You chose “{part.noun}” for it."
        if replaced and singular(word) in _words(part.said or part.why.words):
            return "replaced", part.id, part.why.note or f"It is drawn as “{part.noun}”."
        return "shown", part.id, ""
    if word in left:
        return "left", "", left[word]
    if shown := next((note for note in scene.notes if note.startswith(f"“{word}” is shown as ")), ""):
        return "replaced", "", shown
    if word in MORE_JOINING:
        return None
    if seen := _seen_otherwise(scene, word):
        return "shown", seen if seen != "scene" else "", ""
    if any(word in joining for joining in JOINING) or word in COUNTS:
        return None
    return "unseen", "", NOT_SHOWN


def _drawn_words(part: Actor | Thing) -> set[str]:
    """What a part's picture is called, and what else means the same."""
    from pipelines.scenes.performers import kinds

    known = kinds()
    alike = {word for word, kind in known.items() if kind == known.get(part.noun)} if part.noun in known else set()
    from pipelines.scenes.painted_things import words as things

    cast = _words(part.cast) if isinstance(part, Actor) else []
    return {w for text in (part.noun, *alike, *things().get(part.noun, ())) for w in _words(text)} | set(cast)


def _seen_otherwise(scene: SceneRecord, word: str) -> str:
    """Where a word is seen that names no part: the id of a part that looks, feels, stands or acts so, "scene" for the place; "" for nowhere."""
    verb = verb_of(word)
    act, also = doing_of(verb) if verb else ("", "")
    for part in scene.parts:
        if (
            (part.colour and part.colour in (COLOUR_WORDS.get(word), word))
            or (part.size and SIZES.get(word) == part.size)
            or (part.at and SPOTS.get(word) == part.at)
            or (COUNTS.get(word) == part.count and part.count > 1)
        ):
            return part.id
        if isinstance(part, Actor):
            done = {part.act, *(w for deed in scene.deeds if part.id in deed.who for w in (deed.act, deed.also))} - {""}
            other = bool(part.mood) and word in FACES and FACES[word] != part.mood
            if (word in _words(part.look) and not other) or (part.mood and part.mood in (word, FACES.get(word))):
                return part.id
            if verb and {act, also, verb} & done - {"stand"}:
                return part.id
            if any(word in _words(deed.why.words) for deed in scene.deeds if part.id in deed.who):
                return part.id
    stands = next((relation for relation in scene.relations if RELATIONS.get(word) == relation.kind), None)
    if stands is not None:
        return stands.subject
    in_scene = (
        (scene.hour and HOUR_OF.get(word) == scene.hour)
        or (scene.weather and WEATHER_OF.get(word) == scene.weather)
        or (scene.season and SEASON_OF.get(word) == scene.season)
        or (scene.place and (scene.place in (PLACE_OF.get(word), word) or shows(scene.place, word)))
    )
    return "scene" if in_scene else ""

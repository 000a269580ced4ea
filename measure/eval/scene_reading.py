"""A sentence as the studio shows it today: what Storybook or the film reads, as a scene's record, and what the layout cannot keep.

The one place that knows today's readers. Where they write records themselves, `shown` returns theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.scenes.record import Actor, LeftOut, Relation, SceneRecord, Thing

UNSAID = {"place": "", "hour": "", "weather": "", "style": ""}
SIZE_PX = (1280, 720)


@dataclass(frozen=True)
class Shown:
    """A scene's record, the place that is painted, the relations the layout broke, and everything that the page says of it."""

    scene: SceneRecord
    place: str = ""
    broken: tuple[Relation, ...] = ()
    said: str = ""


def shown(sentence: str, story: bool = False, seed: int = 0) -> Shown:
    """Read a sentence as Storybook does, or as the film does the first scene of a story."""
    try:
        film = _of_film(sentence) if story else None
        prompt = film["picture"]["prompt"] if film else sentence
        return _of_prompt(sentence, prompt, film, seed)
    except Refusal as refused:
        left = LeftOut(words=sentence[:120], because=str(refused)[:300])
        return Shown(SceneRecord(sentence=sentence, left_out=(left,)), said=str(refused))


def prompt_of(sentence: str, story: bool = False) -> str:
    """What is painted for a sentence: itself, or what the film asks for. Raises Refusal."""
    return str(_of_film(sentence)["picture"]["prompt"]) if story else sentence


def _of_film(sentence: str) -> dict[str, Any]:
    from pipelines.film.parts import story

    told = story.told(sentence)
    return {**told["scenes"][0], "notes": told["notes"]}


def _of_prompt(sentence: str, prompt: str, film: dict[str, Any] | None, seed: int) -> Shown:
    from pipelines.generate import storybook
    from pipelines.generate.parts import scene_drawings

    read = storybook._told(prompt, {}, "", "", lambda _: None)
    about = storybook._facts(read, UNSAID, prompt, "", seed)
    broken = scene_drawings.laid_out(read.reading, about, *SIZE_PX, seed)[1]
    ids = [f"{_slug(thing.noun)}-{number}" for number, thing in enumerate(read.reading.things, 1)]
    deeds = _deeds(film, read.reading.things, ids) if film else {}
    parts = [_part(thing, id, read, deeds.get(id)) for thing, id in zip(read.reading.things, ids, strict=True)]
    scene = SceneRecord(
        sentence=sentence, place=read.reading.place, hour=read.reading.hour, weather=read.reading.weather, season=read.reading.season,
        actors=tuple(part for part in parts if isinstance(part, Actor)),
        things=tuple(part for part in parts if not isinstance(part, Actor)),
        relations=_relations(read.reading.relations, ids),
    )  # fmt: skip
    said = " ".join([*about["notes"], *(film["notes"] if film else [])])
    return Shown(scene, about["place"], _relations(broken, ids), said)


def _part(thing: Any, id: str, read: Any, deed: tuple[str, str] | None) -> Actor | Thing:
    from pipelines.scenes.performers import is_figure

    plain = {
        "id": id,
        "noun": thing.noun,
        "said": thing.said,
        "count": thing.count,
        "size": thing.size,
        "at": thing.spot,
    }
    colour = thing.colour
    if not is_figure(thing.noun):
        return Thing(**plain, colour=colour, state=thing.act)
    look = _look(read.worn.said_of((thing.said, thing.noun), 0)) if read.worn else ""
    act, object = deed or (thing.act, "")
    return Actor(**plain, colour=colour, look=look[:120], act=act, object=object)


def _look(said: str) -> str:
    """What is said of a figure, without the words that its drawing does not show."""
    from pipelines.figures import from_words

    try:
        unknown = from_words(said).unknown if said else ()
    except Refusal:
        return ""
    return " ".join(word for word in said.split() if word not in unknown)


def _relations(relations: Any, ids: list[str]) -> tuple[Relation, ...]:
    made = []
    for one in relations:
        subject, object = ids[one.subject], ids[one.object]
        if one.kind == "holding":
            made.append(Relation(kind="held by", subject=object, object=subject))
        elif subject != object:
            made.append(
                Relation(
                    kind=one.kind, subject=subject, object=object, other="" if one.other is None else ids[one.other]
                )
            )
    return tuple(made)


def _deeds(film: dict[str, Any], things: Any, ids: list[str]) -> dict[str, tuple[str, str]]:
    """What each figure of a film's scene does first, and to whom or what of the picture."""
    called = {one["id"]: one["pictured_as"] for one in film["told"]["entities"]}
    in_picture = {noun: id for thing, id in zip(things, ids, strict=True) for noun in (thing.said, thing.noun)}
    deeds: dict[str, tuple[str, str]] = {}
    for event in film["told"]["events"]:
        if event.get("negated") or not event.get("real", True):
            continue
        objects = [in_picture[called[id]] for id in event.get("what", ()) if called.get(id) in in_picture]
        for id in event.get("who", ()):
            doer = in_picture.get(called.get(id, ""), "")
            if doer:
                deeds.setdefault(
                    doer, (event.get("action") or event["verb"], next((o for o in objects if o != doer), ""))
                )
    return deeds


def _slug(noun: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", noun.lower()).strip("-")[:40]

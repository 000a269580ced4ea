"""Judging one scene's record against a person's annotation of the same sentence: who, what, where, acts, relations, what is silent, what cannot be.

An annotated part is right when the noun (or a kind of it), its number and its colour are. What is drawn beyond the annotation counts as wrong. A
fault is silent when no note names the word. measure/data/scene_words.json says which words count as the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from measure.eval.scene_reading import Shown
from pipelines.reading import wordnet
from pipelines.scenes.record import Actor, Relation, SceneRecord, Thing
from pipelines.scenes.settings import INSIDE, family

DATA = Path(__file__).resolve().parents[1] / "data"
ASPECTS = ("who", "what", "where", "act", "relation")
INVISIBLE = "A picture cannot show it."
AS_WELL: Mapping[
    str, tuple[tuple[str, ...], tuple[str, ...]]
] = {  # kind -> kinds that say it too, and kinds that say it of the two exchanged
    "left of": (("left of",), ("right of",)),
    "right of": (("right of",), ("left of",)),
    "above": (("above",), ("below", "under")),
    "below": (("below", "under"), ("above", "on")),
    "under": (("under", "below"), ("above", "on")),
    "behind": (("behind",), ("in front of",)),
    "in front of": (("in front of",), ("behind",)),
    "on": (("on",), ()),
    "in": (("in",), ()),
    "beside": (("beside", "with", "left of", "right of"), ("beside", "with", "left of", "right of")),
    "with": (("with", "beside"), ("with", "beside", "held by")),
    "held by": (("held by",), ()),
    "wearing": (("wearing",), ()),
    "between": (("between",), ()),
}
HANDLED = ("hold", "play")  # acts that a thing in the hands shows
FEW = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True)
class Annotation:
    """A sentence with the record a person wrote of it, other right nouns and places, and the parts of which there are just several."""

    source: str
    scene: SceneRecord
    also: Mapping[str, list[str]]
    several: frozenset[str]

    @property
    def story(self) -> bool:
        """Whether it is of a story, which the film reads."""
        return not self.source.startswith(("compbench/", "parti/"))

    def nouns(self, part: Thing) -> list[str]:
        """The nouns that are right for a part."""
        return [part.noun, *self.also.get(part.id, [])]


@dataclass
class Verdict:
    """How one sentence was judged: right and asked for each aspect, and what is wrong, in words."""

    right: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ASPECTS, 0))
    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ASPECTS, 0))
    faults: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    impossible: list[str] = field(default_factory=list)
    sentence: str = ""

    def __str__(self) -> str:
        wrong = [f"{name}: {text}" for name in ("impossible", "silent") for text in getattr(self, name)]
        return f"{'right' if self.whole else 'wrong'}  {self.sentence}  {'; '.join([*self.faults, *wrong])}"

    @property
    def whole(self) -> bool:
        """Whether the whole scene is right, strictly."""
        return not (self.faults or self.silent or self.impossible)

    def count(self, aspect: str, right: bool, fault: str) -> None:
        """Count one answer."""
        self.asked[aspect] += 1
        self.right[aspect] += right
        if not right:
            self.faults.append(f"{aspect}: {fault}")


def annotations(half: str) -> list[Annotation]:
    """The annotated sentences of a half, in the order of the file."""
    rows = [json.loads(line) for line in (DATA / f"scenes_{half}.jsonl").read_text("utf-8").splitlines()]
    return [
        Annotation(
            row["from"],
            SceneRecord.model_validate_json(json.dumps(row["scene"])),
            row.get("also", {}),
            frozenset(row.get("several", ())),
        )
        for row in rows
    ]


@lru_cache(maxsize=1)
def words() -> Any:
    """What counts as the same, and what cannot be where."""
    return json.loads((DATA / "scene_words.json").read_text("utf-8"))


def judge(asked: Annotation, shown: Shown) -> Verdict:
    """Judge what is shown of a sentence."""
    return _Judge(asked, shown).verdict()


class _Judge:
    def __init__(self, asked: Annotation, shown: Shown) -> None:
        self.asked, self.shown, self.found = asked, shown, Verdict(sentence=asked.scene.sentence)
        scene = shown.scene
        left = [text for out in scene.left_out for text in (out.words, out.because)]
        self.said = " ".join([shown.said, *scene.notes, *left]).lower()
        self.place = shown.place or scene.place
        self.drawn = [*scene.actors, *scene.things]
        self.parts = [*asked.scene.actors, *asked.scene.things]
        self.joined = [relation for relation in scene.relations if relation not in shown.broken]
        self.matched: dict[str, list[Actor | Thing]] = {}
        self.worn: dict[str, str] = {}  # id of a piece of clothing -> how its wearer looks

    def verdict(self) -> Verdict:
        """Judge each aspect in turn."""
        for part in sorted(self.parts, key=lambda part: not part.colour):
            self.matched[part.id] = self._match(part)
        for relation in self.asked.scene.relations:
            if relation.kind == "wearing" and not self.matched[relation.object]:
                for wearer in self.matched[relation.subject]:
                    self.worn[relation.object] = getattr(wearer, "look", "").lower()
        for part in self.parts:
            self._part(part)
        used = {part.id for parts in self.matched.values() for part in parts}
        for part in self.drawn:
            if part.id not in used:
                self.found.count("who" if isinstance(part, Actor) else "what", False, f"{part.noun} is not asked for")
                self._unless_said(f"{part.noun} is added", part.noun, part.said)
        self._impossible()
        self._where()
        for actor in self.asked.scene.actors:
            if actor.act:
                self.found.count("act", self._acts(actor), f"{actor.noun} does not {actor.act}")
        for relation in self.asked.scene.relations:
            text = f"{relation.subject} {relation.kind} {relation.object}"
            self.found.count("relation", self._has_relation(relation), text)
        looks = [actor.look.lower() for actor in self.shown.scene.actors]
        for out in self.asked.scene.left_out:
            if out.because != INVISIBLE and not any(out.words in look for look in looks):
                self._unless_said(f"{out.words} is left out", out.words)
        return self.found

    def _match(self, part: Thing) -> list[Actor | Thing]:
        """What is drawn for a part: the best fit, and more of its kind until the number is reached."""
        taken = {drawing.id for parts in self.matched.values() for drawing in parts}
        fits = [
            drawing for drawing in self.drawn if drawing.id not in taken and _is(drawing.noun, self.asked.nouns(part))
        ]
        fits.sort(
            key=lambda drawing: (drawing.colour != part.colour, drawing.noun != part.noun, drawing.count != part.count)
        )
        found: list[Actor | Thing] = []
        for drawing in fits:
            if not found or (sum(other.count for other in found) < part.count and drawing.colour == part.colour):
                found.append(drawing)
        return found

    def _part(self, part: Thing) -> None:
        aspect = "who" if isinstance(part, Actor) else "what"
        drawings, nouns = self.matched[part.id], self.asked.nouns(part)
        if not drawings:
            right = self._in_the_place(part) or self._is_worn(part)
            self.found.count(aspect, right, f"no {part.colour} {part.noun}".replace("  ", " "))
            if not right:
                self._unless_said(f"no {part.noun}", *nouns)
            return
        number = sum(drawing.count for drawing in drawings)
        counted = number > 1 if part.id in self.asked.several else number == part.count
        coloured = (
            all(
                part.colour in (drawing.colour, *getattr(drawing, "look", "").split())
                or {part.colour, drawing.colour} == {"white", "cream"}
                for drawing in drawings
            )
            if part.colour
            else True
        )
        extra = not part.colour and any(drawing.colour for drawing in drawings)
        fault = f"{number} {'/'.join(f'{drawing.colour} {drawing.noun}'.strip() for drawing in drawings)} for {part.count} {part.colour} {part.noun}"
        self.found.count(aspect, counted and coloured and not extra, fault)
        if not counted:
            self._unless_said(f"number of {part.noun}", FEW[part.count], *nouns)
        if not coloured or extra:
            self._unless_said(f"colour of {part.noun}", part.colour or drawings[0].colour)

    def _in_the_place(self, part: Thing) -> bool:
        own = part.colour in ("", "green" if part.noun in ("grass", "tree") else "")
        return own and any(noun in words()["shown_by"].get(family(self.place), ()) for noun in self.asked.nouns(part))

    def _is_worn(self, part: Thing) -> bool:
        look = self.worn.get(part.id, "")
        return any(noun in look for noun in self.asked.nouns(part)) and part.colour in look

    def _where(self) -> None:  # annotations know 31 places: a finer one of their kind, or one that is said, is right
        asked, scene, text = self.asked.scene, self.shown.scene, f" {self.asked.scene.sentence} "
        places = [asked.place, *self.asked.also.get("place", [])] if asked.place else []
        elsewhere = places and not ({*places} & {self.place, family(self.place)} or f" {self.place} " in text)
        if elsewhere:
            self._unless_said(f"no {asked.place}", *places)
        other = [
            f"{name} {drawn or 'unsaid'} for {wanted or 'unsaid'}"
            for name, wanted, drawn in (
                ("hour", asked.hour, scene.hour),
                ("weather", asked.weather, scene.weather),
                ("season", asked.season, scene.season),
            )
            if (wanted or "day").replace("clear", "day") != (drawn or "day").replace("clear", "day")
        ]
        right = not (elsewhere or other or self.found.impossible)
        fault = ", ".join([f"{self.place} for {asked.place}"] * bool(elsewhere) + other + self.found.impossible)
        if not right or places or asked.hour or asked.weather or asked.season:
            self.found.count("where", right, fault)

    def _acts(self, actor: Actor) -> bool:
        same = {act for group in words()["same_act"] if actor.act in group for act in group} | {actor.act}
        goals = {drawing.id for drawing in self.matched.get(actor.object, ())}
        for drawing in self.matched[actor.id]:
            mine = {end for relation in self.joined for end in _ends(relation) if drawing.id in _ends(relation)} - {
                drawing.id
            }
            things_held = {
                relation.subject
                for relation in self.joined
                if relation.kind == "held by" and relation.object == drawing.id
            }
            ridden = {
                relation.object for relation in self.joined if relation.kind == "on" and relation.subject == drawing.id
            }
            doing = getattr(drawing, "act", "")
            shows = (
                doing in same or (actor.act in HANDLED and bool(things_held)) or (actor.act == "ride" and bool(ridden))
            )
            if shows and (not actor.object or goals & ({getattr(drawing, "object", "")} | mine)):
                return True
            if shows and not goals and any(part.id == actor.object and self._in_the_place(part) for part in self.parts):
                return True
        return False

    def _has_relation(self, wanted: Relation) -> bool:
        subjects = {one.id for one in self.matched[wanted.subject]}
        objects = {one.id for one in self.matched[wanted.object]}
        others = {one.id for one in self.matched.get(wanted.other, ())} or objects
        if wanted.kind == "wearing" and wanted.object in self.worn:
            return self._is_worn(self.asked.scene.part(wanted.object))
        if subjects and not objects and self._in_the_place(self.asked.scene.part(wanted.object)):
            return wanted.kind in ("on", "in", "beside", "under")
        same, exchanged = AS_WELL[wanted.kind]
        for relation in self.joined:
            forward = relation.subject in subjects and relation.object in objects | others and relation.kind in same
            if forward and wanted.kind == "between":
                forward = {relation.object, relation.other or relation.object} <= objects | others
            if forward or (relation.subject in objects and relation.object in subjects and relation.kind in exchanged):
                return True
        return False

    def _impossible(self) -> None:
        """What stands where it cannot be, unless the sentence says so."""
        said_place = self.place in (self.asked.scene.place, *self.asked.also.get("place", []))
        tied = {relation.subject for relation in self.joined if relation.kind in ("in", "on", "held by", "wearing")}
        for part in self.drawn:
            room = self.place in INSIDE
            if not said_place and self.place != "plain":
                if room and _any_kind(part.noun, "outdoors"):
                    self.found.impossible.append(f"{part.noun} in a {self.place}")
                if not room and part.id not in tied and _any_kind(part.noun, "indoors"):
                    self.found.impossible.append(f"{part.noun} in a {self.place}")
                if self.place in words()["dry_places"] and part.id not in tied and _any_kind(part.noun, "water"):
                    self.found.impossible.append(f"{part.noun} on dry land")
            held = any(relation.kind == "held by" and relation.subject == part.id for relation in self.joined)
            if held and _any_kind(part.noun, "never_held"):
                self.found.impossible.append(f"{part.noun} held")

    def _unless_said(self, fault: str, *nouns: str) -> None:
        """Add a silent fault, unless a note names one of the words."""
        named = {word for noun in nouns for word in re.findall(r"[a-z]{3,}", noun.lower())}
        if not any(re.search(rf"\b{re.escape(word.rstrip('s'))}", self.said) for word in named):
            self.found.silent.append(fault)


def _ends(relation: Relation) -> set[str]:
    return {relation.subject, relation.object, relation.other} - {""}


@lru_cache(maxsize=20_000)
def _is_kind(noun: str, wanted: str) -> bool:
    return noun in (wanted, *words()["kinds"].get(wanted, ())) or wordnet.is_a(noun, wanted, 2)


def _is(noun: str, wanted: Iterable[str]) -> bool:
    return any(_is_kind(noun, other) for other in wanted)


def _any_kind(noun: str, group: str) -> bool:
    return any(noun == other or wordnet.is_a(noun, other) for other in words()[group])

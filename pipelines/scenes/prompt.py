"""A prompt read into a scene: things with number, colour, size and act; relations; place, hour, weather. Pure functions."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pipelines.core.settings import Refusal
from pipelines.language.colours import COLOUR_WORDS
from pipelines.scenes import words as W
from pipelines.scenes.performers import is_figure
from pipelines.scenes.record import Why
from pipelines.scenes.things import BRIDGES, WATERY, is_fixed
from pipelines.scenes.tokens import Token, Vocabulary, singular, tokens_of

PLAIN = "plain "  # before the colour of a sheet
AWAY = "away-"  # before the id of whom or what somebody turns away from
WATER_SCENES = {"river": "river", "pond": "lake"}  # painted as things only where another place is said
Match = Callable[[Sequence[str]], Mapping[str, "tuple[str, float] | None"]]


@dataclass(frozen=True)
class Thing:
    """One noun of the prompt: what is drawn, how often, how."""

    noun: str
    said: str
    count: int = 1
    colour: str = ""
    size: str = ""
    act: str = ""
    spot: str = ""  # middle, left, right, far, near, sky, row, ground, water
    id: str = ""  # of the part of a scene's record
    look: str = ""  # what is said of how a figure looks
    cast: str = ""  # the word of the cast who plays it
    mood: str = ""
    facing: str = ""  # left, right, the id of a part, or that after AWAY
    placed: tuple[tuple[float, float, float], ...] = ()  # by hand, as in a scene's record
    seeds: tuple[int, ...] = ()  # of its drawings, where a hand chose them
    why: Why | None = None


@dataclass(frozen=True)
class Relation:
    """`kind` of thing number `subject` to thing number `object` (and `other`, for between)."""

    kind: str
    subject: int
    object: int
    other: int | None = None


@dataclass(frozen=True)
class Reading:
    """All that a prompt says."""

    prompt: str
    things: tuple[Thing, ...] = ()
    relations: tuple[Relation, ...] = ()
    place: str = ""
    plain_colour: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""  # "autumn", or "" for the green half of the year
    in_water: bool = False
    matched: tuple[tuple[str, str, float], ...] = ()  # said, noun, cosine
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    setting: tuple[str, ...] = ()  # the words that say place, hour, weather and season
    left: tuple[tuple[str, str], ...] = ()  # words that are left out, and why


def read(prompt: str, vocabulary: Vocabulary, match: Match | None = None) -> Reading:
    """Read a prompt. `match` finds the nearest noun for phrases that are not in the vocabulary. Raises Refusal for an empty prompt."""
    if not prompt.strip():
        raise Refusal("The prompt is empty; write what to show.")
    tokens = tokens_of(prompt, vocabulary)
    strange = [token.said for token in tokens if token.kind == "unknown"]
    reader = _Reader(vocabulary, dict(match(list(dict.fromkeys(strange)))) if match and strange else {})
    for token in tokens:
        reader.take(token)
    return reader.reading(prompt)


@dataclass
class _Reader:
    vocabulary: Vocabulary
    found: Mapping[str, tuple[str, float] | None]
    things: list[Thing] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    place: str = ""
    plain_colour: str = ""
    hour: str = ""
    weather: str = ""
    season: str = ""
    in_water: bool = False
    matched: list[tuple[str, str, float]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    setting: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    # what has been said of the thing to come
    count: int | None = None
    definite: bool = False
    colour: str = ""
    size: str = ""
    act: str = ""
    spot: str = ""
    pending: str = ""  # relation that waits for its object
    subjects: list[int] = field(default_factory=list)  # things that the next relation speaks of
    joined: str = ""  # how the next thing is joined to the last: "and", ","
    listed: list[int] = field(default_factory=list)  # things before the last comma
    between: bool = False  # the second of "between a and b" is still to come

    def take(self, token: Token) -> None:
        if token.kind in ("place", "hour", "weather", "season"):
            self.setting.append(token.said)
        if token.kind in ("colour", "size", "season"):
            setattr(self, token.kind, token.value)
        elif token.kind in ("hour", "weather"):  # the first that is said counts
            setattr(self, token.kind, getattr(self, token.kind) or token.value)
        else:
            getattr(self, f"_{token.kind}", lambda _: None)(token)
        if token.kind in ("manner", "hour", "weather", "season"):
            self.pending = ""
        if token.kind == "hour":
            self._forget()

    def _count(self, token: Token) -> None:
        if token.value == "the":
            self.definite = token.said in ("the", "this")
            return
        self.count = int(token.value)

    def _manner(self, token: Token) -> None:
        self.notes.append(f"“{token.said}” is a style that these drawings do not have. Repaint the picture in Stylize.")

    def _place(self, token: Token) -> None:
        colour = token.value.removeprefix(PLAIN) if token.value.startswith(PLAIN) else ""
        kind = PLAIN.strip() if colour else token.value
        if not self.place:
            self.place, self.plain_colour = kind, colour or (self.colour if kind == "plain" else "")
        self.in_water = self.in_water or token.said in W.IN_WATER
        if self.pending == "above" or token.said.startswith(("above ", "over ")):
            for index in self.subjects:
                bridge = self.things[index].noun in BRIDGES and self.place in WATERY  # it stands in the water
                self._change(index, spot=self.things[index].spot or ("water" if bridge else "sky"))
        self._forget()
        self.pending = ""

    def _act(self, token: Token) -> None:
        if self.subjects and not self.joined and self.count is None:
            for index in self._doing():
                self._change(index, act=token.value)
        else:
            self.act = token.value

    def _doing(self) -> list[int]:
        """Who does what is said next: people and animals before things, also the last that was named ("a house with bats flying over it")."""
        last = len(self.things) - 1
        figures = [index for index in self.subjects if is_figure(self.things[index].noun)]
        idle = [index for index in figures if not self.things[index].act]
        if figures:
            return idle or figures[-1:]  # "a girl standing and a seagull flying": each does its own
        still = all(is_fixed(self.things[index].noun) for index in self.subjects)
        return [last] if still or is_figure(self.things[last].noun) else self.subjects

    def _spot(self, token: Token) -> None:
        opens = self.joined in ("stop", "and") or not self.things
        if opens and token.value not in ("row",):
            self.spot = token.value
        else:
            for index in self.subjects:
                self._change(index, spot=self.things[index].spot or token.value)

    def _relation(self, token: Token) -> None:
        if token.value in ("", "of"):
            return
        if token.value == "and":
            self.joined = "and"
            return
        if token.said in W.ACT_OF:
            self._act(Token("act", W.ACT_OF[token.said], token.said))  # "chasing" is beside and running
        self.pending = token.value

    def _stop(self, token: Token) -> None:
        self.joined = "stop" if token.value in ",;" else "end"
        if token.value not in ",;":
            self.subjects, self.pending = [], ""
        self._forget()

    def _kind(self, token: Token) -> None:
        self.left.append((token.said, f"It only says what kind of “{token.value}” is meant."))

    def _unmeant(self, token: Token) -> None:
        self.left.append((token.said, "It means nothing that a picture shows."))
        self._forget()

    def _unknown(self, token: Token) -> None:
        near = self.found.get(token.said)
        if near is None:
            self.unknown.append(token.said)
            self._forget()
            self.pending = ""
            return
        noun, cosine = near
        self.matched.append((token.said, noun, cosine))
        self._thing(Token("thing", noun, token.said, token.plural))

    def _thing(self, token: Token) -> None:
        several = W.PAIRS.get(singular(token.said), W.PLURAL_COUNT) if token.plural else 1
        count = (self.count if self.count is not None else several) * W.GATHERED.get(singular(token.said), 1)
        if self.definite and self.count is None and (back := self._again(token)) is not None:
            self._relate(back)
            self.subjects = [back]
            self._forget()
            return
        if count > W.MOST:
            self.notes.append(f"At most {W.MOST} of a kind are drawn; you asked for {count} of “{token.said}”.")
            count = W.MOST
        named = COLOUR_WORDS.get(token.said.split()[0], "") if not token.value.startswith(token.said.split()[0]) else ""
        colour = (self.colour or named) if self.colour != "cream" else "white"  # "red apple" is a name of its own
        first = len(self.things)
        for noun, number in self._kinds(token, max(1, count)):
            self.things.append(Thing(noun, token.said, number, colour, self.size, self.act, self.spot, cast=token.name))
        self._relate(first)
        self.subjects += range(first + 1, len(self.things))
        self._forget()

    def _kinds(self, token: Token, count: int) -> list[tuple[str, int]]:
        kinds = W.BOTH.get(singular(token.said).split()[-1])
        if kinds is None or count < 2 or not set(kinds) <= set(self.vocabulary.nouns):
            return [(token.value, count)]
        return [(noun, len(range(place, count, len(kinds)))) for place, noun in enumerate(kinds[:count])]

    def _again(self, token: Token) -> int | None:
        """ "a fox and a house; the fox is red": "the" and a noun that stands there already."""
        same = [i for i, thing in enumerate(self.things) if thing.noun == token.value]
        return same[-1] if same else None

    def _relate(self, index: int) -> None:
        kind, self.pending = self.pending, ""
        joined, self.joined = self.joined, ""
        if kind == "between":
            self.relations += [Relation("between", subject, index) for subject in self.subjects if subject != index]
            self.between = True
        elif self.between and joined == "and":
            self.relations = [
                Relation("between", r.subject, r.object, index) if r.kind == "between" and r.other is None else r
                for r in self.relations
            ]
            self.between = False
        elif kind and self.subjects:
            self.relations += [Relation(kind, subject, index) for subject in self.subjects if subject != index]
            if kind not in ("with", "wearing"):
                self.subjects = [index]
        elif joined == "and":  # "a lion, a tiger and a bear": what follows is said of all
            self.subjects, self.listed = [*self.listed, *self.subjects, index], []
        elif joined == "stop":
            self.listed, self.subjects = [*self.listed, *self.subjects], [index]
        else:
            self.subjects, self.listed = [index], []

    def _pronoun(self, token: Token) -> None:
        """ "a house with a tree behind it": the last thing, related to the one before it."""
        kind, self.pending = self.pending, ""
        if kind and len(self.things) > 1:
            last, first = len(self.things) - 1, len(self.things) - 2
            self.relations = [r for r in self.relations if not (r.kind == "with" and r.object == last)]
            self.relations.append(Relation(kind, last, first))

    def _change(self, index: int, **changes: str) -> None:
        self.things[index] = Thing(**{**vars(self.things[index]), **changes})

    def _forget(self) -> None:
        self.count, self.definite, self.colour, self.size, self.act, self.spot = None, False, "", "", "", ""

    def _complete(self, relation: Relation) -> Relation | None:
        """ "between two trees" needs no second thing; "between a tree" alone says nothing."""
        if relation.kind != "between" or relation.other is not None:
            return relation
        several = self.things[relation.object].count > 1
        return Relation("between", relation.subject, relation.object, relation.object) if several else None

    def reading(self, prompt: str) -> Reading:
        place, waters = self.place or ("sea" if self.in_water else ""), list[int]()
        if not place:
            place, waters = self._water_scene()
        relations = tuple(r for r in (self._complete(r) for r in dict.fromkeys(self.relations)) if r is not None)
        whole = Reading(
            prompt,
            tuple(self.things),
            relations,
            place,
            self.plain_colour,
            self.hour,
            self.weather,
            self.season,
            self.in_water,
            tuple(self.matched),
            tuple(dict.fromkeys(self.unknown)),
            tuple(self.notes),
            tuple(self.setting),
            tuple(dict.fromkeys(self.left)),
        )
        return without(whole, waters)

    def _water_scene(self) -> tuple[str, list[int]]:
        """The place of a prompt whose only place is a river or a pond among its things, and which of these it is: they are no things any more; else ""."""
        waters = [index for index, thing in enumerate(self.things) if thing.noun in WATER_SCENES]
        if not waters or len(waters) == len(self.things) or self.things[waters[0]].size in ("tiny", "small"):
            return "", []
        self.place = WATER_SCENES[self.things[waters[0]].noun]
        return self.place, waters


def without(reading: Reading, gone: Collection[int]) -> Reading:
    """The reading without some of its things and all that relates to them."""
    kept = [index for index in range(len(reading.things)) if index not in gone]
    number = {index: place for place, index in enumerate(kept)}
    relations = tuple(
        replace(
            r, subject=number[r.subject], object=number[r.object], other=None if r.other is None else number[r.other]
        )
        for r in reading.relations
        if not {r.subject, r.object, r.subject if r.other is None else r.other} & set(gone)
    )
    return replace(reading, things=tuple(reading.things[index] for index in kept), relations=relations)


def sentence_of_unknown(unknown: Sequence[str], vocabulary: Vocabulary, hints: Sequence[str] = ()) -> str:
    """One sentence that names what could not be drawn, and a few nouns that can be."""
    said = [f"“{word}”" for word in unknown]
    listed = said[0] if len(said) == 1 else ", ".join(said[:-1]) + " and " + said[-1]
    verb = "is" if len(said) == 1 else "are"
    some = list(hints) or [
        noun for noun in ("fox", "house", "tree", "sailboat", "owl", "robot") if noun in vocabulary.nouns
    ]
    examples = f"; it has {len(vocabulary.nouns)} English nouns, for example {', '.join(some[:5])}" if some else ""
    return f"{listed} {verb} not in the studio's vocabulary{examples}."

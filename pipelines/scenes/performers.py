"""People, animals and wonders of a scene as rigged figures (`pipelines.figures`): which words they go by, who they are, how they stand in a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.settings import Refusal
from pipelines.figures import ACTIONS, Character, act, draw, everything, from_words, parameters
from pipelines.figures.acts import record
from pipelines.figures.kinds import animal, animals, other_names, roles
from pipelines.figures.pose import from_json
from pipelines.figures.vocabulary import vocabulary
from pipelines.language.lexicon import Table, Words
from pipelines.language.plurals import plural

# Words that mean the same as a kind; every other word that is only near to one is matched, and said, like any strange word.
SYNONYMS = Words("nouns", "figure synonyms")
RIDDEN = Words("nouns", "figure ridden")
BEASTS = Table(
    "animals", "near"
)  # an animal of WordNet: the one that stands for it, how large it is beside that, its colour
NOT_AS = frozenset(["mermaid", "fly"])  # words that mean something else in a prompt
SAID_AS = {"look": "look_at"}  # what a prompt's reader calls an act
TAKES = ("stand", "wave", "look_at", "point", "laugh", "sit", "nod")  # what another take shows
THINGS_WORN = Words("nouns", "figure things worn")
_WORD = re.compile(r"[^\W\d_](?:[\w '’-]{0,38}\w)?")
_BEFORE = Words("small", "figure  before")


MOST_CAST = 24


def cast_of(text: str) -> dict[str, Character]:
    """Who plays whom, from JSON {word of the prompt: character}: a figure's word or a name. Raises Refusal."""
    if not text.strip():
        return {}
    try:
        characters = json.loads(text)
    except (ValueError, RecursionError):
        characters = None
    if not isinstance(characters, dict) or len(characters) > MOST_CAST:
        raise Refusal(f"The cast must be JSON, at most {MOST_CAST}.")
    cast = {}
    for word, said in characters.items():
        if not _WORD.fullmatch(word):
            raise Refusal(f"The cast names somebody {word[:40]!r}, which is not a word or a name.")
        cast[word.lower()] = Character.from_json(json.dumps(said))
    return cast


def word_of_kind(character: Character) -> str:
    """The word of a prompt that means a character's kind."""
    return character.kind.replace("_", " ")


def with_names(prompt: str, cast: Mapping[str, Character]) -> tuple[str, dict[str, Character]]:
    """A prompt in which the names of the cast are the words of their kinds, and who each word means: figures by their own word go first.

    "Bolt waves to a fox" with Bolt, a robot, becomes "a robot waves to a fox" and {"robot": Bolt}.
    """
    meant = {word: character for word, character in cast.items() if is_figure(word)}
    for word, character in cast.items():
        if is_figure(word):
            continue
        named = re.compile(rf"(?:\b(?:a|an|the)\s+)?\b{re.escape(word)}\b", re.IGNORECASE)
        if named.search(prompt):
            prompt = named.sub(f"a {word_of_kind(character)}", prompt)
            meant.setdefault(word_of_kind(character), character)
    return prompt, meant


def members(prompt: str, names: Sequence[str] = ()) -> tuple[str, ...]:
    """The words of a prompt that mean figures (and the names of a cast in it), in the order in which they come; longer ones go first."""
    word_at: dict[int, str] = {}
    free = prompt.lower()
    for word in sorted({*kinds(), *(name.lower() for name in names)}, key=len, reverse=True):
        if word not in free and plural(word) not in free:
            continue
        for match in re.finditer(rf"\b(?:{re.escape(word)}|{re.escape(plural(word))})\b", free):
            word_at[match.start()] = word
            free = free[: match.start()] + "\n" * len(match[0]) + free[match.end() :]
    return tuple(dict.fromkeys(word_at[at] for at in sorted(word_at)))


@cache
def wearable() -> frozenset[str]:
    """What figures wear and no picture shows as a thing."""
    known = vocabulary()
    return frozenset([*THINGS_WORN, *known.hats, *known.tops, *known.bottoms])


@cache
def _worn() -> str:
    return "|".join(sorted({*wearable(), "hair", *vocabulary().beards}, key=len, reverse=True))


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, str]:
    """Words that name a figure, each with its kind."""
    known = {kind.replace("_", " "): kind for kind in everything()} | {
        word: kind for kind, role in roles().items() for word in role.words
    }
    known |= {word: vocabulary().same[word] for word in SYNONYMS if vocabulary().same.get(word) in everything()}
    known |= other_names()
    return {word: kind for word, kind in known.items() if word not in NOT_AS}


def is_figure(noun: str) -> bool:
    """Whether a noun of a prompt is painted as a rigged figure."""
    return noun in kinds()


@dataclass(frozen=True)
class Described:
    """A prompt without what its figures wear, and for each figure's word what the prompt says of it; in `more` of the second, third … of a word."""

    prompt: str
    phrases: Mapping[str, str]
    more: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def said_of(self, words: Sequence[str], number: int) -> str:
        """What is said of the figure that is number `number` (from 0) of those with a word; of the first where nothing more is said."""
        word = next((word for word in words if word in self.phrases), "")
        rest = self.more.get(word, ())
        return rest[number - 1] if 0 < number <= len(rest) else self.phrases.get(word, "")


def describe_figures(prompt: str, bearers: Mapping[str, str] = MappingProxyType({})) -> Described:
    """Take "with round glasses and a red scarf" off a figure's word, so that glasses and scarf are worn and not drawn as things; `bearers` are the figures of given names."""
    text, phrases, more = prompt, dict[str, str](), dict[str, tuple[str, ...]]()
    clause = rf"(?:\s+(?:with|(?:dressed\s+)?in|(?:(?:is|are)\s+)?wearing|(?:who\s+)?w(?:ears|ore))|,?\s+and)\s+(?:an?\s+|the\s+|her\s+|his\s+|its\s+)?(?:(?!of\b)[a-z-]+\s+){{0,3}}?(?:{_worn()})(?:s|es)?\b"
    by_each = re.compile(rf"\b({_worn()})(?:s|es)\b")  # "in red hats": each wears a hat
    for word in sorted({*kinds(), *bearers}, key=len, reverse=True):
        many = plural(word)
        if not (word in text.lower() or many in text.lower()) or any(word in other.split() for other in phrases):
            continue
        pattern = re.compile(
            rf"((?:[a-z-]+\s+){{0,4}})\b((?:{re.escape(many)}|{re.escape(word)})(?=\b))((?:{clause})*)", re.IGNORECASE
        )
        matches = [match for match in pattern.finditer(text) if match[2].lower() == word or match[3]]
        descriptions = [
            " ".join(_own(match[1].lower().split(), word, bearers)) + by_each.sub(r"\1", match[3].lower())
            for match in matches
        ]
        if descriptions:
            phrases[word], more[word] = descriptions[0], tuple(descriptions[1:])
        for match in reversed(matches):
            text = text[: match.start(3)] + text[match.end(3) :]
    return Described(text, phrases, {word: rest for word, rest in more.items() if rest})


def _own(words: list[str], word: str, bearers: Mapping[str, str]) -> list[str]:
    own = words[1 + max((place for place, word in enumerate(words) if word in _BEFORE), default=-1) :]
    called = next((place for place, before in enumerate(own) if word in bearers and before in kinds()), None)
    return [*own, bearers.get(word, word)] if called is None else own[: called + 1]  # "a girl called Lotte"


def character_of(
    noun: str, phrase: str = "", colour: str = "", varied: int | None = None, called: str = ""
) -> Character:
    """Who a noun of a prompt is. The same words give the same character, and look the same for the same seed `varied`. Raises Refusal for a noun that is no figure."""
    if not is_figure(noun):
        raise Refusal(f"“{noun}” is not a kind of figure.")
    text = phrase or noun
    if colour and colour in vocabulary().colours and colour not in text.split():
        text = f"{colour} {text}"
    plain = noun if noun.replace(" ", "_") in everything() or noun in vocabulary().same else kinds()[noun]
    try:
        found = from_words(text, varied=varied, called=called).character
    except Refusal:
        found = from_words(plain, varied=varied, called=called).character
    return found if found.kind == kinds()[noun] else from_words(plain, varied=varied, called=called).character


def stand_for(who: Character, word: str) -> Character:
    """An animal that stands for another of that name, in the size and the colour of the other."""
    noun, size, colour = BEASTS.get(word, ("", 1.0, ""))
    if noun != word_of_kind(who):
        return who
    own = {"metres": round(float(parameters(who.kind)["metres"]) * size, 3), **({"fur": colour} if colour else {})}
    return replace(who, changes={**own, **who.changes})


@dataclass(frozen=True)
class Placed:
    """A figure's picture (RGBA, trimmed), where its ground point lies and how tall it stands, in shares of the picture's width and height."""

    picture: Image
    ground_x: float
    ground_y: float
    height: float
    seat_y: float = 1.0  # where it sits, or is sat on
    seat_x: float = 0.5
    longest: float = 1.0  # the longer side, in heights of the figure
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of head, hands and mouth, in shares
    joints: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # of a body like a person's, in shares


@lru_cache(maxsize=64)
def _draw_placed(text: str, doing: str, take: int, size_px: int, face: str, posed: str) -> Placed:
    character = Character.from_json(text)
    action, second, view = _still(doing)
    if take and action == "stand":
        action, second = TAKES[take % len(TAKES)], 0.9
    if posed and not take:
        pose, view = from_json(posed)
    else:
        pose = act(character.figure, action, second, expression=face, seed=character.seed + take)
    drawn = draw(character, pose, size_px, view, None, -1, joints=True)
    alpha = drawn.rgba[..., 3] > 8
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    if not len(rows):
        raise Refusal("This character cannot be seen.")
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    picture = PillowImage.fromarray(np.ascontiguousarray(drawn.rgba[top:bottom, left:right]))
    x, y = drawn.anchor
    seat_x, seat_y = 0.5, 1.0
    if "seat" in drawn.anchors:
        seat_x = (drawn.anchors["seat"][0] - left) / (right - left)
        seat_y = (drawn.anchors["seat"][1] - top) / (bottom - top)
    ground = (x - left) / (right - left), (y - top) / (bottom - top)
    longest = max(right - left, bottom - top) / size_px
    places, joints = (
        {name: ((px - left) / (right - left), (py - top) / (bottom - top)) for name, (px, py) in found.items()}
        for found in (drawn.anchors, drawn.joints)
    )
    return Placed(picture, *ground, size_px / (bottom - top), seat_y, seat_x, longest, places, joints)


def _still(doing: str) -> tuple[str, float, str | float]:
    action = SAID_AS.get(doing, doing)
    action = action if action in ACTIONS else "stand"
    still = record(action).still
    return action, still.second, still.view


def place_character(
    character: Character, doing: str = "", take: int = 0, size_px: int = 512, face: str = "", posed: str = ""
) -> Placed:
    """The picture of a character in a scene, in the pose of what the prompt says that it does, with an expression; `posed` is a pose as JSON."""
    return _draw_placed(character.to_json(), doing, take, size_px, face, posed)


@lru_cache(maxsize=64)
def strange_words(look: str) -> frozenset[str]:
    """The words of a look that no figure can have."""
    return frozenset(from_words(look).unknown) if {*look.split()} & kinds().keys() else frozenset()


def stature(character: Character) -> float:
    """How tall a character stands beside the others of its kind, in a storybook's heights, in which a metre counts less the taller somebody is."""
    return float(np.clip((character.metres / float(everything()[character.kind]["metres"])) ** 0.5, 0.5, 2.0))


def share_shown(character: Character, doing: str) -> float:
    """How much of its size when it stands the picture of a character shows: who sits is shorter. At most 1."""
    if doing not in ("sit", "ride", "sleep", "lie"):
        return 1.0
    return min(1.0, place_character(character, doing).longest / place_character(character, "stand").longest)


def is_person(noun: str) -> bool:
    """Whether a noun of a prompt is painted as a figure that walks upright: people, and beings like them."""
    return is_figure(noun) and everything()[kinds()[noun]]["plan"] == "biped"


def facts_of(noun: str) -> Mapping[str, Any]:
    """What the record of an animal says about it: other names, the place that suits it, where it is, how tall; nothing for another noun."""
    kind = kinds().get(noun, "")
    return animal(kind).about if kind in animals() else {}


def true_metres(noun: str) -> float:
    """The height of a figure as it is outside of storybooks."""
    return float(everything()[kinds()[noun]]["metres"])


def story_metres(noun: str) -> float:
    """Storybook height of a figure, as its record says or by its size: small ones are drawn larger, so that they can be seen."""
    return float(facts_of(noun).get("tall", 0)) or round(
        0.75 * float(everything()[kinds()[noun]]["metres"]) ** 0.5 + 0.5, 2
    )

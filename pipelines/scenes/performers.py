"""People, animals and wonders of a scene as rigged figures (`pipelines.figures`): which words they go by, who they are, how they stand in a picture.

A figure's picture looks to the left, as drawings do; a scene mirrors it where it should look to the right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.settings import Refusal
from pipelines.figures import Character, act, draw, everything, from_words
from pipelines.figures.vocabulary import BEARD_WORDS, BOTTOM_WORDS, COLOURS, HAT_WORDS, SAME, TOP_WORDS

PAINTED = "people and animals are rigged figures, painted by code"
# Words that mean the same as a kind; every other word that is only near to one is matched, and said, like any strange word.
SYNONYMS = frozenset(
    ["grandma", "granny", "nana", "grandpa", "granddad", "chef", "fireman", "cop", "policewoman", "lumberjack", "woodsman", "bunny", "hound", "ladybug", "bumblebee", "tortoise", "hippopotamus", "rhinoceros", "android", "gull", "cockerel", "serpent", "sorcerer", "magician", "ballerina", "gnome", "seaman", "reindeer"]
) | {"police officer", "santa claus", "father christmas", "polar bear", "teddy bear", "old man", "old woman", "old lady", "toy robot"}  # fmt: skip
RIDDEN = frozenset(
    [
        "bicycle",
        "motorcycle",
        "horse",
        "donkey",
        "camel",
        "elephant",
        "unicorn",
        "cow",
        "bull",
        "deer",
        "zebra",
        "lion",
        "tiger",
        "bear",
        "dragon",
        "goat",
        "pig",
        "ram",
        "ostrich",
    ]
) | {"motor scooter", "kick scooter", "carousel horse", "polar bear"}
NOT_AS = frozenset(["mermaid", "fly"])  # words that mean something else in a prompt
STILL: Mapping[str, tuple[str, float, str | float]] = {  # what a prompt says somebody does -> action, its second, view
    "walk": ("walk", 0.22, 32.0),
    "run": ("run", 0.12, 28.0),
    "jump": ("jump", 0.55, 40.0),
    "dance": ("dance", 0.5, "three_quarters"),
    "fly": ("fly", 0.1, 40.0),
    "swim": ("swim", 0.3, 30.0),
    "fall": ("fall", 0.4, "three_quarters"),
    "sleep": ("sleep", 1.6, "three_quarters"),
    "sit": ("sit", 1.6, "three_quarters"),
    "ride": ("ride", 0.4, 30.0),
}
TAKES = ("stand", "wave", "look_at", "point", "laugh", "sit", "nod")  # what another take shows
_WORN = "|".join(
    sorted(
        {"scarf", "glasses", "spectacles", "apron", "cape", "belt", "backpack", "boots", "shoes", "hair", *HAT_WORDS, *TOP_WORDS, *BOTTOM_WORDS, *BEARD_WORDS},
        key=len,
        reverse=True,
    )
)  # fmt: skip
_CLAUSE = rf"(?:\s+(?:with|in|wearing|who\s+wears)|,?\s+and)\s+(?:an?\s+|the\s+|her\s+|his\s+|its\s+)?(?:[a-z-]+\s+){{0,3}}?(?:{_WORN})\b"
_BEFORE = frozenset(
    [
        "and",
        "the",
        "a",
        "an",
        "with",
        "by",
        "of",
        "in",
        "on",
        "under",
        "over",
        "beside",
        "behind",
        "near",
        "to",
        "from",
        "two",
        "three",
        "four",
        "five",
    ]
)


@lru_cache(maxsize=1)
def kinds() -> Mapping[str, str]:
    """Words that name a figure, each with its kind."""
    found = {kind.replace("_", " "): kind for kind in everything()}
    found |= {word: SAME[word] for word in SYNONYMS if SAME.get(word) in everything()}
    return {word: kind for word, kind in found.items() if word not in NOT_AS}


def is_figure(noun: str) -> bool:
    """Whether a noun of a prompt is painted as a rigged figure."""
    return noun in kinds()


@dataclass(frozen=True)
class Described:
    """A prompt without what its figures wear, and for each figure's word what the prompt says of it."""

    prompt: str
    phrases: Mapping[str, str]


def described(prompt: str) -> Described:
    """Take "with round glasses and a red scarf" off a figure's word, so that glasses and scarf are worn and not drawn as things."""
    text, phrases = prompt, dict[str, str]()
    for word in sorted(kinds(), key=len, reverse=True):
        if word not in text.lower():
            continue
        match = re.search(rf"((?:[a-z-]+\s+){{0,4}})\b({re.escape(word)})\b((?:{_CLAUSE})*)", text, re.IGNORECASE)
        if not match or any(word in other.split() for other in phrases):
            continue
        before = _own(match[1].lower().split())
        phrases[word] = " ".join([*before, word]) + match[3].lower()
        text = text[: match.start(3)] + text[match.end(3) :]
    return Described(text, phrases)


def _own(words: Sequence[str]) -> list[str]:
    """The words before a noun that speak of it: those after the last small word."""
    kept: list[str] = []
    for word in reversed(words):
        if word in _BEFORE:
            break
        kept.insert(0, word)
    return kept


def character_of(noun: str, phrase: str = "", colour: str = "", seed: int | None = None) -> Character:
    """Who a noun of a prompt is. The same words give the same character. Raises Refusal for a noun that is no figure."""
    if not is_figure(noun):
        raise Refusal(f"“{noun}” is not a kind of figure.")
    said = phrase or noun
    if colour and colour in COLOURS and colour not in said.split():
        said = f"{colour} {said}"
    plain = noun if noun.replace(" ", "_") in everything() or noun in SAME else kinds()[noun]
    try:
        found = from_words(said, seed=seed).character
    except Refusal:
        found = from_words(plain, seed=seed).character
    return found if found.kind == kinds()[noun] else from_words(plain, seed=seed).character


@dataclass(frozen=True)
class Placed:
    """A figure's picture (RGBA, trimmed), where its ground point lies and how tall it stands, in shares of the picture's width and height."""

    picture: Image
    ground_x: float
    ground_y: float
    height: float
    seat_y: float = 1.0  # where it sits


@lru_cache(maxsize=64)
def _placed(said: str, doing: str, take: int, size_px: int) -> Placed:
    character = Character.from_json(said)
    action, second, view = STILL.get(doing, ("stand", 0.4, "three_quarters"))
    if take and doing not in STILL:
        action, second = TAKES[take % len(TAKES)], 0.9
    pose = act(character.figure, action, second, seed=character.seed + take)
    drawn = draw(character, pose, size_px, view, None, -1)
    alpha = drawn.rgba[..., 3] > 8
    rows, columns = np.flatnonzero(alpha.any(1)), np.flatnonzero(alpha.any(0))
    if not len(rows):
        raise Refusal("This character cannot be seen.")
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    picture = PillowImage.fromarray(np.ascontiguousarray(drawn.rgba[top:bottom, left:right]))
    x, y = drawn.anchor
    seat = (drawn.anchors["seat"][1] - top) / (bottom - top) if "seat" in drawn.anchors else 1.0
    return Placed(picture, (x - left) / (right - left), (y - top) / (bottom - top), size_px / (bottom - top), seat)


def placed(character: Character, doing: str = "", take: int = 0, size_px: int = 512) -> Placed:
    """The picture of a character in a scene, in the pose of what the prompt says that it does."""
    return _placed(character.to_json(), doing, take, size_px)


def story_metres(noun: str) -> float:
    """Storybook height of a figure that the table of things does not list: small ones are drawn larger, so that they can be seen."""
    return round(0.75 * float(everything()[kinds()[noun]]["metres"]) ** 0.5 + 0.5, 2)

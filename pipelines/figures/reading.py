"""Words become a character: "an old grandmother with round glasses and a red scarf". What is not understood is said."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures.cast import parameters, table
from pipelines.figures.character import Character
from pipelines.figures.kinds.people import AGES
<<<<<<< ours

COLOURS: Mapping[str, str] = {
    "red": "#c8483f", "dark red": "#8f2f35", "orange": "#e08a3c", "yellow": "#ecc352", "gold": "#d9a93c", "golden": "#d9a93c", "green": "#5f9a5c", "dark green": "#3f6a48", "light green": "#9cc97c", "blue": "#4a78b5",
    "dark blue": "#2f4a7c", "light blue": "#94c1e0", "turquoise": "#4fb0ac", "purple": "#7f5aa5", "violet": "#7f5aa5", "pink": "#e793ab", "brown": "#8a5f3e", "dark brown": "#5a3c2a", "light brown": "#b98a5f",
    "black": "#3a3640", "white": "#f6f2e8", "grey": "#9a9aa2", "gray": "#9a9aa2", "silver": "#c2c8d2", "beige": "#e2d0ac", "cream": "#f3e8cf",
}  # fmt: skip
HAIR_COLOURS: Mapping[str, str] = {
    "blond": "#e0b865",
    "blonde": "#e0b865",
    "red": "#c2622e",
    "ginger": "#c2622e",
    "grey": "#b9b6b4",
    "gray": "#b9b6b4",
    "white": "#ece9e4",
    "black": "#33292b",
    "brown": "#6b4428",
    "auburn": "#8a4a2c",
}
SKINS: Mapping[str, str] = {
    "pale": "#f8dcc4",
    "light": "#f2c9a6",
    "tanned": "#d9a273",
    "brown": "#a56d48",
    "dark": "#7a4a30",
    "black": "#5f3a28",
}
SAME: Mapping[str, str] = {
    "grandma": "grandmother", "granny": "grandmother", "nana": "grandmother", "grandpa": "grandfather", "granddad": "grandfather", "lady": "woman", "mother": "woman", "mum": "woman", "mom": "woman", "aunt": "woman",
    "sister": "girl", "daughter": "girl", "brother": "boy", "son": "boy", "father": "man", "dad": "man", "uncle": "man", "gentleman": "man", "guy": "man", "child": "girl", "kid": "boy", "toddler": "baby", "physician": "doctor",
    "cop": "policeman", "police officer": "policeman", "policewoman": "policeman", "fireman": "firefighter", "firewoman": "firefighter", "spaceman": "astronaut", "cosmonaut": "astronaut", "chef": "cook", "sorcerer": "wizard",
    "magician": "wizard", "sorceress": "witch", "mermaid": "woman", "lumberjack": "woodcutter", "woodsman": "woodcutter", "peasant": "farmer", "shepherd": "farmer", "miller": "baker", "trader": "merchant", "gnome": "dwarf",
    "ogre": "troll", "ballerina": "dancer", "father christmas": "santa", "santa claus": "santa", "little red riding hood": "red_riding_hood", "red riding hood": "red_riding_hood", "hound": "dog", "bunny": "rabbit", "foal": "horse",
    "pony": "horse", "stallion": "horse", "mare": "horse", "calf": "cow", "ox": "bull", "piglet": "pig", "hog": "pig", "ewe": "sheep", "stag": "deer", "doe": "deer", "reindeer": "deer", "elk": "moose", "cub": "bear", "tortoise": "turtle",
    "toad": "frog", "alligator": "crocodile", "chameleon": "lizard", "ape": "monkey", "chicken": "hen", "cockerel": "rooster", "cock": "rooster", "drake": "mallard", "gull": "seagull", "nightingale": "sparrow", "swallow": "sparrow",
    "hawk": "eagle", "falcon": "eagle", "jackdaw": "crow", "magpie": "crow", "ladybug": "ladybird", "bumblebee": "bee", "cricket": "grasshopper", "hippopotamus": "hippo", "rhinoceros": "rhino", "polar bear": "polar_bear", "killer whale": "orca",
    "toy robot": "toy_robot", "android": "robot", "spirit": "ghost", "phantom": "ghost", "extraterrestrial": "alien", "teddy": "teddy_bear", "teddy bear": "teddy_bear", "beast": "monster", "salmon": "fish", "trout": "fish", "serpent": "snake",
    "viper": "snake", "people": "man", "person": "man", "nobleman": "prince", "emperor": "king", "empress": "queen", "student": "teen", "teenager": "teen", "old man": "grandfather", "old woman": "grandmother", "old lady": "grandmother",
    "seaman": "sailor", "skipper": "captain", "angler": "fisherman", "midwife": "nurse", "surgeon": "doctor", "schoolteacher": "teacher",
}  # fmt: skip
HAIRS: Mapping[str, str] = {
    "long": "long",
    "short": "short",
    "curly": "curly",
    "wavy": "wavy",
    "spiky": "spiky",
    "cropped": "crop",
    "straight": "long",
    "frizzy": "afro",
    "parted": "side_part",
}
STYLES: Mapping[str, str] = {
    "ponytail": "ponytail",
    "bun": "bun",
    "pigtails": "pigtails",
    "braids": "braids",
    "plaits": "braids",
    "bob": "bob",
    "afro": "afro",
    "mohawk": "mohawk",
    "curls": "curly",
    "fringe": "fringe",
    "bangs": "fringe",
}
HAT_WORDS: Mapping[str, str] = {
    "crown": "crown", "tiara": "tiara", "top hat": "top_hat", "cap": "cap", "sailor cap": "sailor", "sailor hat": "sailor", "straw hat": "straw", "sun hat": "straw", "witch hat": "witch", "pointed hat": "witch", "pointy hat": "witch", "wizard hat": "witch",
    "woolly hat": "beanie", "wool hat": "beanie", "beanie": "beanie", "bobble hat": "beanie", "helmet": "helmet", "space helmet": "bubble", "headscarf": "headscarf", "party hat": "party", "bowler": "bowler", "bowler hat": "bowler", "hood": "hood",
    "captain hat": "captain", "pirate hat": "pirate", "chef hat": "chef", "baker hat": "chef", "hat": "bowler",
}  # fmt: skip
TOP_WORDS: Mapping[str, str] = {"shirt": "shirt", "blouse": "shirt", "t-shirt": "tee", "tee": "tee", "sweater": "sweater", "jumper": "sweater", "pullover": "sweater", "cardigan": "sweater", "coat": "coat", "jacket": "coat", "dress": "dress", "gown": "dress", "robe": "robe", "suit": "suit", "vest": "vest", "waistcoat": "vest", "armour": "armour", "armor": "armour", "overalls": "overalls", "dungarees": "overalls"}  # fmt: skip
BOTTOM_WORDS: Mapping[str, str] = {
    "trousers": "trousers",
    "pants": "trousers",
    "jeans": "trousers",
    "shorts": "shorts",
    "skirt": "skirt",
}
BEARD_WORDS: Mapping[str, str] = {
    "beard": "full",
    "moustache": "moustache",
    "mustache": "moustache",
    "goatee": "goatee",
    "stubble": "stubble",
    "whiskers": "full",
}
BUILDS: Mapping[str, Mapping[str, Any]] = {
    "fat": {"build": 0.85, "belly": 0.9}, "stout": {"build": 0.8, "belly": 0.7}, "plump": {"build": 0.75, "belly": 0.7}, "chubby": {"build": 0.75, "belly": 0.7}, "round": {"build": 0.8, "belly": 0.9}, "thin": {"build": 0.08, "belly": 0.0},
    "slim": {"build": 0.12, "belly": 0.0}, "skinny": {"build": 0.04, "belly": 0.0}, "strong": {"build": 0.6, "shoulders": 0.9, "belly": 0.1}, "muscular": {"build": 0.65, "shoulders": 1.0, "belly": 0.0},
}  # fmt: skip
SIZES: Mapping[str, float] = {
    "tiny": 0.5,
    "little": 0.75,
    "small": 0.8,
    "big": 1.2,
    "large": 1.25,
    "tall": 1.15,
    "huge": 1.5,
    "gigantic": 1.8,
    "short": 0.85,
}
AGE_WORDS: Mapping[str, str] = {
    "old": "old",
    "elderly": "old",
    "aged": "old",
    "ancient": "old",
    "young": "teen",
    "teenage": "teen",
    "middle-aged": "adult",
}
FILLER = frozenset(
    [
        "a",
        "an",
        "the",
        "with",
        "and",
        "in",
        "of",
        "his",
        "her",
        "their",
        "its",
        "who",
        "that",
        "which",
        "is",
        "was",
        "has",
        "have",
        "having",
        "wears",
        "wearing",
        "wore",
        "dressed",
        "by",
        "very",
        "quite",
        "rather",
        "some",
        "on",
        "my",
        "our",
        "your",
        "he",
        "she",
        "they",
        "it",
        "this",
        "one",
        "pair",
        "round-faced",
        "called",
        "named",
        "kind",
        "good",
        "nice",
        "friendly",
        "brave",
        "clever",
        "lonely",
        "poor",
        "rich",
        "beautiful",
        "pretty",
        "handsome",
        "lovely",
        "happy",
        "sad",
        "wise",
        "proud",
        "shy",
        "funny",
        "silly",
        "cute",
        "sweet",
        "gentle",
        "sly",
        "dear",
        "made",
    ]
)
MALE = frozenset(
    [
        "man",
        "boy",
        "grandfather",
        "king",
        "prince",
        "sailor",
        "captain",
        "pirate",
        "baker",
        "farmer",
        "wizard",
        "fisherman",
        "hunter",
        "woodcutter",
        "merchant",
        "dwarf",
        "giant",
        "santa",
        "policeman",
        "firefighter",
        "knight",
        "doctor",
        "astronaut",
        "troll",
        "rooster",
        "bull",
        "ram",
        "lion",
        "elf",
    ]
)
FEMALE = frozenset(
    [
        "woman",
        "girl",
        "grandmother",
        "queen",
        "princess",
        "nurse",
        "cook",
        "witch",
        "fairy",
        "teacher",
        "dancer",
        "red_riding_hood",
        "lioness",
        "hen",
        "cow",
        "ewe",
        "doe",
    ]
=======
from pipelines.figures.vocabulary import (
    AGE_WORDS,
    BEARD_WORDS,
    BOTTOM_WORDS,
    BUILDS,
    COLOURS,
    FEMALE,
    FILLER,
    HAIR_COLOURS,
    HAIRS,
    HAT_WORDS,
    MALE,
    SAME,
    SIZES,
    SKINS,
    STYLES,
    TOP_WORDS,
>>>>>>> theirs
)
from pipelines.core.settings import Refusal


@dataclass(frozen=True)
class Understood:
    """A character, and what of the words was left out: `unknown` words, and one sentence about each in `notes`."""

    character: Character
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def from_words(said: str, *, seed: int | None = None, name: str = "") -> Understood:
    """Read a description in English. Raises Refusal when no kind of figure is named in it.

    Without a seed, one follows from the words, so that the same words give the same character.
    """
    if not said.strip():
        raise Refusal("Please say who it is, for example “an old grandmother with round glasses and a red scarf”.")
    if len(said) > 600:
        raise Refusal("A character is described in at most 600 letters.")
    words = re.findall(r"[a-z][a-z'-]*", said.lower().replace("’", "'").replace("'s", ""))
    kind, used = _kind(words)
    reader = _Reader(words, kind, used)
    reader.read()
    chosen = zlib.crc32(" ".join(words).encode()) if seed is None else seed
    changes = {k: v for k, v in reader.changes.items() if reader.table.get(k) != v}
    character = Character(
        kind, changes, chosen, name or reader.name(said), voice_of(kind, reader.age, chosen, reader.female)
    )
    unknown = tuple(
        dict.fromkeys(
            w
            for i, w in enumerate(words)
            if i not in reader.used and w not in FILLER and w not in character.name.lower().split()
        )
    )
    notes = list(reader.notes)
    if unknown:
        listed = ", ".join(f"“{w}”" for w in unknown)
        notes.append(f"I did not understand {listed}; {'it is' if len(unknown) == 1 else 'they are'} left out.")
    return Understood(character, unknown, tuple(notes))


def _kind(words: list[str]) -> tuple[str, set[int]]:
    """The first noun that is a kind of figure, and which words name it. The longest phrase wins."""
    kinds = table()
    for start in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = words[start : start + length]
            if len(phrase) < length:
                continue
            said = " ".join(phrase)
            # "a sailor hat" or "a witch hat" names a hat, not a sailor
            if start + length < len(words) and f"{said} {words[start + length]}" in HAT_WORDS:
                continue
            for tried in dict.fromkeys((said, _single(said))):
                found = SAME.get(tried, tried.replace(" ", "_"))
                found = "boy" if found == "teen" else found
                if found in kinds and not _is_part(words, start):
                    return found, set(range(start, start + length))
    raise Refusal(
        "No kind of figure is named here; please name one, for example a grandmother, a king, a fox, a robot or a penguin."
    )


def _is_part(words: list[str], at: int) -> bool:
    """Whether a word is what somebody wears or the colour of it, not somebody."""
    return words[at] in ("bob", "orange") or (
        words[at] == "baby" and at + 1 < len(words) and words[at + 1] in ("blue", "pink")
    )


def _single(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("ves"):
        return word[:-3] + "f"
    if word.endswith(("ches", "shes", "xes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


class _Reader:
    """Goes through the words once; what it understands becomes changes of parameters."""

    def __init__(self, words: list[str], kind: str, used: set[int]) -> None:
        self.words, self.kind, self.used = words, kind, set(used)
        self.noun = set(used)
        self.table = parameters(kind)
        self.changes: dict[str, Any] = {}
        self.notes: list[str] = []
        self.age = ""
        self.female = any(w in ("she", "her", "woman", "female", "lady") for w in words)
        self.person = self.table.get("face") == "person" and self.table["plan"] == "biped"

    def read(self) -> None:
        negated = -1
        i = 0
        while i < len(self.words):
            word = self.words[i]
            if word in ("without", "no"):
                negated = i
                self.used.add(i)
            elif i not in self.noun:
                i += self._thing(i, negated >= 0 and i - negated <= 3) or self._adjective(i) or 0
            if word == "with":
                negated = -1
            i += 1

    def name(self, said: str) -> str:
        found = re.search(r"\b(?:called|named)\s+([A-Z][\w’'-]{0,30}(?:\s[A-Z][\w’'-]{0,30})?)", said)
        return found.group(1) if found else ""

    def _colour(self, at: int, table: Mapping[str, str] = COLOURS) -> str:
        """The colour said within the three words before a thing; another noun between ends the search."""
        for back in range(1, 4):
            j = at - back
            if j < 0 or j in self.noun or self.words[j] in ("and", "with"):
                break
            two = f"{self.words[j - 1]} {self.words[j]}" if j else ""
            for said, count in ((two, 2), (self.words[j], 1)):
                if said in table and not set(range(j - count + 1, j + 1)) & self.noun:
                    self.used.update(range(j - count + 1, j + 1))
                    return table[said]
        return ""

    def _set(self, key: str, value: Any, word: str) -> bool:
        if key not in self.table:
            note = f"A {self.kind.replace('_', ' ')} cannot wear “{word}” yet."
            if note not in self.notes:
                self.notes.append(note)
            return False
        self.changes[key] = value
        return True

    def _thing(self, i: int, negated: bool) -> int:
        """Something worn or grown at word i; gives how many further words it took, 0 for none or one."""
        word = self.words[i]
        two = f"{word} {self.words[i + 1]}" if i + 1 < len(self.words) else ""
        if two in HAT_WORDS or word in HAT_WORDS:
            wide = 1 if two in HAT_WORDS else 0
            kind = "none" if negated else HAT_WORDS[two if wide else word]
            if i and f"{self.words[i - 1]} {word}" in HAT_WORDS:
                return 0
            self.used.update(range(i, i + 1 + wide))
            self._set("hat", kind, word)
            if not negated and (colour := self._colour(i)):
                self._set("hat_colour", colour, word)
            return wide
        handlers = (
            (("glasses", "spectacles"), self._glasses),
            (("scarf", "shawl"), self._scarf),
            (tuple(TOP_WORDS), self._top),
            (tuple(BOTTOM_WORDS), self._bottom),
            (tuple(BEARD_WORDS), self._beard),
            (("hair", *STYLES), self._hair),
        )
        for names, handle in handlers:
            if word in names:
                self.used.add(i)
                handle(i, negated)
                return 0
        if word in ("shoes", "boots", "sandals", "slippers", "wellingtons"):
            self.used.add(i)
            self._set("shoes", "none" if negated else "boots" if word in ("boots", "wellingtons") else "shoes", word)
            if colour := self._colour(i):
                self._set("shoe_colour", colour, word)
        elif word in ("apron", "belt", "cape", "cloak", "backpack", "rucksack"):
            self.used.add(i)
            key = {"cloak": "cape", "rucksack": "backpack"}.get(word, word)
            usual = {"apron": "#f2e8d6", "belt": "#6b4a30", "cape": "#a8323e", "backpack": "#8a6a48"}[key]
            self._set(key, "" if negated else self._colour(i) or usual, word)
        elif word == "eyes":
            self.used.add(i)
            if colour := self._colour(i, {**COLOURS, "blue": "#4f7fa8", "green": "#5f8a4c", "brown": "#5a3c28"}):
                self._set("eye_colour", colour, word)
            if i and self.words[i - 1] in ("big", "large", "huge"):
                self.used.add(i - 1)
                self._set("eye_size", min(2.0, 1.25 * float(self.table.get("eye_size", 1.0))), word)
        elif word == "skin":
            self.used.add(i)
            if colour := self._colour(i, SKINS):
                self._set("skin", colour, word)
        elif word == "nose" and i and self.words[i - 1] in ("big", "long", "large", "small", "red"):
            self.used.update((i - 1, i))
            if self.person:
                self._set("nose", 0.7 if self.words[i - 1] == "small" else 1.7, word)
        return 0

    def _glasses(self, i: int, negated: bool) -> None:
        square = any(self.words[j] in ("square", "rectangular") for j in range(max(0, i - 3), i))
        for j in range(max(0, i - 3), i):
            if self.words[j] in ("round", "square", "rectangular", "big", "small", "little"):
                self.used.add(j)
        if self._set("glasses", "none" if negated else "square" if square else "round", "glasses") and (
            colour := self._colour(i)
        ):
            self._set("glasses_colour", colour, "glasses")

    def _scarf(self, i: int, negated: bool) -> None:
        self._set("scarf", "" if negated else self._colour(i) or "#c8483f", "scarf")

    def _top(self, i: int, negated: bool) -> None:
        word, kind = self.words[i], TOP_WORDS[self.words[i]]
        if (i and self.words[i - 1] in ("striped", "stripy")) or any(
            self.words[j] in ("striped", "stripy") for j in range(max(0, i - 2), i)
        ):
            kind = "striped"
            self.used.update(j for j in range(max(0, i - 2), i) if self.words[j] in ("striped", "stripy"))
        if negated:
            self.notes.append(f"Everybody wears something; “without a {word}” is left out.")
            return
        if self._set("top", kind, word) and (colour := self._colour(i)):
            self._set("trim_colour" if kind == "striped" else "top_colour", colour, word)
        if kind == "dress" and self.table.get("sleeves"):
            self.changes.setdefault("bottom", "none")

    def _bottom(self, i: int, negated: bool) -> None:
        if not negated and self._set("bottom", BOTTOM_WORDS[self.words[i]], self.words[i]):
            if colour := self._colour(i):
                self._set("bottom_colour", colour, self.words[i])
            elif self.words[i] == "jeans":
                self._set("bottom_colour", "#4f6f9a", "jeans")

    def _beard(self, i: int, negated: bool) -> None:
        kind = BEARD_WORDS[self.words[i]]
        for j in range(max(0, i - 3), i):
            if self.words[j] in ("long", "short", "bushy", "big") and j not in self.noun:
                self.used.add(j)
                kind = self.words[j] if self.words[j] in ("long", "short") and kind == "full" else kind
        if self._set("beard", "none" if negated else kind, self.words[i]) and (
            colour := self._colour(i, {**COLOURS, **HAIR_COLOURS})
        ):
            self._set("beard_colour", colour, self.words[i])

    def _hair(self, i: int, negated: bool) -> None:
        word = self.words[i]
        kind = STYLES.get(word, "")
        for j in range(max(0, i - 3), i):
            if self.words[j] in HAIRS and j not in self.noun:
                self.used.add(j)
                kind = kind or HAIRS[self.words[j]]
        if negated:
            self._set("hair", "bald", word)
        elif kind:
            self._set("hair", kind, word)
        if colour := self._colour(i, {**COLOURS, **HAIR_COLOURS}):
            self._set("hair_colour", colour, word)

    def _adjective(self, i: int) -> int:
        word = self.words[i]
        before = i < min(self.noun) or not self.person
        if word in ("barefoot", "bald", "bearded"):
            self.used.add(i)
            self._set(
                *{"barefoot": ("shoes", "none"), "bald": ("hair", "bald"), "bearded": ("beard", "full")}[word], word
            )
        elif word in AGE_WORDS and self.person:
            self.used.add(i)
            self.age = AGE_WORDS[word]
            for key, value in AGES[self.age].items():
                if key not in parameters(self.kind) or self.kind not in ("grandmother", "grandfather"):
                    self.changes.setdefault(key, value)
        elif word in AGE_WORDS:
            self.used.add(i)
            if word != "young":
                return 0
            self.changes["metres"] = round(0.7 * float(self.table["metres"]), 3)
        elif word in BUILDS and "build" in self.table and not (word == "round" and "glasses" in self.words[i : i + 3]):
            self.used.add(i)
            self.changes.update(BUILDS[word])
        elif word in SIZES and before:
            self.used.add(i)
            self.changes["metres"] = round(SIZES[word] * float(self.changes.get("metres", self.table["metres"])), 3)
        elif word in HAIR_COLOURS and word in ("blond", "blonde", "ginger") and self.person:
            self.used.add(i)
            self._set("hair_colour", HAIR_COLOURS[word], word)
        elif word in COLOURS and i + 1 in self.noun | {j for j in self.used if j > i}:
            self._whole(i, word)
        return 0

    def _whole(self, i: int, word: str) -> None:
        """A colour right before the noun: the fur of an animal, the metal of a robot."""
        for key in ("fur", "metal"):
            if key in self.table and i + 1 in self.noun:
                self.used.add(i)
                self.changes[key] = {"red": "#cf6a34"}.get(word, COLOURS[word]) if self.kind == "fox" else COLOURS[word]


def voice_of(kind: str, age: str, seed: int, female: bool = False) -> str:
    """A voice of the studio that suits a kind, always the same for the same seed."""
    choices: tuple[str, ...]
    if kind in FEMALE or female:
        choices = (
            ("bf_emma", "bf_isabella")
            if kind == "grandmother" or age == "old"
            else ("af_heart", "af_bella", "af_sarah", "af_aoede")
        )
    elif kind in MALE:
        choices = (
            ("bm_george", "bm_lewis")
            if kind in ("grandfather", "king", "wizard", "santa", "giant", "bull", "lion") or age == "old"
            else ("am_michael", "am_fenrir", "bm_fable", "am_puck")
        )
    else:
        choices = ("am_puck", "bm_fable", "af_aoede", "am_michael", "bf_isabella", "am_fenrir", "af_nicole", "bm_lewis")
    return choices[seed % len(choices)]

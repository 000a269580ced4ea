"""Words become a character: "an old grandmother with round glasses and a red scarf". What is not understood is said."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.figures.cast import parameters
from pipelines.figures.character import Character
from pipelines.figures.hats import SLOTS
from pipelines.figures.kinds import everything, family
from pipelines.figures.portraits import natural_looks
from pipelines.figures.vocabulary import vocabulary
from pipelines.figures.wardrobe import OPTIONAL
from pipelines.language.plurals import singular

OPEN_HATS = ("none", "tiara", "crown", "party", "nurse")  # hats above which a bun is seen
OLD_HAIR = ("ring",)  # of old men; the women of a role are no older than others
UNDER_HATS: Mapping[str, str] = {"bubble": "bob", "hood": "braids", "headscarf": "braids"}  # else long hair
SHAPES = ("round", "square", "rectangular", "big", "small", "little", "striped", "stripy")


@dataclass(frozen=True)
class Understood:
    """A character, and what of the words was left out: `unknown` words, and one sentence about each in `notes`."""

    character: Character
    unknown: tuple[str, ...]
    notes: tuple[str, ...]


def from_words(
    text: str, *, seed: int | None = None, name: str = "", varied: int | None = None, called: str = ""
) -> Understood:
    """Read a description in English. Raises Refusal when no kind of figure is named in it.

    Without a seed, one follows from the words, so that the same words give the same character. With `varied`, a seed too, what
    is not said of skin and hair is mixed as the world is; what somebody is `called` leans to where that is common.
    """
    if not text.strip():
        raise Refusal("Say who it is, for example “an old grandmother with round glasses”.")
    if len(text) > 600:
        raise Refusal("A description has at most 600 letters.")
    words = re.findall(r"[a-z][a-z'-]*", text.lower().replace("’", "'").replace("'s", ""))
    kind, used = _kind(words)
    reader = _Reader(words, kind, used)
    reader.read()
    chosen = zlib.crc32(" ".join(words).encode()) if seed is None else seed
    natural = {} if varied is None else natural_looks(kind, varied, called)
    changes = {k: v for k, v in (natural | reader.changes).items() if reader.table.get(k) != v}
    character = Character(
        kind, changes, chosen, name or reader.name(text), voice_of(kind, reader.age, chosen, reader.female)
    )
    unknown = tuple(
        dict.fromkeys(
            w
            for i, w in enumerate(words)
            if i not in reader.used and w not in vocabulary().filler and w not in character.name.lower().split()
        )
    )
    notes = list(reader.notes)
    if unknown:
        listed = ", ".join(f"“{w}”" for w in unknown)
        notes.append(f"I did not understand {listed}; {'it is' if len(unknown) == 1 else 'they are'} left out.")
    return Understood(character, unknown, tuple(notes))


def dress(who: Character, worn: str) -> Character:
    """Somebody who also wears what is said: "blue coat". What their kind cannot wear is left out."""
    reader = _Reader([who.kind, *worn.lower().split()], who.kind, {0})
    reader.read()
    return replace(who, changes={**who.changes, **reader.changes})


def _kind(words: list[str]) -> tuple[str, set[int]]:
    """The first noun that is a kind of figure, and which words name it. The longest phrase wins."""
    kinds, known = everything(), vocabulary()
    for start in range(len(words)):
        for length in (4, 3, 2, 1):
            phrase = words[start : start + length]
            if len(phrase) < length:
                continue
            sentence = " ".join(phrase)
            # "a sailor hat" or "a witch hat" names a hat, not a sailor
            if start + length < len(words) and f"{sentence} {words[start + length]}" in known.hats:
                continue
            for tried in dict.fromkeys((sentence, singular(sentence))):
                text = known.same.get(tried, tried.replace(" ", "_"))
                if text in kinds and not _is_part(words, start):
                    return text, set(range(start, start + length))
    raise Refusal("Name a kind of figure, for example a king, a fox or a robot.")


def _is_part(words: list[str], at: int) -> bool:
    """Whether a word is what somebody wears or the colour of it, not somebody."""
    return words[at] in ("bob", "orange") or (
        words[at] == "baby" and at + 1 < len(words) and words[at + 1] in ("blue", "pink")
    )


class _Reader:
    """Goes through the words once; what it understands becomes changes of parameters."""

    def __init__(self, words: list[str], kind: str, used: set[int]) -> None:
        self.words, self.kind, self.used = words, kind, set(used)
        self.noun = set(used)
        self.known, self.table = vocabulary(), parameters(kind)
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
        self._gender()

    def _gender(self) -> None:
        """ "A female doctor", "a male nurse": hair, lashes and beard of the other gender, unless they are said."""
        place = next((i for i, word in enumerate(self.words) if word in ("female", "male")), None)
        if place is None or not self.person:
            return
        self.used.add(place)
        usual = dict(self.known.sexes[self.words[place]])
        hat = str(self.changes.get("hat", self.table.get("hat", "none")))
        if self.words[place] == "female" and hat not in OPEN_HATS:  # seen below the hat
            usual["hair"] = UNDER_HATS.get(hat, "long")
        if self.words[place] == "female" and self.table.get("hair") in OLD_HAIR and self.age != "old":
            usual["hair_colour"] = "#7a4a26"
        for key, value in usual.items():
            if key in self.table:
                self.changes.setdefault(key, value)

    def name(self, text: str) -> str:
        match = re.search(r"\b(?:called|named)\s+([A-Z][\w’'-]{0,30}(?:\s[A-Z][\w’'-]{0,30})?)", text)
        return match.group(1) if match else ""

    def _colour(self, at: int, among: Mapping[str, str] | None = None) -> str:
        """The colour said within the three words before a thing; another noun between ends the search."""
        table = self.known.colours if among is None else among
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
        if (taken := self._wear(i, negated)) is not None:
            return taken
        handlers = ((tuple(self.known.beards), self._beard), (("hair", *self.known.hair_styles), self._hair))
        for names, handle in handlers:
            if word in names:
                self.used.add(i)
                handle(i, negated)
                return 0
        before = self.words[i - 1] if i else ""
        if word == "eyes":
            self.used.add(i)
            if colour := self._colour(i, {**self.known.colours, **self.known.eyes}):
                self._set("eye_colour", colour, word)
            if before in ("big", "large", "huge"):
                self.used.add(i - 1)
                self._set("eye_size", min(2.0, 1.25 * float(self.table.get("eye_size", 1.0))), word)
        elif word == "skin":
            self.used.add(i)
            if colour := self._colour(i, self.known.skins):
                self._set("skin", colour, word)
        elif word == "nose" and before in self.known.noses:
            self.used.update((i - 1, i))
            if self.person:
                self._set("nose", self.known.noses[before], word)
        return 0

    def _wear(self, i: int, negated: bool) -> int | None:
        """Read a garment at word i: its words may be several. Gives how many further words it took, None where there is none."""
        phrases = (" ".join(self.words[i : i + wide]) for wide in (4, 3, 2, 1))
        phrase = next((phrase for phrase in phrases if phrase in self.known.worn), "")
        if not phrase:
            return None
        further, (key, named) = phrase.count(" "), self.known.worn[phrase]
        value, _, usual = named.partition(" ")
        colour_key = SLOTS.get(key, "")
        if i and f"{self.words[i - 1]} {phrase}" in self.known.worn:
            return 0
        self.used.update(range(i, i + 1 + further))
        shapes = {word: j for j, word in enumerate(self.words[max(0, i - 3) : i], max(0, i - 3)) if word in SHAPES}
        if value == "glasses" or key == "top":
            self.used.update(shapes.values())
        if negated and key in ("top", "bottom"):
            self.notes += [f"Everybody wears something; “without a {phrase}” is left out."] if key == "top" else []
            return further
        if value == "glasses":
            key, colour_key = value, "glasses_colour"
            value = "square" if {"square", "rectangular"} & shapes.keys() else "round"
        elif value in OPTIONAL:
            self._set(value, "" if negated else self._colour(i) or usual, phrase)
            return further
        elif key == "wears":
            worn = f"{value} {self._colour(i)}".strip()
            self._set(key, (*self.changes.get(key, self.table.get(key, ())), *(() if negated else (worn,))), phrase)
            return further
        elif key == "top" and {"striped", "stripy"} & shapes.keys():
            value, colour_key = "striped", "trim_colour"
        if self._set(key, "none" if negated else value, phrase) and (colour := self._colour(i) or usual):
            self._set(colour_key, colour, phrase)
        if value == "dress" and self.table.get("sleeves"):
            self.changes.setdefault("bottom", "none")
        return further

    def _beard(self, i: int, negated: bool) -> None:
        kind = self.known.beards[self.words[i]]
        for j in range(max(0, i - 3), i):
            if self.words[j] in ("long", "short", "bushy", "big") and j not in self.noun:
                self.used.add(j)
                kind = self.words[j] if self.words[j] in ("long", "short") and kind == "full" else kind
        if self._set("beard", "none" if negated else kind, self.words[i]) and (
            colour := self._colour(i, {**self.known.colours, **self.known.hair_colours})
        ):
            self._set("beard_colour", colour, self.words[i])

    def _hair(self, i: int, negated: bool) -> None:
        word = self.words[i]
        kind = self.known.hair_styles.get(word, "")
        for j in range(max(0, i - 3), i):
            if self.words[j] in self.known.hairs and j not in self.noun:
                self.used.add(j)
                kind = kind or self.known.hairs[self.words[j]]
        if negated:
            self._set("hair", "bald", word)
        elif kind:
            self._set("hair", kind, word)
        if colour := self._colour(i, {**self.known.colours, **self.known.hair_colours}):
            self._set("hair_colour", colour, word)

    def _adjective(self, i: int) -> int:
        word = self.words[i]
        before = i < min(self.noun) or not self.person
        if word in ("barefoot", "bald", "bearded"):
            self.used.add(i)
            self._set(
                *{"barefoot": ("shoes", "none"), "bald": ("hair", "bald"), "bearded": ("beard", "full")}[word], word
            )
        elif word in self.known.ages and self.person:
            self.used.add(i)
            self.age = self.known.ages[word]
            for key, value in family("people").shared[self.age].items():
                if key not in parameters(self.kind) or self.kind not in ("grandmother", "grandfather"):
                    self.changes.setdefault(key, value)
        elif word in self.known.ages:
            self.used.add(i)
            if word != "young":
                return 0
            self.changes["metres"] = round(0.7 * float(self.table["metres"]), 3)
        elif (
            word in self.known.builds
            and "build" in self.table
            and not (word == "round" and "glasses" in self.words[i : i + 3])
        ):
            self.used.add(i)
            self.changes.update(self.known.builds[word])
        elif word in self.known.sizes and before:
            self.used.add(i)
            self.changes["metres"] = round(
                self.known.sizes[word] * float(self.changes.get("metres", self.table["metres"])), 3
            )
        elif word in self.known.hair_colours and word in ("blond", "blonde", "ginger") and self.person:
            self.used.add(i)
            self._set("hair_colour", self.known.hair_colours[word], word)
        elif word in self.known.colours and i + 1 in self.noun | {j for j in self.used if j > i}:
            self._whole(i, word)
        return 0

    def _whole(self, i: int, word: str) -> None:
        """A colour right before the noun: the fur of an animal, the metal of a robot."""
        for key in ("fur", "metal"):
            if key in self.table and i + 1 in self.noun:
                self.used.add(i)
                self.changes[key] = "#cf6a34" if (self.kind, word) == ("fox", "red") else self.known.colours[word]


def voice_of(kind: str, age: str, seed: int, female: bool = False) -> str:
    """A voice of the studio that suits a kind, always the same for the same seed."""
    known, sex = vocabulary(), ""
    if kind in known.female or female:
        sex = "female"
    elif kind in known.male:
        sex = "male"
    old = sex and (age == "old" or kind in known.voices["old"])
    choices = known.voices[f"old {sex}" if old else sex or "any"]
    return choices[seed % len(choices)]

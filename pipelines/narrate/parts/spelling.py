"""Languages whose spelling says how words are said: ordered rules from letters to sounds, kept as data in assets/voices/languages/.

Each rule is a pattern and its phonemes in the alphabet of Kokoro (IPA; A eɪ, I aɪ, O oʊ, W aʊ); at every letter the first rule that fits takes its
stretch. `=` stands for the letters themselves. Rules, word lists and tables were written for this studio; nothing was taken from another program.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipelines.core.models import ASSETS
from pipelines.language.lexicon import Words
from pipelines.narrate.parts.pronounce import PronouncedWord, Speech
from pipelines.narrate.parts.spelled_forms import tokens
from pipelines.narrate.parts.wording import Token

ENGLISH = Words("heteronyms", "common english")
_BY_WORDS = ("es", "fr", "it", "pt", "de")
_FOLDER = ASSETS / "voices" / "languages"


@lru_cache(maxsize=16)
def describe_language(language: str) -> dict[str, Any]:
    """What is known of a language: its rules, its number words, its abbreviations."""
    return json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))


def language_of(text: str, least: int = 2) -> str:
    """The language of Kokoro in which a text is written, as a code: by its script, else by its commonest words; "en" where none is found oftener."""
    names = [unicodedata.name(sign, "") for sign in text[:4000] if sign.isalpha()]
    if any(name.startswith(("HIRAGANA", "KATAKANA")) for name in names):
        return "ja"
    if sum(name.startswith("CJK") for name in names) > len(names) / 2:
        return "zh"
    words = re.findall(r"[^\W\d_]+", text[:4000].lower())
    counts = {language: sum(word in describe_language(language)["common"] for word in words) for language in _BY_WORDS}
    best = max(counts, key=lambda language: counts[language])
    return best if counts[best] > max(least, sum(word in ENGLISH for word in words)) else "en"


@dataclass
class Spelling(Speech):
    """A language that is read by rules; it says words as `pronounce.Tongue` does for English."""

    language: str
    _said: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.data = describe_language(self.language)
        self._rules = [
            (_compile_pattern(pattern, self.data), apart(phonemes)) for pattern, phonemes in self.data["rules"]
        ]
        self._words = {word: apart(phonemes) for word, phonemes in self.data["words"].items()}
        self._stress = [(re.compile(pattern), place) for pattern, place in self.data["stress"]]
        self._vowel = re.compile(f"[{self.data['vowels']}]")

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text as they are said, with numbers and signs written out."""
        return tokens(text, self.data)

    def knows(self, word: str) -> bool:
        """Whether a word is one of the most common ones of the language."""
        return word in self.data["common"]

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """The words of one sentence; in French a silent ending is heard before a vowel (les enfants)."""
        phonemes_of = [self._word(word.lower()) for word in words]
        for at, word in enumerate(words[:-1]):
            sound = self.data["linking"].get(word.lower(), "")
            if sound and not marks[at] and self._opens_with_vowel(words[at + 1].lower(), phonemes_of[at + 1]):
                phonemes_of[at] += sound
        return [PronouncedWord(word, phonemes) for word, phonemes in zip(words, phonemes_of)]

    def _opens_with_vowel(self, word: str, phonemes: str) -> bool:
        aspirated = self.data.get("aspirated")
        opening = phonemes.lstrip("ˈˌ")[:1]
        return bool(self._vowel.match(opening)) and not (aspirated and re.match(aspirated, word))

    def _word(self, word: str) -> str:
        if word not in self._said:
            whole = self._words.get(word)
            *elided, last = word.replace("’", "'").split("'") if whole is None else [word]
            self._said[word] = whole or "".join(
                self.data["elided"].get(part) or self._by_rules(part, False) for part in elided
            ) + self._part(last)
        return self._said[word]

    def _part(self, word: str) -> str:
        return self._words.get(word) or self._by_rules(word, word not in self.data["unstressed"])

    def _by_rules(self, word: str, stressed: bool) -> str:
        sounds: list[str] = []
        accented, place = None, 0
        while place < len(word):
            taken, phonemes = self._at(word, place)
            if any(sign in self.data["accented"] for sign in taken) and self._vowel.search(phonemes):
                accented = len(sounds)
            sounds.append(phonemes)
            place += max(1, len(taken))
        heard = [number for number, sound in enumerate(sounds) if self._vowel.search(sound)]
        if stressed and heard:
            from_end = next(place for pattern, place in self._stress if pattern.search(word))
            at = accented if accented is not None else heard[max(0, len(heard) - from_end)]
            sounds[at] = self._vowel.sub(lambda vowel: "ˈ" + vowel[0], sounds[at], count=1)
        return "".join(sounds)

    def _at(self, word: str, place: int) -> tuple[str, str]:
        """The letters that the first fitting rule takes, and their sounds; a letter of no rule is silent."""
        for pattern, phonemes in self._rules:
            if match := pattern.match(word, place):
                return match[0], match[0] if phonemes == "=" else phonemes
        return word[place], ""


def apart(phonemes: str) -> str:
    """Nasal vowels as a vowel and a tilde, which is how the network has them."""
    return unicodedata.normalize("NFD", phonemes).replace("c\u0327", "ç")


def _compile_pattern(pattern: str, data: dict[str, Any]) -> re.Pattern[str]:
    for name, letters in data["classes"].items():
        pattern = pattern.replace(f"<{name}>", letters)
    return re.compile(pattern)

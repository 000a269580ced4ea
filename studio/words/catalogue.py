"""Catalogues of translations: gettext files beside this one, in which the English text is the key.

What a catalogue does not have is said in English. A sentence with values (`Scene {n} was deleted.`) is recognised by its pattern, so a refusal that
was written with its values is translated too. `studio/web/static/say.js` does the same in the page.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from babel.core import Locale, negotiate_locale
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent / "po"
ENGLISH = "en"
PSEUDO = {"en-XA": "ltr", "ar-XB": "rtl"}  # longer and accented; and from right to left (CLDR's names); only by ?lang=
HOLE = re.compile(r"\{(\w+)\}")
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LEAST_LETTERS = 4  # that a pattern must have for a sentence to be recognised by it
MOST_ASKED = 400  # characters of an Accept-Language that are read
ORDER = ("zero", "one", "two", "few", "many", "other")
VOWELS = str.maketrans("aeiouyAEIOUYcnsz", "áéîöüýÁÉÎÖÜÝçñšž")


@dataclass(frozen=True)
class Catalogue:
    """One language: `words` by their English, and `plurals` by the English of one thing."""

    language: str
    direction: str
    words: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forms: tuple[str, ...] = ("one", "other")

    def say(self, text: str) -> str:
        """The text in this language; as it is where the catalogue does not know it."""
        if not text:
            return text
        if found := self.words.get(text) or self._match_pattern(text):
            return found
        name, colon, rest = text.partition(": ")
        if colon and name in self.words:  # what something is called, and a sentence on it
            return f"{self.words[name]}: {self.words.get(rest) or self._match_pattern(rest) or self._sentences(rest) or rest}"
        return self._sentences(text) or self._match_pattern(text, across=True) or text

    def _sentences(self, text: str) -> str | None:
        """Several sentences, each by itself; None where none of them is known."""
        parts = SENTENCE_END.split(text)
        said = [self.words.get(part) or self._match_pattern(part) or part for part in parts]
        return " ".join(said) if said != parts else None

    def _match_pattern(self, text: str, *, across: bool = False) -> str | None:
        """By the longest pattern that fits; a value holds the end of a sentence only `across`."""
        for key, pattern, names in self._patterns:
            if (found := pattern.fullmatch(text)) and (across or not any(map(SENTENCE_END.search, found.groups()))):
                return _fill_holes(
                    self.words[key], {name: self.words.get(one, one) for name, one in zip(names, found.groups())}
                )
        return None

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str], list[str]]]:
        keys = [
            key for key in self.words if "{" in key and len(re.sub(r"[\W\d_]", "", HOLE.sub("", key))) >= LEAST_LETTERS
        ]
        keys.sort(key=lambda key: -len(HOLE.sub("", key)))
        return [
            (key, re.compile("(.+?)".join(map(re.escape, re.split(r"\{\w+\}", key))), re.DOTALL), HOLE.findall(key))
            for key in keys
        ]

    def script(self) -> str:
        """The catalogue as the page loads it, before its own scripts."""
        data = {
            "language": self.language,
            "direction": self.direction,
            "words": dict(self.words),
            "plurals": self.plurals,
            "forms": self.forms,
        }
        return f"window.studioWords = {json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def _fill_holes(text: str, values: Mapping[str, str]) -> str:
    return HOLE.sub(lambda hole: values.get(hole[1], hole[0]), text)


@cache
def languages() -> dict[str, str]:
    """The languages that a visitor can choose, each by its own name; English first."""
    names = {ENGLISH: "English"}
    for path in sorted(FOLDER.glob("*.po")):
        names[path.stem] = (Locale.parse(path.stem).get_language_name(path.stem) or path.stem).capitalize()
    return names


@cache
def catalogue(language: str) -> Catalogue | None:
    """The catalogue of a language or a pseudo-language; None for English and for what there is none for."""
    if language in PSEUDO:
        return _pseudo(language)
    if language == ENGLISH or language not in languages():
        return None
    with (FOLDER / f"{language}.po").open("rb") as file:
        messages = read_po(file, locale=language)
    words: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message in messages:
        if not message.id or message.fuzzy:
            continue
        key, translations = message.id, message.string
        if isinstance(key, tuple | list):
            if isinstance(translations, tuple | list) and all(translations):
                plurals[key[0]] = tuple(translations)
        elif translations:
            words[key] = str(translations)
    locale = Locale.parse(language)
    return Catalogue(language, locale.text_direction, words, plurals, forms_of(locale))


def forms_of(locale: Locale) -> tuple[str, ...]:
    """CLDR's names of the plural forms in the order of a gettext file: for German `one`, `other`."""
    return tuple(form for form in ORDER if form in {*locale.plural_form.tags, "other"})


def _pseudo(language: str) -> Catalogue:
    """Every text that the catalogues know, translated or not, made strange."""
    words: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for path in FOLDER.glob("*.po"):
        with path.open("rb") as file:
            for message in read_po(file):
                key = message.id
                if isinstance(key, tuple | list):
                    plurals[key[0]] = tuple(pseudo(text, language) for text in key)
                elif key:
                    words[key] = pseudo(key, language)
    return Catalogue(language, PSEUDO[language], words, plurals)


def pseudo(text: str, language: str) -> str:
    """English made strange: a third longer and with accents, or in an order from right to left; holes and tags stay as they are."""
    parts = re.split(r"(\{\w+\}|<[^>]*>|&\w+;)", text)
    if language == "ar-XB":
        turned = [
            part if n % 2 else re.sub(r"\w+", lambda word: f"\u202e{word[0]}\u202c", part)
            for n, part in enumerate(parts)
        ]
        return f"\u200f{''.join(turned)}\u200f"
    said = "".join(part if n % 2 else part.translate(VOWELS) for n, part in enumerate(parts))
    return (
        f"[{said}{'·' * max(1, round(0.35 * len(HOLE.sub('', text))))}]"
        if len(text) < 30
        else f"[{said} {'ö ' * (len(text) // 8)}]"
    )


def chosen(asked: str = "", kept: str = "", accepted: str = "") -> str:
    """The language of a page: what its address asks for, else what the visitor chose before, else what the browser accepts, else English."""
    for language in (asked, kept):
        if language in languages() or language in PSEUDO:
            return language
    wanted = []
    for part in accepted[:MOST_ASKED].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wanted.append((-float(weight or 1), name.strip()))
        except ValueError:
            continue
    names = [
        name
        for _, name in sorted(wanted, key=lambda language: language[0])
        if re.fullmatch(r"[A-Za-z]{2,3}(-\w{2,8}){0,3}", name)
    ]
    return str(negotiate_locale(names, list(languages()), sep="-") or ENGLISH)

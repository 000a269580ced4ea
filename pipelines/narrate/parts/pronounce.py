"""How English words are said: misaki's dictionaries (hexgrad 2025), word endings, compounds, and what the neighbours decide.

Phonemes are Kokoro's alphabet: IPA with one capital letter for each diphthong (A eɪ, I aɪ, O oʊ, Q əʊ, W aʊ, Y ɔɪ).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipelines.core.models import ModelCard, load
from pipelines.narrate.parts import alphabet, letters
from pipelines.narrate.parts.heteronyms import part_of_speech, settle_by_meaning
from pipelines.narrate.parts.wording import Token, tokens

VOWELS = "aɑæɒɐəɛɜɪiɔʊuʌᵊᵻeoAIOQWY"


def _card(name: str, file: str, sha256: str, size_bytes: int) -> ModelCard:
    return ModelCard(
        name=f"English pronunciation, {name}",
        source=f"package:misaki==0.9.4:misaki/data/{file}.json",
        sha256=sha256,
        licence="Apache-2.0 (misaki, hexgrad)",
        size_bytes=size_bytes,
        build=lambda path: json.loads(path.read_text("utf-8")),
        about="How 90,000 words are said.",
    )


US_GOLD = _card("American", "us_gold", "dc414872a49a28ae6c141463d502fd945f3b2fde040484fdc47d00cc4612686f", 3_000_469)
US_SILVER = _card(
    "American, rarer words", "us_silver", "de8f67be911bb6c659187b4a65fd966b6a30e56350e0f790d763210b053ac475", 3_099_517
)
GB_GOLD = _card("British", "gb_gold", "29e62f4b60261c88f7f3c2c7811ca3825978948090b72d2b27d565b729282f71", 2_838_552)
GB_SILVER = _card(
    "British, rarer words", "gb_silver", "48131e2d92ccc41655f4543e87e0f938e71463eb5a54be7f0693bb712ebb6bce", 3_663_898
)
DICTIONARIES = (GB_GOLD, GB_SILVER, US_GOLD, US_SILVER)


def from_ipa(written: str) -> str:
    """What a writer gives between braces, in IPA, in Kokoro's alphabet."""
    for ipa, symbol in alphabet.IPA:
        written = written.replace(ipa, symbol)
    return written


@dataclass(frozen=True)
class PronouncedWord:
    """One spoken word: how it is written, and how it is said; `certain` is false where its sounds were guessed from its letters."""

    text: str
    phonemes: str
    certain: bool = True


class Speech(Protocol):
    """One language as it is spoken."""

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text as they are said, with numbers and signs written out."""

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """The words of one sentence in phonemes; `marks[i]` is the punctuation after word i, or ""."""

    def knows(self, word: str) -> bool:
        """Whether the language certainly has the word."""

    def as_trained(self, phonemes: str) -> str:
        """The phonemes in the writing on which the network was trained."""
        return phonemes


@dataclass
class Tongue(Speech):
    """English as it is spoken on one side of the Atlantic."""

    gold: dict[str, Any]
    silver: dict[str, Any]
    weights: dict[str, Any]
    british: bool
    _guessed: dict[str, str] = field(default_factory=dict)

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text as they are said, with numbers and signs written out."""
        return tokens(text, british=self.british, pronounceable=self.reads_as_word)

    def as_trained(self, phonemes: str) -> str:
        """The network's own writing of the American tapped t, and of the stop in “button”."""
        return phonemes.replace("ɾ", "T").replace("ʔ", "t")

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """The words of one sentence. `marks[i]` is the punctuation after word i, or "": where there is some, a word stands alone."""
        said: list[PronouncedWord] = []
        for at in reversed(range(len(words))):  # the sounds of the next word decide “the”, “a”, “to”
            follows = said[-1].phonemes if said and not marks[at] else ""
            said.append(self._in_context(list(words), at, bool(marks[at]), follows))
        return said[::-1]

    def knows(self, word: str) -> bool:
        """Whether the dictionaries have the word, as it is or with its ending taken off."""
        return self._look_up_word(word) is not None or self._look_up_word(word.lower()) is not None

    def reads_as_word(self, capitals: str) -> bool:
        """Whether capitals are read as a word: those the dictionary has in capitals (NASA), and longer everyday words."""
        entry = self.gold.get(capitals)
        if isinstance(entry, str):
            return True
        return entry is None and len(capitals) > 3 and (capitals.lower() in self.gold or capitals in self.silver)

    def _in_context(self, words: list[str], at: int, alone: bool, follows: str) -> PronouncedWord:
        word, lower = words[at], words[at].lower()
        opens_with_vowel = next((sound in VOWELS for sound in follows if sound not in "ˈˌ"), None)
        if lower == "the":
            return PronouncedWord(word, "ði" if opens_with_vowel else "ðə")
        if lower == "a" and (word == "a" or (at == 0 and len(words) > 1)):
            return PronouncedWord(word, "ɐ")
        if lower == "an":
            return PronouncedWord(word, "ɐn")
        if lower == "to" and not alone:
            return PronouncedWord(
                word, {True: "tʊ", False: "tə", None: "tuː" if self.british else "tu"}[opens_with_vowel]
            )
        if lower == "am" and word != "AM":
            return PronouncedWord(word, "ɐm")
        if len(word) == 1 and word.isupper() and word != "I":
            return PronouncedWord(word, self.gold[word])
        if (given := settle_by_meaning(words, at, self.british)) is not None:
            return PronouncedWord(word, given)
        found = self._look_up_word(word, lambda: part_of_speech(words, at), alone)
        if found is None and word != lower:
            found = self._look_up_word(lower, lambda: part_of_speech(words, at), alone)
        return PronouncedWord(word, found) if found is not None else self._guess(word)

    def _look_up_word(self, word: str, tag: Callable[[], str] = lambda: "DEFAULT", alone: bool = False) -> str | None:
        entry = self.gold.get(word, self.silver.get(word))
        if entry is None:
            return self._with_ending(word, tag)
        if isinstance(entry, str):
            return entry
        if alone and "None" in entry:
            return entry["None"]
        kind = tag()
        chosen = entry.get(kind)
        if chosen is None and kind == "ADJ" and word not in ("close", "closer"):
            chosen = entry.get("NOUN")
        if chosen is None and kind in ("VBD", "VBN", "VBP"):
            chosen = entry.get("VERB")
        return chosen or entry["DEFAULT"]

    def _with_ending(self, word: str, tag: Callable[[], str]) -> str | None:
        """Plural and possessive s, past ed, ing: the stem as the dictionary has it, and the ending as it sounds after that."""
        for ending, joined in (("'s", self._s), ("s'", self._s), ("s", self._s), ("ed", self._ed), ("ing", self._ing)):
            if not word.endswith(ending) or len(word) - len(ending) < 2:
                continue
            stem = word[: -len(ending)]
            stems = [stem] if ending != "s" or not word.endswith("ss") else []
            if ending in ("ed", "ing"):
                stems = [
                    stem + "e",
                    stem,
                    stem[:-1] if stem[-1] == stem[-2] else "",
                    stem[:-1] + "y" if stem[-1] == "i" else "",
                ]
            elif stem.endswith("e"):
                stems = [stem, stem[:-1], stem[:-2] + "y" if stem.endswith("ie") else ""]
            for candidate in stems:
                entry = self.gold.get(candidate, self.silver.get(candidate)) if len(candidate) > 1 else None
                if entry is not None:
                    kind = "VERB" if ending in ("ed", "ing") else tag()
                    base = entry if isinstance(entry, str) else entry.get(kind) or entry["DEFAULT"]
                    return joined(base)
        return None

    def _s(self, stem: str) -> str:
        if stem[-1] in "ptkfθ":
            return stem + "s"
        return stem + (("ɪz" if self.british else "ᵻz") if stem[-1] in "szʃʒʧʤ" else "z")

    def _ed(self, stem: str) -> str:
        if stem[-1] in "pkfθʃsʧ":
            return stem + "t"
        if stem[-1] not in "td":
            return stem + "d"
        flapped = not self.british and stem[-1] == "t" and len(stem) > 1 and stem[-2] in VOWELS + "ɹ"
        return (stem[:-1] + "ɾ" if flapped else stem) + ("ɪd" if self.british else "ᵻd")

    def _ing(self, stem: str) -> str:
        flapped = not self.british and stem[-1] == "t" and len(stem) > 1 and stem[-2] in VOWELS + "ɹ"
        linked = self.british and stem[-1] in "əː" and not stem.endswith(("iː", "uː"))
        return (stem[:-1] + "ɾ" if flapped else stem + ("ɹ" if linked else "")) + "ɪŋ"

    def _guess(self, word: str) -> PronouncedWord:
        """A compound of two known words, or the letters one after another; accents are dropped, foreign letters go by their names."""
        if re.match(r"O['’][A-Z]", word):
            rest = self._look_up_word(word[2:]) or self._guess(word[2:]).phonemes
            return PronouncedWord(word, ("ˌQ" if self.british else "ˌO") + rest, certain=False)
        plain = _in_latin(word).lower()
        if plain != word.lower() and (found := self._look_up_word(plain)) is not None:
            return PronouncedWord(word, found)
        if plain not in self._guessed:
            self._guessed[plain] = self._compound(plain) or self._spelt_out(plain)
        return PronouncedWord(word, self._guessed[plain], certain=False)

    def _compound(self, plain: str) -> str | None:
        for cut in sorted(range(4, len(plain) - 2), key=lambda at: abs(at - len(plain) / 2)):
            first, second = plain[:cut], plain[cut:]
            if isinstance(self.gold.get(first), str) and isinstance(self.gold.get(second), str):
                return self.gold[first] + self.gold[second].replace("ˈ", "ˌ")
        return None

    def _spelt_out(self, plain: str) -> str:
        phonemes = []
        for part in re.findall(r"[a-z]+", plain):
            if len(part) > 1 and re.search("[aeiouy]", part):
                phonemes.append(letters.guess(self.weights, part, british=self.british))
            else:
                phonemes += [self.gold[letter.upper()] for letter in part]
        return " ".join(phonemes)


def _in_latin(word: str) -> str:
    """The word in the letters a-z: accents dropped, letters of other alphabets by their names (“π” -> “pi”)."""
    out = ""
    for sign in unicodedata.normalize("NFKD", word):
        if sign.isascii():
            out += sign if sign.isalpha() else ""
        elif sign.isalpha():
            name = unicodedata.name(sign, "").split()
            special = {"ß": "ss", "æ": "ae", "ø": "o", "œ": "oe", "ł": "l", "đ": "d", "þ": "th", "ð": "th", "ı": "i"}
            out += special.get(sign.lower()) or (name[-1].lower() if name[:1] == ["GREEK"] else "")
    return out


@contextmanager
def tongue(british: bool) -> Iterator[Tongue]:
    """The dictionaries and the letter network of one side, held in memory for the block."""
    with ExitStack() as held:
        gold, silver = (
            held.enter_context(load(card)) for card in ((GB_GOLD, GB_SILVER) if british else (US_GOLD, US_SILVER))
        )
        yield Tongue(gold, silver, held.enter_context(load(letters.LETTERS)), british)

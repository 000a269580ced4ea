"""What cannot be read aloud, said in one sentence before any work is done."""

from __future__ import annotations

import unicodedata

from pipelines.core.settings import Refusal
from pipelines.narrate.parts.pronounce import Tongue
from pipelines.narrate.parts.script import Script
from pipelines.narrate.parts.wording import tokens

_FEW_WORDS = 5  # below this a text may be names only
_KNOWN_SHARE = 0.5
_FOREIGN_SHARE = 0.3


def length(text: str, most: int) -> None:
    """Raises Refusal for an empty or an overlong text."""
    if not text.strip():
        raise Refusal("Text is empty; please write something first.")
    if len(text) > most:
        raise Refusal(f"Text is {len(text):,} characters long; please keep it under {most:,}.")


def _script(letters: list[str]) -> str:
    """What people call the letters of a text."""
    first = [unicodedata.name(sign, "ANOTHER").split()[0].split("-")[0] for sign in letters]
    if "HIRAGANA" in first or "KATAKANA" in first:
        return "Japanese"
    return {"CJK": "Chinese", "HANGUL": "Korean"}.get(first[0], f"{first[0].capitalize()} letters")


def language(script: Script, tongue: Tongue) -> None:
    """Raises Refusal for another script than the Latin one, and for another language than English."""
    letters = [sign for sentence in script.sentences for sign in sentence.text if sign.isalpha()]
    foreign = [
        sign
        for sign in letters
        if not unicodedata.name(sign, "").startswith(("LATIN", "GREEK", "MODIFIER", "FULLWIDTH LATIN"))
    ]
    if letters and len(foreign) > _FOREIGN_SHARE * len(letters):
        raise Refusal(f"The voices read English, and this text is in {_script(foreign)}; please write it in English.")
    words = {
        word.lower().strip("'")
        for sentence in script.sentences[:400]
        for piece in sentence.pieces
        if not piece.phonemes
        for token in tokens(piece.text, british=tongue.british)
        for word in token.says
        if len(word) > 1 and not word[0].isupper()
    }
    known = sum(tongue.knows(word) and not any(ord(sign) > 127 for sign in word) for word in words)
    if len(words) >= _FEW_WORDS and known < _KNOWN_SHARE * len(words):
        raise Refusal("This does not look like English, the only language the voices read; please write it in English.")

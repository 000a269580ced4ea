"""What cannot be read aloud, said in one sentence before any work is done."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from pipelines.audio.voices import LANGUAGES, Blend, describe_voices
from pipelines.core.settings import Refusal
from pipelines.narrate.parts import spelling
from pipelines.narrate.parts.hub_voices import SPEAKS
from pipelines.narrate.parts.pronounce import Speech
from pipelines.narrate.parts.script import Script, Sentence

_FEW_WORDS = 5  # below this a text may be names only
_KNOWN_SHARE = 0.5
_FOREIGN_SHARE = 0.3
_LATIN = ("LATIN", "GREEK", "MODIFIER", "FULLWIDTH LATIN")
_SCRIPTS = {"ja": ("HIRAGANA", "KATAKANA", "CJK"), "zh": ("CJK",)}


def languages(script: Script, assigned: Mapping[str, Blend], spoken: Mapping[str, Speech]) -> None:
    """Raises Refusal where a voice is given a text in a script or in a language that it does not read."""
    for language, tongue in spoken.items():
        mine = [sentence for sentence in script.sentences if assigned[sentence.speaker].language == language]
        name = "English" if language.startswith("en") else str(spelling.describe_language(language)["name"])
        _letters(mine, name, _SCRIPTS.get(language, ()))
        if language.startswith("en"):
            _english(mine, tongue)
        elif language not in _SCRIPTS:
            _not_english(mine, tongue, name)


def voice_of(language: str, voice: str) -> str:
    """The given voice where it reads a language, else the first that does; the given one also where there is none."""
    return next((one for one in (voice, *describe_voices()) if LANGUAGES[one[0]].startswith(language)), voice)


def reader_for(text: str, voice: str, engine: str) -> tuple[str, str]:
    """Voice and model that read a text in its own language; the given ones where they do, and where the language is not sure."""
    language, words = spelling.language_of(text, 1), text.lower().split()
    if language == "en":
        return voice_of("en" if any(word in spelling.ENGLISH for word in words) else "", voice), engine
    hubs = (name for name, blend in SPEAKS.items() if blend.language == language)
    return voice_of(language, voice), next(hubs, "kokoro")


def engine(name: str, spoken: Iterable[str]) -> None:
    """Raises Refusal for a model that reads English only and a voice of another language."""
    if name == "draft" and not all(language.startswith("en") for language in spoken):
        raise Refusal("This model reads English only; choose Kokoro for another language.")


def _letters(sentences: Sequence[Sentence], name: str, own: tuple[str, ...]) -> None:
    """Most letters must be of the language's own script; Latin ones are read in every language."""
    letters = [sign for sentence in sentences for sign in sentence.text if sign.isalpha()]
    foreign = [sign for sign in letters if not unicodedata.name(sign, "").startswith((*_LATIN, *own))]
    if letters and len(foreign) > _FOREIGN_SHARE * len(letters):
        raise Refusal(f"This voice reads {name}, and the text is in {_name_script(foreign)}; choose another voice.")
    if own and letters and not any(unicodedata.name(sign, "").startswith(own) for sign in letters):
        raise Refusal(f"This voice reads {name}, and the text is in Latin letters; write it in {name}.")


def _name_script(letters: list[str]) -> str:
    """What people call the letters of a text."""
    named = {
        "HIRAGANA": "Japanese",
        "KATAKANA": "Japanese",
        "CJK": "Chinese",
        "HANGUL": "Korean",
        "DEVANAGARI": "Hindi",
    }
    found = [unicodedata.name(sign, "ANOTHER").split()[0].split("-")[0] for sign in letters]
    return next((named[name] for name in named if name in found), f"{found[0].capitalize()} letters")


def _english(sentences: Sequence[Sentence], tongue: Speech) -> None:
    words = {
        word.lower().strip("'")
        for sentence in sentences[:400]
        for piece in sentence.pieces
        if not piece.phonemes
        for token in tongue.tokens(piece.text)
        for word in token.says
        if len(word) > 1 and not word[0].isupper()
    }
    known = sum(tongue.knows(word) and not any(ord(sign) > 127 for sign in word) for word in words)
    strange = len(words) >= _FEW_WORDS and known < _KNOWN_SHARE * len(words)
    text = " ".join(sentence.text for sentence in sentences)
    if strange or spelling.language_of(text) != "en":
        if spelling.language_of(text, 1) == "de":
            raise Refusal("This looks like German, which no voice of Kokoro speaks; choose the model MMS German.")
        raise Refusal("This does not look like English; choose a voice of the text's language.")


def _not_english(sentences: Sequence[Sentence], tongue: Speech, name: str) -> None:
    words = [word for sentence in sentences[:400] for word in re.findall(r"[^\W\d_]+", sentence.text.lower())]
    english, own = sum(word in spelling.ENGLISH for word in words), sum(tongue.knows(word) for word in words)
    if len(words) >= _FEW_WORDS and english > max(1, own):
        raise Refusal(
            f"This looks like English, and the voice reads {name}; choose an English voice or write in {name}."
        )

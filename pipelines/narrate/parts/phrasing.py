"""A sentence as the network takes it: phonemes with marks and spaces, which stretch of them is which word, and the pace of each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipelines.narrate.parts import kokoro
from pipelines.narrate.parts.pronounce import VOWELS, Speech, from_ipa
from pipelines.narrate.parts.script import Sentence, styles
from pipelines.narrate.parts.wording import Token

# a stressed word is longer, higher and louder, as people say it
EMPHASIS = kokoro.Delivery(pace=0.78, pitch=1.13, gain_db=3.0)
PLAIN = kokoro.Delivery()
_OPENING = "(“"


@dataclass(frozen=True)
class Span:
    """A written word and its place in a phrase's phonemes: from `start` to before `end`."""

    shown: str
    said: str
    start: int
    end: int
    certain: bool = True


@dataclass(frozen=True)
class Phrase:
    """Up to LONGEST phonemes, the words in them, and for each phoneme how it is said."""

    phonemes: str
    spans: tuple[Span, ...]
    deliveries: tuple[kokoro.Delivery, ...]


@dataclass(frozen=True)
class _Sound:
    """A token as it sounds."""

    shown: str
    said: str
    phonemes: str
    mark: str
    delivery: kokoro.Delivery
    certain: bool


def phrases(sentence: Sentence, tongue: Speech) -> list[Phrase]:
    """The phrases of a sentence; nearly always one."""
    sounds = [sound for sound in _sounds(sentence, tongue) if sound.phonemes]
    if not sounds:
        return []
    if not sounds[-1].mark or sounds[-1].mark in "—“(":
        sounds[-1] = replace(sounds[-1], mark="," if sentence.pause_seconds is not None else ".")
    parts: list[Phrase] = []
    while sounds:
        count = _fitting(sounds)
        parts.append(_phrase(sounds[:count]))
        sounds = sounds[count:]
    return parts


def tokens_of(sentence: Sentence, tongue: Speech) -> list[Token]:
    """Tokens of all pieces in order; a mark or a space that begins a piece joins the token before it."""
    joined: list[Token] = []
    for piece in sentence.pieces:
        lead = piece.text[: len(piece.text) - len(piece.text.lstrip())]
        if lead and joined:
            joined[-1] = replace(joined[-1], shown=joined[-1].shown + lead)
        if piece.phonemes:
            joined.append(Token(piece.text, (piece.text,), phonemes=piece.phonemes))
            continue
        for token in tongue.tokens(piece.text):
            if not token.says and joined:
                before = joined[-1]
                joined[-1] = replace(before, shown=before.shown + token.shown, mark=token.mark or before.mark)
            else:
                joined.append(replace(token, emphasis=piece.emphasis, style=piece.style))
    return joined


def _sounds(sentence: Sentence, tongue: Speech) -> Iterator[_Sound]:
    tokens = tokens_of(sentence, tongue)
    words, marks, owners = [], [], []
    for number, token in enumerate(tokens):
        for place, word in enumerate(token.says):
            words.append(word.strip(",'’"))
            last = place == len(token.says) - 1
            marks.append(token.mark if last and token.mark not in _OPENING else "," if word.endswith(",") else "")
            owners.append(number)
    spoken = tongue.say(words, marks)
    for number, token in enumerate(tokens):
        mine = [at for at, owner in enumerate(owners) if owner == number]
        parts = [spoken[at].phonemes + ("," if marks[at] == "," and at != mine[-1] else "") for at in mine]
        phonemes = from_ipa(token.phonemes) if token.phonemes else " ".join(parts)
        if token.emphasis:
            phonemes = stress_phonemes(phonemes)
        certain = bool(token.phonemes) or all(spoken[at].certain for at in mine)
        style = styles()[token.style] if token.style else None
        plain = EMPHASIS if token.emphasis else PLAIN
        delivery = replace(style.delivery, gain_db=style.gain_db) if style else plain
        said = " ".join(words[at] for at in mine)
        yield _Sound(token.shown, said, kokoro.keep_known(tongue.as_trained(phonemes)), token.mark, delivery, certain)


def stress_phonemes(phonemes: str) -> str:
    """The phonemes with a main stress: the side stress becomes it, or the first vowel takes it."""
    if "ˈ" in phonemes:
        return phonemes
    if "ˌ" in phonemes:
        return phonemes.replace("ˌ", "ˈ", 1)
    return re.sub(f"[{VOWELS}]", lambda vowel: "ˈ" + vowel[0], phonemes, count=1)


def _length(sound: _Sound) -> int:
    return len(sound.phonemes) + len(sound.mark) + 1


def _fitting(sounds: list[_Sound]) -> int:
    """How many go into one phrase: all, or up to the last mark that fits, or up to the last word that fits."""
    room, fits, at_mark = kokoro.LONGEST, 0, 0
    for number, sound in enumerate(sounds, 1):
        room -= _length(sound)
        if room < 0:
            break
        fits = number
        if sound.mark in tuple(";:,—…"):
            at_mark = number
    if fits == len(sounds):
        return fits
    return at_mark or max(1, fits)


def _phrase(sounds: list[_Sound]) -> Phrase:
    phonemes, spans, deliveries = "", [], list[kokoro.Delivery]()
    opening = ""
    for number, sound in enumerate(sounds):
        lead = (" " if number else "") + opening
        closing = "" if sound.mark in _OPENING else sound.mark
        opening = sound.mark if sound.mark in _OPENING else ""
        own = sound.phonemes[: kokoro.LONGEST - 2]
        start = len(phonemes) + len(lead)
        spans.append(Span(sound.shown, sound.said, start, start + len(own), sound.certain))
        deliveries += [PLAIN] * len(lead) + [sound.delivery] * len(own) + [PLAIN] * len(closing)
        phonemes += lead + own + closing
    return Phrase(phonemes, tuple(spans), tuple(deliveries))

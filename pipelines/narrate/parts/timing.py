"""When each word and sound is heard: from the network's own durations to subtitles, karaoke and mouths.

Visemes are the fifteen mouth shapes that face rigs commonly take (Oculus LipSync's set, after MPEG-4): sil, PP (p b m), FF (f v), TH (th),
DD (t d), kk (k g), CH (ch j sh), SS (s z), nn (n l), RR (r), aa (father, cat), E (bed), ih (bit, beat), oh (go, law), ou (boot, w).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines.language.lexicon import Words
from pipelines.narrate.parts.alphabet import GLIDES, VISEMES

VTT_HEAD = b"WEBVTT\n"
LINE_CHARACTERS, LINES = 42, 2  # of a subtitle, as broadcasters have it
_CUE_SECONDS = 7.0
_CLINGING, _FOLLOWING = Words("small", "ending no line"), Words("small", "beginning no line")


@dataclass(frozen=True)
class TimedPhoneme:
    """One phoneme in time (seconds); stress marks and length marks belong to the phoneme beside them."""

    phoneme: str
    start: float
    end: float


@dataclass(frozen=True)
class TimedWord:
    """One written word in time (seconds), with the space or sign that joins it to the next in `after`."""

    text: str
    after: str
    said: str
    start: float
    end: float
    sounds: tuple[TimedPhoneme, ...] = ()
    guessed: bool = False


@dataclass(frozen=True)
class TimedSentence:
    """One sentence in time (seconds)."""

    text: str
    speaker: str
    voice: str
    start: float
    end: float
    words: tuple[TimedWord, ...] = field(default=())

    def moved(self, seconds: float) -> TimedSentence:
        """The same sentence, later."""
        words = tuple(
            TimedWord(
                *(word.text, word.after, word.said, word.start + seconds, word.end + seconds),
                tuple(TimedPhoneme(sound.phoneme, sound.start + seconds, sound.end + seconds) for sound in word.sounds),
                word.guessed,
            )
            for word in self.words
        )
        return TimedSentence(self.text, self.speaker, self.voice, self.start + seconds, self.end + seconds, words)


def visemes(lines: Sequence[TimedSentence], seconds: float) -> list[tuple[float, float, str]]:
    """Mouth shapes without gaps or overlaps from 0 to `seconds`; equal neighbours are one."""
    shapes: list[tuple[float, float, str]] = []

    def add(start: float, end: float, shape: str) -> None:
        if end - start < 1e-6:
            return
        if shapes and shapes[-1][2] == shape and abs(shapes[-1][1] - start) < 1e-6:
            shapes[-1] = (shapes[-1][0], end, shape)
        else:
            shapes.append((start, end, shape))

    now = 0.0
    for sound in (sound for line in lines for word in line.words for sound in word.sounds):
        add(now, sound.start, "sil")
        middle, (first, last) = sound.start + 0.6 * (sound.end - sound.start), _mouth(sound.phoneme)
        add(sound.start, middle, first)
        add(middle, sound.end, last)
        now = max(now, sound.end)
    add(now, seconds, "sil")
    return shapes


def _mouth(phoneme: str) -> tuple[str, str]:
    core = next((sign for sign in phoneme if sign in VISEMES or sign in GLIDES), "")
    return GLIDES.get(core) or (VISEMES.get(core, "sil"),) * 2


def sentences_told(lines: Sequence[TimedSentence]) -> list[dict[str, Any]]:
    """Sentences as words.json has them: in them words, in them phonemes with visemes; all times in seconds."""

    def between(start: float, end: float) -> dict[str, float]:
        return {"start": round(start, 4), "end": round(end, 4)}

    sentences = []
    for line in lines:
        words = []
        for word in line.words:
            about_word: dict[str, Any] = {"text": word.text, "after": word.after, **between(word.start, word.end)}
            if word.said and word.said != word.text.strip(".,;:!?…—“”\"'()"):
                about_word["said"] = word.said
            if word.guessed:
                about_word["guessed"] = True
            if word.sounds:
                about_word["phonemes"] = [
                    {"phoneme": sound.phoneme, **between(sound.start, sound.end), "viseme": _mouth(sound.phoneme)[0]}
                    for sound in word.sounds
                ]
            words.append(about_word)
        about = {"text": line.text, "speaker": line.speaker, "voice": line.voice, **between(line.start, line.end)}
        sentences.append({**about, "words": words})
    return sentences


def words_json(lines: Sequence[TimedSentence], seconds: float, rate_hz: int, estimated: bool = False) -> bytes:
    """Karaoke-style JSON: the sentences, and mouth shapes for the whole time."""
    whole = {
        "seconds": round(seconds, 4),
        "rate_hz": rate_hz,
        "estimated": estimated,
        "sentences": sentences_told(lines),
        "visemes": [[round(start, 4), round(end, 4), shape] for start, end, shape in visemes(lines, seconds)],
    }
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")).encode()


def cues(lines: Sequence[TimedSentence], width: int = LINE_CHARACTERS) -> Iterator[tuple[float, float, str, str]]:
    """Subtitles: start, end, speaker, text of one or two lines, cut and broken where a reader breathes and into equal parts."""
    for line in lines:
        words, end = line.words, len(line.words)
        best = [(0.0, 0, "")]  # of the words up to each: how ill they read, where their last subtitle begins, its text
        for stop in range(1, end + 1):
            ways = ((start, way) for start in range(stop) for way in _lay(words, start, stop, width))
            best.append(min((best[start][0] + strain, start, text) for start, (strain, text) in ways))
        shown = list[tuple[float, float, str, str]]()
        while end:
            _, start, text = best[end]
            shown.append((words[start].start, words[end - 1].end, line.speaker, text))
            end = start
        yield from reversed(shown)


def _lay(words: Sequence[TimedWord], start: int, stop: int, width: int) -> Iterator[tuple[float, str]]:
    """The ways in which words can be shown as one subtitle: how ill each reads, and its text."""
    texts = [word.text + word.after for word in words[start:stop]]
    whole = "".join(texts).strip()
    if len(texts) > 1 and (len(whole) > LINES * width + 1 or words[stop - 1].end - words[start].start > _CUE_SECONDS):
        return
    usual = 1.2 + 1.5 * max(0.0, 1 - len(whole) / (LINES * width)) ** 2 + 2 * _strain(words, stop)
    if len(whole) <= width or len(texts) == 1:
        yield usual, whole
    for middle in range(1, len(texts)):
        first, second = "".join(texts[:middle]).strip(), "".join(texts[middle:]).strip()
        if max(len(first), len(second)) <= width:
            uneven = abs(len(first) - len(second)) / width
            yield usual + 0.5 + 2.5 * uneven + _strain(words, start + middle), f"{first}\n{second}"


def _strain(words: Sequence[TimedWord], at: int) -> float:
    """How ill a line reads that ends before a word: least at its end and after a mark, worst after an article, a preposition or a conjunction, ill before “up” or “of”."""
    before, after = (
        word.text.strip("\"“”‘’'()«» ").lower() for word in (words[at - 1], words[min(at, len(words) - 1)])
    )
    if at == len(words) or before[-1:] in ",;:—…!?":
        return 0.0
    return (
        6.0 if before in _CLINGING or not after else 2.0 if after in _FOLLOWING else 0.5 if after in _CLINGING else 1.0
    )


def _clock(seconds: float, comma: str) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}{comma}{whole % 1000:03d}"


def srt(lines: Sequence[TimedSentence], first: int = 1) -> bytes:
    """SubRip subtitles, numbered from `first`; a speaker's name stands before the words."""
    made = [
        f"{number}\n{_clock(start, ',')} --> {_clock(end, ',')}\n{speaker + ': ' if speaker else ''}{text}\n"
        for number, (start, end, speaker, text) in enumerate(cues(lines), first)
    ]
    return ("\n".join(made)).encode()


def vtt(lines: Sequence[TimedSentence]) -> bytes:
    """WebVTT subtitles with voice tags."""
    made = list[str]()
    for start, end, speaker, text in cues(lines):
        safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        made.append(f"{_clock(start, '.')} --> {_clock(end, '.')}\n{f'<v {speaker}>' if speaker else ''}{safe}\n")
    return VTT_HEAD + "".join(f"\n{cue}" for cue in made).encode()

"""A transcript that somebody corrected, back on the times of what was heard; and a recording without the words that were struck out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.media import Sound
from pipelines.narrate.parts.recognition import sentences
from pipelines.narrate.parts.timing import TimedSentence, TimedWord

if TYPE_CHECKING:
    import numpy as np

_FADE_SECONDS = 0.01
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA")


def _plain(word: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", word).lower() if sign.isalnum())


def _split_words(text: str) -> list[str]:
    """Words as the recogniser gives them: with a leading space where there is one; signs that are written without spaces stand alone."""
    words = []
    for piece in text.split():
        word = " "
        for sign in piece:
            if unicodedata.name(sign, "").startswith(_UNSPACED):
                words += [word] if word.strip() else []
                words.append(sign)
                word = ""
            else:
                word += sign
        words += [word] if word.strip() else []
    return words


def correct_lines(lines: Sequence[TimedSentence], text: str) -> tuple[list[TimedSentence], list[tuple[float, float]]]:
    """The corrected text in time, and the stretches whose words were struck out.

    Words that stayed keep their times; words that replace others share their time by length; words that were added share the pause before the next.
    """
    heard = [
        TimedWord(part, "", "", start, end)
        for line in lines
        for word in line.words
        for part, start, end in _share_time(_split_words(word.text), word.start, word.end)
    ]
    written = _split_words(text)
    matcher = SequenceMatcher(None, [_plain(w.text) for w in heard], [_plain(w) for w in written], autojunk=False)
    timed: list[tuple[str, float, float]] = []
    struck: list[tuple[float, float]] = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            timed += [(new, old.start, old.end) for new, old in zip(written[c:d], heard[a:b])]
        elif kind == "delete":
            struck.append(_stretch(heard, a, b))
        else:
            start, end = (heard[a].start, heard[b - 1].end) if b > a else _gap(heard, a)
            timed += list(_share_time(written[c:d], start, end))
    return list(sentences(timed)), struck


def _gap(heard: Sequence[TimedWord], at: int) -> tuple[float, float]:
    start = heard[at - 1].end if at else 0.0
    return start, max(start, heard[at].start if at < len(heard) else start)


def _stretch(heard: Sequence[TimedWord], first: int, after: int) -> tuple[float, float]:
    """From the beginning of the first struck word to the beginning of the next that stays, so that the pause goes with the words."""
    return heard[first].start, heard[after].start if after < len(heard) else heard[after - 1].end


def _share_time(words: Sequence[str], start: float, end: float) -> Iterator[tuple[str, float, float]]:
    total, now = sum(map(len, words)), start
    for word in words:
        then = now + (end - start) * len(word) / total
        yield word, now, then
        now = then


def without(sound: Sound, struck: Sequence[tuple[float, float]]) -> Sound:
    """The recording without the stretches, faded where it is joined."""
    import numpy as np

    edges = [0.0, *(edge for stretch in sorted(struck) for edge in stretch), sound.seconds]
    kept = [(round(a * sound.rate_hz), round(b * sound.rate_hz)) for a, b in list(pairwise(edges))[::2]]
    parts = [_fade_ends(np.array(sound.samples[a:b], np.float32), sound.rate_hz) for a, b in kept if b > a]
    return Sound(np.concatenate(parts) if parts else sound.samples[:0], sound.rate_hz)


def _fade_ends(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    import numpy as np

    ramp = min(round(_FADE_SECONDS * rate_hz), len(samples) // 2)
    curve = np.linspace(0, 1, ramp, dtype=np.float32)[:, None]
    samples[:ramp] *= curve
    samples[len(samples) - ramp :] *= curve[::-1]
    return samples


def moved_for(lines: Sequence[TimedSentence], struck: Sequence[tuple[float, float]]) -> list[TimedSentence]:
    """The sentences where they are in the recording without the stretches."""

    def at(seconds: float) -> float:
        return seconds - sum(min(end, seconds) - start for start, end in struck if start < seconds)

    return [
        replace(
            line,
            start=at(line.start),
            end=at(line.end),
            words=tuple(replace(word, start=at(word.start), end=at(word.end)) for word in line.words),
        )
        for line in lines
    ]

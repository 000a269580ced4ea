"""Subtitles as SubRip text: read, moved in time, written as SRT and WebVTT, and said as a stretch of frames."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.core.settings import Refusal

MOST_CUES = 2000
LANGUAGES = {  # of subtitles: how they are called, and by what players know them (ISO 639-2)
    "en": ("English", "eng"),
    "es": ("Spanish", "spa"),
    "fr": ("French", "fra"),
    "de": ("German", "deu"),
    "it": ("Italian", "ita"),
    "pt": ("Portuguese", "por"),
    "ja": ("Japanese", "jpn"),
    "zh": ("Mandarin", "zho"),
}
_TIME = re.compile(r"(\d{1,4}):(\d\d):(\d\d)[,.](\d{3})\s{0,9}-->\s{0,9}(\d{1,4}):(\d\d):(\d\d)[,.](\d{3})")


@dataclass(frozen=True)
class Cue:
    """Words that are shown from `start` to `end`, in seconds; `speaker` may be empty."""

    start: float
    end: float
    text: str
    speaker: str = ""

    def moved(self, seconds: float) -> Cue:
        return Cue(self.start + seconds, self.end + seconds, self.text, self.speaker)


def read_srt(text: str) -> list[Cue]:
    """The cues of SubRip text, in order. Raises Refusal when it is something else."""
    cues = []
    for block in filter(str.strip, re.split(r"\n\s*\n", text.replace("\r", "").strip())):
        lines = block.strip().split("\n")
        if lines[0].strip().isdecimal():
            lines = lines[1:]
        found = _TIME.match(lines[0].strip()) if lines else None
        if found is None:
            raise Refusal("These subtitles are not SubRip text.")
        at = [int(part) for part in found.groups()]
        start, end = (3600 * h + 60 * m + s + ms / 1000 for h, m, s, ms in (at[:4], at[4:]))
        if end > start and len(lines) > 1:
            cues.append(Cue(start, end, "\n".join(lines[1:])))
    if len(cues) > MOST_CUES:
        raise Refusal(f"There are {len(cues)} subtitles; {MOST_CUES} is the most.")
    return sorted(cues, key=lambda cue: cue.start)


def check_languages(written: str) -> None:
    """Raises Refusal for other than one or two codes of languages."""
    codes = written.split()
    if len(codes) > 2 or not all(code in LANGUAGES for code in codes):
        raise Refusal(f"Languages are one or two of {', '.join(LANGUAGES)}, such as “es en”.")


def hold_cues(cues: Sequence[Cue], until: float, rest: float = 0.7, gap: float = 0.08) -> list[Cue]:
    """Each cue stays `rest` seconds longer for the eye, but not into the next one, nor past `until`."""
    limits = [*(cue.start - gap for cue in cues[1:]), until]
    return [replace(cue, end=max(cue.end, min(cue.end + rest, limit))) for cue, limit in zip(cues, limits)]


def srt(cues: Iterable[Cue]) -> str:
    """SubRip; a speaker's name stands before the words."""
    return "\n".join(
        f"{number}\n{_clock(cue.start, ',')} --> {_clock(cue.end, ',')}\n"
        f"{cue.speaker}{': ' if cue.speaker else ''}{_lines(cue.text)}\n"
        for number, cue in enumerate(cues, 1)
    )


def vtt(cues: Iterable[Cue]) -> str:
    """WebVTT with voice tags."""
    parts = ["WEBVTT\n"]
    for cue in cues:
        voice = f"<v {html.escape(cue.speaker, quote=False)}>" if cue.speaker else ""
        parts.append(
            f"{_clock(cue.start, '.')} --> {_clock(cue.end, '.')}\n{voice}{html.escape(_lines(cue.text), quote=False)}\n"
        )
    return "\n".join(parts)


def _lines(text: str) -> str:
    """Without empty lines: in both formats one would end the cue."""
    return "\n".join(line.strip() for line in text.replace("\r", "\n").split("\n") if line.strip())


def _clock(seconds: float, mark: str) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}{mark}{whole % 1000:03d}"

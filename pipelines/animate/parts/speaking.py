"""Who of a picture speaks when: a voice's lines given to figures, their mouths from the voice's own times, and at whom everybody looks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.animate.parts.mouths import Mouth, MouthTrack, spoken, visemes_of
from pipelines.core.settings import Refusal
from pipelines.media import Sound

TURN_SECONDS = 0.35  # in which a listener's eyes and head go from one speaker to the next
GESTURE_SECONDS = 0.25  # in which hands begin and end to speak
BEHIND_DEGREES = 95.0  # how far a head turns to somebody behind its back


@dataclass(frozen=True)
class Turn:
    """One line of a voice in seconds of the clip, and the number of the figure that says it."""

    start: float
    end: float
    figure: int


@dataclass(frozen=True)
class Speaking:
    """Turns in order, and for each figure that speaks its mouth over the voice's time; the voice begins at `offset` seconds."""

    turns: tuple[Turn, ...]
    mouths: Mapping[int, MouthTrack]
    offset: float

    @property
    def main(self) -> int | None:
        """The figure that speaks longest."""
        spent: dict[int, float] = {}
        for turn in self.turns:
            spent[turn.figure] = spent.get(turn.figure, 0.0) + turn.end - turn.start
        return max(spent, key=lambda figure: spent[figure], default=None)

    def mouth(self, figure: int, seconds: float) -> Mouth | None:
        """The mouth of a figure at a moment of the clip; None for one that says nothing."""
        track = self.mouths.get(figure)
        return track.at(seconds - self.offset) if track is not None else None

    def speaks(self, figure: int, seconds: float) -> float:
        """How much of a figure's body speaks, 0..1."""
        strength = 0.0
        for turn in self.turns:
            if turn.figure == figure:
                into = (seconds - turn.start + GESTURE_SECONDS) / GESTURE_SECONDS
                out = (turn.end + GESTURE_SECONDS - seconds) / GESTURE_SECONDS
                strength = max(strength, min(1.0, into, out))
        return _smooth(strength)

    def heard(self, seconds: float, figure: int) -> tuple[int | None, int | None, float]:
        """At whom a figure looks: before, now, and how far its look has gone from the one to the other.

        A listener looks at who speaks; a speaker looks at who spoke before or will speak next. None where there is nobody.
        """
        others = [turn for turn in self.turns if turn.figure != figure]
        at = bisect_right([turn.start for turn in others], seconds) - 1
        if not others:
            return None, None, 1.0
        now = others[max(0, at)]
        before = others[at - 1].figure if at > 0 else now.figure
        return before, now.figure, _smooth(min(1.0, max(0.0, (seconds - now.start) / TURN_SECONDS))) if at > 0 else 1.0


def _smooth(share: float) -> float:
    share = min(1.0, max(0.0, share))
    return share * share * (3 - 2 * share)


def speaking_of(
    voice: Sound | None, speakers: str, offset: float, rate_hz: float, names: Sequence[tuple[str, ...]]
) -> Speaking | None:
    """The lines of a voice as turns of the figures of a picture, whose names are `names`; None without a voice.

    `speakers` says who is who: "Anna = girl; Ben = girl 2", the second girl. A speaker with the name of a figure is that figure; lines of
    everybody else are a narrator's. A voice of one speaker without a name is the only figure's that `speakers` names. Raises Refusal for
    a line that cannot be read, a figure that is not in the picture and a voice whose words have no times.
    """
    if voice is None:
        return None
    given = figures_of(speakers, names)
    lines = _lines(voice)
    turns, owned = [], dict[int, list[tuple[float, float]]]()
    for speaker, start, end in lines:
        number = given.get(speaker.lower())
        if number is None and speaker:
            number = next((n for n, own in enumerate(names) if speaker.lower() in own), None)
        if number is None:
            continue
        turns.append(Turn(start + offset, end + offset, number))
        owned.setdefault(number, []).append((start, end))
    visemes = visemes_of(voice.words)
    mouths = {
        number: spoken(_within(visemes, spans, voice.seconds), voice.seconds, rate_hz)
        for number, spans in owned.items()
    }
    return Speaking(tuple(sorted(turns, key=lambda turn: turn.start)), mouths, offset)


def _lines(voice: Sound) -> list[tuple[str, float, float]]:
    """Speaker, start and end of each sentence of a voice. Raises Refusal."""
    if not voice.words or not voice.words.get("sentences"):
        raise Refusal("Nobody can speak this sound: it has no times of its words. Make it in Narrate.")
    try:
        return [
            (str(word["speaker"] or ""), float(word["start"]), float(word["end"])) for word in voice.words["sentences"]
        ]
    except (TypeError, KeyError, ValueError):
        raise Refusal("The timings of this sound cannot be read; speak the text again.") from None


def _within(
    visemes: Sequence[tuple[float, float, str]], spans: Sequence[tuple[float, float]], seconds: float
) -> list[tuple[float, float, str]]:
    """The mouth shapes inside some spans, and silence everywhere else."""
    made: list[tuple[float, float, str]] = []
    now = 0.0
    for first, last in spans:
        for start, end, shape in visemes:
            start, end = max(start, first), min(end, last)
            if end <= start:
                continue
            if start > now:
                made.append((now, start, "sil"))
            made.append((max(start, now), end, shape))
            now = max(now, end)
    return [*made, (now, seconds, "sil")] if seconds > now else made


def figures_of(speakers: str, names: Sequence[tuple[str, ...]]) -> dict[str, int]:
    """ "Anna = girl; Ben = girl 2" -> name of the speaker in small letters to number of the figure. Raises Refusal."""
    numbers: dict[str, int] = {}
    for entry in filter(None, (part.strip() for part in re.split(r"[;\n]", speakers))):
        name, equals, said = (part.strip() for part in entry.partition("="))
        if not equals or not name or not said:
            raise Refusal(f"“{entry[:40]}” does not say who speaks; write it as “Anna = girl”.")
        noun, _, which = said.lower().rpartition(" ")
        noun, place = (noun, int(which) - 1) if noun and which.isdecimal() and len(which) < 3 else (said.lower(), 0)
        alike = [number for number, own in enumerate(names) if noun in own]
        if not 0 <= place < len(alike):
            some = ", ".join(dict.fromkeys(own[0] for own in names[:6])) or "nobody who could speak"
            raise Refusal(f"There is no “{said[:30]}” in this picture; it has {some}.")
        numbers[name.lower()] = alike[place]
    return numbers


def blend_looks(looks: Sequence[tuple[Any, float]]) -> tuple[float, float] | None:
    """A look between looks by their weights; None counts as straight on, all None is None."""
    if all(look is None for look, _ in looks):
        return None
    side = sum((look[0] if look else 0.0) * weight for look, weight in looks)
    up = sum((look[1] if look else 0.0) * weight for look, weight in looks)
    return side, up

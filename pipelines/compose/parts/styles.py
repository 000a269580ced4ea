"""Styles with a rhythm section: patterns of a bar as data (assets/sounds/styles.json), played over the chords that were written.

A pattern has one sign for every sixteenth. Of a drum: `x` a hit, `X` a loud one, `o` a soft one. Of an instrument: `x` the whole chord, a digit one
of its notes, `-` holds, `.` is silent. Of a bass: 1, 3, 5 and 8 are degrees of the chord, and `w` walks towards the next root.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from pipelines.compose.parts import ensembles
from pipelines.compose.parts.music import Music, Part
from pipelines.compose.parts.soundfont import DRUMS
from pipelines.compose.parts.textures import Led, accent
from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal

NONE, BAND = "none", "band"
VOICING = {"voices": 3, "low": 50, "high": 72, "bass": (36, 52), "centre": 61}
STEP = 3  # ticks of a sixteenth


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ASSETS / "sounds" / "styles.json").read_text("utf-8"))
    return found


def known_styles() -> dict[str, Any]:
    """The styles by name."""
    styles: dict[str, Any] = _data()["styles"]
    return styles


def options() -> dict[str, str]:
    """The styles as a form shows them."""
    return {NONE: "None, no drums"} | {name: style["label"] for name, style in known_styles().items()}


def of(name: str) -> dict[str, Any]:
    """What is known of a style; nothing of the style that is none. Raises Refusal."""
    if name == NONE:
        return {}
    if name not in known_styles():
        raise Refusal(f"The style must be one of: {', '.join(options())}.")
    style: dict[str, Any] = known_styles()[name]
    return style


def check_metre(name: str, metre: str) -> None:
    """Raises Refusal where a style has no patterns in a metre."""
    style = of(name)
    if style and not all(metre in part["patterns"] for part in style["parts"]):
        raise Refusal(f"{style['label']} is played in {style['metre']}; choose that metre or another style.")


def band(music: Music, closing: bool) -> list[Part]:
    """Arrange the music for the instruments of its style, without the drums."""
    style, tune = of(music.style), music.melody()
    lead = _part("lead", style["lead"])
    ensembles.sing(lead, music, tune, touch=style["lead"].get("touch"))
    segments = music.segments()
    pairs = ensembles.lead_voices(music, segments, tune, VOICING)
    body, end = ensembles.body_and_end(music, segments, closing)
    play, parts = pairs[: len(body)], [lead]
    for number, about in enumerate(style["parts"]):
        part = _part(f"band{number + 1}", about)
        (_bass if about.get("bass") else _chords)(part, music, play, about["patterns"][music.written_metre])
        held = [(s, v[:1] if about.get("bass") else v[1:]) for s, v in pairs]
        ensembles.last_chord(part, music, end, held, part_velocity(music))
        parts.append(part)
    return [part for part in parts if part.notes]


def drums(music: Music, closing: bool) -> list[Part]:
    """The drums of the music's style: fuller from phrase to phrase, a fill where one ends; none where the style has none."""
    about = of(music.style).get("drums")
    if about is None:
        return []
    keys, hits, late = _data()["drums"], _data()["hits"], about.get("late", {})
    part = Part("drums", "Drums", ((DRUMS + about["kit"], 0.0),), 0.0, about["gain_db"], 0.12, (0, 127), 5)
    patterns, fill = about["patterns"][music.written_metre], about["fill"][music.written_metre]
    ends = {music.form.intro + bar for bar in music.form.endings()}
    last = music.form.bars - 1 - music.form.outro if closing else music.form.bars
    for bar in range(last):
        level = music.level(bar)
        pattern = fill if level and bar in ends and bar + 1 < last else patterns[min(level, len(patterns) - 1)]
        for drum, signs in pattern.items():
            for step, sign in enumerate(signs):
                if sign != ".":
                    start = bar * music.bar_ticks + step * STEP + late.get(drum, 0.0)
                    part.add(max(0.0, start), _ringing(drum, pattern, step), keys[drum], hits[sign] + 2 * level)
        if level == 2 and bar - 1 in ends and "kick" in pattern:
            part.add(bar * music.bar_ticks, STEP, keys["crash"], hits["x"])
    if closing and part.notes:
        for drum in ("kick", "crash"):
            part.add(last * music.bar_ticks, STEP, keys[drum], hits["x"])
    return [part] if part.notes else []


def _ringing(drum: str, pattern: dict[str, str], step: int) -> float:
    """How long a drum is written: an open hi-hat sounds until the closed one is struck, all others ring out by themselves."""
    if drum != "open" or "hat" not in pattern:
        return float(STEP)
    around = pattern["hat"] * 2
    return float(STEP * (next((i for i in range(step + 1, len(around)) if around[i] != "."), step + 8) - step))


def _part(key: str, about: dict[str, Any]) -> Part:
    own = ("name", "programs", "pan", "gain_db", "room", "compass", "human_ms")
    return Part(key, **{name: about[name] for name in own})


def part_velocity(music: Music) -> float:
    """How loud accompanying instruments play in the music's mood."""
    return ensembles.MOOD[music.mood].velocity - 4


def events(music: Music, patterns: list[str], bars: int) -> Iterator[tuple[int, int, str]]:
    """Start, length in ticks and sign of what the patterns play in the first bars, each bar in the pattern of its level."""
    for bar in range(bars):
        signs = patterns[min(music.level(bar), len(patterns) - 1)]
        for step, sign in enumerate(signs):
            if sign not in ".-":
                held = next((i for i in range(step + 1, len(signs)) if signs[i] != "-"), len(signs))
                yield bar * music.bar_ticks + step * STEP, (held - step) * STEP, sign


def _pieces(music: Music, play: Led, patterns: list[str]) -> Iterator[tuple[int, int, str, int]]:
    """Events cut where the chord changes: start, length, sign, and the chord's place in `play`."""
    starts = [segment.start for segment, _ in play]
    bars = play[-1][0].bar + 1 if play else 0
    for start, length, sign in events(music, patterns, bars):
        at, end = start, start + length
        while at < end:
            place = bisect_right(starts, at) - 1
            stop = min(end, play[place][0].start + play[place][0].length)
            if stop <= at:
                break
            yield at, stop - at, sign, place
            at = stop


def _chords(part: Part, music: Music, play: Led, patterns: list[str]) -> None:
    for at, length, sign, place in _pieces(music, play, patterns):
        voicing = play[place][1]
        loud = part_velocity(music) + accent(music, at) / 2 - 6
        for pitch in voicing[1:] if sign == "x" else (voicing[(int(sign) - 1) % len(voicing)],):
            ring = length if sign == "x" else max(length, 18)
            part.add(at, ring, pitch, loud)


def _bass(part: Part, music: Music, play: Led, patterns: list[str]) -> None:
    before = (part.compass[0] + part.compass[1]) // 2 - 3
    for at, length, sign, place in _pieces(music, play, patterns):
        segment = play[place][0]
        following = play[place + 1][0] if place + 1 < len(play) else segment
        if sign == "w":
            pitch = _walking(segment.classes, following.classes, at - segment.start, segment.length, music, before)
        else:
            degree = {"3": 1, "5": 2}.get(sign, 0)
            pitch = _near(segment.classes[min(degree, len(segment.classes) - 1)], before)
            pitch += 12 if sign == "8" and pitch + 12 <= part.compass[1] else 0
        part.add(at, length, pitch, part_velocity(music) + 6 + accent(music, at))
        before = part.notes[-1].pitch if sign != "8" else before


def _walking(
    classes: tuple[int, ...], following: tuple[int, ...], inside: int, length: int, music: Music, before: int
) -> int:
    """The root where a chord begins, a half step to the next root before it changes, notes of the chord between."""
    if inside == 0:
        return _near(classes[0], before)
    if inside + music.beat_ticks >= length and following[0] != classes[0]:
        goal = _near(following[0], before)
        return goal - 1 if goal > before else goal + 1
    return _near(classes[(inside // music.beat_ticks) % len(classes)], before + 2)


def _near(pitch_class: int, before: int) -> int:
    """The pitch of a class that is nearest to the one before."""
    return before + (pitch_class - before + 6) % 12 - 6

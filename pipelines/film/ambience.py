"""What is heard of the places of a film: rain, waves, birds, a fire, as long as the film."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import numpy as np

from pipelines.audio.scenery import loop, scenery
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Text
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import RATE_HZ, SOUND_HZ, FilmFrames
from pipelines.media import Layers, Sound
from pipelines.media.openraster import facts_of
from pipelines.scenes.settings import INSIDE, SHELTERED, family

GAIN_HZ = 100
CUT_SECONDS = 0.1  # on each side of a hard cut, in which one place goes over into the next
OPENS_SECONDS, CLOSES_SECONDS = 1.5, 2.0  # in which a film's first place is heard and its last one goes


@pipeline()
def ambience(
    pictures: Annotated[list[Layers], Input(label="Pictures", help="Of scenes, in order, as Storybook painted them.")],
    *,
    places: Annotated[
        str,
        Text(
            label="Places",
            help="Start, length and overlaps of each picture, in seconds.",
            placeholder="0 6.5 0 0.5; 6 4 0.5 0",
            max_characters=20_000,
        ),
    ] = "",
    frames: FilmFrames = 720,
    report: Report = silent,
) -> Sound:
    """Make the sound of a film's places from the scenes that its pictures carry: place, weather, hour, things and how many are there.

    By synthesis (filtered noise, grains, tones), no recording. Stereo float32 at 48 kHz, `frames / RATE_HZ` seconds to the sample. A sound of two
    scenes in a row goes on between them. Raises Refusal when places and pictures do not fit together.
    """
    count = round(frames * SOUND_HZ / RATE_HZ)
    spots = mixing.read_places(places, len(pictures), count / SOUND_HZ)
    heard: dict[str, list[tuple[float, ...]]] = {}
    for picture, spot in zip(pictures, spots, strict=True):
        for name in sounds_of(facts_of(picture.archive)):
            heard.setdefault(name, []).append(spot)
    track = np.zeros((count, 2), np.float32)
    for number, (name, where) in enumerate(heard.items()):
        report(Progress(number, len(heard), "Making the sounds of places"))
        gain, one = _gain(where, count), loop(name)
        for start in range(0, count, len(one)):
            part = track[start : start + len(one)]
            part += one[: len(part)] * gain[start : start + len(part), None]
    return Sound(track.clip(-1, 1), SOUND_HZ)


def sounds_of(facts: Mapping[str, Any]) -> list[str]:
    """The sounds that go on in a picture, by what is known of it; nothing for a picture of another program."""
    about, figures, known = facts.get("about") or {}, facts.get("figures") or [], scenery()
    if not about:
        return []
    place, hour, weather = (str(about.get(name, "")) for name in ("place", "hour", "weather"))
    table = known["places"].get(family(place), known["places"][""])
    names = list(table.get(hour) or table["night" if hour == "night" else "day"])
    if weather in known["weather"] and (place in INSIDE or place not in SHELTERED):
        names = [name for name in names if name not in known["silent in rain and snow"] or weather == "fog"]
        names += known["weather"][weather]["inside" if place in INSIDE else "outside"]
    names += [known["things"][noun] for figure in figures if (noun := str(figure.get("noun", ""))) in known["things"]]
    if sum(bool(figure.get("character")) for figure in figures) >= known["crowd"]["from"]:
        names.append(known["crowd"]["sound"])
    return list(dict.fromkeys(names))


def _gain(where: Sequence[tuple[float, ...]], count: int) -> np.ndarray:
    """A factor for each sample: 1 in the scenes of a sound, through their transitions in a straight line, so that two in a row make 1."""
    length = count / SOUND_HZ
    times = np.arange(round(length * GAIN_HZ) + 2) / GAIN_HZ
    gain = np.zeros(len(times))
    for start, seconds, begin, end in where:
        before, after = (0.0 if shared else CUT_SECONDS for shared in (begin, end))
        rise = (0.0, min(OPENS_SECONDS, seconds / 2)) if start <= 0 else (start - before, start + begin + before)
        over = start + seconds
        fall = (max(rise[1], length - CLOSES_SECONDS), length) if over >= length else (over - end - after, over + after)
        gain += np.interp(times, [*rise, *fall], [0, 1, 1, 0])
    return np.asarray(np.interp(np.arange(count) / SOUND_HZ, times, np.minimum(gain, 1)), np.float32)

"""What is heard of those who act in a scene: their steps, a door, a knock, a splash, a bark."""

from __future__ import annotations

import zlib
from typing import Annotated

import numpy as np

from pipelines.animate.parts.cast import cast_of
from pipelines.animate.parts.moments import find_moments
from pipelines.animate.parts.told import told_of
from pipelines.audio import mix
from pipelines.audio.scenery import RATE_HZ, scenery, shot
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range, Text
from pipelines.media import Layers, Sound

FRAMES_HZ, LONGEST_SECONDS = 24, 60  # of a film, and of one of its scenes
PITCHES = 0.04  # by how much two events of a sound differ in pitch


@pipeline()
def effects(
    picture: Annotated[Layers, Input(label="Picture with layers", help="As it is set in motion.")],
    *,
    motions: Annotated[str, Text(label="What happens", help="As the motion has it.", lines=3)] = "",
    energy: Annotated[float, Range(0, 2, 0.05, help="As the motion has it.")] = 1.0,
    speaking: Annotated[
        str,
        Text(
            label="Who speaks",
            help="Figures that have words, and so do not bark.",
            placeholder="fox; girl",
            max_characters=600,
        ),
    ] = "",
    frames: Annotated[
        int,
        Range(
            1,
            FRAMES_HZ * LONGEST_SECONDS,
            1,
            label="Frames",
            help="Of the scene; the sound is exactly as long.",
            scales_time=True,
        ),
    ] = 96,
    begin: Annotated[int, Range(0, 96, 1, label="Frames shared with the scene before")] = 0,
    end: Annotated[int, Range(0, 96, 1, label="Frames shared with the scene after")] = 0,
    report: Report = silent,
) -> Sound:
    """Make the sounds of what happens in a scene, each at its moment: a step is heard when the foot is set down, as `animate.layers` moves it.

    By synthesis, no recording. Stereo float32 at 48 kHz, `frames / FRAMES_HZ` seconds to the sample; silence where nothing is heard. Raises Refusal for
    an archive that is not OpenRaster.
    """
    report(Progress(0, 2, "Listening to the scene"))
    count, cast = round(frames * RATE_HZ / FRAMES_HZ), cast_of(picture.archive)
    seconds = frames / FRAMES_HZ
    told = told_of(cast, motions, seconds, False, energy)
    names = frozenset(name.strip().lower() for name in speaking.split(";") if name.strip())
    shown = (frames - 1) / frames  # the last frame is the end of every way
    report(Progress(1, 2, "Making its sounds"))
    track = np.zeros((count, 2), np.float32)
    for number, one in enumerate(find_moments(cast, told, seconds, names)):
        rng = np.random.default_rng([number, zlib.crc32(one.sound.encode())])
        mono = shot(one.sound, rng, 1 + PITCHES * rng.uniform(-1, 1))
        at = round(one.at_s * shown * RATE_HZ)
        kept = mono[: count - at, None] * np.float32(10 ** (one.gain_db / 20))
        track[at : at + len(kept)] += kept * np.array([np.sqrt(1 - one.pan), np.sqrt(one.pan)], np.float32)
    if (room := scenery()["rooms"].get(str(cast.about.get("place", "")))) and track.any():
        track = mix.room(track, *room)[:count]
    times = np.arange(count) / (RATE_HZ / FRAMES_HZ)
    ends = np.interp(times, [0, max(1, begin), max(begin + 1, frames - max(1, end)), frames], [not begin, 1, 1, 0])
    return Sound((track * ends[:, None].astype(np.float32)).clip(-1, 1), RATE_HZ)

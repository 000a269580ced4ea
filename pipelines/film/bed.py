"""Music that is there already, brought under a film: as long as the film, lower under the voice, gone at its end."""

from __future__ import annotations

import json
from typing import Annotated

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import RATE_HZ, SOUND_HZ, FilmFrames
from pipelines.media import Accompanied, Sound


@pipeline()
def bed(
    music: Annotated[Sound, Input(label="Music", help="Of any length; a short piece comes again.")],
    voice: Annotated[Sound | None, Input(label="Voice")] = None,
    *,
    frames: FilmFrames = 720,
    duck: Annotated[float, Range(0, 24, 1, label="Lower under the voice, dB")] = 12.0,
    pauses: Annotated[
        float,
        Range(0, 24, 1, label="Lower than the voice in pauses, dB", help="0: the music keeps a loudness of its own."),
    ] = 0.0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Fit a piece of music under a film: cut or repeated to its length, at -16 LUFS, lower while someone speaks, faded out.

    With `pauses` it follows the voice: so much lower than the voice where nobody speaks, `duck` lower while somebody does. Stereo float32 at 48 kHz,
    `frames / RATE_HZ` seconds to the sample; its invisible mark stays. Beside it: levels.json, how loud voice and music are over time.
    """
    report(Progress(0, 1, "Fitting the music"))
    count = round(frames * SOUND_HZ / RATE_HZ)
    samples = mixing.master_mix(mixing.stereo(music, count + SOUND_HZ))
    array = (
        mixing.follow_voice(samples, voice, count, duck, pauses)
        if pauses and voice is not None
        else mixing.fit_bed(samples, voice, count, duck)
    )
    levels = json.dumps(mixing.levels(voice, array), separators=(",", ":")).encode()
    return Accompanied(Sound(array, SOUND_HZ, same_sounds=True), {"levels.json": levels})

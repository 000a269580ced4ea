"""Music that is there already, brought under a film: as long as the film, lower under the voice, gone at its end."""

from __future__ import annotations

from typing import Annotated

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import LONGEST_SECONDS, RATE_HZ, SOUND_HZ
from pipelines.media import Sound


@pipeline()
def bed(
    music: Annotated[Sound, Input(label="Music", help="Of any length; a short piece comes again.")],
    voice: Annotated[Sound | None, Input(label="Voice", help="The music is lower while it speaks.")] = None,
    *,
    frames: Annotated[
        int,
        Range(
            1,
            60 * LONGEST_SECONDS,
            1,
            label="Frames",
            help="Of the film; the music is exactly as long.",
            scales_time=True,
        ),
    ] = 720,
    duck: Annotated[float, Range(0, 24, 1, label="Lower under the voice, dB")] = 12.0,
    report: Report = silent,
) -> Sound:
    """Fit a piece of music under a film: cut or repeated to its length, at -16 LUFS, lower while someone speaks, faded out.

    Stereo float32 at 48 kHz, `frames / RATE_HZ` seconds to the sample; its invisible mark stays.
    """
    report(Progress(0, 1, "Fitting the music"))
    count = round(frames * SOUND_HZ / RATE_HZ)
    samples = mixing.mastered(mixing.stereo(music, count + SOUND_HZ))  # longer than the film, it fades out
    return Sound(mixing.bedded(samples, voice, count, duck), SOUND_HZ, same_sounds=True)

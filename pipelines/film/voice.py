"""All that is said in a film, each line in its place, as one track of the film's length."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Text
from pipelines.film.parts import mixing
from pipelines.film.parts.shapes import RATE_HZ, SOUND_HZ, FilmFrames
from pipelines.media import Sound, at_rate


@pipeline()
def voice(
    lines: Annotated[list[Sound], Input(label="Lines", help="What is said, in order.")],
    *,
    title: Annotated[str, Text(label="Title", max_characters=200, more=True)] = "",
    places: Annotated[
        str,
        Text(label="Places", help="When each line begins, in seconds.", placeholder="0.4; 7.25", max_characters=20_000),
    ] = "0",
    frames: FilmFrames = 720,
    report: Report = silent,
) -> Sound:
    """Put spoken lines in their places on a track that is exactly as long as a film.

    Mono float32 at 48 kHz, `frames / RATE_HZ` seconds to the sample; the lines' invisible marks stay. Raises Refusal when places and lines
    do not fit together.
    """
    count = round(frames * SOUND_HZ / RATE_HZ)
    starts = [place[0] for place in mixing.read_places(places, len(lines), count / SOUND_HZ)]
    track = np.zeros((count, 1), np.float32)
    for number, (line, start) in enumerate(zip(lines, starts, strict=True)):
        report(Progress(number, len(lines), "Placing the lines"))
        mono = np.asarray(line.samples.mean(1, keepdims=True), np.float32)
        track += mixing.laid([at_rate(mono, line.rate_hz, SOUND_HZ)], [start], [0.0], count)
    return Sound(track.clip(-1, 1), SOUND_HZ, same_sounds=True)

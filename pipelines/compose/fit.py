"""Music for a film or a voice: its length, its sections, its hit points; lower while someone speaks."""

from __future__ import annotations

from typing import Annotated

from PIL.Image import Image

from pipelines.compose.parts import moods, perform, pieces, sampler, writing
from pipelines.compose.parts import underscore as under
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.compose.parts.roll import roll
from pipelines.compose.parts.soundfont import RATE_HZ
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Seed, Text
from pipelines.media import Accompanied, Sound, Video, load_sound

COMPOSER, INSTRUMENTS = sampler.CARD, perform.SOUNDS


@pipeline(models=(COMPOSER, INSTRUMENTS))
def fit(
    film: Annotated[Video | None, Input(label="Film")] = None,
    voice: Annotated[Sound | None, Input(label="Voice")] = None,
    *,
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    sections: Annotated[
        str,
        Text(
            label="Sections",
            help="Start in seconds and mood, one a line.",
            placeholder="0 calm\n12.5 tense\n30 triumphant",
            lines=3,
        ),
    ] = "",
    hits: Annotated[
        str, Text(label="Loud beats", help="Seconds at which a loud beat falls.", placeholder="4.2, 18")
    ] = "",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    seconds: Annotated[float, pieces.how_long("Used without a film or a voice.")] = 30.0,
    duck: Annotated[float, Range(0, 24, 1, label="Lower under the voice, dB")] = 12.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Compose music with the length of a film, with sections, hit points and room for a voice.

    Exact to the sample at 48 kHz. Sections share tonic, ensemble and, where metre and mode agree, the theme. Beside it: song.mid (in real
    time), score.json with the sections, and how far off each hit point is met; stems/*.flac.
    """
    if film is not None:
        seconds = film.seconds
        if voice is None and film.sound is not None:
            voice = load_sound(film.sound)
    elif voice is not None:
        seconds = voice.seconds
    count = round(seconds * RATE_HZ)
    wanted = under.read_sections(sections, mood)
    points = under.read_hits(hits, seconds)
    fitted = under.fit(
        count, wanted, voice, points, ensemble=ensemble, duck_db=duck, seed=seed, report=part(report, 0, 0.97)
    )
    said = [writing.describe_music(music, seed, seconds) | {"start": start} for start, music in fitted.music]
    whole = {"seconds": seconds, "sections": said, "hits": [{"at": h, "off": round(off, 4)} for h, off in fitted.hits]}
    files = {"song.mid": writing.midi_in_time(fitted.music), "score.json": writing.as_json(whole)}
    files |= {f"stems/{key_}.flac": pieces.flac(stem) for key_, stem in fitted.stems.items()}
    return Accompanied(Sound(fitted.samples, RATE_HZ), files, _poster(fitted, seconds))


def _poster(made: under.Fitted, seconds: float) -> Image:
    """The roll of the longest section."""
    _start, music = max(made.music, key=lambda pair: float(pair[1].ticks_s[-1]))
    return roll(music, float(music.ticks_s[-1]), " – ".join(moods.MOODS[m.mood] for _, m in made.music))

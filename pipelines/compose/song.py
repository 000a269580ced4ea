"""A piece of music for a mood and a time."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pipelines.compose.parts import form, moods, perform, pieces, sampler, styles, wishes
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed, Text, Toggle
from pipelines.media import Accompanied, Sound

COMPOSER, INSTRUMENTS, RHYTHM = sampler.CARD, perform.SOUNDS, perform.RHYTHM
OF_WORDS = {"auto": "As the words say"}


@pipeline(models=(COMPOSER, INSTRUMENTS, RHYTHM))
def song(
    *,
    text: Annotated[
        str,
        Text(
            label="What for",
            placeholder="A slow piano piece for a rainy evening",
            max_characters=400,
            receives=True,
            pictured="music",
        ),
    ] = "",
    mood: Annotated[
        str, Choice(OF_WORDS | moods.MOODS, label="Mood", help="Used if the words do not name a mood.")
    ] = "auto",
    style: Annotated[
        str,
        Choice(OF_WORDS | styles.options(), label="Style", help="Used if the words do not name a style.", more=True),
    ] = "auto",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments", more=True)] = "auto",
    seconds: Annotated[float, pieces.how_long("The piece has exactly this length.")] = 20.0,
    loopable: Annotated[bool, Toggle(label="Loop", help="The end joins the beginning.", more=True)] = False,
    tempo: Annotated[
        float, Range(0, 220, 1, label="Beats a minute", help="0 uses the tempo of the mood.", more=True)
    ] = 0,
    plan: Annotated[
        str,
        Text(
            label="Form",
            help="Sections with their bars, such as intro 2, verse 8.",
            placeholder="intro 2, verse 8, chorus 8, verse 8, chorus 8, bridge 4, chorus 8, ending 2",
            max_characters=400,
            check=form.read_plan,
            more=True,
        ),
    ] = "",
    key: Annotated[str, Choice(moods.KEYS, label="Key", more=True)] = "auto",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Compose a piece of music for a mood and a length, with its score.

    A transformer trained here writes chords and tune phrase by phrase (pipelines/nets/music.py); the setting for the instruments follows
    rules of voice leading, and drums the patterns of the style. Stereo at 48 kHz, -16 LUFS, true peak at most -1 dBTP. Beside it: song.mid, song.musicxml, score.json, stems/*.flac.
    """
    words = wishes.read_wish(text)
    style = words.style or (styles.NONE if style == "auto" else style)
    suits = str(styles.of(style).get("mood", "calm"))
    wish = pieces.PieceRequest(
        mood=words.mood or (suits if mood == "auto" else mood),
        ensemble=words.ensemble or ensemble if ensemble == "auto" else ensemble,
        key=key,
        metre=words.metre or "auto",
        tempo=tempo,
        seconds=seconds,
        loop=loopable,
        seed=seed,
        style=style,
        drums=words.drums,
        plan=form.read_plan(plan),
    )
    wish = pieces.settle(wish)
    if words.mode and key == "auto" and words.mode not in wish.key:
        wish = replace(wish, key=f"{wish.key.split()[0]} {words.mode}")
    if words.tempo != 1 and not tempo:
        wish = replace(wish, tempo=min(220.0, max(30.0, pieces.natural_tempo(wish) * words.tempo)))
    music = pieces.write(wish, part(report, 0.0, 0.35))
    return pieces.finish(music, wish, part(report, 0.35, 1.0))

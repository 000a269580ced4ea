"""A variation: the same chords and form, another tune, another dress."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from pipelines.compose.continue_ import in_range
from pipelines.compose.parts import form, moods, perform, pieces, rules, sampler
from pipelines.compose.parts import midi_phrase as reading
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.models import load
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Seed
from pipelines.media import Accompanied, Score, Sound
from pipelines.nets.music_tokens import Bar

COMPOSER, INSTRUMENTS = sampler.CARD, perform.SOUNDS
UNIT = 2  # bars that are kept or written anew together


@pipeline(models=(COMPOSER, INSTRUMENTS))
def vary(
    score: Annotated[
        Score, Input(label="Theme", help="A MIDI file, up to 32 bars; its highest melodic track is the tune.")
    ],
    *,
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    amount: Annotated[
        float,
        Range(0, 1, 0.05, label="How much changes", help="How much of the tune is rewritten over the same chords."),
    ] = 0.5,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Vary the theme of a MIDI file: rewrite parts of the tune over its chords and set it for an ensemble.

    As long as the theme at the tempo, and the last chord's ringing. Beside it: as compose.song.
    """
    found = reading.read(score)
    opened = pieces.PieceRequest(mood, ensemble, found.key, found.metre, found.tempo, pieces.SHORTEST_S, seed=seed)
    wish = pieces.settle(pieces.lasting(opened, len(found.bars)))
    theme = in_range(found, wish)
    bars = varied(theme, wish, amount, part(report, 0, 0.35))
    shape = form.form_of(len(theme))
    music = pieces.setting(wish, bars, shape, pieces.natural_tempo(wish), pieces.shift_of(wish), whole=True)
    return pieces.finish(music, wish, part(report, 0.35, 1.0))


def varied(theme: list[Bar], wish: pieces.PieceRequest, amount: float, report: Report = silent) -> list[Bar]:
    """The theme's bars, some with a new tune over the same chords."""
    shape = form.PieceForm(0, (form.Phrase("A", len(theme), "closed"),), 0)
    plan = pieces.plan_of(wish, shape)
    rng = np.random.default_rng([wish.seed, 5])
    units = list(range(0, len(theme), UNIT))
    changed = set(rng.permutation(units)[: round(amount * len(units))].tolist())
    with load(sampler.CARD) as composer:
        limits = pieces.limits_of(wish, shape, pieces.shift_of(wish))
        limits.endings = {}
        limits.chords = {i: bar.chords for i, bar in enumerate(theme)}
        writer = sampler.Writer(composer, plan, limits, rng, report)
        bars: list[Bar] = []
        for start in units:
            if start in changed:
                bars += writer.write(min(UNIT, len(theme) - start))
            else:
                kept = rules.untied(theme, start, UNIT)
                writer.give(kept)
                bars += kept
    return bars

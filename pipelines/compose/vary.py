"""A variation: the same chords and form, another tune, another dress."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import numpy as np

from pipelines.compose.continue_ import in_range
from pipelines.compose.parts import form, moods, perform, pieces, rules, sampler, styles
from pipelines.compose.parts import midi_phrase as reading
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.models import load
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text
from pipelines.media import Accompanied, Score, Sound
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar

COMPOSER, INSTRUMENTS, RHYTHM = sampler.CARD, perform.SOUNDS, perform.RHYTHM
UNIT = 2  # bars that are kept or written anew together
TAKES = 4


@pipeline(models=(COMPOSER, INSTRUMENTS, RHYTHM))
def vary(
    score: Annotated[
        Score, Input(label="Theme", help="A MIDI file, up to 32 bars; its highest melodic track is the tune.")
    ],
    *,
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    style: Annotated[str, Choice(styles.options(), label="Style", help="Instruments, drums and swing.")] = styles.NONE,
    bars: Annotated[
        str,
        Text(
            label="Bars written anew",
            help="For example 3-4, 7: these are written anew in place, all others stay. Empty: as many as the slider says.",
            placeholder="3-4, 7",
            max_characters=80,
        ),
    ] = "",
    amount: Annotated[
        float,
        Range(0, 1, 0.05, label="How much changes", help="How much of the tune is rewritten over the same chords."),
    ] = 0.5,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Vary the theme of a MIDI file: rewrite parts of the tune over its chords, or the bars that are named, and set it for an ensemble.

    As long as the theme at the tempo, and the last chord's ringing. Beside it: as compose.song.
    """
    found = reading.read(score)
    opened = pieces.PieceRequest(
        mood, ensemble, found.key, found.metre, found.tempo, pieces.SHORTEST_S, seed=seed, style=style
    )
    wish = pieces.settle(pieces.lasting(opened, len(found.bars)))
    theme = in_range(found, wish)
    chosen = read_bars(bars, len(theme))
    new = (
        infilled(theme, wish, chosen, part(report, 0, 0.35))
        if chosen
        else varied(theme, wish, amount, part(report, 0, 0.35))
    )
    shape = form.form_of(len(theme))
    music = pieces.setting(wish, new, shape, pieces.natural_tempo(wish), pieces.shift_of(wish), whole=True)
    return pieces.finish(music, wish, part(report, 0.35, 1.0))


def read_bars(text: str, most: int) -> list[tuple[int, int]]:
    """Runs of bars, first and behind the last counted from 0, out of “3-4, 7”. Raises Refusal."""
    chosen: set[int] = set()
    for part_ in re.split(r"[,;\s]+", "-".join(one.strip() for one in re.split("[-–]", text))):
        if not part_:
            continue
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part_)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            raise Refusal(f"“{part_[:20]}” is no bar of this theme, which has {most}; write bars like “3-4, 7”.")
        chosen.update(range(first - 1, last))
    if len(chosen) == most:
        raise Refusal("All bars would be written anew; please leave at least one, or compose a piece.")
    return [(run[0], run[-1] + 1) for run in _runs(sorted(chosen))]


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def infilled(
    theme: list[Bar], wish: pieces.PieceRequest, runs: list[tuple[int, int]], report: Report = silent
) -> list[Bar]:
    """The theme with runs of bars written anew over its chords; of several takes the one whose end lies nearest to the note that follows."""
    bars = list(theme)
    for begin, end in runs:
        best: tuple[float, list[Bar]] | None = None
        for take in range(TAKES):
            with _writing(theme, wish, report, take) as writer:
                writer.give(rules.untied(bars, 0, begin) if begin else [])
                new = writer.write(end - begin)
            seam = _seam(new, bars[end:])
            if best is None or seam < best[0]:
                best = (seam, new)
        assert best is not None
        after = rules.untied(bars, end, len(bars) - end) if end < len(bars) else []
        bars = bars[:begin] + best[1] + after
    return bars


def _seam(before: list[Bar], after: list[Bar]) -> float:
    """How far the last note of some bars is from the first of the next, in semitones."""
    last = [mt.pitch_of(t) for bar in before for t, _ in bar.voices[0] if t >= mt.PITCH]
    first = [mt.pitch_of(t) for bar in after for t, _ in bar.voices[0] if t >= mt.PITCH]
    return abs(last[-1] - first[0]) if last and first else 12.0 * (not last)


@contextmanager
def _writing(theme: list[Bar], wish: pieces.PieceRequest, report: Report, take: int = 0) -> Iterator[sampler.Writer]:
    """A writer over the theme's chords."""
    shape = form.PieceForm(0, (form.Phrase("A", len(theme), "closed"),), 0)
    limits = pieces.limits_of(wish, shape, pieces.shift_of(wish))
    limits.endings = {}
    limits.chords = {i: bar.chords for i, bar in enumerate(theme)}
    with load(sampler.CARD) as composer:
        rng = np.random.default_rng([wish.seed, 5, take] if take else [wish.seed, 5])
        yield sampler.Writer(composer, pieces.plan_of(wish, shape), limits, rng, report)


def varied(theme: list[Bar], wish: pieces.PieceRequest, amount: float, report: Report = silent) -> list[Bar]:
    """The theme's bars, some with a new tune over the same chords."""
    with _writing(theme, wish, report) as writer:
        units = list(range(0, len(theme), UNIT))
        changed = set(writer.rng.permutation(units)[: round(amount * len(units))].tolist())
        bars: list[Bar] = []
        for start in units:
            if start in changed:
                bars += writer.write(min(UNIT, len(theme) - start))
            else:
                kept = rules.untied(theme, start, UNIT)
                writer.give(kept)
                bars += kept
    return bars

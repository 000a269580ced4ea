"""A theme of a visitor: varied over the same chords, or gone on from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import numpy as np

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
DO = {"vary": "A variation", "continue": "How it goes on"}
FIRST_BARS, MOST_FIRST_BARS = 4, 16  # that a piece begins with
UNIT = 2  # bars that are kept or written anew together
TAKES = 4


@pipeline(models=(COMPOSER, INSTRUMENTS, RHYTHM))
def vary(
    score: Annotated[Score, Input(label="Theme", help="A MIDI file of up to 32 bars.")],
    *,
    do: Annotated[str, Choice(DO, label="What is made")] = "vary",
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    style: Annotated[str, Choice(styles.options(), label="Style", help="Instruments, drums and swing.")] = styles.NONE,
    bars: Annotated[
        str,
        Text(
            label="Bars", help="Which bars change (3-4, 7), or how many stay.", placeholder="3-4, 7", max_characters=80
        ),
    ] = "",
    amount: Annotated[float, Range(0, 1, 0.05, label="How much changes")] = 0.5,
    seconds: Annotated[float, pieces.how_long("Of a piece that goes on.")] = 30.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Vary the theme of a MIDI file, or go on from its first bars, in its key, metre and tempo.

    A variation rewrites parts of the tune over its chords, or the bars that are named, and is as long as the theme and the last chord's ringing. Chords
    for the given tune are found by Viterbi search. Beside it: as compose.song. Raises Refusal, MissingModel.
    """
    if do == "continue":
        phrase = reading.read_phrase(score, most_bars=_first_bars(bars))
        asked = pieces.PieceRequest(
            mood, ensemble, phrase.key, phrase.metre, phrase.tempo, seconds, seed=seed, style=style
        )
        music, wish = go_on(phrase, pieces.settle(asked), part(report, 0, 0.35))
    else:
        music, wish = _vary_theme(score, mood, ensemble, style, bars, amount, seed, part(report, 0, 0.35))
    return pieces.finish(music, wish, part(report, 0.35, 1.0))


def go_on(
    phrase: reading.ParsedPhrase, wish: pieces.PieceRequest, report: Report
) -> tuple[pieces.Music, pieces.PieceRequest]:
    """The first bars of a theme and what follows them; the opening returns where the form has it return. Raises Refusal."""
    given = in_range(phrase, wish)
    if pieces.frame(wish)[0].written <= len(given):
        raise Refusal(
            f"{len(given)} bars fill {wish.seconds:g} seconds at this tempo; ask for more seconds or fewer bars."
        )
    return pieces.write(wish, report, given), wish


def _vary_theme(
    score: Score, mood: str, ensemble: str, style: str, bars: str, amount: float, seed: int, report: Report
) -> tuple[pieces.Music, pieces.PieceRequest]:
    """The theme with other bars over its chords. Raises Refusal."""
    phrase = reading.read_phrase(score)
    opened = pieces.PieceRequest(
        mood, ensemble, phrase.key, phrase.metre, phrase.tempo, pieces.SHORTEST_S, seed=seed, style=style
    )
    wish = pieces.settle(pieces.lasting(opened, len(phrase.bars)))
    theme = in_range(phrase, wish)
    chosen = read_bars(bars, len(theme))
    new = infill_bars(theme, wish, chosen, report) if chosen else vary_bars(theme, wish, amount, report)
    shape = form.form_of(len(theme))
    return pieces.setting(wish, new, shape, pieces.natural_tempo(wish), pieces.shift_of(wish), whole=True), wish


def _first_bars(text: str) -> int:
    """How many bars a piece begins with, out of “4”. Raises Refusal."""
    if not text.strip():
        return FIRST_BARS
    if not re.fullmatch(r"\s*\d{1,2}\s*", text) or not 1 <= int(text) <= MOST_FIRST_BARS:
        raise Refusal(f"Write how many bars are kept, 1 to {MOST_FIRST_BARS}.")
    return int(text)


def in_range(found: reading.ParsedPhrase, wish: pieces.PieceRequest) -> list[Bar]:
    """The bars that were read, written for the wish's octave; single notes beyond the range of the instruments move by octaves."""
    shape, _ = pieces.frame(wish)
    shift = pieces.shift_of(wish)
    limits = pieces.limits_of(wish, form.form_of(max(1, shape.bars)), shift)
    bars = []
    for bar in found.bars:
        voice = []
        for token, ticks in bar.voices[0]:
            if token >= mt.PITCH:
                midi = mt.pitch_of(token)
                while midi < limits.low:
                    midi += 12
                while midi > limits.high:
                    midi -= 12
                token = mt.pitch_token(midi)
            voice.append((token, ticks))
        bars.append(Bar(list(bar.chords), [voice]))
    return bars


def read_bars(text: str, most: int) -> list[tuple[int, int]]:
    """Runs of bars, first and behind the last counted from 0, out of “3-4, 7”. Raises Refusal."""
    chosen: set[int] = set()
    for part_ in re.split(r"[,;\s]+", "-".join(one.strip() for one in re.split("[-–]", text))):
        if not part_:
            continue
        match = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part_)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not 1 <= first <= last <= most:
            raise Refusal(f"“{part_[:20]}” is no bar of this theme, which has {most}.")
        chosen.update(range(first - 1, last))
    if len(chosen) == most:
        raise Refusal("All bars would change; leave at least one.")
    return [(run[0], run[-1] + 1) for run in _runs(sorted(chosen))]


def _runs(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def infill_bars(
    theme: list[Bar], wish: pieces.PieceRequest, runs: list[tuple[int, int]], report: Report = silent
) -> list[Bar]:
    """The theme with runs of bars written anew over its chords; of several takes the one whose end lies nearest to the note that follows."""
    bars = list(theme)
    for begin, end in runs:
        best: tuple[float, list[Bar]] | None = None
        for take in range(TAKES):
            with _writing(theme, wish, report, take) as writer:
                writer.give(rules.untie_bars(bars, 0, begin) if begin else [])
                new = writer.write(end - begin)
            seam = _seam(new, bars[end:])
            if best is None or seam < best[0]:
                best = (seam, new)
        assert best is not None
        after = rules.untie_bars(bars, end, len(bars) - end) if end < len(bars) else []
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


def vary_bars(theme: list[Bar], wish: pieces.PieceRequest, amount: float, report: Report = silent) -> list[Bar]:
    """The theme's bars, some with a new tune over the same chords."""
    with _writing(theme, wish, report) as writer:
        units = list(range(0, len(theme), UNIT))
        changed = set(writer.rng.permutation(units)[: round(amount * len(units))].tolist())
        bars: list[Bar] = []
        for start in units:
            if start in changed:
                bars += writer.write(min(UNIT, len(theme) - start))
            else:
                kept = rules.untie_bars(theme, start, UNIT)
                writer.give(kept)
                bars += kept
    return bars

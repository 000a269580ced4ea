"""A piece that goes on from a visitor's first phrase."""

from __future__ import annotations

from typing import Annotated

from pipelines.compose.parts import form, moods, perform, pieces, sampler, styles
from pipelines.compose.parts import midi_phrase as reading
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed
from pipelines.media import Accompanied, Score, Sound
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar

COMPOSER, INSTRUMENTS, RHYTHM = sampler.CARD, perform.SOUNDS, perform.RHYTHM


@pipeline(models=(COMPOSER, INSTRUMENTS, RHYTHM))
def continue_(
    score: Annotated[Score, Input(label="Beginning", help="A MIDI file; its highest melodic track is the tune.")],
    *,
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    style: Annotated[str, Choice(styles.options(), label="Style", help="Instruments, drums and swing.")] = styles.NONE,
    bars: Annotated[
        int,
        Range(1, 16, 1, label="Bars to begin with", help="How many bars of the file are kept, from its first note."),
    ] = 4,
    seconds: Annotated[float, pieces.how_long()] = 30.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Continue the first bars of a MIDI file in its key, metre and tempo.

    Chords for the given tune are found by Viterbi search; the opening returns where the form has it return. Beside it: as compose.song.
    """
    found = reading.read(score, most_bars=bars)
    wish = pieces.settle(
        pieces.PieceRequest(mood, ensemble, found.key, found.metre, found.tempo, seconds, seed=seed, style=style)
    )
    given = in_range(found, wish)
    shape, _ = pieces.frame(wish)
    if shape.written <= len(given):
        raise Refusal(
            f"The {len(given)} given bars fill {seconds:g} seconds at this tempo; please ask for more seconds or fewer bars."
        )
    music = pieces.write(wish, part(report, 0.0, 0.35), given)
    return pieces.finish(music, wish, part(report, 0.35, 1.0))


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

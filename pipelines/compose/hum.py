"""A tune that was hummed, sung or played: its notes, and music around them."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pipelines.compose.parts import beating, form, hearing, midi_phrase, moods, perform, pieces, sampler, styles
from pipelines.compose.parts.ensembles import ENSEMBLES, sing
from pipelines.compose.parts.writing import as_json
from pipelines.compose.vary import go_on, in_range
from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Seed
from pipelines.media import Accompanied, Score, Sound

COMPOSER, INSTRUMENTS, RHYTHM = sampler.CARD, perform.SOUNDS, perform.RHYTHM
BASIC_PITCH = hearing.BASIC_PITCH
THEN = {
    "harmonise": "The tune, with chords and instruments",
    "continue": "The tune, and how it goes on",
    "tune": "The tune alone",
}
MOST_BARS = 32


@pipeline(models=(BASIC_PITCH, COMPOSER, INSTRUMENTS, RHYTHM))
def hum(
    recording: Annotated[Sound, Input(label="Your tune", help="Hum, sing, whistle or play one voice.")],
    *,
    then: Annotated[str, Choice(THEN, label="What is made")] = "harmonise",
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    style: Annotated[str, Choice(styles.options(), label="Style", help="Instruments, drums and swing.")] = styles.NONE,
    seconds: Annotated[float, pieces.how_long("Used where the tune goes on.")] = 30.0,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Hear the notes of a hummed tune, bring them to a beat and a key, and compose around them.

    Notes by Basic Pitch (Bittner et al. 2022), one voice; chords by Viterbi search as in compose.vary. Beside it: as compose.song, and
    heard.json, the notes as they were heard (seconds, pitch, how clear), with key, metre and tempo. Raises Refusal where no tune is heard, MissingModel.
    """
    notes = hearing.in_tune(hearing.notes_of(hearing.listen(recording, part(report, 0, 0.3))))
    if len(notes) < 3:
        raise Refusal("No tune was heard; hum a little louder, on “da” or “la”, without music.")
    tune = beating.write_tune(notes)
    if then != "continue" and tune.bars > MOST_BARS:
        raise Refusal(f"This tune has {tune.bars} bars; cut it to {MOST_BARS}.")
    phrase = midi_phrase.read_phrase(Score(beating.midi(tune)), most_bars=MOST_BARS, key=tune.key)
    length = seconds if then == "continue" else pieces.SHORTEST_S
    wish = pieces.settle(
        pieces.PieceRequest(mood, ensemble, tune.key, tune.metre, phrase.tempo, length, seed=seed, style=style)
    )
    made = _set(phrase, wish, then, part(report, 0.3, 0.5))
    finished = pieces.finish(made[0], made[1], part(report, 0.5, 1.0))
    return Accompanied(finished.main, {**finished.files, "heard.json": _heard_json(notes, tune)}, finished.poster)


def _set(
    phrase: midi_phrase.ParsedPhrase, wish: pieces.PieceRequest, then: str, report: Report
) -> tuple[pieces.Music, pieces.PieceRequest]:
    """The tune alone, with its accompaniment, or with what follows it."""
    if then == "continue":
        return go_on(phrase, wish, report)
    wish = pieces.lasting(wish, len(phrase.bars))
    theme = in_range(phrase, wish)
    shape = form.form_of(len(theme))
    music = pieces.setting(wish, theme, shape, pieces.natural_tempo(wish), pieces.shift_of(wish), whole=True)
    if then == "tune":
        alone = replace(music.parts[0], notes=[])
        sing(alone, music, music.melody())
        music.parts = [alone]
    return music, wish


def _heard_json(notes: list[hearing.HeardNote], tune: beating.WrittenTune) -> bytes:
    heard = [[round(n.start, 3), round(n.end - n.start, 3), round(n.pitch), round(n.strength, 2)] for n in notes]
    return as_json({"key": tune.key, "metre": tune.metre, "beats_per_minute": round(tune.tempo, 1), "notes": heard})

"""From a wish to a finished piece: form for the time, bars by the model, parts for the ensemble, sound, and the files beside it."""

from __future__ import annotations

import io
import math
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL.Image import Image

from pipelines.compose.parts import ensembles, form, moods, perform, rules, sampler, styles, writing
from pipelines.compose.parts.music import GRID, Music, tempo_map
from pipelines.compose.parts.roll import roll
from pipelines.compose.parts.soundfont import RATE_HZ
from pipelines.core.progress import Report, part, silent
from pipelines.core.settings import Range, Refusal
from pipelines.media import Accompanied, Sound, save_sound
from pipelines.nets import music_tokens as mt
from pipelines.nets.music_tokens import Bar, Plan

SHORTEST_S, LONGEST_S = 3.0, 300.0
TAIL_S = 1.2  # most that is kept for the last chord: it is under -60 dB a second after its end
RUBATO = {"calm": 0.10, "melancholy": 0.12, "playful": 0.0, "tense": 0.0, "triumphant": 0.03}
SLOWING = {"calm": 0.35, "melancholy": 0.4, "playful": 0.12, "tense": 0.1, "triumphant": 0.3}


def how_long(help: str = "") -> Range:
    """The setting that says how many seconds a piece has."""
    return Range(SHORTEST_S, LONGEST_S, 0.5, label="Seconds", help=help, scales_time=True)


@dataclass(frozen=True)
class PieceRequest:
    """The settings of one piece; "auto" and 0 leave it to the mood."""

    mood: str = "calm"
    ensemble: str = "auto"
    key: str = "auto"
    metre: str = "auto"
    tempo: float = 0.0
    seconds: float = 20.0
    loop: bool = False
    seed: int = 0
    candidates: int = 6
    style: str = styles.NONE
    drums: bool = True
    plan: tuple[tuple[str, int], ...] = ()


def settle(wish: PieceRequest) -> PieceRequest:
    """The wish with nothing left open. Raises Refusal."""
    if not (math.isfinite(wish.seconds) and SHORTEST_S <= wish.seconds <= LONGEST_S):
        raise Refusal(f"Ask for {SHORTEST_S:.0f} seconds to {LONGEST_S / 60:.0f} minutes.")
    if wish.mood not in moods.MOOD:
        raise Refusal(f"The mood must be one of: {', '.join(moods.MOOD)}.")
    if wish.metre not in moods.METRES:
        raise Refusal(
            f"A metre of {wish.metre} cannot be composed here; choose one of: {', '.join(k for k in moods.METRES if k != 'auto')}."
        )
    mood, style = moods.MOOD[wish.mood], styles.of(wish.style)
    if wish.ensemble not in (*ensembles.ENSEMBLES, styles.BAND):
        raise Refusal(f"The ensemble must be one of: {', '.join(ensembles.ENSEMBLES)}.")
    if wish.key not in moods.KEYS:
        raise Refusal(f"There is no key {wish.key}; write it like “F# minor”.")
    if wish.tempo and not 30 <= wish.tempo <= 220:
        raise Refusal("The tempo must be between 30 and 220.")
    metre = style.get("metre", mood.metre) if wish.metre == "auto" else wish.metre
    styles.check_metre(wish.style, metre)
    return replace(
        wish,
        ensemble=(styles.BAND if style else mood.ensemble) if wish.ensemble == "auto" else wish.ensemble,
        key=mood.key if wish.key == "auto" else wish.key,
        metre=metre,
        tempo=wish.tempo or float(style.get("tempo", 0)),
    )


def natural_tempo(wish: PieceRequest) -> float:
    """The tempo asked for, else that of the mood."""
    mood = moods.MOOD[wish.mood]
    return wish.tempo or (mood.compound_bpm if mt.METRES[GRID.get(wish.metre, wish.metre)][1] == 18 else mood.beat_bpm)


def _tail(wish: PieceRequest) -> float:
    """Seconds kept for the last chord to die away."""
    return 0.0 if wish.loop else min(TAIL_S, 0.12 * wish.seconds)


def _bar_s(wish: PieceRequest, tempo: float) -> float:
    """Seconds of a bar at so many beats a minute."""
    length, beat = mt.METRES[GRID.get(wish.metre, wish.metre)]
    return length // beat // (2 if wish.metre in GRID else 1) * 60 / tempo


def frame(wish: PieceRequest) -> tuple[form.PieceForm, float]:
    """The form that fills the time, and the tempo it comes to."""
    body = wish.seconds - _tail(wish)
    bars = form.bars_for(body, _bar_s(wish, natural_tempo(wish)), strict=bool(wish.tempo))
    if wish.plan:
        bars = max(2, 2 * round(bars / 2))
    shape = form.form_of_plan(wish.plan, bars, around=wish.loop) if wish.plan else form.form_of(bars, around=wish.loop)
    return shape, bars * _bar_s(wish, 1.0) / body


def lasting(wish: PieceRequest, bars: int) -> PieceRequest:
    """The wish with the seconds that so many bars take at its tempo, and the time of the last chord."""
    body = bars * _bar_s(wish, wish.tempo)
    return replace(wish, seconds=float(np.clip(body + min(TAIL_S, body * 0.12 / 0.88), SHORTEST_S, LONGEST_S)))


def plan_of(wish: PieceRequest, shape: form.PieceForm) -> Plan:
    """Plan the phrases and conditions of a piece from what is asked for."""
    mood, (_, mode) = moods.MOOD[wish.mood], moods.key_of(wish.key)
    metre = GRID.get(wish.metre, wish.metre)
    compound = mt.METRES[metre][1] == 18
    style = ("slip jig" if metre == "9/8" else mood.compound_style) if compound else mood.style
    style = styles.of(wish.style).get("writes", style)
    return Plan(shape.sections, metre, mode, style, mood.tempo, mood.density, wish.mood)


def limits_of(wish: PieceRequest, shape: form.PieceForm, shift: int) -> sampler.Limits:
    """Return which notes the sampler may choose for a part of a piece."""
    mood, (_, mode) = moods.MOOD[wish.mood], moods.key_of(wish.key)
    low, high = mood.centre - 14, mood.centre + 11
    wanted = mood.leaning | styles.of(wish.style).get("leaning", {})
    leaning = {rules.chord_token_of(name): nats for name, nats in wanted.items()}
    return sampler.Limits(low - shift, high - shift, mood.shortest, leaning, shape.endings(), {}, mode, wish.candidates)


def shift_of(wish: PieceRequest) -> int:
    """What is added to written pitches: the key, in the octave that brings the middle of the range near the mood's."""
    tonic, _ = moods.key_of(wish.key)
    centre = moods.MOOD[wish.mood].centre
    return tonic + 12 * round((centre - 70 - tonic) / 12)


def write(wish: PieceRequest, report: Report = silent, given: list[Bar] | None = None) -> Music:
    """The piece in bars and parts; the wish must be settled. `given` bars come first, in place of what would be written there."""
    shape, tempo = frame(wish)
    shift = shift_of(wish)
    bars = sampler.compose(
        plan_of(wish, shape),
        list(_open(shape, given)),
        limits_of(wish, shape, shift),
        wish.seed,
        report,
        list(given or []),
    )
    return setting(wish, bars, shape, tempo, shift)


def _open(shape: form.PieceForm, given: list[Bar] | None) -> list[form.Phrase]:
    """The phrases still to be written after the given bars."""
    left, phrases = len(given or []), []
    for phrase in shape.phrases:
        if left >= phrase.bars:
            left -= phrase.bars
        elif left:
            phrases.append(replace(phrase, bars=phrase.bars - left, copy=None, copied=0))
            left = 0
        else:
            phrases.append(phrase)
    return phrases


def setting(
    wish: PieceRequest, bars: list[Bar], shape: form.PieceForm, tempo: float, shift: int, *, whole: bool = False
) -> Music:
    """Bars set for the ensemble, in time; `whole` closes on the last bar as it is."""
    tonic, mode = moods.key_of(wish.key)
    music = Music(wish.metre, tonic, mode, shape, bars, shift, tempo, [], wish.mood, wish.style)
    playful = 1.0 if wish.mood == "playful" and music.beat_ticks == 12 else 0.0
    music.swing = float(styles.of(wish.style).get("swing", playful))
    closing = not wish.loop
    ends = closing and not whole
    band = wish.ensemble == styles.BAND
    music.parts = styles.band(music, ends) if band else ensembles.arrange(music, wish.ensemble, ends)
    if wish.style != styles.NONE and wish.drums:
        music.parts += styles.drums(music, ends)
    music.ticks_s = tempo_map(
        music,
        wish.seconds - _tail(wish),
        rubato=0.0 if music.kit else RUBATO[wish.mood] * (0.5 if wish.loop else 1),
        slowing=SLOWING[wish.mood] * (0.5 if music.kit else 1) if closing else 0.0,
    )
    return music


def title_of(music: Music, wish: PieceRequest) -> str:
    """Return the title of a piece: mood, key, metre and tempo."""
    key = f"{writing.spell_pitch(music, music.tonic)} {music.mode}"
    style = f"{styles.options()[wish.style]}, " if wish.style != styles.NONE else ""
    return f"{style}{moods.MOODS[wish.mood]}, in {key}, {wish.metre}, {music.beat_bpm:.0f} beats a minute"


def finish(
    music: Music, wish: PieceRequest, report: Report = silent, *, count: int | None = None
) -> Accompanied[Sound]:
    """Sound of exactly `count` samples (the wish's seconds by default) and the files beside it."""
    count = round(wish.seconds * RATE_HZ) if count is None else count
    inside = part(report, 0.0, 0.92)
    played = perform.render(music, count, seed=wish.seed, loop=wish.loop, fade_s=0.35, report=inside)
    files = {
        "song.mid": writing.midi(music, wish.seed),
        "song.musicxml": writing.musicxml(music),
        "score.json": writing.as_json(writing.describe_music(music, wish.seed, count / RATE_HZ)),
    }
    files |= {f"stems/{key}.flac": flac(stem) for key, stem in played.stems.items()}
    poster = roll(music, count / RATE_HZ, title_of(music, wish))
    return Accompanied(Sound(played.mix, RATE_HZ), files, poster)


def flac(samples: np.ndarray) -> bytes:
    """Return samples as a FLAC file in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "stem.flac"
        save_sound(Sound(np.clip(samples, -1, 1), RATE_HZ), path)
        return path.read_bytes()


def png(picture: Image) -> bytes:
    """Return a picture as a PNG file in bytes."""
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()

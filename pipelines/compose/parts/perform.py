"""From parts to sound: notes placed a little as people place them, a stem for each part in its room, and the mix to the sample."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipelines.audio import mix
from pipelines.compose.parts.music import Music, Note, Part
from pipelines.compose.parts.soundfont import RATE_HZ, SoundFont
from pipelines.core.models import load, own_card
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.progress import part as stage_of

ROOMS = {
    "calm": (2.2, 1.0),
    "playful": (1.1, 1.1),
    "tense": (1.5, 0.9),
    "triumphant": (2.3, 1.1),
    "melancholy": (2.5, 0.85),
}
TAIL_S = 6.0
RINGING_S, OPEN_HAT = 2.5, 46  # a struck drum rings out, but the closed hi-hat ends the open one


def build(path: Path) -> SoundFont:
    """Open a file of sampled instruments, as a model card asks for it."""
    return SoundFont(path)


OWN = "MIT (FluidR3 GM, Frank Wen)"
SOUNDS = own_card(
    "Instruments of the studio",
    "sounds/studio.sf3",
    8_400_000,
    OWN,
    build,
    "26 instruments from the FluidR3 soundfont.",
)
RHYTHM = own_card(
    "Drums and band of the studio",
    "sounds/rhythm.sf3",
    3_700_000,
    OWN,
    build,
    "5 drum kits and 9 instruments from the same soundfont.",
)


@dataclass
class Rendered:
    """The mix [n, 2] and each part's share of it before the limiter, by key."""

    mix: np.ndarray
    stems: dict[str, np.ndarray]


def humanise(music: Music, part: Part, seed: int) -> list[tuple[float, float, Note]]:
    """Start and length in seconds of each note: a drifting lead or lag for the part, and a scatter for each note."""
    rng = np.random.default_rng([seed, zlib.crc32(part.key.encode())])
    played, drift = [], 0.0
    for note in sorted(part.notes, key=lambda n: (n.start, n.pitch)):
        drift = 0.9 * drift + rng.normal(0, 0.4)
        scatter = (drift * 0.4 + rng.normal(0, 0.45)) * part.human_ms / 1000
        start, end = note.start, note.start + note.length
        if music.swing and abs(start % 12 - 6) < 0.5:
            start += music.swing
        begun = max(0.0, music.seconds_at(start) + float(np.clip(scatter, -0.02, 0.02)))
        loud = int(np.clip(note.velocity + rng.normal(0, 2.2), 1, 127))
        length = max(0.05, music.seconds_at(end) - music.seconds_at(note.start))
        played.append((begun, length, Note(note.start, note.length, note.pitch, loud)))
    return played


@contextmanager
def instruments(parts: Sequence[Part]) -> Iterator[Mapping[int, SoundFont]]:
    """The file of sounds of each program; the band's is opened only where a part asks for it."""
    with ExitStack() as held:
        fonts = [held.enter_context(load(SOUNDS))]
        if any(program not in fonts[0].presets for p in parts for program, _ in p.programs):
            fonts.append(held.enter_context(load(RHYTHM)))
        yield {program: font for font in fonts for program in font.presets}


def _dry(
    music: Music, part: Part, sounds: Mapping[int, SoundFont], count: int, seed: int, report: Report
) -> np.ndarray:
    out = np.zeros((count + int(TAIL_S * RATE_HZ), 2), np.float32)
    played = humanise(music, part, seed)
    for index, (begun, length, note) in enumerate(played):
        if index % 8 == 0:
            report(Progress(index, len(played), f"Playing {part.name or part.key}"))
        at = int(begun * RATE_HZ)
        held = length if part.kit is None or note.pitch == OPEN_HAT else RINGING_S
        for program, gain_db in part.programs:
            tone = sounds[program].note(program, note.pitch, note.velocity // 5 * 5 + 2, round(held, 2))
            room = min(len(tone), len(out) - at)
            if room > 0:
                out[at : at + room] += tone[:room] * np.float32(10 ** (gain_db / 20))
    return out


def stems_of(music: Music, count: int, *, seed: int, report: Report = silent) -> dict[str, np.ndarray]:
    """Each part in its place and room, with TAIL_S and more of ringing after `count` samples."""
    seconds, bright = ROOMS[music.mood]
    stems: dict[str, np.ndarray] = {}
    with instruments(music.parts) as sounds:
        for index, part in enumerate(music.parts):
            report(Progress(index, len(music.parts), f"Playing {part.name}"))
            dry = _dry(
                music,
                part,
                sounds,
                count,
                seed,
                stage_of(report, index / len(music.parts), (index + 1) / len(music.parts)),
            )
            placed = mix.place(mix.high_pass(dry, 32.0), part.pan, 0.6)
            wet = mix.room(placed * np.float32(10 ** (part.gain_db / 20)), part.room, seconds, bright)
            stems[part.key] = mix.shelf(wet, 6500, 1.2, "high")
    report(Progress(1, 1, "Mixing"))
    return stems


def render(music: Music, count: int, *, seed: int, loop: bool, fade_s: float, report: Report = silent) -> Rendered:
    """Exactly `count` samples at 48 kHz. A loop's tail sounds on over its own beginning; else it dies away by the end."""
    stems = {
        key: fit(stem, count, loop, fade_s) for key, stem in stems_of(music, count, seed=seed, report=report).items()
    }
    return master_stems(stems, count, loop=loop)


def master_stems(stems: dict[str, np.ndarray], count: int, *, loop: bool = False) -> Rendered:
    """The sum of the stems at the target loudness, and the stems at the level they have in it."""
    whole = np.sum(list(stems.values()), axis=0) if stems else np.zeros((count, 2), np.float32)
    done, gain = mix.master(whole.astype(np.float32), around=loop)
    return Rendered(done, {k: (s * np.float32(gain)).astype(np.float32) for k, s in stems.items()})


def fit(sound: np.ndarray, count: int, loop: bool, fade_s: float) -> np.ndarray:
    """Cut to `count` samples: folded over the start for a loop, else faded at the end (and over the first millisecond)."""
    if loop:
        out = np.zeros((count, 2), np.float32)
        for start in range(0, len(sound), count):
            piece = sound[start : start + count]
            out[: len(piece)] += piece
        return out
    out = np.zeros((count, 2), np.float32)
    out[: min(count, len(sound))] = sound[:count]
    fade = max(1, min(count, int(fade_s * RATE_HZ)))
    out[-fade:] *= (np.cos(np.linspace(0, np.pi, fade, dtype=np.float32)) / 2 + 0.5)[:, None]
    return out

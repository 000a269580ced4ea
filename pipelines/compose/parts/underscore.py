"""Music under a film: sections at given times, bars that meet hit points, and a bow to the voice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipelines.audio.ducking import ducking
from pipelines.compose.parts import moods, perform, pieces
from pipelines.compose.parts.music import Music
from pipelines.compose.parts.soundfont import RATE_HZ
from pipelines.core.progress import Report, part, silent
from pipelines.core.settings import Refusal
from pipelines.media import Sound
from pipelines.nets.music_tokens import Bar

LOUDER = 18  # how much a hit is struck louder
CLOSEST = 0.78  # how much a stretch between hit points may be squeezed, or its inverse drawn out


@dataclass(frozen=True)
class Section:
    """From `start_s` on, music of this mood."""

    start_s: float
    mood: str


@dataclass
class Fitted:
    """The music [n, 2] at 48 kHz, its stems, its sections as written, and for each hit point how far off it is met, in seconds."""

    samples: np.ndarray
    stems: dict[str, np.ndarray]
    music: list[tuple[float, Music]]
    hits: list[tuple[float, float]]


def fit(
    length_samples: int,
    sections: Sequence[Section],
    voice: Sound | None = None,
    hits: Sequence[float] = (),
    *,
    ensemble: str = "auto",
    duck_db: float = 9.0,
    seed: int = 0,
    report: Report = silent,
) -> Fitted:
    """Music of exactly `length_samples` at 48 kHz. Raises Refusal.

    Each section is a piece of its own length, all on one tonic and for one ensemble; all but the last lead on with a dominant and ring
    over into the next. A section in the metre and mode of an earlier one begins with its theme. Hit points move the nearest
    beat to their time and are struck louder. While `voice` speaks the music is `duck_db` lower.
    """
    seconds = length_samples / RATE_HZ
    parts = _check_sections(sections, seconds)
    ensemble = moods.MOOD[parts[0].mood].ensemble if ensemble == "auto" else ensemble
    tonic = moods.MOOD[parts[0].mood].key.split()[0]
    written: list[tuple[float, Music]] = []
    stems: dict[str, np.ndarray] = {}
    met: list[tuple[float, float]] = []
    ends = [s.start_s for s in parts[1:]] + [seconds]
    for index, (section, end) in enumerate(zip(parts, ends, strict=True)):
        last = index == len(parts) - 1
        stage = part(report, index / len(parts), (index + 1) / len(parts))
        wish = _wish(
            section,
            end - section.start_s,
            ensemble,
            f"{tonic} {moods.MOOD[section.mood].key.split()[1]}",
            last,
            seed + index,
        )
        music = pieces.write(wish, part(stage, 0, 0.3), _theme(wish, written))
        inside = [h - section.start_s for h in hits if section.start_s <= h < end]
        met += [(section.start_s + h, off) for h, off in meet(music, inside)]
        count = round(end * RATE_HZ) - round(section.start_s * RATE_HZ)
        for name, stem in perform.stems_of(music, count, seed=wish.seed, report=part(stage, 0.3, 1)).items():
            _lay(
                stems.setdefault(name, np.zeros((length_samples, 2), np.float32)),
                stem,
                round(section.start_s * RATE_HZ),
            )
        written.append((section.start_s, music))
    stems = {name: perform.fit(s, length_samples, False, 0.35) for name, s in stems.items()}
    played = perform.master_stems(stems, length_samples)
    gain = ducking(voice, length_samples, duck_db)[:, None]
    return Fitted(played.mix * gain, {k: s * gain for k, s in played.stems.items()}, written, met)


def _check_sections(sections: Sequence[Section], seconds: float) -> list[Section]:
    if not pieces.SHORTEST_S <= seconds <= pieces.LONGEST_S:
        raise Refusal(f"Music lasts {pieces.SHORTEST_S:.0f} seconds to {pieces.LONGEST_S / 60:.0f} minutes.")
    ordered = sorted(sections, key=lambda s: s.start_s) or [Section(0.0, "calm")]
    ordered[0] = replace(ordered[0], start_s=0.0)
    ends = [s.start_s for s in ordered[1:]] + [seconds]
    for section, end in zip(ordered, ends, strict=True):
        if section.mood not in moods.MOOD:
            raise Refusal(f"“{section.mood}” is not a mood; there are: {', '.join(moods.MOOD)}.")
        if end - section.start_s < pieces.SHORTEST_S:
            raise Refusal(
                f"The section at {section.start_s:g} s is shorter than {pieces.SHORTEST_S:.0f} seconds; move its start."
            )
    return ordered


def _wish(section: Section, seconds: float, ensemble: str, key: str, last: bool, seed: int) -> pieces.PieceRequest:
    return pieces.settle(pieces.PieceRequest(section.mood, ensemble, key, "auto", 0.0, seconds, not last, seed))


def _theme(wish: pieces.PieceRequest, written: Sequence[tuple[float, Music]]) -> list[Bar] | None:
    """The first two bars of an earlier section in the same metre and mode, if there is one and there is time for more."""
    for _, music in written:
        if music.metre == wish.metre and music.mode == moods.key_of(wish.key)[1] and len(music.bars) >= 4:
            return music.bars[:2] if pieces.frame(wish)[0].written >= 4 else None
    return None


def meet(music: Music, hits: Sequence[float]) -> list[tuple[float, float]]:
    """Bend the tempo so that a beat falls on each hit, and strike it. Gives (hit, how far off it is met) in seconds."""
    times = music.ticks_s
    anchors, met = [(0, 0.0)], []
    end = (len(times) - 1, float(times[-1]))
    per_bar = music.bar_ticks // music.beat_ticks
    for hit in sorted(hits):
        near = np.argsort(np.abs(times - hit) - 0.35 * (np.arange(len(times)) % per_bar == 0), kind="stable")[:6]
        for beat in (int(b) for b in near):
            if all(_bearable(times, a, b) for a, b in ((anchors[-1], (beat, hit)), ((beat, hit), end))):
                anchors.append((beat, hit))
                met.append((hit, 0.0))
                break
        else:
            met.append((hit, float(np.abs(times - hit).min())))
    beats, seconds = zip(*[*anchors, end], strict=True)
    bent = np.interp(times, times[list(beats)], seconds)
    music.ticks_s = bent
    for beat, _ in anchors[1:]:
        for p in music.parts:
            for note in p.notes:
                if abs(note.start - beat * music.beat_ticks) < 1.5:
                    note.velocity = min(127, note.velocity + LOUDER)
    return met


def _bearable(times: np.ndarray, a: tuple[int, float], b: tuple[int, float]) -> bool:
    if b[0] <= a[0] or b[1] <= a[1]:
        return a == b or (a[0] == b[0] == 0 and abs(a[1] - b[1]) < 1e-6)
    ratio = (b[1] - a[1]) / float(times[b[0]] - times[a[0]])
    return CLOSEST <= ratio <= 1 / CLOSEST


def _lay(onto: np.ndarray, sound: np.ndarray, at: int) -> None:
    room = min(len(sound), len(onto) - at)
    onto[at : at + room] += sound[:room]


def read_sections(text: str, mood: str) -> list[Section]:
    """`0 calm; 12.5 tense` or one a line; empty: all of one mood. Raises Refusal."""
    starts = []
    for line in re.split(r"[;\n]+", text):
        if not line.strip():
            continue
        match = re.fullmatch(r"\s*(?:(\d+):)?(\d+(?:\.\d+)?)\s*s?\s*[:,]?\s+(\w+)\s*", line)
        if not match:
            raise Refusal(f"“{line.strip()[:40]}” is not a section; write a second and a mood, like “12.5 tense”.")
        starts.append(Section(60 * int(match[1] or 0) + float(match[2]), match[3].lower()))
    return starts or [Section(0.0, mood)]


def read_hits(text: str, seconds: float) -> list[float]:
    """Seconds parted by commas or spaces. Raises Refusal."""
    times = []
    for word in re.split(r"[\s,;]+", text.strip()):
        if not word:
            continue
        if not re.fullmatch(r"\d+(\.\d+)?", word) or float(word) >= seconds:
            raise Refusal(f"“{word[:20]}” is not within the {seconds:.1f} seconds; write times like “4.2, 18”.")
        times.append(float(word))
    return times

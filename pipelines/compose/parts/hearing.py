"""Notes out of a recording: Basic Pitch's three maps (Bittner et al. 2022, "A lightweight instrument-agnostic model for polyphonic note transcription"), read as one voice."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.compose.parts.harmony import path_to
from pipelines.core.models import ModelCard, load, onnx_session
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Refusal
from pipelines.media import Sound, at_rate

RATE_HZ, HOP, WINDOW = 22_050, 256, 2 * 22_050 - 256
OVERLAP = 30  # frames that two windows share
LOWEST = 21  # MIDI pitch of the first row
ONSET, SOUNDING = 0.5, 0.3  # as in the paper
CLEAR, FADED = 0.75, 0.6  # what a repeated note needs: found on tunes of the studio's violin, choir and trumpet
SILENCE = 88  # the row beside the 88 notes
CHANGE = 3.0  # nats that another note costs
SHORTEST, NEAR = 6, 6  # frames of 11.6 ms
LONGEST_S = 120.0


def build(path: Path) -> Any:
    """Open the network, as a model card asks for it."""
    return onnx_session(path)


BASIC_PITCH = ModelCard(
    name="Basic Pitch",
    source="package:basic-pitch==0.4.0:basic_pitch/saved_models/icassp_2022/nmp.onnx",
    sha256="2c3c1d144bfa61ad236e92e169c13535c880469a12a047d4e73451f2c059a0ec",
    licence="Apache-2.0 (Spotify)",
    size_bytes=230_444,
    build=build,
    about="Hears which notes sound, and when.",
)


@dataclass(frozen=True)
class HeardNote:
    """A note in seconds, its pitch as MIDI with a fraction, and how sure the network is of it (0 to 1)."""

    start: float
    end: float
    pitch: float
    strength: float


@dataclass(frozen=True)
class Maps:
    """What the network says of each frame: which notes sound and begin [frames, 88], and pitch in thirds of a semitone [frames, 264]; when it is."""

    notes: np.ndarray
    onsets: np.ndarray
    contour: np.ndarray
    seconds: np.ndarray


def listen(sound: Sound, report: Report = silent) -> Maps:
    """The maps of a recording. Raises Refusal for one without sound or of more than two minutes, MissingModel."""
    samples = np.asarray(sound.samples, np.float32).mean(1)
    if len(samples) > LONGEST_S * sound.rate_hz:
        raise Refusal(f"A tune has at most {LONGEST_S / 60:.0f} minutes; cut this one.")
    loudest = float(np.abs(samples).max(initial=0))
    if len(samples) < sound.rate_hz // 4 or loudest < 1e-3:
        raise Refusal("There is no sound in this recording; check the microphone.")
    heard = at_rate(samples / loudest * 0.9, sound.rate_hz, RATE_HZ)
    padded = np.concatenate([np.zeros(OVERLAP // 2 * HOP, np.float32), heard])
    starts = range(0, len(padded), WINDOW - OVERLAP * HOP)
    maps: list[list[np.ndarray]] = [[], [], []]
    with load(BASIC_PITCH) as session:
        names = [f"StatefulPartitionedCall:{i}" for i in (1, 2, 0)]
        for number, start in enumerate(starts):
            report(Progress(number, len(starts), "Listening"))
            window = np.zeros((1, WINDOW, 1), np.float32)
            piece = padded[start : start + WINDOW]
            window[0, : len(piece), 0] = piece
            for kept, made in zip(maps, session.run(names, {"serving_default_input_2:0": window}), strict=True):
                kept.append(made[0, OVERLAP // 2 : made.shape[1] - OVERLAP // 2])
    each = np.arange(len(maps[0][0])) * HOP  # a window is not a whole number of frames, so each is placed by itself
    seconds = np.concatenate([(start + each) / RATE_HZ for start in starts])
    inside = seconds < len(heard) / RATE_HZ
    notes, onsets, contour = (np.concatenate(kept)[inside] for kept in maps)
    return Maps(notes, onsets, contour, seconds[inside])


def notes_of(maps: Maps) -> list[HeardNote]:
    """The notes of one voice: the likeliest path through pitches and silence (Viterbi), cut where the network hears a note begin again."""
    path = _path(maps.notes)
    changes = np.flatnonzero(np.diff(path)) + 1
    stretches = []
    for start, end in pairwise([0, *changes.tolist(), len(path)]):
        row = int(path[start])
        if row == SILENCE:
            continue
        begins = _begins(maps.onsets[:, row], maps.notes[:, row], start, end)
        stretches += [(a, b, row) for a, b in pairwise([*begins, end]) if b - a >= SHORTEST]
    times = np.append(maps.seconds, maps.seconds[-1:] + HOP / RATE_HZ)
    return [
        HeardNote(times[a], times[b], _exact_pitch(maps.contour[a:b], row), float(maps.notes[a:b, row].mean()))
        for a, b, row in stretches
    ]


def _path(notes: np.ndarray) -> np.ndarray:
    """The row that sounds in each frame, or SILENCE: likely by the network, and changing seldom."""
    seen = np.log(np.concatenate([notes, np.full((len(notes), 1), SOUNDING)], 1).clip(1e-4))
    score, back = seen[0].copy(), []
    for frame in seen[1:]:
        best = int(score.argmax())
        stays = score >= score[best] - CHANGE
        back.append(np.where(stays, np.arange(SILENCE + 1), best))
        score = np.where(stays, score, score[best] - CHANGE) + frame
    return np.array(path_to(int(score.argmax()), back))


def _begins(onsets: np.ndarray, sounding: np.ndarray, start: int, end: int) -> list[int]:
    """Where notes of one pitch begin within a stretch: at its start, moved to a clear onset nearby, and inside where an onset is very clear
    or the note fades before it; a voice that trembles is no new note.
    """
    low = max(1, start - NEAR)
    inside = onsets[low:end]
    peaks = [
        low + i for i in range(1, len(inside) - 1) if inside[i] >= ONSET and inside[i - 1] < inside[i] >= inside[i + 1]
    ]
    first = next((peak for peak in peaks if peak <= start + NEAR), start)
    return [first] + [
        peak
        for peak in peaks
        if peak > first + NEAR and (onsets[peak] >= CLEAR or sounding[peak - 4 : peak + 2].min() < FADED)
    ]


def _exact_pitch(contour: np.ndarray, row: int) -> float:
    """The pitch of a note with its fraction: the mean of the contour about it, weighed by how clear it is."""
    low, high = max(0, 3 * row - 2), min(contour.shape[1], 3 * row + 5)
    weights = contour[:, low:high].sum(0) ** 2
    if weights.sum() < 1e-6:
        return float(LOWEST + row)
    return LOWEST + (float((weights * np.arange(low, high)).sum() / weights.sum()) - 1) / 3


def in_tune(notes: list[HeardNote]) -> list[HeardNote]:
    """Whole pitches: how far the singer is off on the whole (the circular mean) is taken away before rounding."""
    weights = np.array([(n.end - n.start) * n.strength for n in notes])
    turns = np.exp(2j * np.pi * np.array([n.pitch for n in notes]))
    off = float(np.angle((weights * turns).sum()) / (2 * np.pi)) if len(notes) else 0.0
    return [HeardNote(n.start, n.end, float(round(n.pitch - off)), n.strength) for n in notes]

"""All signals of a sound: the voice by our own head, its bandwidth, what a vocoder leaves; and the gates that may forbid a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.core.progress import Progress, Report, silent
from pipelines.detect.parts import heads, lips, voice_measures
from pipelines.detect.parts.canonical import curve
from pipelines.detect.parts.signals import Evidence, Examined, Gate, Moment, Signal, silent_signal

if TYPE_CHECKING:
    import numpy as np

    from pipelines.media import Sound

TITLES = {"voice": "Voice", "bandwidth": "Bandwidth", "vocoder": "Stillness and grain"}
CAVEATS = {
    "voice": "It learned five speech engines and a hundred people; other engines and other microphones may fool it.",
    "bandwidth": "Telephones, old recordings and hard saving cut the highest sounds too; most makers of voices stop at 12 kHz or below.",
    "vocoder": "A treated studio and a noise gate are as still as a computed voice.",
}
LEAST_SECONDS, LEAST_SPEECH_SECONDS = 2.0, 1.5
WINDOW_SECONDS, MOST_WINDOWS = 6.0, 10
MOST_SECONDS = 600.0
LIKE_MADE = (
    "This is a little more like the made files that it was fitted on.",
    "This is more like the made files that it was fitted on.",
    "This is much more like the made files that it was fitted on.",
)
LIKE_RECORDED = (
    "This is a little more like the recorded files that it was fitted on.",
    "This is more like the recorded files that it was fitted on.",
    "This is much more like the recorded files that it was fitted on.",
)


def examine_sound(sound: Sound, *, report: Report = silent) -> Examined:
    """Every signal of a sound of any length (its first ten minutes)."""
    from pipelines.media import Sound as Held

    sound = Held(sound.samples[: round(MOST_SECONDS * sound.rate_hz)], sound.rate_hz)
    report(Progress(0, 3, "Listening"))
    spoken = lips.speech(_part(sound, 120.0))
    x = voice_measures.mono(sound)
    report(Progress(1, 3, "Measuring the voice"))
    signals = (_voice(x, spoken), _bandwidth(sound), _vocoder(x, spoken))
    length = f"It is {sound.seconds:.1f} seconds long; {LEAST_SECONDS:.0f} are needed."
    speech = f"{spoken:.1f} seconds of speech are heard; the signals were fitted on voices only."
    gates = (
        Gate("length", sound.seconds >= LEAST_SECONDS, length, "A longer part of the same recording."),
        Gate("speech", spoken >= LEAST_SPEECH_SECONDS, speech, "A part in which somebody speaks."),
    )
    return Examined(signals, gates)


def _part(sound: Sound, seconds: float) -> Sound:
    from pipelines.media import Sound as Held

    return Held(sound.samples[: round(seconds * sound.rate_hz)], sound.rate_hz)


def _windows(x: np.ndarray) -> list[tuple[float, np.ndarray]]:
    """Up to MOST_WINDOWS stretches, evenly over the sound, with the second at which each begins."""
    import numpy as np

    size = round(WINDOW_SECONDS * voice_measures.RATE_HZ)
    count = int(np.clip(len(x) // size, 1, MOST_WINDOWS))
    starts = np.linspace(0, max(0, len(x) - size), count).astype(int)
    return [(start / voice_measures.RATE_HZ, x[start : start + size]) for start in starts]


def _voice(x: np.ndarray, spoken: float) -> Signal:
    import numpy as np

    if spoken < LEAST_SPEECH_SECONDS:
        return silent_signal("voice", TITLES["voice"], "No speech is heard.", CAVEATS["voice"])
    measured = [(at, found) for at, part in _windows(x) if (found := voice_measures.measure(part)) is not None]
    if not measured:
        return silent_signal(
            "voice", TITLES["voice"], "Too little of the sound is loud enough to be measured.", CAVEATS["voice"]
        )
    values = np.array([heads.ratio("voice", found) for _, found in measured])
    ratio = float(np.median(values))
    moments = tuple(
        Moment(at, at + WINDOW_SECONDS, f"One stretch was heard. {strength(float(value))}", float(value))
        for (at, _), value in zip(measured, values)
    )
    quality = float(np.clip(1.1 - values.std() / 3, 0.3, 1.0))
    finding = f"The voice was heard in {len(values)} stretches. {strength(ratio)}"
    numbers = {"median_ratio": ratio, "deviation": float(values.std())}
    return Signal(
        "voice", TITLES["voice"], True, ratio, quality, finding, CAVEATS["voice"], moments=moments, measured=numbers
    )


def strength(ratio: float) -> str:
    """A ratio as a sentence, which says no more than that it holds for the files of the fit."""
    size = abs(ratio)
    if size < 0.4:
        return "This is as common in made as in recorded files."
    if ratio > 0:
        return LIKE_MADE[0 if size < 1.2 else 1 if size < 3 else 2]
    return LIKE_RECORDED[0 if size < 1.2 else 1 if size < 3 else 2]


def _bandwidth(sound: Sound) -> Signal:
    """Where the spectrum ends, against where the file could go: set by hand, weight nearly none."""
    import numpy as np

    x = np.asarray(sound.samples, np.float64)
    x = x.mean(1) if x.ndim == 2 else x
    size = 4096
    if len(x) < 4 * size or not np.any(x):
        return silent_signal("bandwidth", TITLES["bandwidth"], "There is too little sound.", CAVEATS["bandwidth"])
    starts = np.linspace(0, len(x) - size, min(400, len(x) // size)).astype(int)
    power = np.mean([np.abs(np.fft.rfft(x[a : a + size] * np.hanning(size))) ** 2 for a in starts], axis=0)
    level = 10 * np.log10(power + 1e-12)
    smooth = np.convolve(level, np.ones(15) / 15, mode="same")
    edge = float(np.flatnonzero(smooth > smooth.max() - 70)[-1]) * sound.rate_hz / size / 1000
    possible = sound.rate_hz / 2000
    cut = edge < 0.9 * possible
    drawn = curve({"loudness": smooth.clip(smooth.max() - 100)}, label_x=f"0 to {possible:.0f} kHz", label_y="dB")
    finding = (
        f"The sound ends at {edge:.1f} kHz, and the file could hold {possible:.1f} kHz: it was made or kept at a lower rate."
        if cut
        else f"The sound reaches {edge:.1f} kHz; the file can hold {possible:.1f} kHz."
    )
    shown = (Evidence("Spectrum of the whole", drawn, "Where it falls to nothing."),)
    numbers = {"edge_khz": edge, "possible_khz": possible}
    return Signal(
        "bandwidth",
        TITLES["bandwidth"],
        True,
        0.1 if cut else 0.0,
        0.5,
        finding,
        CAVEATS["bandwidth"],
        shown,
        measured=numbers,
        fitted=False,
    )


def _vocoder(x: np.ndarray, spoken: float) -> Signal:
    """How still the pauses are and how evenly the finest bands move: shown; the fitted head reads the same numbers, so it weighs little."""
    found = voice_measures.measure(x[: 30 * voice_measures.RATE_HZ]) if spoken >= LEAST_SPEECH_SECONDS else None
    if found is None:
        return silent_signal("vocoder", TITLES["vocoder"], "No speech is heard.", CAVEATS["vocoder"])
    named = dict(zip(voice_measures.NAMES, (float(value) for value in found)))
    still = named["floor_db"] < -62
    below, gap = -named["floor_db"], named["gap_db"]
    finding = (
        f"The quietest moments are {below:.0f} dB below the voice, quieter than in most rooms. Harmonics are {gap:.0f} dB above the gaps between them."
        if still
        else f"The quietest moments are {below:.0f} dB below the voice. Harmonics are {gap:.0f} dB above the gaps between them."
    )
    numbers = {
        key: named[key] for key in ("floor_db", "pause_flatness", "harmonicity", "gap_db", "pitch_jitter", "high_flux")
    }
    return Signal(
        "vocoder",
        TITLES["vocoder"],
        True,
        0.3 if still else 0.0,
        0.5,
        finding,
        CAVEATS["vocoder"],
        measured=numbers,
        fitted=False,
    )

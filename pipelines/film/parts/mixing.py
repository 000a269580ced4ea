"""The sound of a film: voice, music and sounds in one mix at -16 LUFS, and how music of any length is fitted under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pipelines.audio import mix
from pipelines.audio.ducking import ducking, speech
from pipelines.core.settings import Refusal
from pipelines.film.parts.shapes import SOUND_HZ
from pipelines.media import Sound, at_rate

TARGET_LUFS = -16.0
MUSIC_DB = -2.0  # of the music in a film's mix
EVEN_DB, EVEN_BLOCKS = 6.0, 30  # by how much music that follows a voice is evened out, over 3 s
FOLLOWING = {"before": 8, "after": 12, "bridged": 45}  # frames of 20 ms: a pause of less than 0.9 s is none
SILENCE_LUFS = -69.0
CEILING_DBTP = -2.2  # AAC rebuilds peaks up to about 1 dB higher than they were; what is heard keeps -1


def stereo(sound: Sound, count: int | None = None) -> np.ndarray:
    """float32 [n,2] at 48 kHz; of a long sound no more than `count` samples, so that one of hours costs no more than the film."""
    samples = sound.samples
    if count is not None:
        samples = samples[: (count + SOUND_HZ) * sound.rate_hz // SOUND_HZ]
    samples = at_rate(samples, sound.rate_hz, SOUND_HZ)
    return np.ascontiguousarray(np.broadcast_to(samples[:count, :2], (len(samples[:count]), 2)), np.float32)


def read_places(text: str, count: int, longest_seconds: float) -> list[tuple[float, ...]]:
    """`0.4; 7.25; 12`, one a sound, each with further numbers if wanted (`0.4 -6`). Raises Refusal."""
    places = []
    for part in (part.strip() for part in text.replace("\n", ";").split(";")):
        if not part:
            continue
        try:
            numbers = tuple(float(word) for word in part.split())
        except ValueError:
            raise Refusal(f"“{part[:40]}” is not a time; write places like “0.4; 7.25”.") from None
        if not all(np.isfinite(numbers)) or not 0 <= numbers[0] <= longest_seconds:
            raise Refusal(f"“{part[:40]}” lies outside the {longest_seconds:.1f} seconds.")
        places.append(numbers)
    if len(places) != count:
        raise Refusal(f"There are {count} sounds and {len(places)} places.")
    return places


def read_gain(text: str, longest_seconds: float) -> list[tuple[float, float]]:
    """`0 0; 4.5 -12` as points of seconds and dB in the order of time. Raises Refusal."""
    points: dict[float, float] = {}
    for part in (part.strip() for part in text.replace("\n", ";").split(";")):
        if not part:
            continue
        try:
            seconds, level = (float(word) for word in part.split())
        except ValueError:
            raise Refusal(f"“{part[:40]}” is no gain; write seconds and dB, like “4.5 -12”.") from None
        if not np.isfinite(seconds) or not seconds >= 0 or not -60 <= level <= 12:
            raise Refusal(f"“{part[:40]}”: a gain lies between -60 and 12 dB.")
        points[min(seconds, longest_seconds)] = level
    return sorted(points.items())


def gain_curve(points: Sequence[tuple[float, float]], count: int) -> np.ndarray | None:
    """A factor for each of `count` samples at 48 kHz: the points in dB joined by straight lines, level before the first and after the last."""
    if not points:
        return None
    times = np.arange(count, dtype=np.float64) / SOUND_HZ
    levels = np.interp(times, [point[0] for point in points], [point[1] for point in points])
    return np.asarray(10 ** (levels / 20), np.float32)


def laid(sounds: Sequence[np.ndarray], starts_s: Sequence[float], gains_db: Sequence[float], count: int) -> np.ndarray:
    """Sounds [n,c] in their places on a track of `count` samples; what reaches beyond its end is cut off with a short fade."""
    channels = max((sound.shape[1] for sound in sounds), default=1)
    track = np.zeros((count, channels), np.float32)
    for one, start, gain in zip(sounds, starts_s, gains_db, strict=True):
        at = round(start * SOUND_HZ)
        kept = one[: max(0, count - at)] * np.float32(10 ** (gain / 20))
        if len(kept) < len(one) and len(kept):
            fade = min(len(kept), SOUND_HZ // 50)
            kept[-fade:] *= np.linspace(1, 0, fade, dtype=np.float32)[:, None]
        track[at : at + len(kept)] += kept
    return track


def fit_bed(music: np.ndarray, voice: Sound | None, count: int, duck_db: float) -> np.ndarray:
    """Music [n,2] of any length as a bed of `count` samples: repeated with a blend if short, faded out, lower while `voice` speaks. What ends near the film's end is not begun anew."""
    blend = min(2 * SOUND_HZ, len(music) // 4)
    bed = np.zeros((count, 2), np.float32)
    at = 0
    while not at or count - at > 2 * blend:
        piece = music[: count - at].copy()
        if at and blend:
            rise = np.sqrt(np.linspace(0, 1, min(blend, len(piece)), dtype=np.float32))[:, None]
            piece[: len(rise)] *= rise
        if blend and at + len(piece) < count - blend:
            piece[-blend:] *= np.sqrt(np.linspace(1, 0, blend, dtype=np.float32))[:, None]
        bed[at : at + len(piece)] += piece
        at += max(1, len(music) - blend)
    return fade_out(bed, 2.5 if len(music) != count else 0.5) * ducking(voice, count, duck_db)[:, None]


def fade_out(track: np.ndarray, seconds: float) -> np.ndarray:
    """A track [n,2] that goes down to nothing in its last seconds; the last tenth of them is silent."""
    count = min(round(seconds * SOUND_HZ), len(track) // 4)
    falling = (np.cos(np.linspace(0, 1.1 * np.pi, count, dtype=np.float32).clip(max=np.pi)) + 1) / 2
    return np.concatenate([track[: len(track) - count], track[len(track) - count :] * falling[:, None]])


def follow_voice(music: np.ndarray, voice: Sound, count: int, under_db: float, pauses_db: float) -> np.ndarray:
    """Music [n,2] as a bed that is heard `under_db` lower than the voice while it speaks and `pauses_db` lower where it does not, evened out slowly."""
    bed, spoken = fit_bed(music, None, count, 0.0), mix.loudness(stereo(voice, count))
    whole = mix.loudness(bed)
    if min(spoken, whole) <= SILENCE_LUFS:
        return bed
    slow = np.convolve(
        np.pad(mix.blocks(bed), EVEN_BLOCKS // 2, mode="edge"), np.full(EVEN_BLOCKS, 1 / EVEN_BLOCKS), "same"
    )
    even = np.clip(whole - _lufs(slow[EVEN_BLOCKS // 2 : -EVEN_BLOCKS // 2]), -EVEN_DB, EVEN_DB)
    middles = (np.arange(len(even)) + 2) * SOUND_HZ / 10  # of the blocks of 400 ms
    lower = pauses_db + (under_db - pauses_db) * speech(voice, count, **FOLLOWING)
    gain = spoken - MUSIC_DB - whole - lower + np.interp(np.arange(count), middles, even)
    return np.asarray(bed * (10 ** (gain / 20))[:, None], np.float32)


def levels(voice: Sound | None, music: np.ndarray) -> dict[str, Any]:
    """Loudness of voice and music over time as they stand in the mix, in LUFS every 100 ms (blocks of 400 ms)."""
    count = len(music)
    told = {"music": music * np.float32(10 ** (MUSIC_DB / 20)), **({"voice": stereo(voice, count)} if voice else {})}
    return {
        "step": 0.1,
        **{name: [round(float(luf), 1) for luf in _lufs(mix.blocks(track))] for name, track in told.items()},
    }


def _lufs(power: np.ndarray) -> np.ndarray:
    return np.asarray(np.maximum(-0.691 + 10 * np.log10(power + 1e-12), -70))


def master_mix(track: np.ndarray, target: float = TARGET_LUFS) -> np.ndarray:
    """[n,2] brought to a loudness (-16 LUFS if none is named) with true peaks under the ceiling; silence stays silence."""
    for _ in range(6):
        value = mix.loudness(track)
        if value <= SILENCE_LUFS or (abs(target - value) < 0.1 and mix.true_peak_db(track) <= CEILING_DBTP):
            return track
        track = _limit_peaks(track * np.float32(10 ** ((target - value) / 20)))
    over = mix.true_peak_db(track) - CEILING_DBTP
    return track * np.float32(10 ** (-over / 20)) if over > 0 else track


def _limit_peaks(track: np.ndarray) -> np.ndarray:
    """Looks 5 ms ahead and recovers in 60 ms; where the gain moves fast the curve between samples may pass the ceiling, so it looks again."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    ahead = round(0.005 * SOUND_HZ)
    for _ in range(4):
        need = np.minimum(1, np.float32(10 ** ((CEILING_DBTP - 0.05) / 20)) / (mix.peaks(track) + 1e-9))
        if need.min() >= 0.995:
            break
        held = minimum_filter1d(need, 2 * ahead + round(0.06 * SOUND_HZ), mode="nearest")
        smooth = uniform_filter1d(uniform_filter1d(held, 2 * ahead, mode="nearest"), ahead, mode="nearest")
        track = (track * np.minimum(smooth, need)[:, None]).astype(np.float32)
    return track

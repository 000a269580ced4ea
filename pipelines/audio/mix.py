"""From dry parts to one stereo mix: equaliser, place, room, loudness (ITU-R BS.1770-4), true peak."""

from __future__ import annotations

import itertools
from functools import lru_cache, reduce

import numpy as np

from pipelines.audio.loudness import TARGET_LUFS, k_weighting, measure_gated

RATE_HZ = 48_000
PEAK_DBTP = -1.2


@lru_cache(maxsize=8)
def impulse(seconds: float, bright: float, seed: int = 7) -> np.ndarray:
    """A room [n, 2]: early reflections, then noise that decays faster the higher it is; made from a seed, energy 1 a side."""
    from scipy.signal import butter, sosfilt

    rng = np.random.default_rng(seed)
    n = int(seconds * 1.25 * RATE_HZ)
    t = np.arange(n) / RATE_HZ
    out = np.zeros((n, 2))
    edges = [120, 400, 1200, 3500, 9000, 16000]
    for i, (low, high) in enumerate(itertools.pairwise(edges)):
        decay = seconds * (1.0, 1.0, 0.9, 0.62 * bright, 0.35 * bright)[i]
        band = sosfilt(butter(2, (low, high), "band", fs=RATE_HZ, output="sos"), rng.standard_normal((n, 2)), axis=0)
        out += band * np.exp(-6.9 * t / decay)[:, None]
    swell = np.clip(t / 0.03, 0, 1)[:, None]
    out *= swell
    for _ in range(10):
        place, side = int(rng.uniform(0.007, 0.06) * RATE_HZ), int(rng.integers(0, 2))
        out[place, side] += rng.choice((-1, 1)) * rng.uniform(0.2, 0.6) * np.abs(out).max() * 2
    return (out / np.sqrt((out**2).sum(0, keepdims=True))).astype(np.float32)


def room(
    sound: np.ndarray, amount: float, seconds: float, bright: float = 1.0, predelay_s: float = 0.018
) -> np.ndarray:
    """The sound with its room, longer by the room's tail. sound [n, 2]."""
    from scipy.signal import oaconvolve

    answer = impulse(seconds, bright)
    fed = 0.675 * sound + 0.325 * sound[:, ::-1]  # 0.65 of it in the middle
    wet = oaconvolve(fed, answer, axes=0)
    shift = int(predelay_s * RATE_HZ)
    out = np.zeros((len(wet) + shift, 2), np.float32)
    out[: len(sound)] += sound
    out[shift:] += np.float32(amount) * wet.astype(np.float32)
    return out


def place(sound: np.ndarray, pan: float, width: float = 1.0) -> np.ndarray:
    """A stereo sound moved to `pan` (-1..1, constant power), its own width kept by `width`."""
    middle, side = (sound[:, 0] + sound[:, 1]) / 2, (sound[:, 0] - sound[:, 1]) / 2 * width
    angle = (pan + 1) * np.pi / 4
    left, right = np.cos(angle) * np.sqrt(2), np.sin(angle) * np.sqrt(2)
    return np.stack([middle * left + side, middle * right - side], 1).astype(np.float32)


def shelf(sound: np.ndarray, hz: float, gain_db: float, kind: str) -> np.ndarray:
    """A gentle shelf (`low` or `high`), RBJ cookbook, slope 0.7."""
    from scipy.signal import sosfilt

    a = 10 ** (gain_db / 40)
    w = 2 * np.pi * hz / RATE_HZ
    c = np.cos(w)
    alpha = np.sin(w) / 2 * np.sqrt((a + 1 / a) * (1 / 0.7 - 1) + 2)
    sign = 1 if kind == "low" else -1
    root = 2 * np.sqrt(a) * alpha
    b0 = a * ((a + 1) - sign * (a - 1) * c + root)
    b1 = sign * 2 * a * ((a - 1) - sign * (a + 1) * c)
    b2 = a * ((a + 1) - sign * (a - 1) * c - root)
    a0 = (a + 1) + sign * (a - 1) * c + root
    a1 = -sign * 2 * ((a - 1) + sign * (a + 1) * c)
    a2 = (a + 1) + sign * (a - 1) * c - root
    return np.asarray(sosfilt([[b0 / a0, b1 / a0, b2 / a0, 1, a1 / a0, a2 / a0]], sound, axis=0), np.float32)


def high_pass(sound: np.ndarray, hz: float) -> np.ndarray:
    """Remove what lies below a frequency, with a Butterworth filter of second order."""
    from scipy.signal import butter, sosfilt

    return np.asarray(sosfilt(butter(2, hz, "high", fs=RATE_HZ, output="sos"), sound, axis=0), np.float32)


# loudness


def loudness(sound: np.ndarray) -> float:
    """Integrated loudness in LUFS of [n, 2] at 48 kHz (BS.1770-4), at least -70."""
    return max(-70.0, measure_gated(blocks(sound)))


def blocks(sound: np.ndarray) -> np.ndarray:
    """K-weighted mean squares of both channels in blocks of 400 ms, one every 100 ms."""
    from scipy.signal import sosfilt

    power = (sosfilt(k_weighting(RATE_HZ), sound.astype(np.float64), axis=0) ** 2).sum(1)
    block, hop = int(0.4 * RATE_HZ), int(0.1 * RATE_HZ)
    power = np.pad(power, (0, max(0, block - len(power))))
    sums = np.concatenate([[0.0], np.cumsum(power)])
    starts = np.arange(0, len(power) - block + 1, hop)
    return np.asarray((sums[starts + block] - sums[starts]) / block)


def true_peak_db(sound: np.ndarray) -> float:
    """The highest level between samples, in dBTP: four times oversampled (BS.1770-4, annex 2)."""
    return float(20 * np.log10(peaks(sound).max(initial=0) + 1e-9))


def peaks(sound: np.ndarray) -> np.ndarray:
    """For each sample of [n,c], the highest magnitude about it, four times oversampled by the low-pass that scipy's `resample_poly` takes."""
    import cv2

    highest = np.abs(sound)[None]
    for weights in _between_samples():
        between = cv2.filter2D(sound[None], -1, weights, anchor=(9, 0), borderType=cv2.BORDER_CONSTANT)
        highest = np.maximum(highest, np.abs(between.reshape(highest.shape)))
    return reduce(np.maximum, highest[0].T)


@lru_cache(maxsize=1)
def _between_samples() -> list[np.ndarray]:
    low_pass = np.sinc(np.arange(-40, 41) / 4) * np.kaiser(81, 5.0)  # weights of samples about three places between two
    return [low_pass[place::4][None, ::-1].astype(np.float32) for place in (1, 2, 3)]


def limit(sound: np.ndarray, ceiling_db: float = PEAK_DBTP, *, around: bool = False) -> np.ndarray:
    """A limiter that looks 5 ms ahead and recovers in 120 ms; `around` treats the sound as a loop, so its gain meets itself."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    ceiling = 10 ** (ceiling_db / 20)
    need = np.minimum(1, ceiling / (peaks(sound) + 1e-9))
    if need.min() >= 1:
        return sound
    mode = "wrap" if around else "nearest"
    ahead = int(0.005 * RATE_HZ)
    held = minimum_filter1d(need, 2 * ahead + int(0.06 * RATE_HZ), mode=mode)
    smooth = uniform_filter1d(uniform_filter1d(held, 2 * ahead, mode=mode), ahead, mode=mode)
    return (sound * np.minimum(smooth, need)[:, None]).astype(np.float32)


def master(sound: np.ndarray, target: float = TARGET_LUFS, *, around: bool = False) -> tuple[np.ndarray, float]:
    """Brought to the target loudness under the peak ceiling; and the gain that stems need to add up before the limiter."""
    whole = 1.0
    for _ in range(4):
        value = loudness(sound)
        if value <= -69:
            return sound, whole
        gain = 10 ** ((target - value) / 20)
        if abs(target - value) < 0.1 and true_peak_db(sound) <= PEAK_DBTP + 0.15:
            break
        whole *= gain
        sound = limit(sound * np.float32(gain), around=around)
    return _under(sound), whole


def _under(sound: np.ndarray) -> np.ndarray:
    """What the limiter's smoothing left above -1 dBTP is turned down as a whole."""
    over = true_peak_db(sound) + 1.05
    return (sound * np.float32(10 ** (-over / 20))).astype(np.float32) if over > 0 else sound

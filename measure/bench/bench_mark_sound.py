"""What the mark of sounds survives, what is heard of it, and how often it is read where there is none.

`python -m measure.bench.bench_mark_sound FOLDER` takes the sounds of a folder (speech and music, 5 s and longer) and writes
bench/mark-sound.json. What is heard: the segmental signal-to-noise ratio over 20 ms, and the noise-to-mask ratio of ITU-R BS.1387 (its
model in short: error energy over the masking threshold in each critical band, where the threshold is the signal's energy, spread to its
neighbours, less 3 dB at low and up to 6 dB at high bands); below 0 dB a frame's error lies under the threshold.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from measure import results
from pipelines.media import at_rate, load_sound
from pipelines.watermark.sound import embed, read
from tests.pipelines.test_mark_sound import RATE, WAYS

SECONDS = 9


def segmental_snr(sound: np.ndarray, error: np.ndarray) -> float:
    n = RATE // 50
    signal, noise = (np.square(x[: len(x) // n * n].reshape(-1, n)).mean(axis=1) for x in (sound, error))
    loud = signal > 1e-6
    return float(np.mean(10 * np.log10(signal[loud] / np.maximum(noise[loud], 1e-12))))


def noise_to_mask(sound: np.ndarray, error: np.ndarray) -> tuple[float, float]:
    """Total noise-to-mask ratio in dB, and the share of loud frames in which some band's error passes its mask by 3 dB."""
    size = 1024
    window = np.hanning(size)

    def powers(x: np.ndarray) -> np.ndarray:
        return np.square(
            np.abs(np.fft.rfft(np.lib.stride_tricks.sliding_window_view(x, size)[:: size // 2] * window, axis=1))
        )

    hertz = np.fft.rfftfreq(size, 1 / RATE)
    bark = (7 * np.arcsinh(hertz / 650) * 2).astype(int)  # half critical bands
    bands = np.eye(bark.max() + 1)[bark]
    signal, noise = powers(sound) @ bands, powers(error) @ bands
    distance = (np.arange(bands.shape[1])[None] - np.arange(bands.shape[1])[:, None]) / 2
    spread = 10 ** (-np.where(distance > 0, 10 * distance, -27 * distance) / 10)
    offset = np.where(np.arange(bands.shape[1]) / 2 < 12, 3.0, 0.25 * np.arange(bands.shape[1]) / 2)
    mask = (signal @ spread) / spread.sum(axis=0) * 10 ** (-offset / 10) + 1e-7
    loud = signal.sum(axis=1) > 1e-4 * signal.sum(axis=1).max()
    ratio = noise[loud] / mask[loud]
    return float(10 * np.log10(ratio.mean())), float((ratio.max(axis=1) > 2).mean())


def main() -> None:
    rng = np.random.default_rng(0)
    pieces: list[np.ndarray] = []
    for path in sorted(Path(sys.argv[1]).glob("*.*")):
        sound = load_sound(path)
        mono = at_rate(sound.samples.mean(axis=1), sound.rate_hz, RATE)
        pieces += [mono[at : at + SECONDS * RATE] for at in range(0, len(mono) - SECONDS * RATE + 1, SECONDS * RATE)][
            :6
        ]
    survived: dict[str, list[bool]] = {way: [] for way in WAYS}
    lengths: dict[str, list[bool]] = {f"a sound of {seconds:g} s": [] for seconds in (1.5, 2, 3, 4, 6)}
    segmental, masked, passing, false = [], [], [], 0
    for number, piece in enumerate(pieces):
        payload = int(rng.integers(1 << 32))
        made = embed(piece, RATE, payload)
        for way, change in WAYS.items():
            found = read(*change(made))
            survived[way].append(found is not None and found.payload == payload)
        for name, heard in lengths.items():
            short = piece[: round(float(name.split()[3]) * RATE)]
            found = read(embed(short, RATE, payload), RATE)
            heard.append(found is not None and found.payload == payload)
        segmental.append(segmental_snr(piece, made - piece))
        ratio, share = noise_to_mask(piece, made - piece)
        masked.append(ratio)
        passing.append(share)
        false += sum(read(piece[at : at + 5 * RATE], RATE) is not None for at in range(0, 4 * RATE, RATE))
        print(f"{number + 1} of {len(pieces)}", flush=True)
    result = {
        "pieces": len(pieces),
        "read back": {way: f"{sum(all_)} of {len(all_)}" for way, all_ in {**survived, **lengths}.items()},
        "segmental SNR dB, mean and worst": [round(float(np.mean(segmental)), 1), round(min(segmental), 1)],
        "noise-to-mask dB, mean and worst": [round(float(np.mean(masked)), 1), round(max(masked), 1)],
        "frames with a band 3 dB over its mask, mean and worst": [
            round(float(np.mean(passing)), 3),
            round(max(passing), 3),
        ],
        "read where there is none": f"{false} of {4 * len(pieces)}",
    }
    results.tell("mark-sound", result)


if __name__ == "__main__":
    main()

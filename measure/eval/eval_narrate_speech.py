"""How speech changes and what is understood of it: `python -m measure.eval.eval_narrate_speech [emphasis styles own draft cleaning]`.

`emphasis`: the stressed word of five sentences against the same word without stress: pitch (autocorrelation, median of 40 ms frames), loudness, length.
`styles`: two sentences in each way of speaking: pitch, its spread, length, and word errors by the studio's own recogniser.
`own`: word errors of that recogniser on thirty English sentences by two voices. `draft`: the quick voice on the same, and its processor seconds beside Kokoro's.
`cleaning`: word errors in noise with and without DeepFilterNet. Results go to bench/narrate-speech.json and into docs/notes/narrate.md.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from measure import pages, results
from measure.eval.eval_narrate import SENTENCES, errors, normalised, on_one_thread
from pipelines.core.models import load
from pipelines.media import Sound
from pipelines.narrate.parts import cleaning, recognition, script

KEPT = "narrate-speech"  # in bench/
STRESSED = (
    "I never said that *she* stole the money.",
    "The *old* lighthouse keeper poured himself a cup of tea.",
    "Please close the window *before* the storm.",
    "Our train leaves from platform *seven* tonight.",
    "Nobody *knew* who had written the song.",
)
PLAIN = "The old lighthouse keeper poured himself a cup of tea. Nobody knew who had written the song."
NOISE_DB = (10, 5, 0)


def spoken(text: str, **settings: Any) -> tuple[Sound, list[dict[str, Any]], float]:
    """A text by Narrate on one thread: the sound, its sentences with their words, processor seconds."""
    from pipelines.narrate.speak import speak

    on_one_thread()
    began = time.process_time()
    made = speak(text=text, variation=0.0, seed=1, **settings)
    return made.main, json.loads(made.files["words.json"])["sentences"], time.process_time() - began


def pitches_hz(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    """The pitch of each voiced frame of 40 ms, by autocorrelation between 60 and 400 Hz."""
    size, found = round(0.04 * rate_hz), []
    for at in range(0, len(samples) - size, size // 4):
        frame = samples[at : at + size] * np.hanning(size)
        alike = np.fft.irfft(np.abs(np.fft.rfft(frame, 4 * size)) ** 2)[: rate_hz // 60]
        lag = rate_hz // 400 + int(np.argmax(alike[rate_hz // 400 :]))
        if alike[0] > 1e-6 and alike[lag] > 0.5 * alike[0]:
            found.append(rate_hz / lag)
    return np.array(found)


def emphasis() -> list[dict[str, Any]]:
    """Each stressed word against itself without stress."""
    rows = []
    for sentence in STRESSED:
        word = sentence.split("*")[1]
        sides = []
        for text in (sentence, sentence.replace("*", "")):
            sound, [line], _ = spoken(text)
            told = next(one for one in line["words"] if one["text"].strip(".,") == word)
            samples = sound.samples[:, 0]
            cut = samples[round(told["start"] * sound.rate_hz) : round(told["end"] * sound.rate_hz)]
            level = 10 * np.log10(np.square(cut).mean() / np.square(samples).mean())
            sides.append((float(np.median(pitches_hz(cut, sound.rate_hz))), float(level), len(cut) / sound.rate_hz))
        (pitch, level, length), (pitch_before, level_before, length_before) = sides
        rows.append(
            {
                "sentence": sentence,
                "pitch": pitch / pitch_before,
                "decibels": level - level_before,
                "length": length / length_before,
            }
        )
        print(rows[-1], flush=True)
    return rows


def word_errors(model: Any, sound: Sound, text: str) -> tuple[int, int, float]:
    """Wrong words, words, and the recogniser's processor seconds."""
    began = time.process_time()
    told = recognition.recognised(model, recognition.at_16_khz(sound), "en", lambda seconds: None)
    reference = normalised(text)
    wrong = errors(reference, normalised(" ".join(line.text for line in told.sentences)))
    return wrong, len(reference), time.process_time() - began


def styles() -> dict[str, Any]:
    """Two sentences in each way of speaking."""
    rows = {}
    with load(recognition.WHISPER) as model:
        for name in ("", *script.styles()):
            sound, _, _ = spoken(PLAIN, feeling=name)
            heard = pitches_hz(sound.samples[:, 0], sound.rate_hz)
            wrong, words, _ = word_errors(model, sound, PLAIN)
            rows[name or "as the voice speaks"] = {
                "hertz": float(np.median(heard)) if len(heard) else 0.0,
                "spread": float(np.std(12 * np.log2(heard))) if len(heard) else 0.0,
                "voiced": len(heard),
                "seconds": sound.seconds,
                "errors": wrong,
                "words": words,
            }
            print(name, rows[name or "as the voice speaks"], flush=True)
    return rows


def thirty(**settings: Any) -> dict[str, Any]:
    """The thirty sentences: word errors, seconds, processor seconds of speaking and of listening."""
    text = " ".join(SENTENCES)
    sound, _, used = spoken("\n\n".join(SENTENCES), **settings)
    with load(recognition.WHISPER) as model:
        wrong, words, listening = word_errors(model, sound, text)
    found = {"errors": wrong, "words": words, "seconds": sound.seconds, "speaking": used, "listening": listening}
    print(settings, found, flush=True)
    return found


def own() -> dict[str, Any]:
    """The studio's recogniser on the studio's voices."""
    return {voice: thirty(voice=voice) for voice in ("af_heart", "bm_george")}


def draft() -> dict[str, Any]:
    """The quick voice on the same sentences."""
    return thirty(engine="draft")


def cleaned() -> dict[str, Any]:
    """Word errors on the quick voice in white noise, as it is and after cleaning."""
    text = " ".join(SENTENCES[:15])
    sound, _, _ = spoken("\n\n".join(SENTENCES[:15]), engine="draft", rate="48000")
    speech = np.asarray(sound.samples)
    noise = np.random.default_rng(0).standard_normal(speech.shape).astype(np.float32)
    rows = {}
    with load(recognition.WHISPER) as model, load(cleaning.DENOISER) as networks:
        for decibels in NOISE_DB:
            noisy = Sound(speech + noise * np.sqrt(np.square(speech).mean() / 10 ** (decibels / 10)), sound.rate_hz)
            better = cleaning.cleaned(networks, noisy, lambda seconds: None)
            sides = [word_errors(model, one, text) for one in (noisy, better)]
            rows[f"{decibels} dB"] = {"noisy": sides[0][0], "cleaned": sides[1][0], "words": sides[0][1]}
            print(decibels, rows[f"{decibels} dB"], flush=True)
    return rows


def tables(found: dict[str, Any]) -> dict[str, str]:
    """What was measured as tables for the page."""
    made = {}
    if "styles" in found:
        rows = [
            (
                name,
                f"{one['hertz']:.0f}",
                f"{one['spread']:.1f}",
                str(one["voiced"]),
                f"{one['seconds']:.1f}",
                f"{one['errors']} of {one['words']}",
            )
            for name, one in found["styles"].items()
        ]
        made["styles"] = pages.table(
            ("Spoken", "Pitch, Hz", "Spread, semitones", "Voiced frames", "Seconds", "Word errors"), rows
        )
    if "emphasis" in found:
        rows = [
            (
                one["sentence"].replace("*", "“", 1).replace("*", "”", 1),
                f"{one['pitch']:.2f}",
                f"{one['decibels']:.1f}",
                f"{one['length']:.2f}",
            )
            for one in found["emphasis"]
        ]
        made["emphasis"] = pages.table(
            ("The stressed word in quotation marks", "Pitch, times", "Louder by, dB", "Length, times"), rows
        )
    return made


def main(asked: Sequence[str]) -> int:
    """Measure the parts that are asked for, else all, and write the page."""
    parts = {"emphasis": emphasis, "styles": styles, "own": own, "draft": draft, "cleaning": cleaned}
    results.in_parts(KEPT, parts, asked)
    found = results.kept(KEPT)
    if rows := found.get("emphasis"):
        print({key: round(float(np.mean([row[key] for row in rows])), 2) for key in ("pitch", "decibels", "length")})
    pages.into(results.DOCS / "notes" / "narrate.md", tables(found))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

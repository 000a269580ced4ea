"""Are the voices of other languages understood? `python -m measure.eval.eval_narrate_languages [VOICE …]`; writes its table to docs/notes/narrate.md.

Each voice speaks the fifteen sentences of its language in measure/data/narrate_sentences.json, written for this; Whisper base (the studio's own
recogniser) writes down what it hears. Words are counted, in Mandarin and Japanese signs, after numbers are written out and marks and case are dropped;
Japanese is compared by its reading in kana, because one word may be written in several ways. What was measured is kept in bench/narrate-languages.json.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

from measure import pages, results
from measure.eval.eval_narrate import BAR, TOGETHER, errors, on_one_thread
from pipelines.audio.voices import LANGUAGES, described
from pipelines.core.models import load
from pipelines.media import Sound
from pipelines.narrate.parts import recognition
from pipelines.narrate.parts.numerals import in_words
from pipelines.narrate.parts.spelling import described as language_of
from pipelines.narrate.parts.tongues import tongue

SENTENCES = Path(__file__).resolve().parents[1] / "data" / "narrate_sentences.json"
KEPT = "narrate-languages"  # in bench/
SIGNS = ("zh", "ja")  # languages that are counted in signs


def heard(model: Any, samples: np.ndarray, rate_hz: int, language: str) -> str:
    """What the recogniser writes down. samples [n] float32."""
    at_16k = recognition.at_16_khz(Sound(samples.reshape(-1, 1), rate_hz))
    prompt = "以下是普通话的句子。" if language == "zh" else None  # simplified characters, as the sentences have them
    segments, _ = model.transcribe(
        at_16k,
        language=language,
        beam_size=5,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
        initial_prompt=prompt,
    )
    return " ".join(segment.text.strip() for segment in segments)


def counted(text: str, language: str) -> list[str]:
    """Words, or in Mandarin and Japanese signs, without marks and case, numbers written out."""
    data = language_of(language)
    text = unicodedata.normalize("NFKC", text)
    if language in SIGNS:
        if data.get("digit_by_digit"):
            text = re.sub(r"\d{4}(?=年)", lambda year: "".join(in_words(digit, data) for digit in year[0]), text)
        text = re.sub(r"\d+", lambda number: in_words(number[0], data), text)
        if language == "ja":
            with tongue("ja") as japanese:
                text = "".join(word for token in japanese.tokens(text) for word in token.says)
        return [sign for sign in text if sign.isalnum()]
    text = re.sub(r"\d+", lambda number: f" {in_words(number[0], data)} ", text.lower())
    return re.findall(r"[^\W_]+", text.replace("œ", "oe"))


def spoken(sentences: list[str], voice: str) -> tuple[Sound, list[dict[str, Any]]]:
    """The sentences by a voice on one thread, and where each of them is."""
    from pipelines.narrate.speak import speak

    on_one_thread()
    made = speak(text="\n\n".join(sentences), voice=voice, pause=0.4, variation=0.0)
    return made.main, json.loads(made.files["words.json"])["sentences"]


def measure(model: Any, voice: str) -> dict[str, Any]:
    """One voice on the sentences of its language: errors, how many words or signs, what was misheard, processor seconds."""
    language = LANGUAGES[voice[0]]
    sentences, began = json.loads(SENTENCES.read_text("utf-8"))[language], time.process_time()
    sound, lines = spoken(sentences, voice)
    speaking, wrong, total, misheard = time.process_time() - began, 0, 0, []
    for first in range(0, len(lines), TOGETHER):
        last = min(first + TOGETHER, len(lines)) - 1
        a, b = (round(seconds * sound.rate_hz) for seconds in (lines[first]["start"], lines[last]["end"]))
        silence = np.zeros(sound.rate_hz // 4, np.float32)
        text = heard(model, np.concatenate([silence, sound.samples[a:b, 0], silence]), sound.rate_hz, language)
        written = " ".join(sentences[first : last + 1])
        reference = counted(written, language)
        count = errors(reference, counted(text, language))
        wrong, total = wrong + count, total + len(reference)
        if count:
            misheard.append([written, text])
    return {
        "errors": wrong,
        "words": total,
        "rate": wrong / total,
        "misheard": misheard,
        "seconds": round(sound.seconds, 1),
        "processor_seconds_speaking": round(speaking, 1),
    }


def table(kept: dict[str, Any]) -> str:
    """The measured voices as a table: those that are offered, then those that were not understood well enough."""
    rows = []
    for voice, one in sorted(kept.items(), key=lambda item: (item[1]["rate"] >= BAR, item[0])):
        about = described().get(voice)
        name = f"{about['name']}, {about['gender']}" if about else f"{voice} (not offered)"
        unit = "signs" if LANGUAGES[voice[0]] in SIGNS else "words"
        rate = f"{100 * one['rate']:.1f} % ({one['errors']} of {one['words']} {unit})"
        rows.append((str(language_of(LANGUAGES[voice[0]])["name"]), name, rate))
    return pages.table(("Language", "Voice", "Errors"), rows)


def main() -> int:
    """Measure the voices named (or all that are not measured yet), print and write the table; 1 if an offered one is above the bar."""
    kept = results.kept(KEPT)
    voices = sys.argv[1:]
    with load(recognition.WHISPER) as model:
        for voice in voices or [v for v in described() if LANGUAGES[v[0]][:2] != "en" and v not in kept]:
            kept[voice] = measure(model, voice)
            print(f"{voice}: {100 * kept[voice]['rate']:.1f} %", *kept[voice]["misheard"], sep="\n   ", flush=True)
            results.keep(KEPT, kept)
    print(made := table(kept))
    pages.into(results.DOCS / "notes" / "narrate.md", {"languages": made})
    return int(any(one["rate"] >= BAR for voice, one in kept.items() if voice in described()))


if __name__ == "__main__":
    raise SystemExit(main())

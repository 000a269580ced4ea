"""Does `transcribe` understand people? `python -m measure.eval.eval_narrate_recordings [en es fr it]`; writes its table to docs/notes/narrate.md.

The recordings are prompts for telephones that Debian packages carry (asterisk-core-sounds, CC-BY-SA-3.0; people at 8 kHz). Their file names say what is
said: the days of the week, the months, and the numbers from one to twenty. They are put together in that order with short silences; the language is told.
Words are counted after numbers are written out. Nothing of the packages is kept. Results go to bench/narrate-recordings.json.
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from babel import Locale

from measure import pages, results
from measure.eval.eval_narrate import errors
from measure.eval.eval_narrate_languages import counted
from pipelines.core.models import load
from pipelines.media import Sound
from pipelines.narrate.parts import recognition
from training import packages

KEPT = "narrate-recordings"  # in bench/
SPOKEN = {"en": "Allison, American", "es": "Allison, Mexican", "fr": "June, Canadian", "it": "Carlo, Italian"}
PACKAGE = "debian:asterisk-core-sounds-{0}-wav==1.6.1-1"
NAMES = (*(f"day-{n}" for n in range(7)), *(f"mon-{n}" for n in range(12)), *(str(n) for n in range(1, 21)))


def said(language: str) -> str:
    """What the recordings say, by the names of their files."""
    known = Locale(language)
    days, months = known.days["stand-alone"]["wide"], known.months["stand-alone"]["wide"]
    return " ".join(
        [*(days[(n - 1) % 7] for n in range(7)), *(months[n] for n in range(1, 13)), *map(str, range(1, 21))]
    )


def recording(language: str, folder: Path) -> Sound:
    """All of them after one another."""
    wanted, found = {f"digits/{name}.wav": name for name in NAMES}, dict[str, np.ndarray]()
    rate = 8000
    for path, read in packages.members(PACKAGE.format(language), folder):
        name = wanted.get("/".join(path.split("/")[-2:]))
        if name:
            with wave.open(io.BytesIO(read())) as opened:
                rate = opened.getframerate()
                found[name] = np.frombuffer(opened.readframes(opened.getnframes()), "<i2") / np.float32(32768)
    silence = np.zeros(rate // 5, np.float32)
    return Sound(np.concatenate([part for name in NAMES for part in (found[name], silence)]).reshape(-1, 1), rate)


def words(text: str, language: str) -> list[str]:
    """Words with numbers written out; the sign between tens and ones is a space in every language."""
    if language == "en":
        from measure.eval.eval_narrate import normalised

        return normalised(text)
    return counted(text, language)


def measure(model: Any, language: str, folder: Path) -> dict[str, Any]:
    """Word errors on one package."""
    sound, began = recording(language, folder), time.process_time()
    heard = recognition.recognised(model, recognition.at_16_khz(sound), language, lambda seconds: None)
    text = " ".join(line.text for line in heard.sentences)
    reference = words(said(language), language)
    row = {
        "errors": errors(reference, words(text, language)),
        "words": len(reference),
        "seconds": round(sound.seconds, 1),
        "processor_seconds": round(time.process_time() - began, 1),
        "heard": text,
    }
    print(language, row, flush=True)
    return row


def main(asked: Sequence[str]) -> int:
    """Measure the languages named, else all, and write the table."""
    kept = results.kept(KEPT)
    with load(recognition.WHISPER) as model, tempfile.TemporaryDirectory() as folder:
        for language in asked or SPOKEN:
            kept[language] = measure(model, language, Path(folder))
            results.keep(KEPT, kept)
    rows = [
        (
            PACKAGE.format(language).partition(":")[2],
            SPOKEN[language],
            f"{one['seconds']:.0f}",
            f"{100 * one['errors'] / one['words']:.1f} % ({one['errors']} of {one['words']})",
        )
        for language, one in kept.items()
    ]
    made = pages.table(("Debian package", "Voice", "Seconds", "Word errors"), rows)
    pages.into(results.DOCS / "notes" / "narrate.md", {"recordings": made})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

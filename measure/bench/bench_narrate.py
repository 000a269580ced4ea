"""Speech against bare onnxruntime on the same tokens: `python -m measure.bench.bench_narrate`; writes bench/narrate.json.

Both run on one thread and are measured in processor seconds of this process, so what else runs on the machine hardly counts. Ours
includes the text front end, cutting, loudness, subtitles and the picture. `… bench_narrate long` speaks 10,000 words with noise of the right
length in place of the network (an hour of speech takes the real one most of an hour), stops it in the middle, goes on, and
marks and writes the sound: how much memory that takes, and how much was done twice.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import numpy as np

from measure import results
from measure.eval.eval_narrate import SENTENCES, on_one_thread
from measure.timing import spent
from pipelines import media
from pipelines.core.models import load, where
from pipelines.core.progress import Cancelled, Progress, working_in
from pipelines.narrate import speak
from pipelines.narrate.parts import kokoro
from pipelines.watermark import sound as mark_sound

BAR = 1.10


def anonymous_mb() -> float:
    """Memory of this process that is not a file."""
    said = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("RssAnon"))) / 1000


class Peak:
    """The most memory while a block runs, looked at fifty times a second."""

    def __enter__(self) -> Peak:
        self.mb, self.over = 0.0, threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)
        self.thread.start()
        return self

    def look(self) -> None:
        while not self.over.wait(0.02):
            self.mb = max(self.mb, anonymous_mb())

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def long_text(words: int, seed: int = 0) -> str:
    """Sentences that differ, of the words of the evaluation's."""
    rng, pool = random.Random(seed), " ".join(SENTENCES).replace(",", "").replace(".", "").replace("?", "").split()
    lines, count = [], 0
    while count < words:
        length = rng.randint(8, 16)
        lines.append(" ".join(rng.choices(pool, k=length)).capitalize() + ".")
        count += length
    return "\n\n".join(" ".join(lines[at : at + 6]) for at in range(0, len(lines), 6))


def noise_for(session: Any, phonemes: str, style: Any, speeds: list[float], waiting: Any) -> kokoro.Spoken:
    """What the network would give, as far as memory and time are concerned: 70 ms a phoneme."""
    waiting()
    noise_for.calls += 1  # type: ignore[attr-defined]
    frames = np.full(len(phonemes) + 2, 3, np.int64)
    rng = np.random.default_rng(len(phonemes))
    return kokoro.Spoken(0.1 * rng.standard_normal(int(frames.sum()) * kokoro.FRAME).astype(np.float32), frames)


def long(words: int = 10_000) -> int:
    kokoro.utter, noise_for.calls = noise_for, 0  # type: ignore[assignment,attr-defined]
    text, half = long_text(words), [0]

    def stop_in_the_middle(progress: Progress) -> None:
        half[0] = noise_for.calls  # type: ignore[attr-defined]
        if progress.fraction > 0.5:
            raise Cancelled

    speak.speak(text=SENTENCES[0])
    with tempfile.TemporaryDirectory() as folder, working_in(Path(folder)):
        before = anonymous_mb()
        with Peak() as short:
            speak.speak(text=long_text(words // 10, seed=1))
        noise_for.calls = 0  # type: ignore[attr-defined]
        with Peak() as speaking:
            try:
                speak.speak(text=text, report=stop_in_the_middle)
            except Cancelled:
                made = speak.speak(text=text)
        sentences = len(json.loads(made.files["words.json"])["sentences"])
        with Peak() as writing:
            marked = media.Sound(mark_sound.embed(made.main.samples, made.main.rate_hz, 7), made.main.rate_hz)
            media.save_sound(marked, Path(folder) / "out.wav")
    result = {
        "words": len(text.split()),
        "minutes of speech": round(made.main.seconds / 60, 1),
        "sentences; spoken before it was stopped; spoken in all": [sentences, half[0], noise_for.calls],  # type: ignore[attr-defined]
        "megabytes before": round(before),
        "most megabytes, a tenth of the text": round(short.mb),
        "most megabytes, speaking": round(speaking.mb),
        "most megabytes, marking and writing": round(writing.mb),
        "the sound itself, megabytes": round(made.main.samples.nbytes / 1e6),
    }
    results.tell("narrate-long", result)
    return 0


def main() -> int:
    if sys.argv[1:] == ["long"]:
        return long()
    text = " ".join(SENTENCES[:4])
    one_thread = on_one_thread()
    calls: list[tuple[str, np.ndarray, list[float]]] = []
    spoken = kokoro.utter

    def noted(session, phonemes, style, speeds, waiting):
        calls.append((phonemes, style, list(speeds)))
        return spoken(session, phonemes, style, speeds, waiting)

    kokoro.utter = noted
    speak.speak(text=SENTENCES[0])  # dictionaries and network are loaded
    calls.clear()
    with spent() as took:
        made = speak.speak(text=text)
    ours = took.processor
    assert where(one_thread) is not None
    with load(one_thread) as session, spent() as plain:
        for phonemes, style, speeds in calls:
            tokens = np.array([[0, *(kokoro.SYMBOLS[sign] for sign in phonemes), 0]], np.int64)
            speed = np.full(tokens.shape[1], speeds[0], np.float32)
            session.run(["audio"], {"tokens": tokens, "style": style.reshape(1, 256), "speed": speed})
    bare = plain.processor
    result = {
        "seconds of speech": round(made.main.seconds, 1),
        "ours, processor seconds per second": round(ours / made.main.seconds, 3),
        "bare, processor seconds per second": round(bare / made.main.seconds, 3),
        "ratio": round(ours / bare, 3),
        "bar": BAR,
    }
    results.tell("narrate", result)
    return int(ours / bare > BAR)


if __name__ == "__main__":
    raise SystemExit(main())

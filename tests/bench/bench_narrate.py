"""Speech against bare onnxruntime on the same tokens: `python -m tests.bench.bench_narrate`; writes bench/narrate.json.

Both run on one thread and are measured in processor seconds of this process, so what else runs on the machine hardly counts. Ours
includes the text front end, cutting, loudness, subtitles and the picture.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import time
from pathlib import Path

import numpy as np

from pipelines.models import load, onnx_session, where
from pipelines.narrate import kokoro, speak
from tests.eval.eval_narrate import SENTENCES

BAR = 1.10


def main() -> int:
    text = " ".join(SENTENCES[:4])
    one_thread = dataclasses.replace(kokoro.KOKORO, build=functools.partial(onnx_session, threads=1))
    speak.KOKORO = one_thread
    calls: list[tuple[str, np.ndarray, list[float]]] = []
    spoken = kokoro.utter

    def noted(session, phonemes, style, speeds, waiting):
        calls.append((phonemes, style, list(speeds)))
        return spoken(session, phonemes, style, speeds, waiting)

    kokoro.utter = noted
    speak.speak(text=SENTENCES[0])  # dictionaries and network are loaded
    calls.clear()
    began = time.process_time()
    made = speak.speak(text=text)
    ours = time.process_time() - began
    assert where(one_thread) is not None
    with load(one_thread) as session:
        began = time.process_time()
        for phonemes, style, speeds in calls:
            tokens = np.array([[0, *(kokoro.SYMBOLS[sign] for sign in phonemes), 0]], np.int64)
            speed = np.full(tokens.shape[1], speeds[0], np.float32)
            session.run(["audio"], {"tokens": tokens, "style": style.reshape(1, 256), "speed": speed})
        bare = time.process_time() - began
    result = {
        "seconds of speech": round(made.main.seconds, 1),
        "ours, processor seconds per second": round(ours / made.main.seconds, 3),
        "bare, processor seconds per second": round(bare / made.main.seconds, 3),
        "ratio": round(ours / bare, 3),
        "bar": BAR,
    }
    print(json.dumps(result, indent=1))
    Path("bench").mkdir(exist_ok=True)
    Path("bench/narrate.json").write_text(json.dumps(result, indent=1))
    return int(ours / bare > BAR)


if __name__ == "__main__":
    raise SystemExit(main())

"""Are speakers told apart? `python -m measure.eval.eval_narrate_speakers [dev]`; writes its table to docs/notes/narrate.md.

Ten recordings are put together from sentences by the studio's own voices: two voices that take turns (eight of other and of the same gender), and one voice
alone (two). The studio's recogniser finds the sentences, then `transcribe` tells the speakers apart, without being told how many there are. The diarisation
error is the share of spoken time that has another speaker than the truth, or none, under the best pairing of names. `dev` measures six other voices, on
which the bar of likeness was set. Results are kept in bench/narrate-speakers.json.
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Sequence

import numpy as np

from measure import pages, results
from measure.eval.eval_narrate import SENTENCES, on_one_thread
from pipelines.audio.voices import described
from pipelines.core.models import load
from pipelines.media import Sound
from pipelines.narrate.parts import recognition
from pipelines.narrate.parts.speakers import ENCODER, embedded
from pipelines.narrate.transcribe import transcribe

KEPT = "narrate-speakers"  # in bench/
DEV = ("af_heart", "af_bella", "am_michael", "am_fenrir", "bf_emma", "bm_george")
TEST = ("af_nicole", "af_sarah", "af_aoede", "am_puck", "bf_isabella", "bm_fable", "bm_lewis")
PAIRS = (
    ("af_sarah", "am_puck"),
    ("af_nicole", "bm_lewis"),
    ("bf_isabella", "bm_fable"),
    ("af_aoede", "bm_lewis"),
    ("af_sarah", "bm_fable"),
    ("af_sarah", "bf_isabella"),
    ("am_puck", "bm_lewis"),
    ("af_nicole", "af_aoede"),
    ("af_aoede",),
    ("bm_fable",),
)
TURNS = 6
FRAMES_A_SECOND = 100


def takes_of(voice: str) -> list[np.ndarray]:
    """Four sentences by a voice, each as samples at 24 kHz."""
    from pipelines.narrate.speak import speak

    on_one_thread()
    first = 4 * sorted(described()).index(voice) % (len(SENTENCES) - 4)
    made = speak(text="\n\n".join(SENTENCES[first : first + 4]), voice=voice, seed=1)
    lines = json.loads(made.files["words.json"])["sentences"]
    rate = made.main.rate_hz
    return [made.main.samples[round(one["start"] * rate) : round(one["end"] * rate), 0] for one in lines]


def mixed(voices: Sequence[str], takes: dict[str, list[np.ndarray]]) -> tuple[Sound, list[tuple[float, float, str]]]:
    """A recording in which the voices take turns, and who speaks when."""
    parts, told, now = [], [], 0.0
    for turn in range(TURNS):
        voice = voices[turn % len(voices)]
        samples = takes[voice][turn // len(voices) % len(takes[voice])]
        told.append((now, now + len(samples) / 24_000, voice))
        silence = np.zeros(12_000, np.float32)
        parts += [samples, silence]
        now += (len(samples) + len(silence)) / 24_000
    return Sound(np.concatenate(parts).reshape(-1, 1), 24_000), told


def error(told: Sequence[tuple[float, float, str]], heard: Sequence[tuple[float, float, str]]) -> float:
    """The share of spoken time with another speaker than the truth, or none."""
    count = round(told[-1][1] * FRAMES_A_SECOND) + 1
    sides = []
    for lines in (told, heard):
        names = {name: number for number, name in enumerate(dict.fromkeys(who for *_, who in lines), 1)}
        frames = np.zeros(count, int)
        for start, end, who in lines:
            frames[round(start * FRAMES_A_SECOND) : round(end * FRAMES_A_SECOND)] = names[who]
        sides.append((frames, len(names)))
    (truth, many), (found, others) = sides
    best = max(
        sum(np.sum((truth == number) & (found == other)) for number, other in enumerate(order[:many], 1))
        for order in itertools.permutations(range(1, max(many, others) + 1))
    )
    return float(1 - best / np.sum(truth > 0))


def likeness() -> dict[str, float]:
    """Of the six other voices: how alike halves of one are, and different ones at most."""
    takes = {voice: takes_of(voice) for voice in DEV}
    with load(ENCODER) as net:
        sound = {
            (voice, half): embedded(
                net, recognition.at_16_khz(Sound(np.concatenate(own[2 * half : 2 * half + 2]).reshape(-1, 1), 24_000))
            )
            for voice, own in takes.items()
            for half in (0, 1)
        }
        single = {
            (voice, at): embedded(net, recognition.at_16_khz(Sound(one.reshape(-1, 1), 24_000)))
            for voice, own in takes.items()
            for at, one in enumerate(own)
        }
    same = [float(sound[voice, 0] @ sound[voice, 1]) for voice in DEV]
    other = [
        float(sound[a, i] @ sound[b, j]) for a, b in itertools.combinations(DEV, 2) for i in (0, 1) for j in (0, 1)
    ]
    alone = [float(single[v, i] @ single[v, j]) for v in DEV for i, j in itertools.combinations(range(4), 2)]
    apart = [
        float(single[a, i] @ single[b, j])
        for a, b in itertools.combinations(DEV, 2)
        for i in range(4)
        for j in range(4)
    ]
    quantiles = {
        f"{name} {q}": round(float(np.quantile(values, q)), 3)
        for name, values in (
            ("halves of one", same),
            ("halves of two", other),
            ("sentences of one", alone),
            ("sentences of two", apart),
        )
        for q in (0, 0.05, 0.5, 0.95, 1)
    }
    print(quantiles, flush=True)
    return quantiles


def measure() -> list[dict[str, object]]:
    """The ten recordings."""
    takes = {voice: takes_of(voice) for voice in TEST}
    rows: list[dict[str, object]] = []
    for voices in PAIRS:
        sound, truth = mixed(voices, takes)
        made = transcribe(sound, language="en", speakers="auto")
        lines = json.loads(made.files["words.json"])["sentences"]
        heard = [(one["start"], one["end"], one["speaker"]) for one in lines]
        row: dict[str, object] = {
            "voices": [described()[voice]["name"] for voice in voices],
            "found": len({who for *_, who in heard}),
        }
        rows.append(row | {"error": round(error(truth, heard), 4), "seconds": round(sound.seconds, 1)})
        print(rows[-1], flush=True)
    return rows


def table(rows: Sequence[dict[str, object]]) -> str:
    """The recordings as a table."""
    shown = [(" and ".join(row["voices"]), str(row["found"]), f"{100 * row['error']:.1f} %") for row in rows]  # type: ignore[arg-type,operator]
    return pages.table(("Voices", "Speakers found", "Time with another speaker, or none"), shown)


def main(asked: Sequence[str]) -> int:
    """Measure, print and write the table."""
    kept = results.kept(KEPT)
    if asked == ["dev"]:
        kept["dev"] = likeness()
    else:
        kept["test"] = measure()
    results.keep(KEPT, kept)
    if "test" in kept:
        pages.into(results.DOCS / "notes" / "narrate.md", {"speakers": table(kept["test"])})
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

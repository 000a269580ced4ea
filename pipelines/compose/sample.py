"""Sound straight from a large model of a hub, with the same controls as a song."""

from __future__ import annotations

from math import gcd
from typing import Annotated

import numpy as np

from pipelines.audio import mix
from pipelines.compose.parts import hub_music as hub
from pipelines.compose.parts import moods, pieces
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Seed, Text
from pipelines.media import Accompanied, Sound

MUSICGEN, STABLE_AUDIO = hub.MUSICGEN, hub.STABLE_AUDIO
MODELS = {"musicgen": "MusicGen small (not for commercial use)", "stable-audio": "Stable Audio Open"}


@pipeline(optional=(MUSICGEN, STABLE_AUDIO), hub=True, gpu=lambda settings: 8.0)
def sample(
    *,
    text: Annotated[
        str, Text(label="What for", placeholder="Gentle piano over rain", max_characters=400, receives=True)
    ] = "",
    model: Annotated[str, Choice(MODELS, label="Model")] = "musicgen",
    mood: Annotated[str, Choice(moods.MOODS, label="Mood")] = "calm",
    ensemble: Annotated[str, Choice(ENSEMBLES, label="Instruments")] = "auto",
    seconds: Annotated[float, Range(1, 47, 0.5, label="Seconds", help="MusicGen: up to 30.", scales_time=True)] = 10.0,
    tempo: Annotated[float, Range(0, 220, 1, label="Beats a minute", help="0 leaves the tempo open.", more=True)] = 0,
    key: Annotated[str, Choice(moods.KEYS, label="Key", more=True)] = "auto",
    metre: Annotated[str, Choice(moods.METRES, label="Metre", more=True)] = "auto",
    guidance: Annotated[float, Range(1, 10, 0.1, label="Guidance", more=True)] = 3.0,
    steps: Annotated[int, Range(2, 200, 1, label="Steps", help="Only for Stable Audio.", more=True)] = 60,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Sound for a description, by MusicGen (Copet et al. 2023) or Stable Audio Open (Evans et al. 2024).

    The controls become words of the prompt. Cut to the sample at 48 kHz, -16 LUFS, true peak at most -1 dBTP. Beside it: codes.png and
    codes.json, EnCodec's codes by codebook and frame, or the latents in 256 levels. Raises MissingModel where the model is not here.
    """
    hub.check(model, seconds)
    played = "" if ensemble == "auto" else ENSEMBLES[ensemble]
    prompt = hub.prompt_of(text, mood, played, tempo, key, metre)
    stage = part(report, 0, 0.95)
    if model == "musicgen":
        heard = hub.musicgen(prompt, seconds, seed, guidance=guidance, card=MUSICGEN, report=stage)
    else:
        heard = hub.stable_audio(prompt, seconds, seed, guidance=guidance, steps=steps, card=STABLE_AUDIO, report=stage)
    report(Progress(0.96, 1, "Mixing"))
    size = int(max(256, heard.codes.max(initial=0) + 1))
    shown = hub.picture(heard.codes, size)
    files = {"codes.png": pieces.png(shown), "codes.json": hub.codes_json(heard.codes)}
    return Accompanied(Sound(_finished(heard, seconds), mix.RATE_HZ), files, shown)


def _finished(heard: hub.Heard, seconds: float) -> np.ndarray:
    """Stereo at 48 kHz of exactly the seconds, at the studio's loudness, faded at its very ends."""
    from scipy.signal import resample_poly

    common = gcd(mix.RATE_HZ, heard.rate_hz)
    samples = resample_poly(heard.samples, mix.RATE_HZ // common, heard.rate_hz // common, axis=0)
    count = round(seconds * mix.RATE_HZ)
    out = np.zeros((count, 2), np.float32)
    kept = samples[:count]
    out[: len(kept)] = kept if kept.shape[1] == 2 else np.repeat(kept[:, :1], 2, axis=1)
    edge = min(count // 2, 480)
    out[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)[:, None]
    out[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
    return mix.master(out)[0]

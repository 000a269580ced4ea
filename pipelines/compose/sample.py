"""Sound straight from a large model of a hub."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from pipelines.audio import mix
from pipelines.compose.parts import hub_music as hub
from pipelines.compose.parts import moods, pieces, writing
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Range, Refusal, Seed, Text
from pipelines.media import Accompanied, Sound, at_rate

MUSICGEN, STABLE_AUDIO, ACE_STEP = hub.MUSICGEN, hub.STABLE_AUDIO, hub.ACE_STEP
MODELS = {
    "musicgen": "MusicGen small (not for commercial use)",
    "stable-audio": "Stable Audio Open",
    "ace-step": "ACE-Step 1.5, songs with words",
}
GUIDANCE = 3.0


@pipeline(
    optional=(MUSICGEN, STABLE_AUDIO, ACE_STEP),
    hub=True,
    gpu=lambda settings: 14.0 if settings.get("model") == "ace-step" else 8.0,
)
def sample(
    *,
    text: Annotated[
        str, Text(label="What for", placeholder="Gentle piano over rain", max_characters=400, receives=True)
    ] = "",
    model: Annotated[str, Choice(MODELS, label="Model")] = "musicgen",
    mood: Annotated[str, Choice({"auto": "As the words say"} | moods.MOODS, label="Mood")] = "auto",
    seconds: Annotated[
        float, Range(1, 240, 0.5, label="Seconds", help="MusicGen: up to 30; Stable Audio: up to 47.", scales_time=True)
    ] = 10.0,
    lyrics: Annotated[
        str,
        Text(
            label="Lyrics",
            lines=4,
            max_characters=4000,
            more=True,
            help="ACE-Step sings them; [verse] and [chorus] mark parts.",
        ),
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Sound]:
    """Make music from a description by MusicGen (Copet et al. 2023), Stable Audio Open (Evans et al. 2024) or ACE-Step 1.5, which sings.

    The mood becomes words of the prompt. Cut to the sample at 48 kHz, -16 LUFS, true peak at most -1 dBTP. Beside it: codes.png and
    codes.json, EnCodec's codes by codebook and frame, or the latents in 256 levels. Raises Refusal for lyrics with another model than
    ACE-Step, MissingModel where the model is not here.
    """
    hub.check(model, seconds)
    if model != "ace-step" and lyrics.strip():
        raise Refusal("Only ACE-Step sings lyrics.")
    prompt = hub.prompt_of(text, mood)
    stage = part(report, 0, 0.95)
    if model == "musicgen":
        heard = hub.musicgen(prompt, seconds, seed, guidance=GUIDANCE, card=MUSICGEN, report=stage)
    elif model == "stable-audio":
        heard = hub.stable_audio(prompt, seconds, seed, guidance=GUIDANCE, steps=60, card=STABLE_AUDIO, report=stage)
    else:
        heard = hub.ace_step(prompt, seconds, seed, lyrics, guidance=GUIDANCE, steps=8, card=ACE_STEP, report=stage)
    report(Progress(0.96, 1, "Mixing"))
    size = int(max(256, heard.codes.max(initial=0) + 1))
    shown = hub.picture(heard.codes, size)
    files = {"codes.png": pieces.png(shown), "codes.json": writing.as_json({"codes": heard.codes.tolist()})}
    return Accompanied(Sound(_finish_sound(heard, seconds), mix.RATE_HZ), files, shown)


def _finish_sound(heard: hub.Heard, seconds: float) -> np.ndarray:
    """Stereo at 48 kHz of exactly the seconds, at the studio's loudness, faded at its very ends."""
    samples = at_rate(heard.samples, heard.rate_hz, mix.RATE_HZ)
    count = round(seconds * mix.RATE_HZ)
    out = np.zeros((count, 2), np.float32)
    kept = samples[:count]
    out[: len(kept)] = kept if kept.shape[1] == 2 else np.repeat(kept[:, :1], 2, axis=1)
    edge = min(count // 2, 480)
    out[:edge] *= np.linspace(0, 1, edge, dtype=np.float32)[:, None]
    out[-edge:] *= np.linspace(1, 0, edge, dtype=np.float32)[:, None]
    return mix.master(out)[0]

"""Music from models of a hub: codes of a neural codec by a language model (MusicGen), or latents by diffusion (Stable Audio)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image

from pipelines.core.models import ModelCard, load
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.settings import Refusal
from pipelines.hub.table import MUSIC

PAPER, INK, ACCENT = (251, 248, 243), (30, 27, 24), (217, 98, 43)

MUSICGEN, STABLE_AUDIO, ACE_STEP = (preset.card for preset in MUSIC)
LONGEST_S = {"musicgen": 30.0, "stable-audio": 47.0, "ace-step": 240.0}
TURBO_SHIFT, BASE_SHIFT = (
    3.0,
    1.0,
)  # how far ACE-Step's noise levels lean to the noisy end: as each checkpoint was trained


@dataclass
class Heard:
    """Sound [n, channels] at its rate, and what it was decoded from: codes [codebooks, frames] or latents [channels, frames]."""

    samples: np.ndarray
    rate_hz: int
    codes: np.ndarray


def prompt_of(text: str, mood: str) -> str:
    """What is asked of the model, in words; the mood is left to them where it is "auto"."""
    if mood == "auto":
        return text.strip() or "calm music"
    return f"{text.strip() or f'{mood} music'}, {mood} mood"


def musicgen(
    prompt: str, seconds: float, seed: int, *, guidance: float, card: ModelCard = MUSICGEN, report: Report = silent
) -> Heard:
    """At least `seconds` of sound, sampled code by code. Raises MissingModel."""
    import torch
    from transformers import LogitsProcessorList

    with load(card) as (model, processor):
        rate = int(model.config.audio_encoder.sampling_rate)
        hop = int(np.prod(model.config.audio_encoder.upsampling_ratios))
        books = int(model.config.decoder.num_codebooks)
        frames = -(-round(seconds * rate) // hop)
        listener = _Listener(books, frames, int(model.config.audio_encoder.codebook_size), report)
        given = processor(text=[prompt], padding=True, return_tensors="pt").to(model.device)
        with torch.random.fork_rng(devices=[]), torch.inference_mode():
            torch.manual_seed(seed)
            sound = model.generate(
                **given,
                do_sample=True,
                guidance_scale=guidance,
                max_new_tokens=frames + books,
                logits_processor=LogitsProcessorList([listener]),
            )
    return Heard(sound[0].float().cpu().numpy().T, rate, listener.codes())


@dataclass
class _Listener:
    """Sees the codes before each step (a logits processor of transformers that changes nothing); reports let the run be stopped."""

    books: int
    frames: int
    size: int
    report: Report
    stream: np.ndarray = field(default_factory=lambda: np.zeros((0, 0), np.int64))

    def __call__(self, input_ids: Any, scores: Any) -> Any:
        self.stream = input_ids[: self.books, 1:].cpu().numpy()
        done = self.stream.shape[1]
        self.report(Progress(done, self.frames + self.books, "Writing codes", lambda: picture(self.codes(), self.size)))
        return scores

    def codes(self) -> np.ndarray:
        """[codebooks, frames]: the delay of each codebook by one step more than the one above (Copet et al. 2023, section 2.2) undone."""
        length = max(0, min(self.frames, self.stream.shape[1] - self.books + 1))
        return np.stack([self.stream[k, k : k + length] for k in range(self.books)])


def stable_audio(
    prompt: str,
    seconds: float,
    seed: int,
    *,
    guidance: float,
    steps: int,
    card: ModelCard = STABLE_AUDIO,
    report: Report = silent,
) -> Heard:
    """`seconds` of stereo sound, denoised in `steps`. Raises MissingModel."""
    import torch

    with load(card) as pipeline:
        kept: dict[str, np.ndarray] = {}

        def each(step: int, _: Any, latents: Any) -> None:
            kept["latents"] = latents[0].float().cpu().numpy()
            report(Progress(step + 1, steps, "Denoising", lambda: picture(_levels(kept["latents"]), 256)))

        sound = pipeline(
            prompt,
            audio_end_in_s=seconds,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator("cpu").manual_seed(seed),
            callback=each,
            callback_steps=1,
        ).audios[0]
        rate = int(pipeline.vae.sampling_rate)
    return Heard(sound.float().cpu().numpy().T, rate, _levels(kept["latents"]))


def ace_step(
    prompt: str,
    seconds: float,
    seed: int,
    lyrics: str,
    *,
    guidance: float,
    steps: int,
    card: ModelCard = ACE_STEP,
    report: Report = silent,
) -> Heard:
    """`seconds` of stereo sound with its lyrics sung (ACE-Step 1.5). Raises MissingModel."""
    import torch

    with load(card) as pipeline:
        kept: dict[str, np.ndarray] = {}

        def each(pipe: Any, index: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            kept["latents"] = tensors["latents"][0].float().cpu().numpy().T
            report(Progress(index + 1, steps, "Denoising", lambda: picture(_levels(kept["latents"]), 256)))
            return {}

        sound = pipeline(
            prompt=prompt,
            lyrics=lyrics,
            audio_duration=seconds,
            num_inference_steps=steps,
            guidance_scale=guidance,
            generator=torch.Generator("cpu").manual_seed(seed),
            task_type="text2music",
            shift=TURBO_SHIFT if pipeline.is_turbo else BASE_SHIFT,
            callback_on_step_end=each,
        ).audios[0]
        rate = int(pipeline.sample_rate)
    return Heard(sound.float().cpu().numpy().T, rate, _levels(kept["latents"]))


def _levels(latents: np.ndarray) -> np.ndarray:
    low, high = np.percentile(latents, (1, 99))
    return np.clip((latents - low) / max(1e-6, high - low) * 255, 0, 255).astype(np.int64)


def picture(codes: np.ndarray, size: int) -> Image.Image:
    """Codes as a picture, a row for each codebook, time to the right: from paper over accent to ink by the code's number."""
    share = (codes % size) / max(1, size - 1)
    stops = np.array([PAPER, ACCENT, INK], np.float64)
    colour = np.where(
        share[..., None] < 0.5,
        stops[0] + (stops[1] - stops[0]) * 2 * share[..., None],
        stops[1] + (stops[2] - stops[1]) * (2 * share[..., None] - 1),
    )
    rows = max(1, len(codes))
    tall = max(2, 360 // rows)
    if not codes.shape[1]:
        return Image.new("RGB", (1200, tall * rows), PAPER)
    small = Image.fromarray(colour.round().astype(np.uint8))
    return small.resize((1200, tall * rows), Image.Resampling.NEAREST)


def check(model: str, seconds: float) -> None:
    """Raises Refusal for a time that the model cannot fill."""
    if seconds > LONGEST_S[model]:
        raise Refusal(f"This model writes at most {LONGEST_S[model]:.0f} seconds.")

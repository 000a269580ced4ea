"""Masked parts of a film painted anew by a hub model (Wan VACE; Jiang et al. 2025)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image as PillowImage

from pipelines.core.progress import Progress, Report
from pipelines.core.settings import Refusal
from pipelines.hub.preset import Preset


@dataclass(frozen=True)
class Wish:
    """What a hub model is asked for: the preset, the words, a seed."""

    preset: Preset
    prompt: str
    seed: int


def repaint_frames(
    frames: Sequence[np.ndarray], masks: Sequence[np.ndarray], wish: Wish, rate_hz: float, report: Report, label: str
) -> list[np.ndarray]:
    """Frames uint8 [h,w,3] with what the masks bool [h,w] cover painted by the model; all other pixels stay. Raises Refusal, MissingModel."""
    from pipelines.core.models import load
    from pipelines.diffusion import sampling
    from pipelines.hub import asking, canvas, door

    door.check_words(wish.prompt)
    preset, own = wish.preset, (frames[0].shape[1], frames[0].shape[0])
    size = canvas.laid(PillowImage.fromarray(frames[0]), None, "", (0, 0), preset.size).size
    report(Progress(0.4, 1, f"Opening {preset.card.name}"))
    with load(preset.card) as opened, opened.lock:
        pipe = opened.model
        if type(pipe).__name__ != "WanVACEPipeline":
            raise Refusal(f"This model ({type(pipe).__name__}) fills no part of a film; choose another.")
        step = pipe.vae_scale_factor_temporal
        count = min(max(1, (len(frames) - 1) // step) * step + 1, preset.frames if preset.frames > 1 else len(frames))
        shown = [PillowImage.fromarray(frames[min(i, len(frames) - 1)]).resize(size) for i in range(count)]
        holes = [PillowImage.fromarray(masks[min(i, len(masks) - 1)]).convert("L").resize(size) for i in range(count)]
        wishes = {
            "prompt": wish.prompt,
            "video": shown,
            "mask": holes,
            "num_frames": count,
            "width": size[0],
            "height": size[1],
            "num_inference_steps": preset.steps,
            "guidance_scale": preset.guidance,
            "generator": sampling.generators(wish.seed, 1)[0],
            "output_type": "pil",
        }
        given = asking.ask(opened, pipe, wishes, size=size, report=report, label=label, frames=count)
    pictures = [one.convert("RGB") for one in given.frames[0]]
    if door.held_back(pictures):
        raise Refusal(door.HELD_BACK)
    if len(pictures) < len(frames):
        seconds = len(pictures) / rate_hz
        raise Refusal(f"This model fills at most {seconds:.1f} seconds; make the video shorter.")
    arrays = []
    for frame, hole, picture in zip(frames, masks, pictures, strict=False):
        filled = frame.copy()
        filled[hole] = np.asarray(picture.resize(own, PillowImage.Resampling.LANCZOS))[hole]
        arrays.append(filled)
    return arrays

"""Something taken out of a video: painted over in its first picture, followed, and replaced by what lies behind it, or by a model of a hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Seed, Text
from pipelines.generate.diffusion import OtherModel, StepCount
from pipelines.hub import door
from pipelines.hub.presets import INPAINT, gpu_gb, options
from pipelines.media import Video
from pipelines.media.clip import check_clip

CARDS = tuple(preset.card for preset in INPAINT)
OWN = ""
MOST_PIXELS = 120_000_000  # of all frames, which are held in memory: 10 s of 24 frames at 800 x 600


def models() -> dict[str, str]:
    return {OWN: "The studio's own: what other frames show behind it", **options(INPAINT)}


def _gpu(settings: Any) -> float:
    return 0.0 if settings.get("model", OWN) == OWN else gpu_gb(INPAINT)(settings)


@pipeline(optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=_gpu)
def erase(
    video: Annotated[Video, Input(help="At most a few seconds. Its sound is kept.")],
    mask: Annotated[
        Image,
        Input(help="White over what is to go, in the video's first picture.", samples=False),
    ],
    *,
    model: Annotated[str, Choice(models, label="Filled by")] = OWN,
    prompt: Annotated[
        str,
        Text(label="What comes in its place", help="Only large models read these words.", max_characters=1000, lines=2),
    ] = "",
    steps: StepCount = 0,
    other: OtherModel = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """Take something out of a video; its mask in the first picture is followed by optical flow.

    Filled from other frames along the flow (after Huang et al. 2016 and Xu et al. 2019), or by a hub model such as Wan VACE (Jiang et al. 2025).
    Pixels outside the mask stay as they are. uint8 [h,w,3]. Raises Refusal for an empty mask and for videos that are too long, MissingModel.
    """
    from pipelines.vision import flow_completion

    check_clip(video)
    if video.frame_count * video.width * video.height > MOST_PIXELS:
        raise Refusal("This video is too long or too large for that; please cut it to a few seconds.")
    chosen = mask.convert("L").resize((video.width, video.height), PillowImage.Resampling.NEAREST)
    marked = np.asarray(chosen) > 127
    if not marked.any():
        raise Refusal("The mask is black all over; please paint white over what is to go.")
    frames = list(video.frames())

    def tick(start: float) -> flow_completion.Tick:
        return lambda done, total: report(Progress(start + done / total * 0.4, 1.0, "Following it"))

    masks = flow_completion.followed(frames, marked, tick(0.0))
    if model == OWN:
        made = flow_completion.without(frames, masks, tick(0.4))
    else:
        made = _by_model(frames, masks, model, prompt, steps, other, seed, float(video.rate_hz), report)

    def played() -> Iterator[np.ndarray]:
        yield from made

    return replace(video, frame_count=len(made), frames=played, write=None, file=None)


def _by_model(
    frames: list[np.ndarray], masks: list[np.ndarray], model: str, prompt: str, steps: int, other: str, seed: int, rate: float, report: Report
) -> list[np.ndarray]:  # fmt: skip
    """A hub model fills the masks; the visitor's own pixels are put back outside them. Raises Refusal, MissingModel."""
    from pipelines.core.models import load
    from pipelines.diffusion import sampling
    from pipelines.hub import asking, canvas, presets

    preset = presets.chosen(INPAINT, model, other)
    door.check_words(prompt)
    own = (frames[0].shape[1], frames[0].shape[0])
    size = canvas.laid(PillowImage.fromarray(frames[0]), None, "", (0, 0), preset.size).size
    report(Progress(0.4, 1, f"Opening {preset.card.name}"))
    with load(preset.card) as opened, opened.lock:
        pipe = opened.model
        if type(pipe).__name__ != "WanVACEPipeline":
            raise Refusal(f"This model ({type(pipe).__name__}) fills no part of a film; please choose another.")
        step = pipe.vae_scale_factor_temporal
        count = min(max(1, (len(frames) - 1) // step) * step + 1, preset.frames if preset.frames > 1 else len(frames))
        shown = [PillowImage.fromarray(frames[min(i, len(frames) - 1)]).resize(size) for i in range(count)]
        holes = [PillowImage.fromarray(masks[min(i, len(masks) - 1)]).convert("L").resize(size) for i in range(count)]
        wishes = {
            "prompt": prompt, "video": shown, "mask": holes, "num_frames": count, "width": size[0], "height": size[1],
            "num_inference_steps": steps or preset.steps, "guidance_scale": preset.guidance, "generator": sampling.generators(seed, 1)[0],
            "output_type": "pil",
        }  # fmt: skip
        given = asking.ask(opened, pipe, wishes, size=size, report=report, label="Filling", frames=count)
    pictures = [one.convert("RGB") for one in given.frames[0]]
    if door.held_back(pictures):
        raise Refusal(door.HELD_BACK)
    if len(pictures) < len(frames):
        seconds = len(pictures) / rate
        raise Refusal(f"This model fills at most {seconds:.1f} seconds of this video at a time; please cut it shorter.")
    made = []
    for frame, hole, picture in zip(frames, masks, pictures, strict=False):
        filled = frame.copy()
        filled[hole] = np.asarray(picture.resize(own, PillowImage.Resampling.LANCZOS))[hole]
        made.append(filled)
    return made

"""Something taken out of a video: painted over in its first picture, followed, and replaced by what lies behind it, or by a model of a hub."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.animate.parts.repaint import Wish, repaint_frames
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Seed, Text
from pipelines.hub import door, presets
from pipelines.hub.presets import INPAINT, gpu_gb, options
from pipelines.media import Video
from pipelines.media.clip import check_clip

CARDS = tuple(preset.card for preset in INPAINT)
OWN = ""
MOST_PIXELS = 120_000_000  # of all frames, which are held in memory: 10 s of 24 frames at 800 x 600


def models() -> dict[str, str]:
    """List the networks that can fill what was erased, by name and label."""
    return {OWN: "The studio's own: what other frames show behind it", **options(INPAINT, other=False)}


def _gpu(settings: Any) -> float:
    return 0.0 if settings.get("model", OWN) == OWN else gpu_gb(INPAINT)(settings)


@pipeline(optional=(*CARDS, door.OPEN_NSFW), hub=True, gpu=_gpu)
def erase(
    video: Annotated[Video, Input(help="At most a few seconds. Its sound is kept.")],
    gone: Annotated[
        Image,
        Input(
            label="What to remove",
            help="Paint white what should go, in one picture.",
            samples=False,
            editor="mask",
            over="video",
            at="at",
        ),
    ],
    correction: Annotated[
        Image | None,
        Input(
            label="What to remove, corrected",
            help="Paint it again where it was lost.",
            samples=False,
            editor="mask",
            over="video",
            at="corrected_at",
        ),
    ] = None,
    *,
    at: Annotated[
        float,
        Range(0, 600, 0.05, label="Painted at", help="The second of the painted picture."),
    ] = 0.0,
    corrected_at: Annotated[
        float,
        Range(
            0,
            600,
            0.05,
            label="Corrected at",
            help="The second of the corrected picture.",
            more=True,
        ),
    ] = 1.0,
    model: Annotated[str, Choice(models, label="Filled by")] = OWN,
    prompt: Annotated[
        str,
        Text(label="What comes in its place", help="Only large models read these words.", max_characters=1000, lines=2),
    ] = "",
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """Take something out of a video; its mask in one picture is followed forwards and backwards by optical flow, and anew from a correction.

    Filled from other frames along the flow (after Huang et al. 2016 and Xu et al. 2019), or by a hub model such as Wan VACE (Jiang et al. 2025).
    Pixels outside the mask stay as they are. uint8 [h,w,3]. Raises Refusal for an empty mask and for videos that are too long, MissingModel.
    """
    from pipelines.vision import flow_completion

    check_clip(video)
    if video.frame_count * video.width * video.height > MOST_PIXELS:
        raise Refusal("This video is too long or too large; cut it to a few seconds.")
    marked = {_index(video, at): _read_mask(video, gone, whole=False)}
    if correction is not None:
        place = _index(video, corrected_at)
        if place in marked:
            raise Refusal("The mask and its correction are at the same moment; change one.")
        marked[place] = _read_mask(video, correction, whole=True)
    frames = list(video.frames())
    if max(marked) >= len(frames):
        raise Refusal("The video ends before the mask; choose an earlier moment.")

    def tick(start: float) -> flow_completion.Tick:
        return lambda done, total: report(Progress(start + done / total * 0.4, 1.0, "Following it"))

    masks = flow_completion.followed_from(frames, marked, tick(0.0))
    if model == OWN:
        made = flow_completion.without(frames, masks, tick(0.4))
    else:
        wish = Wish(presets.chosen(INPAINT, model, ""), prompt, seed)
        made = repaint_frames(frames, masks, wish, float(video.rate_hz), report, "Filling")

    def play_frames() -> Iterator[np.ndarray]:
        yield from made

    return replace(video, frame_count=len(made), frames=play_frames, write=None, file=None)


def _index(video: Video, seconds: float) -> int:
    return min(round(seconds * float(video.rate_hz)), video.frame_count - 1)


def _read_mask(video: Video, mask: Image, *, whole: bool) -> np.ndarray:
    """What a mask chooses, bool [h,w] at the video's size. Raises Refusal for an empty one, unless `whole`: a correction may say that nothing is left."""
    chosen = mask.convert("L").resize((video.width, video.height), PillowImage.Resampling.NEAREST)
    marked = np.asarray(chosen) > 127
    if not whole and not marked.any():
        raise Refusal("The mask is black; paint white over what should go.")
    return marked

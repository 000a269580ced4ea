"""One picture out of a clip: where a film's next scene goes on from, or a still to draw over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal
from pipelines.media import Video

if TYPE_CHECKING:
    import numpy as np

WHICH = {"first": "The first picture", "middle": "The one in the middle", "last": "The last picture"}


@pipeline()
def still(
    clip: Annotated[Video, Input(label="Clip")],
    *,
    which: Annotated[str, Choice(WHICH, label="Which picture")] = "last",
    report: Report = silent,
) -> Image:
    """Take one picture out of a clip, RGB at its own size. Raises Refusal for a clip without pictures."""
    wanted = {"first": 0, "middle": max(0, clip.frame_count - 1) // 2}.get(which, 10**9)
    array: np.ndarray | None = None
    for number, frame in enumerate(clip.frames()):  # a file may hold fewer pictures than it says
        array = frame
        if number % 24 == 0:
            report(Progress(number, max(1, clip.frame_count), "Looking for the picture"))
        if number == wanted:
            break
    if array is None:
        raise Refusal("No picture in this clip can be read.")
    return PillowImage.fromarray(array)

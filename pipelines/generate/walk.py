"""From one drawing to another through everything between: the score itself is blended."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.core.progress import Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Range, Seed, Text
from pipelines.drawing import words
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.generate.object import Prompt, as_png
from pipelines.language.minilm import MINILM
from pipelines.media import Accompanied, Video

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ENLARGER", "MINILM", "OBJECTS", "walk"]
RATE_HZ = Fraction(12)
REST_FRAMES = 6  # at both ends
STEPS, GUIDANCE = 12, 3.0
STRIP = 9  # pictures on the strip


@pipeline(models=(ENLARGER, OBJECTS, MINILM))
def walk(
    *,
    prompt: Prompt,
    to: Annotated[str, Text(label="Walk to", placeholder="a blue whale", max_characters=200, required=True)],
    frames: Annotated[
        int, Range(3, 96, 1, scales_time=True, help="Number of pictures in the video, 12 for each second.")
    ] = 25,
    size: Annotated[int, Range(128, 1024, 64, help="Side of the video in pixels.", more=True)] = 512,
    seed: Seed = 0,
    report: Report = silent,
) -> Accompanied[Video]:
    """Make a video that goes from one drawing to another.

    Every frame starts from the same noise and follows (1-w) D(x|first) + w D(x|second), the score of p1^(1-w) p2^w (Liu et al. 2022,
    equation 11), with classifier-free guidance. A video there and back, and strip.png with nine of its pictures. Raises Refusal
    for what is not in the vocabulary, MissingModel without weights.
    """
    import numpy as np

    from pipelines.core.models import load
    from pipelines.drawing import network

    readings = [words.vocabulary().read(text) for text in (prompt, to)]
    first, second = network.encoded([r.wish.caption for r in readings])
    how, label = network.Sampling(steps=STEPS), f"From {readings[0].wish.title} to {readings[1].wish.title}"
    pictures: list[Image] = []
    with load(OBJECTS) as painter:
        for i in range(frames):
            w = i / (frames - 1)
            pair = [network.Condition(first, GUIDANCE * (1 - w)), network.Condition(second, GUIDANCE * w)]
            asked = painter.one(
                [*(c for c in pair if c.weight > 0), network.Condition(None, 1 - GUIDANCE)], guided=network.GUIDED
            )
            stage = part(report, i / frames, (i + 0.8) / frames, f"{label}: picture {i + 1} of {frames}")
            drawing = network.drawn(painter, [asked], seed=seed, how=how, report=stage)
            pictures += network.finished(drawing, size, part(report, (i + 0.8) / frames, (i + 1) / frames, label))

    def played() -> Iterator[np.ndarray]:
        paper = [np.asarray(on_paper(picture)) for picture in pictures]
        there = [paper[0]] * REST_FRAMES + paper + [paper[-1]] * REST_FRAMES
        yield from there
        yield from reversed(paper[1:-1])

    count = 2 * frames - 2 + 2 * REST_FRAMES
    video = Video(size, size, RATE_HZ, count, played)
    return Accompanied(video, {"strip.png": as_png(strip(pictures))}, on_paper(pictures[frames // 2]))


def on_paper(picture: Image) -> Image:
    """RGBA over the studio's paper, as RGB."""
    from pipelines.drawing import pictures

    return pictures.over(picture, "#EDE6DA")


def strip(pictures: list[Image]) -> Image:
    """Up to nine of the pictures beside each other, both ends among them; RGBA."""
    count = min(STRIP, len(pictures))
    chosen = [pictures[round(i * (len(pictures) - 1) / max(1, count - 1))].resize((256, 256)) for i in range(count)]
    page = PillowImage.new("RGBA", (256 * count, 256))
    for i, picture in enumerate(chosen):
        page.paste(picture, (256 * i, 0))
    return page

"""Titles and credits: words come up on a picture that is out of focus."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Annotated

import numpy as np
from PIL.Image import Image

from pipelines.core.progress import Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Text
from pipelines.film.parts.lettering import CREAM, Overlay, Type, cover, paint_words
from pipelines.film.parts.shapes import RATE_HZ, Frames, Overlap, Shape, Side, filling, size_of
from pipelines.media import Video
from pipelines.media.clip import frame_progress

KINDS = {"title": "Title", "credits": "Credits"}
FADE = 0.6 * RATE_HZ  # frames
PAPER = ((247, 226, 190), (214, 150, 110))  # top and bottom, where there is no picture


@pipeline()
def card(
    picture: Annotated[Image | None, Input(label="Picture", help="Shown behind the words, out of focus.")] = None,
    *,
    kind: Annotated[str, Choice(KINDS, label="Kind")] = "title",
    heading: Annotated[str, Text(label="Heading", max_characters=200)] = "",
    lines: Annotated[str, Text(label="Lines", help="One a line; many are smaller.", lines=4, max_characters=6000)] = "",
    frames: Frames = 84,
    shape: Shape = "16:9",
    shorter_side: Side = 720,
    begin: Overlap = 0,
    end: Overlap = 0,
    report: Report = silent,
) -> Video:
    """Make a title or the credits of a film, in the studio's typefaces.

    uint8 [h,w,3]; closed groups of pictures begin at 0, `begin` and `frames - end`. Raises Refusal for overlaps longer than the card.
    """
    if begin + end > frames:
        raise Refusal(f"The transitions take {begin + end} frames, and the card has {frames}.")
    size = size_of(shape, shorter_side)
    ground = _ground(picture, size, kind)
    words = _title(heading, lines, size) if kind == "title" else _credits(heading, lines, size)

    def make_frames() -> Iterator[np.ndarray]:
        for index in range(frames):
            if index < FADE:
                strength = min(1.0, (index + 1) / FADE)
                frame = words.over(ground, strength * strength * (3 - 2 * strength))
                frame.flags.writeable = False
            report(frame_progress(index, frames, frame))
            yield frame

    cuts = tuple(sorted({0, begin, frames - end} - {frames}))
    return Video(*size, Fraction(RATE_HZ), frames, make_frames, closed=cuts)


def _ground(picture: Image | None, size: tuple[int, int], kind: str) -> np.ndarray:
    """uint8 [h,w,3]: the picture, softened and darkened so that words stand out; else paper in evening light."""
    import cv2

    width, height = size
    if picture is None:
        share = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
        top, bottom = (np.array(colour, np.float32) for colour in PAPER)
        paper = np.broadcast_to(top + (bottom - top) * share, (height, width, 3)) * np.float32(0.62)
        glow = np.hypot(*np.meshgrid(np.linspace(-1.2, 1.2, width), np.linspace(-0.9, 1.3, height)))
        lit = paper * (1.25 - 0.45 * glow.clip(0, 1.4))[..., None].astype(np.float32)
        grain = np.random.default_rng(0).normal(0, 1.2, (height, width, 1)).astype(np.float32)
        return (lit + grain).clip(0, 255).astype(np.uint8)
    full = filling(np.asarray(picture.convert("RGB")), size).astype(np.float32)
    soft = cv2.GaussianBlur(full, (0, 0), height * (0.006 if kind == "title" else 0.016))
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j].astype(np.float32)
    shade = (0.62 if kind == "title" else 0.45) - 0.18 * (x * x + y * y).clip(0, 1.4) / 1.4
    return (
        (soft * shade[..., None] + np.array((20, 14, 22), np.float32) * (1 - shade[..., None]) * 0.5)
        .clip(0, 255)
        .astype(np.uint8)
    )


def _title(heading: str, lines: str, size: tuple[int, int]) -> Overlay:
    """The heading large, what is under it small, both in the middle."""
    width, height = size
    short = min(width, height)
    for part in (0.135, 0.11, 0.09, 0.07, 0.055):
        big = Type("serif", max(10, round(part * short)), 640)
        large = big.even_lines(heading, width * 0.86)
        if len(large) <= 2 or part == 0.055:
            break
    small = Type("sans", max(9, round(0.036 * short)), 480)
    listed = [(line, big) for line in large] + [(line, small) for line in small.wrapped(lines, width * 0.8) if line]
    gaps = [0] * len(large) + [round(0.045 * short)]
    shape = cover(listed, width, gaps[: len(listed)])
    return paint_words(shape, CREAM, 0, (height - shape.height) // 2, short * 0.012, 0.7)


def _credits(heading: str, lines: str, size: tuple[int, int]) -> Overlay:
    """Heading, then lines; a line that ends with a colon heads those that follow. Many lines are smaller, so that all stand on one card."""
    width, height = size
    for share in (1.0, 0.85, 0.7, 0.55, 0.4):
        short = min(width, height) * share
        big, small = Type("serif", max(8, round(0.062 * short)), 600), Type("sans", max(6, round(0.033 * short)), 420)
        label = Type("sans", small.size_px, 680)
        listed, gaps = [(line, big) for line in big.wrapped(heading, width * 0.86)], [0]
        for line in lines.split("\n"):
            head = line.rstrip().endswith(":")
            for number, part in enumerate(small.wrapped(line.rstrip().rstrip(":"), width * 0.86)):
                gaps += [0] * (len(listed) - len(gaps)) + [round((0.034 if head else 0.004) * short) * (not number)]
                listed.append((part, label if head else small))
        shape = cover(listed, width, gaps[: len(listed)])
        if shape.height <= 0.84 * height:
            break
    return paint_words(shape, CREAM, 0, (height - shape.height) // 2, short * 0.008, 0.6)

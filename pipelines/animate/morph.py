"""One picture turns into another: a flow between the two, found coarse to fine on the way in the middle, and a crossfade along it."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from PIL import Image as PillowImage
from PIL.Image import Image

from pipelines.animate.loop import cover
from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Refusal, Seed, Text, Toggle
from pipelines.drawing.enlarger import ENLARGER
from pipelines.drawing.network import OBJECTS
from pipelines.language.minilm import MINILM
from pipelines.media import Video
from pipelines.media.clip import (
    Exact,
    LongestSide,
    Rate,
    Seconds,
    Shape,
    frame_size,
    frames_in,
    make_video,
    pixels_of,
    to_bytes,
)
from pipelines.media.curves import EASINGS, ease_time, there_and_back
from pipelines.vision.between import flow_between
from pipelines.vision.flow import sample_along_flow

COARSEST_PX, FINEST_PX = 32, 320  # longer side of the grids on which the flow is found
ROUNDS, STEEPEST = 4, 0.45  # on each grid; change of the way from one pixel to the next: below 1/2 nothing folds over
FADE_PART = 0.6  # of the time, in which the colours change


WAYS = {
    "shapes": "Shapes move: any two pictures",
    "model": "Through the studio's drawing model: drawings or words",
}
DRAWINGS = 17  # on the way; frames between two of them are blended
PAPER = "#EDE6DA"


@pipeline(optional=(OBJECTS, ENLARGER, MINILM))
def morph(
    first: Annotated[Image | None, Input(label="From")] = None,
    second: Annotated[Image | None, Input(label="To", help="Choose two pictures with similar shapes.")] = None,
    *,
    way: Annotated[str, Choice(WAYS, label="How")] = "shapes",
    from_words: Annotated[
        str,
        Text(
            label="From, in words",
            help="Instead of a picture.",
            placeholder="a red fox",
            max_characters=200,
            more=True,
        ),
    ] = "",
    to_words: Annotated[
        str, Text(label="To, in words", placeholder="a blue whale", max_characters=200, more=True)
    ] = "",
    seconds: Seconds = 3.0,
    easing: Annotated[str, Choice(EASINGS, label="Speed")] = "smooth",
    loop: Annotated[bool, Toggle(help="The end joins the beginning.")] = False,
    shape: Shape = "picture",
    longest_side: LongestSide = 960,
    exact: Exact = "",
    rate: Rate = 24,
    seed: Seed = 0,
    report: Report = silent,
) -> Video:
    """Turn one picture into another: shapes move to where they belong while colours change, or one drawing becomes the other.

    Halfway domain of Liao et al. 2014, "Automating image morphing using structural similarity on a halfway domain", with dense inverse search (Kroeger
    et al. 2016) on lightness of equal local contrast in place of their energy; ends are the two pictures themselves. Through the model: along the
    probability-flow ODE (Song et al. 2021, section 4.3; see latent.py), ends are what the model makes of them. uint8 [h,w,3], even sides. Raises Refusal
    for a missing or tiny picture and an unknown word; MissingModel without the model's weights.
    """
    if way == "model":
        return _through_model(
            (first, second),
            (from_words, to_words),
            seed,
            seconds,
            easing,
            loop,
            frame_size(1, 1, shape, longest_side, exact),
            rate,
            report,
        )
    if first is None or second is None:
        raise Refusal("Give two pictures; words need “Through the studio's drawing model”.")
    size = frame_size(first.width, first.height, shape, longest_side, exact)
    one, two = cover(pixels_of(first), size), cover(pixels_of(second), size)
    report(Progress(0, 1, "Finding what belongs together"))
    moved = halfway(one, two)
    count = frames_in(seconds, rate)

    def frame_at(index: int) -> np.ndarray:
        time = there_and_back(index / count) if loop else ease_time(index / max(1, count - 1), easing)
        return to_bytes(between(one, two, moved, time))

    return make_video(size, rate, count, frame_at, report)


def _through_model(
    given: tuple[Image | None, Image | None],
    said: tuple[str, str],
    seed: int,
    seconds: float,
    easing: str,
    loop: bool,
    size: tuple[int, int],
    rate: int,
    report: Report,
) -> Video:
    """Drawings on the way by the model, enlarged, on paper; a frame between two of them is one moved and mixed into the other."""
    from pipelines.animate.parts.latent import end_of, way
    from pipelines.drawing.enlarger import enlarge
    from pipelines.drawing.pictures import over

    ends = end_of(given[0], said[0], "from"), end_of(given[1], said[1], "to")
    side, count = min(size), frames_in(seconds, rate)
    pictures = []
    for index, drawing in enumerate(way(ends, DRAWINGS, seed, part(report, 0, 0.8))):
        report(Progress(0.8 + 0.2 * index / DRAWINGS, 1, "Drawing clean edges"))
        page = PillowImage.new("RGB", size, PAPER)
        page.paste(over(enlarge(drawing, side), PAPER), ((size[0] - side) // 2, (size[1] - side) // 2))
        pictures.append(np.asarray(page))
    pairs: dict[int, np.ndarray] = {}  # the way between two neighbours, found when it is first wanted

    def frame_at(index: int) -> np.ndarray:
        time = there_and_back(index / count) if loop else ease_time(index / max(1, count - 1), easing)
        place = time * (DRAWINGS - 1)
        left = min(int(place), DRAWINGS - 2)
        share = place - left
        if share < 1e-6 or share > 1 - 1e-6:
            return pictures[left + round(share)]
        one, two = (pictures[i].astype(np.float32) / 255 for i in (left, left + 1))
        if left not in pairs:
            pairs.clear()
            pairs[left] = halfway(one, two)
        return to_bytes(between(one, two, pairs[left], share))

    return make_video(size, rate, count, frame_at, report)


def halfway(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The way v [h,w,2] on the picture in the middle: what is there at p is at p - v in the first and at p + v in the second."""
    import cv2

    height, width = first.shape[:2]
    pictures = [_structure(picture) for picture in (first, second)]
    way = np.zeros((2, 2, 2), np.float32)
    longest = float(COARSEST_PX)
    while True:
        part = min(1.0, longest / max(width, height))
        size = max(16, round(width * part)), max(16, round(height * part))
        scale = np.array((size[0] / way.shape[1], size[1] / way.shape[0]), np.float32)
        way = cv2.resize(way, size, interpolation=cv2.INTER_LINEAR) * scale
        small = [cv2.resize(picture, size, interpolation=cv2.INTER_AREA) for picture in pictures]
        for turn in range(ROUNDS):
            moved = [sample_along_flow(small[0], -way), sample_along_flow(small[1], way)]
            there, back = flow_between(moved[0], moved[1]), flow_between(moved[1], moved[0])
            # on the middle the two estimates must agree; the difference of the two is the symmetric one
            change = ((there - back) / 4).clip(-0.1 * longest, 0.1 * longest)
            way = _smooth(way + change, max(1.2, 3.0 - turn))
        if longest >= min(FINEST_PX, max(width, height)):
            break
        longest *= 2
    scale = np.array((width / way.shape[1], height / way.shape[0]), np.float32)
    return cv2.resize(way, (width, height), interpolation=cv2.INTER_CUBIC) * scale


def _smooth(way: np.ndarray, sigma: float) -> np.ndarray:
    """Smoothed until it is nowhere so steep that the picture would fold."""
    import cv2

    for _ in range(12):
        way = cv2.GaussianBlur(way, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
        steep = max(float(np.abs(np.diff(way, axis=axis)).max()) for axis in (0, 1))
        if steep < STEEPEST:
            break
        sigma *= 1.5
    return way


def _structure(picture: np.ndarray) -> np.ndarray:
    """Lightness of equal local mean and contrast as uint8 [h,w,3], so that a dark fox can meet a bright one."""
    import cv2

    gray = cv2.cvtColor(picture.astype(np.float32), cv2.COLOR_RGB2GRAY)
    sigma = 0.06 * max(gray.shape)
    mean = cv2.GaussianBlur(gray, (0, 0), sigma)
    spread = np.sqrt(cv2.GaussianBlur((gray - mean) ** 2, (0, 0), sigma) + 0.02**2)
    level = (0.5 + 0.22 * (gray - mean) / spread).clip(0, 1)
    return np.repeat((255 * (0.7 * level + 0.3 * gray)).astype(np.uint8)[..., None], 3, axis=2)


def between(first: np.ndarray, second: np.ndarray, way: np.ndarray, time: float) -> np.ndarray:
    """The picture at `time` 0..1, float32 [h,w,3] in 0..1."""
    along = np.float32(2 * time - 1)
    back = np.zeros_like(way)
    for _ in range(8):  # the place in the middle that is seen here: p = q - (2 time - 1) v(p), a contraction
        back = -along * sample_along_flow(way, back)
    here = sample_along_flow(way, back)
    from_one = sample_along_flow(first, back - here, cubic=True)
    from_two = sample_along_flow(second, back + here, cubic=True)
    fade = np.float32(np.clip((time - 0.5) / FADE_PART + 0.5, 0, 1))
    fade = fade * fade * (3 - 2 * fade)
    return (from_one + fade * (from_two - from_one)).clip(0, 1)

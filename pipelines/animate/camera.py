"""A camera moves over one picture, flat (the "Ken Burns effect") or with depth (2.5-D parallax: Horry et al. 1997, "Tour into the picture")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated

import numpy as np
from PIL.Image import Image

from pipelines.animate.parts.moves import (
    MOVES,
    Camera,
    CameraFrame,
    camera_at,
    kept_inside,
    keyframes_of,
    turned_to,
    zoom_to_fill,
)
from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Choice, Input, Range, Refusal, Text, Toggle
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
    mask_of,
    pixels_of,
)
from pipelines.media.curves import EASINGS
from pipelines.vision.depth import FAR, WORK_PX, ForegroundLayer, LayeredPicture, flat, stage_picture
from pipelines.vision.matte import U2NETP, salient
from pipelines.vision.plate import put_over, resize_pixels

__all__ = ["U2NETP", "camera"]
DEPTH = 1.0  # how much of it a picture gets
WIDEST_BLUR = 0.011  # of the frame's width, at amount 1 and the greatest distance from the focus


@pipeline(models=(U2NETP,))
def camera(
    picture: Image,
    mask: Annotated[
        Image | None,
        Input(
            samples=False,
            label="What is near",
            help="Paint white what is in front, or leave it empty.",
            editor="mask",
            over="picture",
        ),
    ] = None,
    *,
    move: Annotated[str, Choice(MOVES, label="Move")] = "push in",
    amount: Annotated[float, Range(0, 2, 0.05, help="How far the camera goes.")] = 0.6,
    seconds: Seconds = 5.0,
    easing: Annotated[str, Choice(EASINGS, label="Speed")] = "smooth",
    parallax: Annotated[bool, Toggle(help="Near things move more.")] = True,
    loop: Annotated[bool, Toggle(help="The camera returns to its start.")] = False,
    keyframes: Annotated[
        str,
        Text(
            label="Keyframes",
            help="One a line: time: x y zoom.",
            placeholder="0: 0.5 0.5 1\n0.5: 0.3 0.6 1.4\n1: 0.7 0.4 2",
            lines=4,
            more=True,
        ),
    ] = "0: 0.5 0.5 1\n1: 0.4 0.45 1.6",
    focus: Annotated[
        str,
        Text(
            label="Focus from and to",
            help="What is sharp first and last, x y each. Empty: far to near.",
            placeholder="0.2 0.3\n0.5 0.8",
            lines=2,
            editor="points",
            over="picture",
            max_characters=200,
            more=True,
        ),
    ] = "",
    shape: Shape = "picture",
    longest_side: LongestSide = 1280,
    exact: Exact = "",
    rate: Rate = 24,
    report: Report = silent,
) -> Video:
    """Move a camera over a picture: pan, zoom, push in, orbit, rack focus, along keyframes; with depth if you like.

    Horry et al. 1997 with the ground's distance by its row, things by where they stand, and what they hide completed (Wexler et al. 2007).
    Frames are uint8 [h,w,3] with even sides, made when they are asked for. Raises Refusal for an empty mask, a tiny picture or wrong
    keyframes; MissingModel when depth is wanted, no mask is given and the matte's network is missing.
    """
    pixels = _at_most(pixels_of(picture), WORK_PX * 2 if not parallax else WORK_PX)
    frame = frame_size(picture.width, picture.height, shape, longest_side, exact)
    count = frames_in(seconds, rate)
    if move == "keyframes":
        keyframes_of(keyframes)  # refused before anything is computed
    places = points_of(focus) if move == "rack" else None
    stage = take_apart(pixels, mask, count, report) if parallax else flat(pixels)
    deep = DEPTH if parallax else 0.0
    view = CameraFrame(frame, stage.size, deep, stage.pivot if parallax else 1.0)
    keys = kept_inside(keyframes_of(keyframes), view) if move == "keyframes" else None
    times = [i / count if loop else i / max(1, count - 1) for i in range(count)]
    cameras = [camera_at(move, time, amount, easing, loop, keys) for time in times]
    if places is not None:
        sharp = [stage.nearness(*place, deep) for place in places]
        cameras = [replace(one, focus=between(sharp, one.focus or 0.0)) for one in cameras]
    view = zoom_to_fill(view, cameras)
    if keys is None:
        cameras = turned_to(stage.middle, view, cameras)
    stage.anchored(view.scale(Camera()))
    return make_video(frame, rate, count, lambda index: seen(stage, view, cameras[index], amount), report)


def take_apart(pixels: np.ndarray, mask: Image | None, count: int, report: Report) -> LayeredPicture:
    """The picture taken apart along a painted mask, else along what the matte's network finds."""
    report(Progress(0, count, "Finding what stands in front"))
    why = "paint over what is near, or leave the mask out."
    height, width = pixels.shape[:2]
    matte = salient(pixels) if mask is None else mask_of(mask, (width, height), why)
    return stage_picture(
        pixels, matte, DEPTH, lambda part: report(Progress(0, count, f"Completing the ground: {part:.0%}"))
    )


def points_of(text: str) -> list[tuple[float, float]] | None:
    """Two places "x y" in parts of the picture, one a line; None for an empty text. Raises Refusal."""
    if not text.strip():
        return None
    numbers = [float(n) for n in re.findall(r"[-+]?\d*\.?\d+", text)]
    if len(numbers) != 4 or not all(0 <= n <= 1 for n in numbers):
        raise Refusal("The focus goes between two points, such as “0.2 0.3” and “0.5 0.8”.")
    return [(numbers[0], numbers[1]), (numbers[2], numbers[3])]


def between(sharp: list[float], gone: float) -> float:
    """`Camera.focus` on the way from one nearness to another."""
    return (sharp[0] + (sharp[1] - sharp[0]) * gone - FAR) / (1 - FAR)


def _at_most(pixels: np.ndarray, longest_px: int) -> np.ndarray:
    height, width = pixels.shape[:2]
    scale = longest_px / max(height, width)
    return pixels if scale >= 1 else resize_pixels(pixels, round(width * scale), round(height * scale)).clip(0, 1)


def seen(stage: LayeredPicture, view: CameraFrame, camera: Camera, aperture: float = 0.0) -> np.ndarray:
    """One frame, uint8 [h,w,3]: the ground, then the things in front of it, far to near."""
    import cv2

    if view.depth > 0:
        canvas = stage.ground.at(*view.ground(camera))
    else:
        columns, rows, scale = view.thing(camera, 1.0)
        canvas = stage.ground.warped(_affine(columns, rows), view.frame, scale)
    canvas = _blur_in_light(canvas, _sigma(view, camera, (FAR + 1) / 2 - 0.2, aperture))
    for thing in stage.things:
        _put_thing(thing, canvas, view, camera, _sigma(view, camera, thing.nearness, aperture))
    return cv2.cvtColor(canvas, cv2.COLOR_RGBA2RGB)


def _affine(columns: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Even places of columns and rows as a matrix [2,3]."""
    return np.array([[columns[1] - columns[0], 0, columns[0]], [0, rows[1] - rows[0], rows[0]]])


def _put_thing(thing: ForegroundLayer, canvas: np.ndarray, view: CameraFrame, camera: Camera, sigma: float) -> None:
    """A thing over the part of the canvas where it is seen; where it is cut by the picture's border, it goes on beyond it."""
    columns, rows, scale = view.thing(camera, thing.nearness)
    (x, y), (wide, tall) = thing.corner, thing.plate.size
    reach = 3 * sigma / scale
    across = _within(
        columns, x - reach if x > 0 else -np.inf, x + wide + reach if x + wide < view.picture[0] else np.inf
    )
    down = _within(rows, y - reach if y > 0 else -np.inf, y + tall + reach if y + tall < view.picture[1] else np.inf)
    if across.stop - across.start < 2 or down.stop - down.start < 2:
        return
    back = _affine(columns[across] - x, rows[down] - y)
    shown = thing.plate.warped(back, (across.stop - across.start, down.stop - down.start), scale)
    put_over(_blur_in_light(shown, sigma), canvas[down, across])


def _within(places: np.ndarray, low: float, high: float) -> slice:
    """Which of the rising places lie between two."""
    return slice(int(np.searchsorted(places, low)), int(np.searchsorted(places, high)))


def _sigma(view: CameraFrame, camera: Camera, nearness: float, aperture: float) -> float:
    """How far out of focus something is, in frame pixels."""
    if camera.focus is None:
        return 0.0
    focus = FAR + (1 - FAR) * camera.focus
    return WIDEST_BLUR * view.frame[0] * aperture * abs(nearness - focus) / (1 - FAR)


def _blur_in_light(pixels: np.ndarray, sigma: float) -> np.ndarray:
    """Out of focus, in linear light, so that bright points spread as they do in a lens; a blur of a pixel or less is made in the bytes as they are."""
    import cv2

    if sigma < 0.15:
        return pixels
    share = min(1.0, max(0.0, (sigma - 0.8) / 0.8))
    near = cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) if share < 1 else pixels
    if share <= 0:
        return near
    far = _spread(pixels, sigma)
    return far if share >= 1 else cv2.addWeighted(near, 1 - share, far, share, 0)


def _spread(pixels: np.ndarray, sigma: float) -> np.ndarray:
    """A wide blur in linear light (gamma 2), made at a half or quarter of the size."""
    import cv2

    height, width = pixels.shape[:2]
    part = max(1, min(2 if sigma < 5 else 4, height // 8, width // 8))
    small = cv2.resize(pixels, (max(1, width // part), max(1, height // part)), interpolation=cv2.INTER_AREA)
    linear = cv2.multiply(small, small, dtype=cv2.CV_32F)
    linear = cv2.divide(
        linear, _covers(np.maximum(small, 1)), dtype=cv2.CV_32F
    )  # still premultiplied; alpha stays what it is
    sigma = float(np.sqrt(max(sigma**2 - (part**2 - 1) / 4, 0.04))) / part  # reducing and enlarging blur a little too
    linear = cv2.GaussianBlur(linear, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    small = cv2.convertScaleAbs(cv2.sqrt(cv2.multiply(linear, _covers(linear))))
    return cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR)


def _covers(pixels: np.ndarray) -> np.ndarray:
    """Alpha in all four channels, in the type of the pixels."""
    import cv2

    return cv2.merge([cv2.extractChannel(pixels, 3)] * 4)

"""A steady picture from a shaky hand: the camera's path is measured, smoothed, and every frame moved onto the smooth one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Annotated

import numpy as np

from pipelines.core.progress import Progress, Report, silent
from pipelines.core.registry import pipeline
from pipelines.core.settings import Input, Range
from pipelines.media import Video
from pipelines.media.clip import check_clip, frame_progress
from pipelines.vision.between import flow_between

CROP = 0.12  # how much of the border may be cut off
MEASURED_PX = 480  # longest side at which motion is measured
Path = np.ndarray  # [n,4] of one path: x, y in pixels, angle in radians, logarithm of the scale


@pipeline()
def stabilise(
    video: Annotated[Video, Input(help="Its sound is kept.")],
    *,
    smoothness: Annotated[float, Range(0.1, 3, 0.1, help="Over how many seconds the path is smoothed.")] = 0.8,
    report: Report = silent,
) -> Video:
    """Steady a shaky video: the path of the camera is smoothed and the borders are cut off as far as needed.

    Matsushita et al. 2006, "Full-frame video stabilization with motion inpainting", section 3 (similarities, Gaussian over the path); motion is fitted to
    dense flow by RANSAC; borders are cut, not filled. The video is read twice. uint8 [h,w,3]. Raises Refusal for fewer than two frames or more than 10 minutes.
    """
    check_clip(video)

    def frames() -> Iterator[np.ndarray]:
        path, cuts = camera_path(video, report)
        moved = correction(path, cuts, smoothness * float(video.rate_hz))
        share, zoom = fit_correction(moved, (video.width, video.height), CROP)
        for index, frame in enumerate(video.frames()):
            if index < len(moved):
                frame = steady_frame(frame, moved[index] * share, zoom)
            report(frame_progress(video.frame_count + index, 2 * video.frame_count, frame))
            yield frame

    return replace(video, frames=frames)


def camera_path(video: Video, report: Report = silent) -> tuple[Path, list[int]]:
    """Where the picture's content has gone in every frame, summed up from the first, and the frames at which a new scene begins."""
    import cv2

    scale = min(1.0, MEASURED_PX / max(video.width, video.height))
    size = max(16, round(video.width * scale)), max(16, round(video.height * scale))
    steps, cuts = [np.zeros(4)], []
    earlier: np.ndarray | None = None
    for index, frame in enumerate(video.frames()):
        small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        if earlier is not None:
            step = step_between(earlier, small)
            if step is None:
                cuts.append(index)
                step = np.zeros(4)
            steps.append(step / (scale, scale, 1, 1))
        report(Progress(index, 2 * video.frame_count, f"Measuring frame {index + 1} of {video.frame_count}"))
        earlier = small
    return np.cumsum(steps, axis=0), cuts


def step_between(earlier: np.ndarray, later: np.ndarray) -> np.ndarray | None:
    """The similarity (x, y, angle, log scale) about the middle that carries one frame to the next; None where there is none."""
    import cv2

    height, width = earlier.shape[:2]
    flow = flow_between(earlier, later)
    gray = cv2.cvtColor(earlier, cv2.COLOR_RGB2GRAY).astype(np.float32)
    detail = cv2.cornerMinEigenVal(gray, 5)
    rows, columns = np.mgrid[4 : height - 4 : 6, 4 : width - 4 : 6].reshape(2, -1)
    clear = detail[rows, columns] > max(float(np.percentile(detail, 50)), 1e-5)
    if clear.sum() < 12:
        return np.zeros(4)
    start = np.stack([columns, rows], 1)[clear].astype(np.float64)
    end = start + flow[rows, columns][clear]
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    found, inliers = cv2.estimateAffinePartial2D(
        start - middle, end - middle, method=cv2.RANSAC, ransacReprojThreshold=0.7, maxIters=400
    )
    if found is None or inliers.mean() < 0.15:
        return None
    a, b = found[0, 0], found[1, 0]
    return np.array([found[0, 2], found[1, 2], np.arctan2(b, a), np.log(np.hypot(a, b))])


def correction(path: Path, cuts: list[int], sigma: float) -> Path:
    """The smooth path less the path, scene by scene; a Gaussian of `sigma` frames, the ends mirrored through their points."""
    result = np.zeros_like(path)
    for start, end in zip([0, *cuts], [*cuts, len(path)]):
        piece = path[start:end]
        reach = min(len(piece) - 1, max(1, round(3 * sigma)))
        if reach < 1:
            continue
        weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
        before = 2 * piece[0] - piece[reach:0:-1]
        after = 2 * piece[-1] - piece[-2 : -reach - 2 : -1]
        long = np.concatenate([before, piece, after])
        smooth = np.stack([np.convolve(long[:, i], weights / weights.sum(), "valid") for i in range(4)], 1)
        result[start:end] = smooth - piece
    return result


def fit_correction(moved: Path, size: tuple[int, int], crop: float) -> tuple[float, float]:
    """How much of the correction is applied (1: all of it), and the zoom at which no border is seen, at most 1 / (1 - crop)."""
    width, height = size
    corners = np.array([(x, y) for x in (-1, 1) for y in (-1, 1)]) * ((width - 1) / 2, (height - 1) / 2)

    def inside(share: float, zoom: float) -> bool:
        x, y, angle, scale = (moved * share).T
        cosine, sine = np.cos(-angle) / np.exp(scale) / zoom, np.sin(-angle) / np.exp(scale) / zoom
        for corner_x, corner_y in corners:
            from_x, from_y = corner_x - x * zoom, corner_y - y * zoom
            at_x, at_y = cosine * from_x - sine * from_y, sine * from_x + cosine * from_y
            if (np.abs(at_x) > (width - 1) / 2 + 1e-6).any() or (np.abs(at_y) > (height - 1) / 2 + 1e-6).any():
                return False
        return True

    most = 1 / (1 - crop)
    share = _largest(lambda part: inside(part, most))
    zoom = most - (most - 1) * _largest(lambda part: inside(share, most - (most - 1) * part))
    return share, zoom


def _largest(fits: Callable[[float], bool]) -> float:
    if fits(1.0):
        return 1.0
    low, high = 0.0, 1.0
    for _ in range(20):
        middle = (low + high) / 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def steady_frame(frame: np.ndarray, moved: np.ndarray, zoom: float) -> np.ndarray:
    """A frame turned, scaled and moved about its middle; sampled at twice its density, so that sharpness does not breathe."""
    import cv2

    height, width = frame.shape[:2]
    double = cv2.resize(frame.astype(np.float32), (2 * width, 2 * height), interpolation=cv2.INTER_CUBIC)
    x, y, angle, scale = moved
    cosine, sine = np.cos(-angle) / np.exp(scale) / zoom, np.sin(-angle) / np.exp(scale) / zoom
    turn = np.array([[cosine, -sine], [sine, cosine]])
    middle = np.array([(width - 1) / 2, (height - 1) / 2])
    offset = middle - turn @ (middle + np.array([x, y]) * zoom)
    matrix = np.concatenate(
        [2 * turn, (2 * offset + 0.5)[:, None]], 1
    )  # the double picture's pixel centres lie at 2 x + 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    out = cv2.warpAffine(double, matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return (out + 0.5).clip(0, 255).astype(np.uint8)

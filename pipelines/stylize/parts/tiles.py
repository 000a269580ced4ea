"""Stylize one picture at one scale: whole if it is small, else in tiles without visible seams.

A feed-forward painter normalises by statistics of the whole picture, so tiles painted on their own differ in tone. Here they share one
set of statistics, measured on the whole picture at a reduced size, and overlap by the reach of the network: a pixel does not depend on
the tile it was painted in, and there is no seam to hide. Memory is that of one tile and the picture itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from PIL import Image as PillowImage

from pipelines.core.progress import Progress, Report, silent

if TYPE_CHECKING:
    from pipelines.stylize.parts.stylers import Styler

TILE_PX = 896
WHOLE_PIXELS = 1_400_000
SECONDS_BETWEEN_REPORTS = 0.2
T = TypeVar("T")


def paint_tiles(
    styler: Styler, rgb: np.ndarray, report: Report = silent, *, whole_pixels: int = WHOLE_PIXELS
) -> np.ndarray:
    """The picture as `styler` paints it, uint8 [h,w,3] -> the same shape. Reports at least every 0.2 s; raises Cancelled."""
    height, width = rgb.shape[:2]
    if height * width <= whole_pixels:
        return _run_and_tell(lambda: styler.paint(rgb), styler.stop, lambda: report(Progress(0, 1, "Painting")))
    # one set of statistics for all tiles
    small = reduce_picture(rgb, whole_pixels)
    statistics = _run_and_tell(lambda: styler.measure(small), styler.stop, lambda: report(Progress(0, 1, "Measuring")))
    # tile by tile, each with a margin as wide as the network reaches
    canvas = rgb.copy()
    places = list(_places(height, width))
    for index, (top, left) in enumerate(places):
        y, x = max(0, top - styler.reach_px), max(0, left - styler.reach_px)
        part = rgb[y : top + TILE_PX + styler.reach_px, x : left + TILE_PX + styler.reach_px]
        progress = Progress(index, len(places), "Painting", lambda: _small(canvas))
        tile = _run_and_tell(lambda: styler.paint(part, statistics), styler.stop, lambda: report(progress))  # noqa: B023
        kept = tile[top - y : top - y + TILE_PX, left - x : left - x + TILE_PX]
        canvas[top : top + kept.shape[0], left : left + kept.shape[1]] = kept
    return canvas


def _places(height: int, width: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, TILE_PX):
        for left in range(0, width, TILE_PX):
            yield top, left


def reduce_picture(rgb: np.ndarray, pixels: int) -> np.ndarray:
    """The whole picture with about `pixels` pixels."""
    height, width = rgb.shape[:2]
    shrink = min(1.0, (pixels / (height * width)) ** 0.5)
    return resize_picture(rgb, (max(1, round(height * shrink)), max(1, round(width * shrink))))


def resize_picture(rgb: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """[h,w,3] to another height and width, Lanczos."""
    if rgb.shape[:2] == tuple(shape):
        return rgb
    picture = PillowImage.fromarray(rgb).resize((shape[1], shape[0]), PillowImage.Resampling.LANCZOS)
    return np.asarray(picture)


def _small(canvas: np.ndarray) -> PillowImage.Image:
    step = max(1, max(canvas.shape[:2]) // 768)
    return PillowImage.fromarray(np.ascontiguousarray(canvas[::step, ::step]))


def _run_and_tell(work: Callable[[], T], stop: Callable[[], None], tell: Callable[[], None]) -> T:
    """Run `work` in a thread and `tell` while it runs; when telling raises (Cancelled), `stop` it, wait for its end and raise on."""
    tell()
    with ThreadPoolExecutor(max_workers=1) as pool:
        future = pool.submit(work)
        try:
            while not wait([future], timeout=SECONDS_BETWEEN_REPORTS).done:
                tell()
        except BaseException:
            stop()
            raise
        return future.result()

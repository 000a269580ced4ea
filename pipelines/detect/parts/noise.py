"""Noise: how much there is, and whether it is the same everywhere (Mahdian & Saic 2009; median of Haar details, Donoho 1994)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

BLOCK_PX = 32
LEAST_BLOCKS = 24


def measure(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """([4] statistics, map [h/32,w/32] of log noise beyond what brightness and texture explain); None where the picture is too small.

    Statistics: median log noise, its spread over places beyond brightness and texture, share of blocks without any noise, share of the
    largest odd patch. `pixels` uint8 [h,w,3].
    """
    import cv2
    import numpy as np

    from pipelines.detect.parts.canonical import grey

    luma = grey(pixels)
    height, width = (n // BLOCK_PX for n in luma.shape)
    if height * width < LEAST_BLOCKS:
        return None
    luma = luma[: height * BLOCK_PX, : width * BLOCK_PX]
    a, b, c, d = luma[::2, ::2], luma[::2, 1::2], luma[1::2, ::2], luma[1::2, 1::2]
    detail = np.abs(a - b - c + d) / 2
    half = BLOCK_PX // 2
    blocks = detail.reshape(height, half, width, half).transpose(0, 2, 1, 3).reshape(height, width, -1)
    noise = np.log(np.median(blocks, axis=2) / 0.6745 + 0.05)
    means = luma.reshape(height, BLOCK_PX, width, BLOCK_PX).transpose(0, 2, 1, 3).reshape(height, width, -1)
    coarse = cv2.resize(luma, (luma.shape[1] // 8, luma.shape[0] // 8), interpolation=cv2.INTER_AREA)
    cells = coarse.reshape(height, BLOCK_PX // 8, width, BLOCK_PX // 8).transpose(0, 2, 1, 3).reshape(height, width, -1)
    bright, texture = means.mean(2) / 255, np.log(cells.std(2) + 1.0)
    design = np.stack([np.ones_like(bright), bright, bright**2, texture, texture**2], -1).reshape(-1, 5)
    weights = np.linalg.lstsq(design, noise.ravel(), rcond=None)[0]
    odd = (noise.ravel() - design @ weights).reshape(height, width)
    spread = float(np.median(np.abs(odd - np.median(odd))) * 1.4826)
    far = (np.abs(cv2.blur(odd, (3, 3))) > 2 * max(spread, 0.15)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(far)
    largest = float(stats[1:, cv2.CC_STAT_AREA].max()) / far.size if count > 1 else 0.0
    silent = float((noise < np.log(0.12)).mean())
    return np.array([float(np.median(noise)), spread, silent, largest], np.float32), odd

"""Places that differ from the rest of the same picture: a heat map of small patches, and the place that stands out.

Each patch of 16 pixels gets features of its finest detail (residuals as in Fridrich & Kodovsky 2012, "Rich models for steganalysis", III; their correlation between neighbours, which
resampling and inpainting change, Popescu & Farid 2005; the share of the finest octave in the detail). Each is measured against the picture's own patches, as in Cozzolino & Verdoliva
2016, "Single-image splicing localization"; a logistic head over these differences was fitted on places that were filled in, pasted and enlarged by code.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.core.models import ASSETS

if TYPE_CHECKING:
    import numpy as np

PATCH_PX, STEP_PX = 16, 8
LEAST_PATCHES = 400
SMOOTH = (1.6, 4.0)  # standard deviations of two neighbourhoods, in steps
MEASURES = 40
LEAST_SHARE, MOST_SHARE = 0.003, 0.4  # of the picture: what is smaller or wider is not called a place


def features(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Float64 [rows,columns,f] features of the patches of uint8 [h,w,3], and what explains them, [rows,columns,c]."""
    import cv2
    import numpy as np

    luma = cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY).astype(np.float32)
    blue = pixels[..., 2].astype(np.float32) - pixels[..., 1]
    first = cv2.filter2D(luma, -1, np.array([[-1, 2, -1], [2, -4, 2], [-1, 2, -1]], np.float32) / 4)
    across, down = (
        cv2.filter2D(luma, -1, kernel)
        for kernel in (np.array([[1, -2, 1]], np.float32), np.array([[1], [-2], [1]], np.float32))
    )
    half = cv2.resize(
        cv2.resize(luma, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA),
        luma.shape[::-1],
        interpolation=cv2.INTER_LINEAR,
    )
    quarter = cv2.GaussianBlur(luma, (0, 0), 3.0)
    fine, middle = luma - half, half - quarter
    colour = cv2.Laplacian(blue, cv2.CV_32F)

    def mean(values: np.ndarray) -> np.ndarray:
        blurred = cv2.blur(values, (PATCH_PX, PATCH_PX))
        return blurred[PATCH_PX // 2 :: STEP_PX, PATCH_PX // 2 :: STEP_PX].astype(np.float64)

    def log(values: np.ndarray) -> np.ndarray:
        return np.log(mean(values * values) + 0.05)

    def alike(values: np.ndarray, axis: int, lag: int) -> np.ndarray:
        return mean(values * np.roll(values, lag, axis)) / (mean(values * values) + 0.05)

    found = [
        log(first),
        log(across),
        log(down),
        log(fine) - log(middle),
        log(colour),
        log(np.sign(first) * np.abs(first) ** 0.5),
    ]
    found += [alike(first, axis, lag) for axis in (0, 1) for lag in (1, 2)]
    bright, texture = mean(luma) / 255, np.log(mean(middle * middle) + 1.0)
    edge = np.log(mean(cv2.Sobel(quarter, cv2.CV_32F, 1, 0) ** 2 + cv2.Sobel(quarter, cv2.CV_32F, 0, 1) ** 2) + 1.0)
    clipped = mean(((luma < 4) | (luma > 251)).astype(np.float32))
    terms = [np.ones_like(bright), bright, bright**2, texture, texture**2, edge, edge**2, texture * bright, clipped]
    return np.stack(found, -1), np.stack(terms, -1)


def differences(pixels: np.ndarray) -> np.ndarray:
    """How each patch of uint8 [h,w,3] differs from the picture's own patches, float64 [rows,columns,MEASURES]; no rows where the picture is too small.

    What brightness and texture explain is taken off by a regression that leaves out what differs most; the rest is in robust deviations, over two neighbourhoods, as it is and as its amount.
    """
    import cv2
    import numpy as np

    found, terms = features(pixels)
    rows, columns, count = found.shape
    if rows * columns < LEAST_PATCHES:
        return np.zeros((0, 0, MEASURES))
    y, x = found.reshape(-1, count), terms.reshape(rows * columns, -1)
    kept, deviations = np.ones(len(y), bool), y
    for _ in range(3):
        left = y - x @ np.linalg.lstsq(x[kept], y[kept], rcond=None)[0]
        middle = np.median(left[kept], 0)
        deviations = (left - middle) / (1.4826 * np.median(np.abs(left[kept] - middle), 0) + 1e-3)
        far = (deviations.clip(-5, 5) ** 2).sum(1)
        kept = far <= np.quantile(far, 0.85)
    held = np.moveaxis(deviations.clip(-6, 6).reshape(rows, columns, count), -1, 0)
    near, wide = (np.stack([cv2.GaussianBlur(one, (0, 0), size) for one in held], -1) for size in SMOOTH)
    return np.concatenate([near, wide, np.abs(near), np.abs(wide)], -1)


@lru_cache(maxsize=1)
def head() -> tuple[np.ndarray, float, float]:
    """Weights [MEASURES] and bias of the fitted head, and the log odds from which a patch belongs to a place."""
    import numpy as np

    held = json.loads((ASSETS / "weights" / "detect_questions.json").read_text("utf-8"))["head"]
    return np.array(held["weights"]), float(held["bias"]), float(held["place_from"])


def measure(pixels: np.ndarray) -> tuple[np.ndarray, bool]:
    """Log odds of each patch of uint8 [h,w,3] that it was edited, float64 [rows,columns] at even prior odds, and whether the picture is large enough."""
    import numpy as np

    found = differences(pixels)
    if not found.size:
        return np.zeros((0, 0)), False
    weights, bias, _ = head()
    return found @ weights + bias, True


def component(odds: np.ndarray, place_from: float) -> np.ndarray:
    """The connected patches above `place_from` that stand out most, bool [rows,columns]; none where they fill more than MOST_SHARE of the picture."""
    import cv2
    import numpy as np

    smooth = cv2.GaussianBlur(odds.astype(np.float32), (0, 0), 1.0)
    above = cv2.morphologyEx((smooth > place_from).astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, label, stats, _ = cv2.connectedComponentsWithStats(above)
    share = stats[1:, cv2.CC_STAT_AREA] / above.size
    weight = np.bincount(label.ravel(), (smooth - place_from).clip(0).ravel(), count)[1:]
    weight[(share < LEAST_SHARE) | (share > MOST_SHARE)] = 0
    if count < 2 or not weight.any():
        return np.zeros(odds.shape, bool)
    best = (label == 1 + int(weight.argmax())).astype(np.uint8)
    edges = cv2.findContours(best, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0]
    return cv2.drawContours(best, edges, -1, 1, -1) > 0


def places(odds: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """The place that stands out most, bool [h,w] of the picture's `shape`."""
    import cv2
    import numpy as np

    best = component(odds, head()[2]).astype(np.uint8)
    drawn = cv2.resize(best, (best.shape[1] * STEP_PX, best.shape[0] * STEP_PX), interpolation=cv2.INTER_NEAREST)
    drawn, whole = drawn[: shape[0], : shape[1]], np.zeros(shape, bool)
    whole[: drawn.shape[0], : drawn.shape[1]] = drawn > 0
    return whole


def score(odds: np.ndarray, place_from: float | None = None) -> float:
    """How much one place stands out: the mean log odds of its patches above the others', times the fourth root of its share of the picture; 0 without a place."""
    inside = component(odds, head()[2] if place_from is None else place_from)
    if not inside.any():
        return 0.0
    return float((odds[inside].mean() - odds[~inside].mean()) * inside.mean() ** 0.25)


def of_patches(mask: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """A mask, bool [h,w], at the middles of the patches, bool [rows,columns] of `shape`."""
    import numpy as np

    found = mask[PATCH_PX // 2 :: STEP_PX, PATCH_PX // 2 :: STEP_PX]
    whole = np.zeros(shape, bool)
    whole[: found.shape[0], : found.shape[1]] = found[: shape[0], : shape[1]]
    return whole


def auc_of(odds: np.ndarray, mask: np.ndarray) -> float:
    """Area under the curve of the patches' log odds against a mask of patches, bool [rows,columns]; 0.5 is chance."""
    from scipy.stats import rankdata

    truth, ranks = mask.ravel(), rankdata(odds.ravel())
    inside = int(truth.sum())
    return float((ranks[truth].sum() - inside * (inside + 1) / 2) / max(1, inside * (len(truth) - inside)))

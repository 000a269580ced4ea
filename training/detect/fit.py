"""Fit what the detector takes for a picture of a known kind, and land it: `python -m training.detect.fit --folder F [--land]`.

The directions come from the "fit" part, the limit from "calibrate", whose sources nothing was fitted on. Order of work: sources and autoencoders, fakes,
variants, adapter and variants again, fit (all in training/detect/).
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from pipelines.core.models import ASSETS
from training.detect import sources as detect_sources
from training.detect.fakes import GENERATORS, TEST
from training.detect.measurements import Measured

RIDGE = 1e-4
OOD_DIMENSIONS, OOD_SHARE = 48, 0.99


def logistic(x, y, weights, ridge, apart=None, consistency=0.0) -> tuple[np.ndarray, float]:
    """Weighted ridge logistic regression with a penalty on how far the scores of two copies part, whose difference has the covariance `apart` [d,d].
    -> weights [d], bias."""
    x, y, s = (torch.tensor(a, dtype=torch.float64) for a in (x, y, weights))
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    between = torch.tensor(apart, dtype=torch.float64) if apart is not None else None
    optimiser = torch.optim.LBFGS([w, b], max_iter=400, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        score = x @ w + b
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(score, y, reduction="none") * s).sum()
        loss = loss + ridge * (w**2).sum()
        if between is not None:
            loss = loss + consistency * (w @ between @ w)
        loss.backward()
        return loss

    optimiser.step(closure)
    return w.detach().numpy(), float(b.detach())


def bound(wrong: int, of: int) -> float:
    """Clopper & Pearson 1934: the one-sided 95 % bound on a rate."""
    from scipy.stats import beta

    return 1.0 if wrong >= of else float(beta.ppf(0.95, wrong + 1, of - wrong))


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the curve, ties halved (Mann & Whitney)."""
    from scipy.stats import rankdata

    ranks, made = rankdata(score), label == 1
    n, m = made.sum(), (~made).sum()
    return float((ranks[made].sum() - n * (n + 1) / 2) / max(1, n * m))


def out_of_distribution(data: Measured) -> dict[str, np.ndarray]:
    """Principal directions of CLIP vectors of the fit part, and the distance that 99 in 100 calibration pictures keep."""
    x, part = data.values[:, :512].astype(np.float64), data.part[data.owner]
    first = np.unique(data.owner, return_index=True)[1]  # the plain view of what is judged
    fit, hold = np.flatnonzero(part == "fit"), first[part[first] == "calibrate"]
    mean = x[fit].mean(0)
    _, s, v = np.linalg.svd(x[fit] - mean, full_matrices=False)
    basis = v[:OOD_DIMENSIONS].T
    scale = s[:OOD_DIMENSIONS] / np.sqrt(len(fit))
    rest = (s[OOD_DIMENSIONS:] ** 2).sum() / len(fit) / max(1, 512 - OOD_DIMENSIONS)

    def distance(rows):
        offset = x[rows] - mean
        inside = offset @ basis
        return np.sqrt(((inside / scale) ** 2).sum(1) + ((offset - inside @ basis.T) ** 2).sum(1) / rest)

    limit = np.quantile(distance(hold), OOD_SHARE) * 1.05
    values = {"ood_mean": mean, "ood_basis": basis, "ood_scale": scale, "ood_rest": [rest], "ood_limit": [limit]}
    return {f"clip.{key}": np.ascontiguousarray(value, np.float32) for key, value in values.items()}


def training_facts(data: Measured) -> dict:
    """What it was fitted on, as the report says it."""
    sources = [
        f"{s.name} ({s.package.partition(':')[2] or 'the studio'}; {s.licence})"
        for s in detect_sources.SOURCES
        if s.split == "train"
    ]
    return {
        "trained_on": {"real": sources, "made": [name for name in GENERATORS if name not in TEST]},
        "pictures": {
            part: len({item.name for item in data.items if item.part == part}) for part in ("fit", "calibrate")
        },
    }


def export(tensors: dict[str, np.ndarray], facts: dict) -> None:
    """Write the directions and the limit beside the voice's head, which stays, and the facts into the image part of detect.json."""
    weights = ASSETS / "weights"
    save_file(load_file(weights / "detect_heads.safetensors") | tensors, weights / "detect_heads.safetensors")
    kept = json.loads((weights / "detect.json").read_text())
    kept["image"] |= facts
    (weights / "detect.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    """Read the command line, fit, and export where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    data = Measured(chosen.folder)
    tensors = out_of_distribution(data)
    print("limit", float(tensors["clip.ood_limit"][0]))
    if chosen.land:
        export(tensors, training_facts(data))


if __name__ == "__main__":
    main()

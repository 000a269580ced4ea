"""Fit the picture detector from what was measured, and land it: `python -m pipelines.training.detect --folder F [--land]`.

Heads are fitted on the "fit" part; slopes, the fusion and the threshold from which a picture may be called AI on "calibrate", whose sources nothing
was fitted on; nothing of "test" is touched here (tests/eval/eval_detect.py does).
Order of work: detect_sources and detect_autoencoders, detect_fakes, detect_variants, detect_residual, this.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from pipelines.models import ASSETS
from pipelines.training import detect_sources
from pipelines.training.detect_fakes import GENERATORS, TEST
from pipelines.training.detect_items import Item, listed

# measurement -> (columns used, ridge, weight of the consistency penalty)
HEADS = {
    "clip": (slice(0, 1280), 0.02, 0.5),
    "residual": (slice(0, 1), 0.001, 0.1),
    "spectrum": (slice(0, 34), 0.02, 0.5),
    "noise": (slice(0, 4), 0.05, 0.2),
    "ghosts": (slice(0, 2), 0.1, 0.0),
    "quantisation": (slice(1, 2), 0.1, 0.0),
    "copies": (slice(0, 1), 0.1, 0.0),
}
CAPS = {"clip": 5.0, "residual": 4.0, "spectrum": 2.0, "noise": 1.0, "ghosts": 0.5, "quantisation": 0.3, "copies": 0.5}
LEARNT_FUSION = ("clip", "residual", "spectrum", "noise")
SIDE_WEIGHT = 0.3  # of ghosts, quantisation and copies: they tell of editing, so they are let in a little, within their caps
NOT_JUDGED = "It has not been measured yet how often a picture of people would be called AI."
OOD_DIMENSIONS, OOD_SHARE = 48, 0.99
LIKELY_FROM, MARGIN = 0.9, 0.5  # least chance that accuses; log odds that the threshold stands above every calibration picture of people


class Measured:
    """All measurements as arrays: by head name, rows [n] that have it and values [n,d]."""

    def __init__(self, folder: Path, landed: bool = False) -> None:
        self.items: list[Item] = listed(folder)
        kept = folder / ("residual_landed.npz" if landed else "residual_scores.npz")
        scores = dict(np.load(kept)) if kept.exists() else {}
        self.values: dict[str, np.ndarray] = {}
        self.has: dict[str, np.ndarray] = {name: np.zeros(len(self.items), bool) for name in HEADS}
        rows: dict[str, list] = {name: [None] * len(self.items) for name in HEADS}
        for i, item in enumerate(self.items):
            held = np.load(item.path)
            for name, (columns, _, _) in HEADS.items():
                if name == "residual":
                    value = np.array([scores[item.path.stem]]) if item.path.stem in scores else None
                elif name == "copies" and name in held:
                    value = np.log1p(held[name][:1])
                else:
                    value = held.get(name)
                if value is not None:
                    rows[name][i] = value[columns]
                    self.has[name][i] = True
        for name in HEADS:
            width = next((len(row) for row in rows[name] if row is not None), 1)
            self.values[name] = np.stack([row if row is not None else np.zeros(width) for row in rows[name]]).astype(np.float64)
        self.label = np.array([item.label for item in self.items])
        self.part = np.array([item.part for item in self.items])
        self.generator = np.array([item.generator for item in self.items])

    def balance(self, rows: np.ndarray) -> np.ndarray:
        """Weights of rows: half for real, half for made, generators alike; they add up to 1."""
        weights = np.zeros(len(rows))
        for label in (0, 1):
            kinds = set(self.generator[rows][self.label[rows] == label])
            for kind in kinds:
                same = (self.generator[rows] == kind) & (self.label[rows] == label)
                weights[same] = 0.5 / len(kinds) / same.sum()
        return weights

    def twins(self, rows: np.ndarray) -> np.ndarray:
        """Pairs of row numbers (into `rows`) that are variants of one picture."""
        by_name: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            by_name.setdefault(self.items[row].name, []).append(place)
        return np.array([pair[:2] for pair in by_name.values() if len(pair) >= 2], int).reshape(-1, 2)


def logistic(x, y, weights, ridge, twins=None, consistency=0.0, positive=False) -> tuple[np.ndarray, float]:
    """Weighted ridge logistic regression with a penalty on how far the score moves between twins. -> weights [d], bias."""
    x, y, s = (torch.tensor(a, dtype=torch.float64) for a in (x, y, weights))
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    apart = x[twins[:, 0]] - x[twins[:, 1]] if twins is not None and len(twins) else None
    optimiser = torch.optim.LBFGS([w, b], max_iter=400, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        used = torch.nn.functional.softplus(w) if positive else w
        score = x @ used + b
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(score, y, reduction="none") * s).sum()
        loss = loss + ridge * ((used - 1.0) ** 2 if positive else used**2).sum()
        if apart is not None and consistency:
            loss = loss + consistency * ((apart @ used) ** 2).mean()
        loss.backward()
        return loss

    optimiser.step(closure)
    used = torch.nn.functional.softplus(w) if positive else w
    return used.detach().numpy(), float(b.detach())


def fit_heads(data: Measured) -> dict[str, np.ndarray]:
    """Every head: standardised on the fit part, slope and bias set right on the calibration part."""
    tensors: dict[str, np.ndarray] = {}
    for name, (_, ridge, consistency) in HEADS.items():
        fit = np.flatnonzero(data.has[name] & (data.part == "fit"))
        hold = np.flatnonzero(data.has[name] & (data.part == "calibrate"))
        mean, scale = data.values[name][fit].mean(0), data.values[name][fit].std(0) + 1e-3
        z = ((data.values[name] - mean) / scale).clip(-4, 4)
        w, b = logistic(z[fit], data.label[fit], data.balance(fit), ridge / np.sqrt(z.shape[1]), data.twins(fit), consistency)
        raw = z @ w + b
        slope, shift = logistic(raw[hold, None], data.label[hold], data.balance(hold), 0.002)
        slope = np.clip(slope[0], 0.0, 2.0)
        tensors |= {f"{name}.mean": mean, f"{name}.scale": scale, f"{name}.weight": w * slope, f"{name}.bias": np.array([b * slope + shift])}
        print(f"{name:13s} fit {len(fit)} auc {auc(raw[fit], data.label[fit]):.3f}  calibrate {len(hold)} auc {auc(raw[hold], data.label[hold]):.3f}  slope {slope:.2f}")
    return {key: np.asarray(value, np.float32) for key, value in tensors.items()}


def ratios(data: Measured, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """What heads.ratio gives for every row; 0 where a measurement is missing."""
    found = {}
    for name in HEADS:
        z = ((data.values[name] - tensors[f"{name}.mean"]) / tensors[f"{name}.scale"]).clip(-4, 4)
        found[name] = np.where(data.has[name], (z @ tensors[f"{name}.weight"] + tensors[f"{name}.bias"][0]).clip(-6, 6), 0.0)
    return found


def tensors_landed() -> dict[str, np.ndarray]:
    """The heads as they are shipped."""
    from pipelines.detect import heads

    return heads.tensors()


def strange(data: Measured) -> dict[str, np.ndarray]:
    """Principal directions of CLIP vectors of the fit part, and the distance that 99 in 100 calibration pictures keep."""
    fit, hold = (np.flatnonzero(data.part == part) for part in ("fit", "calibrate"))
    x = data.values["clip"][:, :512]
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


def fuse(data: Measured, found: dict[str, np.ndarray], consistency: float) -> tuple[dict[str, dict[str, float]], float, np.ndarray]:
    """Non-negative weights of the looks on the calibration part, fixed small ones of the rest; with the log odds of every row."""
    hold = np.flatnonzero(data.part == "calibrate")
    x = np.stack([found[name] for name in LEARNT_FUSION], 1)
    w, b = logistic(x[hold], data.label[hold], data.balance(hold), 0.003, data.twins(hold), consistency, positive=True)
    rules = {name: {"weight": round(float(weight), 4), "cap": CAPS[name]} for name, weight in zip(LEARNT_FUSION, w)}
    rules |= {name: {"weight": SIDE_WEIGHT, "cap": CAPS[name]} for name in CAPS if name not in rules}
    parts = [np.clip(rule["weight"] * found[name], -rule["cap"], rule["cap"]) for name, rule in rules.items()]
    return rules, round(b, 4), np.sum(parts, 0) + b


def threshold(odds: np.ndarray, label: np.ndarray) -> float:
    """The chance from which a picture may be called AI: above all calibration pictures of people by MARGIN, and LIKELY_FROM at least."""
    highest = float(odds[label == 0].max()) + MARGIN
    return max(LIKELY_FROM, float(np.ceil(1000 / (1 + np.exp(-highest))) / 1000))


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the curve, ties halved (Mann & Whitney)."""
    from scipy.stats import rankdata

    ranks, made = rankdata(score), label == 1
    n, m = made.sum(), (~made).sum()
    return float((ranks[made].sum() - n * (n + 1) / 2) / max(1, n * m))


def hold_pairs(data: Measured, odds: np.ndarray) -> np.ndarray:
    """How far the chances of two saved copies of each calibration picture differ."""
    hold = np.flatnonzero(data.part == "calibrate")
    twins = hold[data.twins(hold)]
    chances = 1 / (1 + np.exp(-odds))
    return np.abs(chances[twins[:, 0]] - chances[twins[:, 1]])


def usual(data: Measured) -> np.ndarray:
    """The mean fall of detail of what people made, for the evidence picture."""
    rows = data.has["spectrum"] & (data.label == 0) & (data.part == "fit")
    return data.values["spectrum"][rows][:, :32].mean(0).astype(np.float32)


def told(data: Measured) -> dict:
    """What the report says about the calibration."""
    sources = [f"{s.name} ({s.package.partition(':')[2] or 'the studio'}; {s.licence})" for s in detect_sources.SOURCES if s.split == "train"]
    return {
        "trained_on": {"real": sources, "made": [name for name in GENERATORS if name not in TEST]},
        "threshold_from": apart(data),
        "pictures": {part: int((data.part == part).sum()) for part in ("fit", "calibrate")},
        "not_covered": "Commercial generators (no picture of one was at hand), cameras' own enhancement, screenshots of text, medical pictures.",
    }


def landed_odds(data: Measured) -> np.ndarray:
    """Log odds of every row by the heads and the fusion as they are shipped."""
    from pipelines.detect.fusion import limits

    rules, found = limits()["image"], ratios(data, tensors_landed())
    parts = [np.clip(r["weight"] * found[name], -r["cap"], r["cap"]) for name, r in rules["signals"].items()]
    return rules["intercept"] + np.sum(parts, 0)


def apart(data: Measured) -> list[str]:
    """The measured sources that calibrate only: no head was fitted on any of their pictures."""
    wanted = {source.name for source in detect_sources.SOURCES if source.split == "calibrate"}
    return sorted({item.source for item in data.items if item.source in wanted})


def choose_threshold(data: Measured, odds: np.ndarray) -> float:
    """From the sources that no head was fitted on; prints what it would mean for them."""
    sources = apart(data)
    real = np.array([item.part == "calibrate" and not item.label and item.source in sources for item in data.items])
    made = (data.part == "calibrate") & (data.label == 1)
    likely_from = threshold(odds[real], data.label[real])
    chances = 1 / (1 + np.exp(-odds))
    order = np.flatnonzero(real)[np.argsort(-odds[real])][:8]
    print("highest of people:", [(data.items[i].name, round(float(chances[i]), 3)) for i in order])
    share = f"{(chances[made] >= likely_from).mean():.1%} of {made.sum()} made ones" if made.any() else "no made ones to count"
    print(f"likely from {likely_from} ({real.sum()} calibration pictures of people; {share})")
    pairs = hold_pairs(data, odds)
    if len(pairs):
        print(f"two copies of a calibration picture differ by {np.median(pairs):.3f} in the middle, {np.quantile(pairs, 0.9):.3f} at nine tenths")
    return likely_from


def land(folder: Path, tensors: dict[str, np.ndarray] | None, image: dict) -> None:
    """Writes the image part of detect.json, and the heads and the network where they were fitted anew."""
    weights = ASSETS / "weights"
    if tensors is not None:
        heads = load_file(weights / "detect_heads.safetensors") if (weights / "detect_heads.safetensors").exists() else {}
        heads |= {key: np.ascontiguousarray(value) for key, value in tensors.items()}  # the voice's head stays
        save_file(heads, weights / "detect_heads.safetensors")
        held = load_file(folder / "residual.safetensors")
        held.pop("step")
        save_file(held, weights / "detect_residual.safetensors")
        shutil.copy(folder / "residual_scores.npz", folder / "residual_landed.npz")
    kept = json.loads((weights / "detect.json").read_text())
    kept["image"] |= image | {"accuses": False, "why_not": NOT_JUDGED}
    (weights / "detect.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    parser.add_argument("--threshold-only", action="store_true", help="keep the landed heads, network and fusion")
    parser.add_argument("--consistency", type=float, default=0.3)
    parser.add_argument("--clear-to", type=float, default=0.4)
    chosen = parser.parse_args()
    data = Measured(chosen.folder, landed=chosen.threshold_only)
    if chosen.threshold_only:
        likely_from = choose_threshold(data, landed_odds(data))
        if chosen.land:
            land(chosen.folder, None, {"likely_from": likely_from, "threshold_from": apart(data)})
        return
    tensors = fit_heads(data) | strange(data) | {"spectrum.usual": usual(data)}
    rules, intercept, odds = fuse(data, ratios(data, tensors), chosen.consistency)
    hold = data.part == "calibrate"
    print("fused", rules, intercept, f"calibrate auc {auc(odds[hold], data.label[hold]):.3f}")
    likely_from = choose_threshold(data, odds)
    if chosen.land:
        image = {"intercept": intercept, "signals": rules, "likely_from": likely_from, "clear_to": chosen.clear_to}
        land(chosen.folder, tensors, image | told(data))


if __name__ == "__main__":
    main()

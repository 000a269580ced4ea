"""Fit the picture detector from what was measured, and land it: `python -m training.detect.fit --folder F [--land]`.

Heads are fitted on the "fit" part; slopes and the fusion on "calibrate", whose sources nothing was fitted on; the threshold from which a picture may be
called AI comes from the people's pictures of both, each judged by a head that was not fitted on its source; nothing of "test" is touched here (measure/eval/eval_detect.py does).
Order of work: sources and autoencoders, fakes, variants, residual, adapter and variants again, fit (all in training/detect/).
"""

import argparse
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import load_file, save_file

from pipelines.core.models import ASSETS
from pipelines.detect.parts.heads import MOST
from training.detect import sources as detect_sources
from training.detect.fakes import GENERATORS, TEST
from training.detect.measurements import HEADS, SHOWN, Measured, standard

RIDGE = 1e-4
FUSED = 1.0  # the same penalty on the sum of the heads
CAPS = {"clip": 6.0, "residual": 4.0, "spectrum": 2.0}
NOT_JUDGED = "It has not been measured yet how often a picture of people would be called AI."
OOD_DIMENSIONS, OOD_SHARE = 48, 0.99
LIKELY_FROM = 0.9  # least chance that accuses
FALSE, MARGIN = (
    0.02,
    0.5,
)  # most that the bound on accused people's pictures may be at the threshold; log odds above all where they are too few for that
FOLDS = 5


def logistic(x, y, weights, ridge, apart=None, consistency=0.0, positive=False) -> tuple[np.ndarray, float]:
    """Weighted ridge logistic regression with a penalty on how far the scores of two copies part, whose difference has the covariance `apart` [d,d].
    -> weights [d], bias."""
    x, y, s = (torch.tensor(a, dtype=torch.float64) for a in (x, y, weights))
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    between = torch.tensor(apart, dtype=torch.float64) if apart is not None else None
    optimiser = torch.optim.LBFGS([w, b], max_iter=400, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        used = torch.nn.functional.softplus(w) if positive else w
        score = x @ used + b
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(score, y, reduction="none") * s).sum()
        loss = loss + ridge * ((used - 1.0) ** 2 if positive else used**2).sum()
        if between is not None:
            loss = loss + consistency * (used @ between @ used)
        loss.backward()
        return loss

    optimiser.step(closure)
    used = torch.nn.functional.softplus(w) if positive else w
    return used.detach().numpy(), float(b.detach())


def fit_heads(data: Measured, penalties: Mapping[str, float] = HEADS, *, silent: bool = False) -> dict[str, np.ndarray]:
    """Every head: standardised on the fit part, slope and bias set right on the calibration part."""
    tensors: dict[str, np.ndarray] = {}
    for name, consistency in penalties.items():
        owner, values = data.owner[name], data.values[name]
        fit = np.flatnonzero(data.part[owner] == "fit")
        mean, scale = standard(values[fit])
        z = ((values - mean) / scale).clip(-4, 4) / np.sqrt(values.shape[1])
        basis = data.basis(owner[fit], z[fit])
        rows = z[fit] @ basis
        w, b = logistic(
            rows,
            data.label[owner[fit]],
            data.balance(owner[fit]),
            RIDGE,
            data.apart(owner[fit], rows, data.view[name][fit]),
            consistency,
        )
        w = basis @ w
        raw = data.mean(name, z @ w + b)
        slope, shift = set_right(data, name, raw)
        weight = w * slope / np.sqrt(values.shape[1])
        tensors |= {
            f"{name}.mean": mean,
            f"{name}.scale": scale,
            f"{name}.weight": weight,
            f"{name}.bias": np.array([b * slope + shift]),
        }
        hold = data.has(name) & (data.part == "calibrate")
        if not silent:
            print(
                f"{name:13s} fit {len(fit)} rows auc {auc((z @ w)[fit], data.label[owner[fit]]):.3f}  calibrate {hold.sum()} auc {auc(raw[hold], data.label[hold]):.3f}  slope {slope:.2f}",
                flush=True,
            )
    return {key: np.asarray(value, np.float32) for key, value in tensors.items()}


def set_right(data: Measured, name: str, raw: np.ndarray) -> tuple[float, float]:
    """Slope and shift of a head's scores by the calibration part, whose sources it was not fitted on."""
    hold = np.flatnonzero(data.has(name) & (data.part == "calibrate"))
    slope, shift = logistic(raw[hold, None], data.label[hold], data.balance(hold), 0.0005)
    return float(np.clip(slope[0], 0.0, 4.0)), shift


def not_fitted_on(data: Measured, found: dict[str, np.ndarray]) -> np.ndarray:
    """What the look's head says of every item when its source was left out, and what was made from that; as `found` says where it was not fitted on it.

    FOLDS heads, each without some of the sources; the adapter, which sees no labels, and the small head of fine traces are as they are.
    """
    owner, values = data.owner["clip"], data.values["clip"]
    fit = data.part[owner] == "fit"
    mean, scale = standard(values[fit])
    z = ((values - mean) / scale).clip(-4, 4) / np.sqrt(values.shape[1])
    rows = z @ data.basis(owner[fit], z[fit])
    source = np.array([item.source for item in data.items])
    sources = sorted(set(source[(data.part == "fit") & (data.label == 0)]))
    ratio = found["clip"].copy()
    for fold in range(FOLDS):
        out = np.isin(source, sources[fold::FOLDS])
        take = np.flatnonzero(fit & ~out[owner])
        used = owner[take]
        w, b = logistic(
            rows[take],
            data.label[used],
            data.balance(used),
            RIDGE,
            data.apart(used, rows[take], data.view["clip"][take]),
            HEADS["clip"],
        )
        raw = data.mean("clip", rows @ w + b)
        slope, shift = set_right(data, "clip", raw)
        mine = out & (data.part == "fit")
        ratio[mine] = (raw * slope + shift).clip(-MOST, MOST)[mine]
    return ratio


def ratios(data: Measured, tensors: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The mean of what heads.ratio gives for every view of every item; 0 where a measurement is missing."""
    found = {}
    for name in (name for name in data.values if f"{name}.mean" in tensors):
        z = ((data.values[name] - tensors[f"{name}.mean"]) / tensors[f"{name}.scale"]).clip(-4, 4)
        found[name] = data.mean(name, (z @ tensors[f"{name}.weight"] + tensors[f"{name}.bias"][0]).clip(-MOST, MOST))
    return found


def tensors_landed() -> dict[str, np.ndarray]:
    """The heads as they are shipped."""
    from pipelines.detect.parts import heads

    return heads.tensors()


def out_of_distribution(data: Measured) -> dict[str, np.ndarray]:
    """Principal directions of CLIP vectors of the fit part, and the distance that 99 in 100 calibration pictures keep."""
    x, part = data.values["clip"][:, :512].astype(np.float64), data.part[data.owner["clip"]]
    first = np.unique(data.owner["clip"], return_index=True)[1]  # the plain view of what is judged
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


def fuse(data: Measured, found: dict[str, np.ndarray]) -> tuple[dict[str, dict[str, float]], float]:
    """Non-negative weights of the heads and the intercept, fitted on the calibration part; no weight for what is only shown.

    How far copies of what was fitted on part counts against a head's weight beside the others', not against the sum's slope: chances stay right.
    """
    hold, fit = np.flatnonzero(data.part == "calibrate"), np.flatnonzero(data.part == "fit")
    x = np.stack([found[name] for name in HEADS], 1)
    between = data.apart(fit, x[fit])
    w, _ = logistic(x[hold], data.label[hold], data.balance(hold), 0.001, between, FUSED, positive=True)
    slope, shift = logistic((x[hold] @ w)[:, None], data.label[hold], data.balance(hold), 0.0005)
    rules = {name: {"weight": round(float(weight * slope[0]), 4), "cap": CAPS[name]} for name, weight in zip(HEADS, w)}
    return rules | {name: {"weight": 0.0, "cap": 0.0} for name in SHOWN}, round(shift, 4)


def log_odds(rules: dict[str, dict[str, float]], intercept: float, found: dict[str, np.ndarray]) -> np.ndarray:
    """Fused log odds of every item, as fusion.log_odds adds them up."""
    parts = [np.clip(r["weight"] * found[name], -r["cap"], r["cap"]) for name, r in rules.items() if name in found]
    return intercept + np.sum(parts, 0)


def bound(wrong: int, of: int) -> float:
    """Clopper & Pearson 1934: the one-sided 95 % bound on a rate."""
    from scipy.stats import beta

    return 1.0 if wrong >= of else float(beta.ppf(0.95, wrong + 1, of - wrong))


def threshold(highest: np.ndarray) -> tuple[float, int]:
    """The lowest chance that accuses, LIKELY_FROM at least, and how many pictures of people are above it: so few that the bound on their rate is within FALSE.

    `highest`: the highest log odds of each picture of people [n]. Where n is too small for any to be, it stands MARGIN above all.
    """
    order = np.sort(highest)[::-1]
    allowed = next(
        k for k in range(len(order) + 1) if bound(k, len(order)) > FALSE
    )  # so many that one more would be too many
    least = order[allowed - 1] if allowed else order[0] + MARGIN
    likely_from = max(LIKELY_FROM, float(np.ceil(1000 / (1 + np.exp(-least))) / 1000))
    return likely_from, int((1 / (1 + np.exp(-order)) >= likely_from).sum())


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the curve, ties halved (Mann & Whitney)."""
    from scipy.stats import rankdata

    ranks, made = rankdata(score), label == 1
    n, m = made.sum(), (~made).sum()
    return float((ranks[made].sum() - n * (n + 1) / 2) / max(1, n * m))


def usual(data: Measured) -> np.ndarray:
    """The mean fall of detail of what people made, for the evidence picture."""
    owner = data.owner["spectrum"]
    rows = (data.label[owner] == 0) & (data.part[owner] == "fit")
    return data.values["spectrum"][rows][:, :32].mean(0).astype(np.float32)


def training_facts(data: Measured) -> dict:
    """What the report says about the calibration."""
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
        "not_covered": "Commercial generators (no picture of one was at hand), cameras' own enhancement, screenshots of text, medical pictures.",
    }


def landed_odds(data: Measured) -> np.ndarray:
    """Log odds of every row by the heads and the fusion as they are shipped."""
    from pipelines.detect.parts.fusion import limits

    rules = limits()["image"]
    return log_odds(rules["signals"], rules["intercept"], ratios(data, tensors_landed()))


def choose_threshold(
    data: Measured, rules: dict[str, dict[str, float]], intercept: float, found: dict[str, np.ndarray]
) -> dict:
    """`likely_from` and what it comes from: pictures of people of both parts, judged by heads that were not fitted on their source."""
    odds = log_odds(rules, intercept, found | {"clip": not_fitted_on(data, found)})
    people = np.flatnonzero((data.part != "test") & (data.label == 0))
    group = np.array([data.items[i].group for i in people])
    names, place = np.unique(group, return_inverse=True)
    highest = np.full(len(names), -np.inf)
    np.maximum.at(highest, place, odds[people])
    likely_from, above = threshold(highest)
    sources = len({data.items[i].source for i in people})
    chances = 1 / (1 + np.exp(-odds))
    print(
        "highest of people:",
        [(names[i], round(float(1 / (1 + np.exp(-highest[i]))), 3)) for i in np.argsort(-highest)[:8]],
    )
    made = (data.part == "calibrate") & (data.label == 1)
    share = (
        f"{(chances[made] >= likely_from).mean():.1%} of {made.sum()} made ones"
        if made.any()
        else "no made ones to count"
    )
    print(
        f"likely from {likely_from}: {above} of {len(names)} pictures of people of {sources} sources, {share} of the calibration"
    )
    of = {"people": len(names), "sources": sources, "above": above, "bound": round(bound(above, len(names)), 4)}
    return {"likely_from": likely_from, "threshold_from": of}


def export(folder: Path, tensors: dict[str, np.ndarray] | None, image: dict, *, network: bool) -> None:
    """Writes the image part of detect.json, and the heads and the network of fine traces where they were fitted anew."""
    weights = ASSETS / "weights"
    if tensors is not None:
        heads = (
            load_file(weights / "detect_heads.safetensors") if (weights / "detect_heads.safetensors").exists() else {}
        )
        heads |= {key: np.ascontiguousarray(value) for key, value in tensors.items()}  # the voice's head stays
        save_file(heads, weights / "detect_heads.safetensors")
    if network:
        held = load_file(folder / "residual.safetensors")
        held.pop("step")
        save_file(held, weights / "detect_residual.safetensors")
        shutil.copy(folder / "residual_scores.npz", folder / "residual_landed.npz")
    kept = json.loads((weights / "detect.json").read_text())
    kept["image"] |= image | {"accuses": False, "why_not": NOT_JUDGED}
    of_frames(kept)
    (weights / "detect.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def of_frames(kept: dict) -> None:
    """The frames of a film weigh as pictures do."""
    kept["video"]["intercept"] = kept["image"]["intercept"]
    kept["video"]["signals"] |= {f"frames_{name}": kept["image"]["signals"][name] for name in HEADS}


def main() -> None:
    """Read the command line, fit the heads and export them where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    parser.add_argument("--threshold-only", action="store_true", help="keep the landed heads, network and fusion")
    parser.add_argument("--keep-network", action="store_true", help="keep the landed network of fine traces")
    parser.add_argument("--clear-to", type=float, default=0.4)
    chosen = parser.parse_args()
    data = Measured(chosen.folder, landed=chosen.threshold_only or chosen.keep_network)
    if chosen.threshold_only:
        from pipelines.detect.parts.fusion import limits

        image = limits()["image"]
        chance = choose_threshold(data, image["signals"], image["intercept"], ratios(data, tensors_landed()))
        if chosen.land:
            export(chosen.folder, None, chance, network=False)
        return
    tensors = fit_heads(data) | out_of_distribution(data) | {"spectrum.usual": usual(data)}
    found = ratios(data, tensors)
    rules, intercept = fuse(data, found)
    hold = data.part == "calibrate"
    print(
        "fused", rules, intercept, f"calibrate auc {auc(log_odds(rules, intercept, found)[hold], data.label[hold]):.3f}"
    )
    chance = choose_threshold(data, rules, intercept, found)
    if chosen.land:
        image = training_facts(data) | chance | {"intercept": intercept, "signals": rules}
        export(chosen.folder, tensors, image, network=not chosen.keep_network)


if __name__ == "__main__":
    main()

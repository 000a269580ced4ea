"""The head over `pipelines.detect.parts.native`: a logistic regression on both parts (whole, cuts), judged on generators and sources that it never saw.

It has 19,456 weights and less than a thousand pictures, so it is solved over the pictures, exactly and without chance. A second logistic of one slope and
one bias turns the scores of groups that were left out into log odds. For every judgement whole generators and whole sources are left out of all of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from training.detect.fit import auc, bound

PARTS = ("whole", "cuts")
PENALTY = 0.006  # on the squared weights of the logistic
FOLDS, INNER = 8, 5
MOST_FALSE = 0.02  # bound on people's pictures that may be accused
MARGIN = 0.25  # log odds above the threshold that keeps that bound, since it was chosen on the same pictures


@dataclass(frozen=True)
class Data:
    """Measurements of all pictures: both parts side by side [n,19456], label 1 for made, the group of each."""

    x: np.ndarray
    label: np.ndarray
    group: np.ndarray


def load_data(folder: Path) -> Data:
    """All that `wild measure` kept; of pictures that stand in several sources only the first source's."""
    rows, dropped = [], twins(folder)
    for path in sorted((folder / "measured").glob("*.npz")):
        kind, group, picture = path.stem.split("__")
        if picture in dropped:
            continue
        with np.load(path) as held:
            rows.append((np.hstack([held[part].astype(np.float32) for part in PARTS]), int(kind == "ai"), group))
    return Data(*map(np.array, zip(*rows, strict=True)))


def twins(folder: Path) -> set[str]:
    """Names of people's pictures that stand in an earlier source too, by the fingerprints of `training.detect.sources`; kept in a file."""
    from PIL import Image

    from training.detect.sources import TWIN_BITS, fingerprints

    kept = folder / "twins.json"
    if kept.exists():
        return set(json.loads(kept.read_text()))
    earlier, dropped = list[np.ndarray](), list[str]()
    for path in sorted((folder / "pictures" / "real").glob("*/*")):
        with Image.open(path) as picture:
            picture.draft("RGB", (512, 512))
            mine = fingerprints(picture.convert("RGB"))
        if earlier and (np.array(earlier)[:, :, None] != mine[None, None]).sum(-1).min() <= TWIN_BITS:
            dropped.append(path.name)
            continue
        earlier.append(mine)
    kept.write_text(json.dumps(dropped))
    return set(dropped)


@dataclass(frozen=True)
class Linear:
    """A linear score on standardised numbers: (x - mean) / scale @ weight + bias."""

    mean: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    bias: float

    def __call__(self, x: np.ndarray) -> np.ndarray:
        return ((x - self.mean) / self.scale).clip(-4, 4) @ self.weight + self.bias


def weights_of(label: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Both classes weigh the same; within a class a group weighs as the root of its size, so that neither large nor tiny ones decide."""
    out = np.zeros(len(label))
    for name in np.unique(group):
        rows = group == name
        out[rows] = rows.sum() ** -0.5
    for value in (0, 1):
        out[label == value] /= out[label == value].sum()
    return out * len(label) / 2


def standardise(x: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Weighted mean and spread of the numbers, and the numbers standardised by them."""
    mean = np.average(x, axis=0, weights=weight)
    scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight)) + 1e-4
    return mean, scale, ((x - mean) / scale).clip(-4, 4)


def ridge(x: np.ndarray, label: np.ndarray, weight: np.ndarray, penalty: float) -> Linear:
    """Weighted ridge on +-1, solved over the pictures instead of the numbers."""
    (mean, scale, z), y = standardise(x, weight), 2.0 * label - 1
    root = np.sqrt(weight)
    middle, level = np.average(z, axis=0, weights=weight), np.average(y, weights=weight)
    centred = ((z - middle) * root[:, None]).astype(np.float64)
    kernel = centred @ centred.T
    kernel[np.diag_indices_from(kernel)] += penalty * np.trace(kernel) / len(kernel)
    coefficients = centred.T @ np.linalg.solve(kernel, (y - level) * root)
    return Linear(mean, scale, coefficients.astype(np.float32), float(level - middle @ coefficients))


def wide_logistic(x: np.ndarray, label: np.ndarray, weight: np.ndarray) -> Linear:
    """Weighted logistic regression of more numbers than pictures: `logistic` in the space that the pictures span."""
    mean, scale, z = standardise(x, weight)
    small = z.astype(np.float64) / np.sqrt(x.shape[1])
    values, vectors = np.linalg.eigh(small @ small.T)
    kept = values > 1e-9 * values[-1]
    root, vectors = np.sqrt(values[kept]), vectors[:, kept]
    turned = logistic(vectors * root, label, weight, PENALTY)
    coefficients = small.T @ (vectors @ (turned[:-1] / root)) / np.sqrt(x.shape[1])
    return Linear(mean, scale, coefficients.astype(np.float32), float(turned[-1]))


def folds(label: np.ndarray, group: np.ndarray, count: int, seed: int) -> np.ndarray:
    """A number 0..count-1 for every row; a group is never parted, both classes are dealt out from the largest group on."""
    out = np.zeros(len(label), int)
    rng = np.random.default_rng(seed)
    for value in (0, 1):
        names, sizes = np.unique(group[label == value], return_counts=True)
        load = np.zeros(count)
        for index in np.lexsort((rng.random(len(names)), -sizes)):
            place = int(load.argmin())
            load[place] += sizes[index]
            out[(group == names[index]) & (label == value)] = place
    return out


def logistic(x: np.ndarray, label: np.ndarray, weight: np.ndarray, penalty: float = 1.0) -> np.ndarray:
    """Weights and, last, the bias of a weighted logistic regression (Newton steps)."""
    ones = np.column_stack([x, np.ones(len(x))])
    weights = np.zeros(ones.shape[1])
    stiff = np.diag([penalty] * x.shape[1] + [0.0])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(ones @ weights).clip(-30, 30)))
        gradient = ones.T @ (weight * (chance - label)) + stiff @ weights
        curve = (ones * (weight * chance * (1 - chance))[:, None]).T @ ones + stiff + 1e-9 * np.eye(len(weights))
        weights -= np.linalg.solve(curve, gradient)
    return weights


def fit_head(data: Data, rows: np.ndarray) -> Linear:
    """A head on these rows: log odds at even prior odds, by scores of groups that each inner logistic had not seen."""
    x, label, group = data.x[rows], data.label[rows], data.group[rows]
    weight, inner, scores = weights_of(label, group), folds(label, group, INNER, 3), np.zeros(len(rows))
    for number in range(INNER):
        inside, outside = inner != number, inner == number
        scores[outside] = wide_logistic(x[inside], label[inside], weight[inside])(x[outside])
    spread = np.sqrt(np.average((scores - np.average(scores, weights=weight)) ** 2, weights=weight))
    slope, bias = logistic(scores[:, None] / spread, label, weight) / (spread, 1)
    head = wide_logistic(x, label, weight)
    return replace(head, weight=head.weight * slope, bias=float(head.bias * slope + bias))


def held_out(data: Data) -> np.ndarray:
    """A log odds for every row from a head that saw neither its generator nor its source."""
    which, out = folds(data.label, data.group, FOLDS, 1), np.zeros(len(data.label))
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(which != number), which == number
        out[outside] = fit_head(data, inside)(data.x[outside])
    return out


def threshold_of(people: np.ndarray) -> float:
    """The lowest threshold at which the bound on the accused of these scores of people's pictures is within MOST_FALSE; inf where none is."""
    highest = np.sort(people)[::-1]
    allowed = max((n for n in range(len(highest)) if bound(n, len(highest)) <= MOST_FALSE), default=-1)
    return float("inf") if allowed < 0 else float(highest[allowed]) + MARGIN


def report(folder: Path, *, land: bool) -> None:
    """Print what held-out scores say; with `land`, write the head."""
    data = load_data(folder)
    score = held_out(data)
    people = score[data.label == 0]
    limit, of = threshold_of(people), len(people)
    over = int((people >= limit).sum())
    share = f"{(score[data.label == 1] >= limit).mean():.0%} of made ones found"
    wrong = f"{over} of {of} of people's pictures accused (bound {bound(over, of):.1%})"
    print(f"AUC {auc(score, data.label):.3f}; threshold {limit:.2f}: {wrong}, {share}")
    if land:
        wrong_of = {"wrong": over, "of": of, "bound": round(bound(over, of), 4)}
        export(data, limit, wrong_of, round(auc(score, data.label), 3))


def export(data: Data, limit: float, of: dict[str, float], area: float) -> None:
    """Write the head fitted on everything, its facts, and the image part of detect.json. The threshold is that of held-out scores."""
    from safetensors.numpy import save_file

    from pipelines.core.models import ASSETS

    head, weights = fit_head(data, np.arange(len(data.label))), ASSETS / "weights"
    tensors = {"bias": np.array([head.bias], np.float32)}
    for name, kind in (("mean", np.float16), ("scale", np.float16), ("weight", np.float32)):
        halves = np.split(getattr(head, name).astype(kind), len(PARTS))
        tensors |= {f"{part}.{name}": half for part, half in zip(PARTS, halves, strict=True)}
    save_file(tensors, weights / "detect_wild.safetensors")
    facts = {
        "what": "Logistic regression on CLIP features of a whole picture and of two cuts: log odds that a generator of today made it.",
        "licence": "Apache-2.0; data below, in training/detect/galleries.json and in training/detect/sources.json",
        "command": "python -m training.detect.wild report --folder FOLDER --land",
        "recipe": {
            "penalty": PENALTY,
            "folds": FOLDS,
            "inner_folds": INNER,
            "most_false": MOST_FALSE,
            "margin": MARGIN,
        },
        "seed": "none: the optimum is unique; groups are dealt to folds by the seeds 1 and 3",
        "compute": "about a second a picture for its features and 3 seconds for the head, on one thread of a processor",
        "measured": {"auc_of_groups_left_out": area, "tests": "evidence in detect.json"},
        "people_accused": of,
        "made": {str(name): int((data.group == name).sum()) for name in np.unique(data.group[data.label == 1])},
        "people": sorted(str(name) for name in np.unique(data.group[data.label == 0])),
        "made_from": _origins(True),
        "people_from": _origins(False),
    }
    (weights / "detect_wild.json").write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    (weights / "detect_wild.safetensors").chmod(0o644)
    kept = json.loads((weights / "detect.json").read_text())
    supports = of["bound"] <= MOST_FALSE
    kept["image"] |= {
        "decided_by": "native",
        "likely_from": round(limit, 3),
        "wild_supports": supports,
        "accuses": supports,
        "trained_on": {"made": list(facts["made"]), "real": facts["people"]},
    }
    (weights / "detect.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def _origins(made: bool) -> list[dict[str, str]]:
    """Where the galleries' pictures come from, of services or of people."""
    from training.detect.wild import galleries

    names = ("name", "service", "source", "commit", "licence")
    return [{name: getattr(one, name) for name in names} for one in galleries("train") if bool(one.service) is made]

"""The head over `pipelines.detect.parts.native`: fitted by ridge on two parts, judged on generators and sources that it never saw.

Each part (whole, cuts) has a ridge of its own (Hoerl & Kennard 1970) in its dual form, since a part has up to 9,728 numbers and there are about a
thousand pictures. The parts' held-out scores, each divided by its spread, are added up, and a logistic sets slope and bias of the sum. For every judgement whole
generators and whole sources are left out of all of it. (A logistic that weighs the parts freely trusts the whole picture too much: with eight generators it cannot know
better, and portraits by a generator that was left out then looked recorded: AUC 0.516 for them, 0.763 in all.)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.detect.fit import auc, bound

PARTS = ("whole", "cuts")
PENALTY = {"whole": 0.3, "cuts": 0.3}  # of the mean eigenvalue of the kernel
FOLDS, INNER = 8, 5
MOST_FALSE = 0.02  # bound on people's pictures that may be accused
MARGIN = 0.25  # log odds above the threshold that keeps that bound, since it was chosen on the same pictures


@dataclass(frozen=True)
class Data:
    """Measurements of all copies: parts [n,d] each, label 1 for made, the group of each, and the picture that it is a copy of."""

    parts: dict[str, np.ndarray]
    label: np.ndarray
    group: np.ndarray
    picture: np.ndarray
    number: np.ndarray


def load_data(folder: Path) -> Data:
    """All that `detect_wild measure` kept; of pictures that stand in several sources only the first source's."""
    rows, dropped = [], twins(folder)
    for path in sorted((folder / "measured").glob("*.npz")):
        kind, group, picture, number = path.stem.split("__")
        if picture in dropped:
            continue
        with np.load(path) as held:
            rows.append(
                (kind == "ai", group, picture, int(number), {part: held[part].astype(np.float32) for part in PARTS})
            )
    return Data(
        {part: np.stack([row[4][part] for row in rows]) for part in PARTS},
        np.array([int(row[0]) for row in rows]),
        np.array([row[1] for row in rows]),
        np.array([row[2] for row in rows]),
        np.array([row[3] for row in rows]),
    )


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
class Ridge:
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


def ridge(x: np.ndarray, label: np.ndarray, weight: np.ndarray, penalty: float) -> Ridge:
    """Weighted ridge on +-1, solved over the pictures instead of the numbers."""
    mean = np.average(x, axis=0, weights=weight)
    scale = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight)) + 1e-4
    z, y = ((x - mean) / scale).clip(-4, 4), 2.0 * label - 1
    root = np.sqrt(weight)
    middle, level = np.average(z, axis=0, weights=weight), np.average(y, weights=weight)
    centred = ((z - middle) * root[:, None]).astype(np.float64)
    kernel = centred @ centred.T
    kernel[np.diag_indices_from(kernel)] += penalty * np.trace(kernel) / len(kernel)
    coefficients = centred.T @ np.linalg.solve(kernel, (y - level) * root)
    return Ridge(mean, scale, coefficients.astype(np.float32), float(level - middle @ coefficients))


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


@dataclass(frozen=True)
class Head:
    """Ridges by part and the logistic that joins them; the value is a log odds at even prior odds."""

    ridges: dict[str, Ridge]
    joint: np.ndarray

    def __call__(self, parts: dict[str, np.ndarray]) -> np.ndarray:
        scores = np.column_stack([self.ridges[part](parts[part]) for part in self.ridges])
        return scores @ self.joint[:-1] + self.joint[-1]


def fit_head(data: Data, rows: np.ndarray) -> Head:
    """A head on these rows; the joint weights come from scores of groups that each inner ridge had not seen."""
    label, group = data.label[rows], data.group[rows]
    weight, inner = weights_of(label, group), folds(label, group, INNER, 3)
    scores = np.zeros((len(rows), len(PARTS)))
    for number in range(INNER):
        inside, outside = inner != number, inner == number
        for column, part in enumerate(PARTS):
            x = data.parts[part][rows]
            scores[outside, column] = ridge(x[inside], label[inside], weight[inside], PENALTY[part])(x[outside])
    whole = {part: ridge(data.parts[part][rows], label, weight, PENALTY[part]) for part in PARTS}
    spread = np.sqrt(np.average((scores - np.average(scores, axis=0, weights=weight)) ** 2, axis=0, weights=weight))
    slope, bias = logistic((scores / spread).sum(axis=1, keepdims=True), label, weight)
    return Head(whole, np.r_[slope / spread, bias])


def held_out(data: Data) -> np.ndarray:
    """A log odds for every row from a head that saw neither its generator nor its source."""
    which, out = folds(data.label, data.group, FOLDS, 1), np.zeros(len(data.label))
    for number in range(FOLDS):
        inside, outside = np.flatnonzero(which != number), which == number
        out[outside] = fit_head(data, inside)({part: data.parts[part][outside] for part in PARTS})
    return out


def count_accused(score: np.ndarray, data: Data, threshold: float) -> tuple[int, int]:
    """How many of people's pictures have a copy at or above the threshold, and of how many."""
    people = data.label == 0
    return len(set(data.picture[people & (score >= threshold)])), len(set(data.picture[people]))


def threshold_of(score: np.ndarray, data: Data, people: np.ndarray) -> float:
    """The lowest threshold at which the bound on the pictures in `people` (names) that are accused is within MOST_FALSE; inf where none is."""
    rows = (data.label == 0) & np.isin(data.picture, people)
    highest = np.sort([score[rows & (data.picture == name)].max() for name in np.unique(data.picture[rows])])[::-1]
    allowed = max((n for n in range(len(highest)) if bound(n, len(highest)) <= MOST_FALSE), default=-1)
    return float("inf") if allowed < 0 else float(highest[allowed]) + MARGIN


def report(folder: Path, *, land: bool) -> None:
    """Print what held-out scores say; with `land`, write the head."""
    data = load_data(folder)
    people = np.unique(data.picture[data.label == 0])
    score = held_out(data)
    limit = threshold_of(score, data, people)
    over, of = count_accused(score, data, limit)
    share = f"{(score[data.label == 1] >= limit).mean():.0%} of made copies found"
    wrong = f"{over} of {of} of people's pictures accused (bound {bound(over, of):.1%})"
    print(f"AUC {auc(score, data.label):.3f}; threshold {limit:.2f}: {wrong}, {share}")
    if land:
        export(data, limit, {"wrong": over, "of": of, "bound": round(bound(over, of), 4)})


def export(data: Data, limit: float, of: dict[str, float]) -> None:
    """Write the head fitted on everything, its facts, and the image part of detect.json. The threshold is that of held-out scores."""
    from safetensors.numpy import save_file

    from pipelines.core.models import ASSETS

    head, weights = fit_head(data, np.arange(len(data.label))), ASSETS / "weights"
    tensors = {"joint.bias": head.joint[-1:].astype(np.float32)}
    for column, (part, one) in enumerate(head.ridges.items()):
        tensors[f"{part}.mean"], tensors[f"{part}.scale"] = one.mean.astype(np.float16), one.scale.astype(np.float16)
        tensors[f"{part}.weight"] = one.weight.astype(np.float32)
        tensors[f"{part}.bias"] = np.array([one.bias], np.float32)
        tensors[f"joint.{part}"] = head.joint[column : column + 1].astype(np.float32)
    save_file(
        {name: np.ascontiguousarray(value) for name, value in tensors.items()}, weights / "detect_wild.safetensors"
    )
    facts = {
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

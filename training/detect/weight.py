"""What weight the scores of left-out pictures may be given: bands and their likelihood ratios, how good these are, and curves to look at.

`python -m measure.eval wild FOLDER…` prints the tables; `--curves FILE.png` draws Tippett and ECE curves, `--land` writes the bands into detect.json.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.core.models import ASSETS
from pipelines.detect.scores import MOST, band_ratio, deciding, entropy, support
from training.detect.fit import bound
from training.detect.wild_head import FOLDS, folds

# of the bands; chosen on the wild tests of others, before the calibration; from the last one on a band may accuse
MOST_FALSE = 0.01  # bound on the photographs that the last band may accuse
EDGES = (-1.0, 1.0, 2.0, deciding(None)[1])
PLOT_PX, MARGIN_PX = 560, 56
COLOURS = {
    "made": "#b3372c",
    "recorded": "#2c5a8c",
    "as said": "#b3372c",
    "best order": "#7a7a72",
    "knows nothing": "#c9a227",
}


@dataclass(frozen=True)
class Scores:
    """Of pictures that the head had not learned: score, 1 for made, service or source, whether there is a face, whether the file says nothing, the test."""

    score: np.ndarray
    label: np.ndarray
    group: np.ndarray
    face: np.ndarray
    silent: np.ndarray
    test: np.ndarray

    def only(self, rows: np.ndarray) -> Scores:
        """Some of the pictures."""
        return Scores(*(column[rows] for column in vars(self).values()))

    def groups(self) -> dict[str, np.ndarray]:
        """The rows of the groups that are told apart, of those that have both sides."""
        faces = {"with a face": self.face, "without a face": ~self.face}
        masks = {"all": self.score > -np.inf, **faces, "silent files": self.silent | (self.label == 0)}
        masks |= {f"test {number}": self.test == number for number in set(self.test) if np.ptp(self.test)}
        return {name: rows for name, rows in masks.items() if 0 < self.label[rows].sum() < rows.sum()}

    def log_ratios(self) -> np.ndarray:
        """The log-likelihood ratio of every picture, by bands that were fitted without its group; with a face on faces alone."""
        place, fold, ratios = np.digitize(self.score, EDGES), folds(self.label, self.group, FOLDS, 1), self.score * 0.0
        for number, band, face in np.ndindex(FOLDS, len(EDGES) + 1, 2):
            rest, judged = (
                (fold != number) & (self.face >= face),
                (fold == number) & (place == band) & (self.face == face),
            )
            ratios[judged] = (
                np.log(band_ratio(place[rest] == band, self.label[rest]))
                if 0 < self.label[rest].sum() < rest.sum()  # of a side without pictures no share is known
                else 0.0
            )
        return ratios


def pav(score: np.ndarray, label: np.ndarray) -> np.ndarray:
    """The best log-likelihood ratios that keep the order of the scores (pool-adjacent violators), bounded by one contrary picture at each end."""
    order, blocks = np.argsort(score, kind="stable"), list[list[float]]()
    for value in (1.0, *label[order].astype(float), 0.0):
        blocks.append([value, 1])
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            value, size = blocks.pop()
            before = blocks[-1]
            blocks[-1] = [(before[0] * before[1] + value * size) / (before[1] + size), before[1] + size]
    chance = np.concatenate([np.full(int(size), value) for value, size in blocks])[1:-1].clip(1e-6, 1 - 1e-6)
    out = np.empty(len(label))
    out[order] = np.log(chance / (1 - chance)) - np.log(label.mean() / (1 - label.mean()))
    return out


def band_interval(inside: np.ndarray, label: np.ndarray, group: np.ndarray, draws: int = 1000) -> tuple[float, float]:
    """The 95 % interval of `band_ratio`: whole services and sources are drawn, and what was hardly seen may be as frequent as `bound` says."""
    sides = [[np.flatnonzero(group == name) for name in np.unique(group[label == value])] for value in (0, 1)]
    rng, ratios = np.random.default_rng(0), []
    for _ in range(draws):
        rows = np.concatenate([side[i] for side in sides for i in rng.integers(len(side), size=len(side))])
        ratios.append(band_ratio(inside[rows], label[rows]))
    by_ai, people = ((int(inside[label == value].sum()), int((label == value).sum())) for value in (1, 0))
    least, most = by_ai[0] / by_ai[1] / bound(*people), bound(*by_ai) / max(people[0] / people[1], 1e-9)
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(min(low, least)), float(max(high, min(most, MOST)))


def least_ratio(inside: np.ndarray, seen: Scores) -> tuple[float, float, float]:
    """The ratio of a band that all pictures and each test alone bear, which is the one nearest to 1, and the interval of all, which it widens."""
    parts = [rows for name, rows in seen.groups().items() if name == "all" or name.startswith("test")]
    ratios = [band_ratio(inside[rows], seen.label[rows]) for rows in parts]
    ratio = min(ratios, key=lambda value: abs(np.log(value)))
    low, high = band_interval(inside, seen.label, seen.group)
    return ratio, min(low, ratio), max(high, ratio)


def bands(seen: Scores, edges: tuple[float, ...] = EDGES) -> list[dict[str, Any]]:
    """The bands between the edges with their ratios and what may be said.

    The last is one with the band below unless it bears moderate support, and accuses only where hardly a photograph can be in it.
    """
    listed, rounded = [], lambda value: float(f"{value:.2g}")
    for low, high in zip((-np.inf, *edges), (*edges, np.inf), strict=True):
        inside = (seen.score >= low) & (seen.score < high)
        ratio, least, most = least_ratio(inside, seen)
        band = {"from": None if low == -np.inf else low, "support": support(ratio, least, most)}
        band |= {"ratio": rounded(ratio), "low": rounded(least), "high": rounded(most)}
        listed.append(band | {"made": int(seen.label[inside].sum()), "people": int((1 - seen.label[inside]).sum())})
    if edges == EDGES and listed[-1]["support"] != "moderate support for AI":
        return bands(seen, edges[:-1])
    if edges == EDGES and bound(listed[-1]["people"], int((seen.label == 0).sum())) <= MOST_FALSE:
        listed[-1]["support"] = "likely AI"
    return listed


def land(seen: Scores) -> None:
    """Write the bands, what they say and on how many pictures they rest into detect.json: of all pictures, and of those with a face."""
    path = ASSETS / "weights" / "detect.json"
    facts = json.loads(path.read_text())
    for name, part in (("all", seen), ("face", seen.only(seen.face))):
        by_ai = part.label == 1
        of = {"made": int(by_ai.sum()), "services": len(set(part.group[by_ai]))}
        of |= {"people": int((~by_ai).sum()), "sources": len(set(part.group[~by_ai]))}
        facts["image"]["evidence"][name] = {"of": of, "bands": bands(part)}
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n")


def tables(seen: Scores) -> Iterator[str]:
    """Cllr and the least Cllr by groups, and how many pictures of each group, made and recorded, lie in each band."""
    heads = [f"under {EDGES[0]:g}", *(f"from {edge:g}" for edge in EDGES)]
    yield f"| | made | recorded | Cllr | least Cllr | {' | '.join(heads)} |"
    yield f"|{'---|' * (5 + len(heads))}"
    ratios = seen.log_ratios()
    for name, rows in seen.groups().items():
        some = seen.only(rows)
        place, by_ai = np.digitize(some.score, EDGES), some.label == 1
        counts = [f"{(place[by_ai] == band).sum()} : {(place[~by_ai] == band).sum()}" for band in range(len(heads))]
        costs = f"{entropy(ratios[rows], some.label):.3f} | {entropy(pav(some.score, some.label), some.label):.3f}"
        yield f"| {name} | {by_ai.sum()} | {(~by_ai).sum()} | {costs} | {' | '.join(counts)} |"


def curves(seen: Scores) -> Image.Image:
    """Tippett and ECE curves of every group, a row each."""
    pictures, x, priors, ratios = [], np.linspace(-2, 2, 401), np.linspace(-2, 2, 81), seen.log_ratios()
    for name, rows in seen.groups().items():
        some = seen.only(rows)
        ratio, best = ratios[rows], pav(some.score, some.label)
        sides = {side: ratio[some.label == value] / np.log(10) for value, side in ((1, "made"), (0, "recorded"))}
        shares = {side: (values[None] >= x[:, None]).mean(1) for side, values in sides.items()}
        pictures.append(plot(f"Tippett: {name}", "share with a ratio of at least 10 to the power of", x, shares))
        costs = {"as said": ratio, "best order": best, "knows nothing": ratio * 0}
        lines = {side: np.array([entropy(v, some.label, odds) for odds in priors]) for side, v in costs.items()}
        pictures.append(plot(f"Empirical cross-entropy: {name}", "prior odds, 10 to the power of", priors, lines))
    sheet = Image.new("RGB", (2 * PLOT_PX, len(pictures) // 2 * PLOT_PX), "white")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number % 2 * PLOT_PX, number // 2 * PLOT_PX))
    return sheet


def plot(title: str, along: str, x: np.ndarray, lines: dict[str, np.ndarray]) -> Image.Image:
    """Curves over x between 0 and 1, with their names."""
    picture, last = Image.new("RGB", (PLOT_PX, PLOT_PX), "white"), PLOT_PX - MARGIN_PX
    draw, font, side = ImageDraw.Draw(picture), ImageFont.load_default(14), PLOT_PX - 2 * MARGIN_PX
    draw.rectangle((MARGIN_PX, MARGIN_PX, last, last), outline="#999")
    for share in (0, 0.25, 0.5, 0.75, 1):
        draw.text(
            (MARGIN_PX + share * side, last + 6), f"{x[0] + share * (x[-1] - x[0]):g}", "black", font, anchor="ma"
        )
        draw.text((MARGIN_PX - 6, last - share * side), f"{share:g}", "black", font, anchor="rm")
    for row, (name, values) in enumerate(lines.items()):
        across, down = MARGIN_PX + side * (x - x[0]) / (x[-1] - x[0]), last - side * values.clip(0, 1)
        draw.line(list(zip(across, down, strict=True)), COLOURS[name], 3)
        draw.text((last - 8, MARGIN_PX + 8 + 18 * row), name, COLOURS[name], font, anchor="ra")
    draw.text((PLOT_PX / 2, 24), title, "black", font, anchor="mm")
    draw.text((PLOT_PX / 2, PLOT_PX - 18), along, "black", font, anchor="mm")
    return picture

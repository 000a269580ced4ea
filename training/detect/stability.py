"""How stiff the look's head has to be: `python -m training.detect.stability --folder F [--spectrum 10] [--part 0 --parts 2]`; resumes.

Some pictures that calibrate are saved as PNG, JPEG and WebP at three sizes and measured; then heads with a rising penalty on how far copies part are fitted,
and the lowest is told at which the scores of ENOUGH of the pictures stay within the bar. Nothing of "test" is read; put the result into HEADS of measurements.py.
"""

import argparse
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

from pipelines.detect.parts.picture import LEAST_SIDE_PX
from training.detect import fit as detect
from training.detect import measurements
from training.detect import residual as detect_residual
from training.detect.items import read
from training.detect.variants import ALL_VIEWS, measured, saved

FORMATS = (("PNG", 0), ("JPEG", 85), ("WEBP", 85))
SIZES = (1.0, 0.75, 0.5)
CONTENTS = 64
MOST_MOVE, ENOUGH = 0.05, 0.98  # of a score between copies, and the share of contents that have to keep to it
PENALTIES = range(1, 13)


def contents(folder: Path, part: str, count: int) -> list[Path]:
    """Pictures of a part that are large enough for a verdict when halved, half of them made, spread over generators and sources."""
    real, made = [], []
    for path in sorted(
        [*folder.glob("real/*.png"), *folder.glob("fake/*.png")], key=lambda path: zlib.crc32(path.stem.encode())
    ):
        item = read(path.with_name(f"{path.stem}__v0.npz"))
        if item.part == part and min(Image.open(path).size) >= 2 * LEAST_SIDE_PX:
            (made if item.label else real).append(path)
    return real[: count // 2] + made[: count - count // 2]


def all_nine(picture: Image.Image) -> list[tuple[Image.Image, bytes | None]]:
    """The same content in each format and size, with the file's bytes where it is a JPEG."""
    return [saved(picture, scale, form, quality) for scale in SIZES for form, quality in FORMATS]


def place_of(folder: Path) -> Path:
    """Where the copies' measurements are kept, laid out as those that are fitted on."""
    return folder / "stability"


def targets_of(out: Path, path: Path) -> list[Path]:
    """Where the measurements of a content's copies go."""
    return [out / f"{path.stem}__v{number}.npz" for number in range(len(SIZES) * len(FORMATS))]


def missing(folder: Path) -> int:
    """How many copies are not measured yet."""
    out = place_of(folder) / "variants"
    return sum(
        not target.exists() for path in contents(folder, "calibrate", CONTENTS) for target in targets_of(out, path)
    )


def measure(folder: Path, part: int, parts: int) -> None:
    """What the signals measure of every copy of the contents; what is there stays."""
    out = place_of(folder) / "variants"
    out.mkdir(parents=True, exist_ok=True)
    for path in contents(folder, "calibrate", CONTENTS)[part::parts]:
        targets = targets_of(out, path)
        if all(target.exists() for target in targets):
            continue
        for (picture, content), target in zip(all_nine(Image.open(path).convert("RGB")), targets):
            partial = target.with_name(f"partial-{part}.npz")
            np.savez(partial, **measured(picture, content, ALL_VIEWS, slow=False))
            partial.replace(target)


def moves(names: list[str], chance: np.ndarray) -> dict[str, float]:
    """By content: its highest score less its lowest over the copies."""
    scores: dict[str, list[float]] = {}
    for name, score in zip(names, chance):
        scores.setdefault(name, []).append(float(score))
    return {name: max(found) - min(found) for name, found in scores.items()}


def judged(
    data: measurements.Measured, copies: measurements.Measured, penalties: Mapping[str, float]
) -> tuple[float, dict[str, float]]:
    """With heads fitted at some penalties: AUC on what calibrates, and by content how far its copies' scores part."""
    tensors = detect.fit_heads(data, penalties, silent=True)
    found, hold = detect.ratios(data, tensors), data.part == "calibrate"
    rules, intercept = detect.fuse(data, found)
    odds = detect.log_odds(rules, intercept, found)
    of_copies = detect.log_odds(rules, intercept, detect.ratios(copies, tensors))
    return detect.auc(odds[hold], data.label[hold]), moves(
        [item.name for item in copies.items], 1 / (1 + np.exp(-of_copies))
    )


def settled(within: Mapping[float, float]) -> float | None:
    """The lowest penalty with which the share of contents `within` the bar is ENOUGH."""
    return min((penalty for penalty, share in within.items() if share >= ENOUGH), default=None)


def main() -> None:
    """Read the command line and measure how stable the heads are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument(
        "--spectrum",
        type=float,
        default=measurements.HEADS["spectrum"],
        help="penalty on the head of the fall of detail",
    )
    parser.add_argument("--part", type=int, default=0)
    parser.add_argument("--parts", type=int, default=1)
    chosen = parser.parse_args()
    measure(chosen.folder, chosen.part, chosen.parts)
    if left := missing(chosen.folder):
        raise SystemExit(f"{left} copies are still being measured by other parts; run this again when they are done.")
    detect_residual.scores_of_landed(place_of(chosen.folder))
    data, copies = (
        measurements.Measured(chosen.folder, landed=True),
        measurements.Measured(place_of(chosen.folder), landed=True),
    )
    within: dict[float, float] = {}
    for penalty in PENALTIES:
        auc, apart = judged(data, copies, measurements.HEADS | {"spectrum": chosen.spectrum, "clip": penalty})
        move = np.array(list(apart.values()))
        within[penalty] = float((move < MOST_MOVE).mean())
        print(f"penalty {penalty}: calibrate auc {auc:.3f}, {(move < MOST_MOVE).sum()} of {len(move)} contents within {MOST_MOVE}, "
              f"median {np.median(move):.3f}, worst {move.max():.3f} ({max(apart, key=apart.get)})", flush=True)  # fmt: skip
    penalty = settled(within)
    print(
        f"settled on {penalty}" if penalty else f"none of these keeps {ENOUGH:.0%} of the contents within {MOST_MOVE}"
    )


if __name__ == "__main__":
    main()

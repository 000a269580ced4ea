"""How often Detect's own questions are answered rightly: page around a picture, enlarged, photographed screen, edited in places.

    python -m training.detect.places --folder F [--part 0 --parts 2]     # makes the pictures and measures them
    python -m training.detect.questions --folder F [--land]

The head of the map and all thresholds are chosen on the sources of TUNE (training/detect/places.py); every figure is of the other sources. With --land they are written into
assets/weights/detect_questions.json. Intersection over union is of the drawn place with the known mask, 0 where none was drawn.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.core.models import ASSETS
from pipelines.detect.parts import local_edits, recapture
from training.detect.fit import bound
from training.detect.places import EDITS, TEST, TUNE, fit

LEVELS = (0.5, 1.0, 1.5, 2.0, 2.5)
EVERY = 5  # of the patches that the head is fitted on: neighbours are alike


def kept(folder: Path, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """What was measured on the photographs of these sources."""
    found = []
    for path in sorted((folder / "places").glob("*.npz")):
        if path.name.split("__")[0] in names:
            with np.load(path) as held:
                found.append(
                    {name: json.loads(str(held[name])) if name == "scores" else held[name] for name in held.files}
                )
    return found


def head_of(tune: list[dict[str, Any]]) -> tuple[np.ndarray, float, float]:
    """Weights, bias, and the log odds of a place with the best mean intersection over union on the photographs that it was fitted on."""
    edited = [(one[way].astype(np.float64), one[f"mask_{way}"]) for one in tune for way in EDITS if one[way].size]
    rows = np.concatenate([found.reshape(-1, local_edits.MEASURES)[::EVERY] for found, _ in edited])
    weights, bias = fit(rows, np.concatenate([mask.ravel()[::EVERY] for _, mask in edited]))
    odds = [(found @ weights + bias, mask) for found, mask in edited]
    best = max(LEVELS, key=lambda level: float(np.mean([overlap(one, mask, level) for one, mask in odds])))
    return weights, bias, best


def overlap(odds: np.ndarray, mask: np.ndarray, level: float) -> float:
    """Intersection over union of the drawn place with a mask of patches."""
    drawn = local_edits.component(odds, level)
    return float((drawn & mask).sum() / max(1, (drawn | mask).sum()))


LEAST = 0.3  # of any score: photographs without a page have a score of 0


def threshold(plain: list[float], share: float = 0.01) -> float:
    """The lowest threshold above all but `share` of the plain photographs, with a tenth of their spread to spare."""
    return max(LEAST, float(np.quantile(plain, 1 - share) + 0.1 * np.std(plain)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    tune, test = kept(chosen.folder, TUNE), kept(chosen.folder, TEST)
    weights, bias, level = head_of(tune)

    def edited(one: dict[str, Any], way: str) -> np.ndarray:
        return one[way].astype(np.float64) @ weights + bias

    for one in (*tune, *test):
        one["scores"] |= {f"edited|{way}": local_edits.score(edited(one, way), level) for way in ("plain", *EDITS)}
    print(f"Chosen on {len(tune)} photographs of {len(TUNE)} sources, measured on {len(test)} of {len(TEST)} others.\n")
    answers, maps = [], []
    facts: dict[str, Any] = {}
    for question in (*recapture.SCORES, "edited"):
        limit = threshold([one["scores"][f"{question}|plain"] for one in tune])
        wrong = sum(one["scores"][f"{question}|plain"] >= limit for one in test)
        facts[question] = {
            "from": round(limit, 4),
            "wrong": wrong,
            "of": len(test),
            "bound": round(bound(wrong, len(test)), 4),
        }
        for way in ("made",) if question != "edited" else tuple(EDITS):
            share = float(np.mean([one["scores"][f"{question}|{way}"] >= limit for one in test]))
            facts[question][f"found_{way}"] = round(share, 3)
            falsely = f"{wrong} of {len(test)} ({bound(wrong, len(test)):.1%})"
            answers.append((f"{question}, {way}", f"{share:.0%} of {len(test)}", falsely))
    for way in EDITS:
        rows = [
            (
                overlap(edited(one, way), one[f"mask_{way}"], level),
                local_edits.auc_of(edited(one, way), one[f"mask_{way}"]),
            )
            for one in test
        ]
        unions, told = np.array(rows).T
        facts["edited"][f"iou_{way}"] = round(float(unions.mean()), 3)
        maps.append((way, f"{unions.mean():.2f} ({np.median(unions):.2f})", f"{told.mean():.3f}"))
    print("Question | yes, where it applies | yes, where it does not (bound)", *map(" | ".join, answers), sep="\n")
    print(
        "\nEdit | intersection over union, mean (median) | AUC of the map over patches",
        *map(" | ".join, maps),
        sep="\n",
    )
    facts["head"] = {"weights": [round(float(w), 5) for w in weights], "bias": round(bias, 5), "place_from": level}
    if chosen.land:
        (ASSETS / "weights" / "detect_questions.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

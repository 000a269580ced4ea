"""Detect's own questions: page around a picture, enlarged, photographed screen, edited in places; how often they are answered rightly.

    python -m training.detect.questions --folder F [--land]     # makes the pictures, measures them, goes on where it stopped

Photographs out of packages (F/packages), at most EACH a source, at their native size; every class is made of them by code. The head of the map and all
thresholds are chosen on the sources of TUNE; every figure is of the other sources. With --land they are written into
assets/weights/detect_questions.json. Intersection over union is of the drawn place with the known mask, 0 where none was drawn.
"""

from __future__ import annotations

import argparse
import io
import json
import re
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from pipelines.core.models import ASSETS
from pipelines.detect.parts import local_edits, recapture
from pipelines.media import as_seen
from training.detect import sources
from training.detect.fit import bound

EACH, LEAST_PX, MOST_PX = 16, 420, 900
TUNE = ("gcompris-monuments", "gcompris-music")
TEST = ("gcompris-animals", "argon-system")


def photographs(folder: Path, names: tuple[str, ...]) -> Iterator[tuple[str, Image.Image]]:
    """(source, RGB picture) at native size; of a large one the middle of MOST_PX."""
    for source in sources.SOURCES:
        if source.name not in names:
            continue
        count = 0
        for path, content in sources.archive_members(source.package, folder / "packages"):
            if count >= EACH or not re.search(source.wanted, path) or re.search(source.unwanted, path):
                continue
            try:
                picture = as_seen(Image.open(io.BytesIO(content))).convert("RGB")
            except (OSError, ValueError):
                continue
            if min(picture.size) >= LEAST_PX:
                left, top = (max(0, (side - MOST_PX) // 2) for side in picture.size)
                count += 1
                yield (
                    source.name,
                    picture.crop((left, top, left + min(MOST_PX, picture.width), top + min(MOST_PX, picture.height))),
                )


def saved(picture: Image.Image, quality: int) -> Image.Image:
    """Return a picture as it is after JPEG at a quality."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality, subsampling=0 if quality > 90 else 2)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def paged(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Shown on a page of one colour with lines of text above and below, and captured."""
    from PIL import ImageDraw

    scale = float(rng.uniform(0.5, 0.9))
    inner = picture.resize([round(side * scale) for side in picture.size], Image.Resampling.BILINEAR)
    left, top, right, below = (int(n) for n in rng.integers(12, 140, 4))
    grey = int(rng.choice([255, 250, 243, 32, 18]))
    page = Image.new("RGB", (inner.width + left + right, inner.height + top + below), (grey,) * 3)
    page.paste(inner, (left, top))
    ink = (40, 40, 40) if grey > 128 else (220, 220, 220)
    drawn = ImageDraw.Draw(page)
    if below > 30:
        drawn.text((left, inner.height + top + 8), "shared by somebody, 3 hours ago", fill=ink)
    return page


def enlarged(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A part of it, made larger by 1.5 to 3 times."""
    factor = float(rng.uniform(1.5, 3.0))
    side = round(min(900, min(picture.size)) / factor)
    left, top = ((n - side) // 2 for n in picture.size)
    how = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS][int(rng.integers(3))]
    return picture.crop((left, top, left + side, top + side)).resize((round(side * factor),) * 2, how)


def screened(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Photographed from a screen: its red, green and blue stripes, seen at an angle, blurred by the lens, sampled anew, with noise."""
    import cv2

    shown = picture.resize((560, round(560 * picture.height / picture.width)), Image.Resampling.LANCZOS)
    pixels = (np.asarray(shown, np.float32) / 255) ** 2.2
    pitch = 4
    panel = np.repeat(np.repeat(pixels, pitch, 0), pitch, 1)
    lit = np.full_like(panel, 0.06)
    for channel in range(3):
        lit[:, channel::pitch, channel] = panel[:, channel::pitch, channel]
    lit[pitch - 1 :: pitch] *= 0.25  # the dark line between two rows
    height, width = lit.shape[:2]
    turn, zoom = float(rng.uniform(-8, 8)), float(rng.uniform(0.36, 0.6))
    lit = cv2.GaussianBlur(lit, (0, 0), float(rng.uniform(0.9, 1.5)))
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, zoom)
    size = (round(width * zoom * 0.8), round(height * zoom * 0.8))
    matrix[:, 2] += np.array(size) / 2 - np.array([width, height]) / 2
    seen = cv2.warpAffine(lit, matrix, size, flags=cv2.INTER_LINEAR)
    seen = np.clip(seen * 0.9 / max(np.quantile(seen, 0.99), 1e-3), 0, 1) ** (1 / 2.2)
    seen = seen + rng.normal(0, 0.012, seen.shape)
    return Image.fromarray((seen.clip(0, 1) * 255).round().astype(np.uint8))


Edit = tuple[Image.Image, np.ndarray]


def _place(picture: Image.Image, rng: np.random.Generator) -> np.ndarray:
    """A random ellipse of 4 to 12 % of the picture, bool [h,w]."""
    high, wide = picture.height, picture.width
    area = float(rng.uniform(0.04, 0.12))
    a = np.sqrt(area / np.pi) * float(rng.uniform(0.8, 1.25))
    b = area / np.pi / a
    x, y = float(rng.uniform(a, 1 - a)), float(rng.uniform(b, 1 - b))
    across, down = np.meshgrid(np.arange(wide) / wide, np.arange(high) / high)
    return ((across - x) / a) ** 2 + ((down - y) / b) ** 2 < 1


def _with(picture: Image.Image, other: np.ndarray, mask: np.ndarray) -> Image.Image:
    pixels = np.asarray(picture).copy()
    pixels[mask] = other[mask]
    return Image.fromarray(pixels)


def inpainted(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Edit:
    """Fill a place of a picture by code, and return the edit."""
    from pipelines.vision.inpainting import completed

    mask = _place(picture, rng)
    made = completed(np.asarray(picture, np.float32) / 255, mask)
    return _with(picture, (255 * np.asarray(made).clip(0, 1)).round().astype(np.uint8), mask), mask


def spliced(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Edit:
    """A part of another photograph, which was made smaller and saved harder before."""
    mask = _place(picture, rng)
    foreign = saved(other.resize(picture.size, Image.Resampling.BICUBIC), 70)
    return _with(picture, np.asarray(foreign), mask), mask


def repaired(picture: Image.Image, other: Image.Image, rng: np.random.Generator) -> Edit:
    """A part brought back from half of its size, as by an enlarger or a beauty filter."""
    mask = _place(picture, rng)
    small = picture.resize([side // 2 for side in picture.size], Image.Resampling.LANCZOS)
    return _with(picture, np.asarray(small.resize(picture.size, Image.Resampling.LANCZOS)), mask), mask


WAYS: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "page": paged,
    "enlarged": enlarged,
    "screen": screened,
}
EDITS: dict[str, Callable[[Image.Image, Image.Image, np.random.Generator], Edit]] = {
    "inpainted": inpainted,
    "spliced": spliced,
    "repaired": repaired,
}


def collect(folder: Path) -> None:
    """Features and scores of every photograph and of what was made of it, kept in folder/places; goes on where it stopped."""
    kept = folder / "places"
    kept.mkdir(parents=True, exist_ok=True)
    pictures = list(photographs(folder, TUNE + TEST))
    for number, (name, picture) in enumerate(pictures):
        target = kept / f"{name}__{number:03d}.npz"
        if target.exists():
            continue
        rng = np.random.default_rng([zlib.crc32(name.encode()), number])
        quality = int(rng.choice([95, 90, 80]))
        plain = np.asarray(saved(picture, quality))
        scores = {f"{question}|plain": score(plain) for question, score in recapture.SCORES.items()}
        for question, way in WAYS.items():
            scores[f"{question}|made"] = recapture.SCORES[question](np.asarray(saved(way(picture, rng), quality)))
        held = {"plain": local_edits.differences(plain).astype(np.float16)}
        other = pictures[(number + 7) % len(pictures)][1]
        for kind, edit in EDITS.items():
            edited, mask = edit(picture, other, rng)
            held[kind] = local_edits.differences(np.asarray(saved(edited, quality))).astype(np.float16)
            held[f"mask_{kind}"] = local_edits.of_patches(mask, held[kind].shape[:2])
        np.savez(target, scores=json.dumps(scores), **held)
        print(target.name, flush=True)


def fit(rows: np.ndarray, truth: np.ndarray, penalty: float = 30.0) -> tuple[np.ndarray, float]:
    """Weights and bias of a logistic regression, both classes weighing alike (Newton's method)."""
    balance = np.where(truth, 0.5 / truth.sum(), 0.5 / (~truth).sum()) * len(truth)
    x, w = np.c_[rows, np.ones(len(rows))], np.zeros(rows.shape[1] + 1)
    for _ in range(12):
        p = 1 / (1 + np.exp(-np.clip(x @ w, -30, 30)))
        slope = x.T @ (balance * (p - truth)) + penalty * np.r_[w[:-1], 0]
        w -= np.linalg.solve((x * (balance * p * (1 - p))[:, None]).T @ x + penalty * np.eye(len(w)), slope)
    return w[:-1], float(w[-1])


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
    collect(chosen.folder)
    tune, test = kept(chosen.folder, TUNE), kept(chosen.folder, TEST)
    weights, bias, level = head_of(tune)

    def edited(one: dict[str, Any], way: str) -> np.ndarray:
        return one[way].astype(np.float64) @ weights + bias

    for one in (*tune, *test):
        one["scores"] |= {f"edited|{way}": local_edits.score(edited(one, way), level) for way in ("plain", *EDITS)}
    facts: dict[str, Any] = {}
    for question in (*recapture.SCORES, "edited"):
        limit = threshold([row["scores"][f"{question}|plain"] for row in tune])
        wrong = sum(row["scores"][f"{question}|plain"] >= limit for row in test)
        rate = {"wrong": wrong, "of": len(test), "bound": round(bound(wrong, len(test)), 4)}
        facts[question] = {"from": round(limit, 4), **rate}
        for way in ("made",) if question != "edited" else tuple(EDITS):
            share = float(np.mean([row["scores"][f"{question}|{way}"] >= limit for row in test]))
            facts[question][f"found_{way}"] = round(share, 3)
    for way in EDITS:
        unions = [overlap(edited(row, way), row[f"mask_{way}"], level) for row in test]
        facts["edited"][f"iou_{way}"] = round(float(np.mean(unions)), 3)
    facts["head"] = {"weights": [round(float(w), 5) for w in weights], "bias": round(bias, 5), "place_from": level}
    print(json.dumps(facts, indent=1))
    if chosen.land:
        (ASSETS / "weights" / "detect_questions.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

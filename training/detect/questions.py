"""Detect's own questions: a page around a picture, enlarged, a photographed screen; how often they are answered rightly.

    python -m training.detect.questions --folder F [--land]

Photographs out of packages (F/packages), at most EACH a source, at their native size; every class is made of them by code. All thresholds are chosen on the
sources of TUNE; every figure is of the other sources. With --land they are written into assets/weights/detect_questions.json.
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
from pipelines.detect.parts import recapture
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


def save_as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """Return a picture as it is after JPEG at a quality."""
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=quality, subsampling=0 if quality > 90 else 2)
    return Image.open(io.BytesIO(held.getvalue())).convert("RGB")


def show_on_page(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
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


def enlarge_part(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A part of it, made larger by 1.5 to 3 times."""
    factor = float(rng.uniform(1.5, 3.0))
    side = round(min(900, min(picture.size)) / factor)
    left, top = ((n - side) // 2 for n in picture.size)
    how = [Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS][int(rng.integers(3))]
    return picture.crop((left, top, left + side, top + side)).resize((round(side * factor),) * 2, how)


def photograph_screen(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
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


WAYS: dict[str, Callable[[Image.Image, np.random.Generator], Image.Image]] = {
    "page": show_on_page,
    "enlarged": enlarge_part,
    "screen": photograph_screen,
}


def measure(folder: Path, names: tuple[str, ...]) -> list[dict[str, float]]:
    """The scores of the photographs of some sources, as they are and made into each class, by “question|plain” and “question|made”."""
    rows = []
    for number, (name, picture) in enumerate(photographs(folder, names)):
        rng = np.random.default_rng([zlib.crc32(name.encode()), number])
        quality, row = int(rng.choice([95, 90, 80])), {}
        plain = np.asarray(save_as_jpeg(picture, quality))
        for question, score in recapture.SCORES.items():
            row[f"{question}|plain"] = score(plain)
            row[f"{question}|made"] = score(np.asarray(save_as_jpeg(WAYS[question](picture, rng), quality)))
        rows.append(row)
    return rows


LEAST = 0.3  # of any score: photographs without a page have a score of 0


def threshold(plain: list[float], share: float = 0.01) -> float:
    """The lowest threshold above all but `share` of the plain photographs, with a tenth of their spread to spare."""
    return max(LEAST, float(np.quantile(plain, 1 - share) + 0.1 * np.std(plain)))


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--land", action="store_true")
    chosen = parser.parse_args()
    tune, test = measure(chosen.folder, TUNE), measure(chosen.folder, TEST)
    facts: dict[str, Any] = {}
    for question in recapture.SCORES:
        limit = threshold([row[f"{question}|plain"] for row in tune])
        wrong = sum(row[f"{question}|plain"] >= limit for row in test)
        share = float(np.mean([row[f"{question}|made"] >= limit for row in test]))
        rate = {"wrong": wrong, "of": len(test), "bound": round(bound(wrong, len(test)), 4)}
        facts[question] = {"from": round(limit, 4), **rate, "found_made": round(share, 3)}
    print(json.dumps(facts, indent=1))
    if chosen.land:
        (ASSETS / "weights" / "detect_questions.json").write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()

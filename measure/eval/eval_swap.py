"""Can the consent check tell people apart?

`python -m measure.eval.eval_swap FOLDER`: pictures of one face each; each is compared with itself saved hard, darkened, mirrored, and with another face,
and with all other people's.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image

from measure import pages, results
from pipelines.animate.parts.mouths import Mouth
from pipelines.animate.parts.portrait import FacePose, Portrait
from pipelines.redteam.parts import identity
from pipelines.redteam.parts.face_places import faces_of


def variants(picture: np.ndarray, points: np.ndarray) -> dict[str, np.ndarray]:
    """The same face, as files and light change it, and as it speaks with closed eyes and a tilted head."""
    held = io.BytesIO()
    small = Image.fromarray(picture).resize((picture.shape[1] // 3, picture.shape[0] // 3))
    small.save(held, "JPEG", quality=40)
    back = Image.open(io.BytesIO(held.getvalue())).convert("RGB").resize(picture.shape[1::-1])
    return {
        "saved hard at a third": np.array(back),
        "darker and warmer": (picture * np.array([0.75, 0.65, 0.55])).astype(np.uint8),
        "mirrored": np.ascontiguousarray(picture[:, ::-1]),
        "speaking, eyes closed, head tilted": Portrait(picture, points, 1.0).at(
            FacePose(Mouth(1.0, 0.5, 0.5), 1.0, angle=0.06)
        ),
    }


def people(folder: Path, most: int) -> str:
    """Likeness of the same and of different people, by percentiles, and how many of each pass the limit."""
    first: list[np.ndarray] = []
    same: dict[str, list[float]] = {}
    for path in sorted(folder.glob("*.jpg")):
        picture = np.array(Image.open(path).convert("RGB"))
        faces = list(faces_of(picture))
        if len(faces) != 1 or len(first) >= most:
            continue
        own = identity.vector(picture, faces[0][1])
        for name, other in variants(picture, faces[0][1]).items():
            seen = list(faces_of(other))
            if seen:
                same.setdefault(name, []).append(float(own @ identity.vector(other, seen[0][1])))
        first.append(own)
    base = np.stack(first)
    apart = (base @ base.T)[np.triu_indices(len(base), 1)]
    rows = []
    for name, values in {**same, "two people": list(apart)}.items():
        low, middle, high = np.percentile(values, [5, 50, 95])
        share = 100 * float(np.mean(np.array(values) >= identity.SAME_FROM))
        rows.append((name, f"{len(values)}", f"{low:.2f}", f"{middle:.2f}", f"{high:.2f}", f"{share:.0f} %"))
    return pages.table(("Pair", "Pairs", "5 %", "Middle", "95 %", "Taken for one person"), rows)


def write(name: str, table: str) -> None:
    """Print a table and put it into docs/notes/redteam.md."""
    print(table)
    pages.into(results.DOCS / "notes/redteam.md", {name: table})


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.eval_swap", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=60, help="people that are compared")
    given = parser.parse_args()
    write("swap-people", people(given.folder, given.most))


if __name__ == "__main__":
    main()

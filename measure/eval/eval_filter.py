"""False alarms of the filter for hub models' pictures on what the studio itself makes and ships: `python -m measure.eval.eval_filter`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import numpy as np
from PIL import Image

from measure.results import ROOT
from pipelines.hub import door

LIMITS = (0.5, 0.8, 0.9)
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")


def shipped() -> Iterator[tuple[str, Image.Image]]:
    """Samples, style pictures, posters and the documents' pictures."""
    for folder in ("assets/samples", "assets/styles", "assets/films", "assets/looks", "docs"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix.lower() in ENDINGS:
                yield f"{folder}: {path.name}", Image.open(path).convert("RGB")


def drawn(count: int) -> Iterator[tuple[str, Image.Image]]:
    """Portraits of the cast, by kind."""
    from pipelines.figures import act, draw, from_words
    from pipelines.figures.vocabulary import vocabulary

    for word in sorted(vocabulary().female | vocabulary().male)[:count]:
        who = from_words(word.replace("_", " ")).character
        rgba = draw(who, act(who.figure, "stand", 1.0, seed=who.seed), 400, "front").rgba
        paper = Image.new("RGBA", (rgba.shape[1], rgba.shape[0]), "white")
        paper.alpha_composite(Image.fromarray(rgba))
        yield f"cast: {word}", paper.convert("RGB")


def main() -> int:
    scores = [(door.unfit(picture), name) for name, picture in (*shipped(), *drawn(60))]
    values = np.array([score for score, _ in scores])
    print(f"{len(values)} pictures, median {np.median(values):.3f}, highest {values.max():.3f}")
    for limit in LIMITS:
        alarms = int((values >= limit).sum())
        print(f"limit {limit}: {alarms} false alarms ({alarms / len(values):.1%})")
    for score, name in sorted(scores, reverse=True)[:8]:
        print(f"  {score:.3f} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""A contact sheet of sentences of the seen half, painted, with each sentence under its picture: `python -m measure.eval.scene_sheets FILE.jpg [--count 24]`.

The sentences are drawn by lot; the same seed gives the same ones.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from measure.eval.scene_judge import Annotation, annotations
from measure.eval.scene_reading import prompt_of
from pipelines.core.settings import Refusal

WIDE, TALL, CAPTION, COLUMNS = 320, 180, 46, 4
PAPER, INK = (251, 248, 243), (60, 50, 44)


def chosen(count: int, seed: int) -> list[Annotation]:
    """So many sentences by lot, in the order of the file."""
    every = annotations("seen")
    numbers = np.random.default_rng(seed).choice(len(every), min(count, len(every)), replace=False)
    return [every[number] for number in sorted(numbers)]


def painted(asked: Annotation) -> Image.Image:
    """The picture of a sentence in the sheet's size; paper with the reason where it is refused."""
    from pipelines.generate.storybook import storybook

    try:
        made = storybook(prompt=prompt_of(asked.scene.sentence, asked.story))
    except Refusal as refused:
        page = Image.new("RGB", (WIDE, TALL), PAPER)
        written(page, str(refused), 8, 8)
        return page
    return made.main.picture.convert("RGB").resize((WIDE, TALL), Image.Resampling.LANCZOS)


def written(page: Image.Image, text: str, x: int, y: int) -> None:
    """Write a text in lines that fit under a picture."""
    lines = textwrap.wrap(text, 58)[:4]
    ImageDraw.Draw(page).text((x, y), "\n".join(lines), fill=INK, font=ImageFont.load_default(10))


def sheet(asked: Sequence[Annotation], pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures in rows, each over its number and sentence."""
    rows = -(-len(pictures) // COLUMNS)
    page = Image.new("RGB", (COLUMNS * (WIDE + 8), rows * (TALL + CAPTION + 8)), PAPER)
    for number, (one, picture) in enumerate(zip(asked, pictures, strict=True)):
        x, y = number % COLUMNS * (WIDE + 8) + 4, number // COLUMNS * (TALL + CAPTION + 8) + 4
        page.paste(picture, (x, y))
        written(page, f"{number + 1}. {one.scene.sentence}", x, y + TALL + 2)
    return page


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.scene_sheets", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    asked = chosen(given.count, given.seed)
    with ProcessPoolExecutor(given.processes) as pool:
        pictures = list(pool.map(painted, asked))
    sheet(asked, pictures).save(given.file, "JPEG", quality=85)


if __name__ == "__main__":
    main()

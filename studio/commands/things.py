"""`python -m studio thing`: `add FILE.svg` looks at a drawing, previews it and puts it among the things that stories name; `sheet FILE.png` shows all."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from pipelines.core.settings import Refusal
from pipelines.props import NOUNS, draw
from pipelines.props.catalogue import facts
from pipelines.props.checks import problems
from pipelines.props.drawings import file_of, noun_of, parse_svg, parts_of

MOST_BYTES = 200_000
SIDE_PX, GAP_PX, PAPER = 240, 16, (236, 238, 222)
COLUMNS, CELL_PX, NAME_PX, WRITING = 20, 96, 14, (70, 66, 60)


def add(asked: Any) -> int:
    """Check a drawing, paint a preview beside it, and copy it to the other things when nothing is wrong. Raises Refusal."""
    text, noun = read_drawing_file(asked.file), noun_of(asked.file)
    found = problems(text, noun, NOUNS)
    for problem in found:
        print(f"- {problem}", file=sys.stderr)
    if found:
        raise Refusal(f"{asked.file.name} was not added; please mend what stands above.")
    shown = asked.file.with_suffix(".png")
    preview(text).save(shown)
    target = file_of(noun)
    if asked.file.resolve() != target.resolve():
        shutil.copyfile(asked.file, target)
    print(f"{noun} is a thing now ({target}). Please look at {shown}: in its own colour, in another one, at night.")
    return 0


def sheet(asked: Any) -> int:
    """Paint a page of all things, each over its name, to look for those that nobody would recognise. Raises Refusal."""
    if asked.file.suffix != ".png":
        raise Refusal(f"{asked.file} is no name of a PNG.")
    high = CELL_PX + NAME_PX
    page = Image.new("RGB", (COLUMNS * CELL_PX, -(-len(NOUNS) // COLUMNS) * high), PAPER)
    writing = ImageDraw.Draw(page)
    for number, noun in enumerate(sorted(NOUNS)):
        left, top = number % COLUMNS * CELL_PX, number // COLUMNS * high
        picture = Image.fromarray(draw(noun, CELL_PX - 8))
        page.paste(picture, (left + (CELL_PX - picture.width) // 2, top + CELL_PX - 4 - picture.height), picture)
        writing.text((left + 4, top + CELL_PX), noun, fill=WRITING)
    page.save(asked.file)
    print(f"{len(NOUNS)} things are on {asked.file}.")
    return 0


def read_drawing_file(file: Path) -> str:
    """The text of a drawing. Raises Refusal."""
    if file.suffix != ".svg" or not file.is_file():
        raise Refusal(f"There is no SVG file {file}.")
    if file.stat().st_size > MOST_BYTES:
        raise Refusal(f"{file.name} is larger than {MOST_BYTES // 1000} kB; please simplify the drawing.")
    try:
        return file.read_text("utf-8")
    except UnicodeDecodeError:
        raise Refusal(f"{file.name} is no text in UTF-8; please save it as plain SVG.") from None


def preview(text: str) -> Image.Image:
    """A drawing as it is painted: in its own colour, in another one and at night, side by side."""
    from pipelines.painting.palette import light_of
    from pipelines.props.picture import draw_parts, grown
    from pipelines.props.tones import ink

    parts, own, other = grown(list(parts_of(parse_svg(text)))), ink(facts(text).colour), ink("teal")
    ways = [
        draw_parts(parts, SIDE_PX, own),
        draw_parts(parts, SIDE_PX, other, said=True),
        draw_parts(parts, SIDE_PX, own, light=light_of("night")),
    ]
    page = Image.new("RGB", (3 * SIDE_PX + 4 * GAP_PX, SIDE_PX + 2 * GAP_PX), PAPER)
    for number, pixels in enumerate(ways):
        picture = Image.fromarray(pixels)
        left = GAP_PX + number * (SIDE_PX + GAP_PX) + (SIDE_PX - picture.width) // 2
        page.paste(picture, (left, GAP_PX + SIDE_PX - picture.height), picture)
    return page

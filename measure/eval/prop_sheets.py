"""The contact sheets of props: `python -m measure.eval.prop_sheets` paints docs/figures/props-*.jpg again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipelines.props import NOUNS, draw

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "figures"
PAPER, CAPTION = (236, 238, 222), (96, 84, 76)
SHEETS = {
    "places": ("buildings", "towers", "outdoors"),
    "travel": ("vehicles", "boats", "lands", "plants"),
    "home": ("furniture", "vessels", "food"),
    "hand": ("tools", "wear"),
    "daily": ("household", "chores", "desk"),
    "play": ("playground", "sports", "music"),
    "clothes": ("clothes", "jewels"),
    "work": ("care", "natural", "hardware", "machines", "public"),
    "meals": ("vegetables", "meals", "sweets"),
}


def contact(cells: Sequence[tuple[str, str]], columns: int, side: int = 120) -> Image.Image:
    """Props (noun, colour) in a grid at `side` pixels, with captions."""
    tall = side + 20
    page = Image.new("RGB", (columns * (side + 8), -(-len(cells) // columns) * tall), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for number, (noun, colour) in enumerate(cells):
        picture = Image.fromarray(draw(noun, side, colour))
        x, y = number % columns * (side + 8), number // columns * tall
        page.paste(picture, (x + (side + 8 - picture.width) // 2, y + 4 + side - picture.height), picture)
        pen.text((x + side / 2 + 4, y + tall - 8), f"{colour} {noun}".strip(), fill=CAPTION, font=font, anchor="mm")
    return page


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for sheet, groups in SHEETS.items():
        nouns = [noun for group in groups for noun, prop in NOUNS.items() if prop.group == group]
        picture = contact([(noun, "") for noun in nouns], 10)
        path = FOLDER / f"props-{sheet}.jpg"
        picture.save(path, "JPEG", quality=80)
        print(path.name, picture.size, path.stat().st_size, len(nouns), len(NOUNS))


if __name__ == "__main__":
    main()

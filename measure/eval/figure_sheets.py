"""The contact sheets of docs/figures.md: `python -m measure.eval.figure_sheets` paints them again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from pipelines.figures import ACTIONS, EXPRESSIONS, Character, Pose, act, draw, everything
from pipelines.figures.kinds import family
from pipelines.figures.sheets import _head_box
from pipelines.scenes.backdrop import paint

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "figures"
PAPER, CAPTION = (236, 238, 222), (96, 84, 76)
Cell = tuple[str, Pose, str | float, str]


def contact(cells: Sequence[Cell], columns: int, wide: int, tall: int, heads: bool = False) -> Image.Image:
    """Figures in a grid, each as large as its cell lets it be, with a caption."""
    page = Image.new("RGB", (columns * wide, -(-len(cells) // columns) * tall), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(11)
    for number, (kind, pose, view, caption) in enumerate(cells):
        who = Character(kind)
        trial = draw(who, pose, 100, view)
        box = _head_box(trial) if heads else (0, 0, trial.rgba.shape[1], trial.rgba.shape[0])
        scale = min(wide * 0.94 / (box[2] - box[0]), (tall - 18) * 0.97 / (box[3] - box[1]))
        drawn = draw(who, pose, 100 * scale, view)
        picture = Image.fromarray(drawn.rgba)
        if heads:
            picture = picture.crop(_head_box(drawn))
        x, y = number % columns * wide, number // columns * tall
        page.paste(picture, (x + (wide - picture.width) // 2, max(y, y + tall - 16 - picture.height)), picture)
        pen.text((x + wide / 2, y + tall - 8), caption, fill=CAPTION, font=font, anchor="mm")
    return page


def _kinds(names: Sequence[str]) -> list[Cell]:
    return [
        (name, act(Character(name).figure, "stand", 1.0), "three_quarters", name.replace("_", " ")) for name in names
    ]


def scene() -> Image.Image:
    """Figures at the sizes of stories in painted places, at two hours."""
    page = Image.new("RGB", (1280, 360))
    for half, (place, hour, cast) in enumerate(
        (
            (
                "meadow",
                "day",
                (
                    ("grandmother", "wave", 0.16, 1, 1.2),
                    ("robot", "carry", 0.44, 1, 0.4),
                    ("fox", "walk", 0.68, -1, 0.4),
                    ("penguin", "stand", 0.86, -1, 1.0),
                ),
            ),
            (
                "forest",
                "sunset",
                (
                    ("king", "point", 0.20, 1, 1.0),
                    ("wolf", "sit", 0.42, 1, 1.0),
                    ("girl", "run", 0.66, -1, 0.2),
                    ("owl", "stand", 0.85, -1, 1.0),
                ),
            ),
        )
    ):
        backdrop = paint(place, hour, "clear", 640, 360, 3)
        canvas = Image.new("RGBA", (640, 360))
        for plane in backdrop.planes.values():
            canvas.alpha_composite(plane.convert("RGBA"))
        for kind, action, x, facing, t in cast:
            who = Character(kind)
            drawn = draw(
                who,
                act(who.figure, action, t, expression="happy"),
                62 + 62 * min(1.7, who.metres),
                "three_quarters",
                backdrop.light,
                facing,
            )
            canvas.alpha_composite(
                Image.fromarray(drawn.rgba),
                (max(0, int(640 * x - drawn.anchor[0])), max(0, int(325 - drawn.anchor[1]))),
            )
        page.paste(canvas.convert("RGB"), (640 * half, 0))
    return page


def _names(*families: str) -> list[str]:
    return [kind for name in families for kind in family(name).kinds]


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = {
        "people": contact(_kinds(_names("people", "wonders")), 12, 104, 176),
        "quadrupeds": contact(_kinds(_names("quadrupeds")), 9, 142, 132),
        "others": contact(_kinds(_names("birds", "swimmers", "octopuses", "crawlers", "insects")), 11, 116, 122),
        "scene": scene(),
    }
    poses: list[Cell] = []
    for kind in ("grandmother", "fox"):
        poses += [
            (kind, act(Character(kind).figure, action, 1.05), "three_quarters", action.replace("_", " "))
            for action in ACTIONS
        ]
    made["poses"] = contact(poses, 14, 92, 122)
    made["expressions"] = contact(
        [
            (kind, Pose(face=face), 66.0, name.replace("_", " "))
            for kind in ("girl", "king", "fox", "robot", "penguin", "bear")
            for name, face in EXPRESSIONS.items()
        ],
        8,
        140,
        136,
        heads=True,
    )
    for name, picture in made.items():
        picture.save(FOLDER / f"{name}.jpg", "JPEG", quality=82)
        print(name, picture.size, (FOLDER / f"{name}.jpg").stat().st_size, len(everything()))


if __name__ == "__main__":
    main()

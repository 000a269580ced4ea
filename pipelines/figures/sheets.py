"""A character for people and other programs: the preview sheet and the sprite sheet."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from PIL import Image as PillowImage
from PIL import ImageDraw, ImageFont
from PIL.Image import Image

from pipelines.figures.actions import act
from pipelines.figures.character import Character
from pipelines.figures.drawing import Drawn, draw
from pipelines.figures.figure import VIEWS
from pipelines.figures.pose import EXPRESSIONS, Pose
from pipelines.painting.palette import Light

PAPER, CAPTION = (250, 245, 233), (120, 104, 92)
SHEET_POSES = (
    ("walk", 0.22),
    ("run", 0.14),
    ("sit", 1.0),
    ("wave", 1.1),
    ("give", 1.3),
    ("read", 0.6),
    ("laugh", 0.3),
    ("sleep", 1.0),
)
SPRITES = (
    ("stand", 6, 2.2),
    ("walk", 12, 0.95),
    ("run", 10, 0.58),
    ("wave", 12, 1.2),
    ("talk", 8, 1.2),
    ("give", 8, 1.2),
    ("sit", 1, 1.0),
)
Tick = Callable[[float, str], None]


def _quiet(share: float, label: str) -> None:
    return None


def preview(character: Character, width: int = 1280, tick: Tick = _quiet) -> Image:
    """Turnaround, poses and expressions on one page, RGB."""
    height = round(width * 0.86)
    page = PillowImage.new("RGB", (width, height), PAPER)
    bands = ((0.0, 0.40), (0.40, 0.72), (0.72, 1.0))
    views = list(VIEWS)
    for number, view in enumerate(views):
        tick(0.3 * number / len(views), "Turning the character")
        pose = act(character.figure, "stand", 1.0, seed=character.seed)
        _put_figure(page, character, pose, view, (number / 4, bands[0][0], 1 / 4, bands[0][1]), view.replace("_", " "))
    for number, (action, at) in enumerate(SHEET_POSES):
        tick(0.3 + 0.4 * number / len(SHEET_POSES), "Posing the character")
        pose = act(character.figure, action, at, seed=character.seed)
        _put_figure(
            page, character, pose, "three_quarters", (number / 8, bands[1][0], 1 / 8, bands[1][1] - bands[1][0]), action
        )
    for number, expression in enumerate(EXPRESSIONS):
        tick(0.7 + 0.3 * number / len(EXPRESSIONS), "Drawing the expressions")
        _put_figure(
            page,
            character,
            face_pose(expression),
            64.0,
            (number / 8, bands[2][0], 1 / 8, bands[2][1] - bands[2][0]),
            expression.replace("_", " "),
            head=True,
        )
    return page


def face_pose(expression: str) -> Pose:
    """Standing, with an expression."""
    return Pose(face=EXPRESSIONS[expression])


def _put_figure(
    page: Image,
    character: Character,
    pose: Pose,
    view: str | float,
    box: tuple[float, float, float, float],
    caption: str,
    head: bool = False,
) -> None:
    """A figure as large as fits a box of the page (left, top, width, height as shares), with a caption below."""
    left, top, wide, tall = (round(v * s) for v, s in zip(box, (*page.size, *page.size)))
    room = (wide * 0.90, tall * 0.84)
    trial = draw(character, pose, 100, view)
    extent = _head_box(trial) if head else (0, 0, trial.rgba.shape[1], trial.rgba.shape[0])
    scale = min(room[0] / (extent[2] - extent[0]), room[1] / (extent[3] - extent[1]))
    drawn = draw(character, pose, min(2000.0, 100 * scale), view)
    picture = PillowImage.fromarray(drawn.rgba)
    if head:
        picture = picture.crop(_head_box(drawn))
    x = left + (wide - picture.width) // 2
    y = top + round(tall * 0.88) - picture.height
    page.paste(picture, (x, max(top, y)), picture)
    size = max(10, round(page.width / 90))
    font = ImageFont.load_default(size)
    pen = ImageDraw.Draw(page)
    pen.text((left + wide / 2, top + tall * 0.94), caption, fill=CAPTION, font=font, anchor="mm")


def _head_box(drawn: Drawn) -> tuple[int, int, int, int]:
    """Around the head: from above the hat to below the mouth."""
    (hx, hy), (mx, my) = drawn.anchors["head"], drawn.anchors["mouth"]
    reach = max(12.0, 1.25 * abs(my - hy), 0.9 * abs(mx - hx))
    height, width = drawn.rgba.shape[:2]
    middle_x, middle_y = (hx + mx) / 2, (hy + my) / 2
    solid = drawn.rgba[..., 3] > 0
    rows = np.flatnonzero(
        solid[:, int(np.clip(middle_x - reach, 0, width - 2)) : int(np.clip(middle_x + reach, 1, width))].any(1)
    )
    top = float(rows[0]) if len(rows) else 0.0
    return (
        int(max(0, middle_x - reach * 1.25)),
        int(max(0, min(top, middle_y - reach))),
        int(min(width, middle_x + reach * 1.25)),
        int(min(height, middle_y + reach * 1.15)),
    )


def sprites(
    character: Character,
    height_px: int = 192,
    view: str = "three_quarters",
    light: Light | None = None,
    tick: Tick = _quiet,
) -> tuple[bytes, bytes]:
    """All frames of the actions of SPRITES in cells of one size: PNG, and JSON that says where each is."""
    frames: list[tuple[str, int, float, Drawn, float]] = []
    for action, count, seconds in SPRITES:
        tick(len(frames) / sum(c for _, c, _ in SPRITES), "Drawing the sprites")
        for number in range(count):
            t = seconds * number / count + (0.0 if action in ("stand", "walk", "run", "give") else 0.9)
            pose = act(character.figure, action, t, seed=character.seed)
            frames.append((action, number, seconds / count, draw(character, pose, height_px, view, light), pose.travel))
    left = max(f[3].anchor[0] for f in frames)
    up = max(f[3].anchor[1] for f in frames)
    wide = int(left + max(f[3].rgba.shape[1] - f[3].anchor[0] for f in frames)) + 2
    tall = int(up + max(f[3].rgba.shape[0] - f[3].anchor[1] for f in frames)) + 2
    columns = 8
    page = np.zeros((-(-len(frames) // columns) * tall, columns * wide, 4), np.uint8)
    entries: list[dict[str, Any]] = []
    for number, (action, index, seconds, drawn, travel) in enumerate(frames):
        x, y = number % columns * wide, number // columns * tall
        x0, y0 = x + int(left - drawn.anchor[0]), y + int(up - drawn.anchor[1])
        h, w = drawn.rgba.shape[:2]
        page[y0 : y0 + h, x0 : x0 + w] = drawn.rgba
        places = {k: [round(x0 - x + px, 1), round(y0 - y + py, 1)] for k, (px, py) in drawn.anchors.items()}
        entries.append(
            {
                "action": action,
                "frame": index,
                "x": x,
                "y": y,
                "seconds": round(seconds, 4),
                "travel_px": round(travel * height_px, 2),
                "anchors": places,
            }
        )
    about = {
        "painted": "painted by code",
        "kind": character.kind,
        "name": character.name,
        "cell": [wide, tall],
        "anchor": [int(left), int(up)],
        "height_px": height_px,
        "view": view,
        "frames": entries,
    }
    return png(PillowImage.fromarray(page)), json.dumps(about, indent=1).encode()


def png(picture: Image) -> bytes:
    """PNG without metadata: equal pixels give equal bytes."""
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=6)
    return buffer.getvalue()

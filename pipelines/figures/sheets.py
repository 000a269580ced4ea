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
from pipelines.figures.character import Character, wardrobe
from pipelines.figures.drawing import Drawn, draw
from pipelines.figures.figure import VIEWS
from pipelines.figures.pose import EXPRESSIONS, Pose
from pipelines.painting.palette import Light

PAPER, CAPTION = (250, 245, 233), (120, 104, 92)
SHEET_POSES, SPRITES = wardrobe()["sheet"], wardrobe()["sprites"]
Tick = Callable[[float, str], None]


def preview(character: Character, width: int = 1280, tick: Tick = lambda share, label: None) -> Image:
    """Turnaround, poses and expressions on one page, RGB."""
    height = round(width * 0.86)
    page = PillowImage.new("RGB", (width, height), PAPER)
    figure, seed = character.figure, character.seed
    rows: list[tuple[str, float, float, list[tuple[Pose, str | float, str]]]] = [
        ("Turning the character", 0.0, 0.40, [(act(figure, "stand", 1.0, seed=seed), view, view) for view in VIEWS]),
        (
            "Posing the character",
            0.40,
            0.72,
            [(act(figure, action, at, seed=seed), "three_quarters", action) for action, at in SHEET_POSES],
        ),
        ("Drawing the expressions", 0.72, 1.0, [(Pose(face=EXPRESSIONS[name]), 64.0, name) for name in EXPRESSIONS]),
    ]
    for label, top, bottom, drawn in rows:
        for number, (pose, view, caption) in enumerate(drawn):
            tick(top + (bottom - top) * number / len(drawn), label)
            box = (number / len(drawn), top, 1 / len(drawn), bottom - top)
            _put_figure(page, character, pose, view, box, caption.replace("_", " "), head=view == 64.0)
    return page


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
    tick: Tick = lambda share, label: None,
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
        entry = action, index, x, y, round(seconds, 4), round(travel * height_px, 2), places
        entries.append(dict(zip(("action", "frame", "x", "y", "seconds", "travel_px", "anchors"), entry)))
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

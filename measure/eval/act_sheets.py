"""A contact sheet of acts, three frames each, as their records say: `python -m measure.eval.act_sheets FILE.jpg [--acts hug pour …] [--frames 3]`.

Each act is played by its own examples on paper; nothing is read, laid out or lit.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.figures import draw
from pipelines.figures.acts import names, record
from pipelines.props import draw as draw_thing
from pipelines.props import shape_of
from pipelines.scenes.light import above_water
from pipelines.scenes.parties import Body, Placed, arranged, ordered
from pipelines.scenes.performers import character_of, story_metres
from pipelines.scenes.staging import Play

WIDE, TALL, CAPTION = 300, 230, 16
PAPER, INK = (251, 248, 243), (60, 50, 44)
PLAYS = "woman"  # the actor of every act
THING_PX = 360


def staged() -> list[str]:
    """All acts that are played between several."""
    return [name for name in names() if record(name).stage is not None]


def example(name: str, tall_px: float, ground: tuple[float, float], side: int = 1, plays: str = PLAYS) -> Play:
    """The act with the examples of its record, around an actor of a height whose feet are at a pixel."""
    stage = record(name).stage
    assert stage is not None
    usual = story_metres(plays)
    actor = Body(character_of(plays), ground, tall_px, side, stage.view)
    people = {
        party: Body(
            character_of(about.example), ground, tall_px * story_metres(about.example) / usual, side, stage.view
        )
        for party, about in stage.parties.items()
        if about.kind == "person"
    }
    things = {
        party: (about.example, shape_of(about.example), "")
        for party, about in stage.parties.items()
        if about.kind == "thing" and about.sought
    }
    return Play(name, arranged(name, actor, people, things), record(name).mood)


def frame(play: Play, phase: float, size: tuple[int, int]) -> Image.Image:
    """One moment of an act on paper."""
    page = Image.new("RGBA", size, (*PAPER, 255))
    now = play.at(phase)
    for name in ordered(play.stage, now):
        one = now[name]
        if isinstance(one, Placed):
            _put_thing(page, one)
        else:
            _put_body(page, one)
    return page.convert("RGB")


def _put_body(page: Image.Image, body: Body) -> None:
    drawn = draw(body.who, body.pose, body.height, body.yaw, None, body.side)
    place = round(body.ground[0] - drawn.anchor[0]), round(body.ground[1] - drawn.anchor[1])
    pixels = drawn.rgba if body.cut is None else above_water(drawn.rgba, body.cut - place[1])
    layer = Image.fromarray(pixels)
    layer.putalpha(layer.getchannel("A").point(lambda value: round(value * body.seen)))
    _over(page, layer, place)


def _put_thing(page: Image.Image, thing: Placed) -> None:
    import cv2

    size = round(min(THING_PX, max(24, 2 * max(thing.shown.wide, thing.shown.tall))))
    pixels = draw_thing(thing.shown.noun, size)
    height, width = pixels.shape[:2]
    matrix = thing.shown.matrix @ np.diag([1 / width, 1 / height, 1.0])
    moved = cv2.warpAffine(pixels, matrix, page.size, flags=cv2.INTER_AREA)
    moved[..., 3] = np.rint(moved[..., 3] * thing.seen)
    page.alpha_composite(Image.fromarray(moved))


def _over(page: Image.Image, layer: Image.Image, place: tuple[int, int]) -> None:
    whole = Image.new("RGBA", page.size)
    whole.paste(layer, place)
    page.alpha_composite(whole)


def sheet(acts: Sequence[str], frames: int) -> Image.Image:
    """Each act in a row of frames over its label."""
    columns = 2
    rows = -(-len(acts) // columns)
    page = Image.new("RGB", (columns * frames * WIDE, rows * (TALL + CAPTION)), PAPER)
    for number, name in enumerate(acts):
        left, top = number % columns * frames * WIDE, number // columns * (TALL + CAPTION)
        play = example(name, 0.52 * TALL, (0.3 * WIDE, 0.9 * TALL))
        for place in range(frames):
            shown = frame(play, (place + 0.5) / frames, (WIDE, TALL))
            page.paste(shown, (left + place * WIDE, top))
        text = f"{number + 1}. {record(name).label}"
        ImageDraw.Draw(page).text((left + 6, top + TALL), text, fill=INK, font=ImageFont.load_default(12))
    return page


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(prog="python -m measure.eval.act_sheets", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--acts", nargs="*", default=[])
    parser.add_argument("--frames", type=int, default=3)
    given = parser.parse_args()
    sheet(given.acts or staged(), given.frames).save(given.file)


if __name__ == "__main__":
    main()

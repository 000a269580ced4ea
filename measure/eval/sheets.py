"""Contact sheets: all places, people, animals, things and acts over their names, and sentences of the seen half with their pictures.

NAMEs choose places, acts and so on; the sheet of scenes takes how many sentences. Nothing is judged here: a person looks.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pipelines.core.settings import Refusal
from pipelines.figures import draw
from pipelines.figures.acts import Stage, names, record
from pipelines.props import NOUNS, shape_of
from pipelines.props import draw as draw_prop
from pipelines.scenes import pages
from pipelines.scenes.light import above_water
from pipelines.scenes.parties import Body, Placed, arrange_cast, order_cast
from pipelines.scenes.performers import character_of, story_metres
from pipelines.scenes.staging import Play

PAPER, INK = (251, 248, 243), (60, 50, 44)
FRAME, FRAMES, THING_PX, LETTER_PX = (100, 76), 3, 360, 8
FIGURES, QUALITY, ACROSS_PX, LARGE_METRES = Path("docs/figures"), 50, 1600, 0.8
Cell = tuple[Image.Image, str]


def example(name: str, tall_px: float, ground: tuple[float, float], side: int = 1, plays: str = "woman") -> Play:
    """The act with the examples of its record, around an actor of a height whose feet are at a pixel."""
    stage = record(name).stage or Stage()
    usual, people = story_metres(plays), {}
    for party, about in stage.parties.items():
        if about.kind == "person":
            tall = tall_px * story_metres(about.example) / usual
            people[party] = Body(character_of(about.example), ground, tall, side, stage.view)
    things = {
        party: (about.example, shape_of(about.example), "")
        for party, about in stage.parties.items()
        if about.kind == "thing" and about.sought
    }
    actor = Body(character_of(plays), ground, tall_px, side, stage.view)
    return Play(name, arrange_cast(name, actor, people, things), record(name).mood)


def frame(play: Play, phase: float, size: tuple[int, int]) -> Image.Image:
    """One moment of an act on paper."""
    page = Image.new("RGBA", size, (*PAPER, 255))
    now = play.at(phase)
    for part in (now[name] for name in order_cast(play.stage, now)):
        if isinstance(part, Placed):
            _put_thing(page, part)
        else:
            _put_body(page, part)
    return page.convert("RGB")


def _put_body(page: Image.Image, body: Body) -> None:
    drawn = draw(body.who, body.pose, body.height, body.yaw, None, body.side)
    place = round(body.ground[0] - drawn.anchor[0]), round(body.ground[1] - drawn.anchor[1])
    pixels = drawn.rgba if body.cut is None else above_water(drawn.rgba, body.cut - place[1])
    layer, whole = Image.fromarray(pixels), Image.new("RGBA", page.size)
    layer.putalpha(layer.getchannel("A").point(lambda value: round(value * body.seen)))
    whole.paste(layer, place)
    page.alpha_composite(whole)


def _put_thing(page: Image.Image, thing: Placed) -> None:
    import cv2

    size = round(min(THING_PX, max(24, 2 * max(thing.shown.wide, thing.shown.tall))))
    pixels = draw_prop(thing.shown.noun, size)
    matrix = thing.shown.matrix @ np.diag([1 / pixels.shape[1], 1 / pixels.shape[0], 1.0])
    moved = cv2.warpAffine(pixels, matrix, page.size, flags=cv2.INTER_AREA)
    moved[..., 3] = np.rint(moved[..., 3] * thing.seen)
    page.alpha_composite(Image.fromarray(moved))


def show_acts(chosen: Sequence[str]) -> Iterator[Cell]:
    """Each act in a row of frames over its label."""
    wide, tall = FRAME
    for name in chosen or names():
        play, row = example(name, 0.52 * tall, (0.3 * wide, 0.9 * tall)), Image.new("RGB", (FRAMES * wide, tall))
        for place in range(FRAMES):
            row.paste(frame(play, (place + 0.5) / FRAMES, FRAME), (place * wide, 0))
        yield row, record(name).label


def show_kind(kind: str, side_px: int, chosen: Sequence[str], least: float = 0, most: float = np.inf) -> Iterator[Cell]:
    """Each place, person or animal, or each thing from so many metres to so many."""
    every, paint = pages.SHEETS[kind]
    for name in chosen or sorted(every, key=str.lower):
        if kind != "thing" or least <= NOUNS[name].metres < most:
            yield paint(name, side_px), name.replace("_", " ")


def show_scenes(chosen: Sequence[str]) -> Iterator[Cell]:
    """Sentences by lot, the same each time, with their pictures; paper where one is refused."""
    from measure.eval.scene_judge import annotations
    from pipelines.film.parts import story as films
    from pipelines.generate.storybook import storybook

    every = annotations("seen")
    count = min(int(chosen[0]) if chosen else 24, len(every))
    for number in sorted(np.random.default_rng(0).choice(len(every), count, replace=False)):
        asked = every[number]
        try:
            text = (
                films.told(asked.scene.sentence)["scenes"][0]["picture"]["prompt"]
                if asked.story
                else asked.scene.sentence
            )
            scene = storybook(prompt=text).main.picture.convert("RGB")
            yield scene.resize((320, 180), Image.Resampling.LANCZOS), asked.scene.sentence
        except Refusal as refused:
            yield Image.new("RGB", (320, 180), PAPER), f"{asked.scene.sentence} REFUSED: {refused}"


SHEETS: Mapping[str, Callable[[Sequence[str]], Iterable[Cell]]] = {
    "places": partial(show_kind, "place", 84),
    "people": partial(show_kind, "person", 76),
    "animals": partial(show_kind, "animal", 72),
    "small-things": partial(show_kind, "thing", 44, most=LARGE_METRES),
    "large-things": partial(show_kind, "thing", 52, least=LARGE_METRES),
    "acts": show_acts,
    "scenes": show_scenes,
}


def put_together(cells: Sequence[Cell]) -> Image.Image:
    """Pictures in rows, each over its caption."""
    wide, tall = (max(picture.size[at] for picture, _ in cells) + 4 for at in (0, 1))
    texts = [textwrap.wrap(caption, wide // 5, break_long_words=False)[:3] for _, caption in cells]
    columns, high = max(1, ACROSS_PX // wide), tall + LETTER_PX * max(map(len, texts)) + 2
    page = Image.new("RGB", (columns * wide, -(-len(cells) // columns) * high), PAPER)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(LETTER_PX)
    for number, ((picture, _), text) in enumerate(zip(cells, texts)):
        x, y = number % columns * wide, number // columns * high
        place = x + (wide - picture.width) // 2, y + tall - picture.height
        page.paste(picture, place, picture if picture.mode == "RGBA" else None)
        pen.text((x + 2, y + tall), "\n".join(text), fill=INK, font=font, spacing=0)
    return page


def main(words: Sequence[str]) -> int:
    """One page into a file, or all of docs/figures."""
    every = [(name, str(FIGURES / f"{name}.webp")) for name in SHEETS if name != "scenes"]
    for name, file in [(words[0], words[1])] if words else every:
        put_together(list(SHEETS[name](words[2:]))).save(file, quality=QUALITY)
    return 0

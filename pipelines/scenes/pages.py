"""What is looked at before it is kept: a drawing of a thing or a record of a place, an animal or a person, with what is wrong with it and a preview."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image

from pipelines.figures import Character, act
from pipelines.figures import draw as draw_figure
from pipelines.figures.cast import figure_with
from pipelines.figures.character import check_setting
from pipelines.figures.kinds import ANIMALS, PEOPLE, Parameters, animals, parse_animal, parse_person, roles
from pipelines.figures.vocabulary import vocabulary
from pipelines.props import NOUNS, draw
from pipelines.props.catalogue import facts
from pipelines.props.checks import problems as wrong_of
from pipelines.props.drawings import file_of, noun_of, parse_svg, parts_of
from pipelines.scenes.backdrop import flat_picture, paint, paint_place
from pipelines.scenes.places import FOLDER, Place, parse_place, problems
from pipelines.scenes.sense import can_be_held
from pipelines.scenes.settings import SEEDS

SIDE_PX, GAP_PX, PAPER = 240, 16, (236, 238, 222)


def preview_drawing(text: str) -> Image.Image:
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


def preview_place(record: Place) -> Image.Image:
    """A place by day wide, square in the evening, and upright at night, side by side."""
    page = Image.new("RGBA", (320 + 180 + 102, 180))
    for left, width, hour in ((0, 320, "day"), (320, 180, "sunset"), (500, 102, "night")):
        page.paste(flat_picture(paint_place(record, hour, "clear", width, 180, 1)), (left, 0))
    return page


def examine_record(file: Path, text: str) -> tuple[str, list[str], Path, Callable[[], Image.Image]]:
    """Which place a record is, what is wrong with it, where it is kept, and how its preview is painted. Raises Refusal."""
    record = parse_place(text)
    return record.place, problems(record, NOUNS), FOLDER / file.name, partial(preview_place, record)


def draw_kind(kind: str, side_px: int) -> Image.Image:
    """An animal or a person in a cell of the sheet."""
    return draw_who(Character(kind), side_px, "three_quarters")


def draw_who(who: Any, side_px: int, view: str) -> Image.Image:
    """Somebody who stands, from a side."""
    picture = Image.fromarray(draw_figure(who, act(who.figure, "stand", 1.0), side_px, view).rgba)
    picture.thumbnail((side_px, side_px))
    return picture


def preview_figure(parameters: Parameters) -> Image.Image:
    """An animal or a person from the side, half turned and from the front."""
    page = Image.new("RGB", (3 * SIDE_PX, SIDE_PX), PAPER)
    for number, view in enumerate(("side", "three_quarters", "front")):
        picture = draw_who(SimpleNamespace(figure=figure_with(parameters)), SIDE_PX, view)
        page.paste(picture, (number * SIDE_PX, SIDE_PX - picture.height), picture)
    return page


def examine_animal(file: Path, text: str) -> tuple[str, list[str], Path, Callable[[], Image.Image]]:
    """Which animal a record is, where it is kept, and how its preview is painted. Raises Refusal for what is wrong with it."""
    return (
        file.stem,
        [],
        ANIMALS / file.name,
        partial(preview_figure, parse_animal(text.encode(), file.stem).parameters),
    )


def examine_person(file: Path, text: str) -> tuple[str, list[str], Path, Callable[[], Image.Image]]:
    """Who a record of a person is, what is wrong with it, where it is kept, and how its preview is painted. Raises Refusal for looks that nobody has."""
    role, parameters = parse_person(text.encode(), file.stem)
    for key in role.looks.keys() - {"as"}:
        check_setting(key, role.looks[key], parameters)
    same = {**vocabulary().same, **{noun: noun for noun in NOUNS}}
    taken = ((word, same.get(word, file.stem)) for word in role.words)
    wrong = [f"{word!r} is a name of {other!r} already" for word, other in taken if other != file.stem]
    if role.tool and not (role.tool in NOUNS and can_be_held(role.tool)):
        wrong.append(f"there is no thing {role.tool!r} that hands can hold")
    return role.words[0], wrong, PEOPLE / file.name, partial(preview_figure, parameters)


EXAMINE: Mapping[str, Callable[[Path, str], tuple[str, list[str], Path, Callable[[], Image.Image]]]] = {
    "thing": lambda file, text: (
        noun_of(file),
        wrong_of(text, noun_of(file), NOUNS),
        file_of(noun_of(file)),
        partial(preview_drawing, text),
    ),
    "place": examine_record,
    "animal": examine_animal,
    "person": examine_person,
}
SHEETS = {
    "thing": (NOUNS, lambda noun, side_px: Image.fromarray(draw(noun, side_px))),
    "place": (SEEDS, lambda place, wide: flat_picture(paint(place, "day", "clear", wide, wide * 3 // 4, 1))),
    "animal": (animals(), draw_kind),
    "person": (roles(), draw_kind),
}

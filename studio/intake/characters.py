"""The part of the intake's child that reads a character: JSON whose every value is checked, then painted, so that it can be seen on the shelf."""

from __future__ import annotations

from types import SimpleNamespace
from typing import IO, Any

from studio.intake.pictures import Unfit, shown_on_paper
from studio.intake.texts import flat_enough

MOST_BYTES = 100_000
HEIGHT_PX = 640


def warm_up() -> None:
    """Paint somebody and read the records of all bodies: once confined, no module and no file can be read."""
    from pipelines.figures.parts import read_all_records

    read_all_records()
    _paint_character(b'{"format": "afternoon-studio/character/1", "kind": "fox"}', 96)


def read_character(file: IO[bytes], limits: SimpleNamespace) -> tuple[dict[str, Any], bytes]:
    """The facts of the character's picture, and the PNG itself."""
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES or not flat_enough(data):
        raise Unfit("character_foreign")
    return _paint_character(data, HEIGHT_PX, limits.thumbnail_px)


def _paint_character(data: bytes, height_px: int, small_px: int = 64) -> tuple[dict[str, Any], bytes]:
    from pipelines.core.settings import Refusal
    from pipelines.figures import Character, act, draw

    try:
        who = Character.from_json(data.decode("utf-8-sig"))
        drawn = draw(who, act(who.figure, "stand", 0.4, seed=who.seed), height_px)
    except (Refusal, ValueError, TypeError, RecursionError, OverflowError, ArithmeticError):
        raise Unfit("character_foreign") from None
    return shown_on_paper(drawn.rgba, small_px)

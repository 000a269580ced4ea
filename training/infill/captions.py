"""Descriptions of scenes in plain words, made by chance from lists: text of our own for the infill network."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

LISTS: dict[str, list[str]] = json.loads(Path(__file__).with_suffix(".json").read_text("utf-8"))
LOOKS, LIVING, THINGS, PLACES, TIMES, BESIDE, DOING, MOODS, MEDIA = LISTS.values()


def caption(draw: random.Random) -> str:
    """One scene in one to three plain sentences."""

    def thing(words: list[str]) -> str:
        look, noun = draw.choice(LOOKS), draw.choice(words)
        phrase = f"{look} {noun}" if draw.random() < 0.7 else noun
        return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"

    who, what, where, when = thing(LIVING), thing(THINGS), draw.choice(PLACES), draw.choice(TIMES)
    beside = draw.choice(BESIDE)
    text = (
        draw.choice(
            [
                f"{who} {beside} {what} {where} {when}",
                f"{who} {where}",
                f"{what} {where} {when}",
                f"{draw.choice(MEDIA)} {who} and {what}, {when}",
                f"{who} {draw.choice(DOING)} {beside} {what}",
                f"{when}, {who} {draw.choice(DOING)} {where}",
                f"{who} and {thing(LIVING)} {where}",
                f"there is {what} {where}, and {who} {draw.choice(DOING)} {beside} it",
                f"{draw.choice(MEDIA)} {what} {where}",
                f"two {draw.choice(LIVING)}s {beside} {what} {when}",
            ]
        )
        + "."
    )
    text = text[0].upper() + text[1:]
    return text + "".join(f" {draw.choice(MOODS)}" for _ in range(draw.choice([0, 0, 1, 2])))


def captions(folder: Path, count: int = 30000, seed: int = 1) -> Iterator[str]:
    """Our own scene descriptions in plain words, a few million possible; the same seed gives the same text."""
    draw = random.Random(seed)
    for _ in range(count):
        yield caption(draw)

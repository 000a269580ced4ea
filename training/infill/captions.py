"""Descriptions of scenes in plain words, made by chance from lists: text of our own for the infill network."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path


def phrases(text: str) -> list[str]:
    """Phrases with commas between them."""
    return [" ".join(part.split()) for part in text.split(",")]


LOOKS = """
    red blue golden white black grey green small tiny large old young tall bright sleepy proud quiet lonely happy wooden
    silver pale
""".split()  # noqa: SIM905
LIVING = """
    fox cat dog horse owl rabbit bear deer swan sailor child woman man girl boy painter fisherman musician traveller lion
    elephant penguin whale wolf bird crow butterfly farmer dancer knight king queen robot snail goat
""".split()  # noqa: SIM905
THINGS = """
    house boat lighthouse tree bridge castle lantern piano bicycle train tower garden fountain well church windmill tent
    fire cottage table window door cart ship kite violin rose sunflower mountain rock fence statue balloon clock car
""".split()  # noqa: SIM905
PLACES = phrases("""
    by the sea, in the forest, on a hill, in a quiet street, at the edge of a lake, in a field of flowers, on the
    beach, in the desert, under the trees, in an old town, beside a river, in the snow, on a mountain path, in the
    garden, near the harbour, in a small room, on the roof, in the middle of the market, along the road, under a
    wide sky
""")
TIMES = phrases("""
    at sunset, at dawn, in the morning, at night, under the moon, in the rain, in autumn, in winter, on a spring
    day, in the evening light, before the storm, under the stars, in thick fog, at noon, in the first light, after
    the rain
""")
BESIDE = phrases("""
    beside, behind, in front of, near, under, next to, above, between the trees and, close to, far from, to the left
    of, to the right of
""")
DOING = phrases("""
    sleeps, waits, walks, sits, runs, stands, looks up, sings, dances, rests, turns slowly, watches the water, reads
    a letter, plays the violin, looks at the moon, listens to the wind, carries a lantern, holds a red flower,
    smiles, closes its eyes, crosses the bridge
""")
MOODS = [
    "The air is cold and still.",
    "Everything is quiet.",
    "Snow covers the roofs.",
    "The wind moves the leaves.",
    "The light is soft and warm.",
    "A few clouds drift across the sky.",
    "Smoke rises from the chimneys.",
    "Long shadows fall across the grass.",
    "The water shines like glass.",
    "Nobody else is there.",
    "A bell rings in the distance.",
    "The colours are bright and simple.",
    "Waves break against the rocks.",
    "Lights glow in the windows.",
    "The first stars appear.",
    "Leaves fall slowly to the ground.",
]
MEDIA = phrases("""
    a painting of, an oil painting of, a watercolour of, a photograph of, a drawing of, a poster with, an old
    picture of, a close view of
""")


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

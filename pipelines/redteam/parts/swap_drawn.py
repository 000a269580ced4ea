"""Two drawn people for a face swap: portraits to learn from, and a video of the first whose every pose and expression is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.figures.character import Character
from pipelines.figures.portraits import GROUNDS, Portrait, picture, portrait_of, somebody
from pipelines.lab.swap import FACES
from pipelines.lab.swap import PEOPLE as PAIR
from pipelines.media import Video
from pipelines.redteam.parts.face_places import SIDE_PX, Place, cut_face

LEARNED, DRAWN_PX = 72, 128  # portraits of each person, and how large they are drawn
VIDEO_PX, RATE_HZ, FRAMES = 256, 12, 36
MIDDLE, SIDE = (0.5, 0.64), 0.7  # of the square that holds the face, as shares of a portrait
FACE_REACH = (0.30, 0.25)  # half the width and height of the face's outline


def people_of(seed: int) -> tuple[Character, Character]:
    """Who they are: the studio's pair for seed 0, two people from the seed otherwise, without hats."""
    if seed == 0:
        return PAIR[0], PAIR[1]
    first, second = (somebody(2 * seed + i) for i in range(2))
    bare = [Character(one.kind, {**one.changes, "hat": "none"}, one.seed) for one in (first, second)]
    return bare[0], bare[1]


def place(size_px: int) -> Place:
    """Where the face is in a portrait of that size: always the same, because a portrait is hung by its eyes."""
    scale = SIDE_PX / (SIDE * size_px)
    low = size_px * (np.array(MIDDLE) - SIDE / 2)
    turn = np.array([[scale, 0, -scale * low[0]], [0, scale, -scale * low[1]]])
    angles = np.linspace(0, 2 * math.pi, 40, endpoint=False)
    outline = size_px * (np.array(MIDDLE) + np.stack([np.cos(angles), np.sin(angles)], 1) * FACE_REACH)
    return Place(turn, outline)


def moment(who: Character, number: int, seed: int) -> Portrait:
    """The person at one frame: looks left and right, goes through the expressions, blinks."""
    seconds = number / RATE_HZ
    face = FACES[(int(seconds) + seed) % len(FACES)]
    into = seconds % 1.0
    lid = max(0.0, 1 - abs(seconds % 2.0 - 1.2) / 0.15)
    yaw = 92 + 18 * math.sin(2 * math.pi * seconds / 3.1)
    return Portrait(who, yaw, face, math.sin(math.pi * into), ground=GROUNDS[1], lid=lid)


def material(
    seed: int, report: Report = silent
) -> tuple[tuple[np.ndarray, np.ndarray], Video, list[Place | None], Callable[[int], np.ndarray]]:
    """Faces of both to learn from [n,64,64,3], the video of the first, the place of the face in each frame, and the second in the same poses."""
    people = people_of(seed)
    faces = []
    for number, who in enumerate(people):
        stage, portraits = part(report, 0.4 * number, 0.4 * (number + 1)), []
        for i in range(LEARNED):
            stage(Progress(i, LEARNED, f"Drawing person {number + 1}"))
            seen = replace(portrait_of(who, 70_000 + i), tilt=0.0)
            portraits.append(cut_face(picture(seen, DRAWN_PX), place(DRAWN_PX)))
        faces.append(np.stack(portraits))
    frames = []
    for i in range(FRAMES):
        part(report, 0.8, 1.0)(Progress(i, FRAMES, "Drawing the video"))
        frames.append(picture(moment(people[0], i, seed), VIDEO_PX))
    video = Video(VIDEO_PX, VIDEO_PX, Fraction(RATE_HZ), FRAMES, lambda: iter([one.copy() for one in frames]))
    return (
        (faces[0], faces[1]),
        video,
        [place(VIDEO_PX)] * FRAMES,
        lambda i: picture(moment(people[1], i, seed), VIDEO_PX),
    )

"""A film in time: where each scene, the title and the credits stand, in frames at 24 a second.

Rules of length: a scene is its transition, a breath of 6, the speech rounded up, a rest of 12, and the next transition; a silent one is
`seconds` long, or 4 s; `seconds` sets the least of the others. The credits stand alone for a tenth of the film; a short one has none, unless its maker wrote some.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipelines.film.parts.shapes import LONGEST_SECONDS, MOST_FRAMES, RATE_HZ
from studio.film.storyboard import Scene, Storyboard

BREATH, REST = 6, 12
SILENT_FRAMES, LEAST_FRAMES = 96, 36
TITLE_FRAMES, JOIN = 84, 12
LEAST_CREDITS, MOST_CREDITS, UNCREDITED = 72, 144, 288  # a shorter film has none


@dataclass
class Placed:
    """A scene (or the title, the credits) in the film: where it starts and how long it is, in frames."""

    id: str
    frames: int
    start: int = 0
    begin: int = 0
    end: int = 0
    kind: str = "cut"
    speech_at: int = 0
    described: int = 0  # frames of the sentence that says what is seen


@dataclass(frozen=True)
class Spoken:
    """Frames of a scene's narration, and of the sentence that says what is seen; 0 where there is none."""

    speech: int
    described: int


@dataclass(frozen=True)
class Timeline:
    """Everything that is shown, in order; `frames` is the length of the film."""

    placed: list[Placed]
    frames: int
    problems: list[str]


def timeline_of(board: Storyboard, spoken: Mapping[str, Spoken]) -> Timeline:
    """The film in time; `spoken` by the ids of the scenes."""
    placed, problems = _in_order(board, spoken), list[str]()
    scenes = {scene.id: (number, scene) for number, scene in enumerate(board.scenes, 1)}
    for place in placed:
        if place.id not in scenes:
            place.frames = max(place.frames, place.begin + place.end + RATE_HZ)
            continue
        number, scene = scenes[place.id]
        speech = spoken[place.id].speech
        _set_length(place, scene, speech)
        if place.frames > MOST_FRAMES:
            problems.append(
                f"Scene {number}: its narration takes {speech / RATE_HZ:.0f} s and a scene holds {(MOST_FRAMES - 30) / RATE_HZ:.0f}; split it."
            )
    if board.credits.show and placed:
        frames, own = sum(place.frames - place.begin for place in placed), len(board.credits.text.strip().split("\n"))
        if frames >= UNCREDITED or board.credits.text.strip():
            credits = min(MOST_CREDITS, max(LEAST_CREDITS + 8 * (own - 1), frames // 10))
            placed.append(Placed("credits", JOIN + credits, begin=JOIN, kind="crossfade"))
        else:
            placed[-1].end = 0
    at = 0
    for place in placed:
        place.start = at - place.begin
        at = place.start + place.frames
    if at / RATE_HZ > LONGEST_SECONDS:
        problems.append(
            f"The film would be {at / RATE_HZ / 60:.1f} minutes long; {LONGEST_SECONDS / 60:.0f} is the most: shorten or remove scenes."
        )
    return Timeline(placed, at, problems)


def _in_order(board: Storyboard, spoken: Mapping[str, Spoken]) -> list[Placed]:
    """Title and scenes with the frames that each shares with its neighbours, the last with the credits."""
    placed: list[Placed] = []
    if board.titles.show and board.scenes:
        placed.append(Placed("title", TITLE_FRAMES))
    for scene in board.scenes:
        begin = 0
        if placed and scene.transition.kind != "cut":
            begin = round(scene.transition.seconds * RATE_HZ)
        kind, described = scene.transition.kind if begin else "cut", spoken[scene.id].described
        placed.append(Placed(scene.id, 0, begin=begin, kind=kind, described=described))
    for one, after in zip(placed, [*placed[1:], None], strict=False):  # of an empty film there is nothing
        one.end = after.begin if after else JOIN * board.credits.show
    return placed


def _set_length(placed: Placed, scene: Scene, speech: int) -> None:
    placed.speech_at = placed.begin + BREATH + (placed.described + REST if placed.described else 0)
    least = round((scene.seconds or 0) * RATE_HZ)
    placed.frames = placed.speech_at + speech + REST + placed.end if speech else least or SILENT_FRAMES
    if placed.described and not speech:
        placed.frames = max(placed.frames, placed.speech_at + placed.end)
    placed.frames = max(placed.frames, least, placed.begin + placed.end + LEAST_FRAMES)

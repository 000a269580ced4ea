"""The one contract between scenes and what paints their figures and things: requests in, trimmed RGBA drawings out; and the words that have a picture.

    draw(requests, size_px, report) -> [RGBA, ...]

People, animals and things are painted by code, each with its own seed, so a drawing is the same alone, in any company, and when it is drawn again later. What
nobody has drawn is left out and said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.figures import Character
from pipelines.scenes import painted_things, performers
from pipelines.scenes.tokens import Vocabulary

SIZE_PX = 512


@dataclass(frozen=True)
class Request:
    """One drawing that a scene asks for."""

    noun: str
    colour: str = ""
    seed: int = 0
    character: str = ""  # JSON of a rigged figure
    act: str = ""  # what it does, as the prompt says
    take: int = 0
    face: str = ""  # its expression


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Every noun that has a picture, with its other names."""
    others = {noun: list(also) for noun, also in painted_things.words().items()}
    figures = []
    for word, kind in performers.kinds().items():
        if word == kind.replace("_", " "):
            figures.append(word)
        else:
            others.setdefault(kind.replace("_", " "), []).append(word)
    return Vocabulary((*figures, *painted_things.words()), others)


def known() -> Sequence[str]:
    """Suggestions of a form: every name that a scene can show, in alphabetical order."""
    return sorted(set(vocabulary().nouns))


def draw(requests: Sequence[Request], size_px: int, report: Report = silent) -> list[Image]:
    """Paint every request: RGBA, trimmed to what is drawn."""
    stages = [part(report, number / len(requests), (number + 1) / len(requests)) for number in range(len(requests))]
    return [_paint_request(request, size_px, stage) for request, stage in zip(requests, stages)]


def _paint_request(request: Request, size_px: int, report: Report) -> Image:
    report(Progress(0, 1, f"Painting {request.noun}"))
    if not request.character:
        return painted_things.picture(request.noun, size_px, request.colour, request.seed)
    return performers.place_character(
        Character.from_json(request.character), request.act, request.take, size_px, request.face
    ).picture

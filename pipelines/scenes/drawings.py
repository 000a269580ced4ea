"""The one contract between scenes and what draws their things: requests in, trimmed RGBA drawings out; and its vocabulary.

    draw(requests, size_px, report, engine) -> [RGBA, ...]

People, animals and many things are painted by code, unless an engine is named. Two engines draw the rest: "objects" by
diffusion, "codes" code by code. Every request carries its own seed, so a drawing is the same alone, in
any company, and when it is drawn again later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from PIL.Image import Image

from pipelines.core.progress import Progress, Report, part, silent
from pipelines.core.settings import Refusal
from pipelines.scenes.light import trim_drawing
from pipelines.scenes.painted_things import is_painted, picture
from pipelines.scenes.prompt import Match
from pipelines.scenes.tokens import Vocabulary

SIZE_PX = 512
BETTER = "codes"
ENGINES = {
    "": "painted by code where they can be, else codes",
    "codes": "codes, written one by one",
    "objects": "diffusion",
}
DRAWN_BY = {
    "codes": "drawn code by code by our own transformer",
    "objects": "drawn by our own score-based diffusion model",
}


@dataclass(frozen=True)
class Request:
    """One drawing that a scene asks for."""

    noun: str
    style: str
    colour: str = ""
    pose: str = ""  # small, big, mirrored, tilted left, tilted right, or nothing
    seed: int = 0
    character: str = ""  # JSON of a rigged figure, which is painted instead
    act: str = ""  # what it does, as the prompt says
    take: int = 0
    face: str = ""  # its expression


def chosen(engine: str) -> str:
    """The engine that a setting means; "" is the one that drew better by the same judges (docs/generate.md has the table)."""
    return engine or BETTER


def vocabulary(engine: str = "") -> Vocabulary:
    """What an engine's landed weights can draw. Raises MissingModel without them."""
    from pipelines.drawing import words

    known = words.vocabulary(chosen(engine))
    others: dict[str, list[str]] = {}
    for word, noun in known.words.items():
        others.setdefault(noun, []).append(word)
    if not paints_figures(engine):
        return Vocabulary(known.nouns, others)
    from pipelines.scenes import painted_things, performers

    for noun, also in painted_things.words().items():
        others.setdefault(noun, []).extend(also)
    for word, kind in performers.kinds().items():
        if word != kind.replace("_", " ") and word not in known.nouns:
            others.setdefault(kind.replace("_", " "), []).append(word)
    figures = [word for word, kind in performers.kinds().items() if word == kind.replace("_", " ")]
    return Vocabulary((*known.nouns, *figures, *painted_things.words()), others)


def known() -> Sequence[str]:
    """Suggestions of a form: every name that a scene can show, in alphabetical order; none without the card of the weights."""
    try:
        return sorted(set(vocabulary().nouns))
    except Refusal:
        return ()


def paints_figures(engine: str) -> bool:
    """Whether people and animals are painted as rigged figures: unless one of the networks was asked for."""
    return not engine


def ready(engine: str = "") -> None:
    """Raises MissingModel before any work is done when weights that drawing needs are not there."""
    from pipelines.core.models import MissingModel, where
    from pipelines.drawing.code_network import CODES
    from pipelines.drawing.enlarger import ENLARGER
    from pipelines.drawing.network import OBJECTS
    from pipelines.language.minilm import MINILM

    for card in (CODES if chosen(engine) == "codes" else OBJECTS, ENLARGER, MINILM):
        if where(card) is None:
            raise MissingModel(card)


def styles(engine: str = "") -> tuple[str, ...]:
    """The styles of an engine, its best first. Raises MissingModel."""
    from pipelines.drawing import words

    return words.vocabulary(chosen(engine)).styles


def nearest(engine: str = "") -> Match:
    """Finds the noun nearest in meaning to strange words by MiniLM; None where none is near enough."""

    def match(phrases: Sequence[str]) -> Mapping[str, tuple[str, float] | None]:
        from pipelines.drawing import words

        found: dict[str, tuple[str, float] | None] = {}
        for phrase in phrases:
            noun, likeness = words.vocabulary(chosen(engine)).nearest(phrase, 1)[0]
            found[phrase] = (noun, round(likeness, 3)) if likeness >= words.NEAR_ENOUGH else None
        return found

    return match


def draw(requests: Sequence[Request], size_px: int, report: Report = silent, engine: str = "") -> list[Image]:
    """Draw every request: RGBA, trimmed to what is drawn. Raises MissingModel."""
    from pipelines.drawing import code_network, network, words
    from pipelines.drawing.code_sampling import How

    pictures = []
    for number, request in enumerate(requests):
        stage = part(report, number / len(requests), (number + 1) / len(requests))
        if request.character or (paints_figures(engine) and is_painted(request.noun)):
            pictures.append(_paint_request(request, size_px, stage))
            continue
        size, turn = (request.pose, "") if request.pose in ("small", "big") else ("", request.pose)
        wish = words.DrawingRequest(request.noun, request.style, request.colour, size, turn)
        label = f"Drawing {wish.title}"
        kept = _cache_of(chosen(engine), request, size_px)
        if kept:
            pictures += kept
            continue
        early = part(stage, 0.0, 0.85, label)
        if chosen(engine) == "codes":
            small = code_network.write([wish], seed=request.seed, how=How(), report=early).pictures
        else:
            small = network.draw([wish.caption], seed=request.seed, report=early)
        kept += [
            trim_drawing(picture) for picture in network.finish_drawings(small, size_px, part(stage, 0.85, 1.0, label))
        ]
        pictures += kept
    return pictures


@lru_cache(maxsize=12)
def _cache_of(engine: str, request: Request, size_px: int) -> list[Image]:
    """What holds a network's drawing, once it is there: a scene is painted again and again while somebody changes it."""
    return []


def _paint_request(request: Request, size_px: int, report: Report) -> Image:
    from pipelines.figures import Character
    from pipelines.scenes import performers

    report(Progress(0, 1, f"Painting {request.noun}"))
    if not request.character:
        return picture(request.noun, size_px, request.colour, request.seed)
    return performers.place_character(
        Character.from_json(request.character), request.act, request.take, size_px, request.face
    ).picture

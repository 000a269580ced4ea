"""The one contract between scenes and the object model: requests in, trimmed RGBA drawings out; and its vocabulary.

    draw(requests, size_px, how, report) -> [RGBA, ...]

Every request carries its own seed, so a drawing is the same alone, in any company, and when it is drawn again later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL.Image import Image

from pipelines.generate.scenes.light import trimmed
from pipelines.generate.scenes.reading import Match
from pipelines.generate.scenes.tokens import Vocabulary
from pipelines.progress import Report, part, silent

if TYPE_CHECKING:
    from pipelines.generate.drawing.network import Sampling

SIZE_PX = 512


@dataclass(frozen=True)
class Request:
    """One drawing that a scene asks for."""

    noun: str
    style: str
    colour: str = ""
    pose: str = ""  # small, big, mirrored, tilted left, tilted right, or nothing
    seed: int = 0


def vocabulary() -> Vocabulary:
    """What the landed object model can draw. Raises MissingModel without its weights."""
    from pipelines.generate.drawing import words

    known = words.vocabulary()
    others: dict[str, list[str]] = {}
    for word, noun in known.words.items():
        others.setdefault(noun, []).append(word)
    return Vocabulary(known.nouns, others)


def ready() -> None:
    """Raises MissingModel before any work is done when weights that drawing needs are not there."""
    from pipelines.generate.drawing.enlarger import ENLARGER
    from pipelines.generate.drawing.network import OBJECTS
    from pipelines.minilm import MINILM
    from pipelines.models import MissingModel, where

    for card in (OBJECTS, ENLARGER, MINILM):
        if where(card) is None:
            raise MissingModel(card)


def styles() -> tuple[str, ...]:
    """The styles of the landed model, its best first. Raises MissingModel."""
    from pipelines.generate.drawing import words

    return words.vocabulary().styles


def nearest() -> Match:
    """Finds the noun nearest in meaning to strange words by MiniLM; None where none is near enough."""

    def match(phrases: Sequence[str]) -> Mapping[str, tuple[str, float] | None]:
        from pipelines.generate.drawing import words

        found: dict[str, tuple[str, float] | None] = {}
        for phrase in phrases:
            noun, likeness = words.vocabulary().nearest(phrase, 1)[0]
            found[phrase] = (noun, round(likeness, 3)) if likeness >= words.NEAR_ENOUGH else None
        return found

    return match


def draw(requests: Sequence[Request], size_px: int, how: Sampling, report: Report = silent) -> list[Image]:
    """Draw every request: RGBA, trimmed to what is drawn. Raises MissingModel."""
    from pipelines.generate.drawing import network, words

    pictures = []
    for number, request in enumerate(requests):
        stage = part(report, number / len(requests), (number + 1) / len(requests))
        size, turn = (request.pose, "") if request.pose in ("small", "big") else ("", request.pose)
        wish = words.Wish(request.noun, request.style, request.colour, size, turn)
        label = f"Drawing {wish.title}"
        small = network.draw([wish.caption], seed=request.seed, how=how, report=part(stage, 0.0, 0.85, label))
        pictures += [trimmed(picture) for picture in network.finished(small, size_px, part(stage, 0.85, 1.0, label))]
    return pictures

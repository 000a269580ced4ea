"""A visitor's own thing in a scene: its picture is cut out, and the noun of its name is drawn with it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

from PIL.Image import Image

from pipelines.core.settings import Input, Refusal, Text
from pipelines.vision.oklab import COLOURS

if TYPE_CHECKING:
    from pipelines.scenes.prompt import Reading

STAND_IN = "gizmo"  # the reader's word for it: a plain noun that is in no table, so that no part of a name is read as something else
LONGEST_PX = 1024
CLEAR, SOLID = 12, 0.001  # of alpha: below this is nothing; and the least share of a picture that must be something

OwnThing = Annotated[
    Image | None,
    Input(
        label="Your own thing",
        help="A picture of one thing, or an SVG of plain shapes.",
        samples=False,
        alpha=True,
    ),
]
OwnName = Annotated[
    str,
    Text(
        label="Name of your own thing",
        help="The word for it in your sentence, such as kite.",
        placeholder="robot vacuum",
        max_characters=40,
        more=True,
    ),
]


@dataclass(frozen=True)
class Brought:
    """A thing and what it is called; without a picture there is none."""

    name: str = ""
    picture: Image | None = None

    def stood_for(self, prompt: str) -> str:
        """The prompt with the stand-in where the thing is named."""
        if self.picture is None:
            return prompt
        said = re.compile(rf"\b{'[ -]'.join(map(re.escape, self.name.split()))}(e?s)?\b", re.IGNORECASE)
        return said.sub(lambda found: STAND_IN + ("s" if found[1] else ""), prompt)

    def named(self, reading: Reading) -> Reading:
        """The reading with the thing under its own name."""
        things = tuple(
            replace(thing, noun=self.name, said=thing.said.replace(STAND_IN, self.name))
            if thing.noun == STAND_IN
            else thing
            for thing in reading.things
        )
        return replace(reading, things=things)

    def notes(self, reading: Reading) -> list[str]:
        """A sentence where the prompt does not name the thing, or wants it in a colour that it cannot be given."""
        if self.picture is None:
            return []
        colours = {thing.colour for thing in reading.things if thing.noun == self.name}
        if not colours:
            return [f"“{self.name}” is not in the prompt, so your own thing is not in the picture."]
        return [
            f"Your own thing cannot be made {colour}; it keeps its colours."
            for colour in sorted(colours - {"", *COLOURS})
        ]

    def coloured(self, colour: str) -> Image:
        """Its picture with its main colour turned to a colour word's."""
        from pipelines.scenes.scene import recolour_drawing

        assert self.picture is not None
        return recolour_drawing(self.picture, colour if colour in COLOURS else "")


def brought(picture: Image | None, name: str) -> Brought:
    """A visitor's thing, cut out. Raises Refusal for a thing without a name and for a name that cannot be one."""
    from pipelines.scenes.drawings import SIZE_PX
    from pipelines.scenes.performers import is_figure
    from pipelines.scenes.tokens import Vocabulary, tokens_of

    called = " ".join(name.lower().split())
    if picture is None:
        if called:
            raise Refusal(f"“{called}” has no picture; bring one as “Your own thing”.")
        return Brought()
    if not re.fullmatch(r"[a-z][a-z-]*( [a-z][a-z-]*){0,3}", called):
        raise Refusal("Say what your thing is called, such as “robot vacuum”.")
    if is_figure(called):
        raise Refusal(f"“{called}” is somebody; bring a character, or call it something else.")
    kinds = {token.kind for token in tokens_of(called, Vocabulary([]))}
    if " " not in called and not kinds <= {"word", "unknown"}:
        raise Refusal(f"“{called}” means something else; call it something else.")
    return Brought(called, cut_out(picture, SIZE_PX))


def cut_out(picture: Image, size_px: int) -> Image:
    """What a picture shows, on nothing: by its own transparency, else by the matte of U²-Net. Raises Refusal, MissingModel."""
    from pipelines.generate.cutout import cutout
    from pipelines.scenes.light import trim_drawing

    small = picture.convert("RGBA")
    small.thumbnail((LONGEST_PX, LONGEST_PX))
    alpha = small.getchannel("A")
    if alpha.getextrema()[0] == 255:
        small = cutout(small, trimmed=True)
    elif sum(alpha.histogram()[CLEAR:]) < SOLID * alpha.width * alpha.height:
        raise Refusal("The picture of your thing is transparent; bring another.")
    small = trim_drawing(small)
    small.thumbnail((size_px, size_px))
    return small

"""Slots and the setting by which a picture takes characters: the same in Storybook and in Animate."""

from __future__ import annotations

from typing import Annotated

from pipelines import media
from pipelines.core.settings import Input, Text

_HELP = "Plays whoever has its name or kind: a fox plays “the fox”."
FirstCharacter = Annotated[media.Character | None, Input(label="Character", help=_HELP, samples=False)]
SecondCharacter = Annotated[media.Character | None, Input(label="Second character", help=_HELP, samples=False)]
ThirdCharacter = Annotated[media.Character | None, Input(label="Third character", help=_HELP, samples=False)]
CastText = Annotated[
    str,
    Text(
        label="Cast",
        help="JSON with a character for each name.",
        placeholder='{"grandmother": {"format": "afternoon-studio/character/1", "kind": "grandmother", "changes": {}}}',
        lines=2,
        max_characters=60_000,
        more=True,
        editor="json",
    ),
]

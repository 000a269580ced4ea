"""A character: who somebody is, in every scene the same. Plain values, so that it can be kept, sent and changed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from pipelines.audio.voices import describe_voices
from pipelines.core.settings import SEED_LIMIT, Refusal
from pipelines.figures.cast import figure_with, parameters
from pipelines.figures.clothes import BOTTOMS, SHOES, TOPS
from pipelines.figures.figure import Figure
from pipelines.figures.hats import HATS
from pipelines.figures.kinds import FOLDER
from pipelines.figures.parts import shapes

FORMAT = "afternoon-studio/character/1"
_COLOUR = re.compile(r"#[0-9a-f]{6}")
CHOICES: Mapping[str, Any] = {
    "hair": tuple(shapes("hair")),
    "beard": tuple(shapes("beards")),
    "hat": tuple(HATS),
    "top": TOPS,
    "bottom": BOTTOMS,
    "glasses": ("none", "round", "square"),
    "shoes": SHOES,
    "sleeves": ("short", "long", "none"),
    "ornament": ("", "ermine", "star", "stethoscope"),
}


@cache
def wardrobe() -> Mapping[str, Any]:
    """What `assets/figures/wardrobe.json` says: what an editor offers to change, and how far numbers go."""
    return json.loads((FOLDER / "wardrobe.json").read_text("utf-8"))


SPANS: Mapping[str, tuple[float, float]] = wardrobe()["spans"]


@dataclass(frozen=True)
class Character:
    """Somebody: a kind, what differs from its table, a seed for blinks and breath, a name, a voice of the studio.

    Raises Refusal for a kind, a parameter or a value that there is not.
    """

    kind: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 0
    name: str = ""
    voice: str = ""

    def __post_init__(self) -> None:
        table = parameters(self.kind)
        for key, value in self.changes.items():
            check_setting(key, value, table)
        if not isinstance(self.seed, int) or isinstance(self.seed, bool) or not 0 <= self.seed < SEED_LIMIT:
            raise Refusal(f"The seed of a character is a number from 0 to {SEED_LIMIT - 1}.")
        if not isinstance(self.name, str) or len(self.name) > 80:
            raise Refusal("A character's name has at most 80 letters.")
        if not self.name.isprintable():
            raise Refusal("The character's name holds signs that cannot be shown; type it again.")
        if self.voice and self.voice not in describe_voices():
            raise Refusal(f"There is no voice called {str(self.voice)[:40]!r}.")
        object.__setattr__(self, "changes", dict(self.changes))

    @property
    def params(self) -> dict[str, Any]:
        """All parameters: those of the kind, and what differs."""
        return {**parameters(self.kind), **self.changes}

    @property
    def figure(self) -> Figure:
        """The rigged body; made once and kept."""
        return figure_with(self.params)

    @property
    def metres(self) -> float:
        """How tall it stands in the world of the stories."""
        return float(self.params["metres"])

    def changed(self, **changes: Any) -> Character:
        """The same character with other parameters."""
        return replace(self, changes={**self.changes, **changes})

    def to_json(self) -> str:
        """As JSON; `from_json` reads it back to an equal character."""
        values = {
            "format": FORMAT,
            "kind": self.kind,
            "name": self.name,
            "voice": self.voice,
            "seed": self.seed,
            "changes": dict(self.changes),
            "painted": "painted by code",
        }
        return json.dumps(values, ensure_ascii=False, indent=1, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Character:
        """Raises Refusal when the text is not a character."""
        if len(text) > 100_000:
            raise Refusal("This file is too long to be a character.")
        try:
            record = json.loads(text)
        except (ValueError, RecursionError):
            record = None
        if (
            not isinstance(record, dict)
            or record.get("format") != FORMAT
            or not isinstance(record.get("changes", {}), dict)
        ):
            raise Refusal("This JSON file is not a character.")
        kind = record.get("kind")
        if not isinstance(kind, str):
            raise Refusal("This character has no kind.")
        changes = {k: tuple(v) if isinstance(v, list) else v for k, v in record.get("changes", {}).items()}
        return cls(kind, changes, record.get("seed", 0), record.get("name", ""), record.get("voice", ""))


def check_setting(key: str, value: Any, table: Mapping[str, Any]) -> None:
    """A parameter exists for the kind and its value can be drawn. Raises Refusal."""
    if key not in table or key in ("plan", "face", "face_params", "muzzle", "skull", "marks", "bands"):
        raise Refusal(f"This kind of character has no setting called {str(key)[:40]!r}.")
    usual = table[key]
    if key in CHOICES:
        if value not in CHOICES[key]:
            raise Refusal(f"{key.capitalize()} cannot be {str(value)[:40]!r}.")
    elif key == "wears":
        if strange := {str(text).partition(" ")[0] for text in value} - shapes("garments").keys():
            raise Refusal(f"Nobody can wear {min(strange)[:40]!r}.")
    elif isinstance(usual, bool):
        if not isinstance(value, bool):
            raise Refusal(f"{key.capitalize()} must be yes or no.")
    elif isinstance(usual, (int, float)):
        low, high = SPANS.get(key, (0.0, max(2.0, 2.0 * float(usual))))
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise Refusal(f"{key.replace('_', ' ').capitalize()} must be a number from {low:g} to {high:g}.")
    elif isinstance(usual, str) and (usual.startswith("#") or usual == ""):
        if not isinstance(value, str) or not (
            _COLOUR.fullmatch(value)
            or value == "" == usual
            or (value == "" and key in ("scarf", "apron", "belt", "cape", "backpack", "gloves"))
        ):
            raise Refusal(f"{key.replace('_', ' ').capitalize()} must be a colour like #c8483f.")
    elif value != usual:
        raise Refusal(f"{key.replace('_', ' ').capitalize()} cannot be changed.")

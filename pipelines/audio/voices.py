"""The voices that come with the studio, their blends, and who speaks whom in a dialogue."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS, ModelCard
from pipelines.core.settings import Refusal

if TYPE_CHECKING:
    import numpy as np

LANGUAGES = {  # by the first letter of a voice's name in Kokoro
    "a": "en-us",
    "b": "en-gb",
    "e": "es",
    "f": "fr",
    "i": "it",
    "j": "ja",
    "p": "pt",
    "z": "zh",
    "d": "de",  # no voice of Kokoro: a hub's
}
_TERM = re.compile(r"^(?:(\d{0,3}\.?\d{1,6})\s{0,9}\*\s{0,9})?([\w -]+)$")


def _build(path: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return load_file(path)


VOICES = ModelCard(
    name="Voices of Kokoro",
    source="builtin:voices/voices.safetensors",
    sha256="",
    licence="Apache-2.0 (hexgrad; copied from npm kokoro-js 1.2.1)",
    size_bytes=2131008,
    build=_build,
    about="The voices, made from permitted recordings and synthetic speech.",
)


@dataclass(frozen=True)
class Blend:
    """A weighted mean of voices; the first gives the accent."""

    parts: tuple[tuple[str, float], ...]

    @property
    def language(self) -> str:
        """The language of the first voice, such as `en-us`, `en-gb` or `es`."""
        return LANGUAGES[self.parts[0][0][0]]

    @property
    def name(self) -> str:
        """The blend in words: its voices with their shares."""
        return " + ".join(
            f"{round(100 * weight)} % {voice}" if len(self.parts) > 1 else voice for voice, weight in self.parts
        )

    def style(self, tables: Mapping[str, np.ndarray], phonemes: int) -> np.ndarray:
        """The style [256] float32 for a stretch of so many phonemes."""
        import numpy as np

        rows = [
            weight * tables[voice][min(phonemes, len(tables[voice])) - 1].astype(np.float32)
            for voice, weight in self.parts
        ]
        return np.stack(rows).sum(axis=0)


@lru_cache(maxsize=1)
def describe_voices() -> dict[str, dict[str, Any]]:
    """What is known of each voice: name, accent, gender, word error rate."""
    return json.loads((ASSETS / "voices" / "voices.json").read_text("utf-8"))


def options() -> dict[str, str]:
    """The voices as a form shows them."""
    return {name: f"{about['name']}, {about['accent']} {about['gender']}" for name, about in describe_voices().items()}


def cast_from(written: str) -> dict[str, Blend]:
    """“Anna = Heart, Ben = 0.7*Michael + 0.3*George” as blends by name in lower case. Raises Refusal."""
    cast = {}
    for entry in re.split(r"[,;\n]", written):
        if not entry.strip():
            continue
        name, equals, said = entry.partition("=")
        if not equals or not name.strip():
            raise Refusal(f"“{entry.strip()}” is no voice; write Anna = Heart.")
        cast[name.strip().lower()] = _blend_from(said)
    return cast


def _blend_from(text: str) -> Blend:
    by_name = {about["name"].lower(): voice for voice, about in describe_voices().items()}
    parts: list[tuple[str, float]] = []
    for term in text.split("+"):
        match = _TERM.match(term.strip())
        voice = match[2].strip().lower().replace(" ", "_") if match else ""
        if not match or (voice not in describe_voices() and voice not in by_name):
            names = ", ".join(about["name"] for about in describe_voices().values())
            raise Refusal(f"There is no voice “{term.strip()}”; there are {names}.")
        parts.append((by_name.get(voice, voice), float(match[1] or 1)))
    total = sum(weight for _, weight in parts)
    if total <= 0:
        raise Refusal(f"The weights in “{text.strip()}” add up to nothing.")
    return Blend(tuple((voice, weight / total) for voice, weight in parts))


def assign_voices(speakers: Sequence[str], first: Blend, cast: Mapping[str, Blend]) -> dict[str, Blend]:
    """A voice for every speaker: the cast's, else the chosen one for the first, then others in turn, women's and men's alternating."""
    taken = {part[0] for name in speakers if (given := cast.get(name.lower())) for part in given.parts[:1]}
    chosen, leading = {}, first
    for name in speakers:
        if name.lower() in cast:
            chosen[name] = cast[name.lower()]
            continue
        chosen[name] = leading
        taken.add(leading.parts[0][0])
        leading = Blend(((_next_voice(leading.parts[0][0], taken), 1.0),))
    return chosen


def _next_voice(after: str, taken: set[str]) -> str:
    """A voice of the same language and the other gender that is not taken yet, of the same accent if there is one; all taken: any but the last."""
    language = LANGUAGES[after[0]][:2]
    about = {voice: known for voice, known in describe_voices().items() if LANGUAGES[voice[0]][:2] == language}
    free = [voice for voice in about if voice not in taken] or [voice for voice in about if voice != after] or [after]
    same_accent, other_gender = about[after]["accent"], about[after]["gender"]
    return min(free, key=lambda voice: (about[voice]["gender"] == other_gender, about[voice]["accent"] != same_accent))

"""The signs that sounds are written in (assets/voices/alphabet.json): Kokoro's with their numbers, and what others write for them."""

from __future__ import annotations

import json
from typing import Any

from pipelines.core.models import ASSETS

_TABLES: dict[str, Any] = json.loads((ASSETS / "voices" / "alphabet.json").read_text("utf-8"))
KOKORO: dict[str, int] = _TABLES["kokoro"]
SOUNDS: list[str] = _TABLES["sounds"]  # of the network from letters to sounds, in ARPABET
ARPABET: dict[str, str] = _TABLES["arpabet"]  # without its stress
BRITISH: list[tuple[str, str]] = _TABLES["british"]
IPA: list[tuple[str, str]] = _TABLES["ipa"]
VISEMES: dict[str, str] = _TABLES["visemes"]
GLIDES: dict[str, tuple[str, str]] = _TABLES["glides"]

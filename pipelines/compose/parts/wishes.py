"""A wish for music in words, read by one lexicon (assets/words/music.json): mood, style, instruments, metre, tempo, and what cannot be met."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pipelines.compose.parts import moods, styles
from pipelines.compose.parts.ensembles import ENSEMBLES
from pipelines.core.models import ASSETS
from pipelines.core.settings import Refusal


@dataclass(frozen=True)
class MusicWish:
    """What words ask for; None where they say nothing. `beyond` are the words of what cannot be played here."""

    mood: str | None = None
    style: str | None = None
    ensemble: str | None = None
    mode: str | None = None
    metre: str | None = None
    tempo: float = 1.0
    drums: bool = True
    beyond: tuple[str, ...] = ()

    @property
    def understood(self) -> bool:
        """Whether anything that can be composed was named."""
        return any((self.mood, self.style, self.ensemble, self.mode, self.metre, self.tempo != 1))

    def labels(self) -> list[str]:
        """What was understood, in the words of the form."""
        labels = [styles.options()[self.style]] if self.style else []
        labels += [moods.MOODS[self.mood]] if self.mood else []
        labels += [ENSEMBLES[self.ensemble]] if self.ensemble else []
        labels += [self.metre] if self.metre else []
        labels += ["Slower"] if self.tempo < 1 else ["Faster"] if self.tempo > 1 else []
        return labels + ([] if self.drums else ["No drums"])


@lru_cache(maxsize=1)
def _lexicon() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((ASSETS / "words" / "music.json").read_text("utf-8"))
    return found


def _find_phrases(text: str, phrases: list[str]) -> list[str]:
    """The phrases that stand in a text, longest first, none inside another."""
    found = []
    for phrase in sorted(phrases, key=lambda p: (-len(p), p)):
        text, count = re.subn(rf"(?<![\w'-]){re.escape(phrase)}(?![\w'-])", " ", text)
        found += [phrase] * count
    return found


def read_wish(text: str) -> MusicWish:
    """The wish in a description: words of the lexicon; the mood that most of them name, the first style and instruments.

    What cannot be played is taken out first, so that of a distorted guitar no guitar is left. Raises Refusal for a description of which no word is known.
    """
    plain, lexicon = text.lower(), _lexicon()
    beyond = tuple(_find_phrases(plain, [word for group in lexicon["beyond"] for word in group["words"]]))
    for phrase in (*beyond, *(without := _find_phrases(plain, lexicon["without drums"]))):
        plain = plain.replace(phrase, " ")
    scores = {mood: len(_find_phrases(plain, words)) for mood, words in lexicon["moods"].items()}
    best = max(scores, key=lambda mood: scores[mood])
    tempo = 1.0
    for word in _find_phrases(plain, list(lexicon["tempo"])):
        tempo *= lexicon["tempo"][word]
    metre = lexicon["metres"].get(_first(plain, {word: [word] for word in lexicon["metres"]}))
    wish = MusicWish(
        mood=best if scores[best] else None,
        style=_first(plain, lexicon["styles"]),
        ensemble=_first(plain, lexicon["ensembles"]),
        mode=_first(plain, {mode: [mode] for mode in ("major", "minor")}),
        metre=metre,
        tempo=tempo,
        drums=not without,
        beyond=beyond,
    )
    if text.strip() and not wish.understood and not any(word in plain.split() for word in lexicon["tempo"]):
        offered = f" The nearest that can be is: {', '.join(nearest(beyond[0]))}." if beyond else ""
        raise Refusal(
            f"No word of this is known; name a mood ({', '.join(moods.MOOD)}), an instrument or a tempo.{offered}"
        )
    return wish


def _first(text: str, lists: dict[str, list[str]]) -> str | None:
    """The entry of which a phrase stands first in a text; a longer phrase wins at the same place."""
    matches = [
        (match.start(), -len(phrase), name)
        for name, phrases in lists.items()
        for phrase in phrases
        if (match := re.search(rf"(?<![\w'-]){re.escape(phrase)}(?![\w'-])", text))
    ]
    return min(matches)[2] if matches else None


def nearest(phrase: str) -> list[str]:
    """What can be composed instead of something that cannot."""
    instead: list[str] = next(group["instead"] for group in _lexicon()["beyond"] if phrase in group["words"])
    return instead


def strange(text: str) -> dict[str, Any]:
    """What the page says while somebody writes: `read`, what was understood, and `unpictured`, what cannot be played, with what is offered instead."""
    try:
        wish = read_wish(text)
    except Refusal:
        wish = MusicWish(
            beyond=tuple(_find_phrases(text.lower(), [w for group in _lexicon()["beyond"] for w in group["words"]]))
        )
        if not wish.beyond:
            return {"substitutions": [], "unpictured": [], "read": [], "unread": bool(text.strip())}
    asked = [{"word": word, "sort": "music", "nearest": [], "instead": nearest(word)} for word in wish.beyond]
    return {"substitutions": [], "unpictured": asked, "read": wish.labels(), "unread": False}

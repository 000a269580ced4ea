"""What the object model can draw, and how a prompt is read: noun, colour, pose, style; an unknown noun becomes the nearest known one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.core.models import ASSETS, load
from pipelines.core.settings import Refusal
from pipelines.language.colours import COLOUR_WORDS, OTHER_COLOURS, plain_colour

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np

CARD = ASSETS / "weights" / "objects.json"
COLOURS = ("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black", "white", "grey")
SIZES = {
    "small": "small",
    "little": "small",
    "tiny": "small",
    "big": "big",
    "large": "big",
    "huge": "big",
    "giant": "big",
}
TURNS = ("mirrored", "tilted left", "tilted right")
FILLING = {
    "a",
    "an",
    "the",
    "some",
    "one",
    "of",
    "in",
    "with",
    "style",
    "picture",
    "drawing",
    "image",
    "please",
    "very",
}
NEAR_ENOUGH = 0.5  # cosine of MiniLM's sentence vectors; tags that mean a noun lie above 0.55


def article(noun: str) -> str:
    """ "a fox", "an owl"; plurals stay as they are."""
    last = noun.split()[-1]
    if last.endswith("s") and not last.endswith(("ss", "us")):
        return noun
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


@dataclass(frozen=True)
class DrawingRequest:
    """A request for one drawing, in the model's own words; `caption` is what the network reads."""

    noun: str
    style: str
    colour: str = ""
    size: str = ""
    turn: str = ""

    @property
    def caption(self) -> str:
        """The sentence that the network was trained to read, such as "a small red fox, flat"."""
        named = " ".join(word for word in (self.size, self.colour, self.noun) if word)
        turned = f" {self.turn}" if self.turn else ""
        return f"{article(named)}{turned}, {self.style}"

    @property
    def title(self) -> str:
        """For a label: the caption without its style."""
        return self.caption.rpartition(", ")[0]


@dataclass(frozen=True)
class ParsedPrompt:
    """How a prompt was understood: the wish; the visitor's own word and its likeness where it was not known; words left out."""

    wish: DrawingRequest
    word: str
    likeness: float = 1.0
    left_out: tuple[str, ...] = ()
    nearest: tuple[tuple[str, float], ...] = field(default=())

    @property
    def explanation(self) -> str:
        """One sentence for the visitor; empty where there is nothing to explain."""
        parts = []
        if self.likeness < 1:
            parts.append(
                f"“{self.word}” is drawn as “{self.wish.noun}”, the nearest word it knows ({self.likeness:.0%} alike)"
            )
        if self.left_out:
            parts.append(f"not drawn: {', '.join(self.left_out)}")
        return "; ".join(parts)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        found = {
            "caption": self.wish.caption,
            "noun": self.wish.noun,
            "asked": self.word,
            "likeness": round(self.likeness, 3),
        }
        return {**found, "left_out": list(self.left_out), "nearest": [[n, round(a, 3)] for n, a in self.nearest]}


class Vocabulary:
    """The nouns, their other words and the styles of one trained model, from its card."""

    def __init__(self, made: Mapping[str, Any], card: Path = CARD) -> None:
        self.card = card
        self.nouns: tuple[str, ...] = tuple(made["nouns"])
        self.styles: tuple[str, ...] = tuple(made["styles"])
        self.style_words: dict[str, str] = {w: s for s, words in made.get("style_words", {}).items() for w in words}
        self.style_words |= {style: style for style in self.styles}
        self.words: dict[str, str] = {}
        for noun, others in made.get("words", {}).items():
            for word in others:
                self.words.setdefault(word, noun)
        self.words |= {noun: noun for noun in self.nouns}

    def find(self, phrase: str) -> str | None:
        """The noun that a word or phrase means, in singular or plural."""
        for form in (phrase, *_singular(phrase)):
            if form in self.words:
                return self.words[form]
        return None

    def vectors(self) -> np.ndarray:
        """MiniLM's sentence vectors of all words, in their order, as stored with the weights: float32 [n,384]."""
        from safetensors.numpy import load_file

        path = self.card.with_name(f"{self.card.stem}-words.safetensors")
        if not path.exists():
            raise _missing(self.card.stem)
        found = load_file(path)["vectors"].astype("float32")
        return found / (found**2).sum(1, keepdims=True) ** 0.5

    def nearest(self, phrase: str, count: int = 3) -> list[tuple[str, float]]:
        """The nouns nearest in meaning by MiniLM, best first, with their likeness."""
        from pipelines.language.minilm import MINILM

        with load(MINILM) as encoder:
            alike = self.vectors() @ encoder.sentences([phrase])[0]
        best: dict[str, float] = {}
        for word, value in zip(self.words, alike.tolist()):
            noun = self.words[word]
            best[noun] = max(best.get(noun, -1.0), value)
        return sorted(best.items(), key=lambda pair: -pair[1])[:count]

    def style_of(self, text: str) -> tuple[str, str]:
        """A style named in a text, and the text without it; "" where none is."""
        for words in sorted(self.style_words, key=len, reverse=True):
            pattern = (
                rf"(?:,\s*|\bin (?:an? |the )?)?\b{re.escape(words)}\b(?: style\b)?(?: (?:picture|drawing|image) of\b)?"
            )
            rest, count = re.subn(pattern, " ", text)
            if count and self.find(text.strip(" ,.")) is None:
                return self.style_words[words], rest
        return "", text

    def read(self, prompt: str, *, style: str = "") -> ParsedPrompt:
        """Understand a prompt for one drawing. `style` goes before what the prompt says.

        Raises Refusal where no noun is known or near enough, with the nearest words.
        """
        text = " ".join(re.sub(r"[^a-z0-9' ,-]", " ", prompt.lower()).split())
        said_style, text = self.style_of(text)
        style = style or said_style or self.styles[0]
        noun, asked, likeness, rest, near = self._noun(text)
        said_colour, size, turn, left = "", "", "", []
        for t in TURNS:
            if t in rest:
                turn, rest = t, rest.replace(t, " ")
        for word in re.split(r"[ ,]+", rest):
            plain = plain_colour(word)
            if plain in COLOURS and not said_colour:
                said_colour = plain
            elif word in SIZES and not size:
                size = SIZES[word]
            elif word and word not in FILLING:
                left.append(word)
        wish = DrawingRequest(noun, style, said_colour, size, turn)
        return ParsedPrompt(wish, asked, likeness, tuple(left), tuple(near))

    def _noun(self, text: str) -> tuple[str, str, float, str, Sequence[tuple[str, float]]]:
        """Noun, what was asked, likeness, the text without it, and what else lay near."""
        words = text.replace(",", " , ").split()
        for length in range(min(4, len(words)), 0, -1):
            for i in range(len(words) - length + 1):
                phrase = " ".join(words[i : i + length])
                if phrase not in FILLING and (noun := self.find(phrase)):
                    return noun, phrase, 1.0, " ".join(words[:i] + words[i + length :]), ()
        plain = {*COLOURS, *COLOUR_WORDS, *OTHER_COLOURS, *SIZES, *FILLING, ","}
        asked = " ".join(word for word in words if word not in plain)
        if not asked:
            raise Refusal(f"Say what to draw, such as “{article(self.nouns[0])}” or “{article(self.nouns[-1])}”.")
        near = self.nearest(asked)
        if near[0][1] < NEAR_ENOUGH:
            others = ", ".join(noun for noun, _ in near)
            raise Refusal(f"“{asked}” is not in the studio's vocabulary; the nearest words are {others}.")
        rest = " ".join(word for word in words if word in plain)
        return near[0][0], asked, min(near[0][1], 0.999), rest, near


def _singular(word: str) -> list[str]:
    """What a plural may be the plural of."""
    forms = []
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("ves"):
        forms += [word[:-3] + "f", word[:-3] + "fe"]
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s") and not word.endswith("ss"):
        forms.append(word[:-1])
    irregular = {"mice": "mouse", "geese": "goose", "men": "man", "women": "woman", "children": "child", "sheep": "ewe"}
    return [irregular[word]] if word in irregular else forms


@lru_cache(maxsize=2)
def vocabulary(engine: str = "objects") -> Vocabulary:
    """Of the weights of an engine, "objects" or "codes", that come with the studio. Raises MissingModel without them."""
    card = CARD.with_name(f"{engine}.json")
    if not card.exists():
        raise _missing(engine)
    return Vocabulary(json.loads(card.read_text()), card)


def _missing(engine: str) -> Refusal:
    from pipelines.core.models import MissingModel
    from pipelines.drawing.code_network import CODES
    from pipelines.drawing.network import OBJECTS

    return MissingModel(CODES if engine == "codes" else OBJECTS)


def names_of_engine(engine: str = "codes") -> Sequence[str]:
    """Suggestions of a form: every name an engine can draw, in alphabetical order; none without its card."""
    try:
        return sorted(vocabulary(engine).nouns)
    except Refusal:
        return ()


def styles(engine: str = "objects") -> Mapping[str, str]:
    """Choices of a form: the prompt's own style first."""
    try:
        return {"": "as described", **{s: s for s in vocabulary(engine).styles}}
    except Refusal:
        return {"": "as described"}


def code_styles() -> Mapping[str, str]:
    """Choices of a form: the styles of the codes."""
    return styles("codes")

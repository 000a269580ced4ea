"""Word pieces and whole words: which pieces begin a word, which go on with one, and what they read as."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

OTHER, WORD, REST, MARK = range(4)  # kinds of piece: never filled; begins a word; goes on with one; punctuation
STRAIGHT = str.maketrans(
    "“”‘’`–\u00a0", "\"\"'''- "
)  # one character each, so that places in the text stay where they are
MARKS = ",;:.!?-—\"'()"
CLOSING, OPENING = ",;:.!?)-—'", "(-—'"  # marks with no space before them, and with none after
BEFORE_SENTENCE, AFTER_SENTENCE = "\"'“‘(", "\"'”’)"  # quotes and brackets


@dataclass(frozen=True)
class Piece:
    """A word piece of a text, and the characters that it covers."""

    id: int
    start: int
    end: int


@dataclass(eq=False)
class Vocabulary:
    """A tokenizer's pieces as a writer sees them.

    `texts[i]` is what piece i reads as, without its sign of a word's beginning or going on; `kinds[i]` is WORD, REST, MARK or OTHER.
    `known` are the whole words that may be filled in, with how often each was read; without it every piece that can stand is used.
    """

    tokenizer: Any
    texts: list[str]
    kinds: NDArray[np.uint8]
    mask: int
    begin: tuple[int, ...] = ()  # what stands before a passage
    paragraph: tuple[int, ...] = ()  # what stands at a paragraph's end
    pad: int = 0
    known: Mapping[str, int] | None = None
    usual: Mapping[str, str] = field(
        default_factory=dict
    )  # lower case -> as it is usually written, where that has capitals
    spaced: bool = False  # a word's beginning carries its space (byte-level and SentencePiece vocabularies)

    @classmethod
    def of(cls, tokenizer: Any, mask: int, **more: Any) -> Vocabulary:
        """Read the kinds of all pieces off a tokenizer of the `tokenizers` library."""
        count = tokenizer.get_vocab_size()
        raw = [tokenizer.id_to_token(i) or "" for i in range(count)]
        spaced = sum(piece[:1] in ("Ġ", "▁") for piece in raw) > count // 20
        texts = [piece.lstrip("Ġ▁") if spaced else piece.removeprefix("##") for piece in raw]
        kinds = np.array([_kind(piece, text, spaced) for piece, text in zip(raw, texts)], np.uint8)
        return cls(tokenizer, texts, kinds, mask, spaced=spaced, **more)

    def __len__(self) -> int:
        return len(self.texts)

    def encode(self, text: str) -> list[Piece]:
        """Pieces of a stretch of text, with their characters. Nothing is added at its ends."""
        lead = " " if self.spaced and text[:1].isalnum() else ""
        made = self.tokenizer.encode(lead + text.translate(STRAIGHT), add_special_tokens=False)
        return [Piece(i, max(0, a - len(lead)), max(0, b - len(lead))) for i, (a, b) in zip(made.ids, made.offsets)]

    def words(self, ids: Iterable[int]) -> list[str]:
        """Whole words and punctuation marks that filled pieces read as."""
        out: list[str] = []
        for i in ids:
            if self.kinds[i] == REST and out:
                out[-1] += self.texts[i]
            else:
                out.append(self.texts[i])
        return out

    @cached_property
    def places(self) -> dict[str, int]:
        """Piece number of each text that can begin a word."""
        return {text: i for i, text in enumerate(self.texts) if self.kinds[i] == WORD}

    @cached_property
    def pairs(self) -> dict[int, dict[int, int]]:
        """Two-piece words that are known: first piece -> second piece -> how often it was read."""
        pairs: dict[int, dict[int, int]] = {}
        known = self.known or {}
        split = [word for word in known if word not in self.places]
        for word, encoded in zip(split, self.tokenizer.encode_batch(split, add_special_tokens=False)):
            ids = encoded.ids
            if len(ids) == 2 and self.kinds[ids[0]] == WORD and self.kinds[ids[1]] == REST:
                pairs.setdefault(ids[0], {})[ids[1]] = known[word]
        return pairs

    @cached_property
    def two_piece_share(self) -> float:
        """How many of the words that are read have two pieces rather than one."""
        if self.known is None:
            return 0.1  # as in English prose under vocabularies of 30,000 to 50,000 pieces
        two = sum(sum(rest.values()) for rest in self.pairs.values())
        one = sum(count for word, count in self.known.items() if word in self.places)
        return two / (one + two)

    @cached_property
    def whole(self) -> NDArray[np.bool_]:
        """Which pieces are words by themselves."""
        stands = self.kinds == WORD
        if self.known is not None:
            stands &= np.array([text in self.known for text in self.texts])
        return stands

    @cached_property
    def vowels(self) -> NDArray[np.bool_]:
        """Which pieces want "an" before them."""
        sounds = re.compile(r"(?!one\b|once\b|uni(?!n|m)|us[eu]|eu|ut[ei])[aeiou]|hour|honest|hono|heir")
        return np.array([bool(sounds.match(text.lower())) for text in self.texts])


def _kind(piece: str, text: str, spaced: bool) -> int:
    if text in MARKS and len(text) == 1 and not piece.startswith("##"):
        return MARK
    if not (text.isascii() and text.isalpha()):
        return OTHER
    goes_on = piece[0] not in "Ġ▁" if spaced else piece.startswith("##")
    return REST if goes_on else WORD


def laid_out(pieces: Sequence[int], vocabulary: Vocabulary, before: str) -> tuple[str, list[tuple[int, int]]]:
    """Filled pieces as running text after `before`, with their capitals, and the characters [start, end) of each piece in it."""
    text, spans, begun = "", [], 0
    for i in pieces:
        kind, shown = vocabulary.kinds[i], vocabulary.texts[i]
        if kind != REST:
            text = _cased_end(text, begun, before, vocabulary.usual)
            glued = not text or shown in CLOSING or text[-1] in OPENING
            text += "" if glued else " "
            begun = len(text)
        spans.append((len(text), len(text) + len(shown)))
        text += shown
    return _cased_end(text, begun, before, vocabulary.usual), spans


def begins_sentence(before: str) -> bool:
    """Whether what stands before a word lets a sentence begin: nothing, a full stop, or a new line, and quotes or brackets after it."""
    rest = before.rstrip(BEFORE_SENTENCE)
    return not rest or "\n" in rest[len(rest.rstrip()) :] or rest.rstrip(AFTER_SENTENCE).endswith((".", "!", "?"))


def _cased_end(text: str, begun: int, before: str, usual: Mapping[str, str]) -> str:
    """The last word, from `begun`, as it is usually written, with a capital at a sentence's start (Lita et al. 2003, section 2)."""
    word = text[begun:]
    shown = "I" if word == "i" else usual.get(word.lower(), word)
    if len(shown) != len(word):
        shown = word
    if begins_sentence((before + text[:begun]).rstrip(" ")):
        shown = shown[:1].upper() + shown[1:]
    return text[:begun] + shown

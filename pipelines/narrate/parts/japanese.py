"""Japanese: words and their readings by Sudachi (Takaoka et al. 2018, "Sudachi: a Japanese tokenizer for business"), kana to sounds by misaki's table."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.core.models import ModelCard
from pipelines.core.settings import Refusal
from pipelines.narrate.parts.pronounce import PronouncedWord, Speech
from pipelines.narrate.parts.spelled_forms import tokens
from pipelines.narrate.parts.wording import Token

_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆ヶー]+")
_PARTICLES = {"は": "ワ", "へ": "エ", "を": "オ"}
_JOINED = ("助動詞", "接尾辞")  # parts of speech that are said as one with the word before
_O_ROW = "オコソトノホモヨロゴゾドボポョヲ"
_E_ROW = "エケセテネヘメレゲゼデベペ"
_U_ROW = "クスツヌフムユルグズブプュ"


def _build(path: Path) -> Any:
    from sudachipy import Dictionary, SplitMode

    return Dictionary(dict=str(path)).tokenizer(mode=SplitMode.C)


SUDACHI = ModelCard(
    name="Sudachi's small dictionary",
    source="package:sudachidict-small==20261015:sudachidict_small/resources/system.dic",
    sha256="c5e2bb9988cc88b05c37734d985eac59c9c4b35353187f068c605f3d3908716a",
    licence="Apache-2.0 (Works Applications; from UniDic, BSD)",
    size_bytes=115_306_595,
    build=_build,
    about="Japanese words with their readings.",
)


@dataclass
class _Piece:
    """A stretch of the text as it is shown and as it is read; `whole` where it cannot be divided, as “12” read 十二."""

    shown: str
    said: str
    whole: bool = False


@dataclass
class Japanese(Speech):
    """Japanese as it is spoken; it says words as `pronounce.Tongue` does for English."""

    data: dict[str, Any]
    analyser: Any

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text, said in katakana; particles stand alone, endings belong to their words."""
        pieces: list[_Piece] = []
        for token in tokens(text, self.data):
            reading = "".join(token.says)
            after = token.shown[len(token.shown.rstrip("，。！？、：；“”「」『』《》（）…—・〜 \n")) :]
            core = token.shown[: len(token.shown) - len(after)]
            if core == reading:
                pieces += [_Piece(sign, sign) for sign in core]
            else:
                pieces.append(_Piece(core, reading, whole=True))
            if token.mark or after:
                yield from self._words(pieces, after, token.mark)
                pieces = []
        yield from self._words(pieces, "", "")

    def _words(self, pieces: list[_Piece], after: str, mark: str) -> Iterator[Token]:
        """The words of a stretch without marks; the last takes what follows it."""
        words: list[tuple[str, str, bool]] = []
        shown, reading, behind, at = "", "", 0, 0
        for morpheme in self.analyser.tokenize("".join(piece.said for piece in pieces)):
            behind += len(morpheme.surface())
            reading += self._reading(morpheme)
            reached = sum(len(piece.said) for piece in pieces[:at])
            while at < len(pieces) and reached + len(pieces[at].said) <= behind:
                reached += len(pieces[at].said)
                shown += pieces[at].shown
                at += 1
            if reached == behind:
                words.append((shown, reading, _belongs(morpheme)))
                shown, reading = "", ""
        joined: list[list[str]] = []
        for shown, reading, belongs in words:
            if joined and (belongs or joined[-1][1].endswith("ッ")):
                joined[-1] = [joined[-1][0] + shown, joined[-1][1] + reading]
            else:
                joined.append([shown, reading])
        for number, (shown, reading) in enumerate(joined):
            last = number == len(joined) - 1
            yield Token(shown + (after if last else ""), (reading,), mark if last else "")
        if not joined and after:
            yield Token(after, (), mark)

    def _reading(self, morpheme: Any) -> str:
        surface, kind = morpheme.surface(), morpheme.part_of_speech()[0]
        if kind == "助詞" and surface in _PARTICLES:
            return _PARTICLES[surface]
        reading = self.data["words"].get(surface) or morpheme.reading_form()
        ending = ""
        if kind == "動詞" and reading.endswith("ウ"):
            reading, ending = reading[:-1], "ウ"
        return re.sub(rf"(?<=[{_O_ROW}{_U_ROW}])ウ|(?<=[{_E_ROW}])イ", "ー", reading) + ending

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """Words in katakana, in the alphabet of Kokoro. Raises Refusal for letters of another script."""
        return [PronouncedWord(word, self._sounds(word)) for word in words]

    def _sounds(self, kana: str) -> str:
        table, sounds, at = self.data["kana"], "", 0
        while at < len(kana):
            sign = kana[at]
            pair = kana[at : at + 2]
            if pair in table and len(pair) == 2:
                sounds, at = sounds + table[pair], at + 2
                continue
            if sign == "ー":
                sounds += "ː"
            elif sign == "ッ":
                sounds += "ʔ"
            elif sign == "ン":
                sounds += _nasal(table.get(kana[at + 1 : at + 3]) or table.get(kana[at + 1 : at + 2], ""))
            elif sign in table:
                sounds += table[sign]
            else:
                raise Refusal(f"The Japanese voices cannot read “{kana}”; write it in kana or kanji.")
            at += 1
        return sounds

    def knows(self, word: str) -> bool:
        """Whether a word is of kana or kanji."""
        return bool(_JAPANESE.fullmatch(word))


def _belongs(morpheme: Any) -> bool:
    kinds = morpheme.part_of_speech()
    return kinds[0] in _JOINED or kinds[1] == "接続助詞"


def _nasal(follows: str) -> str:
    """The sound of ン before what follows: m before lips, ŋ before k and g, ɲ and n as the tongue goes there, else ɴ."""
    if follows[:1] in ("m", "p", "b"):
        return "m"
    if follows[:1] in ("k", "ɡ"):
        return "ŋ"
    if follows[:1] in ("ɲ", "ʨ", "ʥ"):
        return "ɲ"
    return "n" if follows[:1] in ("n", "t", "d", "ɾ", "z") else "ɴ"

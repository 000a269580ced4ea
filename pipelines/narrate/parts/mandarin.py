"""Mandarin: characters to pinyin with its tones (pypinyin, MIT), and syllables to sounds by a table (after pinyin-to-ipa, MIT, as in misaki)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.core.settings import Refusal
from pipelines.narrate.parts.pronounce import PronouncedWord, Speech
from pipelines.narrate.parts.spelled_forms import tokens
from pipelines.narrate.parts.wording import Token

_CHARACTERS = re.compile(r"[\u3400-\u9fff]+")


class Mandarin(Speech):
    """Mandarin as it is spoken; it says words as `pronounce.Tongue` does for English."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data

    def tokens(self, text: str) -> Iterator[Token]:
        """The words of a text, cut by jieba (MIT); numbers are written out."""
        for token in tokens(text, self.data):
            yield from self._cut_token(token)

    def _cut_token(self, token: Token) -> Iterator[Token]:
        import rjieba

        text = "".join(token.says)
        if text != token.shown.strip("，。！？、：；“”「」《》（）…— \n") or not _CHARACTERS.fullmatch(text):
            yield token
            return
        words = rjieba.cut(text, False)
        for word in words[:-1]:
            yield Token(word, (word,))
        yield Token(token.shown[len(text) - len(words[-1]) :], (words[-1],), token.mark)

    def say(self, words: Sequence[str], marks: Sequence[str]) -> list[PronouncedWord]:
        """The words of one sentence. Raises Refusal for letters that are no Chinese characters."""
        from pypinyin import Style, lazy_pinyin

        spoken = []
        for word in words:
            if not _CHARACTERS.fullmatch(word):
                raise Refusal(f"The Mandarin voices cannot read “{word}”; write it in Chinese.")
            syllables = lazy_pinyin(
                word, style=Style.TONE3, neutral_tone_with_five=True, tone_sandhi=True, v_to_u=False
            )
            spoken.append(PronouncedWord(word, "".join(self._syllable(syllable) for syllable in syllables)))
        return spoken

    def _syllable(self, syllable: str) -> str:
        """A syllable of pinyin with its tone as a number, such as “zhong1”, in the alphabet of Kokoro."""
        from pypinyin.contrib.tone_convert import to_finals, to_initials

        plain, tone = syllable[:-1], self.data["tones"].get(syllable[-1], "")
        initial, final = to_initials(plain), to_finals(plain, v_to_u=False)
        if initial in ("zh", "ch", "sh", "r", "z", "c", "s") and final == "i":
            sound = self.data["after_sibilants"]
        else:
            sound = self.data["finals"].get(final, "")
        return self.data["initials"].get(initial, "") + sound.replace("0", tone)

    def knows(self, word: str) -> bool:
        """Whether a word is of Chinese characters."""
        return bool(_CHARACTERS.fullmatch(word))

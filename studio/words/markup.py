"""HTML in the visitor's language: its texts and the attributes that are read or said are looked up, its tags stay.

A text is looked up together with the tags that stand inside a sentence (`<code>`, `<a>`, …), so that a sentence stays one entry.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

INLINE = "a|abbr|b|br|code|em|i|kbd|strong|sub|sup"
TAG = re.compile(
    r"<!--.*?-->|<(script|style|pre|svg|math|textarea)\b.*?</\1\s*>|</?([a-zA-Z][\w-]*)\b[^>]*>|<![^>]*>", re.DOTALL
)
TEXT_ATTRIBUTE = re.compile(r'(?<=\s)(aria-label|title|placeholder|alt|label|help)=(["\'])(.*?)\2', re.DOTALL)
LETTER = re.compile(r"[^\W\d_]{2}")


def _pieces(page: str) -> Iterator[tuple[bool, str]]:
    """(is text, piece): texts with the inline tags inside them, and everything else."""
    place, run = 0, ""
    for pieces in TAG.finditer(page):
        run += page[place : pieces.start()]
        place = pieces.end()
        if pieces[2] and re.fullmatch(INLINE, pieces[2].lower()):
            run += pieces[0]
            continue
        if run:
            yield True, run
        run = ""
        yield False, pieces[0]
    if run := run + page[place:]:
        yield True, run


def texts_in(page: str) -> Iterator[str]:
    """Every text that a page says, as the key of a catalogue."""
    found: list[str] = []
    translate_page(page, lambda text: found.append(text) or text)  # type: ignore[func-returns-value]
    return iter(dict.fromkeys(found))


def translate_page(page: str, say: Callable[[str], str]) -> str:
    """The page with every text said by `say`."""
    return "".join(_text(piece, say) if is_text else _tag(piece, say) for is_text, piece in _pieces(page))


def _text(run: str, say: Callable[[str], str]) -> str:
    before, after = "", ""
    while found := re.match(
        rf"\s+|<(?:{INLINE})\b[^>]*>(?=\s*<)|</\w+>", run
    ):  # tags that hold nothing of this sentence
        before, run = before + found[0], run[found.end() :]
    inside = re.fullmatch(rf"(<({INLINE})\b[^>]*>)((?:(?!</?\2\b).)*)(</\2>\s*)", run, re.DOTALL | re.IGNORECASE)
    if inside:
        return f"{before}{_tag(inside[1], say)}{_text(inside[3], say)}{inside[4]}{after}"
    words = run.rstrip()
    after = run[len(words) :]
    if not LETTER.search(re.sub(r"<[^>]*>", "", words)):
        return before + words + after
    plain = "<" not in words
    key = re.sub(r"\s+", " ", html.unescape(words) if plain else words)
    said = say(key)
    if said == key:
        return before + words + after
    return before + (html.escape(said, quote=False) if plain else said) + after


def _tag(tag: str, say: Callable[[str], str]) -> str:
    if tag.startswith(("</", "<!")) or "=" not in tag or re.match(r"<(script|style|svg|math|pre)\b", tag):
        return tag

    def attribute(found: re.Match[str]) -> str:
        text = html.unescape(found[3])
        said = say(text) if LETTER.search(text) else text
        return found[0] if said == text else f"{found[1]}={found[2]}{html.escape(said)}{found[2]}"

    return TEXT_ATTRIBUTE.sub(attribute, tag)

"""Books: EPUB, Word, PDF, Markdown and plain text as a title, chapters and a cover. Every file is hostile: sizes are counted while it is unpacked.

Markup is read by the standard library's HTML parser, which knows no entities but HTML's own and follows no link.
"""

from __future__ import annotations

import base64
import io
import json
import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from pipelines.core.settings import Refusal
from pipelines.media.values import Book

FORMAT = "afternoon-studio/book/1"
MOST_CHARACTERS, MOST_CHAPTERS = 1_500_000, 2_000
LONGEST_TITLE = 200
COVER_PX, MOST_COVER_PIXELS = 1200, 24_500_000
SENTENCES = {
    "book_damaged": "This book cannot be read; choose an EPUB, a .docx, a PDF, Markdown or plain text.",
    "book_much": "This book is too large; save it without its pictures.",
    "book_entities": "This book declares entities; save it in another program.",
    "book_locked": "This book is encrypted; choose a copy without copy protection.",
    "book_scanned": "This PDF holds only pictures; choose a copy with text (OCR).",
    "book_empty": "There is no text in this book; choose another one.",
    "book_long": "This book is longer than 1.5 million characters; choose a part.",
}
_HEADING = re.compile(r"^#{1,2}\s+(.+?)\s*#*$")
_NUMBERED = re.compile(
    r"^(?:(?:chapter|part|book|kapitel|teil|chapitre|partie|capítulo|capitulo|parte|capitolo)\s+(?:[\divxlc]+|[^\W\d_]+)\b.{0,80}"
    r"|(?:prologue|epilogue|prolog|epilog|prólogo|epílogo|épilogue|prologo|epilogo)|第[\d一二三四五六七八九十百]+[章回部].{0,40})$",
    re.IGNORECASE,
)
_MARKDOWN = (
    (re.compile(r"!\[[^\]]{0,400}\]\([^)]{0,2000}\)"), ""),
    (re.compile(r"\[([^\]]{1,400})\]\([^)]{0,2000}\)"), r"\1"),
    (re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|(?:[-*_]\s*){3,}$)", re.MULTILINE), ""),
    (re.compile(r"[*`]+|(?<!\w)_+|_+(?!\w)"), ""),
)


class UnreadableBook(Refusal):
    """A book that cannot be read; `reason` is a key of SENTENCES."""

    def __init__(self, reason: str) -> None:
        super().__init__(SENTENCES[reason])
        self.reason = reason


def load_book(path: Path) -> Book:
    """A book file, a text, or the JSON in which the studio keeps both. Raises Refusal."""
    with path.open("rb") as file:
        return read_book(file, path.suffix.lower())


def read_book(file: IO[bytes], ending: str) -> Book:
    """What is in an opened file of this ending. Raises UnreadableBook."""
    from pipelines.media import book_formats

    readers = {
        ".epub": book_formats.epub,
        ".docx": book_formats.docx,
        ".pdf": book_formats.pdf,
        ".json": _read_kept_book,
    }
    try:
        return readers.get(ending, _plain)(file)
    except (Refusal, MemoryError):
        raise
    except Exception as problem:  # parsers of damaged files raise anything
        raise UnreadableBook("book_damaged") from problem


def as_json(book: Book) -> bytes:
    """A book as the studio keeps it."""
    record = {
        "format": FORMAT,
        "title": book.title,
        "author": book.author,
        "language": book.language,
        "chapters": [{"title": title, "text": text} for title, text in book.chapters],
        "cover": base64.b64encode(book.cover).decode(),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()


def _read_kept_book(file: IO[bytes]) -> Book:
    record = json.loads(file.read())
    if record.get("format") != FORMAT:
        return make_book(str(record.get("title", "")), "", "", from_text(record["text"]))
    chapters = [(str(one["title"]), str(one["text"])) for one in record["chapters"]]
    return make_book(
        str(record["title"]),
        str(record["author"]),
        str(record["language"]),
        chapters,
        base64.b64decode(record["cover"]),
    )


def _plain(file: IO[bytes]) -> Book:
    text = file.read(8 * MOST_CHARACTERS).decode("utf-8-sig")
    return make_book("", "", "", from_text(text))


def from_text(text: str) -> list[tuple[str, str]]:
    """Chapters of Markdown or of plain text: at headings of the first two levels, else at lines such as “Chapter 3”."""
    lines = text.replace("\r\n", "\n").split("\n")
    marked = any(_HEADING.match(line) for line in lines)
    chapters: list[tuple[str, list[str]]] = [("", [])]
    for at, line in enumerate(lines):
        alone = not (at and lines[at - 1].strip())
        heading = _HEADING.match(line) if marked else _NUMBERED.match(line.strip()) if alone else None
        if heading:
            chapters.append((_without_marks(heading[1] if marked else line), []))
        else:
            chapters[-1][1].append(line)
    return [(title, _without_marks("\n".join(held)) if marked else "\n".join(held)) for title, held in chapters]


def _without_marks(text: str) -> str:
    for pattern, instead in _MARKDOWN:
        text = pattern.sub(instead, text)
    return text


def make_book(title: str, author: str, language: str, chapters: Iterable[tuple[str, str]], cover: bytes = b"") -> Book:
    """A book whose parts are tidy: no control characters, no empty chapters, the cover a JPEG of modest size. Raises UnreadableBook."""
    kept, length = list[tuple[str, str]](), 0
    for name, text in chapters:
        text = "\n".join(_tidy(line) for line in text.split("\n")).strip()
        text = re.sub(r"\n{3,}", "\n\n", text)
        length += len(text)
        if length > MOST_CHARACTERS or len(kept) >= MOST_CHAPTERS:
            raise UnreadableBook("book_long")
        if any(sign.isalnum() for sign in text):
            kept.append((_tidy(name)[:LONGEST_TITLE], text))
    if not kept:
        raise UnreadableBook("book_empty")
    short = [_tidy(one)[:LONGEST_TITLE] for one in (title, author, language)]
    return Book(short[0], short[1], short[2], tuple(kept), _cover(cover))


def _tidy(line: str) -> str:
    plain = "".join(sign for sign in line if unicodedata.category(sign)[0] != "C" or sign in "\t\u200c\u200d")
    return re.sub(r"[ \t\u00a0]+", " ", plain).strip()


def _cover(data: bytes) -> bytes:
    """A cover as a JPEG of at most COVER_PX a side; none where it is no JPEG, PNG or WebP that opens."""
    from PIL import Image

    out = io.BytesIO()
    with (
        suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError),
        Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as picture,
    ):
        if picture.width * picture.height <= MOST_COVER_PIXELS:
            picture.thumbnail((COVER_PX, COVER_PX))
            picture.convert("RGB").save(out, "JPEG", quality=88)
            return out.getvalue()
    return b""

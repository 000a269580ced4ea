"""The files that books come in: EPUB 2 and 3, Office Open XML (.docx) and PDF."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from itertools import pairwise
from typing import IO, Any
from urllib.parse import unquote, urlsplit

from pipelines.media.book import MOST_CHARACTERS, UnreadableBook, from_text, make_book
from pipelines.media.values import Book

MOST_ENTRIES, MOST_UNPACKED = 10_000, 80_000_000
MOST_MARKUP, MOST_TAGS = 40_000_000, 600_000  # characters and tags of all pages that are read
MOST_PAGES = 3_000
_BLOCKS = frozenset(
    (
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "blockquote",
        "tr",
        "dt",
        "dd",
        "section",
        "article",
        "figcaption",
        "pre",
        "hr",
    )
)
_LEFT_OUT = frozenset(("script", "style", "head", "svg", "math", "nav", "sup", "rt", "rp"))
_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")  # scrambled fonts are no protection
Attributes = Mapping[str, str]


class Archive:
    """A ZIP of a stranger: few entries, and never more than MOST_UNPACKED bytes unpacked of all that is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.zip = zipfile.ZipFile(file)
        self.names = {entry.filename for entry in self.zip.infolist()}
        self.left, self.markup_left, self.tags_left = MOST_UNPACKED, MOST_MARKUP, MOST_TAGS
        if len(self.zip.infolist()) > MOST_ENTRIES:
            raise UnreadableBook("book_much")
        if any(entry.flag_bits & 1 for entry in self.zip.infolist()):
            raise UnreadableBook("book_locked")

    def data(self, name: str) -> bytes:
        """The bytes of an entry."""
        with self.zip.open(name) as opened:
            data = opened.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise UnreadableBook("book_much")
        return data

    def markup(self, name: str) -> str:
        """An entry as text. Raises UnreadableBook for one that declares entities, and for more markup than any book has."""
        data = self.data(name)
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig", "replace")
        self.markup_left, self.tags_left = self.markup_left - len(text), self.tags_left - text.count("<")
        if min(self.markup_left, self.tags_left) < 0:
            raise UnreadableBook("book_much")
        if "<!ENTITY" in text:
            raise UnreadableBook("book_entities")
        return text


class _Tags(HTMLParser):
    """Calls `opens(tag, attributes)`, `closes(tag)` and `says(text)`; names are in small letters."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opens(tag, {name: value or "" for name, value in attrs})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.closes(tag)

    def handle_endtag(self, tag: str) -> None:
        self.closes(tag)

    def handle_data(self, data: str) -> None:
        self.says(data)

    def opens(self, tag: str, attributes: Attributes) -> None:
        """An element begins."""

    def closes(self, tag: str) -> None:
        """An element ends."""

    def says(self, text: str) -> None:
        """Text between tags."""


class _Elements(_Tags):
    """All elements of a small file: their name, attributes and own text."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, Attributes, list[str]]] = []
        self.feed(markup)
        self.close()

    def opens(self, tag: str, attributes: Attributes) -> None:
        self.found.append((tag, attributes, []))

    def says(self, text: str) -> None:
        if self.found:
            self.found[-1][2].append(text)

    def all(self, *tags: str) -> Iterator[tuple[Attributes, str]]:
        """Attributes and text of every element of these names."""
        return ((told, "".join(text).strip()) for tag, told, text in self.found if tag in tags)

    def text(self, *tags: str) -> str:
        """The text of the first element of these names that has any."""
        return next((text for _, text in self.all(*tags) if text), "")


class _Page(_Tags):
    """A page of an EPUB: its paragraphs and its first heading."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.parts, self.heading, self.inside, self.hidden = list[str](), list[str](), 0, list[str]()
        self.feed(markup)
        self.close()

    def opens(self, tag: str, attributes: Attributes) -> None:
        if self.hidden or tag in _LEFT_OUT:
            self.hidden += [tag] if tag in _LEFT_OUT else []
        elif tag == "br":
            self.parts.append("\n")
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
            self.inside += tag in ("h1", "h2", "h3") and not self.heading

    def closes(self, tag: str) -> None:
        if self.hidden:
            if tag == self.hidden[-1]:
                self.hidden.pop()
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
            self.inside = 0

    def says(self, text: str) -> None:
        if not self.hidden:
            plain = re.sub(r"\s+", " ", text)
            (self.heading if self.inside else self.parts).append(plain)

    @property
    def text(self) -> str:
        """The paragraphs, an empty line between them."""
        return re.sub(r"\s*\n\s*\n\s*", "\n\n", "".join(self.parts)).strip()


def epub(file: IO[bytes]) -> Book:
    """EPUB: the pages of the spine in order; titles by the table of contents, else by their headings."""
    archive = Archive(file)
    if "META-INF/encryption.xml" in archive.names:
        element = archive.data("META-INF/encryption.xml")
        if element.count(b"EncryptedData>") // 2 > sum(element.count(font) for font in _FONTS):
            raise UnreadableBook("book_locked")
    container = _Elements(archive.markup("META-INF/container.xml"))
    package_at = next(element["full-path"] for element, _ in container.all("rootfile") if element.get("full-path"))
    package, folder = _Elements(archive.markup(package_at)), posixpath.dirname(package_at)

    def place(href: str) -> str:
        return posixpath.normpath(posixpath.join(folder, unquote(urlsplit(href).path)))

    items = {element.get("id", ""): element for element, _ in package.all("item", "opf:item")}
    spine = [element for element, _ in package.all("itemref", "opf:itemref") if element.get("linear") != "no"]
    pages = [place(items[element["idref"]]["href"]) for element in spine if element.get("idref") in items]
    titles = _contents(archive, items, place)
    shown = (page for page in pages if page in archive.names and titles.get(page) != "")
    return make_book(
        package.text("dc:title"),
        package.text("dc:creator"),
        package.text("dc:language"),
        _chapters(((titles.get(page, ""), _Page(archive.markup(page))) for page in shown), bool(titles)),
        _cover_of(archive, package, items, place),
    )


def _contents(archive: Archive, items: Mapping[str, Attributes], place: Any) -> dict[str, str]:
    """The title of each page that the table of contents names; "" for the page that is the table itself."""
    titles: dict[str, str] = {}
    for told in items.values():
        table = place(told.get("href", ""))
        is_page = "nav" in told.get("properties", "").split()
        if table not in archive.names or not (is_page or told.get("media-type") == "application/x-dtbncx+xml"):
            continue
        beside, words = posixpath.dirname(table), list[str]()
        for tag, more, text in _Elements(archive.markup(table)).found:
            target = more.get("href", "") if tag == "a" else more.get("src", "") if tag == "content" else ""
            words = ["".join(text)] if tag in ("text", "a") else [*words, "".join(text)] if is_page else words
            if target:
                page = posixpath.normpath(posixpath.join(beside, unquote(urlsplit(target).path)))
                titles.setdefault(page, " ".join("".join(words).split()))
        if is_page:
            titles[table] = ""
    return titles


def _chapters(pages: Iterable[tuple[str, _Page]], listed: bool) -> Iterator[tuple[str, str]]:
    """Pages as chapters; a page without a title of its own goes on with the chapter before it."""
    chapter: tuple[str, str] | None = None
    for title, page in pages:
        heading = " ".join("".join(page.heading).split())
        name = title or ("" if listed and chapter else heading)
        text = page.text if not heading or heading == name else f"{heading}\n\n{page.text}"
        if chapter and not name:
            chapter = (chapter[0], f"{chapter[1]}\n\n{text}")
        else:
            if chapter:
                yield chapter
            chapter = (name, text)
    if chapter:
        yield chapter


def _cover_of(archive: Archive, package: _Elements, items: Mapping[str, Attributes], place: Any) -> bytes:
    named = {told.get("content", "") for told, _ in package.all("meta", "opf:meta") if told.get("name") == "cover"}
    for key, told in items.items():
        if "cover-image" in told.get("properties", "").split() or key in named:
            at = place(told.get("href", ""))
            return archive.data(at) if at in archive.names else b""
    return b""


class _Paragraphs(_Tags):
    """Paragraphs of a Word document with the name of their style."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.style, self.words, self.open = "", list[str](), False
        self.feed(markup)
        self.close()

    def opens(self, tag: str, attributes: Attributes) -> None:
        if tag == "w:p":
            self.style, self.words = "", []
        elif tag == "w:pstyle":
            self.style = attributes.get("w:val", "")
        elif tag in ("w:tab", "w:br", "w:cr"):
            self.words.append(" ")
        self.open = tag == "w:t" or (self.open and tag != "w:p")

    def closes(self, tag: str) -> None:
        self.open = self.open and tag != "w:t"
        if tag == "w:p":
            self.found.append((self.style, "".join(self.words)))

    def says(self, text: str) -> None:
        if self.open:
            self.words.append(text)


def docx(file: IO[bytes]) -> Book:
    """A Word document: a chapter begins at each heading of the first two levels, or without any at lines such as “Chapter 3”."""
    archive = Archive(file)
    if "EncryptedPackage" in archive.names:
        raise UnreadableBook("book_locked")
    about = _Elements(archive.markup("docProps/core.xml") if "docProps/core.xml" in archive.names else "")
    names, current = dict[str, str](), ""
    if "word/styles.xml" in archive.names:
        for tag, told, _ in _Elements(archive.markup("word/styles.xml")).found:
            current = told.get("w:styleid", "") if tag == "w:style" else current
            if tag == "w:name" and current:
                names.setdefault(current, told.get("w:val", "").lower())
    chapters: list[tuple[str, list[str]]] = [("", [])]
    for style, text in _Paragraphs(archive.markup("word/document.xml")).found:
        if names.get(style, style.lower()).replace(" ", "") in ("heading1", "heading2") and text.strip():
            chapters.append((text.strip(), []))
        else:
            chapters[-1][1].append(text)
    chapter_texts = [(title, "\n\n".join(words)) for title, words in chapters]
    return make_book(
        about.text("dc:title"),
        about.text("dc:creator"),
        about.text("dc:language"),
        chapter_texts if len(chapter_texts) > 1 else from_text(chapter_texts[0][1]),
    )


def pdf(file: IO[bytes]) -> Book:
    """A PDF with text: chapters by its outline, else at lines such as “Chapter 3”; running heads and page numbers are left out."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    reader = PdfReader(file)
    if reader.is_encrypted:
        try:
            opened = reader.decrypt("")
        except (DependencyError, NotImplementedError):
            opened = None
        if not opened:
            raise UnreadableBook("book_locked")
    try:
        count = len(reader.pages)
    except FileNotDecryptedError:
        raise UnreadableBook("book_locked") from None
    if count > MOST_PAGES:
        raise UnreadableBook("book_long")
    pages, length = list[list[str]](), 0
    for page in reader.pages:
        text = page.extract_text()
        length += len(text)
        if length > 2 * MOST_CHARACTERS:
            raise UnreadableBook("book_long")
        pages.append([line.strip() for line in text.strip().split("\n")])
    if sum(sign.isalnum() for lines in pages for line in lines for sign in line) < 2 * count:
        raise UnreadableBook("book_scanned")
    pages = _without_running_heads(pages)
    told = reader.metadata
    title, author = (str((told and getattr(told, name)) or "") for name in ("title", "author"))
    marks = _outline(reader)
    if not marks:
        return make_book(title, author, "", from_text("\n\n".join(_flowing(pages))))
    starts = [0, *(page for page, _ in marks), len(pages)]
    names = ["", *(name for _, name in marks)]
    return make_book(
        title,
        author,
        "",
        [(name, "\n\n".join(_flowing(pages[a:b], name))) for name, (a, b) in zip(names, pairwise(starts))],
    )


def _outline(reader: Any) -> list[tuple[int, str]]:
    """The first level of the outline: page and title, one a page, in order."""
    titles: dict[int, str] = {}
    for mark in reader.outline[:MOST_PAGES]:
        if not isinstance(mark, list):
            number = reader.get_destination_page_number(mark)
            if number is not None and number >= 0:
                titles.setdefault(number, str(mark.title or ""))
    return sorted(titles.items())


def _without_running_heads(pages: list[list[str]]) -> list[list[str]]:
    """The lines of all pages without first and last ones that are numbers, or that stand on many pages."""

    def plain(line: str) -> str:
        return re.sub(r"\d+", "#", line)

    edges = Counter(plain(line) for lines in pages for line in {*lines[:1], *lines[-1:]} if line)
    often = {line for line, count in edges.items() if line == "#" or count > max(3, len(pages) // 4)}
    return [
        [line for at, line in enumerate(lines) if at not in (0, len(lines) - 1) or plain(line) not in often]
        for lines in pages
    ]


def _flowing(pages: list[list[str]], title: str = "") -> Iterator[str]:
    """Lines as paragraphs: one ends where a line ends a sentence and is short, or at an empty line; hyphens at line ends are taken out."""
    lines = [line for page in pages for line in page]
    if title and lines and lines[0].casefold() == title.casefold():
        lines = lines[1:]
    usual = sorted(map(len, lines))[len(lines) * 3 // 4] if lines else 0
    text = ""
    for line in lines:
        if re.search(r"[^\W\d_]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}".strip()
        if not line or (len(line) < 0.75 * usual and line[-1:] in ".!?…”’\"'»:") or len(line) < 0.4 * usual:
            if text:
                yield text
            text = ""
    if text:
        yield text

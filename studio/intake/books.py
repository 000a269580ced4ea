"""The part of the intake's child that reads a book: only its text and its cover, painted anew, are handed on."""

from __future__ import annotations

import io
from typing import IO, Any

from pipelines.media.book import UnreadableBook, as_json, make_book, read_book
from studio.intake.pictures import Unfit
from studio.intake.zips import DAMAGED, check_directory

MOST_BYTES = 100_000_000
MOST_ENTRIES, MOST_DIRECTORY_BYTES = 10_000, 4_000_000
BEGINNING = 200  # characters that the thumbnail shows


def warm_up() -> None:
    """Read a PDF and draw a cover once: once confined, no module can be read."""
    import importlib

    from PIL import Image
    from pypdf import PdfReader, PdfWriter

    importlib.import_module("pipelines.media.book_formats")
    held, picture = io.BytesIO(), io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(72, 72)
    writer.write(held)
    assert not any(page.extract_text() for page in PdfReader(held).pages)
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    make_book("", "", "", [("", "One.")], picture.getvalue())


def read_a_book(file: IO[bytes], ending: str) -> tuple[dict[str, Any], bytes]:
    """What the shelf shows of a book, and the book as the studio keeps it."""
    try:
        if ending in (".epub", ".docx"):
            check_directory(file, MOST_ENTRIES, MOST_DIRECTORY_BYTES, "book_much")
            file.seek(0)
        book = read_book(file, ending)
    except UnreadableBook as problem:
        raise Unfit(problem.reason) from None
    except DAMAGED:
        raise Unfit("book_damaged") from None
    return {"title": book.title, "beginning": (book.title or book.chapters[0][1])[:BEGINNING]}, as_json(book)

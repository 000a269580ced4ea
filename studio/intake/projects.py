"""The part of the intake's child that reads a project file: a ZIP whose entries are stored as they are, checked before it is believed.

PKWARE APPNOTE 6.3.10, sections 4.3 and 4.4. Nothing is unpacked: the answer says where each entry lies, and the studio copies those bytes.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from typing import IO, Any

from studio.intake.pictures import Unfit

MOST_ENTRIES = 4000
MOST_DIRECTORY_BYTES = 800_000
MOST_NAME = 200
END, LOCAL = b"PK\5\6", b"PK\3\4"
DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, KeyError, EOFError, OverflowError, NotImplementedError, UnicodeError, ValueError)  # fmt: skip


def read_project(file: IO[bytes]) -> dict[str, Any]:
    """`entries`: name, offset and size in bytes of each entry, in the order of their places."""
    try:
        _check_directory(file)
        with zipfile.ZipFile(file) as archive:
            return {"entries": _places(file, archive)}
    except DAMAGED:
        raise Unfit("project_unreadable") from None


def _check_directory(file: IO[bytes]) -> None:
    """The last record, read by hand: too many entries, or a directory that lies elsewhere, is refused before it is read."""
    size = file.seek(0, io.SEEK_END)
    tail_at = max(0, size - 65_557)
    file.seek(tail_at)
    tail = file.read()
    at = tail.rfind(END)
    if at < 0 or len(tail) < at + 22:
        raise zipfile.BadZipFile
    disk, first_disk, here, entries, length, offset, comment = struct.unpack("<4H2IH", tail[at + 4 : at + 22])
    if entries > MOST_ENTRIES or length > MOST_DIRECTORY_BYTES:
        raise Unfit("project_much")
    if disk or first_disk or here != entries or len(tail) != at + 22 + comment or offset + length != tail_at + at:
        raise zipfile.BadZipFile


def _places(file: IO[bytes], archive: zipfile.ZipFile) -> list[list[Any]]:
    found: list[list[Any]] = []
    free, names = 0, set[str]()
    for entry in sorted(archive.infolist(), key=lambda one: one.header_offset):
        name = entry.filename
        if name == "META-INF/" and not entry.file_size:  # the signature's folder
            continue
        parts = name.split("/")
        if not name.isprintable() or len(name) > MOST_NAME or "\\" in name or ":" in name or name in names:
            raise zipfile.BadZipFile
        if any(part in ("", ".", "..") for part in parts) or entry.flag_bits & 0x2041:
            raise zipfile.BadZipFile
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise Unfit("project_packed")
        if entry.header_offset < free:
            raise zipfile.BadZipFile
        file.seek(entry.header_offset)
        head = file.read(30)
        if len(head) < 30 or head[:4] != LOCAL:
            raise zipfile.BadZipFile
        start = entry.header_offset + 30 + sum(struct.unpack("<2H", head[26:30]))
        free = start + entry.compress_size
        names.add(name)
        found.append([name, start, entry.file_size])
    if free > archive.start_dir:
        raise zipfile.BadZipFile
    return found

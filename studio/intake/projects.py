"""The part of the intake's child that reads a project file: a ZIP whose entries are stored as they are, checked before it is believed.

Nothing is unpacked: the answer says where each entry lies, and the studio copies those bytes.
"""

from __future__ import annotations

import zipfile
from typing import IO, Any

from studio.intake.pictures import Unfit
from studio.intake.zips import DAMAGED, check_directory, check_entries, places

MOST_ENTRIES = 4000
MOST_DIRECTORY_BYTES = 800_000


def read_project(file: IO[bytes]) -> dict[str, Any]:
    """`entries`: name, offset and size in bytes of each entry, in the order of their places."""
    try:
        check_directory(file, MOST_ENTRIES, MOST_DIRECTORY_BYTES, "project_much")
        with zipfile.ZipFile(file) as archive:
            return {"entries": _places(file, archive)}
    except DAMAGED:
        raise Unfit("project_unreadable") from None


def _places(file: IO[bytes], archive: zipfile.ZipFile) -> list[list[Any]]:
    check_entries(archive.infolist())
    entries: list[list[Any]] = []
    for entry, start in places(file, archive):
        if entry.filename == "META-INF/" and not entry.file_size:  # the signature's folder
            continue
        if entry.is_dir():
            raise zipfile.BadZipFile
        if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
            raise Unfit("project_packed")
        entries.append([entry.filename, start, entry.file_size])
    return entries

"""The one writer of ZIP archives: safe names, fixed times, and never more than a block of a file in memory."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can write down: equal contents give equal bytes
BLOCK_BYTES = 1 << 20
TEXTS = (".csv", ".json", ".txt", ".xml")
Entry = tuple[str, bytes | Path]


class _Pipe:
    """What a streamed ZIP is written to; it cannot seek, and what was written is taken out again at once."""

    def __init__(self) -> None:
        self._held, self._place = bytearray(), 0

    def write(self, data: Any) -> int:
        self._held += data
        self._place += len(data)
        return len(data)

    def tell(self) -> int:
        return self._place

    def flush(self) -> None:
        pass

    def taken(self) -> bytes:
        data = bytes(self._held)
        self._held.clear()
        return data


def write_archive(path: Path, entries: Iterable[Entry]) -> None:
    """Write an archive whose entries are all stored as they are: one with packed entries cannot be signed."""
    with path.open("wb") as file:
        for _ in _pack_entries(file, entries, EPOCH):
            pass


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """A small archive in memory; its texts are compressed."""
    out = io.BytesIO()
    for _ in _pack_entries(out, entries, EPOCH, compress=True):
        pass
    return out.getvalue()


def stream_archive(entries: Iterable[Entry], missing: list[str]) -> Iterator[bytes]:
    """An archive in blocks, dated now, its texts compressed. A file that is gone by then is left out and its name put in `missing`."""
    pipe: Any = _Pipe()
    for _ in _pack_entries(pipe, entries, time.gmtime()[:6], compress=True, missing=missing):
        yield pipe.taken()
    yield pipe.taken()


def _pack_entries(
    out: IO[bytes],
    entries: Iterable[Entry],
    when: tuple[int, int, int, int, int, int],
    *,
    compress: bool = False,
    missing: list[str] | None = None,
) -> Iterator[None]:
    """Write the entries, pausing after each block."""
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in entries:
            entry = _entry(name, when)
            if isinstance(data, bytes):
                small = compress and name.endswith(TEXTS)
                archive.writestr(entry, data, zipfile.ZIP_DEFLATED if small else zipfile.ZIP_STORED)
                yield
                continue
            try:
                file = data.open("rb")
            except OSError:
                if missing is None:
                    raise
                missing.append(name)
                continue
            with file:
                yield from _copy_entry(archive, entry, file)
            yield


def _entry(name: str, when: tuple[int, int, int, int, int, int]) -> zipfile.ZipInfo:
    """An entry that unpacks to a readable file below the folder it is unpacked in. Raises ValueError for a name that would not."""
    if "\\" in name or ":" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError(f"{name!r} is no name for a file in an archive")
    entry = zipfile.ZipInfo(name, when)
    entry.create_system = 3  # on Windows too, so that the bytes are equal
    entry.external_attr = 0o644 << 16
    return entry


def _copy_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, file: IO[bytes]) -> Iterator[None]:
    entry.file_size = os.fstat(file.fileno()).st_size  # tells whether its length needs 64 bits
    with archive.open(entry, "w") as out:
        while block := file.read(BLOCK_BYTES):
            out.write(block)
            yield
